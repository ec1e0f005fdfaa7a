"""Where each node stands in a picture: near what it is linked with, and in the same place in every run.

Notes are laid out by the links among them, each connected part on its own. Attachments, tags and names that
no note bears then stand beside what leads to them, so that showing or hiding them moves no note. Distances
are in units of the room of one node.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence

import igraph

from kbgen.graph.build import Graph
from kbgen.graph.forces import Places, Position, hashed, laid_out, linked, middle
from kbgen.graph.islands import as_islands
from kbgen.graph.packing import block, packed
from kbgen.graph.seeded import seeded

_ISLANDS = 400
"""From so many nodes on, a part is laid out as islands."""
_LARGE, _CLEARED, _CLEARANCE = 0.28, 200, 0.5
"""Nodes above a radius get room around them: so many of them, and so much to the next such node."""


def positions(graph: Graph, nodes: Iterable[str]) -> dict[str, tuple[float, float]]:
    """Say where each node stands in a picture, x to the right and y downwards.

    Parameters
    ----------
    graph
        As :func:`kbgen.graph.build.build_graph` makes it.
    nodes
        The ids to place; only edges among them count.

    Returns
    -------
    dict[str, tuple[float, float]]
        A place for each id, in the order of the ids. The same nodes and edges give the same places, in
        whatever order they come.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.MultiDiGraph()
    >>> graph.add_node("A.md", kind="note")
    >>> positions(graph, ["A.md"])
    {'A.md': (0.0, 0.0)}
    """
    ids = sorted(set(nodes))
    joined = _neighbours(graph, ids)
    notes = [node for node in ids if graph.nodes[node]["kind"] == "note"]
    hanging = [node for node in ids if graph.nodes[node]["kind"] != "note" and joined[node]]
    alone = [node for node in ids if graph.nodes[node]["kind"] != "note" and not joined[node]]
    with seeded():
        places = _cleared(packed(_parts([*notes, *alone], joined)), joined)
    places |= _beside(hanging, joined, places)
    return {node: (round(places[node][0], 4), round(places[node][1], 4)) for node in ids}


def radius_of(neighbours: int) -> float:
    """Say how large a node is drawn, in the units of :func:`positions`.

    Parameters
    ----------
    neighbours
        How many nodes it is joined with.

    Examples
    --------
    >>> [round(radius_of(each), 2) for each in (0, 4, 100, 10_000)]
    [0.16, 0.25, 0.61, 2.2]
    """
    return min(2.2, 0.16 + 0.045 * math.sqrt(neighbours))


def _neighbours(graph: Graph, ids: Collection[str]) -> dict[str, set[str]]:
    """Return what each node is joined with, whichever way the edge leads."""
    joined: dict[str, set[str]] = {node: set() for node in ids}
    for source, target in graph.edges():
        if source != target and source in joined and target in joined:
            joined[source].add(target)
            joined[target].add(source)
    return joined


def _parts(ids: Sequence[str], joined: Mapping[str, set[str]]) -> list[Places]:
    """Lay out each connected part around the origin, the largest first; single nodes last, as one part."""
    drawn = igraph.Graph(n=len(ids), edges=linked(ids, joined))
    found = [[ids[number] for number in part] for part in drawn.connected_components()]
    parts = sorted((part for part in found if len(part) > 1), key=lambda part: (-len(part), part[0]))
    singles = [part[0] for part in found if len(part) == 1]
    laid = [as_islands(part, joined) if len(part) >= _ISLANDS else laid_out(part, joined) for part in parts]
    return [*laid, *([block(singles)] if singles else [])]


def _cleared(places: Places, joined: Mapping[str, set[str]]) -> Places:
    """Push others off the large nodes, which would hide them; the larger one of two stays."""
    radii = {node: radius_of(sum(other in places for other in joined[node])) for node in places}
    large = sorted((node for node in places if radii[node] > _LARGE), key=lambda node: (-radii[node], node))
    at = dict(places)
    for _ in range(3):
        by_x = sorted((x, node) for node, (x, _) in at.items())
        for rank, node in enumerate(large[:_CLEARED]):
            first = bisect_left(by_x, (at[node][0] - radii[node] - 3, ""))
            last = bisect_left(by_x, (at[node][0] + radii[node] + 3, ""))
            firm = set(large[: rank + 1])
            for _, other in by_x[first:last]:
                if other not in firm:
                    room = _CLEARANCE if radii[other] > _LARGE else 0.1
                    at[other] = _off(at[node], radii[node] + radii[other] + room, at[other], other)
    return at


def _off(centre: Position, radius: float, point: Position, node: str) -> Position:
    """Move a point out of a disc, the shortest way."""
    x, y = point[0] - centre[0], point[1] - centre[1]
    apart = math.hypot(x, y)
    if apart >= radius:
        return point
    if apart < 1e-6:
        angle = 2 * math.pi * hashed(node)[0]
        x, y, apart = math.cos(angle), math.sin(angle), 1.0
    return centre[0] + x * radius / apart, centre[1] + y * radius / apart


def _beside(hanging: Sequence[str], joined: Mapping[str, set[str]], places: Mapping[str, Position]) -> Places:
    """Put what is no note beside the notes that lead to it: in their middle, a step aside."""
    found = {}
    for node in hanging:
        near = [places[other] for other in sorted(joined[node]) if other in places]
        x, y = middle(near) if near else (0.0, 0.0)
        turn = hashed(node)
        angle = 2 * math.pi * turn[0]
        found[node] = (x + (0.8 + turn[1]) * math.cos(angle), y + (0.8 + turn[1]) * math.sin(angle))
    return found
