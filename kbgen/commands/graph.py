"""The command ``kbgen graph``: choose from the graph of the vault, or ask it a question."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from kbgen import terminal
from kbgen.answers.formats import Format
from kbgen.commands.command import DONE, Command
from kbgen.commands.reading import Reading, Vault, config_for
from kbgen.errors import UsageError
from kbgen.graph.vocabulary import Colour, Direction, NodeKind

if TYPE_CHECKING:
    from kbgen.answers.command import Call
    from kbgen.graph.selection import Selection


class Filters(NamedTuple):
    """Options that choose nodes."""

    tag: Annotated[
        list[str] | None,
        typer.Option(
            "--tag", metavar="TAG", show_default=False, help="Notes with a tag, or one below it. Repeatable."
        ),
    ] = None
    folder: Annotated[
        list[str] | None,
        typer.Option(
            "--folder", metavar="DIR", show_default=False, help="What lies in a folder. Repeatable."
        ),
    ] = None
    having: Annotated[
        list[str] | None,
        typer.Option(
            "--property",
            metavar="KEY[=VALUE]",
            show_default=False,
            help="Notes with a property, or with a value of it. Repeatable.",
        ),
    ] = None
    kind: Annotated[
        list[NodeKind] | None,
        typer.Option("--kind", show_default=False, help="Nodes of a kind alone. Repeatable."),
    ] = None
    match: Annotated[
        list[str] | None,
        typer.Option(
            "--match", metavar="TEXT", show_default=False, help="What has a text in its title, alias or path."
        ),
    ] = None
    linked_from: Annotated[
        list[str] | None,
        typer.Option("--linked-from", metavar="NOTE", show_default=False, help="What a note leads to."),
    ] = None
    links_to: Annotated[
        list[str] | None,
        typer.Option("--links-to", metavar="NOTE", show_default=False, help="What leads to a note."),
    ] = None
    note: Annotated[
        str | None,
        typer.Option("--note", metavar="NOTE", show_default=False, help="A note with what is around it."),
    ] = None
    depth: Annotated[
        int | None,
        typer.Option(
            "--depth",
            metavar="N",
            min=0,
            show_default=False,
            help="With --note: how many links away. Left out: 1.",
        ),
    ] = None
    direction: Annotated[
        Direction | None,
        typer.Option(
            "--direction",
            show_default=False,
            help="With --note and with --ask path: along which links. Left out: both.",
        ),
    ] = None
    where: Annotated[
        str | None,
        typer.Option(
            "--where",
            metavar="EXPRESSION",
            show_default=False,
            help="What else there is to ask: 'tag:ai and not folder:Inbox and in>3'.",
        ),
    ] = None


class Settings(NamedTuple):
    """Options of ``kbgen graph``."""

    vault: Vault = None
    filters: Filters = Filters()
    question: Annotated[
        str | None,
        typer.Option(
            "--ask",
            metavar="QUESTION",
            show_default=False,
            help="Answer a question over the whole vault: degree, orphans, dead-ends, unresolved, hubs, "
            "authorities, pagerank, betweenness, k-core, clustering, communities, bridges, "
            "articulation-points, similar, missing-links, mentions, cycles, path or growth.",
        ),
    ] = None
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="NOTE", show_default=False, help="With --ask path: where it begins."),
    ] = None
    end: Annotated[
        str | None,
        typer.Option("--to", metavar="NOTE", show_default=False, help="With --ask path: where it ends."),
    ] = None
    avoid_hubs: Annotated[
        bool,
        typer.Option(
            "--avoid-hubs", help="With --ask path: a step to a note with n neighbours counts as log2 n steps."
        ),
    ] = False
    along: Annotated[
        str | None,
        typer.Option(
            "--along",
            metavar="KEY",
            show_default=False,
            help="With --ask cycles: the property to follow. Left out: up.",
        ),
    ] = None
    top: Annotated[
        int,
        typer.Option("--top", metavar="N", min=0, show_default=False, help="With --ask: the first N rows."),
    ] = 0
    output_format: Annotated[
        Format,
        typer.Option(
            "--format",
            help="Print a table, one JSON object, or CSV (rows of an answer, else edges); of what was chosen "
            "also GraphML, GEXF, Graphviz's DOT or a Mermaid flowchart, and pictures: SVG, or one HTML page "
            "to move about in.",
        ),
    ] = "table"
    colour: Annotated[
        Colour | None,
        typer.Option(
            "--colour",
            "--color",
            show_default=False,
            help="With pictures: colour notes by their tag, folder or community. Left out: tag.",
        ),
    ] = None
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", show_default=False, readable=False, help="Write to a file."
        ),
    ] = None
    reading: Reading = Reading()


def run(settings: Settings) -> int:
    """Ask the graph of the vault: which notes, how they hang together, and what stands alone.

    Values of one option widen the choice, further options narrow it. An answer to --ask
    is worked out over the whole vault, and lists what was chosen.

    Exit codes: 0 done; 2 the call is wrong, or there is no such tag, folder, property or
    note; 3 kbgen or the machine failed.
    """
    from kbgen.answers import command
    from kbgen.writing import write_whole

    _refuse_blanks(settings)
    reading = settings.reading
    config = config_for(reading, settings.vault)
    call = _call(settings)
    with terminal.ProgressBar() as progress:
        result = command.run(
            config, call, jobs=reading.jobs, use_cache=not reading.no_cache, progress=progress
        )
    if settings.output is None:
        terminal.emit(result.text)
    else:
        write_whole(settings.output, result.text)
    terminal.say("".join(f"{line}\n" for line in result.said))
    return DONE


def _refuse_blanks(settings: Settings) -> None:
    """Refuse options that are there and name nothing."""
    filters = settings.filters
    named = {
        "--note": filters.note,
        "--ask": settings.question,
        "--from": settings.start,
        "--to": settings.end,
        "--along": settings.along,
        "--tag": filters.tag,
        "--folder": filters.folder,
        "--property": filters.having,
        "--match": filters.match,
        "--linked-from": filters.linked_from,
        "--links-to": filters.links_to,
    }
    for option, given in named.items():
        if any(not each.strip() for each in ([given] if isinstance(given, str) else given or ())):
            raise UsageError(f"{option} names nothing", "give it a word, or leave it out")


def _call(settings: Settings) -> Call:
    from kbgen.answers.command import Call

    return Call(
        _selection(settings.filters),
        form=settings.output_format,
        question=settings.question or "",
        start=settings.start or "",
        end=settings.end or "",
        avoid_hubs=settings.avoid_hubs,
        along=settings.along or "",
        colour=settings.colour,
        top=settings.top,
        steps=settings.filters.depth is not None,
        directed=settings.filters.direction is not None,
    )


def _selection(filters: Filters) -> Selection:
    from kbgen.graph.selection import Selection

    return Selection(
        tags=tuple(filters.tag or ()),
        folders=tuple(filters.folder or ()),
        kinds=tuple(filters.kind or ()),
        match=tuple(filters.match or ()),
        linked_from=tuple(filters.linked_from or ()),
        links_to=tuple(filters.links_to or ()),
        around=filters.note or "",
        depth=1 if filters.depth is None else filters.depth,
        direction=filters.direction or "both",
        properties=tuple(filters.having or ()),
        where=filters.where,
    )


COMMAND = Command("graph", Settings, run, position=4)
