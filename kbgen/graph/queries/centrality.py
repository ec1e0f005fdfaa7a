"""Which notes matter most: hubs, authorities, PageRank, betweenness, cores, clustering, as in networkx."""

from __future__ import annotations

from typing import cast

import networkx as nx

from kbgen.graph.build import Graph
from kbgen.graph.note_graph import DirectedNotes, directed_notes, to_undirected
from kbgen.graph.queries.row import Row, ranked
from kbgen.graph.seeded import SEED

MAX_EXACT_NOTES = 1_500
"""Notes up to which betweenness counts the paths from every note."""
SAMPLE_SIZE = 100
"""Notes from which it counts them in a larger vault, drawn once and for all."""
_MAX_DENSE_NOTES = 1_000
"""Notes up to which hubs and authorities are worked out from a full table."""
_HITS_DIGITS = 8  # as exactly as they are worked out


def hubs(graph: Graph) -> list[Row]:
    """Rank notes by how well they point to authorities (HITS); all values together are 1.

    Returns
    -------
    list of Row
        ``id`` and ``value``, as :func:`networkx.hits` has it.

    Examples
    --------
    >>> from kbgen.graph.queries.row import example
    >>> hubs(example("A>C A>D B>D"))[0]
    {'id': 'A', 'value': 0.61803399}
    """
    return ranked(_hits(directed_notes(graph))[0].items(), digits=_HITS_DIGITS)


def authorities(graph: Graph) -> list[Row]:
    """Rank notes by how much good hubs point to them (HITS); all values together are 1.

    Examples
    --------
    >>> from kbgen.graph.queries.row import example
    >>> authorities(example("A>C A>D B>D"))[0]
    {'id': 'D', 'value': 0.61803399}
    """
    return ranked(_hits(directed_notes(graph))[1].items(), digits=_HITS_DIGITS)


def _hits(notes: DirectedNotes) -> tuple[dict[str, float], dict[str, float]]:
    if not notes.number_of_edges():
        return dict.fromkeys(notes, 0.0), dict.fromkeys(notes, 0.0)
    if len(notes) > _MAX_DENSE_NOTES:
        return nx.hits(notes, nstart=dict.fromkeys(notes, 1.0))
    import numpy as np  # noqa: PLC0415 - most questions need none

    # In a small vault several answers are often as good, and networkx draws one of them, even with values
    # below zero. This is the one that its method comes to from equal values, were it never to stop.
    adjacency = nx.to_numpy_array(notes, weight="")  # no edge has a weight of that name: all count as one
    eigenvalues, eigenvectors = np.linalg.eigh(adjacency.T @ adjacency)
    strongest = eigenvectors[:, eigenvalues >= eigenvalues[-1] * (1 - 1e-9)]
    authority = strongest @ strongest.sum(axis=0)
    hub = adjacency @ authority
    return (
        dict(zip(notes, (hub / hub.sum()).tolist(), strict=True)),
        dict(zip(notes, (authority / authority.sum()).tolist(), strict=True)),
    )


def pagerank(graph: Graph) -> list[Row]:
    """Rank notes by how often somebody who follows links at random comes by; all values together are 1.

    Returns
    -------
    list of Row
        ``id`` and ``value``, as :func:`networkx.pagerank` has it with its usual damping, each way from a
        note taken as often as its ``count`` says.

    Examples
    --------
    >>> from kbgen.graph.queries.row import example
    >>> [row["id"] for row in pagerank(example("A>B C>B B>D"))]
    ['D', 'B', 'A', 'C']
    """
    return ranked(nx.pagerank(directed_notes(graph), weight="count").items())


def betweenness(graph: Graph) -> list[Row]:
    """Rank notes by the share of shortest paths between two others that lead through them.

    Paths follow links forward. Over :data:`MAX_EXACT_NOTES` notes it is an estimate from the paths that begin
    at :data:`SAMPLE_SIZE` of them; :func:`is_estimated` tells.

    Returns
    -------
    list of Row
        ``id`` and ``value``, as :func:`networkx.betweenness_centrality` has it.

    DirectedNotes
    -----
    Takes time in notes times links, for the estimate in links.

    Examples
    --------
    >>> from kbgen.graph.queries.row import example
    >>> betweenness(example("A>B B>C"))[0]
    {'id': 'B', 'value': 0.5}
    """
    notes = directed_notes(graph)
    sampled = SAMPLE_SIZE if is_estimated(len(notes)) else None
    return ranked(nx.betweenness_centrality(notes, k=sampled, seed=SEED).items())


def is_estimated(notes: int) -> bool:
    """Tell whether betweenness is an estimate for so many notes."""
    return notes > MAX_EXACT_NOTES


def k_core(graph: Graph) -> list[Row]:
    """Rank notes by the densest core that they belong to.

    The core of 3 is what is left when all notes joined to fewer than 3 others that are left are taken
    away again and again, whichever way the links lead.

    Examples
    --------
    >>> from kbgen.graph.queries.row import example
    >>> k_core(example("A>B B>C C>A C>D"))[-1]
    {'id': 'D', 'value': 1}
    """
    cores = nx.core_number(to_undirected(directed_notes(graph)))
    ordered = sorted(cores.items(), key=lambda each: (-each[1], each[0]))
    return [{"id": node, "value": core} for node, core in ordered]


def clustering(graph: Graph) -> list[Row]:
    """Rank notes by the share of pairs among their neighbours that are joined themselves.

    Examples
    --------
    >>> from kbgen.graph.queries.row import example
    >>> clustering(example("A>B B>C C>A C>D"))[:1]
    [{'id': 'A', 'value': 1.0}]
    """
    undirected = to_undirected(directed_notes(graph))
    found = cast("dict[str, float]", nx.clustering(undirected))  # of all notes, not of one
    return ranked(found.items())
