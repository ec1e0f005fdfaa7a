"""Every question by its name: what it needs, how it is answered, and what its numbers mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from kbgen.errors import UsageError
from kbgen.graph.build import Graph
from kbgen.graph.note_links import MAX_DEGREE
from kbgen.graph.queries import (
    centrality,
    community_detection,
    connectivity,
    degrees,
    paths,
    similarity,
    timeline,
    unlinked_mentions,
)
from kbgen.graph.queries.row import Row
from kbgen.graph.vocabulary import Direction
from kbgen.links.model import LinkedVault
from kbgen.nearest import did_you_mean
from kbgen.vault.history import History

_MAX_COMMUNITIES = 12
"""Communities that a table lists by name; the rows have all."""
ALONG = "up"
"""The property that leads from a note to the one above it, if no other is named."""


class Arguments(Struct, frozen=True):
    """What is asked beside a question's name; each question takes some of it."""

    note: str | None = None
    """Id of the one note that the question is about."""
    start: str = ""
    """Ids of the ends of a path; the same for the next."""
    end: str = ""
    direction: Direction = "both"
    avoid_hubs: bool = False
    along: str = ""
    """The property along which cycles are looked for; :data:`ALONG` where none is named."""


class Inputs(Struct, frozen=True):
    """What a question is answered from: the graph, and what else it takes."""

    graph: Graph
    vault: LinkedVault | None = None
    """The words of the notes, for questions that read them."""
    history: History = History()
    """Dates, for questions that ask for them."""
    arguments: Arguments = Arguments()
    workers: int = 1
    """Processes at most."""


class Answer(Struct, frozen=True):
    """What came of a question."""

    question: str
    meaning: str
    """What the numbers mean, in one line."""
    rows: tuple[Row, ...]
    columns: tuple[str, ...] = ("id", "value")
    """What each row has, in order."""
    of: str = "note"
    """What each row is about."""
    summary: tuple[str, ...] = ()
    """The rows in short, for people."""
    remarks: tuple[str, ...] = ()
    """What must be known to read the rows right: an estimate, a limit, a reason why there are none."""


class Question(Struct, frozen=True):
    """A question and how it is answered."""

    find: Callable[[Inputs], Sequence[Row]]
    meaning: str
    columns: tuple[str, ...] = ("id", "value")
    remarks: Callable[[Inputs, Sequence[Row]], Sequence[str]] = lambda _inputs, _rows: ()
    summary: Callable[[Inputs, Sequence[Row]], Sequence[str]] = lambda _inputs, _rows: ()
    reads_words: bool = False
    reads_history: bool = False
    takes_note: bool = False
    """It can be about one note."""
    takes_ends: bool = False
    """It is about two notes."""
    of: str = "note"
    """What each row is about."""
    of_nodes: bool = True
    """Its rows are nodes, among which some can be chosen."""
    over_all: bool = True
    """It is worked out over the whole vault, whatever was chosen."""
    of_names: bool = False
    """Its rows are names that no note bears."""


def _of_graph(find: Callable[[Graph], Sequence[Row]]) -> Callable[[Inputs], Sequence[Row]]:
    return lambda inputs: find(inputs.graph)


def _estimate_remarks(inputs: Inputs, _rows: Sequence[Row]) -> Sequence[str]:
    notes = sum(data["kind"] == "note" for _, data in inputs.graph.nodes.items())
    if not centrality.is_estimated(notes):
        return ()
    return (f"estimated from the ways that begin at {centrality.SAMPLE_SIZE} of the {notes} notes",)


def _community_sizes(_inputs: Inputs, rows: Sequence[Row]) -> Sequence[str]:
    sizes: dict[str, int] = {}
    for row in rows:
        name = f"{row['value']}  {row['name']}"
        sizes[name] = sizes.get(name, 0) + 1
    lines = [f"{name}: {size} notes" for name, size in sizes.items()]
    more = len(lines) - _MAX_COMMUNITIES
    return [*lines[:_MAX_COMMUNITIES], f"and {more} smaller ones"] if more > 0 else lines


def _pair_remarks(inputs: Inputs, rows: Sequence[Row]) -> Sequence[str]:
    if inputs.arguments.note is not None:
        return ()
    passed = (
        f"notes with more than {MAX_DEGREE} neighbours join too much to say much, and are passed over here"
    )
    remarks = [f"{passed}; --note NAME looks at all there is about one note"]
    if len(rows) == similarity.MAX_PAIRS:
        remarks.append(f"the first {similarity.MAX_PAIRS} pairs")
    return remarks


def _paths_in_words(inputs: Inputs, rows: Sequence[Row]) -> Sequence[str]:
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(int(row["way"]), []).append(str(row["id"]))
    return [" → ".join(inputs.graph.nodes[node]["title"] for node in way) for way in found.values()]


def _no_path_or_many(_inputs: Inputs, rows: Sequence[Row]) -> Sequence[str]:
    if not rows:
        return ("nothing leads from the one to the other",)
    if rows[-1]["way"] == paths.MAX_PATHS:
        return (f"there may be more ways; these are the first {paths.MAX_PATHS}",)
    return ()


def _cycle_remarks(inputs: Inputs, rows: Sequence[Row]) -> Sequence[str]:
    if len(rows) == paths.MAX_CYCLES:
        most = f"there may be more circles; these are the {paths.MAX_CYCLES:,} that were found first"
        return (f"{most}, in order of their length, and shorter ones may be missing",)
    along = inputs.arguments.along or ALONG
    known = {name.casefold() for name in linking_properties(inputs.graph)}
    return () if along.casefold() in known else (f'no property "{along}" links notes',)


def linking_properties(graph: Graph) -> set[str]:
    """Return the names of the properties that link something."""
    return {data["property"] for *_, data in graph.edges(data=True) if data["property"]}


def _history_remarks(inputs: Inputs, _rows: Sequence[Row]) -> Sequence[str]:
    faults = [f"{each.message}; {each.hint}" for each in inputs.history.diagnostics]
    if faults or inputs.history.dates:
        return faults
    return ("the vault has no Git history",)


def _mentions(inputs: Inputs) -> Sequence[Row]:
    if inputs.vault is None:  # without words nothing is named
        return ()
    note = inputs.arguments.note
    of = None if note is None else {note}
    return unlinked_mentions.mentions(inputs.graph, inputs.vault, of=of, workers=inputs.workers)


QUESTIONS: Mapping[str, Question] = {
    "degree": Question(
        _of_graph(degrees.degree),
        "in: notes that lead to it; out: notes that it leads to",
        ("id", "in", "out"),
    ),
    "orphans": Question(_of_graph(degrees.orphans), "notes that no link joins to another note"),
    "dead-ends": Question(
        _of_graph(degrees.dead_ends), "notes that lead to no other note; value: notes that lead to them"
    ),
    "unresolved": Question(
        _of_graph(degrees.unresolved),
        "names that no note bears; value: places that name them",
        of="name",
        over_all=False,
        of_names=True,
    ),
    "hubs": Question(
        _of_graph(centrality.hubs),
        "value: how well the note points to what other good pointers point to (HITS); all together are 1",
    ),
    "authorities": Question(
        _of_graph(centrality.authorities),
        "value: how much notes that point well point to it (HITS); all together are 1",
    ),
    "pagerank": Question(
        _of_graph(centrality.pagerank),
        "value: how often somebody who follows links at random comes by; all together are 1",
    ),
    "betweenness": Question(
        _of_graph(centrality.betweenness),
        "value: share of the shortest ways between two other notes that lead through it",
        remarks=_estimate_remarks,
    ),
    "k-core": Question(
        _of_graph(centrality.k_core),
        "value: the largest k for which it is one of a set of notes that each have k neighbours in the set",
    ),
    "clustering": Question(
        _of_graph(centrality.clustering),
        "value: share of pairs among its neighbours that are joined themselves",
    ),
    "communities": Question(
        _of_graph(community_detection.communities),
        "value: the community, notes that are joined more among themselves than to others; the largest is 1",
        ("id", "value", "name"),
        summary=_community_sizes,
    ),
    "bridges": Question(
        _of_graph(connectivity.bridges),
        "without the link between the two, value notes on the side of the second would be cut off",
        ("id", "to", "value"),
    ),
    "articulation-points": Question(
        _of_graph(connectivity.articulation_points),
        "without the note, value notes would be cut off from the rest; parts: into how many it would fall",
        ("id", "value", "parts"),
    ),
    "similar": Question(
        lambda inputs: similarity.similar(inputs.graph, inputs.arguments.note, vault=inputs.vault),
        "value: share of their neighbours that both have (Jaccard); adamic-adar: how many those are, rare "
        "ones count more; cocited: notes that lead to both",
        ("id", "to", "value", "adamic-adar", "cocited", "reason", "text"),
        _pair_remarks,
        reads_words=True,
        takes_note=True,
    ),
    "missing-links": Question(
        lambda inputs: similarity.missing_links(
            inputs.graph, inputs.arguments.note, vault=inputs.vault, workers=inputs.workers
        ),
        "value: neighbours in common, rare ones count more (Adamic-Adar), and 1 where one names the other",
        ("id", "to", "value", "adamic-adar", "reason"),
        _pair_remarks,
        reads_words=True,
        takes_note=True,
    ),
    "mentions": Question(
        _mentions,
        "where a note is named without a link; value: how often; linked: whether there is a link elsewhere",
        ("id", "from", "value", "line", "linked", "text"),
        reads_words=True,
        takes_note=True,
    ),
    "cycles": Question(
        lambda inputs: paths.cycles(inputs.graph, inputs.arguments.along or ALONG),
        "circles along a property; value: notes in it",
        ("id", "value", "path"),
        _cycle_remarks,
    ),
    "path": Question(
        lambda inputs: paths.path(
            inputs.graph,
            inputs.arguments.start,
            inputs.arguments.end,
            direction=inputs.arguments.direction,
            avoid_hubs=inputs.arguments.avoid_hubs,
        ),
        "the shortest ways; value: steps from the first note; by: how the step before leads there",
        ("id", "value", "way", "by"),
        _no_path_or_many,
        _paths_in_words,
        takes_ends=True,
        over_all=False,
        of_nodes=False,
    ),
    "growth": Question(
        lambda inputs: timeline.growth(
            inputs.graph, {str(path): dates for path, dates in inputs.history.dates.items()}
        ),
        "value: notes at the end of the month that are still here; links: pairs of them that are joined",
        ("id", "value", "new", "links"),
        _history_remarks,
        reads_history=True,
        of="month",
        over_all=False,
        of_nodes=False,
    ),
}


def question_named(name: str) -> Question:
    """Return one of :data:`QUESTIONS`.

    Raises
    ------
    UsageError
        If there is none of that name; with the nearest.
    """
    if name not in QUESTIONS:
        hint = did_you_mean(name, QUESTIONS) or f"there are {', '.join(QUESTIONS)}"
        raise UsageError(f'there is no question "{name}"', hint)
    return QUESTIONS[name]


def ask(name: str, inputs: Inputs) -> Answer:
    """Answer a question.

    Parameters
    ----------
    name
        One of :data:`QUESTIONS`.
    inputs
        What it is about.

    Raises
    ------
    UsageError
        If there is no such question.
    """
    question = question_named(name)
    rows = tuple(question.find(inputs))
    return Answer(
        question=name,
        meaning=question.meaning,
        rows=rows,
        columns=question.columns,
        of=question.of,
        summary=tuple(question.summary(inputs, rows)),
        remarks=tuple(question.remarks(inputs, rows)),
    )
