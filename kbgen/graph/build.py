"""The graph of a linked vault: notes, attachments, tags and names that no note bears.

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

from kbgen.graph.vocabulary import EdgeKind, NodeKind
from kbgen.links.model import LinkedDocument, LinkedNote, LinkedVault
from kbgen.links.name_index import wanted_name
from kbgen.links.tags import TagNames, tag_identity, tag_names
from kbgen.notes.document import kind_of
from kbgen.notes.model import Link
from kbgen.vault.paths import VaultPath, name_of, stem_of

if TYPE_CHECKING:
    Graph = nx.MultiDiGraph[str]
else:
    Graph = nx.MultiDiGraph  # networkx has no type arguments at run time

_NODE_FIELDS = ("kind", "title", "url", "tags", "aliases", "published")

_NO_PROPERTIES: dict[str, tuple[str, ...]] = {}
"""Of all nodes that have none: one for the thousands of them."""


def build_graph(vault: LinkedVault, urls: Mapping[VaultPath, str], tag_urls: Mapping[str, str]) -> Graph:
    """Build the graph of a vault, whole or public.

    Parameters
    ----------
    vault
        A linked vault; give the public one for what goes to the site.
    urls
        Address on the site of each published note and attachment, percent-encoded.
    tag_urls
        The same for tags, by identity.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes and edges in a fixed order: the same vault gives the same graph.
    """
    graph: Graph = nx.MultiDiGraph()
    names = tag_names(vault.notes.values())
    for path, note in vault.notes.items():
        graph.add_node(
            str(path),
            kind="note",
            title=note.title,
            url=urls.get(path),
            tags=list(names.of(note)),
            aliases=list(note.compiled.aliases),
            published=not note.hidden_by,
            properties=_properties(vault, note),
        )
    for path in sorted({*vault.attachments, *vault.hidden_files, *vault.documents}):
        title = stem_of(path) if path in vault.hidden_files else name_of(path)
        if path in vault.documents:
            title = vault.documents[path].title
        _add_other(graph, str(path), "attachment", title, urls.get(path))
    edges = _Edges(graph, names, tag_urls)
    for path, note in vault.notes.items():
        edges.add_note(path, note)
    for path, document in vault.documents.items():
        edges.add_document(path, document)
    edges.finish()
    return graph


def _add_other(graph: Graph, node: str, kind: NodeKind, title: str, url: str | None) -> None:
    """Add what is no note; it is published where it has an address."""
    graph.add_node(
        node,
        kind=kind,
        title=title,
        url=url,
        tags=[],
        aliases=[],
        published=url is not None,
        properties=_NO_PROPERTIES,
    )


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


class _Edges:
    """Edges in the order in which they are found; each kind between two nodes once, with its count."""

    def __init__(self, graph: Graph, names: TagNames, tag_urls: Mapping[str, str]) -> None:
        self._graph = graph
        self._names = names
        self._tag_urls = tag_urls
        self._edges: dict[tuple[str, str, str, str | None, bool], list[int]] = {}
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
            self._add(str(path), target, kind, property_name(link), link.line, hidden=link.hidden)
        for tag in note.compiled.tags:
            if tag.name:
                self._add(str(path), self._tag_node(tag.name), "tag", None, tag.line, hidden=tag.hidden)

    def add_document(self, path: VaultPath, document: LinkedDocument) -> None:
        """Add what a document shows and links to, and what its arrows join; lines are those of its file."""
        kind = kind_of(path)
        own = "" if kind is None else kind.edge
        for link, end in zip(document.compiled.links, document.links, strict=True):
            if not end.withheld and (end.path is not None or link.target):
                name = self._unresolved_node(link.target.lstrip("/")) if end.path is None else str(end.path)
                edge = own or ("embed" if link.embed else "link")
                self._add(str(path), name, edge, None, link.line, hidden=link.hidden)
        for source, target, line in document.arrows():
            self._add(str(source), str(target), own or "link", None, line, hidden=False)

    def finish(self) -> None:
        """Put the edges into the graph, in order."""
        ordered = sorted(self._edges.items(), key=lambda item: (*item[0][:3], item[0][3] or "", item[0][4]))
        for (source, target, kind, name, hidden), lines in ordered:
            self._graph.add_edge(
                source,
                target,
                key=(kind, name, hidden),
                kind=kind,
                property=name,
                count=len(lines),
                lines=sorted(lines),
                hidden=hidden,
            )

    def _add(
        self, source: str, target: str, kind: EdgeKind, key: str | None, line: int, *, hidden: bool
    ) -> None:
        self._edges.setdefault((source, target, kind, key, hidden), []).append(line)

    def _unresolved_node(self, target: str) -> str:
        name = wanted_name(target)
        shown = self._unresolved.setdefault(name.casefold(), name)
        node = f"unresolved:{shown}"
        if node not in self._graph:
            _add_other(self._graph, node, "unresolved", shown, None)
        return node

    def _tag_node(self, name: str) -> str:
        identity = tag_identity(name)
        node = f"tag:{identity}"
        if node not in self._graph:
            title = self._names.shown.get(identity, name)
            _add_other(self._graph, node, "tag", title, self._tag_urls.get(identity))
        return node


def property_name(link: Link) -> str | None:
    """Return the property a link stands in; None for a link in the text."""
    return link.key or None if link.form == "property" else None


def to_json(graph: Graph) -> dict[str, Any]:
    """Return a graph in the schema ``kbgen.graph/1``, nodes by id, edges by their ends."""
    nodes = [
        {"id": node, **{name: graph.nodes[node][name] for name in _NODE_FIELDS}} for node in sorted(graph)
    ]
    edges: list[tuple[str, str, dict[str, Any]]] = list(graph.edges(data=True))
    edges.sort(
        key=lambda edge: (*edge[:2], edge[2]["kind"], edge[2]["property"] or "", edge[2]["hidden"]),
    )
    return {
        "schema": "kbgen.graph/1",
        "nodes": nodes,
        "edges": [
            {
                "source": source,
                "target": target,
                "kind": data["kind"],
                "key": data["property"],
                "count": data["count"],
                **({"hidden": True} if data["hidden"] else {}),
            }
            for source, target, data in edges
        ],
    }
