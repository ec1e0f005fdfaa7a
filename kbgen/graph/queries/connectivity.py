"""What falls apart: links and notes without which a part of the vault is cut off."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, TypeVar

import networkx as nx

from kbgen.graph.build import Graph
from kbgen.graph.note_graph import UndirectedNotes, directed_notes, to_undirected
from kbgen.graph.queries.row import Row

Part = TypeVar("Part", bound=Hashable)

if TYPE_CHECKING:
    _Blocks = nx.Graph[tuple[str, str | int]]


def bridges(graph: Graph) -> list[Row]:
    """List the links without which two parts of the vault would hang together no more.

    Returns
    -------
    list of Row
        ``id`` and ``to``, joined one way or both ways; ``value`` counts the notes on the side of ``to``,
        the smaller, which would be cut off.

    Examples
    --------
    >>> from kbgen.graph.queries.row import example
    >>> bridges(example("A>B B>C C>A C>D D>E"))
    [{'id': 'C', 'to': 'D', 'value': 2}, {'id': 'D', 'to': 'E', 'value': 1}]
    """
    undirected = to_undirected(directed_notes(graph))
    found = [(min(pair), max(pair)) for pair in nx.bridges(undirected)]
    whole = nx.Graph(undirected)
    whole.remove_edges_from(found)
    part_of: dict[str, int] = {}
    weights: dict[int, int] = {}
    for number, part in enumerate(nx.connected_components(whole)):
        part_of.update(dict.fromkeys(part, number))
        weights[number] = len(part)
    tree: nx.Graph[int] = nx.Graph()
    tree.add_nodes_from(weights)
    tree.add_edges_from((part_of[one], part_of[two]) for one, two in found)
    beyond = _weights_beyond(tree, weights)
    rows: list[tuple[int, str, str]] = []
    for one, two in found:
        there, here = beyond[part_of[one], part_of[two]], beyond[part_of[two], part_of[one]]
        rows.append((there, one, two) if there <= here else (here, two, one))
    rows.sort(key=lambda row: (-row[0], *row[1:]))
    return [{"id": inner, "to": outer, "value": cut} for cut, inner, outer in rows]


def articulation_points(graph: Graph) -> list[Row]:
    """List the notes without which a part of the vault would hang together no more.

    Returns
    -------
    list of Row
        ``id``; ``value`` counts the notes that would be cut off from the largest part that is left;
        ``parts``, into how many it would fall.

    Examples
    --------
    >>> from kbgen.graph.queries.row import example
    >>> articulation_points(example("A>B B>C C>A C>D C>E"))
    [{'id': 'C', 'value': 2, 'parts': 3}]
    """
    undirected = to_undirected(directed_notes(graph))
    tree, weights = _block_cut_tree(undirected)
    beyond = _weights_beyond(tree, weights)
    found: list[tuple[int, str, int]] = []
    for place in tree:
        kind, node = place
        if kind == "note":
            parts = [beyond[place, block] for block in tree[place]]
            found.append((max(parts) - sum(parts), str(node), len(parts)))
    return [{"id": node, "value": -cut, "parts": parts} for cut, node, parts in sorted(found)]


def _block_cut_tree(undirected: UndirectedNotes) -> tuple[_Blocks, dict[tuple[str, str | int], int]]:
    """Return blocks and the notes that several of them share, and how many notes each stands for."""
    cutting = set(nx.articulation_points(undirected))
    tree: _Blocks = nx.Graph()
    weights: dict[tuple[str, str | int], int] = {("note", node): 1 for node in sorted(cutting)}
    for number, block in enumerate(nx.biconnected_components(undirected)):
        shared = sorted(cutting.intersection(block))
        weights["block", number] = len(block) - len(shared)
        tree.add_edges_from((("note", node), ("block", number)) for node in shared)
    return tree, weights


def _weights_beyond(tree: nx.Graph[Part], weights: Mapping[Part, int]) -> dict[tuple[Part, Part], int]:
    """Return for each edge of a forest, either way, what all beyond it weighs together."""
    found: dict[tuple[Part, Part], int] = {}
    for part in nx.connected_components(tree):
        total = sum(weights[node] for node in part)
        root = next(iter(part))
        below = {node: weights[node] for node in part}
        for above, node in reversed(list(nx.dfs_edges(tree, root))):
            found[above, node] = below[node]
            found[node, above] = total - below[node]
            below[above] += below[node]
    return found
