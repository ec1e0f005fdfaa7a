"""Which nodes of a picture share a colour: by tag, folder or community, at most ten groups with a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from kbgen.graph.build import Graph
from kbgen.graph.vocabulary import Colour
from kbgen.locales.locale import ENGLISH, Locale

Role = Literal["named", "other", "none", "attachment", "tag", "unresolved"]

MAX_NAMED = 10
"""So many colours can be told apart; the groups after them share one."""


class Group(Struct, frozen=True):
    """Nodes of one colour."""

    name: str
    role: Role
    """``named``, or what else it gathers: the notes of smaller groups, those of none, or a kind of node."""
    size: int


class Colouring(Struct, frozen=True):
    """The groups of a picture."""

    by: Colour
    groups: tuple[Group, ...]
    """Those with a name, the largest first; then other, none and the kinds, where there are any."""
    of: Mapping[str, int]
    """For each node the number of its group."""


def by_tag(graph: Graph, nodes: Iterable[str], locale: Locale = ENGLISH) -> Colouring:
    """Group notes by a tag at the top: of several, the one that most notes of the graph bear.

    Parameters
    ----------
    graph
        The whole graph, in which tags are counted.
    nodes
        What is in the picture.
    locale
        The language of the names that are not the author's.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.MultiDiGraph()
    >>> graph.add_node("A.md", kind="note", tags=["planet/rocky", "red"])
    >>> graph.add_node("B.md", kind="note", tags=["planet"])
    >>> graph.add_node("C.md", kind="note", tags=[])
    >>> [(group.name, group.size) for group in by_tag(graph, graph).groups]
    [('#planet', 2), ('no tag', 1)]
    """
    tags = {
        node: {tag.partition("/")[0] for tag in data["tags"]}
        for node, data in graph.nodes.items()
        if data["kind"] == "note"
    }
    counts = Counter(tag for found in tags.values() for tag in found)

    def group(node: str) -> str | None:
        commonest = min(tags[node], key=lambda tag: (-counts[tag], tag), default=None)
        return None if commonest is None else f"#{_shown(graph, commonest)}"

    # Translators: what a colour of the picture of a graph stands for; so are the next ones.
    return _grouped(graph, nodes, "tag", group, {"none": locale.gettext("no tag"), **_kinds(locale)})


def _shown(graph: Graph, tag: str) -> str:
    """Return a tag as it is written, where a note bears just that."""
    node = f"tag:{tag}"
    return str(graph.nodes[node]["title"]) if node in graph else tag


def by_folder(graph: Graph, nodes: Iterable[str], locale: Locale = ENGLISH) -> Colouring:
    """Group notes by the folder at the top.

    Parameters
    ----------
    graph
        What the nodes belong to.
    nodes
        What is in the picture.
    locale
        The language of the names that are not the author's.
    """

    def group(node: str) -> str | None:
        return node.partition("/")[0] if "/" in node else None

    return _grouped(graph, nodes, "folder", group, {"none": locale.gettext("no folder"), **_kinds(locale)})


def by_community(
    graph: Graph,
    nodes: Iterable[str],
    communities: Iterable[tuple[str, Iterable[str]]],
    locale: Locale = ENGLISH,
) -> Colouring:
    """Group notes by communities that are given.

    Parameters
    ----------
    graph
        What the nodes belong to.
    nodes
        What is in the picture.
    communities
        Names and members; of two with a member in common, the first has it. Two may bear one name.
    locale
        The language of the names that are not the author's.
    """
    name_of: list[str] = []
    number: dict[str, int] = {}
    for name, members in communities:
        for node in members:
            number.setdefault(node, len(name_of))
        name_of.append(name)
    words = {"none": locale.gettext("no community"), **_kinds(locale)}
    return _grouped(graph, nodes, "community", number.get, words, name_of)


def _kinds(locale: Locale) -> Mapping[Role, str]:
    return {
        "other": locale.pgettext("notes of smaller groups", "other"),
        "attachment": locale.pgettext("kind of node", "attachments"),
        "tag": locale.pgettext("kind of node", "tags"),
        "unresolved": locale.pgettext("kind of node", "unresolved"),
    }


def _grouped(
    graph: Graph,
    nodes: Iterable[str],
    by: Colour,
    group: Callable[[str], str | int | None],
    words: Mapping[Role, str],
    names: Sequence[str] = (),
) -> Colouring:
    """Gather notes by their group's key; ``names`` has those of keys that are numbers."""
    ids = list(dict.fromkeys(nodes))
    keys = {node: group(node) for node in ids if graph.nodes[node]["kind"] == "note"}
    sizes = Counter(key for key in keys.values() if key is not None)

    def named(key: str | int) -> str:
        return names[key] if isinstance(key, int) else key

    ordered = sorted(sizes, key=lambda key: (-sizes[key], named(key), str(key)))
    kept = ordered[:MAX_NAMED]
    groups = [Group(named(key), "named", sizes[key]) for key in kept]
    place: dict[str | int, int] = {key: number for number, key in enumerate(kept)}
    roles: dict[str, Role] = {}
    for node in ids:
        if node not in keys:
            roles[node] = graph.nodes[node]["kind"]
        elif keys[node] is None:
            roles[node] = "none"
        elif keys[node] not in place:
            roles[node] = "other"
    counts = Counter(roles.values())
    number: dict[Role, int] = {}
    for role in ("other", "none", "attachment", "tag", "unresolved"):
        if counts[role]:
            number[role] = len(groups)
            groups.append(Group(words[role], role, counts[role]))
    of = {node: number[roles[node]] if node in roles else place[keys[node] or 0] for node in ids}
    return Colouring(by, tuple(groups), of)
