"""Canvases: whatever is in the file, something is made of it."""

from __future__ import annotations

import functools
import json

from hypothesis import given
from hypothesis import strategies as st

from kbgen.notes.compiler import compile_note
from kbgen.notes.kinds.canvas import compile_canvas
from kbgen.notes.model import CompileOptions

MARKDOWN = functools.partial(compile_note, options=CompileOptions())

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
CARDS = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("id", "file", "text", "subpath"), JSON)
    | {"id": st.sampled_from("ab"), "file": st.just("A.md"), "text": st.just("[[B]] and [c](C.md)")},
)
ARROWS = st.fixed_dictionaries(
    {},
    optional={
        "fromNode": st.sampled_from("ab") | JSON,
        "toNode": st.sampled_from("ab") | JSON,
        "fromEnd": st.sampled_from(["none", "arrow"]) | JSON,
        "toEnd": st.sampled_from(["none", "arrow"]) | JSON,
    },
)


@given(st.binary())
def test_any_bytes_are_compiled(source: bytes) -> None:
    compiled = compile_canvas(source, MARKDOWN)
    assert all(fault.code == "KB136" for fault in compiled.faults)


@given(
    JSON
    | st.fixed_dictionaries({"nodes": JSON | st.lists(CARDS | JSON), "edges": JSON | st.lists(ARROWS | JSON)})
)
def test_any_json_is_compiled(found: object) -> None:
    compiled = compile_canvas(json.dumps(found).encode(), MARKDOWN)
    for arrow in compiled.arrows:
        assert compiled.links[arrow.source].embed
        assert compiled.links[arrow.target].embed


def test_nesting_has_an_end() -> None:
    compiled = compile_canvas(b"[" * 100_000, MARKDOWN)
    assert [fault.code for fault in compiled.faults] == ["KB136"]


def test_the_heads_of_an_arrow_say_which_way_it_leads() -> None:
    def ways(**ends: str) -> list[tuple[int, int]]:
        cards = [{"id": name, "file": f"{name}.md"} for name in "ab"]
        edge = {"id": "e", "fromNode": "a", "toNode": "b", **ends}
        compiled = compile_canvas(json.dumps({"nodes": cards, "edges": [edge]}).encode(), MARKDOWN)
        return [(arrow.source, arrow.target) for arrow in compiled.arrows]

    assert ways() == ways(toEnd="arrow") == ways(fromEnd="none", toEnd="none") == [(0, 1)]
    assert ways(fromEnd="arrow", toEnd="none") == [(1, 0)]
    assert ways(fromEnd="arrow") == [(0, 1), (1, 0)]
