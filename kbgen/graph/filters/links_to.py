"""The predecessors of a note: what leads to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kbgen.graph.filter import Filter

if TYPE_CHECKING:
    from kbgen.graph.build import Graph


def _predecessors(graph: Graph, note: str) -> set[str]:
    return set(graph.predecessors(note))


FILTER = Filter(
    option="--links-to",
    attribute="links_to",
    field="to",
    example="to:AlexNet",
    metavar="NOTE",
    help="What leads to a note.",
    names="note",
    nodes=_predecessors,
    option_position=70,
    field_position=70,
)
