"""Groups of nodes against cases in a document, and what holds of any."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbgen.graph.build import Graph
from kbgen.graph.colouring import MAX_NAMED, Colouring, by_community, by_folder, by_tag

KINDS = {"tag": "tag", "unresolved": "unresolved"}


def cases() -> list[Any]:
    text = (Path(__file__).parent / "colouring.md").read_text("utf-8")
    return [pytest.param(*case.split("\n", 1), id=case.split("\n")[0]) for case in text.split("\n\n")[1:]]


def graph_of(lines: list[str]) -> Graph:
    graph: Graph = nx.MultiDiGraph()
    for line in lines:
        node, *tags = line.split()
        kind = KINDS.get(node.partition(":")[0], "note" if node.endswith(".md") else "attachment")
        graph.add_node(node, kind=kind, tags=tags, title=node.partition(":")[2] or node)
    return graph


def coloured(graph: Graph, by: str) -> Colouring:
    way, *communities = by.split()
    if way == "tag":
        return by_tag(graph, graph)
    if way == "folder":
        return by_folder(graph, graph)
    given = [(name, members.split(",")) for name, members in (each.split("=") for each in communities)]
    return by_community(graph, graph, given)


@pytest.mark.parametrize(("title", "case"), cases())
def test_groups_are_those_of_the_document(title: str, case: str) -> None:
    assert title
    above, _, rest = ("\n" + case).partition("\n> ")
    by, *expected = rest.strip().split("\n")
    colouring = coloured(graph_of(above.split("\n")[1:]), by)
    found = []
    for number, group in enumerate(colouring.groups):
        members = sorted(node for node, of in colouring.of.items() if of == number)
        assert group.size == len(members)
        found.append(f"{group.name} {group.role}: {' '.join(members)}")
    assert found == expected
    assert colouring.by == by.split()[0]


def test_a_tag_is_named_as_it_is_written() -> None:
    graph = graph_of(["A.md planet", "tag:planet"])
    graph.nodes["tag:planet"]["title"] = "Planet"
    assert by_tag(graph, ["A.md"]).groups[0].name == "#Planet"


def test_tags_are_counted_in_the_whole_graph() -> None:
    graph = graph_of(["A.md a b", "B.md b"])
    assert by_tag(graph, ["A.md"]).groups[0].name == "#b"


@given(
    st.lists(st.tuples(st.sampled_from("abcdefghijklmno"), st.lists(st.sampled_from("pqrstuvwxyz01234/"))))
)
def test_each_node_is_in_one_group_and_few_have_a_name(drawn: list[tuple[str, list[str]]]) -> None:
    lines = [f"{folder}/{number}.md {' '.join(tags)}" for number, (folder, tags) in enumerate(drawn)]
    graph = graph_of(lines)
    for by in ("tag", "folder", "community x=a/0.md,b/0.md y=a/1.md"):
        colouring = coloured(graph, by)
        assert list(colouring.of) == list(graph)
        assert sum(group.size for group in colouring.groups) == len(graph)
        assert all(group.size for group in colouring.groups)
        named = [group.size for group in colouring.groups if group.role == "named"]
        assert len(named) <= MAX_NAMED
        assert named == sorted(named, reverse=True)
        again = coloured(graph_of(lines[::-1]), by)
        assert (again.groups, again.of) == (colouring.groups, colouring.of)
