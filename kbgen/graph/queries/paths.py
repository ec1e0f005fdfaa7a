"""Paths through the vault: the shortest between two notes, and cycles along a property."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice, pairwise
from typing import Any

import networkx as nx

from kbgen.graph.build import Graph
from kbgen.graph.note_graph import DirectedNotes, UndirectedNotes, directed_notes, to_undirected
from kbgen.graph.note_links import LINK_KINDS
from kbgen.graph.queries.row import Row
from kbgen.graph.vocabulary import Direction

MAX_PATHS = 20
"""Shortest paths that are listed; all are equally short."""
MAX_CYCLES = 1_000
"""Cycles of one property that are listed."""


def path(
    graph: Graph, start: str, end: str, *, direction: Direction = "both", avoid_hubs: bool = False
) -> list[Row]:
    """Find the shortest paths between two notes, all that are equally short up to :data:`MAX_PATHS`.

    Parameters
    ----------
    graph
        As :func:`kbgen.graph.build.build_graph` makes it.
    start, end
        Ids of notes.
    direction
        Whether to follow links forward (``out``), backward (``in``) or either way.
    avoid_hubs
        Whether a step to a note with ``n`` neighbours counts as log2 ``n`` steps, rounded up and at least
        one, so that an index of everything is no short cut.

    Returns
    -------
    list of Row
        A row for each step of each path: ``id``, ``value`` (steps from the start), ``way`` (its number, from
        1) and ``by`` (how the step before leads here: ``→ link``, ``← up``). None where there is no path.

    Examples
    --------
    >>> from kbgen.graph.queries.row import example
    >>> for row in path(example("A>B up:C>B"), "A", "C"):
    ...     print(row["value"], row["id"], row["by"] or "begins")
    0 A begins
    1 B → link
    2 C ← up
    """
    notes = directed_notes(graph)
    paths = _shortest_paths(_traversed(notes, direction), start, end, avoid_hubs=avoid_hubs)
    rows: list[Row] = []
    for number, nodes in enumerate(islice(paths, MAX_PATHS), start=1):
        steps = ["", *(_step(graph, one, two, direction) for one, two in pairwise(nodes))]
        rows += [
            {"id": node, "value": place, "way": number, "by": by}
            for place, (node, by) in enumerate(zip(nodes, steps, strict=True))
        ]
    return rows


def _traversed(notes: DirectedNotes, direction: Direction) -> DirectedNotes | UndirectedNotes:
    if direction == "both":
        return to_undirected(notes)
    return notes if direction == "out" else notes.reverse()


def _shortest_paths(
    traversed: DirectedNotes | UndirectedNotes, start: str, end: str, *, avoid_hubs: bool
) -> Iterator[Sequence[str]]:
    def cost(_here: str, there: str, _data: dict[str, Any]) -> int:
        neighbours: int = traversed.degree(there)
        return max(1, (neighbours - 1).bit_length())

    weight: Callable[[str, str, dict[str, Any]], int] | None = cost if avoid_hubs else None
    if nx.has_path(traversed, start, end):
        yield from nx.all_shortest_paths(traversed, start, end, weight=weight)


def _step(graph: Graph, one: str, two: str, direction: Direction) -> str:
    there = _kinds(graph, one, two) if direction != "in" else ()
    back = _kinds(graph, two, one) if direction != "out" else ()
    return ", ".join([*(f"→ {kind}" for kind in there), *(f"← {kind}" for kind in back)])


def _kinds(graph: Graph, one: str, two: str) -> list[str]:
    """Return how one note leads to another: kinds of edges, a property by its name."""
    if not graph.has_edge(one, two):
        return []
    edges = graph[one][two].values()
    return sorted({data["property"] or data["kind"] for data in edges if data["kind"] in LINK_KINDS})


def cycles(graph: Graph, along: str = "up") -> list[Row]:
    """List the cycles that a property leads in, such as notes that are above each other.

    Parameters
    ----------
    graph
        As :func:`kbgen.graph.build.build_graph` makes it.
    along
        The property, in any case.

    Returns
    -------
    list of Row
        ``id`` (the first note by alphabet), ``value`` (how many notes) and ``path``, the shortest first. Of
        more than :data:`MAX_CYCLES` those that are found first, whatever their length. A note that names
        itself is no cycle.

    Examples
    --------
    >>> from kbgen.graph.queries.row import example
    >>> cycles(example("up:A>B up:B>C up:C>A up:C>D"))
    [{'id': 'A', 'value': 3, 'path': 'A → B → C → A'}]
    """
    wanted = along.casefold()
    nodes = sorted(graph)
    place = {node: number for number, node in enumerate(nodes)}
    up: nx.DiGraph[int] = nx.DiGraph()  # of numbers: their sets have the same order on every run
    up.add_edges_from(
        sorted(
            (place[source], place[target])
            for source, target, data in graph.edges(data=True)
            if source != target and (data["property"] or "").casefold() == wanted
        )
    )
    found = [_rotated_to_least(cycle) for cycle in islice(nx.simple_cycles(up), MAX_CYCLES)]
    found.sort(key=lambda cycle: (len(cycle), cycle))
    rows: list[Row] = []
    for cycle in found:
        names = [nodes[number] for number in cycle]
        rows.append({"id": names[0], "value": len(names), "path": " → ".join([*names, names[0]])})
    return rows


def _rotated_to_least(cycle: Sequence[int]) -> list[int]:
    first = cycle.index(min(cycle))
    return [*cycle[first:], *cycle[:first]]
