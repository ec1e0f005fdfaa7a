"""The notes alone, joined where one leads to another: what every measure looks at.

Links, embeds, properties and canvas edges join two notes; a note's link to itself joins nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import networkx as nx
from msgspec import Struct

from kbgen.graph.build import Graph

if TYPE_CHECKING:
    Notes = nx.DiGraph[str]
    Ties = nx.Graph[str]
else:
    Notes, Ties = nx.DiGraph, nx.Graph  # networkx has no type arguments at run time

LEADING = 50
"""Neighbours up to which a note brings others together: an index of everything says little of them."""

JOINING = frozenset({"link", "embed", "property", "canvas"})


def between_notes(graph: Graph) -> Notes:
    """Return the notes alone, joined where one leads to another; ``count`` says how often.

    Nodes and edges are in the order of their ids, as in ``graph.json``: what is worked out
    over them does not depend on how the vault was read.

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
    ids = sorted(node for node, data in graph.nodes.items() if data["kind"] == "note")
    notes: Notes = nx.DiGraph()
    notes.add_nodes_from(ids)
    known = set(ids)
    leading = dict(graph.adjacency())
    for source in ids:
        targets = leading[source]
        for target in sorted(known.intersection(targets) - {source}):
            joining = [edge["count"] for edge in targets[target].values() if edge["kind"] in JOINING]
            if joining:
                notes.add_edge(source, target, count=sum(joining))
    return notes


def ties(notes: Notes) -> Ties:
    """Return the same without directions; ``count`` says how often either leads to the other.

    Examples
    --------
    >>> import networkx as nx
    >>> notes = nx.DiGraph()
    >>> notes.add_weighted_edges_from([("A", "B", 2), ("B", "A", 1)], weight="count")
    >>> list(ties(notes).edges(data="count"))
    [('A', 'B', 3)]
    """
    tied: Ties = nx.Graph()
    tied.add_nodes_from(notes)
    for source, target, data in notes.edges(data=True):
        before = tied.edges[source, target]["count"] if tied.has_edge(source, target) else 0
        tied.add_edge(source, target, count=before + data["count"])
    return tied


class Joined(Struct, frozen=True):
    """A graph with its notes alone, joined with directions and without."""

    graph: Graph
    notes: Notes
    tied: Ties
    near: Mapping[str, frozenset[str]]
    """The neighbours of each note: what is common to two is found a hundred times as fast in sets."""


def joined(graph: Graph) -> Joined:
    """Return a graph with what :func:`between_notes` and :func:`ties` make of it."""
    notes = between_notes(graph)
    tied = ties(notes)
    return Joined(graph, notes, tied, {node: frozenset(others) for node, others in tied.adjacency()})


def parts(tied: Ties) -> int:
    """Count the groups of two or more notes that no link joins to the rest.

    >>> import networkx as nx
    >>> parts(nx.Graph([("A", "B"), ("C", "D"), ("D", "E")]))
    2
    """
    return sum(len(part) > 1 for part in nx.connected_components(tied))


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
