"""The cases of tests/fixtures/front_matter that hold a block ``read``, and the laws of reading."""

from __future__ import annotations

import time
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from kbgen.vault.front_matter import MAX_FRONT_MATTER_CHARS, read
from kbgen.vault.nodes import Mapping, Node, Scalar, readable
from kbgen.vault.yaml_reader import MAX_NODES
from tests.documents import front_matter_cases


def shown(node: Node) -> Any:
    match node:
        case Scalar():
            return f"{node.kind} {node.text}"
        case Mapping():
            return {name: shown(item) for name, item in node.items}
    return [shown(item) for item in node.items]


@pytest.mark.parametrize(("note", "expected"), front_matter_cases("read"))
def test_read(note: str, expected: dict[str, Any]) -> None:
    front = read(note)
    observed = {
        "entries": {entry.name: shown(entry.value) for entry in front.entries},
        "body": note[front.body_start :],
        "body_line": front.body_line,
        "broken": front.broken,
        "faults": [f"{f.line}:{f.column} {f.code} {f.message} → {f.hint}".rstrip() for f in front.faults],
    }
    quiet = {"entries": {}, "body": "", "body_line": 0, "broken": False, "faults": []}
    if "body" not in expected:
        del quiet["body"], quiet["body_line"], observed["body"], observed["body_line"]
    assert observed == quiet | expected
    assert front.body_line == note[: front.body_start].count("\n") + (
        front.body_start == len(note) and note.endswith("---")
    )


def test_every_place_is_where_the_text_stands() -> None:
    note = "---\né: [ä, 'ö']\nb:\n  - {c: x}\n---\n"
    lines = note.split("\n")
    first, second = read(note).entries
    assert lines[first.line - 1][first.column - 1] == "é"
    assert not isinstance(first.value, Scalar)
    assert not isinstance(second.value, Scalar)
    places = [(item.line, item.column) for item in (*first.value.items, *second.value.items)]
    assert [lines[line - 1][column - 1] for line, column in places] == ["ä", "'", "{"]


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [*{old},*{old},*{old},*{old},*{old},*{old},*{old},*{old},*{old}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


BOUNDED = {
    "billion laughs": BOMB,
    "a list in itself": "a: &a [*a]",
    "a mapping in itself": "a: &a {b: *a}",
    "open brackets": "a: " + "[" * 50_000,
    "closed brackets": "a: " + "[" * 500 + "]" * 500,
    "braces": "a: " + "{" * 50_000,
    "lists in lists": "- " * 50_000,
    "keys of keys": "? " * 50_000,
    "indentation": "\n".join(" " * depth + "a:" for depth in range(300)),
    "many values": "a: [" + "x," * MAX_NODES + "]",
    "a long value": "a: " + "x" * MAX_FRONT_MATTER_CHARS,
}


@pytest.mark.parametrize("source", BOUNDED.values(), ids=BOUNDED.keys())
def test_it_is_bounded(source: str) -> None:
    begin = time.process_time()
    front = read(f"---\n{source}\n---\nText")
    assert front.broken
    assert [fault.code for fault in front.faults] == ["KB101"]
    assert front.body_line == source.count("\n") + 3
    assert time.process_time() - begin < 2


def test_blank_lines_without_end_cost_little() -> None:
    begin = time.process_time()
    assert read("\n" * 1_000_000).faults == ()
    assert read(" " * 1_000_000).faults == ()
    assert time.process_time() - begin < 1


def test_characters_that_yaml_refuses_stay_in_place() -> None:
    note = '---\na: x\x07y\x85z\u2028w\nb: "\\0\\uFDD0\\e"\nc\ud800: \ud800\n---\n'
    front = read(note)
    assert front.faults == ()
    assert [(entry.name, shown(entry.value)) for entry in front.entries] == [
        ("a", "string x\ufffdy z w"),
        ("b", "string \ufffd\ufffd\ufffd"),
        ("c\ufffd", "string \ufffd"),
    ]
    assert [entry.line for entry in front.entries] == [2, 3, 4]


def test_anchors_are_read_where_they_are_used() -> None:
    (_, second) = read("---\na: &x [1]\nb: *x\n---").entries
    assert shown(second.value) == ["int 1"]


YAML_LIKE = st.text(st.sampled_from("ab1:-#[]{}\"'|>&*!%@`,?~. \t\n\\x0\0\ud800\u2028é"), max_size=60)


FORMS = (
    "---\n{}\n---\nText",
    "---\n{}",
    "+++\n{}\n+++\nText",
    "\n---\n{}\n---",
    " ---\n{}\n---",
    "{}\n---\n",
)


@given(
    st.one_of(
        st.text(), st.builds(lambda form, text: form.replace("{}", text), st.sampled_from(FORMS), YAML_LIKE)
    )
)
@example("---\n---")
@example("---\n\ufeff: \ufeff\n---")
def test_reading_never_fails(note: str) -> None:
    front = read(note)
    assert 0 <= front.body_start <= len(note)
    assert not (front.broken and front.entries)
    assert front.broken <= bool(front.faults)
    lines = note.count("\n") + 1
    assert all(1 <= fault.line <= lines and fault.column >= 1 for fault in front.faults)
    assert front.raw_line + front.raw.count("\n") <= lines + 1
    for entry in front.entries:
        "".join(str(shown(entry.value))).encode()


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.text(), min_size=1, max_size=6))
def test_a_quoted_text_comes_back(properties: dict[str, str]) -> None:
    source = yaml.safe_dump(properties, default_style='"', allow_unicode=True, sort_keys=False)
    front = read(f"---\n{source}---\n")
    assert [(entry.name, shown(entry.value)) for entry in front.entries] == [
        (name, f"string {readable(text)}") for name, text in properties.items()
    ]


FAULTY = (
    "x: @y",
    "x: `y`",
    "x: [y",
    'x: "y',
    "x",
    "x:y",
    "x:\n- %y",
    "x: a: b",
    "x: *y",
    "x: {y",
    "x: - y",
    "x: !a!b y",
)


@given(st.lists(st.sampled_from("abcdefgh"), unique=True), st.sampled_from(FAULTY), st.integers(0, 8))
def test_11_19_a_fault_costs_no_other_property(names: list[str], faulty: str, at: int) -> None:
    lines = [f"{name}: [{name}, 1]" for name in names]
    at = min(at, len(names))
    lines[at:at] = [faulty]
    source = "\n".join(lines)
    front = read(f"---\n{source}\n---\n")
    assert [entry.name for entry in front.entries] == names
    assert [fault.code for fault in front.faults] == ["KB101"]
    assert at + 2 <= front.faults[0].line <= at + 2 + faulty.count("\n")


def test_faults_without_end_cost_little() -> None:
    begin = time.process_time()
    front = read("---\n" + "a: @b\n" * 20_000 + "---\n")
    assert 1 <= len(front.faults) <= 20
    assert len(read("---\n" + "tags: #a\n" * 20_000 + "---\n").faults) <= 20
    assert read("---\n" + "a: &x [1]\nb: [" + "*x," * 300 + "]\n" + "c: @\n" * 10 + "---\n").faults
    assert read("+++\n" + "a = b\n" * 20_000 + "+++\n").faults
    assert time.process_time() - begin < 4
