"""What a picture of the graph shows: its nodes with their places and sizes, and its edges, in plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from kbgen.graph.build import Graph
from kbgen.graph.colouring import Colouring
from kbgen.graph.layout import radius_of
from kbgen.graph.vocabulary import NodeKind
from kbgen.notes.media import OPENED
from kbgen.vault.paths import VaultPath, extension_of


class SceneNode(Struct, frozen=True, gc=False):
    """A node."""

    id: str
    kind: NodeKind
    title: str
    url: str | None
    tags: tuple[str, ...]
    aliases: tuple[str, ...]
    x: float
    y: float
    radius: float
    degree: int
    """With how many nodes it is joined; of a note, with how many notes, where there are any."""


class Scene(Struct, frozen=True):
    """A picture in plain data."""

    title: str
    language: str
    nodes: tuple[SceneNode, ...]
    """By id."""
    edges: tuple[tuple[int, int], ...]
    """From and to, by index; each pair once, whatever joins it, and none from a node to itself."""
    colourings: tuple[Colouring, ...]
    """At least one; the first is shown first."""


def scene_of(
    graph: Graph,
    places: Mapping[str, tuple[float, float]],
    colourings: Sequence[Colouring],
    *,
    title: str,
    language: str = "en",
) -> Scene:
    """Gather what is in a picture.

    Parameters
    ----------
    graph
        What the nodes belong to.
    places
        Where they stand, as :func:`kbgen.graph.layout.positions` says; the picture shows just these.
    colourings
        Ways to colour them, the first to show first.
    title
        Of the picture.
    language
        Of its words, a BCP 47 tag.
    """
    ids = sorted(places)
    index = {node: number for number, node in enumerate(ids)}
    edges = sorted(
        {
            (index[source], index[target])
            for source, target in graph.edges()
            if source != target and source in index and target in index
        }
    )
    degrees = _degrees(graph, ids, edges)
    nodes = (_scene_node(graph, node, places[node], degrees[number]) for number, node in enumerate(ids))
    return Scene(title, language, tuple(nodes), tuple(edges), tuple(colourings))


def _degrees(graph: Graph, ids: Sequence[str], edges: Iterable[tuple[int, int]]) -> list[int]:
    """Count what each node is joined with; what may be hidden beside notes makes no note larger."""
    notes = [graph.nodes[node]["kind"] == "note" for node in ids]
    neighbours: list[set[int]] = [set() for _ in ids]
    for one, other in edges:
        if notes[other] or not notes[one]:
            neighbours[one].add(other)
        if notes[one] or not notes[other]:
            neighbours[other].add(one)
    return [len(each) for each in neighbours]


def _opened(node: str, data: Mapping[str, Any]) -> str | None:
    """Return the address that a node opens; none of a file that must not be opened as a document."""
    is_file = data["kind"] == "attachment"
    url: str | None = data["url"]
    return None if is_file and extension_of(VaultPath(node)) not in OPENED else url


def _scene_node(graph: Graph, node: str, place: tuple[float, float], degree: int) -> SceneNode:
    data = graph.nodes[node]
    return SceneNode(
        id=node,
        kind=data["kind"],
        title=data["title"],
        url=_opened(node, data),
        tags=tuple(data["tags"]),
        aliases=tuple(data["aliases"]),
        x=place[0],
        y=place[1],
        radius=radius_of(degree),
        degree=degree,
    )
