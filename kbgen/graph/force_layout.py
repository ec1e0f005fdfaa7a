"""Lay out one connected part of a graph by forces: what is linked attracts, all else pushes off.

Nothing is left to chance: a node starts where the hash of its id and of its folder puts it, and igraph draws
the same numbers on every run (:mod:`kbgen.graph.seeded`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b

import igraph

Position = tuple[float, float]
Positions = dict[str, Position]

UNIT_RADIUS = 0.85
"""Radius of a part by the root of the number of its nodes."""
_MAX_KAMADA_KAWAI_NODES = 12
"""Up to so many nodes the slower and finer layout of Kamada and Kawai is used."""
_MAX_NODE_STEPS = 60_000
"""Steps times nodes: a small part is cheap, and worked out long enough to come to rest."""
_MIN_GRID_NODES = 300
"""From so many nodes on, forces are worked out in the rough: nodes far from each other do not push."""
_START_TEMPERATURE = 0.06
"""The first steps are short: in long ones the least change would lead elsewhere."""
_DEGREE_EXPONENT = 0.4
"""How much less a link pulls for the degree of its end, as an exponent."""


def force_layout(ids: Sequence[str], adjacency: Mapping[str, set[str]]) -> Positions:
    """Lay out one connected part as a whole."""
    if len(ids) == 1:
        return {ids[0]: (0.0, 0.0)}
    if len(ids) == 2:
        return {ids[0]: (-0.6, 0.0), ids[1]: (0.6, 0.0)}
    start = initial_positions(ids)
    network = igraph.Graph(n=len(ids), edges=edge_list(ids, adjacency))
    if len(ids) <= _MAX_KAMADA_KAWAI_NODES:
        layout = network.layout_kamada_kawai(seed=start, maxiter=50 * len(ids))
    else:
        layout = _fruchterman_reingold(network, start)
    return _scaled(ids, _rotated_back(_finite(layout, start), start), UNIT_RADIUS * math.sqrt(len(ids)) + 0.8)


def _fruchterman_reingold(network: igraph.Graph, start: Sequence[Position]) -> igraph.Layout:
    return network.layout_fruchterman_reingold(
        niter=max(200, min(800, _MAX_NODE_STEPS // len(start))),
        seed=[(x * math.sqrt(len(start)), y * math.sqrt(len(start))) for x, y in start],
        start_temp=_START_TEMPERATURE * math.sqrt(len(start)),
        grid=len(start) >= _MIN_GRID_NODES,
        weights=edge_weights(network) or None,
    )


def edge_list(ids: Sequence[str], adjacency: Mapping[str, set[str]]) -> list[tuple[int, int]]:
    """Return the edges among some nodes, by the indexes of their ends, sorted."""
    index = {node: number for number, node in enumerate(ids)}
    return sorted(
        (number, index[other])
        for number, node in enumerate(ids)
        for other in adjacency[node]
        if index.get(other, -1) > number
    )


def edge_weights(network: igraph.Graph) -> list[float]:
    """Return how hard each edge pulls, 1 on average: a link to what is linked everywhere says little."""
    degrees = network.degree()
    weights = [
        max(degrees[one], degrees[other]) ** -_DEGREE_EXPONENT for one, other in network.get_edgelist()
    ]
    mean = sum(weights) / max(1, len(weights))
    return [weight / mean for weight in weights]


def initial_positions(ids: Iterable[str]) -> list[Position]:
    """Return where each node begins: by the hash of its id, near the others of its folder."""
    found = []
    for node in ids:
        x, y = hashed_position(node)
        near_x, near_y = hashed_position(node.rpartition("/")[0] + "/")
        found.append((0.4 * x + 0.6 * near_x, 0.4 * y + 0.6 * near_y))
    return found


def hashed_position(text: str) -> Position:
    """Return a point between -0.5 and 0.5 that hangs on a text alone."""
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return (
        int.from_bytes(digest[:4], "big") / 2**32 - 0.5,
        int.from_bytes(digest[4:], "big") / 2**32 - 0.5,
    )


def _finite(layout: Iterable[Sequence[float]], start: Sequence[Position]) -> list[Position]:
    return [
        (x, y) if math.isfinite(x) and math.isfinite(y) else begun
        for (x, y), begun in zip(layout, start, strict=True)
    ]


def _rotated_back(points: Sequence[Position], start: Sequence[Position]) -> list[Position]:
    """Turn, and mirror where that is nearer, until the points lie as they began.

    Forces leave it open which way round a drawing is, and the least change would turn it about.
    """
    middle_x, middle_y = centroid(points)
    moved = [(x - middle_x, y - middle_y) for x, y in points]
    best: tuple[float, float, int] = (-1.0, 0.0, 1)
    for sign in (1, -1):
        along = sum(x * a + sign * y * b for (x, y), (a, b) in zip(moved, start, strict=True))
        across = sum(x * b - sign * y * a for (x, y), (a, b) in zip(moved, start, strict=True))
        best = max(best, (math.hypot(along, across), math.atan2(across, along), sign))
    _, angle, sign = best
    cos, sin = math.cos(angle), math.sin(angle)
    return [(x * cos - sign * y * sin, x * sin + sign * y * cos) for x, y in moved]


def centroid(points: Sequence[Position]) -> Position:
    """Return the middle of some points, of one at least."""
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


def _scaled(ids: Sequence[str], points: Sequence[Position], radius: float) -> Positions:
    """Bring the points to a size: nine of ten lie within the radius, and no other far beyond it."""
    distances = sorted(math.hypot(x, y) for x, y in points)
    reach = distances[int(0.9 * (len(distances) - 1))] or distances[-1] or 1.0
    places = {}
    for node, (x, y) in zip(ids, points, strict=True):
        far = math.hypot(x, y) / reach
        kept = far if far <= 1 else 1 + 0.5 * math.log(far)
        factor = radius * kept / far / reach if far else 0.0
        places[node] = (x * factor, y * factor)
    return places
