"""The notes alone, joined where one leads to another, as sets of neighbours by id.

Links, embeds, properties and canvas edges join two notes; a note's link to itself joins nothing. What two
notes have in common is found a hundred times as fast in sets as in a networkx graph, and needs none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import fsum, log

from msgspec import Struct

from kbgen.graph.records import Edge, GraphRecords
from kbgen.locales.locale import ENGLISH, Locale
from kbgen.notes.document import document_kinds

MAX_DEGREE = 50
"""Neighbours up to which a note brings others together: an index of everything says little of them."""

DIGITS = 10
"""Decimals of a measure: what lies beyond differs from machine to machine."""

LINK_KINDS = frozenset({"link", "embed", "property"}) | {
    kind.edge for kind in document_kinds().values() if kind.edge
}

_MAX_TITLES = 3
"""Notes that a reason names."""

Neighbours = Mapping[str, frozenset[str]]


class NoteLinks(Struct, frozen=True):
    """For every note the notes that it is joined to."""

    successors: Neighbours
    """Those that it leads to."""
    predecessors: Neighbours
    """Those that lead to it."""
    adjacency: Neighbours
    """Both."""
    titles: Mapping[str, str]


class SharedNeighbours(Struct, frozen=True):
    """What two notes have in common."""

    jaccard: float
    """Share of all their neighbours that are neighbours of both."""
    adamic_adar: float
    """Sum over those neighbours of 1 / log of how many neighbours each has."""
    cocited: int
    """Notes that lead to both."""
    reason: str
    """In words, by title."""


def note_links(records: GraphRecords) -> NoteLinks:
    """Return the notes of a graph, joined."""
    titles = {node: data.title for node, data in records.nodes.items() if data.kind == "note"}
    successors = {
        source: frozenset(
            edge.target
            for edge in records.edges.get(source, ())
            if edge.kind in LINK_KINDS and edge.target in titles and edge.target != source
        )
        for source in titles
    }
    leading: dict[str, list[str]] = {node: [] for node in titles}
    for source, targets in successors.items():
        for target in targets:
            leading[target].append(source)
    predecessors = {node: frozenset(sources) for node, sources in leading.items()}
    adjacency = {node: targets | predecessors[node] for node, targets in successors.items()}
    return NoteLinks(successors, predecessors, adjacency, titles)


def undirected_edges(links: NoteLinks, edges: Mapping[str, Iterable[Edge]]) -> list[tuple[str, str, int]]:
    """Return every pair of notes that is joined, with how often either leads to the other.

    In the order in which networkx has the edges of an undirected graph that the links were put into one by
    one, sources and targets in order: what is worked out over them does not depend on how they were read.
    """
    counts: dict[str, dict[str, int]] = {}
    for source, all_ways in edges.items():
        ways = counts[source] = {}
        for edge in all_ways:
            if edge.kind in LINK_KINDS:
                ways[edge.target] = ways.get(edge.target, 0) + edge.count
    nothing: dict[str, int] = {}
    found: list[tuple[str, str, int]] = []
    for one in sorted(links.titles):
        targets, sources = links.successors[one], links.predecessors[one]
        later = sorted(other for other in targets if other > one)
        later += sorted(other for other in sources - targets if other > one)
        there = counts.get(one, nothing)
        found += [
            (one, other, there.get(other, 0) + counts.get(other, nothing).get(one, 0)) for other in later
        ]
    return found


def component_count(adjacency: Neighbours) -> int:
    """Count the connected components of two or more notes.

    >>> component_count({"A": frozenset("B"), "B": frozenset("A"), "C": frozenset()})
    1
    """
    seen: set[str] = set()
    count = 0
    for node, neighbours in adjacency.items():
        if neighbours and node not in seen:
            count += 1
            waiting = [node]
            seen.add(node)
            while waiting:
                further = adjacency[waiting.pop()] - seen
                seen |= further
                waiting += further
    return count


def by_degree(degrees: Mapping[str, int]) -> list[str]:
    """Return nodes by how many lead to them, the most wanted first."""
    return sorted(degrees, key=lambda node: (-degrees[node], node))


def shared_neighbours(links: NoteLinks, one: str, two: str, locale: Locale = ENGLISH) -> SharedNeighbours:
    """Return what two notes of a vault have in common."""
    return SharedNeighbours(
        jaccard=round(jaccard(links.adjacency, one, two), DIGITS),
        adamic_adar=round(adamic_adar(links.adjacency, one, two), DIGITS),
        cocited=len(common_predecessors(links, one, two)),
        reason=_reason(links, one, two, locale),
    )


def common_predecessors(links: NoteLinks, one: str, two: str) -> list[str]:
    """Return the notes that lead to both of two."""
    return sorted(links.predecessors[one] & links.predecessors[two])


def jaccard(adjacency: Neighbours, one: str, two: str) -> float:
    """Return the share of the neighbours of two notes that are neighbours of both."""
    return _jaccard(adjacency[one], adjacency[two])


def adamic_adar(adjacency: Neighbours, one: str, two: str) -> float:
    """Return the sum over the common neighbours of two notes of 1 / log of how many neighbours each has."""
    # fsum: the same whatever the order of a set
    return fsum(1 / log(len(adjacency[node])) for node in adjacency[one] & adjacency[two])


def related(links: NoteLinks, note: str, most: int, locale: Locale = ENGLISH) -> list[tuple[str, str]]:
    """Return the notes that one has most in common with and is not joined to, each with the reason.

    Notes with more than :data:`MAX_DEGREE` neighbours are not among them and bring none together, and a
    single neighbour in common is no reason.

    Parameters
    ----------
    links
        The notes of the vault.
    note
        Id of a note.
    most
        How many at most.
    locale
        The language of the reasons.

    Examples
    --------
    >>> from kbgen.graph.queries.row import example
    >>> from kbgen.graph.note_graph import note_graph
    >>> related(note_graph(example("I>A I>B A>C B>C")).links, "A", 3)
    [('B', 'both lead to C; I leads to both')]
    """
    own = links.adjacency[note]
    around = {middle: links.adjacency[middle] for middle in own}
    once: set[str] = set()
    twice: set[str] = set()
    for neighbours in around.values():
        if len(neighbours) <= MAX_DEGREE:
            twice |= once & neighbours
            once |= neighbours
    found = {other: links.adjacency[other] for other in twice - own if other != note}
    few = {other for other, theirs in found.items() if len(theirs) <= MAX_DEGREE}
    weights: dict[str, list[float]] = {other: [] for other in few}
    for neighbours in around.values():
        common = few & neighbours
        if common:
            weight = 1 / log(len(neighbours))
            for other in common:
                weights[other].append(weight)
    strengths = {other: fsum(parts) for other, parts in weights.items()}
    # Of few it must be asked more than how strong they are: of those that may be among the strongest.
    least = min(sorted(strengths.values())[-most:], default=0.0) - 2 * 10**-DIGITS
    best = sorted(
        (-round(strength, DIGITS), -round(_jaccard(own, found[other]), DIGITS), other)
        for other, strength in strengths.items()
        if strength >= least
    )
    return [(other, _reason(links, note, other, locale)) for *_, other in best[:most]]


def _jaccard(one: frozenset[str], two: frozenset[str]) -> float:
    common = len(one & two)
    return common / (len(one) + len(two) - common) if common else 0.0


def _reason(links: NoteLinks, one: str, two: str, locale: Locale) -> str:
    """Say why two notes are alike."""
    common = links.adjacency[one] & links.adjacency[two]
    successors = links.successors[one] & links.successors[two]
    predecessors = links.predecessors[one] & links.predecessors[two]
    others = common - successors - predecessors
    reasons = []
    if successors:
        # Translators: why two notes are alike, and what both link to; the next ones are reasons as well.
        said = locale.gettext("both lead to %(notes)s")
        reasons.append(said % {"notes": _listed(links, successors, locale)})
    if predecessors:
        said = locale.ngettext("%(notes)s leads to both", "%(notes)s lead to both", len(predecessors))
        reasons.append(said % {"notes": _listed(links, predecessors, locale)})
    if others:
        said = locale.ngettext("%(notes)s lies between", "%(notes)s lie between", len(others))
        reasons.append(said % {"notes": _listed(links, others, locale)})
    # Translators: stands between reasons.
    return locale.pgettext("reasons", "; ").join(reasons)


def _listed(links: NoteLinks, nodes: Iterable[str], locale: Locale) -> str:
    some = sorted(nodes)
    titles = [links.titles[node] for node in some[:_MAX_TITLES]]
    return locale.listed(titles, len(some) - len(titles))
