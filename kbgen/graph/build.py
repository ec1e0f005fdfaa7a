"""The networkx graph of a linked vault: notes, attachments, tags and names that no note bears.

A :class:`networkx.MultiDiGraph`, because two notes can be joined in several ways at once (a link, an embed,
the property ``author``), and each way is an edge of its own with its own count. The key of an edge is the
triple of its kind, its property, and whether it stands in a comment.

Nodes carry ``kind``, ``title``, ``url``, ``tags``, ``aliases``, ``published`` and ``properties``, which no
schema has: from the name of a property, as written, to the texts of its values. Edges carry ``kind``,
``property``, ``count``, ``lines`` and ``hidden``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import networkx as nx

from kbgen.graph.records import Edge, GraphRecords, Node, graph_records
from kbgen.graph.schema import as_json
from kbgen.links.model import LinkedNote, LinkedVault
from kbgen.links.tags import tag_names
from kbgen.vault.paths import VaultPath, name_of

if TYPE_CHECKING:
    Graph = nx.MultiDiGraph[str]
else:
    Graph = nx.MultiDiGraph  # networkx has no type arguments at run time

_NO_PROPERTIES: dict[str, tuple[str, ...]] = {}
"""Of all nodes that have none: one for the thousands of them."""


def build_graph(vault: LinkedVault, urls: Mapping[VaultPath, str], tag_urls: Mapping[str, str]) -> Graph:
    """Build the graph of a vault, whole or public.

    Parameters
    ----------
    vault, urls, tag_urls
        As for :func:`kbgen.graph.records.graph_records`.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes and edges in a fixed order: the same vault gives the same graph.
    """
    graph = from_records(graph_records(vault, tag_names(vault.notes.values()), urls, tag_urls, lines=True))
    for path, note in vault.notes.items():
        graph.nodes[str(path)]["properties"] = _properties(vault, note)
    return graph


def from_records(records: GraphRecords) -> Graph:
    """Return the same as a networkx graph, whose nodes have no properties yet."""
    graph: Graph = nx.MultiDiGraph()
    for node, data in records.nodes.items():
        graph.add_node(
            node,
            kind=data.kind,
            title=data.title,
            url=data.url,
            tags=list(data.tags),
            aliases=list(data.aliases),
            published=data.published,
            properties=_NO_PROPERTIES,
        )
    for source, edges in records.edges.items():
        for edge in edges:
            graph.add_edge(
                source,
                edge.target,
                key=(edge.kind, edge.property, edge.hidden),
                kind=edge.kind,
                property=edge.property,
                count=edge.count,
                lines=list(edge.lines),
                hidden=edge.hidden,
            )
    return graph


def _properties(vault: LinkedVault, note: LinkedNote) -> dict[str, tuple[str, ...]]:
    """Return what a note's properties say; of a link both its words and the title of where it leads."""
    found: dict[str, tuple[str, ...]] = {}
    for item in note.compiled.properties:
        texts = list(found.get(item.name, ()))
        for value in item.values:
            if value.link < 0:
                texts.append(value.text)
                continue
            end = note.links[value.link].path
            title = "" if end is None else vault.notes[end].title if end in vault.notes else name_of(end)
            texts += [text for text in (value.text, title) if text]
        found[item.name] = tuple(dict.fromkeys(texts))
    return found or _NO_PROPERTIES


def to_json(graph: Graph) -> dict[str, Any]:
    """Return a graph in the schema ``kbgen.graph/1``, nodes by id, edges by their ends."""
    return as_json(_to_records(graph))


def _to_records(graph: Graph) -> GraphRecords:
    nodes = {
        node: Node(
            data["kind"],
            data["title"],
            data["url"],
            tuple(data["tags"]),
            tuple(data["aliases"]),
            data["published"],
        )
        for node, data in graph.nodes.items()
    }
    edges: dict[str, list[Edge]] = {node: [] for node in sorted(graph)}
    for source, target, data in graph.edges(data=True):
        edge = Edge(target, data["kind"], data["property"], data["count"], data["hidden"])
        edges[source].append(edge)
    in_order = {
        source: tuple(
            sorted(some, key=lambda each: (each.target, each.kind, each.property or "", each.hidden))
        )
        for source, some in edges.items()
    }
    return GraphRecords(nodes, in_order)
