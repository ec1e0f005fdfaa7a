"""The notes alone, joined where one leads to another: what every measure looks at.

Links, embeds, properties and canvas edges join two notes; a note's link to itself joins nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import networkx as nx
from msgspec import Struct

from kbgen.graph.build import Graph
from kbgen.graph.note_links import LINK_KINDS, NoteLinks

if TYPE_CHECKING:
    DirectedNotes = nx.DiGraph[str]
    UndirectedNotes = nx.Graph[str]
else:
    DirectedNotes, UndirectedNotes = nx.DiGraph, nx.Graph  # networkx has no type arguments at run time


def directed_notes(graph: Graph) -> DirectedNotes:
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
    >>> list(directed_notes(graph).edges(data="count"))
    [('A.md', 'B.md', 3)]
    """
    ids = sorted(node for node, data in graph.nodes.items() if data["kind"] == "note")
    notes: DirectedNotes = nx.DiGraph()
    notes.add_nodes_from(ids)
    known = set(ids)
    leading = dict(graph.adjacency())
    for source in ids:
        targets = leading[source]
        for target in sorted(known.intersection(targets) - {source}):
            joining = [edge["count"] for edge in targets[target].values() if edge["kind"] in LINK_KINDS]
            if joining:
                notes.add_edge(source, target, count=sum(joining))
    return notes


def to_undirected(notes: DirectedNotes) -> UndirectedNotes:
    """Return the same without directions; ``count`` says how often either leads to the other.

    Examples
    --------
    >>> import networkx as nx
    >>> notes = nx.DiGraph()
    >>> notes.add_weighted_edges_from([("A", "B", 2), ("B", "A", 1)], weight="count")
    >>> list(to_undirected(notes).edges(data="count"))
    [('A', 'B', 3)]
    """
    undirected: UndirectedNotes = nx.Graph()
    undirected.add_nodes_from(notes)
    for source, target, data in notes.edges(data=True):
        before = undirected.edges[source, target]["count"] if undirected.has_edge(source, target) else 0
        undirected.add_edge(source, target, count=before + data["count"])
    return undirected


class NoteGraph(Struct, frozen=True):
    """A graph with its notes alone, joined with directions and without."""

    graph: Graph
    directed: DirectedNotes
    undirected: UndirectedNotes

    @property
    def links(self) -> NoteLinks:
        """The same as sets of neighbours."""
        titles = {node: data["title"] for node, data in self.graph.nodes.items() if data["kind"] == "note"}
        successors = {node: frozenset(self.directed.succ[node]) for node in self.directed}
        predecessors = {node: frozenset(self.directed.pred[node]) for node in self.directed}
        adjacency = {node: frozenset(neighbours) for node, neighbours in self.undirected.adjacency()}
        return NoteLinks(successors, predecessors, adjacency, titles)


def note_graph(graph: Graph) -> NoteGraph:
    """Return a graph with what :func:`directed_notes` and :func:`to_undirected` make of it."""
    directed = directed_notes(graph)
    return NoteGraph(graph, directed, to_undirected(directed))


class InducedSubgraph(Struct, frozen=True):
    """Some notes and the links among them."""

    notes: int
    components: int
    """Weakly connected components: parts that no link joins, whichever way it leads."""
    successors: Mapping[str, Sequence[str]]
    """For each note that leads to others of them, those others."""


def induced_subgraph(notes: DirectedNotes, chosen: Iterable[str]) -> InducedSubgraph:
    """Return the subgraph that some notes induce.

    Examples
    --------
    >>> import networkx as nx
    >>> induced_subgraph(nx.DiGraph([("A", "B"), ("B", "C"), ("C", "D")]), ["A", "B", "D"])
    InducedSubgraph(notes=3, components=2, successors={'A': ['B']})
    """
    among = notes.subgraph(chosen)
    return InducedSubgraph(
        len(among),
        nx.number_weakly_connected_components(among),
        {node: sorted(among[node]) for node in sorted(among) if among[node]},
    )
