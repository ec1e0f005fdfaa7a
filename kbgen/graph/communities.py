"""Communities: notes that are joined more among themselves than to the rest, each with a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, count

from msgspec import Struct

_MIN_TAG_EXCESS = 0.3
"""Share by which a tag must be more common in a community than in the vault to name it."""
_MAX_ITERATIONS = 10
"""Of improving; more take seconds in a large vault and gain a thousandth."""
_TITLES_IN_NAME = 2
"""Notes that a name mentions."""


class Community(Struct, frozen=True):
    """Notes that belong together."""

    name: str
    """Its most typical tag, and the notes most joined within it."""
    members: tuple[str, ...]
    """In the order of how many of the others they are joined to."""


def find_communities(
    edges: Sequence[tuple[str, str, int]],
    titles: Mapping[str, str],
    tags: Mapping[str, Sequence[str]],
) -> list[Community]:
    """Return the communities of a vault: those of Leiden's method, by modularity, links weighed by count.

    The same vault has the same communities on every run and machine. No name is borne twice.

    Parameters
    ----------
    edges
        Pairs of notes that are joined, in the order of :func:`kbgen.graph.note_links.undirected_edges`, with
        how often either leads to the other.
    titles, tags
        Of the notes.

    Notes
    -----
    Traag, Waltman, van Eck: From Louvain to Leiden (2019). It is igraph's, since it takes a tenth of a
    second for 10,000 notes and each community hangs together, which Louvain's need not.
    """
    import igraph  # noqa: PLC0415 - most questions need none

    from kbgen.graph.seeded import seeded  # noqa: PLC0415

    if not edges:
        return []
    nodes = sorted({end for one, two, _ in edges for end in (one, two)})
    place = {node: number for number, node in enumerate(nodes)}
    pairs = [(place[one], place[two]) for one, two, _ in edges]
    network = igraph.Graph(len(nodes), pairs)
    with seeded():
        found = network.community_leiden(
            "modularity",
            weights=[count for *_, count in edges],
            n_iterations=_MAX_ITERATIONS,
        )
    of: Sequence[int] = found.membership
    inside = Counter(end for ends in pairs if of[ends[0]] == of[ends[1]] for end in ends)
    parts = [
        tuple(nodes[each] for each in sorted(part, key=lambda each: (-inside[each], each))) for part in found
    ]
    parts.sort(key=lambda part: (-len(part), min(part)))
    return _named(parts, titles, tags)


def _named(
    parts: Sequence[tuple[str, ...]], titles: Mapping[str, str], tags: Mapping[str, Sequence[str]]
) -> list[Community]:
    everywhere = _tag_counts(tags, [node for part in parts for node in part])
    notes = sum(map(len, parts))
    used: set[str] = set()
    named = []
    for part in parts:
        here = _tag_counts(tags, part)
        beyond = {tag: count / len(part) - everywhere[tag] / notes for tag, count in here.items()}
        tag = max(beyond, key=lambda each: (beyond[each], each), default="")
        first = f"#{tag}: " if beyond.get(tag, 0) >= _MIN_TAG_EXCESS else ""
        name = _unique_name(first, (titles[node] for node in part), used)
        used.add(name)
        named.append(Community(name, part))
    return named


def _unique_name(first: str, titles: Iterable[str], used: set[str]) -> str:
    """Return a name of the first titles, of more or with a number where another community bears it."""
    different = list(dict.fromkeys(titles))
    few = min(_TITLES_IN_NAME, len(different))
    names = (first + ", ".join(different[:length]) for length in range(few, len(different) + 1))
    numbered = (f"{first}{', '.join(different[:few])} ({number})" for number in count(2))
    return next(name for name in chain(names, numbered) if name not in used)


def _tag_counts(tags: Mapping[str, Sequence[str]], nodes: Sequence[str]) -> Counter[str]:
    return Counter(tag for node in nodes for tag in set(tags[node]))
