"""The graph of a linked vault as plain records: notes, attachments, tags and names that no note bears.

The site is made from them; where something is asked, :mod:`kbgen.graph.build` makes a networkx graph of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from msgspec import Struct

from kbgen.graph.vocabulary import EdgeKind, NodeKind
from kbgen.links.model import LinkedDocument, LinkedNote, LinkedVault
from kbgen.links.name_index import wanted_name
from kbgen.links.tags import TagNames, tag_identity
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
    vault: LinkedVault,
    names: TagNames,
    urls: Mapping[VaultPath, str],
    tag_urls: Mapping[str, str],
    *,
    lines: bool = False,
) -> GraphRecords:
    """Return the graph of a vault, whole or public.

    Parameters
    ----------
    vault
        A linked vault; give the public one for what goes to the site.
    names
        Its tags.
    urls
        Address on the site of each published note and attachment, percent-encoded.
    tag_urls
        The same for tags, by identity.
    lines
        Whether edges tell where they are written, which changes with every line that is put in above.
    """
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


_Way = tuple[str, EdgeKind, str, bool]
"""Target, kind, property or ``""``, and whether it stands in a comment: edges are in the order of these."""


class _Edges:
    """Edges in the order in which they are found; each kind between two nodes once, with its count."""

    def __init__(self, nodes: dict[str, Node], names: TagNames, tag_urls: Mapping[str, str]) -> None:
        self._nodes = nodes
        self._names = names
        self._tag_urls = tag_urls
        self._edges: defaultdict[str, defaultdict[_Way, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._unresolved: dict[str, str] = {}

    def add_note(self, path: VaultPath, note: LinkedNote) -> None:
        """Add what goes out from one note."""
        ways = self._edges[path]
        kind: EdgeKind
        for link, end in zip(note.compiled.links, note.links, strict=True):
            target: str | None = end.path
            if target is None:
                if end.withheld or not link.target:
                    continue
                target = self._unresolved_node(link.target)
            if link.form == "property":
                kind, key = "property", link.key
            else:
                kind, key = "embed" if link.embed else "link", ""
            ways[target, kind, key, link.hidden].append(link.line)
        for tag in note.compiled.tags:
            if tag.name:
                ways[self._tag_node(tag.name), "tag", "", tag.hidden].append(tag.line)

    def add_document(self, path: VaultPath, document: LinkedDocument) -> None:
        """Add what a document shows and links to, and what its arrows join; lines are those of its file."""
        kind = kind_of(path)
        own = "" if kind is None else kind.edge
        for link, end in zip(document.compiled.links, document.links, strict=True):
            if not end.withheld and (end.path is not None or link.target):
                name = self._unresolved_node(link.target.lstrip("/")) if end.path is None else str(end.path)
                edge = own or ("embed" if link.embed else "link")
                self._edges[path][name, edge, "", link.hidden].append(link.line)
        for source, target, line in document.arrows():
            self._edges[source][target, own or "link", "", False].append(line)

    def by_source(self, *, lines: bool) -> dict[str, tuple[Edge, ...]]:
        """Return the edges, in order."""
        return {
            source: tuple(
                Edge(target, kind, key or None, len(found), hidden, tuple(sorted(found)) if lines else ())
                for (target, kind, key, hidden), found in sorted(ways.items())
            )
            for source, ways in sorted(self._edges.items())
            if ways
        }

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


def property_name(link: Link) -> str | None:
    """Return the property a link stands in; None for a link in the text."""
    return link.key or None if link.form == "property" else None
