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
from kbgen.graph.community_layout import community_layout
from kbgen.graph.force_layout import Position, Positions, centroid, edge_list, force_layout, hashed_position
from kbgen.graph.packing import grid, packed
from kbgen.graph.seeded import seeded

_MIN_COMMUNITY_NODES = 400
"""From so many nodes on, a part is laid out as islands."""
_LARGE_RADIUS, _MAX_CLEARED, _CLEARANCE = 0.28, 200, 0.5
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
    adjacency = _adjacency(graph, ids)
    notes = [node for node in ids if graph.nodes[node]["kind"] == "note"]
    attached = [node for node in ids if graph.nodes[node]["kind"] != "note" and adjacency[node]]
    isolated = [node for node in ids if graph.nodes[node]["kind"] != "note" and not adjacency[node]]
    with seeded():
        places = _without_overlaps(packed(_components([*notes, *isolated], adjacency)), adjacency)
    places |= _beside(attached, adjacency, places)
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


def _adjacency(graph: Graph, ids: Collection[str]) -> dict[str, set[str]]:
    """Return what each node is joined with, whichever way the edge leads."""
    adjacency: dict[str, set[str]] = {node: set() for node in ids}
    for source, target in graph.edges():
        if source != target and source in adjacency and target in adjacency:
            adjacency[source].add(target)
            adjacency[target].add(source)
    return adjacency


def _components(ids: Sequence[str], adjacency: Mapping[str, set[str]]) -> list[Positions]:
    """Lay out each connected part around the origin, the largest first; single nodes last, as one part."""
    network = igraph.Graph(n=len(ids), edges=edge_list(ids, adjacency))
    found = [[ids[number] for number in part] for part in network.connected_components()]
    parts = sorted((part for part in found if len(part) > 1), key=lambda part: (-len(part), part[0]))
    singles = [part[0] for part in found if len(part) == 1]
    placed = [_laid_out(part, adjacency) for part in parts]
    return [*placed, *([grid(singles)] if singles else [])]


def _laid_out(part: Sequence[str], adjacency: Mapping[str, set[str]]) -> Positions:
    layout = community_layout if len(part) >= _MIN_COMMUNITY_NODES else force_layout
    return layout(part, adjacency)


def _without_overlaps(places: Positions, adjacency: Mapping[str, set[str]]) -> Positions:
    """Push others off the large nodes, which would hide them; the larger one of two stays."""
    radii = {node: radius_of(sum(other in places for other in adjacency[node])) for node in places}
    large = sorted(
        (node for node in places if radii[node] > _LARGE_RADIUS), key=lambda node: (-radii[node], node)
    )
    at = dict(places)
    for _ in range(3):
        by_x = sorted((x, node) for node, (x, _) in at.items())
        for rank, node in enumerate(large[:_MAX_CLEARED]):
            first = bisect_left(by_x, (at[node][0] - radii[node] - 3, ""))
            last = bisect_left(by_x, (at[node][0] + radii[node] + 3, ""))
            firm = set(large[: rank + 1])
            for _, other in by_x[first:last]:
                if other not in firm:
                    room = _CLEARANCE if radii[other] > _LARGE_RADIUS else 0.1
                    at[other] = _pushed_out(at[node], radii[node] + radii[other] + room, at[other], other)
    return at


def _pushed_out(centre: Position, radius: float, point: Position, node: str) -> Position:
    """Move a point out of a disc, the shortest way."""
    x, y = point[0] - centre[0], point[1] - centre[1]
    apart = math.hypot(x, y)
    if apart >= radius:
        return point
    if apart < 1e-6:
        angle = 2 * math.pi * hashed_position(node)[0]
        x, y, apart = math.cos(angle), math.sin(angle), 1.0
    return centre[0] + x * radius / apart, centre[1] + y * radius / apart


def _beside(
    attached: Sequence[str], adjacency: Mapping[str, set[str]], places: Mapping[str, Position]
) -> Positions:
    """Put what is no note beside the notes that lead to it: in their middle, a step aside."""
    found = {}
    for node in attached:
        near = [places[other] for other in sorted(adjacency[node]) if other in places]
        x, y = centroid(near) if near else (0.0, 0.0)
        turn = hashed_position(node)
        angle = 2 * math.pi * turn[0]
        found[node] = (x + (0.8 + turn[1]) * math.cos(angle), y + (0.8 + turn[1]) * math.sin(angle))
    return found
