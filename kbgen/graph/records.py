"""The graph of a linked vault as plain records: notes, attachments, tags and names that no note bears.

The site is made from them; where something is asked, :mod:`kbgen.graph.build` makes a networkx graph of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from kbgen.graph.vocabulary import EdgeKind, NodeKind
from kbgen.links.model import LinkedDocument, LinkedNote, LinkedVault
from kbgen.links.name_index import wanted_name
from kbgen.links.tags import TagNames, tag_identity, tag_names
from kbgen.notes.document import kind_of
from kbgen.notes.model import Link
from kbgen.vault.paths import VaultPath, name_of, stem_of


class Node(Struct, frozen=True, array_like=True):
    """A note, a file, a tag or a name that no note bears."""

    kind: NodeKind
    title: str
    url: str | None
    """Its address on the site."""
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    published: bool = False


class Edge(Struct, frozen=True, array_like=True):
    """One way in which a node leads to another, however often it does."""

    target: str
    kind: EdgeKind
    property: str | None
    count: int
    hidden: bool
    """It stands in comments alone."""
    lines: tuple[int, ...] = ()
    """On which it is written, where that is asked for."""


class GraphRecords(Struct, frozen=True):
    """A graph in a fixed order: the same vault gives the same."""

    nodes: Mapping[str, Node]
    """By id: notes first, then files, then tags and names in the order in which they are met."""
    edges: Mapping[str, tuple[Edge, ...]]
    """By the id of their source, for each that has any; sources and edges in order."""


def graph_records(
    vault: LinkedVault, urls: Mapping[VaultPath, str], tag_urls: Mapping[str, str], *, lines: bool = False
) -> GraphRecords:
    """Return the graph of a vault, whole or public.

    Parameters
    ----------
    vault
        A linked vault; give the public one for what goes to the site.
    urls
        Address on the site of each published note and attachment, percent-encoded.
    tag_urls
        The same for tags, by identity.
    lines
        Whether edges tell where they are written, which changes with every line that is put in above.
    """
    names = tag_names(vault.notes.values())
    nodes = {
        str(path): Node(
            "note", note.title, urls.get(path), names.of(note), note.compiled.aliases, not note.hidden_by
        )
        for path, note in vault.notes.items()
    }
    for path in sorted({*vault.attachments, *vault.hidden_files, *vault.documents}):
        title = stem_of(path) if path in vault.hidden_files else name_of(path)
        if path in vault.documents:
            title = vault.documents[path].title
        nodes[str(path)] = _other("attachment", title, urls.get(path))
    edges = _Edges(nodes, names, tag_urls)
    for path, note in vault.notes.items():
        edges.add_note(path, note)
    for path, document in vault.documents.items():
        edges.add_document(path, document)
    return GraphRecords(nodes, edges.by_source(lines=lines))


def _other(kind: NodeKind, title: str, url: str | None) -> Node:
    """Return what is no note; it is published where it has an address."""
    return Node(kind, title, url, published=url is not None)


_Way = tuple[str, EdgeKind, str | None, bool]
"""Target, kind, property, and whether it stands in a comment."""


class _Edges:
    """Edges in the order in which they are found; each kind between two nodes once, with its count."""

    def __init__(self, nodes: dict[str, Node], names: TagNames, tag_urls: Mapping[str, str]) -> None:
        self._nodes = nodes
        self._names = names
        self._tag_urls = tag_urls
        self._edges: dict[str, dict[_Way, list[int]]] = {}
        self._unresolved: dict[str, str] = {}

    def add_note(self, path: VaultPath, note: LinkedNote) -> None:
        """Add what goes out from one note."""
        for link, end in zip(note.compiled.links, note.links, strict=True):
            if end.withheld:
                continue
            if end.path is not None:
                target = str(end.path)
            elif link.target:
                target = self._unresolved_node(link.target)
            else:
                continue
            kind: EdgeKind = "property" if link.form == "property" else "embed" if link.embed else "link"
            self._add(str(path), (target, kind, property_name(link), link.hidden), link.line)
        for tag in note.compiled.tags:
            if tag.name:
                self._add(str(path), (self._tag_node(tag.name), "tag", None, tag.hidden), tag.line)

    def add_document(self, path: VaultPath, document: LinkedDocument) -> None:
        """Add what a document shows and links to, and what its arrows join; lines are those of its file."""
        kind = kind_of(path)
        own = "" if kind is None else kind.edge
        for link, end in zip(document.compiled.links, document.links, strict=True):
            if not end.withheld and (end.path is not None or link.target):
                name = self._unresolved_node(link.target.lstrip("/")) if end.path is None else str(end.path)
                edge = own or ("embed" if link.embed else "link")
                self._add(str(path), (name, edge, None, link.hidden), link.line)
        for source, target, line in document.arrows():
            self._add(str(source), (str(target), own or "link", None, False), line)

    def by_source(self, *, lines: bool) -> dict[str, tuple[Edge, ...]]:
        """Return the edges, in order."""
        return {
            source: tuple(
                Edge(target, kind, name, len(found), hidden, tuple(sorted(found)) if lines else ())
                for (target, kind, name, hidden), found in sorted(ways.items(), key=_in_order)
            )
            for source, ways in sorted(self._edges.items())
        }

    def _add(self, source: str, way: _Way, line: int) -> None:
        self._edges.setdefault(source, {}).setdefault(way, []).append(line)

    def _unresolved_node(self, target: str) -> str:
        name = wanted_name(target)
        shown = self._unresolved.setdefault(name.casefold(), name)
        node = f"unresolved:{shown}"
        if node not in self._nodes:
            self._nodes[node] = _other("unresolved", shown, None)
        return node

    def _tag_node(self, name: str) -> str:
        identity = tag_identity(name)
        node = f"tag:{identity}"
        if node not in self._nodes:
            title = self._names.shown.get(identity, name)
            self._nodes[node] = _other("tag", title, self._tag_urls.get(identity))
        return node


def _in_order(item: tuple[_Way, list[int]]) -> tuple[str, EdgeKind, str, bool]:
    target, kind, name, hidden = item[0]
    return target, kind, name or "", hidden


def property_name(link: Link) -> str | None:
    """Return the property a link stands in; None for a link in the text."""
    return link.key or None if link.form == "property" else None


def as_json(records: GraphRecords) -> dict[str, Any]:
    """Return a graph in the schema ``kbgen.graph/1``, nodes by id, edges by their ends."""
    return {
        "schema": "kbgen.graph/1",
        "nodes": [
            {
                "id": node,
                "kind": data.kind,
                "title": data.title,
                "url": data.url,
                "tags": list(data.tags),
                "aliases": list(data.aliases),
                "published": data.published,
            }
            for node, data in sorted(records.nodes.items())
        ],
        "edges": [*_edges_as_json(records)],
    }


def _edges_as_json(records: GraphRecords) -> Iterator[dict[str, Any]]:
    for source, edges in records.edges.items():
        for edge in edges:
            yield {
                "source": source,
                "target": edge.target,
                "kind": edge.kind,
                "key": edge.property,
                "count": edge.count,
                **({"hidden": True} if edge.hidden else {}),
            }
