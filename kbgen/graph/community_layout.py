"""Lay out a large connected part by its communities: each is an island, drawn as a disc.

As a whole it would be a ball of threads, since a few notes lead everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import igraph

from kbgen.graph.force_layout import UNIT_RADIUS, Position, Positions, edge_list, edge_weights, force_layout

_MIN_NODES, _MAX_COMMUNITIES = 12, 80
"""An island of fewer nodes joins the one that pulls most at it; there are about so many islands at most."""
_EVENNESS = 0.75
"""How far the nodes of an island are spread evenly over it, from not at all to wholly."""
_ASPECT = 1.4
"""Room is taken rather at the sides."""
_DIRECTIONS = 24
"""In so many directions around each island a place for the next is looked for."""
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))


def community_layout(ids: Sequence[str], adjacency: Mapping[str, set[str]]) -> Positions:
    """Lay out a large part by its communities: each as a disc, those that share links side by side."""
    members = _communities(ids, adjacency)
    if len(members) == 1:
        return _spread_evenly(force_layout(ids, adjacency))
    discs = [_spread_evenly(force_layout(each, adjacency)) for each in members]
    radii = [UNIT_RADIUS * math.sqrt(len(each)) + 1.2 for each in members]
    centres = _centres(members, adjacency, radii)
    return {
        node: (x + centre[0], y + centre[1])
        for disc, centre in zip(discs, centres, strict=True)
        for node, (x, y) in disc.items()
    }


def _communities(ids: Sequence[str], adjacency: Mapping[str, set[str]]) -> list[list[str]]:
    """Split nodes into communities, the largest first; those too small for an island join others."""
    network = igraph.Graph(n=len(ids), edges=edge_list(ids, adjacency))
    weights = edge_weights(network)
    # Folders are a start that means something and stays, so that a changed note moves few others.
    folders: dict[str, int] = {}
    start = [folders.setdefault(node.rpartition("/")[0], len(folders)) for node in ids]
    found = network.community_leiden("modularity", weights=weights, initial_membership=start, n_iterations=4)
    of = _merged(network, weights, list(found.membership))
    members: dict[int, list[str]] = {}
    for node, community in zip(ids, of, strict=True):
        members.setdefault(community, []).append(node)
    return sorted(members.values(), key=lambda each: (-len(each), each[0]))


def _merged(network: igraph.Graph, weights: Sequence[float], of: list[int]) -> list[int]:
    """Let each community that is too small, the smallest first, join the one that pulls most at it."""
    members: dict[int, list[int]] = {}
    for number, community in enumerate(of):
        members.setdefault(community, []).append(number)
    for small in sorted(members, key=lambda each: (len(members[each]), members[each][0])):
        if len(members[small]) >= max(_MIN_NODES, len(of) / _MAX_COMMUNITIES):
            continue
        wanted: dict[int, float] = {}
        for number in members[small]:
            for edge in network.incident(number):
                other = of[network.es[edge].source + network.es[edge].target - number]
                if other != small:
                    wanted[other] = wanted.get(other, 0.0) + weights[edge]
        if wanted:
            best = min(wanted, key=lambda each: (-wanted[each], each))
            for number in members[small]:
                of[number] = best
            members[best] += members.pop(small)
    return of


def _spread_evenly(places: Positions) -> Positions:
    """Spread the nodes of an island over its disc: what lies outside stays outside, but none lie in heaps."""
    order = sorted(places, key=lambda node: (math.hypot(*places[node]), node))
    radius = UNIT_RADIUS * math.sqrt(len(places))
    spread = {}
    for rank, node in enumerate(order):
        x, y = places[node]
        now = math.hypot(x, y)
        even = radius * math.sqrt((rank + 0.5) / len(order))
        wanted = _EVENNESS * even + (1 - _EVENNESS) * min(now, radius)
        angle = math.atan2(y, x) if now else rank * _GOLDEN_ANGLE
        spread[node] = (wanted * math.cos(angle), wanted * math.sin(angle))
    return spread


def _centres(
    members: Sequence[Sequence[str]], adjacency: Mapping[str, set[str]], radii: Sequence[float]
) -> list[Position]:
    """Place the islands: those with many links between them near each other, none over another."""
    island = {node: number for number, each in enumerate(members) for node in each}
    shared: dict[tuple[int, int], int] = {}
    for number, each in enumerate(members):
        for node in each:
            for other in adjacency[node]:
                there = island.get(other, -1)
                if there > number:
                    shared[number, there] = shared.get((number, there), 0) + 1
    return _packed_one_by_one(radii, shared)


def _packed_one_by_one(radii: Sequence[float], shared: Mapping[tuple[int, int], int]) -> list[Position]:
    """Put the largest disc in the middle, each next one where it touches, near to what it is linked with.

    Forces would do as well, but the least change of the vault would throw the islands about.
    """
    at: list[Position] = []
    for number, radius in enumerate(radii):
        pulls = [(shared.get((other, number), 0) / radii[other], at[other]) for other in range(number)]
        # Drawn to the middle as well; a little to the right and up, since of two equal places one must win.
        strength = sum(pull for pull, _ in pulls)
        x = sum(pull * each[0] for pull, each in pulls) / strength if strength else 0.0
        y = sum(pull * each[1] for pull, each in pulls) / strength if strength else 0.0
        at.append(_nearest_free(radius, (0.7 * x + 0.2 * radii[0], 0.7 * y - 0.1 * radii[0]), at, radii))
    return at


def _nearest_free(
    radius: float, wanted: Position, at: Sequence[Position], radii: Sequence[float]
) -> Position:
    """Return the free place at the rim of a disc that is nearest to the wanted one."""
    found: list[tuple[float, Position]] = [] if at else [(0.0, (0.0, 0.0))]
    for (x, y), other in zip(at, radii, strict=False):
        for step in range(_DIRECTIONS):
            angle = 2 * math.pi * (step + 0.3) / _DIRECTIONS
            far = radius + other
            place = (x + far * math.cos(angle), y - far * math.sin(angle))
            cost = math.hypot((place[0] - wanted[0]) / _ASPECT, place[1] - wanted[1])
            found.append((cost, place))
    for _, place in sorted(found):
        if all(
            math.hypot(place[0] - x, place[1] - y) >= radius + other - 1e-6
            for (x, y), other in zip(at, radii, strict=False)
        ):
            return place
    return min(found)[1]  # not met: at the outermost rim there is room
