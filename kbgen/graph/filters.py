"""The nodes that one thing asked for means: a tag, a folder, a kind, words, a property, links of a note."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from kbgen.errors import UsageError
from kbgen.graph.build import Graph
from kbgen.graph.comparison import ComparisonOperator, compares
from kbgen.graph.vocabulary import Direction
from kbgen.links.names import fold, spelling, without_md
from kbgen.links.tags import tag_identity
from kbgen.nearest import did_you_mean

_NONE: Mapping[str, tuple[str, ...]] = {}


def tagged(graph: Graph, tag: str) -> set[str]:
    """Return the nodes with a tag or one below it; with or without ``#``, in any case.

    Raises
    ------
    UsageError
        If there is no such tag; the message names the nearest.
    """
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


def inside(graph: Graph, folder: str) -> set[str]:
    """Return what is in a folder or below it.

    Raises
    ------
    UsageError
        If there is no such folder; the message names the nearest.
    """
    wanted = folder.replace("\\", "/").strip("/").casefold()
    found = {node for node in _files(graph) if node.casefold().startswith(f"{wanted}/")}
    if not found:
        parents = {node.rpartition("/")[0] for node in _files(graph)} - {""}
        raise _unknown("folder", folder, parents)
    return found


def of_kind(graph: Graph, kinds: Container[str]) -> set[str]:
    """Return the nodes of some kinds."""
    return {node for node, data in graph.nodes.items() if data["kind"] in kinds}


def matching(graph: Graph, words: str) -> set[str]:
    """Return what has words in its title, an alias or its path, whatever their case."""
    folded = words.casefold()
    return {node for node in graph if any(folded in name.casefold() for name in _names(graph, node))}


def with_property(
    graph: Graph, key: str, sign: ComparisonOperator | None = None, value: str = ""
) -> set[str]:
    """Return the nodes that have a property, whatever its value, or with a value that compares.

    Parameters
    ----------
    graph
        As :func:`kbgen.graph.build.build_graph` makes it.
    key
        Name of the property, in any case.
    sign
        How the value shall compare; None for any value. Of a list one item is enough, but for ``!=``, which
        wants none that is equal. An empty property has the empty text as its value.
    value
        What to compare with; see :func:`kbgen.graph.comparison.compares`.

    Raises
    ------
    UsageError
        If no node has such a property; the message names the nearest.
    """
    folded = key.casefold()
    found = {
        node: [text for name, texts in properties.items() if name.casefold() == folded for text in texts]
        for node, properties in graph.nodes(data="properties", default=_NONE)
        if any(name.casefold() == folded for name in properties)
    }
    if not found:
        known = {
            name for _, properties in graph.nodes(data="properties", default=_NONE) for name in properties
        }
        raise _unknown("property", key, known)
    if sign is None:
        return set(found)
    wanted: ComparisonOperator = "=" if sign == "!=" else sign
    equal = {
        node for node, texts in found.items() if any(compares(text, wanted, value) for text in texts or [""])
    }
    return set(found) - equal if sign == "!=" else equal


def led_to(graph: Graph, name: str) -> set[str]:
    """Return what a note leads to."""
    return set(graph.successors(find_note(graph, name)))


def leading_to(graph: Graph, name: str) -> set[str]:
    """Return what leads to a note."""
    return set(graph.predecessors(find_note(graph, name)))


def around(graph: Graph, name: str, depth: int, direction: Direction) -> set[str]:
    """Return a note with all that is up to some steps away."""
    start = find_note(graph, name)
    reached = {start}
    edge: Sequence[str] = [start]
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
    found = _called(graph, notes, name)
    if len(found) > 1:
        raise UsageError(f'several notes are called "{name}"', f"give one of these: {', '.join(found)}")
    if not found:
        names = {without_md(each) for node in notes for each in _names(graph, node)}
        raise _unknown("note", name, names | {each.rpartition("/")[2] for each in names})
    return found[0]


def _called(graph: Graph, notes: Sequence[str], name: str) -> list[str]:
    """Return the notes that a name means, by their path, else their file's name, else any name.

    One that is spelled so comes before one in another case, and a name as it is before the name of a file
    without its ending: ``x.md`` is ``x.md``, and ``x.md.md`` where there is none.
    """
    whole = {node: (node,) for node in notes}
    files = {node: (node.rpartition("/")[2],) for node in notes}
    named = {node: tuple(_names(graph, node)) for node in notes}
    for compared in (spelling, fold):
        for bearers in (whole, files, named):
            for wanted in (compared(name), compared(f"{name}.md"), compared(without_md(name))):
                found = [node for node, names in bearers.items() if wanted in map(compared, names)]
                if found:
                    return found
    return []


def _files(graph: Graph) -> Iterator[str]:
    return (node for node, data in graph.nodes.items() if data["kind"] in {"note", "attachment"})


def _names(graph: Graph, node: str) -> Iterator[str]:
    yield node
    yield graph.nodes[node]["title"]
    yield from graph.nodes[node]["aliases"]


def _unknown(what: str, name: str, known: Iterable[str]) -> UsageError:
    return UsageError(f'there is no {what} "{name}"', did_you_mean(name, known))
