"""Nodes with a tag, or with one below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kbgen.graph.filter import Filter, unknown

if TYPE_CHECKING:
    from kbgen.graph.build import Graph


def _tagged(graph: Graph, tag: str) -> set[str]:
    found = {
        node
        for node, tags in graph.nodes(data="tags")
        if any(each == tag or each.startswith(f"{tag}/") for each in tags)
    }
    if not found:
        known = {each for _, tags in graph.nodes(data="tags") for each in tags}
        raise unknown("tag", f"#{tag}", (f"#{each}" for each in known))
    return found


FILTER = Filter(
    option="--tag",
    attribute="tags",
    field="tag",
    example="tag:ai",
    metavar="TAG",
    help="Notes with a tag, or one below it. Repeatable.",
    names="tag",
    nodes=_tagged,
    option_position=10,
    field_position=10,
)
