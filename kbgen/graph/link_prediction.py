"""Neighbours in common: the pairs of notes that have most, over a whole vault at once.

The numbers are those of :func:`networkx.jaccard_coefficient` and :func:`networkx.adamic_adar_index`; these
take a pair at a time, which for the millions of pairs of a large vault takes minutes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kbgen.graph.note_graph import UndirectedNotes
from kbgen.graph.note_links import DIGITS, MAX_DEGREE

Measure = Literal["jaccard", "adamic-adar"]

_BATCH = 500
"""Notes at a time: a table of all pairs would not fit into memory."""


class _Pairs(NamedTuple):
    """Pairs of notes by their numbers, and the two measures, the one to rank by first."""

    rows: NDArray[Any]
    columns: NDArray[Any]
    first: NDArray[Any]
    second: NDArray[Any]


def best_pairs(undirected: UndirectedNotes, by: Measure, most: int) -> list[tuple[str, str]]:
    """Return the pairs that have most in common and are not joined, best first.

    Notes with more than :data:`MAX_DEGREE` neighbours are in no pair, and bring none together.

    Parameters
    ----------
    undirected
        The notes, joined either way, in the order of their ids.
    by
        The measure to rank by; the other one settles ties, then the ids do.
    most
        Pairs at most.

    Examples
    --------
    >>> best_pairs(nx.Graph([("A", "I"), ("B", "I"), ("C", "I"), ("C", "B")]), "jaccard", 2)
    [('A', 'B'), ('A', 'C')]
    """
    best: _Pairs | None = None
    for found in _pairs(undirected, by):
        every = found if best is None else _Pairs(*map(np.concatenate, zip(best, found, strict=True)))
        order = np.lexsort((every.columns, every.rows, -every.second, -every.first))[:most]
        best = _Pairs(*(each[order] for each in every))
    if best is None:
        return []
    nodes = list(undirected)
    return [(nodes[row], nodes[column]) for row, column in zip(best.rows, best.columns, strict=True)]


def _pairs(undirected: UndirectedNotes, by: Measure) -> Iterator[_Pairs]:
    """Yield for some notes after the other all pairs to rank, each once."""
    if not undirected.number_of_edges():
        return
    adjacency = sparse.csr_array(nx.to_scipy_sparse_array(undirected, weight=None))
    degrees = adjacency.sum(axis=1)
    few = degrees <= MAX_DEGREE
    through_few = sparse.csr_array(adjacency @ sparse.diags_array(few.astype(float)))
    # A note with a single neighbour brings nobody together, and log 1 is 0.
    weights = np.where(degrees > 1, 1 / np.log(np.maximum(degrees, 2)), 0)
    weighted = sparse.csr_array(adjacency @ sparse.diags_array(weights))
    for start in range(0, len(degrees), _BATCH):
        some = slice(start, start + _BATCH)
        two_hops = through_few[some] @ through_few
        two_hops.data[:] = 1
        rows, columns = (two_hops - two_hops.multiply(adjacency[some])).nonzero()
        wanted = (columns > rows + start) & few[rows + start]
        rows, columns = rows[wanted], columns[wanted]
        if not len(rows):
            continue
        common = np.asarray((adjacency[some] @ adjacency)[rows, columns])
        adamic_adar = np.round(np.asarray((weighted[some] @ adjacency)[rows, columns]), DIGITS)
        rows = rows + start
        jaccard = np.round(common / (degrees[rows] + degrees[columns] - common), DIGITS)
        first, second = (jaccard, adamic_adar) if by == "jaccard" else (adamic_adar, jaccard)
        yield _Pairs(rows, columns, first, second)
