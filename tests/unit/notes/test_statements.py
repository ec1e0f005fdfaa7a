"""The cases of tests/fixtures/statements: what a note says, where, and how it looks with marks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from kbgen.notes.compiler import compile_note
from kbgen.notes.holes import fill
from kbgen.notes.html_map import with_marks
from kbgen.notes.model import CompiledNote, CompileOptions, Content, Mark, Statement
from kbgen.notes.source_map import SourceMap
from kbgen.notes.statements import cell_spans, line_of, words

FIXTURES = Path(__file__).parents[2] / "fixtures" / "statements"

CASE = re.compile(
    r"^## (?P<name>[^\n]+)\n\n(?P<fence>`{4,})note\n(?P<note>.*?)\n(?P=fence)\n"
    r"(?:\n```marks\n(?P<marks>.*?)```\n)?(?:\n`{4}html\n(?P<html>.*?)`{4}\n)?"
    r"(?:\n```outcome\n(?P<outcome>.*?)```\n)?",
    re.MULTILINE | re.DOTALL,
)

SIGNS = str.maketrans({"␠": " ", "⇥": "\t", "␍": "\r", "␣": "\u00a0"})


def cases() -> list[Any]:
    found = []
    for path in sorted(FIXTURES.glob("*.md")):
        text = path.read_text("utf-8")
        matches = list(CASE.finditer(text))
        assert len(matches) == len(re.findall(r"^`{4,}note", text, re.MULTILINE)), path
        for case in matches:
            marks, outcome = (yaml.safe_load(case[part] or "") or {} for part in ("marks", "outcome"))
            note = case["note"].translate(SIGNS)
            found.append(pytest.param(note, marks, case["html"], outcome, id=f"{path.stem} {case['name']}"))
    return found


def lines(note: Content, statement: Statement) -> list[str]:
    by_line: dict[int, str] = {}
    for offset, character in enumerate(words(note, statement)):
        line = line_of(statement, offset)
        by_line[line] = by_line.get(line, "") + character
    return [f"{line} {text.strip()}" for line, text in by_line.items()]


def place(note: Content, wanted: str) -> str:
    for statement in note.statements:
        offset = words(note, statement).find(wanted)
        if offset >= 0:
            line, column = SourceMap(statement).place(offset)
            return f"{line}:{column}"
    raise AssertionError(wanted)


def links(note: CompiledNote, statement: Statement) -> list[str]:
    triples = zip(*[iter(statement.links)] * 3, strict=True)
    text = words(note.content, statement)
    return [f"{note.outline.links[index].target}: {text[start:end]}" for index, start, end in triples]


def verbatim(note: Content, statement: Statement) -> list[str]:
    pairs = zip(*[iter(statement.verbatim)] * 2, strict=True)
    return [words(note, statement)[start:end] for start, end in pairs]


def shown(note: CompiledNote, wanted: dict[str, Any]) -> dict[str, Any]:
    content = note.content
    statements = content.statements
    return {
        "statements": [
            f"{each.line} {each.kind} {each.level}: {words(content, each)}" for each in statements
        ],
        "lines": [line for each in statements for line in lines(content, each)],
        "cells": [
            [words(content, each)[start:end] for start, end in cell_spans(each)]
            for each in statements
            if each.kind in {"head", "row"}
        ],
        "links": [link for each in statements for link in links(note, each)],
        "verbatim": [piece for each in statements for piece in verbatim(content, each)],
        "code": content.code,
        "places": {piece: place(content, piece) for piece in wanted.get("places", ())},
        "directives": [f"{each.line}:{each.column} {each.words}" for each in note.outline.directives],
        "bindings": [f"{each.line}:{each.column} {each.kind}: {each.text}" for each in note.outline.bindings],
    }


def marks_at(note: Content, pieces: list[str]) -> list[Mark]:
    """Return marks around words, each looked for behind the one before."""
    marks: list[Mark] = []
    statement = offset = 0
    for number, piece in enumerate(pieces):
        while (start := words(note, note.statements[statement]).find(piece, offset)) < 0:
            statement, offset = statement + 1, 0
        offset = start + len(piece)
        marks.append(Mark(statement, start, offset, number))
    return marks


def readable(html: str) -> str:
    return fill(html, lambda payload: f"{{{payload}}}")


@pytest.mark.parametrize(("source", "marks", "html", "outcome"), cases())
def test_statement(source: str, marks: list[str], html: str | None, outcome: dict[str, Any]) -> None:
    note = compile_note(source.encode(), CompileOptions())
    found = shown(note, outcome)
    assert {name: found[name] for name in outcome} == outcome
    assert html or outcome
    if html is not None:
        marked = with_marks(note.content, marks_at(note.content, marks or []))
        assert readable(marked.html).strip("\n") == html.strip("\n")
