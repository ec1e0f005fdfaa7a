"""A graph as bytes and back: what a vault's graph is stored as between two commands."""

from __future__ import annotations

import networkx as nx
from msgspec import Struct, msgpack

from kbgen.graph.build import Graph
from kbgen.graph.vocabulary import EdgeKind, NodeKind


class _Node(Struct, frozen=True, array_like=True, gc=False):
    id: str
    kind: NodeKind
    title: str
    url: str | None
    tags: list[str]
    aliases: list[str]
    published: bool
    properties: dict[str, tuple[str, ...]]


class _Edge(Struct, frozen=True, array_like=True, gc=False):
    source: int
    target: int
    kind: EdgeKind
    property: str | None
    hidden: bool
    count: int
    lines: list[int]


class _Stored(Struct, frozen=True, array_like=True):
    nodes: list[_Node]
    edges: list[_Edge]


_DECODER = msgpack.Decoder(_Stored)


def to_bytes(graph: Graph) -> bytes:
    """Return a graph as bytes."""
    place = {node: number for number, node in enumerate(graph)}
    return msgpack.encode(
        _Stored(
            [_Node(node, **data) for node, data in graph.nodes.items()],
            [_Edge(place[source], place[target], **data) for source, target, data in graph.edges(data=True)],
        )
    )


def from_bytes(stored: bytes) -> Graph:
    """Return the graph that :func:`to_bytes` wrote, nodes and edges in the same order.

    Raises
    ------
    msgspec.DecodeError
        If it is none.
    """
    found = _DECODER.decode(stored)
    graph: Graph = nx.MultiDiGraph()
    fields = _Node.__struct_fields__[1:]
    graph.add_nodes_from((node.id, {name: getattr(node, name) for name in fields}) for node in found.nodes)
    names = [node.id for node in found.nodes]
    fields = _Edge.__struct_fields__[2:]
    for edge in found.edges:
        key = (edge.kind, edge.property, edge.hidden)
        graph.add_edge(
            names[edge.source],
            names[edge.target],
            key=key,
            **{name: getattr(edge, name) for name in fields},
        )
    return graph
