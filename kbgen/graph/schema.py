"""The schema ``kbgen.graph/1``, in which machines read a graph: nodes by id, edges by their ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from kbgen.graph.records import GraphRecords
from kbgen.graph.vocabulary import EdgeKind, NodeKind

SCHEMA = "kbgen.graph/1"


class _Node(Struct, frozen=True, gc=False):
    id: str
    kind: NodeKind
    title: str
    url: str | None
    tags: list[str]
    aliases: list[str]
    published: bool


class _Edge(Struct, frozen=True, gc=False, omit_defaults=True):
    source: str
    target: str
    kind: EdgeKind
    key: str | None
    count: int
    hidden: bool = False


class _Graph(Struct, frozen=True):
    schema: str
    nodes: list[_Node]
    edges: list[_Edge]


def as_json(records: GraphRecords) -> dict[str, Any]:
    """Return a graph as mappings, lists and texts."""
    found: dict[str, Any] = msgspec.to_builtins(_entries(records))
    return found


def json_bytes(records: GraphRecords) -> bytes:
    """Return the same as JSON, which has no lines and no spaces."""
    return msgspec.json.encode(_entries(records))


def _entries(records: GraphRecords) -> _Graph:
    nodes = [
        _Node(node, data.kind, data.title, data.url, [*data.tags], [*data.aliases], data.published)
        for node, data in sorted(records.nodes.items())
    ]
    return _Graph(SCHEMA, nodes, [*_edges(records)])


def _edges(records: GraphRecords) -> Iterator[_Edge]:
    for source, edges in records.edges.items():
        for edge in edges:
            yield _Edge(source, edge.target, edge.kind, edge.property, edge.count, edge.hidden)
