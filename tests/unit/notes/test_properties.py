"""The cases of tests/fixtures/front_matter that hold a block ``interpret``, and the laws of properties."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbgen.notes.model import Link, Property, Publishing
from kbgen.notes.properties import InterpretedProperties, interpret
from kbgen.vault.front_matter import read
from tests.documents import front_matter_cases


def property_shown(found: Property) -> str:
    words = []
    for value in found.values:
        aim = f"→{value.link}" if value.link >= 0 else f"→{value.url}" if value.url else ""
        words.append(value.text + aim)
    return f"{found.name} ({found.kind}):" + (" " + ", ".join(words) if words else "")


def link_shown(link: Link) -> str:
    assert (link.form, link.embed, link.hidden) == ("property", False, False)
    subpath = f" # {link.subpath}" if link.subpath else ""
    text = f" | {link.text}" if link.text else ""
    return f"{link.key} {link.line}:{link.column} {link.target}{subpath}{text}"


def shown(found: InterpretedProperties) -> dict[str, Any]:
    said = msgspec.structs.asdict(found.publishing)
    silent = msgspec.structs.asdict(Publishing())
    return {
        "properties": [property_shown(item) for item in found.properties],
        "aliases": list(found.aliases),
        "tags": [f"{tag.name} {tag.line}:{tag.column}" for tag in found.tags],
        "links": [link_shown(link) for link in found.links],
        "publishing": {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in said.items()
            if value != silent[name]
        },
        "faults": [f"{f.line}:{f.column} {f.code} {f.message} → {f.hint}" for f in found.faults],
    }


@pytest.mark.parametrize(("note", "expected"), front_matter_cases("interpret"))
def test_interpret(note: str, expected: dict[str, Any]) -> None:
    quiet: dict[str, Any] = {
        "properties": [],
        "aliases": [],
        "tags": [],
        "links": [],
        "publishing": {},
        "faults": [],
    }
    assert shown(interpret(read(note))) == quiet | expected


def test_a_list_stays_a_list() -> None:
    found = interpret(read("---\na: [x]\nb: x\nc: [[x]]\ntags: [x]\nd: [{x: y}]\n---"))
    assert [item.name for item in found.properties if item.many] == ["a", "tags"]


def test_tags_are_nfc_and_declared() -> None:
    (tag,) = interpret(read("---\ntags: [e\u0301]\n---")).tags
    assert (tag.name, tag.declared, tag.hidden) == ("\u00e9", True, False)


def test_a_link_holds_no_mark_of_kbgen() -> None:
    (link,) = interpret(read('---\na: "[x](%00%EF%B7%90b.md)"\n---')).links
    assert link.target == "\ufffd\ufffdb.md"


PIECES = st.sampled_from(
    [
        *(
            "tags",
            "alias",
            "publish",
            "draft",
            "permalink",
            "created",
            "modified",
            "image",
            "lang",
            "toc",
            "x",
        ),
        *(
            ": ",
            "\n",
            "\n- ",
            "  ",
            "[",
            "]",
            "[[",
            "]]",
            "{",
            "}",
            '"',
            "'",
            "|",
            "#",
            "/",
            "..",
            ",",
            "(",
            ")",
        ),
        *(
            "true",
            "false",
            "no",
            "2026-01-01",
            "0001-01-01T00:00:00+14:00",
            "1",
            "B",
            "é",
            "https://",
            "%00",
            "\0",
        ),
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join)))
def test_interpreting_never_fails(source: str) -> None:
    found = interpret(read(f"---\n{source}\n---\n"))
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=InterpretedProperties) == found
    for item in found.properties:
        assert all(-1 <= value.link < len(found.links) for value in item.values)
    assert "\0" not in str(found)


TEXT = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"])).filter(str.strip)


@given(TEXT)
def test_a_text_comes_back_as_typed(text: str) -> None:
    quoted = "'" + text.replace("'", "''") + "'"
    (found,) = interpret(read(f"---\nx: {quoted}\n---")).properties
    if not found.values[0].url and found.values[0].link < 0:
        assert found.values[0].text == text


@given(
    st.one_of(st.integers().map(str), st.dates().map(str), st.booleans().map(str), st.datetimes().map(str))
)
def test_a_scalar_comes_back_as_typed(text: str) -> None:
    (found,) = interpret(read(f"---\nx: {text}\n---")).properties
    assert found.values[0].text == text
    assert found.kind in {"number", "date", "checkbox", "datetime"}


HIDING = ("publish: false", "draft: true", "publish: hidden", "private: yes", "published: no", "DRAFT: Yes")
WRITTEN = (
    *("---\n{}\n---\n", "---\ntitle: @x\n{}\n---\n", "---\n{}\nx: [y\n---\n", "---\nx: 'y\n{}\n---\n"),
    *(
        "\n---\n{}\n---\n",
        "# T\n---\n{}\n---\n",
        " ---\n{}\n---\n",
        "----\n{}\n----\n",
        "---\n{}\n",
        "---\n{}\n...\n",
    ),
    *("---\n\t{}\n---\n", "---\n  {}\n---\n", "---\na: 1\n{}\nb:2\n---\n", "x: y\n{}\n---\n"),
)


@given(st.sampled_from(HIDING), st.sampled_from(WRITTEN), st.sampled_from(["", " # why", " "]))
def test_11_24_what_hides_a_note_hides_it_however_it_is_written(line: str, form: str, after: str) -> None:
    publishing = interpret(read(form.replace("{}", line + after) + "Text")).publishing
    assert publishing.publish is False or publishing.draft
