"""The cases of tests/fixtures/rules: one note each, and what it must compile to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from kbgen.notes.compiler import compile_note
from kbgen.notes.holes import fill
from kbgen.notes.model import Block, CompiledNote, CompileOptions, Heading, Link, Tag

FIXTURES = Path(__file__).parents[2] / "fixtures" / "rules"

CASE = re.compile(
    r"^## (?P<name>[^\n]+)\n\n(?P<fence>`{4,})note(?P<soft> soft)?\n(?P<note>.*?)\n(?P=fence)\n"
    r"\n```html\n(?P<html>.*?)```\n(?:\n```outcome\n(?P<outcome>.*?)```\n)?",
    re.MULTILINE | re.DOTALL,
)


def cases() -> list[Any]:
    found = []
    for path in sorted(FIXTURES.glob("*.md")):
        text = path.read_text("utf-8")
        matches = list(CASE.finditer(text))
        assert len(matches) == len(re.findall(r"^`{4,}note", text, re.MULTILINE)), path
        for case in matches:
            outcome = yaml.safe_load(case["outcome"] or "{}")
            found.append(pytest.param(case["note"], not case["soft"], case["html"], outcome, id=case["name"]))
    return found


def link_shown(link: Link) -> str:
    form = "" if link.form == "wikilink" else f"{link.form} "
    subpath = f" # {link.subpath}" if link.subpath else ""
    text = f" | {link.text}" if link.text else ""
    title = f' "{link.title}"' if link.title else ""
    size = f" ({link.width}x{link.height})" if link.width else ""
    hidden = " hidden" if link.hidden else ""
    embed = "!" if link.embed else ""
    return f"{link.line}:{link.column} {form}{embed}{link.target}{subpath}{text}{title}{size}{hidden}"


def tag_shown(tag: Tag) -> str:
    return f"{tag.name} {tag.line}:{tag.column}{' hidden' * tag.hidden}{' declared' * tag.declared}"


def heading_shown(heading: Heading) -> str:
    nested = " nested" * heading.nested
    return f"{heading.line} {'#' * heading.level} {heading.text} → {heading.id}{nested}"


def block_name(block: Block) -> str:
    number = "" if block.number is None else f" {block.number}"
    return f"{block.line} {block.id}{' item' * block.list_item}{number}"


def readable(html: str) -> str:
    return fill(html, lambda payload: f"{{{payload}}}")


def shown(note: CompiledNote) -> dict[str, Any]:
    content = note.content
    return {
        "links": [link_shown(link) for link in note.outline.links],
        "tags": [tag_shown(tag) for tag in note.outline.tags],
        "faults": [f"{fault.line}:{fault.column} {fault.code}" for fault in note.outline.faults],
        "headings": [heading_shown(heading) for heading in note.outline.headings],
        "keys": [list(heading.keys) for heading in note.outline.headings],
        "h1": f"{note.outline.h1} → {readable(content.html[content.h1_start : content.h1_end])}",
        "sections": {
            heading.id: readable(content.html[start:end])
            for heading, (start, end) in zip(note.outline.headings, content.sections, strict=True)
        },
        "blocks": {
            block_name(block): readable(content.html[start:end]).rstrip("\n")
            for block, (start, end) in zip(note.outline.blocks, content.blocks, strict=True)
        },
        "block names": [block.id for block in note.outline.blocks],
        "excerpts": [f"{link.before}→{link.after}" for link in note.outline.links],
        "text": content.text,
        "words": note.outline.words,
        "features": list(note.outline.features),
    }


@pytest.mark.parametrize(("source", "hard_breaks", "html", "outcome"), cases())
def test_rule(source: str, hard_breaks: bool, html: str, outcome: dict[str, Any]) -> None:  # noqa: FBT001
    source = source.replace("␠", " ").replace("⇥", "\t")
    note = compile_note(source.encode(), CompileOptions(hard_breaks=hard_breaks))
    assert readable(note.content.html).strip("\n") == html.strip("\n")
    expected = {"links": [], "tags": [], "faults": []} | outcome
    found = shown(note)
    sections = {name: found["sections"][name] for name in expected.get("sections", ())}
    assert {name: found[name] for name in expected} | ({"sections": sections} if sections else {}) == expected
