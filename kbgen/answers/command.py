"""The steps of ``kbgen graph``: read the graph, choose, ask, and write what came of it."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence

import msgspec
from msgspec import Struct

from kbgen.answers import data, table
from kbgen.answers.formats import PICTURE_FORMATS, Format
from kbgen.config import Config
from kbgen.errors import UsageError
from kbgen.graph import export
from kbgen.graph.backends import use_backend
from kbgen.graph.build import Graph
from kbgen.graph.filter import by_field
from kbgen.graph.note_lookup import find_note
from kbgen.graph.queries.catalogue import (
    Answer,
    Arguments,
    Inputs,
    Question,
    ask,
    linking_properties,
    question_named,
)
from kbgen.graph.selection import Selection, select
from kbgen.graph.vocabulary import Colour
from kbgen.nearest import did_you_mean
from kbgen.pipeline import address_vault, read_graph, whole_graph
from kbgen.processes import worker_count
from kbgen.session import Progress
from kbgen.vault.history import History, git_dates


class Result(Struct, frozen=True):
    """What a call comes to."""

    text: str
    """For stdout or a file."""
    remarks: tuple[str, ...] = ()
    """Lines beside it."""


_ANSWER_WRITERS: Mapping[Format, Callable[[Answer], str]] = {
    "table": table.answer_table,
    "json": data.answer_json,
    "csv": data.answer_csv,
}
_GRAPH_WRITERS: Mapping[Format, Callable[[Graph, Sequence[str]], str]] = {
    "table": table.chosen_table,
    "json": data.graph_json,
    "csv": data.graph_csv,
    "graphml": export.graphml,
    "gexf": export.gexf,
    "dot": export.dot,
    "mermaid": export.mermaid,
}


def chosen(
    config: Config,
    selection: Selection,
    *,
    output_format: Format,
    colour: Colour,
    jobs: int,
    use_cache: bool,
    progress: Progress,
) -> Result:
    """Write the nodes that are asked for, with the edges among them.

    Parameters
    ----------
    config
        Of the vault.
    selection
        What to choose.
    output_format
        Any.
    colour
        What nodes of one colour have in common in a picture.
    jobs, use_cache, progress
        As for :func:`kbgen.pipeline.read_graph`.

    Raises
    ------
    UsageError
        If something that is named is not there.
    """
    graph = read_graph(config, jobs=jobs, use_cache=use_cache, progress=progress)
    nodes = select(graph, selection)
    remarks = () if nodes else (_nothing(selection),)
    if output_format not in PICTURE_FORMATS:
        return Result(_GRAPH_WRITERS[output_format](graph, nodes), remarks)
    if output_format == "svg" and not selection.kinds:
        # On the page the others can be shown and hidden.
        nodes = [node for node in nodes if graph.nodes[node]["kind"] == "note"]
    progress("draw", 0, 0)
    from kbgen.answers import pictures  # noqa: PLC0415 - a table need not wait for templates and layouts

    draw = pictures.svg if output_format == "svg" else pictures.html
    return Result(draw(graph, nodes, config, colour), remarks)


def answered(
    config: Config,
    selection: Selection,
    question_name: str,
    arguments: Arguments,
    *,
    output_format: Format,
    top: int,
    jobs: int,
    use_cache: bool,
    progress: Progress,
) -> Result:
    """Write the answer to a question.

    Parameters
    ----------
    config
        Of the vault.
    selection
        What the answer shall be about; if it asks for nothing, the whole vault.
    question_name
        One of :data:`kbgen.graph.queries.catalogue.QUESTIONS`.
    arguments
        What the question is about, notes by any of their names.
    output_format
        One of :data:`kbgen.answers.formats.ANSWER_FORMATS`.
    top
        Rows at most; 0 for all.
    jobs, use_cache, progress
        As for :func:`kbgen.pipeline.read_graph`.

    Raises
    ------
    ConfigError
        If there is no such backend as the config names.
    UsageError
        If something that is named is not there.
    """
    question = question_named(question_name)
    if config.graph.backend:
        use_backend(config.graph.backend)
    vault = None
    if question.reads_words:
        found = address_vault(config, jobs=jobs, use_cache=use_cache, progress=progress)
        graph, vault = whole_graph(found.linked, found.addresses), found.linked
    else:
        graph = read_graph(config, jobs=jobs, use_cache=use_cache, progress=progress)
    arguments = _resolved(graph, question, arguments)
    if arguments.note or not selection.around:  # then there is no neighbourhood to choose
        selection = msgspec.structs.replace(selection, around="", depth=1, direction="both")
    nodes = None
    if selection:
        ends = {arguments.start, arguments.end} if question.takes_ends else set()
        nodes = _of_interest(graph, selection, question) | ends
    if arguments.along:
        _refuse_unlinking(graph, arguments.along)
    inputs = Inputs(
        graph=graph if nodes is None or question.over_all else graph.subgraph(nodes),
        vault=vault,
        history=git_dates(config.vault) if question.reads_history else History(),
        arguments=arguments,
        workers=worker_count(jobs),
    )
    progress("measure", 0, 0)
    answer = ask(question_name, inputs)
    if nodes is not None:
        if question.of_nodes:
            answer = _among(answer, nodes)
        if output_format == "table" or not answer.rows:
            among = f"among: {_as_typed(selection)}"
            answer = msgspec.structs.replace(answer, remarks=(among, *answer.remarks))
    if top and len(answer.rows) > top:
        more = f"the first {top} of {len(answer.rows)} rows"
        answer = msgspec.structs.replace(answer, rows=answer.rows[:top], remarks=(*answer.remarks, more))
    # Data goes to programs; what a person must know to read it goes beside it.
    return Result(_ANSWER_WRITERS[output_format](answer), () if output_format == "table" else answer.remarks)


def _resolved(graph: Graph, question: Question, arguments: Arguments) -> Arguments:
    """Put the ids of notes for their names."""
    note = None
    if question.takes_note and arguments.note:
        note = find_note(graph, arguments.note)
    start, end = (find_note(graph, name) if name else "" for name in (arguments.start, arguments.end))
    return msgspec.structs.replace(arguments, note=note, start=start, end=end)


def _refuse_unlinking(graph: Graph, name: str) -> None:
    """Refuse a property that links no notes."""
    known = linking_properties(graph)
    if name.casefold() not in {each.casefold() for each in known}:
        raise UsageError(f'no property "{name}" links notes', did_you_mean(name, known))


def _of_interest(graph: Graph, selection: Selection, question: Question) -> set[str]:
    """Return what was chosen, for a question about names that no note bears with those names.

    Then ``--match`` is about the names, and so is ``--kind unresolved``; all else is about who wants them.
    """
    if not question.of_names:
        return set(select(graph, selection))
    kinds = tuple(kind for kind in selection.kinds if kind != "unresolved")
    names = select(graph, Selection(match=selection.match, kinds=("unresolved",)))
    wanting = select(graph, msgspec.structs.replace(selection, match=(), kinds=kinds))
    return {*names, *(node for node in wanting if graph.nodes[node]["kind"] != "unresolved")}


def _among(answer: Answer, chosen: Container[str]) -> Answer:
    """Keep the rows of what was chosen; of a pair, either note will do."""
    rows = tuple(row for row in answer.rows if row["id"] in chosen or row.get("to") in chosen)
    return msgspec.structs.replace(answer, rows=rows)


def _nothing(selection: Selection) -> str:
    asked = _as_typed(selection)
    return f"nothing in the vault is all that was asked for: {asked}" if asked else "the vault has no notes"


def _as_typed(selection: Selection) -> str:
    """Say a selection as it would be typed, options that compare last."""
    filters = sorted(by_field().values(), key=lambda each: each.texts is not None)
    words = [f"{each.option} {value}" for each in filters for value in getattr(selection, each.attribute)]
    if selection.around:
        words.append(f"--note {selection.around}")
    if selection.where is not None:
        words.append(f"--where '{selection.where}'")
    return ", ".join(words)
