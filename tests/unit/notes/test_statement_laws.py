"""Laws of statements: they hold all words, each word knows its line, and marks change only the HTML."""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from kbgen.notes.compiler import compile_note
from kbgen.notes.holes import fill
from kbgen.notes.html_map import with_marks
from kbgen.notes.model import CompileOptions, Content, Mark
from kbgen.notes.source_map import SourceMap
from kbgen.notes.statements import cell_spans, line_of, words
from tests.unit.notes.test_compiler_laws import NOTES, OPTIONS, PIECES, slices

HERE = "@"
"""Becomes a word that says on which line it stands."""

CODE = st.sampled_from(
    ["```\n", "\n```text\n", "\n~~~\n", "<br>", "| a | @ |\n|---|---|\n", "&lt;", "\\*", "\\|", "*"]
)


def numbered(pieces: list[str]) -> str:
    lines = "".join(pieces).split("\n")
    return "\n".join(line.replace(HERE, f" L{number}x ") for number, line in enumerate(lines, 1))


@settings(deadline=None)
@given(NOTES, OPTIONS)
@example(b"| &nbsp; | |\n|-|-|\n", CompileOptions())
def test_statements_hold_all_words(source: bytes, options: CompileOptions) -> None:
    note = compile_note(source, options)
    content = note.content
    spoken = [each for each in content.statements if each.kind != "code"]
    said = [content.text[each.start : each.end] for each in spoken if each.end > each.start]
    assert "\n".join(said) == content.text
    for each in content.statements:
        whole = content.code if each.kind == "code" else content.text
        length = each.end - each.start
        assert 0 <= each.start <= each.end <= max(len(whole), each.start)
        assert len(words(content, each)) == length
        for offsets in (each.cells, each.breaks, each.verbatim):
            assert all(0 <= one <= other <= length for one, other in pairwise((0, *offsets)))
        for index, start, end in zip(*[iter(each.links)] * 3, strict=True):
            assert not note.outline.links[index].hidden
            assert 0 <= start <= end <= length
        assert len(cell_spans(each)) == len(each.cells)
        assert bool(each.cells) == (each.kind in {"head", "row"})
        assert 1 <= each.line <= line_of(each, length)
    columns = [len(each.cells) for each in content.statements if each.kind in {"head", "row"}]
    heads = [each.kind == "head" for each in content.statements if each.kind in {"head", "row"}]
    assert all(head or one == other for (one, other), head in zip(pairwise(columns), heads[1:], strict=True))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.just(HERE), PIECES, CODE), max_size=40))
@example(["> a\n> ", HERE, "\n> `", HERE, "\n> ", HERE, "` [x](\n> y) ", HERE])
@example([HERE, "<b\n>", HERE, "$", HERE, "\n", HERE, "$", "^[", HERE, "\n", HERE, "]", HERE])
def test_each_word_knows_its_line(pieces: list[str]) -> None:
    source = numbered(pieces)
    content = compile_note(source.encode(), CompileOptions()).content
    lines = source.split("\n")
    for each in content.statements:
        text = words(content, each)
        for found in re.finditer(r"L(\d+)x", text):
            line = line_of(each, found.start())
            assert line == int(found[1])
            place = SourceMap(each).place(found.start())
            assert place[0] == line
            assert lines[line - 1].startswith(found[0], place[1] - 1)


def without_marks(html: str) -> str:
    return fill(html, lambda payload: "" if payload[0] in "ck" else f"\0{payload}\0")


def pieces_of(html: str) -> list[tuple[str, str]]:
    """Return each marked piece of HTML with its mark, and see that marks nest."""
    parts = html.split("\0")
    opened: list[tuple[str, int]] = []
    found = []
    for index in range(1, len(parts), 2):
        kind, number = parts[index][0], parts[index][1:]
        if kind == "c":
            opened.append((number, index))
        elif kind == "k":
            name, start = opened.pop()
            assert name == number
            found.append((number, without_marks("\0".join(parts[start + 1 : index]))))
    assert not opened
    return found


def is_balanced(html: str) -> bool:
    opened: list[str] = []
    for closing, name in re.findall(r"<(/?)(\w+)", html):
        if name not in {"br", "img", "input"} and closing and (not opened or opened.pop() != name):
            return False
        if name not in {"br", "img", "input"} and not closing:
            opened.append(name)
    return not opened


@st.composite
def noted_marks(draw: st.DrawFn, notes: st.SearchStrategy[bytes]) -> tuple[bytes, CompileOptions, list[Mark]]:
    source, options = draw(notes), draw(OPTIONS)
    statements = compile_note(source, options).content.statements
    marks = []
    for number in range(draw(st.integers(0, 5)) if statements else 0):
        index = draw(st.integers(0, len(statements) - 1))
        length = statements[index].end - statements[index].start
        start, end = sorted((draw(st.integers(0, length)), draw(st.integers(0, length))))
        marks.append(Mark(index, start, end, number))
    return source, options, marks


def like(plain: Content, marked: Content) -> Content:
    """Return the marked content with the HTML, and the places in it, of the plain one."""
    return replace(
        marked,
        html=plain.html,
        h1_start=plain.h1_start,
        h1_end=plain.h1_end,
        sections=plain.sections,
        blocks=plain.blocks,
    )


@settings(max_examples=300, deadline=None)
@given(noted_marks(NOTES))
@example((b"a <b title='\n\n60M'>", CompileOptions(), [Mark(0, 0, 1, 0)]))
@example((b"<iframe> 60M\n\n60M </iframe>", CompileOptions(), [Mark(0, 0, 3, 7)]))
def test_marks_change_nothing_but_the_html(case: tuple[bytes, CompileOptions, list[Mark]]) -> None:
    source, options, marks = case
    plain = compile_note(source, options).content
    marked = with_marks(plain, marks)
    assert without_marks(marked.html) == plain.html
    assert like(plain, marked) == plain
    assert len(marked.sections) == len(plain.sections)
    for (start, end), (plain_start, plain_end) in zip(slices(marked), slices(plain), strict=True):
        assert without_marks(marked.html[start:end]) == plain.html[plain_start:plain_end]
    for _, html in pieces_of(marked.html):
        assert is_balanced(html)


TAME = st.lists(
    st.sampled_from(
        [
            *("word", " ", "  ", "*", "**", "[[N|x y]]", "[x](y)", "- ", "> ", "\n", "\n\n", "1. ", "# "),
            *("`c < d`", "\\*", "&amp;", "%%z%%", "==", "~~", "\n| a | b |\n|---|---|\n| 1 | **2** |\n"),
            *("\n```\na < b\n```\n", "\n```text\n'a' <\n", "^[note]", "[^1]"),
        ]
    ),
    max_size=12,
).map(lambda pieces: "".join(pieces).encode())


@settings(max_examples=300, deadline=None)
@given(noted_marks(TAME))
def test_marks_hold_their_words(case: tuple[bytes, CompileOptions, list[Mark]]) -> None:
    source, options, marks = case
    content = with_marks(compile_note(source, options).content, marks)
    found: dict[str, str] = {str(mark.id): "" for mark in marks}
    for number, html in pieces_of(content.html):
        found[number] += unescape(re.sub(r"<[^>]*>|\0[^\0]*\0", "", html))
    for mark in marks:
        wanted = words(content, content.statements[mark.statement])[mark.start : mark.end]
        assert re.sub(r"[\s·]", "", found[str(mark.id)]) == re.sub(r"[\s·]", "", wanted)
