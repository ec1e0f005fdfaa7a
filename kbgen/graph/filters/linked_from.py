"""The successors of a note: what it leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kbgen.graph.filter import Filter

if TYPE_CHECKING:
    from kbgen.graph.build import Graph


def _successors(graph: Graph, note: str) -> set[str]:
    return set(graph.successors(note))


FILTER = Filter(
    option="--linked-from",
    attribute="linked_from",
    field="from",
    example="from:AlexNet",
    metavar="NOTE",
    help="What a note leads to.",
    names="note",
    nodes=_successors,
    option_position=60,
    field_position=60,
)
