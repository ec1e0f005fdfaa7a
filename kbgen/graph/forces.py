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
Places = dict[str, Position]

ROOM = 0.85
"""Radius of a part by the root of the number of its nodes."""
_EXACT = 12
"""Up to so many nodes the slower and finer layout of Kamada and Kawai is used."""
_STEPS = 60_000
"""Steps times nodes: a small part is cheap, and worked out long enough to come to rest."""
_MANY = 300
"""From so many nodes on, forces are worked out in the rough: nodes far from each other do not push."""
_CALM = 0.06
"""The first steps are short: in long ones the least change would lead elsewhere."""
_LESS = 0.4
"""How much less a link pulls for the degree of its end, as an exponent."""


def laid_out(ids: Sequence[str], joined: Mapping[str, set[str]]) -> Places:
    """Lay out one connected part as a whole."""
    if len(ids) == 1:
        return {ids[0]: (0.0, 0.0)}
    if len(ids) == 2:
        return {ids[0]: (-0.6, 0.0), ids[1]: (0.6, 0.0)}
    start = starts(ids)
    drawn = igraph.Graph(n=len(ids), edges=linked(ids, joined))
    if len(ids) <= _EXACT:
        layout = drawn.layout_kamada_kawai(seed=start, maxiter=50 * len(ids))
    else:
        layout = _by_forces(drawn, start)
    return _sized(ids, _turned(_finite(layout, start), start), ROOM * math.sqrt(len(ids)) + 0.8)


def _by_forces(drawn: igraph.Graph, start: Sequence[Position]) -> igraph.Layout:
    return drawn.layout_fruchterman_reingold(
        niter=max(200, min(800, _STEPS // len(start))),
        seed=[(x * math.sqrt(len(start)), y * math.sqrt(len(start))) for x, y in start],
        start_temp=_CALM * math.sqrt(len(start)),
        grid=len(start) >= _MANY,
        weights=pulls(drawn) or None,
    )


def linked(ids: Sequence[str], joined: Mapping[str, set[str]]) -> list[tuple[int, int]]:
    """Return the edges among some nodes, by the indexes of their ends, sorted."""
    index = {node: number for number, node in enumerate(ids)}
    return sorted(
        (number, index[other])
        for number, node in enumerate(ids)
        for other in joined[node]
        if index.get(other, -1) > number
    )


def pulls(drawn: igraph.Graph) -> list[float]:
    """Return how hard each edge pulls, 1 on average: a link to what is linked everywhere says little."""
    degrees = drawn.degree()
    weights = [max(degrees[one], degrees[other]) ** -_LESS for one, other in drawn.get_edgelist()]
    mean = sum(weights) / max(1, len(weights))
    return [weight / mean for weight in weights]


def starts(ids: Iterable[str]) -> list[Position]:
    """Return where each node begins: by the hash of its id, near the others of its folder."""
    found = []
    for node in ids:
        x, y = hashed(node)
        near_x, near_y = hashed(node.rpartition("/")[0] + "/")
        found.append((0.4 * x + 0.6 * near_x, 0.4 * y + 0.6 * near_y))
    return found


def hashed(text: str) -> Position:
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


def _turned(points: Sequence[Position], start: Sequence[Position]) -> list[Position]:
    """Turn, and mirror where that is nearer, until the points lie as they began.

    Forces leave it open which way round a drawing is, and the least change would turn it about.
    """
    middle_x, middle_y = middle(points)
    moved = [(x - middle_x, y - middle_y) for x, y in points]
    best: tuple[float, float, int] = (-1.0, 0.0, 1)
    for sign in (1, -1):
        along = sum(x * a + sign * y * b for (x, y), (a, b) in zip(moved, start, strict=True))
        across = sum(x * b - sign * y * a for (x, y), (a, b) in zip(moved, start, strict=True))
        best = max(best, (math.hypot(along, across), math.atan2(across, along), sign))
    _, angle, sign = best
    cos, sin = math.cos(angle), math.sin(angle)
    return [(x * cos - sign * y * sin, x * sin + sign * y * cos) for x, y in moved]


def middle(points: Sequence[Position]) -> Position:
    """Return the middle of some points, of one at least."""
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


def _sized(ids: Sequence[str], points: Sequence[Position], radius: float) -> Places:
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
