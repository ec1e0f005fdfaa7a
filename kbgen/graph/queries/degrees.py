"""What can be counted: links in and out, notes that stand alone, names that nobody bears."""

from __future__ import annotations

from collections import Counter

from kbgen.graph.build import Graph
from kbgen.graph.note_graph import directed_notes
from kbgen.graph.note_links import by_degree
from kbgen.graph.queries.row import Row


def degree(graph: Graph) -> list[Row]:
    """Count for each note the notes that lead to it and those that it leads to, the best joined first.

    Parameters
    ----------
    graph
        As :func:`kbgen.graph.build.build_graph` makes it; so for all questions.

    Returns
    -------
    list of Row
        ``id``, ``in`` and ``out``.

    Examples
    --------
    >>> from kbgen.graph.queries.row import example
    >>> degree(example("A>B A>C"))
    [{'id': 'A', 'in': 0, 'out': 2}, {'id': 'B', 'in': 1, 'out': 0}, {'id': 'C', 'in': 1, 'out': 0}]
    """
    notes = directed_notes(graph)
    ordered = sorted(notes, key=lambda node: (-notes.degree(node), node))
    return [{"id": node, "in": notes.in_degree(node), "out": notes.out_degree(node)} for node in ordered]


def orphans(graph: Graph) -> list[Row]:
    """List the notes that no link joins to another note.

    Examples
    --------
    >>> from kbgen.graph.queries.row import example
    >>> orphans(example("A>B C"))
    [{'id': 'C', 'value': 0}]
    """
    notes = directed_notes(graph)
    return [{"id": node, "value": 0} for node in notes if not notes.degree(node)]


def dead_ends(graph: Graph) -> list[Row]:
    """List the notes that lead to no other note, the most wanted first; ``value`` counts what leads there.

    Examples
    --------
    >>> from kbgen.graph.queries.row import example
    >>> dead_ends(example("A>C B>C B>D"))
    [{'id': 'C', 'value': 2}, {'id': 'D', 'value': 1}]
    """
    notes = directed_notes(graph)
    ends = by_degree({node: notes.in_degree(node) for node in notes if not notes.out_degree(node)})
    return [{"id": node, "value": notes.in_degree(node)} for node in ends]


def unresolved(graph: Graph) -> list[Row]:
    """List the names that no note bears, the most wanted first; ``value`` counts the places.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.MultiDiGraph()
    >>> graph.add_node("A.md", kind="note")
    >>> graph.add_node("unresolved:B", kind="unresolved")
    >>> _ = graph.add_edge("A.md", "unresolved:B", kind="link", count=2)
    >>> unresolved(graph)
    [{'id': 'unresolved:B', 'value': 2}]
    """
    wanted: Counter[str] = Counter()
    for _, target, data in graph.edges(data=True):
        if graph.nodes[target]["kind"] == "unresolved":
            wanted[target] += data["count"]
    return [{"id": node, "value": wanted[node]} for node in by_degree(wanted)]
