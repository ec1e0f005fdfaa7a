"""Which way a page, a note and a text run: as their author says, by their language, by their letters."""

from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path
from typing import Literal

from msgspec import Struct

from kbgen.links.model import LinkedNote

Direction = Literal["ltr", "rtl"]

_CODES = tomllib.loads(Path(__file__).with_name("right_to_left.toml").read_text("utf-8"))
_SCRIPTS = frozenset(_CODES["scripts"])
_LANGUAGES = frozenset(_CODES["languages"])
_RTL_REGIONS = frozenset(_CODES["regions"])
_LTR_REGIONS = frozenset(_CODES["regions_left_to_right"])

_RIGHT_TO_LEFT = (
    "[\u0590-\u08ff\u200f\u202b\u2067\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_RTL = re.compile(_RIGHT_TO_LEFT)
_LETTER = re.compile(r"[^\W\d_]")
_ASCII = bytes(range(128))
_ASCII_LETTERS = string.ascii_letters.encode()
_TAG = re.compile(r"<[^>]*>")
_PARAGRAPH = re.compile(r"<(p|h[1-6])((?: [^>]*)?)>(.*?)</\1>", re.DOTALL)

_MAX_CHARS = 20_000
"""Characters of a text that are looked at."""


class NoteDirection(Struct, frozen=True):
    """Which way the text of a note runs."""

    value: str
    """``ltr``, ``rtl`` or ``auto``, as the ``dir`` of its element."""
    mixed: bool = False
    """The author did not say so: a paragraph of the other direction goes by its own letters."""


def of_note(note: LinkedNote) -> NoteDirection:
    """Return which way a note runs: its own ``dir`` decides, then its own ``lang``, then its letters."""
    publishing = note.compiled.publishing
    if publishing.direction:
        return NoteDirection(publishing.direction)
    if publishing.language:
        return NoteDirection(of_language(publishing.language), mixed=True)
    return NoteDirection(of_text(note.content.text) or "auto", mixed=True)


def own_directions(html: str) -> str:
    """Return the HTML of a text that runs from right to left, in which foreign paragraphs say their own.

    Lists and tables follow the note; a paragraph or heading without any letter of the note's script
    runs its own way.

    Examples
    --------
    >>> own_directions("<p>AlexNet هي شبكة</p><p>All English.</p><li>Word</li>")
    '<p>AlexNet هي شبكة</p><p dir="ltr">All English.</p><li>Word</li>'
    """

    def foreign(found: re.Match[str]) -> str:
        words = _TAG.sub("", found[3])
        if _RTL.search(words) or not _LETTER.search(words) or " dir=" in found[2]:
            return found[0]
        return f'<{found[1]}{found[2]} dir="ltr">{found[3]}</{found[1]}>'

    return _PARAGRAPH.sub(foreign, html)


def of_language(tag: str) -> Direction:
    """Return which way a language runs.

    Parameters
    ----------
    tag
        Of a language, in any case, with ``-`` or ``_`` between its parts. A script in it decides.

    Examples
    --------
    >>> [of_language(tag) for tag in ("ar", "fa-IR", "pa-Arab", "AR-latn", "ckb", "en-GB", "pa-PK")]
    ['rtl', 'rtl', 'rtl', 'ltr', 'rtl', 'ltr', 'rtl']
    """
    language, *rest = tag.lower().replace("_", "-").split("-")
    # Before a singleton stand a script, of four letters, and a region.
    parts: list[str] = []
    for part in rest:
        if len(part) == 1:
            break
        parts.append(part)
    for part in parts:
        if len(part) == 4 and part.isalpha():
            return "rtl" if part in _SCRIPTS else "ltr"
    for part in parts:
        region = f"{language}-{part}"
        if region in _RTL_REGIONS:
            return "rtl"
        if region in _LTR_REGIONS:
            return "ltr"
    return "rtl" if language in _LANGUAGES else "ltr"


def of_text(text: str) -> Direction | None:
    """Return which way the letters of a text run; None where none of them runs from right to left.

    A third is enough: such texts are full of foreign names, and others quote a word or two.

    >>> of_text("AlexNet هو شبكة عصبية"), of_text("the word سلام means peace"), of_text("words")
    ('rtl', 'ltr', None)
    """
    if text.isascii():
        return None
    # Bytes of ASCII are quick to take out of UTF-8 and to count, and most texts are made of them.
    begin = text[:_MAX_CHARS].encode("utf-8", "surrogatepass")
    others = begin.translate(None, _ASCII).decode("utf-8", "surrogatepass")
    against = len(_RTL.findall(others))
    if not against:
        return None
    letters = len(begin) - len(begin.translate(None, _ASCII_LETTERS)) + len(_LETTER.findall(others))
    return "rtl" if 3 * against > letters else "ltr"
