"""Questions about how notes hang together, each with one line on what its answer means.

Measures look at notes alone, and at links, embeds, properties and canvas edges between two different notes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import networkx as nx
from msgspec import Struct

from kbgen.graph.build import Graph

if TYPE_CHECKING:
    Notes = nx.DiGraph[str]
else:
    Notes = nx.DiGraph  # networkx has no type arguments at run time

_JOINING = frozenset({"link", "embed", "property", "canvas"})

Row = Mapping[str, str | int]
"""``id`` and what was counted."""


class Answer(Struct, frozen=True):
    """What came of a question."""

    meaning: str
    rows: tuple[Row, ...]


def between_notes(graph: Graph) -> Notes:
    """Return the notes alone, joined where one leads to another; ``count`` says how often.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.MultiDiGraph()
    >>> graph.add_nodes_from(["A.md", "B.md"], kind="note")
    >>> graph.add_node("tag:x", kind="tag")
    >>> _ = graph.add_edge("A.md", "B.md", kind="link", count=2)
    >>> _ = graph.add_edge("A.md", "B.md", kind="embed", count=1)
    >>> _ = graph.add_edge("A.md", "A.md", kind="link", count=1)
    >>> _ = graph.add_edge("A.md", "tag:x", kind="tag", count=1)
    >>> list(between_notes(graph).edges(data="count"))
    [('A.md', 'B.md', 3)]
    """
    notes: Notes = nx.DiGraph()
    notes.add_nodes_from(node for node, data in graph.nodes.items() if data["kind"] == "note")
    for source, target, data in graph.edges(data=True):
        if data["kind"] in _JOINING and source != target and source in notes and target in notes:
            before = notes.edges[source, target]["count"] if notes.has_edge(source, target) else 0
            notes.add_edge(source, target, count=before + data["count"])
    return notes


class Together(Struct, frozen=True):
    """How some notes hang together."""

    notes: int
    groups: int
    """Parts that no link joins, whichever way it leads."""
    targets: Mapping[str, Sequence[str]]
    """For each note that leads to others of them, those others."""


def together(notes: Notes, some: Iterable[str]) -> Together:
    """Tell how some notes hang together, through links among them alone.

    Examples
    --------
    >>> import networkx as nx
    >>> together(nx.DiGraph([("A", "B"), ("B", "C"), ("C", "D")]), ["A", "B", "D"])
    Together(notes=3, groups=2, targets={'A': ['B']})
    """
    among = notes.subgraph(some)
    return Together(
        len(among),
        nx.number_weakly_connected_components(among),
        {node: sorted(among[node]) for node in sorted(among) if among[node]},
    )


def degree(graph: Graph) -> list[Row]:
    """Count for each note the notes that lead to it and those that it leads to, the best joined first."""
    notes = between_notes(graph)
    ordered = sorted(notes, key=lambda node: (-notes.degree(node), node))
    return [{"id": node, "in": notes.in_degree(node), "out": notes.out_degree(node)} for node in ordered]


def orphans(graph: Graph) -> list[Row]:
    """List the notes that no link joins to another note."""
    notes = between_notes(graph)
    return [{"id": node, "value": 0} for node in notes if not notes.degree(node)]


def dead_ends(graph: Graph) -> list[Row]:
    """List the notes that lead to no other note, the most wanted first; ``value`` counts what leads there."""
    notes = between_notes(graph)
    ends = sorted(
        (node for node in notes if not notes.out_degree(node)),
        key=lambda node: (-notes.in_degree(node), node),
    )
    return [{"id": node, "value": notes.in_degree(node)} for node in ends]


def unresolved(graph: Graph) -> list[Row]:
    """List the names that no note bears, the most wanted first; ``value`` counts the places."""
    wanted: Counter[str] = Counter()
    for _, target, data in graph.edges(data=True):
        if graph.nodes[target]["kind"] == "unresolved":
            wanted[target] += data["count"]
    return [
        {"id": node, "value": count}
        for node, count in sorted(wanted.items(), key=lambda each: (-each[1], each[0]))
    ]


QUESTIONS: Mapping[str, tuple[Callable[[Graph], list[Row]], str]] = {
    "degree": (degree, "in: notes that lead to it; out: notes that it leads to"),
    "orphans": (orphans, "notes that no link joins to another note"),
    "dead-ends": (dead_ends, "notes that lead to no other note; value: notes that lead to them"),
    "unresolved": (unresolved, "names that no note bears; value: places that name them"),
}


def ask(graph: Graph, question: str) -> Answer:
    """Answer one of :data:`QUESTIONS`."""
    find, meaning = QUESTIONS[question]
    return Answer(meaning, tuple(find(graph)))
