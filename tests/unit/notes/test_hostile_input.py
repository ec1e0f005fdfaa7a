"""Input made to be slow, deep or broken: every note compiles soon, and nothing is lost without a word."""

from __future__ import annotations

import time

import pytest

from kbgen.notes.compiler import MAX_NOTE_CHARS, compile_note
from kbgen.notes.model import CompileOptions

LAST = "LAST"

REPEATED = {
    "quotes": (">", 10_000),
    "brackets": ("[", 10_000),
    "wikilinks": ("[[", 10_000),
    "embeds": ("![[", 10_000),
    "wikilinks with words": ("[[a|", 10_000),
    "brackets and stars": ("*[", 10_000),
    "links": ("[a](", 10_000),
    "images": ("![a](", 5_000),
    "inline footnotes": ("^[", 50_000),
    "inline footnotes with words": ("a ^[b", 20_000),
    "stars": ("*", 50_000),
    "stars and words": ("*a **b", 10_000),
    "underscores": ("_", 50_000),
    "backticks": ("a`", 50_000),
    "dollars": ("$", 50_000),
    "dollars and words": (" $a", 20_000),
    "comments": ("%%", 50_000),
    "comments and words": ("%%a ", 20_000),
    "comments a line": ("%%a\n", 20_000),
    "comments behind words": ("a %%b\n\n", 10_000),
    "highlights": ("==", 50_000),
    "highlights and words": ("==a", 20_000),
    "tildes": ("a~~", 20_000),
    "references to footnotes": ("[^a]", 25_000),
    "angle brackets": ("<", 100_000),
    "comments of HTML": ("a<!--", 20_000),
    "ampersands": ("&", 100_000),
    "schemes": ("https://", 20_000),
    "addresses": ("https://a/x) ", 5_000),
    "addresses in markup": ("**https://a/**b ", 5_000),
    "addresses and brackets": ("https://a/[", 10_000),
    "addresses and lone brackets": ("https://a/b)c", 10_000),
    "addresses and comments": ("https://a/%%%x ", 5_000),
    "tags": ("#a ", 5_000),
    "real wikilinks": ("[[a]] ", 5_000),
    "real links": ("[a](b) ", 5_000),
    "list items": ("1) a\n", 4_000),
    "definitions of footnotes": ("[^a]: b\n\n", 4_000),
    "headings": ("# Same\n", 5_000),
    "divs": ("<div>", 20_000),
    "divs on lines": ("<div>\n\n", 10_000),
    "bold of HTML": ("<b>", 10_000),
    "names that are no tags": ("<T>", 20_000),
    "paths": ("<path>", 10_000),
    "dead links of HTML": ('<a href="slack://x">a</a>\n', 4_000),
    "anchors": ('<a name="x">', 1_500),
    "ids": ('<p id="^x">\n', 4_000),
    "closing tags": ("</b>", 20_000),
    "pairs of tags across": ("<b><i></b></i>", 4_000),
    "quotes left open": ("<b a='", 10_000),
    "equals signs": ("<b a=  ", 10_000),
    "styles": ('<b style="a:b;c:d(((">x</b>\n', 4_000),
    "tables": ("a|b\n-|-\n\n", 1_500),
    "maths": ("$$ a\n", 10_001),
    "callouts": ("> [!a]\n\n", 5_000),
    "images of HTML": ('<img src="a&amp;b">\n', 5_000),
    "blocks with ids": ("a ^b\n\n", 4_000),
    "4 frames": ("<iframe>", 1_500),
    "4 frames with addresses": ("<iframe src='https://a.org/'></iframe>\n", 4_000),
    "4 frames that never begin": ("<iframe ", 20_000),
    "4 frames that never end": ("<iframe src='x'>\n", 1_500),
    "4 ends of frames": ("</iframe>", 10_000),
    "4 plugins": ("<embed src=a.swf> ", 4_000),
}

BUILT = {
    "nested lists": "\n".join(f"{'  ' * depth}- item" for depth in range(5_000)) + f"\n\n{LAST}",
    "nested lists on a line": "- " * 5_000 + LAST,
    "nested lists by tabs": "\n".join("\t" * depth + "- item" for depth in range(500)) + f"\n\n{LAST}",
    "deeper and deeper quotes": "\n".join(f"{'>' * depth} x" for depth in range(1, 300)) + f"\n\n{LAST}",
    "a quote as deep as can be": "> " * 99 + LAST,
    "a quote just too deep": "> " * 100 + LAST,
    "a list as deep as can be": "- " * 50 + LAST,
    "nested images": "![" * 300 + LAST + "](x)" * 300,
    "nested footnotes": "^[a " * 300 + LAST + "]" * 300,
    "nested links": "[" * 300 + LAST + "](x)" * 300,
    "nested emphasis": "*a **b " * 300 + LAST + " b** a*" * 300,
    "a table": f"|{'a|' * 300}\n|{'-|' * 300}\n" + f"|{'x|' * 300}\n" * 100 + f"\n{LAST}",
    "a fence left open": "```\n" + "x\n" * 10_000 + LAST,
    "HTML left open": "<div title='\n" + "x\n" * 1_000 + f"\n\n{LAST}",
    "a script left open": f"a <script> b\n\n# {LAST}",
    "a table of HTML left open": f"<table>\n\n# {LAST}",
    "a text area left open": f"a <textarea> b\n\n# {LAST}",
    "a frame left open": f"a <iframe src='https://x.org'> b\n\n# {LAST}",
    "4 a frame that ends nothing": f"<iframe src='https://x.org'\n\n# {LAST}",
    "4 a frame in a table of HTML": f"<table><iframe src='x'><tr><td><object data='y'>\n\n# {LAST}",
    "4 frames in frames": "<object data='https://x.org'>" * 100 + LAST + "\n\nx\n\n" + "</object>" * 100,
    "4 a long address": f"<iframe src='https://x.org/{'a' * 200_000}'></iframe>\n\n# {LAST}",
    "4 a long name of a host": f"<iframe src='https://{'a.' * 20_000}org'></iframe>\n\n# {LAST}",
    "4 a host of dots": f"<iframe src='https://{'。' * 20_000}'></iframe>\n\n# {LAST}",
}


def compiled_soon(source: bytes, seconds: float = 5) -> str:
    begin = time.process_time()
    note = compile_note(source, CompileOptions())
    assert time.process_time() - begin < seconds
    return note.content.html


@pytest.mark.parametrize("name", REPEATED)
def test_repeated(name: str) -> None:
    piece, times = REPEATED[name]
    assert LAST in compiled_soon((piece * times + f"\n\n{LAST}").encode())
    words = piece * times + LAST
    if name != "definitions of footnotes":  # nobody refers to it, so it is not shown
        assert LAST in compiled_soon(words.encode())
    quoted = "\n".join("> " + line for line in words.split("\n"))
    assert LAST in compiled_soon((quoted + f"\n\n{LAST}").encode())


@pytest.mark.parametrize("name", BUILT)
def test_built(name: str) -> None:
    assert LAST in compiled_soon(BUILT[name].encode())


def test_too_deep_is_said_and_shown() -> None:
    note = compile_note(("> " * 200 + "a %%hidden%% <!-- hidden --> [[N]] #t").encode(), CompileOptions())
    assert [fault.code for fault in note.outline.faults] == ["KB122"]
    assert "a   [[N]] #t" in note.content.html
    assert "hidden" not in note.content.html
    assert (note.outline.links, note.outline.tags) == ((), ())


def test_too_large_is_said_and_shown() -> None:
    body = "word [[N]]\n" * (50_000_000 // 11)
    note_source = f"---\ntags: [t]\n---\n{body}{LAST}"
    begin = time.process_time()
    note = compile_note(note_source.encode(), CompileOptions())
    assert time.process_time() - begin < 10
    assert len(body) > MAX_NOTE_CHARS
    assert LAST in note.content.html
    assert [fault.code for fault in note.outline.faults] == ["KB122"]
    assert [tag.name for tag in note.outline.tags] == ["t"]


@pytest.mark.parametrize(
    ("source", "shown", "codes"),
    [
        pytest.param(b"a\0b", "<p>a\ufffdb</p>", ["KB110"], id="NUL"),
        pytest.param(b"a\xffb", "<p>a\ufffdb</p>", ["KB110"], id="invalid UTF-8"),
        pytest.param("a é\n".encode("utf-16"), "<p>a é</p>", ["KB110"], id="UTF-16"),
        pytest.param(b"\xef\xbb\xbf# a", '<h1 id="\0#\0a">a</h1>', [], id="byte order mark"),
        pytest.param(b"a\r\nb\rc", "<p>a<br>\nb<br>\nc</p>", [], id="CRLF and CR"),
        pytest.param(b"a\xed\xa0\x80b", "<p>a\ufffd\ufffd\ufffdb</p>", ["KB110"], id="a surrogate in UTF-8"),
        pytest.param("a\ufdd0b\ufdd1".encode(), "<p>a\ufffdb\ufffd</p>", ["KB110"], id="noncharacters"),
        pytest.param(b"", "", [], id="empty"),
    ],
)
def test_encodings(source: bytes, shown: str, codes: list[str]) -> None:
    note = compile_note(source, CompileOptions())
    assert note.content.html.strip() == shown
    assert [fault.code for fault in note.outline.faults] == codes


def test_no_author_forges_a_hole() -> None:
    source = (
        b"<b title='&#xFDD0;a9&#xfdd1;'>x</b> <b title='&#64976;t9&#64977;'>y</b> &#0;a9&#0; [z](%00a9%00)"
    )
    note = compile_note(source, CompileOptions())
    assert note.content.html.split("\0")[1::2] == ["a0", "z0"]
    assert note.outline.links[0].target == "\ufffda9\ufffd"
