"""A note with its neighbourhood: the nodes of its ego graph.

No filter, because three options say one thing together: ``--note``, ``--depth`` and ``--direction``.
"""

from __future__ import annotations

from collections.abc import Sequence

from kbgen.graph.build import Graph
from kbgen.graph.vocabulary import Direction


def neighbourhood(graph: Graph, note: str, depth: int, direction: Direction) -> set[str]:
    """Return a note with all that is up to some steps away.

    Parameters
    ----------
    graph
        As :func:`kbgen.graph.build.build_graph` makes it.
    note
        Id of the note in the middle.
    depth
        Steps at most.
    direction
        Whether to step along edges (``out``), against them (``in``) or both.
    """
    reached = {note}
    frontier: Sequence[str] = [note]
    for _ in range(depth):
        further: set[str] = set()
        for node in frontier:
            if direction in {"out", "both"}:
                further.update(graph.successors(node))
            if direction in {"in", "both"}:
                further.update(graph.predecessors(node))
        frontier = sorted(further - reached)
        reached |= further
    return reached
