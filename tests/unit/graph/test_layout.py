"""Where nodes stand: everywhere, always the same, and apart from each other."""

from __future__ import annotations

import math
import random
import subprocess
import sys
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbgen.graph.build import Graph
from kbgen.graph.layout import positions, radius_of

ROOT = Path(__file__).parents[3]
KINDS = ("note", "note", "note", "attachment", "tag", "unresolved")


def graph_of(nodes: list[str], edges: list[tuple[str, str]], *, backwards: bool = False) -> Graph:
    """Make a graph; backwards, everything in it is put in the other way round."""
    graph: Graph = nx.MultiDiGraph()
    step = -1 if backwards else 1
    for node in nodes[::step]:
        graph.add_node(node, kind=KINDS[len(node) % len(KINDS)] if node.startswith("x") else "note")
    for source, target in edges[::step]:
        graph.add_edge(source, target, kind="link", count=1)
    return graph


def notes(links: list[tuple[int, int]], count: int) -> Graph:
    return graph_of([f"F{n % 7}/{n}.md" for n in range(count)], [(name(a), name(b)) for a, b in links])


def name(number: int) -> str:
    return f"F{number % 7}/{number}.md"


def random_links(count: int, links: int, *, hubs: int = 0) -> list[tuple[int, int]]:
    draw = random.Random(5)  # noqa: S311
    found = [(draw.randrange(count), draw.randrange(count)) for _ in range(links)]
    return found + [(hub, other) for hub in range(hubs) for other in range(count)]


NAMES = st.text(min_size=1, max_size=6)
NODES = st.lists(st.one_of(NAMES, NAMES.map("x{}".format)), unique=True, max_size=30)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[str], list[tuple[str, str]]]:
    nodes = draw(NODES)
    if not nodes:
        return nodes, []
    ends = st.sampled_from(nodes)
    return nodes, draw(st.lists(st.tuples(ends, ends), max_size=60))


@given(graphs())
@settings(deadline=None)
def test_each_node_has_one_finite_place_whatever_the_order(
    drawn: tuple[list[str], list[tuple[str, str]]],
) -> None:
    nodes, edges = drawn
    places = positions(graph_of(nodes, edges), nodes)
    assert list(places) == sorted(nodes)
    assert all(math.isfinite(value) for place in places.values() for value in place)
    assert positions(graph_of(nodes, edges), nodes) == places
    assert positions(graph_of(nodes, edges, backwards=True), nodes[::-1]) == places


@given(graphs())
@settings(deadline=None)
def test_what_is_no_note_moves_no_note(drawn: tuple[list[str], list[tuple[str, str]]]) -> None:
    nodes, edges = drawn
    graph = graph_of(nodes, edges)
    # What hangs on notes only; an attachment that nothing leads to gets a place of its own among the parts.
    alone = {node for node in nodes if not (set(nx.all_neighbors(graph, node)) - {node})}
    kept = [node for node in nodes if graph.nodes[node]["kind"] == "note" or node not in alone]
    only = [node for node in kept if graph.nodes[node]["kind"] == "note"]
    both = positions(graph, kept)
    assert {node: both[node] for node in only} == positions(graph, only)


@pytest.mark.parametrize(
    ("nodes", "edges"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param(["A"], [], id="one node"),
        pytest.param(["A"], [("A", "A")], id="a link to itself"),
        pytest.param(["A", "B"], [("A", "B"), ("A", "B"), ("B", "A"), ("A", "A")], id="parallel links"),
        pytest.param([str(n) for n in range(50)], [], id="no links"),
        pytest.param([str(n) for n in range(20)], [(str(n), str(n // 2)) for n in range(20)], id="a tree"),
        pytest.param(
            [str(n) for n in range(900)], [(str(n - n % 2), str(n)) for n in range(900)], id="many pairs"
        ),
        pytest.param([str(n) for n in range(900)], [("0", str(n)) for n in range(900)], id="a star"),
        pytest.param(
            [str(n) for n in range(500)], [(str(n), str((n + 1) % 500)) for n in range(500)], id="a ring"
        ),
    ],
)
def test_odd_shapes_are_drawn(nodes: list[str], edges: list[tuple[str, str]]) -> None:
    places = positions(graph_of(nodes, edges), nodes)
    assert set(places) == set(nodes)
    assert all(math.isfinite(value) for place in places.values() for value in place)
    assert len(set(places.values())) == len(nodes), "no node lies on another"


def test_parts_lie_apart_and_the_whole_has_a_shape_for_a_screen() -> None:
    links = [*random_links(300, 900), *((n, n + 1) for n in range(300, 400, 2))]
    graph = notes(links, 700)
    places = positions(graph, graph)
    xs, ys = zip(*places.values(), strict=True)
    assert 0.5 < (max(xs) - min(xs)) / (max(ys) - min(ys)) < 3
    boxes = []
    for part in nx.weakly_connected_components(graph):
        if len(part) > 1:
            inside = [places[node] for node in part]
            x, y = zip(*inside, strict=True)
            boxes.append((min(x), min(y), max(x), max(y)))
    for number, one in enumerate(boxes):
        for other in boxes[:number]:
            apart = one[0] > other[2] or other[0] > one[2] or one[1] > other[3] or other[1] > one[3]
            assert apart, "two parts lie over each other"


@pytest.mark.parametrize(
    ("count", "links"),
    [
        pytest.param(700, [(n, n + 1) for n in range(0, 700, 2)], id="pairs"),
        pytest.param(700, [(n, n - n % 5) for n in range(700)], id="fives"),
        pytest.param(700, [(n, n - n % 100) for n in range(700)], id="hundreds"),
        pytest.param(700, [(n, n // 2) for n in range(500)], id="one and single notes"),
        pytest.param(700, [], id="single notes"),
    ],
)
def test_the_whole_is_neither_a_strip_nor_a_tower(count: int, links: list[tuple[int, int]]) -> None:
    graph = notes(links, count)
    xs, ys = zip(*positions(graph, graph).values(), strict=True)
    assert 0.6 < (max(xs) - min(xs)) / (max(ys) - min(ys)) < 2.5


def test_what_is_linked_is_near() -> None:
    graph = notes(random_links(600, 900, hubs=1), 600)
    places = positions(graph, graph)
    linked = [math.dist(places[a], places[b]) for a, b in graph.edges() if name(0) not in {a, b}]
    ids = sorted(places)
    other = [math.dist(places[a], places[b]) for a, b in zip(ids, ids[300:], strict=False)]
    assert sum(linked) / len(linked) < 0.7 * sum(other) / len(other)


def test_large_nodes_hide_none() -> None:
    graph = notes(random_links(900, 300, hubs=4), 900)
    places = positions(graph, graph)
    for hub in map(name, range(4)):
        for node in places:
            if node != hub:
                assert math.dist(places[hub], places[node]) > 0.6 * radius_of(899)


def test_a_new_note_moves_few_others() -> None:
    links = random_links(200, 500)
    before = positions(notes(links, 200), notes(links, 200))
    graph = notes([*links, (200, 3)], 201)
    after = positions(graph, graph)
    width = max(x for x, _ in before.values()) - min(x for x, _ in before.values())
    moved = sorted(math.dist(before[node], after[node]) / width for node in before)
    assert moved[len(moved) // 2] < 0.25


def test_python_draws_on_as_if_nothing_had_been_laid_out() -> None:
    graph = notes(random_links(500, 900), 500)
    random.seed(3)
    expected = random.random()  # noqa: S311
    random.seed(3)
    positions(graph, graph)
    assert random.random() == expected  # noqa: S311


SCRIPT = """
import random, networkx as nx
from kbgen.graph.layout import positions
draw = random.Random(1)
graph = nx.MultiDiGraph()
for number in range(700):
    graph.add_node(f"F{number % 9}/{number}.md", kind="note")
ids = list(graph)
for _ in range(1500):
    graph.add_edge(draw.choice(ids), draw.choice(ids[:60]), kind="link", count=1)
print(positions(graph, set(graph)))
"""


def test_places_are_the_same_in_every_process() -> None:
    said = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(said) == 1
