"""Measures against counts by hand, on any graph."""

from __future__ import annotations

from typing import get_args

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbgen import cli
from kbgen.errors import UsageError
from kbgen.graph.build import Graph, NodeKind
from kbgen.graph.queries import QUESTIONS, ask, between_notes
from kbgen.graph.selection import Direction, Selection, find_note, select

NODES = {
    **{f"{folder}{name}.md": "note" for folder in ("", "F/") for name in "abc"},
    "picture.png": "attachment",
    "tag:t": "tag",
    "unresolved:x": "unresolved",
}
KINDS = ("link", "embed", "property", "canvas", "tag")


def graph_of(edges: list[tuple[str, str, str, int]]) -> Graph:
    graph: Graph = nx.MultiDiGraph()
    for node, kind in NODES.items():
        graph.add_node(node, kind=kind, title=node.removesuffix(".md"), tags=[], aliases=[])
    for source, target, kind, count in edges:
        graph.add_edge(source, target, kind=kind, count=count)
    return graph


EDGES = st.lists(
    st.tuples(
        st.sampled_from([node for node, kind in NODES.items() if kind == "note"]),
        st.sampled_from(list(NODES)),
        st.sampled_from(KINDS),
        st.integers(1, 3),
    )
)


@given(EDGES)
def test_measures_are_those_of_the_edges_between_two_notes(edges: list[tuple[str, str, str, int]]) -> None:
    graph = graph_of(edges)
    pairs = {
        (one, two) for one, two, kind, _ in edges if NODES[two] == "note" and one != two and kind != "tag"
    }
    found = {row["id"]: (row["in"], row["out"]) for row in ask(graph, "degree").rows}
    for node in (node for node, kind in NODES.items() if kind == "note"):
        assert found[node] == (
            sum(two == node for _, two in pairs),
            sum(one == node for one, _ in pairs),
        )
    joined = {node for pair in pairs for node in pair}
    alone = [node for node, kind in NODES.items() if kind == "note" and node not in joined]
    assert [row["id"] for row in ask(graph, "orphans").rows] == alone
    assert {row["id"] for row in ask(graph, "dead-ends").rows} == set(found) - {one for one, _ in pairs}
    wanted = sum(count for _, two, _, count in edges if two == "unresolved:x")
    assert [row["value"] for row in ask(graph, "unresolved").rows] == ([wanted] if wanted else [])
    for one, two, data in between_notes(graph).edges(data=True):
        assert data["count"] == sum(n for a, b, kind, n in edges if (a, b) == (one, two) and kind != "tag")


def test_a_graph_without_edges_breaks_no_question() -> None:
    for graph in (graph_of([]), nx.MultiDiGraph()):
        for question in QUESTIONS:
            assert ask(graph, question).meaning
    assert select(nx.MultiDiGraph(), Selection()) == []


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


def test_the_command_offers_what_the_graph_can_answer() -> None:
    # Said twice, since --help does not wait for networkx.
    assert {each.value for each in cli.Question} == set(QUESTIONS)
    assert {each.value for each in cli.Kind} == set(get_args(NodeKind))
    assert {each.value for each in cli.Direction} == set(get_args(Direction))
