"""CommonMark keeps working: its examples with every plugin on, and ordinary prose.

Where an example differs, tests/fixtures/commonmark/differences.md names the rule of
Obsidian's, or of kbgen's, that makes it so.
"""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from kbgen.notes.compiler import compile_note
from kbgen.notes.holes import fill
from kbgen.notes.markdown.addresses import encoded
from kbgen.notes.model import CompiledNote, CompileOptions

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "tests" / "fixtures" / "commonmark"
SPECIFICATION = ROOT.parent / "shared" / "reference" / "commonmark-spec.txt"

EXAMPLE = re.compile(r"^`{32} example\n(.*?)^\.\n(.*?)^`{32}$", re.MULTILINE | re.DOTALL)
DIFFERENCE = re.compile(r"^\| *([0-9 ,]+) *\| *([A-Z]+-[0-9]+) *\| *(\S.*?) *\|$", re.MULTILINE)


def differences() -> set[int]:
    rows = DIFFERENCE.findall((FIXTURES / "differences.md").read_text("utf-8"))
    return {int(number) for numbers, _, _ in rows for number in numbers.split(",")}


def examples() -> list[Any]:
    if not SPECIFICATION.exists():
        reason = "the specification is not part of this repository"
        return [pytest.param(0, "", "", marks=pytest.mark.skip(reason=reason))]
    text = SPECIFICATION.read_text("utf-8").replace("→", "\t")
    return [
        pytest.param(number, source, wanted, id=f"example {number}")
        for number, (source, wanted) in enumerate(EXAMPLE.findall(text), 1)
    ]


def filled(note: CompiledNote) -> str:
    """Fill the holes as CommonMark would have written them."""

    def content(payload: str) -> str:
        kind = payload[0]
        if kind == "#":
            return ""
        if kind == "z":
            return "</a>"
        if kind not in "aepi":
            return f"{{{payload}}}"
        link = note.outline.links[int(payload[1:])]
        address = html.escape(encoded(link.target + (f"#{link.subpath}" if link.subpath else "")))
        title = f' title="{html.escape(link.title)}"' if link.title else ""
        if kind == "a":
            return f'<a href="{address}"{title}>'
        return f'<img src="{address}" alt="{html.escape(link.text)}"{title}>'

    return fill(note.content.html, content)


def normal(markup: str) -> str:
    """Take away what kbgen adds for its pages, and differences of layout."""
    markup = re.sub(r' (?:id="[^"]*"|class="external"|rel="noopener"|loading="lazy")', "", markup)
    markup = re.sub(r" ?/>", ">", markup).replace("&#x27;", "'").replace("&#39;", "'")
    markup = re.sub(
        r'<div class="kb-highlight"[^>]*><pre>(.*?)</pre></div>',
        lambda code: "<pre>" + re.sub(r"</?span[^>]*>", "", code[1]) + "</pre>",
        markup,
        flags=re.DOTALL,
    )
    return markup.replace("<blockquote></blockquote>", "<blockquote>\n</blockquote>").strip()


@pytest.mark.parametrize(("number", "source", "wanted"), examples())
def test_commonmark(number: int, source: str, wanted: str) -> None:
    note = compile_note(source.encode(), CompileOptions(hard_breaks=False, unsafe_html=True))
    same = normal(filled(note)) == normal(wanted)
    if number in differences():
        assert not same, "listed as different, and is not"
    else:
        assert normal(filled(note)) == normal(wanted)


def test_differences_are_of_the_specification() -> None:
    assert differences()
    assert max(differences()) <= 655


@pytest.mark.parametrize(
    "paragraph", (FIXTURES / "prose.md").read_text("utf-8").split("\n\n----\n\n"), ids=lambda text: text[:30]
)
def test_prose_is_plain_commonmark(paragraph: str) -> None:
    plain = MarkdownIt("commonmark", {"breaks": True, "xhtmlOut": False}).enable(["table"])
    note = compile_note(paragraph.encode(), CompileOptions())
    assert normal(
        note.content.html.replace('<div class="kb-table">', "").replace("</table></div>", "</table>")
    ) == normal(plain.render(paragraph))
    assert (note.outline.links, note.outline.tags, note.outline.faults, note.outline.blocks) == (
        (),
        (),
        (),
        (),
    )
