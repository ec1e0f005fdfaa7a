"""Choose nodes of the graph: by tag, folder, kind, words, and by how they hang together.

Values of one option widen the choice, further options narrow it: two tags mean notes with either of them, a
tag and a folder notes with both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from msgspec import Struct

from kbgen.errors import UsageError
from kbgen.graph.build import Graph, NodeKind
from kbgen.links.tags import tag_identity
from kbgen.nearest import nearest

Direction = Literal["in", "out", "both"]


class Selection(Struct, frozen=True):
    """What is asked for; empty fields ask for nothing."""

    tags: tuple[str, ...] = ()
    """With or without ``#``, in any case; a tag stands for those below it."""
    folders: tuple[str, ...] = ()
    """A folder stands for those in it."""
    kinds: tuple[NodeKind, ...] = ()
    match: tuple[str, ...] = ()
    """Words in the title, an alias or the path, whatever their case."""
    linked_from: tuple[str, ...] = ()
    """Notes, by path, name, title or alias."""
    links_to: tuple[str, ...] = ()
    around: str = ""
    """A note with its neighbourhood."""
    depth: int = 1
    """Steps from that note."""
    direction: Direction = "both"

    def __bool__(self) -> bool:
        return self != Selection()


def select(graph: Graph, asked: Selection) -> list[str]:
    """Return the ids of the nodes that are asked for, in the order of the graph.

    Parameters
    ----------
    graph
        As :func:`kbgen.graph.build.build_graph` makes it.
    asked
        What to choose.

    Raises
    ------
    UsageError
        If there is no such tag, folder or note, or several notes may be meant.
    """
    sets = [*_by_what_they_are(graph, asked), *_by_links(graph, asked)]
    chosen = set(graph).intersection(*sets)
    return [node for node in graph if node in chosen]


def _by_what_they_are(graph: Graph, asked: Selection) -> Iterator[set[str]]:
    if asked.tags:
        yield set().union(*(_tagged(graph, tag) for tag in asked.tags))
    if asked.folders:
        yield set().union(*(_inside(graph, folder) for folder in asked.folders))
    if asked.kinds:
        yield {node for node, data in graph.nodes.items() if data["kind"] in asked.kinds}
    for words in asked.match:
        folded = words.casefold()
        yield {node for node in graph if any(folded in name.casefold() for name in _names(graph, node))}


def _by_links(graph: Graph, asked: Selection) -> Iterator[set[str]]:
    if asked.linked_from:
        yield set().union(*(graph.successors(find_note(graph, name)) for name in asked.linked_from))
    if asked.links_to:
        yield set().union(*(graph.predecessors(find_note(graph, name)) for name in asked.links_to))
    if asked.around:
        yield _around(graph, find_note(graph, asked.around), asked.depth, asked.direction)


def _tagged(graph: Graph, tag: str) -> set[str]:
    wanted = tag_identity(tag.removeprefix("#").strip("/"))
    found = {
        node
        for node, tags in graph.nodes(data="tags")
        if any(each == wanted or each.startswith(f"{wanted}/") for each in tags)
    }
    if not found:
        known = {each for _, tags in graph.nodes(data="tags") for each in tags}
        raise _unknown("tag", f"#{wanted}", (f"#{each}" for each in known))
    return found


def _inside(graph: Graph, folder: str) -> set[str]:
    wanted = folder.replace("\\", "/").strip("/").casefold()
    found = {node for node in _files(graph) if node.casefold().startswith(f"{wanted}/")}
    if not found:
        parents = {node.rpartition("/")[0] for node in _files(graph)} - {""}
        raise _unknown("folder", folder, parents)
    return found


def _files(graph: Graph) -> Iterator[str]:
    return (node for node, data in graph.nodes.items() if data["kind"] in {"note", "attachment"})


def _names(graph: Graph, node: str) -> Iterator[str]:
    yield node
    yield graph.nodes[node]["title"]
    yield from graph.nodes[node]["aliases"]


def find_note(graph: Graph, name: str) -> str:
    """Return the id of the note that a name means.

    Parameters
    ----------
    graph
        Where to look.
    name
        A path, with or without ``.md``, a file's name, a title or an alias; case does not count.

    Raises
    ------
    UsageError
        If there is none, or several bear that name; the message names the nearest, or all of them.
    """
    notes = [node for node, data in graph.nodes.items() if data["kind"] == "note"]
    if name in graph and graph.nodes[name]["kind"] == "note":
        return name
    wanted = name.casefold().removesuffix(".md")
    by_path = [node for node in notes if node.casefold().removesuffix(".md") == wanted]
    by_file = [node for node in notes if node.casefold().removesuffix(".md").rpartition("/")[2] == wanted]
    by_name = [node for node in notes if wanted in {each.casefold() for each in _names(graph, node)}]
    found = by_path or by_file or by_name
    if len(found) > 1:
        raise UsageError(f'several notes are called "{name}"', f"give one of these: {', '.join(found)}")
    if not found:
        names = {each.removesuffix(".md") for node in notes for each in _names(graph, node)}
        raise _unknown("note", name, names | {each.rpartition("/")[2] for each in names})
    return found[0]


def _unknown(what: str, name: str, known: Iterable[str]) -> UsageError:
    near = nearest(name, sorted(known))
    return UsageError(f'there is no {what} "{name}"', f'did you mean "{near}"?' if near else "")


def _around(graph: Graph, note: str, depth: int, direction: Direction) -> set[str]:
    reached = {note}
    edge: Sequence[str] = [note]
    for _ in range(depth):
        further: set[str] = set()
        for node in edge:
            if direction in {"out", "both"}:
                further.update(graph.successors(node))
            if direction in {"in", "both"}:
                further.update(graph.predecessors(node))
        edge = sorted(further - reached)
        reached |= further
    return reached
