"""The graph as other programs read it: GraphML, GEXF, DOT and Mermaid, the same bytes for the same vault.

All hold the chosen nodes and the edges among them, in the order of :func:`kbgen.graph.build.to_json` and, but
for Mermaid, with all that it says of them. What it calls null is left out.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from xml.etree.ElementTree import Element

import networkx as nx
from networkx.readwrite.gexf import GEXFWriter
from networkx.readwrite.graphml import GraphMLWriter

from kbgen.graph.build import Graph, to_json
from kbgen.xml_text import NOT_XML, REPLACEMENT, xml_text

_NOT_TEXT = re.compile("[\0\ud800-\udfff]")
"""What no file in UTF-8, or no program written in C, can hold."""

_DOT_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r"})

_MERMAID_SHAPES = {
    "note": ("[", "]"),
    "attachment": ("[/", "/]"),
    "tag": ("([", "])"),
    "unresolved": ("{{", "}}"),
}
_MERMAID_ARROWS = {"embed": "-.->", "canvas": "==>"}
_MERMAID_BREAKS = r"[\x01-\x1f\x7f\u2028-\u202e\u2066-\u2069]|^ | $"
"""What breaks a line or turns its direction, and blanks that would be lost."""
_MERMAID_SIGNS = re.compile(
    rf"{_MERMAID_BREAKS}|[!-~](?<![0-9A-Za-z./-])|^-|(?<=[0-9])\.(?= )",  # "1. a" and "- a" would be lists
)
"""What may mean something to Mermaid, its Markdown or HTML."""
_COMMENT_SIGNS = re.compile(rf"{_MERMAID_BREAKS}|[#<{{}}]")
"""What means something to Mermaid even in a comment, and the sign of a number."""

Fields = Mapping[str, Any]


def graphml(graph: Graph, chosen: Iterable[str]) -> str:
    r"""Return chosen nodes and the edges among them as GraphML.

    Nodes and edges have the fields of the schema ``kbgen.graph/1``. Lists are JSON texts. For programs that
    draw, nodes have their title once more as ``label``, and edges their count as ``weight``. Edges are called
    ``e0``, ``e1`` and so on. Characters that XML cannot hold become U+FFFD; where that makes two ids the
    same, the later has more of them at its end.

    Parameters
    ----------
    graph
        As :func:`kbgen.graph.build.build_graph` makes it.
    chosen
        Ids of nodes.

    Returns
    -------
    str
        An XML document, to be written in UTF-8.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.MultiDiGraph()
    >>> fields = {"url": None, "tags": ["ai"], "aliases": [], "published": False}
    >>> graph.add_node("A.md", kind="note", title="A", **fields)
    >>> print(graphml(graph, ["A.md"]).partition("<graph ")[2])
    edgedefault="directed">
        <node id="A.md">
          <data key="d0">note</data>
          <data key="d1">A</data>
          <data key="d2">["ai"]</data>
          <data key="d3">[]</data>
          <data key="d4">false</data>
          <data key="d5">A</data>
        </node>
      </graph>
    </graphml>
    <BLANKLINE>
    """
    writer = GraphMLWriter(_for_xml(to_json(graph.subgraph(chosen)), {}))
    _with_xml_booleans(writer.xml)
    document = io.BytesIO()
    writer.dump(document)
    # A bare carriage return would be read as the end of a line.
    return document.getvalue().decode().replace("\r", "&#13;")


def gexf(graph: Graph, chosen: Iterable[str]) -> str:
    """Return chosen nodes and the edges among them as GEXF 1.2, which Gephi reads.

    As :func:`graphml`, but for two things: a node's label is the format's own, and the name of a property is
    called ``property``, because readers take ``key`` for the name of the edge. The document bears no date.

    Parameters
    ----------
    graph
        As :func:`kbgen.graph.build.build_graph` makes it.
    chosen
        Ids of nodes.

    Returns
    -------
    str
        An XML document, to be written in UTF-8.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.MultiDiGraph()
    >>> fields = {"url": None, "tags": [], "aliases": [], "published": False}
    >>> graph.add_node("A.md", kind="note", title="Title of A", **fields)
    >>> print(gexf(graph, ["A.md"]).partition("<nodes>")[2].partition("<attvalues>")[0].strip())
    <node id="A.md" label="Title of A">
    """
    plain = _for_xml(to_json(graph.subgraph(chosen)), {"key": "property"})
    for _, _, name, fields in plain.edges(keys=True, data=True):
        fields["id"] = name
    writer = GEXFWriter(plain)
    _without_traces(writer.xml)
    document = io.BytesIO()
    writer.write(document)
    return document.getvalue().decode()


def dot(graph: Graph, chosen: Iterable[str]) -> str:
    r"""Return chosen nodes and the edges among them in the language of Graphviz.

    Nodes and edges have the fields of the schema ``kbgen.graph/1``, lists as JSON texts. ``label`` is the
    title and ``weight`` the count. The name of a property is called ``property``, because Graphviz makes one
    edge of two with the same ``key``. Within quotes a backslash stands before a quote and a backslash, and
    ``\n`` and ``\r`` are ends of lines, as Graphviz has it in labels. NUL and lone surrogates become U+FFFD.

    Parameters
    ----------
    graph
        As :func:`kbgen.graph.build.build_graph` makes it.
    chosen
        Ids of nodes.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.MultiDiGraph()
    >>> fields = {"url": None, "tags": [], "aliases": [], "published": False}
    >>> graph.add_node("A.md", kind="note", title='The "A"', **fields)
    >>> _ = graph.add_edge("A.md", "A.md", kind="link", property=None, count=2, hidden=False)
    >>> print(dot(graph, ["A.md"]))
    digraph {
      "A.md" [kind="note", title="The \"A\"", tags="[]", aliases="[]", published="false", label="The \"A\""]
      "A.md" -> "A.md" [kind="link", count="2", weight="2"]
    }
    <BLANKLINE>
    """
    found = to_json(graph.subgraph(chosen))
    names = _unique_ids((node["id"] for node in found["nodes"]), _NOT_TEXT)
    lines = ["digraph {"]
    for node in found["nodes"]:
        # A label's "&lt;" is shown as "<"; the attribute "title" has the title as it is.
        label = node["title"].replace("&", "&amp;")
        attributes = _attributes({**_without(node, "id"), "label": label})
        lines.append(f"  {_quoted(names[node['id']])} [{attributes}]")
    for edge in found["edges"]:
        ends = f"{_quoted(names[edge['source']])} -> {_quoted(names[edge['target']])}"
        fields = {"property" if name == "key" else name: value for name, value in edge.items()}
        attributes = _attributes({**_without(fields, "source", "target"), "weight": edge["count"]})
        lines.append(f"  {ends} [{attributes}]")
    return "\n".join([*lines, "}", ""])


def mermaid(graph: Graph, chosen: Iterable[str]) -> str:
    """Return chosen nodes and the edges among them as a flowchart, as Obsidian and GitHub draw it.

    It is a picture: it holds titles and kinds of nodes and an arrow for every edge, with the name of the
    property where it is one; embeds are dotted and arrows of a canvas thick. The ids stand in comments at
    the end. It does not hold addresses, tags, aliases, what is published, how often an edge is written, and
    whether in a comment. Mermaid draws 500 edges unless told otherwise.

    Whatever may mean something to Mermaid is written by its number, such as ``#35;``. NUL and lone surrogates
    become U+FFFD, and an empty title a blank.

    Parameters
    ----------
    graph
        As :func:`kbgen.graph.build.build_graph` makes it.
    chosen
        Ids of nodes.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.MultiDiGraph()
    >>> fields = {"kind": "note", "url": None, "tags": [], "aliases": [], "published": False}
    >>> for title in "ABC":
    ...     graph.add_node(f"{title}.md", title=title, **fields)
    >>> _ = graph.add_edge("A.md", "B.md", kind="property", property="up", count=1, hidden=False)
    >>> _ = graph.add_edge("A.md", "C.md", kind="embed", property=None, count=1, hidden=False)
    >>> print(mermaid(graph, ["A.md", "B.md", "C.md"]))
    flowchart LR
      n0["A"]
      n1["B"]
      n2["C"]
      n0 -- "up" --> n1
      n0 -.-> n2
      %% n0 A.md
      %% n1 B.md
      %% n2 C.md
    <BLANKLINE>
    """
    found = to_json(graph.subgraph(chosen))
    names = {node["id"]: f"n{number}" for number, node in enumerate(found["nodes"])}
    lines = ["flowchart LR"]
    for node in found["nodes"]:
        before, after = _MERMAID_SHAPES[node["kind"]]
        lines.append(f'  {names[node["id"]]}{before}"{_escaped(node["title"]) or " "}"{after}')
    lines += [f"  {names[edge['source']]} {_arrow(edge)} {names[edge['target']]}" for edge in found["edges"]]
    lines += [f"  %% {name} {_escaped(node, _COMMENT_SIGNS)}" for node, name in names.items()]
    return "\n".join([*lines, ""])


def _arrow(edge: Fields) -> str:
    if edge["key"] is not None:
        return f'-- "{_escaped(edge["key"]) or " "}" -->'
    return _MERMAID_ARROWS.get(edge["kind"], "-->")


def _without(fields: Fields, *names: str) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in names}


def _flattened(fields: Fields) -> dict[str, str | int]:
    """Leave out null, and make texts of lists."""
    return {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
        for name, value in fields.items()
        if value is not None
    }


def _unique_ids(ids: Iterable[str], bad: re.Pattern[str]) -> dict[str, str]:
    """Replace bad characters, and keep ids apart that become the same."""
    ordered = list(ids)
    taken = {each for each in ordered if not bad.search(each)}
    names = {each: each for each in taken}
    for each in ordered:
        if each in names:
            continue
        name = bad.sub(REPLACEMENT, each)
        while name in taken:
            name += REPLACEMENT
        taken.add(name)
        names[each] = name
    return names


def _for_xml(found: Fields, renames: Mapping[str, str]) -> Graph:
    """Return the graph that networkx's writers shall see; ``renames`` has new names of fields of edges."""
    plain: Graph = nx.MultiDiGraph()
    names = _unique_ids((node["id"] for node in found["nodes"]), NOT_XML)
    for node in found["nodes"]:
        fields = {**_flattened(_without(node, "id")), "label": node["title"]}
        plain.add_node(names[node["id"]], **_clean(fields))
    for number, edge in enumerate(found["edges"]):
        fields = {**_flattened(_without(edge, "source", "target")), "weight": edge["count"]}
        renamed = {renames.get(name, name): value for name, value in _clean(fields).items()}
        ends = names[edge["source"]], names[edge["target"]], f"e{number}"
        plain.add_edge(*ends)
        plain.edges[ends].update(renamed)  # add_edge would take a field "key" for the name of the edge
    return plain


def _clean(fields: Mapping[str, str | int]) -> dict[str, str | int]:
    return {name: xml_text(value) if isinstance(value, str) else value for name, value in fields.items()}


def _with_xml_booleans(document: Element) -> None:
    """Write "true" for Python's "True", as XML has it; networkx reads both, others do not."""
    booleans = {key.get("id") for key in document.iter("key") if key.get("attr.type") == "boolean"}
    for data in document.iter("data"):
        if data.get("key") in booleans:
            data.text = (data.text or "").lower()


def _without_traces(document: Element) -> None:
    """Take out what networkx says of itself: the day, its version, and its own name of each edge."""
    for meta in document.iter("meta"):
        del meta.attrib["lastmodifieddate"]
        for creator in meta:
            creator.text = "kbgen"
    for attributes in document.iter("attributes"):
        own = {each.get("id") for each in attributes if each.get("title") == "networkx_key"}
        for each in [each for each in attributes if each.get("id") in own]:
            attributes.remove(each)
            for values in document.iter("attvalues"):
                for value in [value for value in values if value.get("for") in own]:
                    values.remove(value)


def _attributes(fields: Fields) -> str:
    texts = {
        name: json.dumps(value) if isinstance(value, bool) else str(value)
        for name, value in _flattened(fields).items()
    }
    return ", ".join(f"{name}={_quoted(_NOT_TEXT.sub(REPLACEMENT, text))}" for name, text in texts.items())


def _quoted(text: str) -> str:
    return f'"{text.translate(_DOT_ESCAPES)}"'


def _escaped(text: str, signs: re.Pattern[str] = _MERMAID_SIGNS) -> str:
    """Write by their numbers the characters that Mermaid may take for something else."""
    readable = _NOT_TEXT.sub(REPLACEMENT, text)
    return signs.sub(lambda sign: f"#{ord(sign[0])};", readable)
