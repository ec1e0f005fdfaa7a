"""Which notes matter most: hubs, authorities, PageRank, betweenness, cores, clustering, as in networkx."""

from __future__ import annotations

from typing import cast

import networkx as nx

from kbgen.graph.build import Graph
from kbgen.graph.joined import Notes, between_notes, ties
from kbgen.graph.queries.row import Row, ranked
from kbgen.graph.seeded import SEED

MOST_EXACT = 1_500
"""Notes up to which betweenness counts the paths from every note."""
SAMPLED = 100
"""Notes from which it counts them in a larger vault, drawn once and for all."""
_MOST_DENSE = 1_000
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
    return ranked(_hits(between_notes(graph))[0].items(), digits=_HITS_DIGITS)


def authorities(graph: Graph) -> list[Row]:
    """Rank notes by how much good hubs point to them (HITS); all values together are 1.

    Examples
    --------
    >>> from kbgen.graph.queries.row import example
    >>> authorities(example("A>C A>D B>D"))[0]
    {'id': 'D', 'value': 0.61803399}
    """
    return ranked(_hits(between_notes(graph))[1].items(), digits=_HITS_DIGITS)


def _hits(notes: Notes) -> tuple[dict[str, float], dict[str, float]]:
    if not notes.number_of_edges():
        return dict.fromkeys(notes, 0.0), dict.fromkeys(notes, 0.0)
    if len(notes) > _MOST_DENSE:
        return nx.hits(notes, nstart=dict.fromkeys(notes, 1.0))
    import numpy as np  # noqa: PLC0415 - most questions need none

    # In a small vault several answers are often as good, and networkx draws one of them, even with values
    # below zero. This is the one that its method comes to from equal values, were it never to stop.
    leads = nx.to_numpy_array(notes, weight="")  # no edge has a weight of that name: all count as one
    squares, ways = np.linalg.eigh(leads.T @ leads)
    strongest = ways[:, squares >= squares[-1] * (1 - 1e-9)]
    pointed_to = strongest @ strongest.sum(axis=0)
    pointing = leads @ pointed_to
    return (
        dict(zip(notes, (pointing / pointing.sum()).tolist(), strict=True)),
        dict(zip(notes, (pointed_to / pointed_to.sum()).tolist(), strict=True)),
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
    return ranked(nx.pagerank(between_notes(graph), weight="count").items())


def betweenness(graph: Graph) -> list[Row]:
    """Rank notes by the share of shortest ways between two others that lead through them.

    Ways follow links forward. Over :data:`MOST_EXACT` notes it is an estimate from the ways that begin at
    :data:`SAMPLED` of them; :func:`is_estimated` tells.

    Returns
    -------
    list of Row
        ``id`` and ``value``, as :func:`networkx.betweenness_centrality` has it.

    Notes
    -----
    Takes time in notes times links, for the estimate in links.

    Examples
    --------
    >>> from kbgen.graph.queries.row import example
    >>> betweenness(example("A>B B>C"))[0]
    {'id': 'B', 'value': 0.5}
    """
    notes = between_notes(graph)
    sampled = SAMPLED if is_estimated(len(notes)) else None
    return ranked(nx.betweenness_centrality(notes, k=sampled, seed=SEED).items())


def is_estimated(notes: int) -> bool:
    """Tell whether betweenness is an estimate for so many notes."""
    return notes > MOST_EXACT


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
    cores = nx.core_number(ties(between_notes(graph)))
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
    tied = ties(between_notes(graph))
    found = cast("dict[str, float]", nx.clustering(tied))  # of all notes, not of one
    return ranked(found.items())
