"""The steps of ``kbgen graph``: read the graph, choose, ask, and write what came of it."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence

import msgspec
from msgspec import Struct

from kbgen.answers import data, table
from kbgen.answers.formats import Format
from kbgen.config import Config
from kbgen.errors import UsageError
from kbgen.graph import export
from kbgen.graph.backends import use_backend
from kbgen.graph.build import Graph
from kbgen.graph.note_lookup import find_note
from kbgen.graph.queries.catalogue import Answer, Inputs, Question, ask, linking_properties, question_named
from kbgen.graph.selection import Selection, select
from kbgen.graph.vocabulary import Colour
from kbgen.nearest import did_you_mean
from kbgen.pipeline import Progress, read_graph, survey, whole_graph
from kbgen.processes import worker_count
from kbgen.vault.history import History, git_dates


class Call(Struct, frozen=True):
    """What is asked for."""

    selection: Selection
    form: Format = "table"
    question: str = ""
    """One of :data:`QUESTIONS`; none lists what is chosen."""
    start: str = ""
    """A note as its reader names it; the same for the next."""
    end: str = ""
    avoid_hubs: bool = False
    along: str = ""
    """A property; ``up`` where none is named."""
    colour: Colour | None = None
    """Of a picture; by tag where none is named."""
    top: int = 0
    """Rows of an answer at most; 0 for all."""
    steps: bool = False
    """Whether it was said how far the neighbourhood of a note goes; the next, along which links."""
    directed: bool = False


class Result(Struct, frozen=True):
    """What a call comes to."""

    text: str
    """For stdout or a file."""
    said: tuple[str, ...] = ()
    """Lines beside it."""


_ANSWERS: Mapping[Format, Callable[[Answer], str]] = {
    "table": table.answer_table,
    "json": data.answer_json,
    "csv": data.answer_csv,
}
_PICTURES: tuple[Format, ...] = ("svg", "html")
_CHOICES: Mapping[Format, Callable[[Graph, Sequence[str]], str]] = {
    "table": table.chosen_table,
    "json": data.graph_json,
    "csv": data.graph_csv,
    "graphml": export.graphml,
    "gexf": export.gexf,
    "dot": export.dot,
    "mermaid": export.mermaid,
}


def run(config: Config, call: Call, *, jobs: int, use_cache: bool, progress: Progress) -> Result:
    """Do what a call asks for.

    Raises
    ------
    UsageError
        If the call makes no sense, or something that it names is not there.
    """
    if call.question:
        return _answered(config, call, jobs=jobs, use_cache=use_cache, progress=progress)
    _check(call, None)
    graph = read_graph(config, jobs=jobs, use_cache=use_cache, progress=progress)
    chosen = select(graph, call.selection)
    said = () if chosen else (_nothing(call.selection),)
    if call.form not in _PICTURES:
        return Result(_CHOICES[call.form](graph, chosen), said)
    if call.form == "svg" and not call.selection.kinds:
        # On the page the others can be shown and hidden.
        chosen = [node for node in chosen if graph.nodes[node]["kind"] == "note"]
    progress("draw", 0, 0)
    return Result(_drawn(graph, chosen, config, call), said)


def _drawn(graph: Graph, chosen: Sequence[str], config: Config, call: Call) -> str:
    from kbgen.answers import pictures  # noqa: PLC0415 - a table need not wait for templates and layouts

    draw = pictures.svg if call.form == "svg" else pictures.html
    return draw(graph, chosen, config, call.colour or "tag")


def _answered(config: Config, call: Call, *, jobs: int, use_cache: bool, progress: Progress) -> Result:
    question = question_named(call.question)
    _check(call, question)
    if config.graph.backend:
        use_backend(config.graph.backend)
    vault = None
    if question.reads_words:
        found = survey(config, jobs=jobs, use_cache=use_cache, progress=progress)
        graph, vault = whole_graph(found.linked, found.addresses), found.linked
    else:
        graph = read_graph(config, jobs=jobs, use_cache=use_cache, progress=progress)
    selection, note = call.selection, None
    if question.takes_note and selection.around:
        note = find_note(graph, selection.around)
    if note or not selection.around:  # then there is no neighbourhood to choose
        selection = msgspec.structs.replace(selection, around="", depth=1, direction="both")
    start, end = (find_note(graph, name) if name else "" for name in (call.start, call.end))
    chosen = None
    if selection:
        chosen = _of_interest(graph, selection, question) | ({start, end} if question.takes_ends else set())
    asked = Inputs(
        graph=graph if chosen is None or question.over_all else graph.subgraph(chosen),
        vault=vault,
        history=git_dates(config.vault) if question.reads_history else History(),
        note=note,
        start=start,
        end=end,
        direction=call.selection.direction,
        avoid_hubs=call.avoid_hubs,
        along=_linking(graph, call.along) if call.along else "up",
        workers=worker_count(jobs),
    )
    progress("measure", 0, 0)
    answer = ask(call.question, asked)
    if chosen is not None:
        if question.of_nodes:
            answer = _among(answer, chosen)
        if call.form == "table" or not answer.rows:
            among = f"among: {_told(selection)}"
            answer = msgspec.structs.replace(answer, remarks=(among, *answer.remarks))
    if call.top and len(answer.rows) > call.top:
        more = f"the first {call.top} of {len(answer.rows)} rows"
        answer = msgspec.structs.replace(
            answer, rows=answer.rows[: call.top], remarks=(*answer.remarks, more)
        )
    # Data goes to programs; what a person must know to read it goes beside it.
    return Result(_ANSWERS[call.form](answer), () if call.form == "table" else answer.remarks)


def _check(call: Call, question: Question | None) -> None:
    """Refuse what would be passed over in silence."""
    if question is not None and call.form not in _ANSWERS:
        raise UsageError(
            f"--format {call.form} draws notes, and an answer is rows", f"it can be {', '.join(_ANSWERS)}"
        )
    ends = bool(call.start), bool(call.end)
    if question is not None and question.takes_ends and not all(ends):
        raise UsageError(f"--ask {call.question} needs --from NOTE and --to NOTE")
    for given, option, wanted in (
        (any(ends), "--from and --to belong", "path"),
        (call.avoid_hubs, "--avoid-hubs belongs", "path"),
        (bool(call.along), "--along belongs", "cycles"),
    ):
        if given and call.question != wanted:
            raise UsageError(f"{option} to --ask {wanted}")
    _check_neighbourhood(call, question)
    if call.colour and call.form not in _PICTURES:
        raise UsageError(f"--colour belongs to --format {' and '.join(_PICTURES)}")
    if call.top and question is None:
        raise UsageError("--top belongs to --ask")


def _check_neighbourhood(call: Call, question: Question | None) -> None:
    near = bool(call.selection.around) and not (question and question.takes_note)
    path = question is not None and question.takes_ends
    for given, option, heard in ((call.steps, "--depth", near), (call.directed, "--direction", near or path)):
        if given and not heard:
            hint = ""
            if call.selection.around:
                hint = f"of --ask {call.question} the note is what the question is about"
            raise UsageError(f"{option} belongs to --note and what is around it", hint)


def _linking(graph: Graph, name: str) -> str:
    """Return the property of a name, if it links notes."""
    known = linking_properties(graph)
    if name.casefold() not in {each.casefold() for each in known}:
        raise UsageError(f'no property "{name}" links notes', did_you_mean(name, known))
    return name


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
    asked = _told(selection)
    return f"nothing in the vault is all that was asked for: {asked}" if asked else "the vault has no notes"


def _told(selection: Selection) -> str:
    """Say a selection as it would be typed."""
    words = [f"--tag {each}" for each in selection.tags]
    words += [f"--folder {each}" for each in selection.folders]
    words += [f"--kind {each}" for each in selection.kinds]
    words += [f"--match {each}" for each in selection.match]
    words += [f"--linked-from {each}" for each in selection.linked_from]
    words += [f"--links-to {each}" for each in selection.links_to]
    words += [f"--property {each}" for each in selection.properties]
    if selection.around:
        words.append(f"--note {selection.around}")
    if selection.where is not None:
        words.append(f"--where '{selection.where}'")
    return ", ".join(words)
