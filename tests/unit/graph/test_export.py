"""What is exported is read back: by networkx, by pydot, and Mermaid by a reader of its few lines."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import networkx as nx
import pydot
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kbgen
from kbgen.answers.data import graph_csv
from kbgen.graph.build import Graph, to_json
from kbgen.graph.export import dot, gexf, graphml, mermaid
from kbgen.site.scene import scene_of

# pydot calls pyparsing by names that pyparsing 3.3 wants no more.
pytestmark = pytest.mark.filterwarnings("ignore:'.*' deprecated - use:DeprecationWarning")

ROOT = Path(__file__).parents[3]
VAULTS = {
    "bundled": ROOT / "vault",
    "help": ROOT.parent / "shared" / "vaults" / "obsidian-help",
    "hub": ROOT.parent / "shared" / "vaults" / "obsidian-hub",
}
SEVERAL = 150
"""Nodes of a real vault that pydot reads in a second or two."""

NASTY = [
    '"',
    "\\",
    '\\"',
    "a\\",
    "a\nb",
    "a\r\nb",
    "a\rb",
    "\t",
    "\0",
    "\x01\x1f\x7f\x85",
    "\ud800",
    "\ufffe",
    "]]>",
    "<x>",
    "<b>&amp;</b>",
    "&#10;",
    "#35;",
    "#quot;",
    '"]; n0 --> n9',
    "%%{init: {}}%%",
    "%% n0 x",
    "emoji 🎉",
    "עברית \u202e",
    "\u2028",
    "{|}",
    "\\N\\G\\l",
    "`b`",
    "1. a",
    "- a",
    "style: x#y;",
    "end",
    "",
    " ",
    "  two  ",
    "\ufffd",
    "a, b",
    "key",
    "# a",
    "/* a */",
    "// a",
    "networkx_key",
]
TEXTS = st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=()), max_size=8)
KINDS = st.sampled_from(["note", "attachment", "tag", "unresolved"])
NODES = st.dictionaries(
    TEXTS,
    st.fixed_dictionaries(
        {
            "kind": KINDS,
            "title": TEXTS,
            "url": st.none() | TEXTS,
            "tags": st.lists(TEXTS, max_size=2),
            "aliases": st.lists(TEXTS, max_size=2),
            "published": st.booleans(),
        }
    ),
    min_size=1,
    max_size=6,
)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    graph: Graph = nx.MultiDiGraph()
    for node, fields in draw(NODES).items():
        graph.add_node(node, **fields, properties={"secret": ("value",)})
    ends = st.sampled_from(list(graph))
    kinds = st.tuples(st.sampled_from(["link", "embed", "tag", "canvas"]), st.none())
    how = kinds | st.tuples(st.just("property"), TEXTS)
    for source, target, (kind, name), count, hidden in draw(
        st.lists(st.tuples(ends, ends, how, st.integers(1, 3), st.booleans()), max_size=8)
    ):
        how_often: dict[str, Any] = {"kind": kind, "property": name, "count": count, "hidden": hidden}
        graph.add_edge(source, target, key=(kind, name, hidden), **how_often)
    return graph


def held_by_xml(text: str) -> str:
    return "".join(
        each
        if each in "\t\n\r"
        or (each >= " " and not "\ud800" <= each <= "\udfff" and each not in "\ufffe\uffff")
        else "\ufffd"
        for each in text
    )


def held_by_text(text: str) -> str:
    return "".join("\ufffd" if each == "\0" or "\ud800" <= each <= "\udfff" else each for each in text)


def flat(fields: dict[str, Any], *, held: Callable[[str], str]) -> dict[str, Any]:
    """Return fields as an export says that it has them."""
    texts = {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
        for name, value in fields.items()
        if value is not None
    }
    return {name: held(value) if isinstance(value, str) else value for name, value in texts.items()}


def without(fields: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in names}


def ids(wanted: list[dict[str, Any]], found: list[str], held: Callable[[str], str]) -> dict[str, str]:
    """Pair the ids of a graph with those of an export, which differ only by what cannot be held."""
    assert len(set(found)) == len(found) == len(wanted)
    names = {node["id"]: name for node, name in zip(wanted, found, strict=True)}
    for node, name in names.items():
        assert name == node or (name.rstrip("\ufffd") == held(node).rstrip("\ufffd") and held(node) != node)
    return names


def assert_xml(graph: Graph, document: str, read: Graph, *, key: str) -> None:
    root = ET.fromstring(document.encode())  # noqa: S314 - our own
    edges = [each for each in root.iter() if each.tag.endswith("}edge")]
    assert [each.get("id") for each in edges] == [f"e{number}" for number in range(len(edges))]
    wanted = to_json(graph)
    names = ids(wanted["nodes"], list(read), held_by_xml)
    for node in wanted["nodes"]:
        expected = flat({**without(node, "id"), "label": node["title"]}, held=held_by_xml)
        assert read.nodes[names[node["id"]]] == expected
    found = {name: (source, target, data) for source, target, name, data in read.edges(keys=True, data=True)}
    assert len(found) == len(wanted["edges"])
    for number, edge in enumerate(wanted["edges"]):
        source, target, data = found[f"e{number}"]
        assert (source, target) == (names[edge["source"]], names[edge["target"]])
        fields = {key if name == "key" else name: value for name, value in edge.items()}
        expected = {**without(fields, "source", "target"), "weight": edge["count"]}
        assert without(data, "id") == flat(expected, held=held_by_xml)


def assert_graphml(graph: Graph) -> None:
    document = graphml(graph, graph)
    read = nx.parse_graphml(document, force_multigraph=True)
    assert isinstance(read, nx.MultiDiGraph)
    assert_xml(graph, document, read, key="key")
    # networkx reads booleans in any spelling, XML has but one.
    root = ET.fromstring(document)  # noqa: S314 - our own
    booleans = {key.get("id") for key in root.iter() if key.get("attr.type") == "boolean"}
    assert {data.text for data in root.iter() if data.get("key") in booleans} <= {"true", "false"}


def assert_gexf(graph: Graph) -> None:
    document = gexf(graph, graph)
    root = ET.fromstring(document)  # noqa: S314 - our own
    assert [(each.text, each.attrib) for each in root[0].iter()][1:] == [("kbgen", {})]
    assert root[0].attrib == {}
    assert "networkx_key" not in {each.get("title") for each in root.iter()}
    found = nx.read_gexf(io.BytesIO(document.encode()))
    read: Graph = nx.MultiDiGraph()  # where no two edges join the same nodes, networkx reads another graph
    read.add_nodes_from(found.nodes(data=True))
    for source, target, data in found.edges(data=True):
        read.add_edge(source, target, key=data["id"], **data)
    assert_xml(graph, document, read, key="property")


def unquoted(text: str) -> str:
    assert text[0] == text[-1] == '"'
    return re.sub(r"\\(.)", lambda sign: {"n": "\n", "r": "\r"}.get(sign[1], sign[1]), text[1:-1])


def assert_dot(graph: Graph) -> None:
    (read,) = pydot.graph_from_dot_data(dot(graph, graph)) or []
    assert read.get_type() == "digraph"
    wanted = to_json(graph)
    nodes = [(unquoted(str(node.get_name())), node.get_attributes()) for node in read.get_node_list()]
    names = ids(wanted["nodes"], [name for name, _ in nodes], held_by_text)
    for node, (_, attributes) in zip(wanted["nodes"], nodes, strict=True):
        fields = {**without(node, "id"), "published": json.dumps(node["published"])}
        fields["label"] = node["title"].replace("&", "&amp;")
        assert {name: unquoted(text) for name, text in attributes.items()} == flat(fields, held=held_by_text)
    edges = sorted(read.get_edge_list(), key=lambda edge: edge.get_sequence() or 0)
    for edge, found in zip(wanted["edges"], edges, strict=True):
        ends = unquoted(str(found.get_source())), unquoted(str(found.get_destination()))
        assert ends == (names[edge["source"]], names[edge["target"]])
        fields = {"property" if name == "key" else name: value for name, value in edge.items()}
        fields = {**without(fields, "source", "target"), "weight": edge["count"]}
        expected = flat(
            {name: "true" if value is True else value for name, value in fields.items()}, held=str
        )
        read_back = {name: unquoted(text) for name, text in found.get_attributes().items()}
        assert read_back == {name: held_by_text(str(value)) for name, value in expected.items()}


MERMAID = re.compile(
    r"  (?:(?P<node>n\d+)(?P<shape>\[/|\(\[|\[|\{\{)\"(?P<title>[^\"]+)\"(?:/\]|\]\)|\]|\}\})"
    r"|(?P<source>n\d+) (?:-- \"(?P<label>[^\"]+)\" -->|(?P<arrow>-->|-\.->|==>)) (?P<target>n\d+)"
    r"|%% (?P<named>n\d+) (?P<id>.*))"
)
SHAPES = {"[": "note", "[/": "attachment", "([": "tag", "{{": "unresolved"}


def decoded(text: str) -> str:
    assert not re.search(r"#(?!\d+;)", text)
    return re.sub(r"#(\d+);", lambda sign: chr(int(sign[1])), text)


def assert_mermaid(graph: Graph) -> None:
    first, *lines = mermaid(graph, graph).removesuffix("\n").split("\n")
    assert first == "flowchart LR"
    read = [match.groupdict() for line in lines if (match := MERMAID.fullmatch(line))]
    assert len(read) == len(lines)
    wanted = to_json(graph)
    nodes = [each for each in read if each["node"]]
    assert [decoded(each["id"]) for each in read if each["named"]] == [
        held_by_text(node["id"]) for node in wanted["nodes"]
    ]
    for number, (node, found) in enumerate(zip(wanted["nodes"], nodes, strict=True)):
        assert found["node"] == f"n{number}"
        assert SHAPES[found["shape"]] == node["kind"]
        assert decoded(found["title"]) == (held_by_text(node["title"]) or " ")
        assert not re.search(r"[`<>&{}\[\]();:|]", re.sub(r"#\d+;", "", found["title"]))
    names = {node["id"]: f"n{number}" for number, node in enumerate(wanted["nodes"])}
    edges = [each for each in read if each["source"]]
    for edge, found in zip(wanted["edges"], edges, strict=True):
        assert (found["source"], found["target"]) == (names[edge["source"]], names[edge["target"]])
        if edge["key"] is not None:
            assert decoded(found["label"]) == (held_by_text(edge["key"]) or " ")
        else:
            assert found["arrow"] == {"embed": "-.->", "canvas": "==>"}.get(edge["kind"], "-->")


def assert_csv(graph: Graph) -> None:
    rows = list(csv.DictReader(io.StringIO(graph_csv(graph, graph), newline="")))
    wanted = to_json(graph)["edges"]
    fields = ("source", "target", "kind", "key", "count")
    assert [tuple(row.values()) for row in rows] == [
        tuple("" if edge[name] is None else str(edge[name]) for name in fields) for edge in wanted
    ]


def assert_picture(graph: Graph) -> None:
    """Of a picture: one line for each two nodes and direction, however many edges join them."""
    shown = scene_of(graph, dict.fromkeys(graph, (0.0, 0.0)), (), title="x")
    names = [dot.id for dot in shown.nodes]
    pairs = {(edge["source"], edge["target"]) for edge in to_json(graph)["edges"]}
    assert {(names[one], names[other]) for one, other in shown.edges} == {
        (one, other) for one, other in pairs if one != other
    }
    assert len(shown.edges) == len(set(shown.edges))


FORMS = [assert_graphml, assert_gexf, assert_dot, assert_mermaid, assert_csv, assert_picture]
READERS = pytest.mark.parametrize("same", FORMS)


@READERS
@settings(deadline=None)
@given(graph=graphs())
def test_nothing_is_lost_on_the_way(same: Callable[[Graph], None], graph: Graph) -> None:
    same(graph)


@READERS
def test_every_nasty_text_is_read_back(same: Callable[[Graph], None]) -> None:
    graph: Graph = nx.MultiDiGraph()
    for text in NASTY:
        fields = {"tags": [text], "aliases": [text, text], "published": True}
        graph.add_node(f"{text}.md", kind="note", title=text, url=text, **fields)
        graph.add_edge(f"{text}.md", '".md', kind="property", property=text, count=1, hidden=False)
        graph.add_edge(f"{text}.md", '".md', kind="embed", property=None, count=2, hidden=True)
    same(graph)


@READERS
@pytest.mark.parametrize("name", VAULTS)
def test_real_vaults_are_read_back(
    same: Callable[[Graph], None], name: str, real: Callable[[str], Graph]
) -> None:
    graph = real(name)
    same(graph.subgraph(list(graph)[:: max(1, len(graph) // SEVERAL)]) if same is assert_dot else graph)


@pytest.fixture(scope="module")
def real() -> Callable[[str], Graph]:
    known: dict[str, Graph] = {}

    def load(name: str) -> Graph:
        if not VAULTS[name].exists():
            pytest.skip(f"{VAULTS[name]} is not beside the repository")
        if name not in known:
            known[name] = kbgen.load(VAULTS[name], use_cache=False).graph
        return known[name]

    return load


def test_only_what_is_chosen_is_exported() -> None:
    graph: Graph = nx.MultiDiGraph()
    for title in "ABC":
        fields = {"tags": [], "aliases": [], "published": True, "properties": {"secret": ("x",)}}
        graph.add_node(f"{title}.md", kind="note", title=title, url=None, **fields)
    for source, target in ("AB", "BC", "CA"):
        ends = f"{source}.md", f"{target}.md"
        graph.add_edge(*ends, kind="link", property=None, count=1, hidden=False)
    for export in (graphml, gexf, dot, mermaid):
        document = export(graph, ["B.md", "A.md"])
        assert "C.md" not in document
        assert "secret" not in document
        assert document == export(graph, ["A.md", "B.md"])
        assert document.endswith("\n")
        assert document.count("A.md") == {mermaid: 1}.get(export, 2)


def test_no_day_and_no_version_is_in_an_export(monkeypatch: pytest.MonkeyPatch) -> None:
    graph: Graph = nx.MultiDiGraph()
    fields = {"tags": [], "aliases": [], "published": True}
    graph.add_node("A.md", kind="note", title="A", url=None, **fields)
    before = [export(graph, graph) for export in (graphml, gexf, dot, mermaid)]
    monkeypatch.setattr("time.strftime", lambda *_: "1999-12-31")
    monkeypatch.setattr(nx, "__version__", "9.9")
    assert [export(graph, graph) for export in (graphml, gexf, dot, mermaid)] == before
    assert all(export(graph, []) for export in (graphml, gexf, dot, mermaid))


def test_11_33_every_edge_between_two_notes_is_an_arrow_of_its_own() -> None:
    graph: Graph = nx.MultiDiGraph()
    for title in "AB":
        graph.add_node(f"{title}.md", kind="note", title=title, url=None, tags=[], aliases=[], published=True)
    ways = [("link", None), ("embed", None), ("canvas", None), ("property", "up"), ("property", "see, also")]
    for kind, name in ways:
        graph.add_edge("A.md", "B.md", kind=kind, property=name, count=2, hidden=False)
    graph.add_edge("A.md", "B.md", kind="link", property=None, count=1, hidden=True)
    arrows = [line.strip() for line in mermaid(graph, graph).split("\n") if line.startswith("  n0 ")]
    assert sorted(arrows) == [
        'n0 -- "see#44; also" --> n1',
        'n0 -- "up" --> n1',
        "n0 --> n1",
        "n0 --> n1",
        "n0 -.-> n1",
        "n0 ==> n1",
    ]
