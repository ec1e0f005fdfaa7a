"""The command ``kbgen graph``: choose from the graph of the vault, or ask it a question."""

from __future__ import annotations

from pathlib import Path
from types import GenericAlias, new_class
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from kbgen import terminal
from kbgen.answers.formats import ANSWER_FORMATS, PICTURE_FORMATS, Format
from kbgen.commands.command import DONE, Command
from kbgen.commands.read_options import ReadOptions, Vault, config_for
from kbgen.errors import UsageError
from kbgen.graph.filter import Filter, by_option
from kbgen.graph.vocabulary import Colour, Direction

if TYPE_CHECKING:
    from kbgen.answers.command import Result
    from kbgen.config import Config
    from kbgen.graph.queries.catalogue import Question
    from kbgen.graph.selection import Selection


def _filter_options(body: dict[str, object]) -> None:
    """Put an option for each filter that is declared into the body of a class."""
    filters = {each.attribute: each for each in by_option().values()}
    body["__module__"] = __name__
    body["__annotations__"] = {attribute: _option(each) for attribute, each in filters.items()}
    body.update(dict.fromkeys(filters))


def _option(each: Filter) -> object:
    option = typer.Option(each.option, metavar=each.metavar, show_default=False, help=each.help)
    return Annotated[(GenericAlias(list, (each.type,)) | None, option)]


if TYPE_CHECKING:

    class Filters(NamedTuple):
        """Options that choose nodes, one for each filter."""
else:
    Filters = new_class("Filters", (NamedTuple,), exec_body=_filter_options)


class Settings(NamedTuple):
    """Options of ``kbgen graph``."""

    vault: Vault = None
    filters: Filters = Filters()
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
    reading: ReadOptions = ReadOptions()


def run(settings: Settings) -> int:
    """Ask the graph of the vault: which notes, how they hang together, and what stands alone.

    Values of one option widen the choice, further options narrow it. An answer to --ask
    is worked out over the whole vault, and lists what was chosen.

    Exit codes: 0 done; 2 the call is wrong, or there is no such tag, folder, property or
    note; 3 kbgen or the machine failed.
    """
    from kbgen.atomic_write import write_atomically

    _refuse_blanks(settings)
    result = _result(settings, config_for(settings.reading, settings.vault))
    if settings.output is None:
        terminal.emit(result.text)
    else:
        write_atomically(settings.output, result.text)
    terminal.say("".join(f"{line}\n" for line in result.remarks))
    return DONE


def _result(settings: Settings, config: Config) -> Result:
    from kbgen.answers import command
    from kbgen.graph.queries.catalogue import Arguments, question_named

    _refuse_unused(settings, question_named(settings.question) if settings.question else None)
    selection = _selection(settings)
    jobs, use_cache = settings.reading.jobs, not settings.reading.no_cache
    with terminal.ProgressBar() as progress:
        if not settings.question:
            return command.chosen(
                config,
                selection,
                output_format=settings.output_format,
                colour=settings.colour or "tag",
                jobs=jobs,
                use_cache=use_cache,
                progress=progress,
            )
        return command.answered(
            config,
            selection,
            settings.question,
            Arguments(
                note=settings.note,
                start=settings.start or "",
                end=settings.end or "",
                direction=selection.direction,
                avoid_hubs=settings.avoid_hubs,
                along=settings.along or "",
            ),
            output_format=settings.output_format,
            top=settings.top,
            jobs=jobs,
            use_cache=use_cache,
            progress=progress,
        )


def _selection(settings: Settings) -> Selection:
    from kbgen.graph.selection import Selection

    return Selection(
        around=settings.note or "",
        depth=1 if settings.depth is None else settings.depth,
        direction=settings.direction or "both",
        where=settings.where,
        **{attribute: tuple(values) for attribute, values in settings.filters._asdict().items() if values},
    )


def _refuse_blanks(settings: Settings) -> None:
    """Refuse options that are there and name nothing."""
    filters = settings.filters._asdict()
    named = {
        "--note": settings.note,
        "--ask": settings.question,
        "--from": settings.start,
        "--to": settings.end,
        "--along": settings.along,
        **{option: filters[each.attribute] for option, each in by_option().items()},
    }
    for option, given in named.items():
        if any(not each.strip() for each in ([given] if isinstance(given, str) else given or ())):
            raise UsageError(f"{option} names nothing", "give it a word, or leave it out")


def _refuse_unused(settings: Settings, question: Question | None) -> None:
    """Refuse options that would be passed over in silence."""
    if question is not None and settings.output_format not in ANSWER_FORMATS:
        raise UsageError(
            f"--format {settings.output_format} draws notes, and an answer is rows",
            f"it can be {', '.join(ANSWER_FORMATS)}",
        )
    ends = bool(settings.start), bool(settings.end)
    if question is not None and question.takes_ends and not all(ends):
        raise UsageError(f"--ask {settings.question} needs --from NOTE and --to NOTE")
    for given, option, wanted in (
        (any(ends), "--from and --to belong", "path"),
        (settings.avoid_hubs, "--avoid-hubs belongs", "path"),
        (bool(settings.along), "--along belongs", "cycles"),
    ):
        if given and settings.question != wanted:
            raise UsageError(f"{option} to --ask {wanted}")
    _refuse_unused_steps(settings, question)
    if settings.colour and settings.output_format not in PICTURE_FORMATS:
        raise UsageError(f"--colour belongs to --format {' and '.join(PICTURE_FORMATS)}")
    if settings.top and question is None:
        raise UsageError("--top belongs to --ask")


def _refuse_unused_steps(settings: Settings, question: Question | None) -> None:
    """Refuse steps from a note where no steps are taken."""
    hint = f"of --ask {settings.question} the note is what the question is about" if settings.note else ""
    around = bool(settings.note) and not (question and question.takes_note)
    path = question is not None and question.takes_ends
    for given, option, used in (
        (settings.depth is not None, "--depth", around),
        (settings.direction is not None, "--direction", around or path),
    ):
        if given and not used:
            raise UsageError(f"{option} belongs to --note and what is around it", hint)


COMMAND = Command("graph", Settings, run, position=5)
