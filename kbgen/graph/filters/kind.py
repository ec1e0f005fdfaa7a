"""Nodes of a kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kbgen.graph.filter import Filter
from kbgen.graph.vocabulary import NodeKind

if TYPE_CHECKING:
    from kbgen.graph.build import Graph


def _of_kind(graph: Graph, kind: str) -> set[str]:
    return {node for node, data in graph.nodes.items() if data["kind"] == kind}


FILTER = Filter(
    option="--kind",
    attribute="kinds",
    field="kind",
    example="kind:note",
    help="Nodes of a kind alone. Repeatable.",
    type=NodeKind,
    nodes=_of_kind,
    option_position=40,
    field_position=30,
)
