"""Which way a text runs, told without looking at each of its letters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kbgen.site.direction import of_text

AGAINST = "אבגדה" + "ابتثج" + "\u200f\u202b\u2067" + "ﬡﷲﻻ" + "𐤀𞤀"
ALONG = "abcXYZ" + "äßéт語ा" + "𝒳😀" + "09_ .,-–’\n\x7f\x80" + "\ud800\udfff"


BLOCKS = (
    ("\u0590", "\u08ff"),
    ("\ufb1d", "\ufdff"),
    ("\ufe70", "\ufefc"),
    ("\U00010800", "\U00010fff"),
    ("\U0001e800", "\U0001efff"),
)
"""Of scripts from right to left: all that is in them counts, be it a letter, a sign or free."""


@given(st.text(AGAINST + ALONG) | st.text())
def test_a_third_of_the_letters_decides(text: str) -> None:
    against = sum(each in AGAINST or any(first <= each <= last for first, last in BLOCKS) for each in text)
    letters = sum(each.isalnum() and not each.isdecimal() for each in text)
    expected = None if not against else "rtl" if 3 * against > letters else "ltr"
    assert of_text(text) == expected
