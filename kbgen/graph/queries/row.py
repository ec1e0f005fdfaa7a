"""The rows of an answer, and small graphs to show them on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import networkx as nx

from kbgen.graph.build import Graph
from kbgen.graph.note_links import DIGITS

Row = Mapping[str, str | int | float]
"""``id``, and what is to be said of it: ``value``, or ``in`` and ``out``, and more."""


def ranked(values: Iterable[tuple[str, float]], *, digits: int = DIGITS) -> list[Row]:
    """Return rows of a measure, the highest first and those equal by id.

    Examples
    --------
    >>> ranked([("A", 0.1), ("B", 0.2), ("C", 0.1)])
    [{'id': 'B', 'value': 0.2}, {'id': 'A', 'value': 0.1}, {'id': 'C', 'value': 0.1}]
    """
    rounded = ((node, round(value, digits) + 0.0) for node, value in values)  # + 0.0: no negative zero
    return [
        {"id": node, "value": value} for node, value in sorted(rounded, key=lambda each: (-each[1], each[0]))
    ]


def example(edges: str) -> Graph:
    """Return a graph of notes from what is written, for the examples of the questions.

    >>> list(example("A>B up:B>C D").edges(data="kind"))
    [('A', 'B', 'link'), ('B', 'C', 'property')]
    """
    graph: Graph = nx.MultiDiGraph()
    for part in edges.split():
        name, _, edge = part.rpartition(":")
        ends = edge.split(">")
        for node in ends:
            graph.add_node(node, kind="note", title=node, tags=[], aliases=[])
        if len(ends) > 1:
            kind = "property" if name else "link"
            graph.add_edge(*ends, kind=kind, property=name or None, count=1, lines=[1], hidden=False)
    return graph
