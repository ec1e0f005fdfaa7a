"""Laws of the map from words to their source: each word stands where the map says."""

from __future__ import annotations

from html import unescape
from itertools import pairwise
from unicodedata import normalize

from hypothesis import example, given, settings
from hypothesis import strategies as st

from kbgen.notes.compiler import compile_note
from kbgen.notes.model import CompileOptions
from kbgen.notes.source import decode
from kbgen.notes.source_map import SourceMap
from kbgen.notes.statements import words
from tests.unit.notes.test_compiler_laws import OPTIONS, PIECES

MARKDOWN = st.sampled_from(
    [
        *(
            "word",
            "60M ",
            "x",
            " ",
            "  ",
            "\n",
            "\n\n",
            "\n  ",
            "\n\t",
            "\n> ",
            "\n- ",
            "\n  - ",
            "\n1. ",
            "> ",
        ),
        *(
            "*",
            "**",
            "_",
            "~~",
            "==",
            "`",
            "``",
            "` 5 `",
            "$",
            "$x$",
            "\\",
            "\\*",
            "\\|",
            "&lt;",
            "&#x36;",
            "&",
        ),
        *(
            "[",
            "](y)",
            "](<y>)",
            "[[",
            "]]",
            "[[A#B|",
            "[[N 6]]",
            "[[ N#H ]]",
            "[[#^b]]",
            "![[N]]",
            "![a 6](y.png)",
        ),
        *(
            "![a *b* 6](javascript:x)",
            "<https://a.org/6>",
            "https://a.org/b\\_6&amp;c",
            "<b>",
            "</b>",
            "<br>",
        ),
        *(
            "#t6",
            "^[",
            "]",
            "[^1]",
            "\n\n[^1]: 7 ",
            "%%c%%",
            "%%\nc\n%%",
            "<!-- c -->",
            "\n\n# 8 ",
            "\n===\n",
        ),
        *(
            "\n| a 6 | b |\n|---|---|\n| ",
            " | ",
            "|",
            "\n\n> [!note] ",
            "\n\n> [!my-9 kind]\n> ",
            "\n```\n",
            "\n~~~\n",
        ),
        *("\n```ad-tip\ntitle: a 6\n", "\n- [x] ", "\u00a0", "\u2028", "é", "🔴 ", "==🔴 ", " ^id", "\n\t\t"),
    ]
)

NOTES = st.lists(st.one_of(MARKDOWN, PIECES), max_size=40).map("".join).map(str.encode)


def stands(character: str, source: str, column: int, kind: str) -> bool:
    """Tell whether a character of the words is what its source has at a column."""
    found = source[column - 1 : column]
    if found == character or (kind == "title" and found.casefold() == character.casefold()):
        return True
    entity = source[column - 1 :].partition(";")[0] + ";"
    return (found == "&" and unescape(entity)[:1] == character) or normalize("NFC", found) == character


@settings(max_examples=400, deadline=None)
@given(NOTES, OPTIONS)
@example(b"- a\\|b &lt; **6**\n  `c\n  d`\n\n| x\\|6 | [[A#B]] |\n|-|-|\n| 5 |", CompileOptions())
@example(b"```\n\ta\n```\n\n- ```\n\t a\n  ```\n", CompileOptions())
@example(b"> [!my-kind]\n> ^[a 6\n> b] [x](y\n> ) 7", CompileOptions())
def test_each_letter_stands_at_its_place(source: bytes, options: CompileOptions) -> None:
    lines = decode(source)[0].split("\n")
    note = compile_note(source, options)
    for each in note.content.statements:
        found = SourceMap(each)
        for offset, character in enumerate(words(note.content, each)):
            line, column = found.place(offset)
            assert column >= 1
            assert line == each.line + sum(begin <= offset for begin in each.breaks)
            if character.isalnum():
                assert stands(character, lines[line - 1], column, each.kind), (character, line, column)


@settings(max_examples=200, deadline=None)
@given(NOTES)
def test_stretches_are_the_words_in_pieces(source: bytes) -> None:
    note = compile_note(source, CompileOptions())
    for each in note.content.statements:
        length = each.end - each.start
        found = SourceMap(each)
        pieces = found.stretches(0, length)
        if not each.targets and length:
            assert [pieces[0].start, pieces[-1].end] == [0, length]
        assert all(one.end == other.start for one, other in pairwise(pieces))
        for piece in pieces:
            assert (piece.line, piece.column) == found.place(piece.start)
            last = found.place(piece.end - 1)
            assert last == (piece.line, piece.column + piece.end - piece.start - 1)
