"""Nodes with a property, or with a value of it that compares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kbgen.graph.filter import Filter, unknown

if TYPE_CHECKING:
    from kbgen.graph.build import Graph

_NONE: Mapping[str, tuple[str, ...]] = {}


def _texts(graph: Graph, key: str) -> Mapping[str, Sequence[str]]:
    folded = key.casefold()
    found = {
        node: [text for name, texts in properties.items() if name.casefold() == folded for text in texts]
        for node, properties in graph.nodes(data="properties", default=_NONE)
        if any(name.casefold() == folded for name in properties)
    }
    if not found:
        every = graph.nodes(data="properties", default=_NONE)
        raise unknown("property", key, {name for _, properties in every for name in properties})
    return found


def _having(graph: Graph, key: str) -> set[str]:
    return set(_texts(graph, key))


FILTER = Filter(
    option="--property",
    field="property",
    example="property:year>2010",
    attribute="properties",
    metavar="KEY[=VALUE]",
    help="Notes with a property, or with a value of it. Repeatable.",
    nodes=_having,
    texts=_texts,
    option_position=30,
    field_position=50,
)
