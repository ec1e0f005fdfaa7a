"""The cases of ``formulas.md``, and the laws of formulas in words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbgen.notes.formulas import LEFT_OUT, MAX_CHARS, tex_to_text, with_formulas_as_text

CASES = re.findall(r"(?m)^(\S.*?) {2,}(\S.*)$", (Path(__file__).parent / "formulas.md").read_text("utf-8"))

TEX = st.lists(
    st.sampled_from(
        [
            *"ab12+-=()[]{}^_&~' |",
            "\\\\",
            "\\{",
            "\\}",
            "\\,",
            "\\|",
            "\\frac",
            "\\sqrt",
            "\\left",
            "\\right.",
            "\\alpha",
            "\\text{if}",
            "\\begin{cases}",
            "\\end{cases}",
            "\\hat",
            "\\mine",
            "\\sin ",
            "{x}",
            "\\",
        ]
    ),
    max_size=30,
).map("".join)


@pytest.mark.parametrize(("tex", "words"), CASES, ids=[tex for tex, _ in CASES])
def test_in_words(tex: str, words: str) -> None:
    assert tex_to_text(tex) == words


def test_every_case_is_read() -> None:
    lines = (Path(__file__).parent / "formulas.md").read_text("utf-8").splitlines()
    assert len(CASES) == sum(bool(line) for line in lines) - 1


@given(TEX)
def test_no_command_is_left(tex: str) -> None:
    words = tex_to_text(tex)
    assert "\\" not in words
    assert len(words) <= MAX_CHARS
    assert words == " ".join(words.split())


@given(st.text(alphabet="ab1+=() ", min_size=1, max_size=40))
def test_what_is_no_tex_stays(words: str) -> None:
    assert tex_to_text(words) == " ".join(words.split())


def test_what_is_nested_or_long_without_end_is_left_out() -> None:
    assert tex_to_text("{" * 400 + "}" * 400) == LEFT_OUT
    assert tex_to_text("\\frac" * 150) == LEFT_OUT
    assert tex_to_text("x^" * 300 + "2") == LEFT_OUT
    assert tex_to_text("x" * 5_000) == LEFT_OUT


@given(
    st.lists(st.tuples(st.text("ab .", max_size=5), st.sampled_from(["x", "y", "xy"])), max_size=5), st.data()
)
def test_parts_are_said_as_the_whole(pieces: list[tuple[str, str]], data: st.DataObject) -> None:
    text, places = "", []
    for words, formula in pieces:
        text += words
        places += [len(text), len(text) + len(formula)]
        text += formula
    assert with_formulas_as_text(text, places, 0, len(text)) == text
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    cut = {
        each for begin, stop in zip(places[::2], places[1::2], strict=True) for each in range(begin + 1, stop)
    }
    if start not in cut and end not in cut:
        assert with_formulas_as_text(text, places, start, end) == text[start:end]
