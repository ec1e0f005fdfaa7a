"""A canvas, compiled: what its cards show and link to, and which arrows join them (JSON Canvas 1.0)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from kbgen.diagnostics import Fault
from kbgen.notes.document import CompiledDocument, DocumentKind, Markdown
from kbgen.notes.model import Arrow, Link


def compile_canvas(source: bytes, markdown: Markdown) -> CompiledDocument:
    """Compile a canvas.

    Parameters
    ----------
    source
        The bytes of the file; none at all are an empty canvas.
    markdown
        Compiles the text of a card, which is Markdown.

    Returns
    -------
    CompiledDocument
        Its links are the file of each card that shows one, as an embed, then those in the text of cards.
        With a fault (KB136) where the file is no canvas, or an arrow leads to no card.

    Examples
    --------
    >>> import functools
    >>> from kbgen.notes.compiler import compile_note
    >>> from kbgen.notes.model import CompileOptions
    >>> canvas = b'{"nodes": [{"id": "1", "file": "A.md"}, {"id": "2", "text": "[[B]]"}]}'
    >>> markdown = functools.partial(compile_note, options=CompileOptions())
    >>> [link.target for link in compile_canvas(canvas, markdown).links]
    ['/A.md', 'B']
    """
    text = source.decode("utf-8-sig", errors="replace")
    if not text.strip():
        return CompiledDocument()
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        return _broken(f"This is no JSON: {error.msg}.", error.lineno, error.colno)
    except RecursionError:
        return _broken("This is nested too deeply.")
    if not isinstance(found, dict):
        return _broken("This is no object with nodes and edges.")
    return _compiled(found, _lines_of_ids(text), markdown)


def _compiled(found: Mapping[str, Any], lines: Mapping[str, int], markdown: Markdown) -> CompiledDocument:
    nodes = {str(each.get("id")): each for each in _list(found, "nodes") if isinstance(each, dict)}
    files = [name for name, node in nodes.items() if isinstance(node.get("file"), str)]
    links = [_embed(nodes[name], lines.get(name, 1)) for name in files]
    for name, node in nodes.items():
        links += _links_in_text(node, lines.get(name, 1), markdown)
    place = {name: number for number, name in enumerate(files)}
    arrows: list[Arrow] = []
    faults: list[Fault] = []
    for edge in _list(found, "edges"):
        if not isinstance(edge, dict):
            continue
        line = lines.get(str(edge.get("id")), 1)
        ends = [str(edge.get(end)) for end in ("fromNode", "toNode")]
        faults += [
            _fault(f'An arrow leads to the card "{end}", which is not there.', line)
            for end in ends
            if end not in nodes
        ]
        if all(end in place for end in ends):
            arrows += _arrows(edge, place[ends[0]], place[ends[1]], line)
    return CompiledDocument(tuple(links), tuple(arrows), faults=tuple(faults))


def _list(found: Mapping[str, Any], name: str) -> list[Any]:
    value = found.get(name)
    return value if isinstance(value, list) else []


def _lines_of_ids(text: str) -> dict[str, int]:
    """Return the line on which each id is given; cards come before arrows, and the app writes one a line."""
    found: dict[str, int] = {}
    line, last = 1, 0
    for match in re.finditer(r'"id"\s*:\s*("(?:[^"\\]|\\.)*")', text):
        line += text.count("\n", last, match.start())
        last = match.start()
        try:
            found.setdefault(json.loads(match[1]), line)
        except json.JSONDecodeError:  # a control character in it
            continue
    return found


def _embed(node: Mapping[str, Any], line: int) -> Link:
    """Return the file that a card shows, by its path from the root of the vault."""
    subpath = node.get("subpath")
    anchor = subpath.removeprefix("#") if isinstance(subpath, str) else ""
    return Link("wikilink", True, "/" + node["file"].lstrip("/"), anchor, "", line, 1)


def _links_in_text(node: Mapping[str, Any], line: int, markdown: Markdown) -> Iterator[Link]:
    """Yield the links in the text of a card."""
    text = node.get("text")
    if isinstance(text, str) and "[" in text:
        for link in markdown(text.encode(errors="replace")).outline.links:
            yield msgspec.structs.replace(link, line=line, column=1, hidden=False)


def _arrows(edge: Mapping[str, Any], source: int, target: int, line: int) -> Iterator[Arrow]:
    """Yield the directions in which an edge points: it has an arrow at its end unless it says otherwise."""
    heads = edge.get("fromEnd", "none") == "arrow", edge.get("toEnd", "arrow") != "none"
    if heads[1] or not heads[0]:  # a line without any head joins its cards, too
        yield Arrow(source, target, line)
    if heads[0]:
        yield Arrow(target, source, line)


def _broken(why: str, line: int = 1, column: int = 1) -> CompiledDocument:
    return CompiledDocument(faults=(_fault(why, line, column),))


def _fault(why: str, line: int, column: int = 1) -> Fault:
    return Fault("KB136", line, column, why)


CANVAS = DocumentKind(
    "canvas",
    frozenset({"canvas"}),
    compile=compile_canvas,
    edge="canvas",
    no_page="A canvas or base has no page yet; it is not on the site.",
)
