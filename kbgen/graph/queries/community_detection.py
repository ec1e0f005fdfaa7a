"""Communities: notes that are joined more among themselves than to the rest, each with a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain, count

from msgspec import Struct

from kbgen.graph.build import Graph
from kbgen.graph.note_graph import NoteGraph, note_graph
from kbgen.graph.queries.row import Row

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


def communities(graph: Graph) -> list[Row]:
    """Tell for each note the community that it belongs to, the largest first.

    Notes that no link joins to another belong to none and are left out.

    Returns
    -------
    list of Row
        ``id``, ``value`` (the community's number, from 1) and ``name``.

    Examples
    --------
    >>> from kbgen.graph.queries.row import example
    >>> [(row["id"], row["name"]) for row in communities(example("A>B A>C B>C D>E F"))]
    [('A', 'A, B'), ('B', 'A, B'), ('C', 'A, B'), ('D', 'D, E'), ('E', 'D, E')]
    """
    return [
        {"id": node, "value": number, "name": each.name}
        for number, each in enumerate(find_communities(note_graph(graph)), start=1)
        for node in each.members
    ]


def find_communities(whole: NoteGraph) -> list[Community]:
    """Return the communities of a vault: those of Leiden's method, by modularity, links weighed by count.

    The same vault has the same communities on every run and machine. No name is borne twice.

    Notes
    -----
    Traag, Waltman, van Eck: From Louvain to Leiden (2019). It is igraph's, since it takes a tenth of a
    second for 10,000 notes and each community hangs together, which Louvain's need not.
    """
    import igraph  # noqa: PLC0415 - most questions need none

    from kbgen.graph.seeded import seeded  # noqa: PLC0415

    undirected = whole.undirected
    nodes = [node for node in undirected if undirected.degree(node)]
    place = {node: number for number, node in enumerate(nodes)}
    edges = [(place[source], place[target]) for source, target in undirected.edges()]
    if not edges:
        return []
    network = igraph.Graph(len(nodes), edges)
    with seeded():
        found = network.community_leiden(
            "modularity",
            weights=[data["count"] for *_, data in undirected.edges(data=True)],
            n_iterations=_MAX_ITERATIONS,
        )
    of: Sequence[int] = found.membership
    inside = Counter(end for ends in edges if of[ends[0]] == of[ends[1]] for end in ends)
    parts = [
        tuple(nodes[each] for each in sorted(part, key=lambda each: (-inside[each], each))) for part in found
    ]
    parts.sort(key=lambda part: (-len(part), min(part)))
    return _named(whole.graph, parts)


def _named(graph: Graph, parts: Sequence[tuple[str, ...]]) -> list[Community]:
    everywhere = _tag_counts(graph, [node for part in parts for node in part])
    notes = sum(map(len, parts))
    used: set[str] = set()
    named = []
    for part in parts:
        here = _tag_counts(graph, part)
        beyond = {tag: count / len(part) - everywhere[tag] / notes for tag, count in here.items()}
        tag = max(beyond, key=lambda each: (beyond[each], each), default="")
        first = f"#{tag}: " if beyond.get(tag, 0) >= _MIN_TAG_EXCESS else ""
        name = _unique_name(first, (graph.nodes[node]["title"] for node in part), used)
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


def _tag_counts(graph: Graph, nodes: Sequence[str]) -> Counter[str]:
    return Counter(tag for node in nodes for tag in set(graph.nodes[node]["tags"]))
