"""Laws of delimiters: CommonMark's without Chinese, Japanese and Korean, and no fewer with them."""

from __future__ import annotations

from hypothesis import assume, example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned

from kbgen.notes.markdown.flanking import InlineState, is_cjk

MARKERS = "*_~="
SELECTORS = "".join(map(chr, [*range(0xFE00, 0xFE0F), *range(0xE0100, 0xE01F0)]))

TEXTS = st.text(
    st.one_of(
        st.sampled_from(MARKERS + " ab1.,!\"'()[]$`¥€«»“”‘’…—–\u00a0\n🎉✅☰éאب،।ไé"),
        st.characters(codec="utf-8"),
    ),
    max_size=12,
)
WITH_CJK = st.text(
    st.sampled_from(MARKERS + ' a.「」（）、。：字かカｶ한ㄅ𠮷“”"()\ufe00\U000e0100🎉'), max_size=12
)


def scanned(state: type[StateInline], text: str) -> list[Scanned]:
    """Return what each run of markers in a text can do."""
    words = state(text, MarkdownIt(), {}, [])
    runs: list[Scanned] = []
    position = 0
    while position < len(text):
        if text[position] in MARKERS:
            runs.append(words.scanDelims(position, text[position] != "_"))
            position += runs[-1].length
        else:
            position += 1
    return runs


@given(TEXTS)
@example("a**“b”**c")
@example("**✅**a")
@example("**€1**a ☰**(a)**b")
def test_other_scripts_are_read_as_commonmark_says(text: str) -> None:
    assume(not any(is_cjk(character) or character in SELECTORS for character in text))
    assert scanned(InlineState, text) == scanned(StateInline, text)


@given(WITH_CJK)
@example("**要点：**先说")
def test_what_could_open_or_close_still_can(text: str) -> None:
    for ours, theirs in zip(scanned(InlineState, text), scanned(StateInline, text), strict=True):
        assert ours.length == theirs.length
        if "_" not in text:
            assert ours.can_open >= theirs.can_open
            assert ours.can_close >= theirs.can_close
