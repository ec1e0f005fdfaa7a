"""A canvas, compiled: what its cards show and link to, and which arrows join them (JSON Canvas 1.0)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from kbgen.diagnostics import Fault
from kbgen.notes.compiler import compile_note
from kbgen.notes.model import Arrow, CompiledCanvas, CompileOptions, Link
from kbgen.vault.paths import VaultPath, extension_of
from kbgen.vault.scan import VaultFile


def compile_canvases(files: Iterable[VaultFile], options: CompileOptions) -> dict[VaultPath, CompiledCanvas]:
    """Read and compile the canvases among some files; there are few, so none is remembered."""
    return {file.path: _read(file, options) for file in files if extension_of(file.path) == "canvas"}


def _read(file: VaultFile, options: CompileOptions) -> CompiledCanvas:
    try:
        source = Path(file.real).read_bytes()
    except OSError as error:
        fault = Fault("KB124", 1, 1, f"This file is left out: it cannot be read: {error.strerror}.")
        return CompiledCanvas(faults=(fault,))
    return compile_canvas(source, options)


def compile_canvas(source: bytes, options: CompileOptions) -> CompiledCanvas:
    """Compile a canvas.

    Parameters
    ----------
    source
        The bytes of the file; none at all are an empty canvas.
    options
        Compile options of notes, for the words of cards.

    Returns
    -------
    CompiledCanvas
        With a fault (KB136) where the file is no canvas, or an arrow leads to no card.

    Examples
    --------
    >>> canvas = b'{"nodes": [{"id": "1", "file": "A.md"}, {"id": "2", "text": "[[B]]"}]}'
    >>> [link.target for link in compile_canvas(canvas, CompileOptions()).links]
    ['/A.md', 'B']
    """
    text = source.decode("utf-8-sig", errors="replace")
    if not text.strip():
        return CompiledCanvas()
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        return _broken(f"This is no JSON: {error.msg}.", error.lineno, error.colno)
    except RecursionError:
        return _broken("This is nested too deeply.")
    if not isinstance(found, dict):
        return _broken("This is no object with nodes and edges.")
    return _compiled(found, _lines_of_ids(text), options)


def _compiled(found: Mapping[str, Any], lines: Mapping[str, int], options: CompileOptions) -> CompiledCanvas:
    nodes = {str(each.get("id")): each for each in _list(found, "nodes") if isinstance(each, dict)}
    files = [name for name, node in nodes.items() if isinstance(node.get("file"), str)]
    links = [_shown(nodes[name], lines.get(name, 1)) for name in files]
    for name, node in nodes.items():
        links += _said(node, lines.get(name, 1), options)
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
    return CompiledCanvas(tuple(links), tuple(arrows), tuple(faults))


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


def _shown(node: Mapping[str, Any], line: int) -> Link:
    """Return the file that a card shows, by its path from the root of the vault."""
    subpath = node.get("subpath")
    anchor = subpath.removeprefix("#") if isinstance(subpath, str) else ""
    return Link("wikilink", True, "/" + node["file"].lstrip("/"), anchor, "", line, 1)


def _said(node: Mapping[str, Any], line: int, options: CompileOptions) -> Iterator[Link]:
    """Yield the links in the words of a card."""
    words = node.get("text")
    if isinstance(words, str) and "[" in words:
        for link in compile_note(words.encode(errors="replace"), options).links:
            yield msgspec.structs.replace(link, line=line, column=1)


def _arrows(edge: Mapping[str, Any], source: int, target: int, line: int) -> Iterator[Arrow]:
    """Yield the ways in which an edge points: it has an arrow at its end unless it says otherwise."""
    heads = edge.get("fromEnd", "none") == "arrow", edge.get("toEnd", "arrow") != "none"
    if heads[1] or not heads[0]:  # a line without any head joins its cards, too
        yield Arrow(source, target, line)
    if heads[0]:
        yield Arrow(target, source, line)


def _broken(why: str, line: int = 1, column: int = 1) -> CompiledCanvas:
    return CompiledCanvas(faults=(_fault(why, line, column),))


def _fault(why: str, line: int, column: int = 1) -> Fault:
    return Fault("KB136", line, column, why)
