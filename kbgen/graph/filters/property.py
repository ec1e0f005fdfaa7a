"""Nodes with a property, or with a value of it that compares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kbgen.graph.comparison import ComparisonOperator, compares
from kbgen.graph.filter import Filter, unknown

if TYPE_CHECKING:
    from kbgen.graph.build import Graph

_NONE: Mapping[str, tuple[str, ...]] = {}


def _as_typed(graph: Graph, typed: str) -> set[str]:
    key, equals, value = typed.partition("=")
    return _with_property(graph, key.strip(), "=" if equals else None, value.strip())


def _with_property(graph: Graph, key: str, operator: ComparisonOperator | None, value: str) -> set[str]:
    """Return the nodes that have a property, or with a value that compares.

    Of a list one item is enough, but for ``!=``, which wants none that is equal. An empty property has the
    empty text as its value.
    """
    folded = key.casefold()
    found = {
        node: [text for name, texts in properties.items() if name.casefold() == folded for text in texts]
        for node, properties in graph.nodes(data="properties", default=_NONE)
        if any(name.casefold() == folded for name in properties)
    }
    if not found:
        every = graph.nodes(data="properties", default=_NONE)
        raise unknown("property", key, {name for _, properties in every for name in properties})
    if operator is None:
        return set(found)
    wanted: ComparisonOperator = "=" if operator == "!=" else operator
    equal = {
        node for node, texts in found.items() if any(compares(text, wanted, value) for text in texts or [""])
    }
    return set(found) - equal if operator == "!=" else equal


FILTER = Filter(
    option="--property",
    attribute="properties",
    field="property",
    example="property:year>2010",
    metavar="KEY[=VALUE]",
    help="Notes with a property, or with a value of it. Repeatable.",
    nodes=_as_typed,
    compare=_with_property,
    option_position=30,
    field_position=50,
)
