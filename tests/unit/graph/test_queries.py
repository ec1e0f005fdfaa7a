"""Measures against counts by hand and against networkx, on any graph."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from math import fsum, isclose, log
from random import Random
from typing import cast, get_args

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbgen import cli
from kbgen.errors import UsageError
from kbgen.graph import note_links, queries
from kbgen.graph.build import Graph
from kbgen.graph.note_graph import UndirectedNotes, directed_notes, note_graph, to_undirected
from kbgen.graph.note_links import DIGITS, related
from kbgen.graph.note_lookup import find_note
from kbgen.graph.queries import centrality
from kbgen.graph.queries.catalogue import QUESTIONS, Arguments, Inputs, ask
from kbgen.graph.queries.community_detection import communities_of
from kbgen.graph.queries.row import Row
from kbgen.graph.selection import Selection, select
from kbgen.graph.serialize import from_bytes, to_bytes
from kbgen.graph.vocabulary import Direction

NOTES = [f"{folder}{name}.md" for folder in ("", "F/") for name in "abcd"]
NODES = {
    **dict.fromkeys(NOTES, "note"),
    "picture.png": "attachment",
    "tag:t": "tag",
    "unresolved:x": "unresolved",
}
KINDS = ("link", "embed", "property", "canvas", "tag")
Edges = list[tuple[str, str, str, int]]


def graph_of(edges: Edges) -> Graph:
    graph: Graph = nx.MultiDiGraph()
    for node, kind in NODES.items():
        data: dict[str, object] = {
            "url": None,
            "tags": [],
            "aliases": [],
            "published": True,
            "properties": {},
        }
        graph.add_node(node, kind=kind, title=node.removesuffix(".md"), **data)
    for source, target, kind, count in edges:
        name = "up" if kind == "property" else None
        data = {"property": name, "lines": [1] * count, "hidden": False}
        graph.add_edge(source, target, key=(kind, name, False), kind=kind, count=count, **data)
    return graph


EDGES = st.lists(
    st.tuples(
        st.sampled_from(NOTES), st.sampled_from(list(NODES)), st.sampled_from(KINDS), st.integers(1, 3)
    ),
    unique_by=lambda edge: edge[:3],
)


MANY_LINKS = st.sets(
    st.tuples(st.sampled_from(NOTES), st.sampled_from(NOTES), st.just("link"), st.just(1)), min_size=10
).map(sorted)


def asked(graph: Graph, question: str, *, note: str | None = None) -> list[Row]:
    return list(ask(question, Inputs(graph, arguments=Arguments(note=note))).rows)


def values(rows: list[Row]) -> dict[str, float]:
    return {str(row["id"]): float(row["value"]) for row in rows}


def by_hand(edges: Edges) -> tuple[nx.DiGraph[str], UndirectedNotes]:
    """Return the notes as they are joined, put together without our code."""
    directed: nx.DiGraph[str] = nx.DiGraph()
    directed.add_nodes_from(sorted(NOTES))
    for source, target, kind, count in sorted(edges):
        if NODES[target] == "note" and source != target and kind != "tag":
            directed.add_edge(
                source, target, weight=directed.get_edge_data(source, target, {"weight": 0})["weight"] + count
            )
    return directed, nx.Graph(directed.to_undirected())


@given(EDGES)
def test_measures_are_those_of_the_edges_between_two_notes(edges: Edges) -> None:
    graph = graph_of(edges)
    pairs = {
        (one, two) for one, two, kind, _ in edges if NODES[two] == "note" and one != two and kind != "tag"
    }
    found = {row["id"]: (row["in"], row["out"]) for row in asked(graph, "degree")}
    for node in NOTES:
        assert found[node] == (
            sum(two == node for _, two in pairs),
            sum(one == node for one, _ in pairs),
        )
    alone = sorted(set(NOTES) - {node for pair in pairs for node in pair})
    assert [row["id"] for row in asked(graph, "orphans")] == alone
    assert {row["id"] for row in asked(graph, "dead-ends")} == set(found) - {one for one, _ in pairs}
    wanted = sum(count for _, two, _, count in edges if two == "unresolved:x")
    assert [row["value"] for row in asked(graph, "unresolved")] == ([wanted] if wanted else [])
    for one, two, data in directed_notes(graph).edges(data=True):
        assert data["count"] == sum(n for a, b, kind, n in edges if (a, b) == (one, two) and kind != "tag")


@settings(deadline=None)  # the first measure loads scipy
@given(EDGES)
def test_measures_equal_those_of_networkx(edges: Edges) -> None:
    graph = graph_of(edges)
    directed, undirected = by_hand(edges)

    def agree(question: str, wanted: dict[str, float], slack: float = 1e-9) -> None:
        found = values(asked(graph, question))
        assert found.keys() == wanted.keys()
        assert all(isclose(found[node], wanted[node], abs_tol=slack) for node in wanted), question

    agree("pagerank", nx.pagerank(directed))
    agree("betweenness", nx.betweenness_centrality(directed))
    agree("clustering", cast("dict[str, float]", nx.clustering(undirected)))
    agree("k-core", nx.core_number(undirected))
    bridges = {frozenset((str(row["id"]), str(row["to"]))) for row in asked(graph, "bridges")}
    assert bridges == {frozenset(pair) for pair in nx.bridges(undirected)}
    points = {row["id"] for row in asked(graph, "articulation-points")}
    assert points == set(nx.articulation_points(undirected))


@given(EDGES)
def test_hubs_and_authorities_are_each_other_s(edges: Edges) -> None:
    # Where several answers are as good, networkx draws one of them. Each is one of these:
    directed, _ = by_hand(edges)
    graph = graph_of(edges)
    hubs, authorities = values(asked(graph, "hubs")), values(asked(graph, "authorities"))
    weighed = directed_notes(graph)
    scale = sum(authorities[target] for _, target in weighed.edges())
    if not directed.edges:
        assert not any((*hubs.values(), *authorities.values()))
        return
    assert isclose(sum(hubs.values()), 1, abs_tol=1e-6)
    assert isclose(sum(authorities.values()), 1, abs_tol=1e-6)
    for node in NOTES:
        pointed = sum(authorities[target] for target in weighed.successors(node))
        assert isclose(hubs[node], pointed / scale, abs_tol=1e-6)


@given(EDGES)
def test_what_falls_off_is_what_taking_it_away_leaves(edges: Edges) -> None:
    graph = graph_of(edges)
    _, undirected = by_hand(edges)
    for row in asked(graph, "bridges"):
        less = undirected.copy()
        less.remove_edge(str(row["id"]), str(row["to"]))
        kept, lost = (len(nx.node_connected_component(less, str(row[end]))) for end in ("id", "to"))
        assert row["value"] == lost <= kept
    for row in asked(graph, "articulation-points"):
        around = nx.node_connected_component(undirected, str(row["id"])) - {str(row["id"])}
        parts = sorted(len(part) for part in nx.connected_components(undirected.subgraph(around)))
        assert (row["parts"], row["value"]) == (len(parts), sum(parts[:-1]))


@given(EDGES)
def test_communities_part_the_joined_notes_and_are_at_least_as_good_as_one(edges: Edges) -> None:
    graph = graph_of(edges)
    undirected = to_undirected(directed_notes(graph))
    found = communities_of(note_graph(graph))
    members = [node for each in found for node in each.members]
    assert sorted(members) == [node for node in undirected if undirected.degree(node)]
    assert len({each.name for each in found}) == len(found)
    if found:
        inside = undirected.subgraph(members)
        parts = [set(each.members) for each in found]
        assert all(nx.is_connected(inside.subgraph(part)) for part in parts)
        assert nx.community.modularity(inside, parts, weight="count") >= -1e-9
        numbers = [row["value"] for row in asked(graph, "communities")]
        assert numbers == sorted(numbers)


@settings(deadline=None)  # the first answer loads scipy
@given(EDGES)
def test_similarity_equals_that_of_networkx(edges: Edges) -> None:
    graph = graph_of(edges)
    directed, undirected = by_hand(edges)
    apart = [
        pair
        for pair in combinations(sorted(NOTES), 2)
        if not undirected.has_edge(*pair) and set(undirected[pair[0]]) & set(undirected[pair[1]])
    ]
    jaccard = {(one, two): value for one, two, value in nx.jaccard_coefficient(undirected, apart)}
    index = {(one, two): value for one, two, value in nx.adamic_adar_index(undirected, apart)}
    found = {(str(row["id"]), str(row["to"])): row for row in asked(graph, "similar")}
    assert found.keys() == jaccard.keys()
    for pair, row in found.items():
        assert isclose(float(row["value"]), jaccard[pair], abs_tol=1e-9)
        assert isclose(float(row["adamic-adar"]), index[pair], abs_tol=1e-9)
        both = set(directed.predecessors(pair[0])) & set(directed.predecessors(pair[1]))
        assert row["cocited"] == len(both)
    missing = {(str(row["id"]), str(row["to"])): float(row["value"]) for row in asked(graph, "missing-links")}
    assert missing.keys() == index.keys()
    assert all(isclose(missing[pair], index[pair], abs_tol=1e-9) for pair in missing)
    for node in NOTES:
        about = {frozenset((str(row["id"]), node)): row for row in asked(graph, "similar", note=node)}
        assert about.keys() == {frozenset(pair) for pair in jaccard if node in pair}
        assert all(row["to"] == node and row["reason"] for row in about.values())
        near = related(note_graph(graph).links, node, 3)
        assert len(near) <= 3
        assert all(len(set(undirected[node]) & set(undirected[other])) > 1 for other, _ in near)


@given(MANY_LINKS, st.sampled_from(NOTES), st.integers(1, 4), st.integers(2, 6))
def test_related_notes_are_the_best_of_all(edges: Edges, note: str, most: int, limit: int) -> None:
    _, notes = by_hand(edges)
    few = {other for other in NOTES if len(notes[other]) <= limit}

    def rank(other: str) -> tuple[float, float, str]:
        common, both = {*notes[note]} & {*notes[other]}, {*notes[note]} | {*notes[other]}
        strength = fsum(1 / log(len(notes[middle])) for middle in common)
        return -round(strength, DIGITS), -round(len(common) / len(both), DIGITS), other

    apart = (other for other in few - {note, *notes[note]} if len({*notes[note]} & {*notes[other]} & few) > 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(note_links, "MAX_DEGREE", limit)
        found = related(note_graph(graph_of(edges)).links, note, most)
    assert [other for other, _ in found] == [other for *_, other in sorted(map(rank, apart))[:most]]
    assert all(reason for _, reason in found)


@given(EDGES, st.sampled_from(NOTES), st.sampled_from(NOTES), st.sampled_from(get_args(Direction)))
def test_ways_are_all_the_shortest(edges: Edges, start: str, end: str, direction: Direction) -> None:
    graph = graph_of(edges)
    directed, undirected = by_hand(edges)
    followed = {"out": directed, "in": directed.reverse(), "both": undirected}[direction]
    rows = queries.path(graph, start, end, direction=direction)
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(int(row["way"]), []).append(str(row["id"]))
    wanted = list(nx.all_shortest_paths(followed, start, end)) if nx.has_path(followed, start, end) else []
    assert sorted(found.values()) == sorted(wanted)[: len(found)]
    assert len(found) == min(len(wanted), 20)
    assert all(bool(row["by"]) == (row["value"] != 0) for row in rows)


@given(EDGES, st.sampled_from(NOTES), st.sampled_from(NOTES))
def test_where_hubs_cost_more_no_way_costs_less(edges: Edges, start: str, end: str) -> None:
    graph = graph_of(edges)
    _, undirected = by_hand(edges)

    def cost(way: list[str]) -> int:
        return sum(max(1, (undirected.degree(node) - 1).bit_length()) for node in way[1:])

    rows = queries.path(graph, start, end, avoid_hubs=True)
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(int(row["way"]), []).append(str(row["id"]))
    simple = [[start]] if start == end else list(nx.all_simple_paths(undirected, start, end))
    cheapest = min(map(cost, simple), default=None)
    assert all(cost(way) == cheapest for way in found.values())
    assert bool(found) == bool(simple)
    assert all(undirected.has_edge(*pair) for way in found.values() for pair in pairwise(way))


@given(EDGES)
def test_circles_are_those_of_the_property(edges: Edges) -> None:
    up: nx.DiGraph[str] = nx.DiGraph()
    up.add_edges_from(edge[:2] for edge in edges if edge[2] == "property" and edge[0] != edge[1])
    wanted = {frozenset(pairwise([*circle, circle[0]])) for circle in nx.simple_cycles(up)}
    rows = queries.cycles(graph_of(edges), "UP")
    found = [str(row["path"]).split(" → ") for row in rows]
    assert {frozenset(pairwise(circle)) for circle in found} == wanted
    assert len(found) == len(wanted)
    assert all(row["id"] == circle[0] == min(circle) for row, circle in zip(rows, found, strict=True))


@given(EDGES)
def test_a_kept_graph_is_the_same_graph(edges: Edges) -> None:
    graph = graph_of(edges)
    again = from_bytes(to_bytes(graph))
    assert list(again.nodes(data=True)) == list(graph.nodes(data=True))
    assert list(again.edges(keys=True, data=True)) == list(graph.edges(keys=True, data=True))


@given(EDGES, st.randoms())
def test_answers_do_not_depend_on_the_order_of_the_graph(edges: Edges, random: Random) -> None:
    shuffled = list(edges)
    random.shuffle(shuffled)
    other: Graph = nx.MultiDiGraph()
    first, second = graph_of(edges), graph_of(shuffled)
    other.add_nodes_from(reversed(list(second.nodes(data=True))))
    for source, target, key, data in second.edges(keys=True, data=True):
        other.add_edge(source, target, key=key, **data)
    for question in QUESTIONS.keys() - {"path"}:
        assert asked(first, question) == asked(other, question), question


def test_a_graph_without_edges_breaks_no_question() -> None:
    for graph in (graph_of([]), nx.MultiDiGraph()):
        for question in QUESTIONS.keys() - {"path"}:
            assert ask(question, Inputs(graph)).meaning
    answer = ask("path", Inputs(graph_of([]), arguments=Arguments(start="a.md", end="b.md")))
    assert (answer.rows, answer.remarks) == ((), ("nothing leads from the one to the other",))
    assert select(nx.MultiDiGraph(), Selection()) == []


def test_beyond_a_size_betweenness_is_an_estimate_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = graph_of([(one, two, "link", 1) for one, two in pairwise(NOTES)])
    exact = ask("betweenness", Inputs(graph))
    monkeypatch.setattr(centrality, "MAX_EXACT_NOTES", len(NOTES) - 1)
    monkeypatch.setattr(centrality, "SAMPLE_SIZE", 3)
    estimate = ask("betweenness", Inputs(graph))
    assert not exact.remarks
    assert estimate.remarks == (f"estimated from the ways that begin at 3 of the {len(NOTES)} notes",)
    assert estimate.rows != exact.rows
    again = values(list(estimate.rows))
    wanted = nx.betweenness_centrality(directed_notes(graph), k=3, seed=0)
    assert all(isclose(again[node], wanted[node], abs_tol=1e-9) for node in NOTES)


def test_an_index_of_everything_brings_nobody_together() -> None:
    graph: Graph = nx.MultiDiGraph()
    for number in range(60):
        node = f"{number:02}.md"
        graph.add_node(node, kind="note", title=node, tags=[], aliases=[])
    for number in range(1, 60):
        graph.add_edge("00.md", f"{number:02}.md", kind="link", property=None, count=1)
    assert queries.similar(graph) == []
    alike = queries.similar(graph, "01.md")  # of one note all is looked at
    assert len(alike) == 58
    assert all(isclose(float(row["adamic-adar"]), 1 / log(59)) for row in alike)


def test_a_name_that_several_notes_bear_is_refused_with_their_paths() -> None:
    graph = graph_of([])
    assert find_note(graph, "f/A") == "F/a.md"
    assert find_note(graph, "a.md") == "a.md"
    assert find_note(graph, "A") == "a.md"  # the path is nearer than the file's name
    graph.remove_node("a.md")
    assert find_note(graph, "a") == "F/a.md"
    graph.add_node("G/a.md", kind="note", title="a", tags=[], aliases=[])
    with pytest.raises(UsageError, match='several notes are called "a"') as error:
        find_note(graph, "a")
    assert error.value.hint == "give one of these: F/a.md, G/a.md"


def test_the_command_offers_what_the_graph_can_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["graph", "--help"]) == 0
    said = re.sub(r"\s+", " ", capsys.readouterr().out)
    *first, last = QUESTIONS
    assert f"{', '.join(first)} or {last}" in said


def test_every_question_is_a_function_for_python_too() -> None:
    assert {name.replace("_", "-") for name in queries.__all__} == set(QUESTIONS)


def test_a_community_is_named_by_its_typical_tag_and_its_most_joined_notes() -> None:
    graph: Graph = nx.MultiDiGraph()
    for side, tag in ((NOTES[:4], "left"), (NOTES[4:], "right")):
        for node in side:
            graph.add_node(node, kind="note", title=f"the {node[-4]}", tags=["both", tag], aliases=[])
        for one, two in combinations(side, 2):
            graph.add_edge(one, two, kind="link", property=None, count=1)
    graph.add_edge(NOTES[0], NOTES[4], kind="link", property=None, count=1)
    # Titles are the same on both sides; the tag that all bear says nothing.
    assert [each.name for each in communities_of(note_graph(graph))] == [
        "#right: the a, the b",
        "#left: the a, the b",
    ]
