"""The colours of the theme: words can be read on every highlight, in light and dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kbgen.notes.markdown.syntaxes.highlights import COLOURS

STYLE = (Path(__file__).parents[3] / "templates" / "static" / "style.css").read_text("utf-8")
READABLE = 4.5
"""The ratio that WCAG 2 asks for (AA)."""


def pair(selector: str, name: str) -> tuple[str, str]:
    """Return the light and the dark value of a colour."""
    value = rf"--{name}: light-dark\((#\w{{6}}), (#\w{{6}})\);"
    found = re.search(rf"^{re.escape(selector)} {{[^}}]*?{value}", STYLE, re.MULTILINE)
    assert found, (selector, name)
    return found[1], found[2]


def luminance(colour: str) -> float:
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("colour", COLOURS.values())
@pytest.mark.parametrize("words", ["ink", "accent"])
def test_words_can_be_read_on_every_highlight(colour: str, words: str) -> None:
    # Yellow is the colour of a plain highlight.
    selector = ":root" if colour == "yellow" else f'mark[data-highlight="{colour}"]'
    for ground, ink in zip(pair(selector, "marked"), pair(":root", words), strict=True):
        assert contrast(ground, ink) >= READABLE, (ground, ink)
