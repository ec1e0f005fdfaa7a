"""Which way a page, a note and a text run: by what is said of them, by their language, by their letters."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from kbgen.links.model import LinkedNote

Direction = Literal["ltr", "rtl"]

_SCRIPTS = frozenset(
    {
        *("adlm", "arab", "aran", "armi", "avst", "chrs", "cprt", "elym", "hatr", "hebr", "hung", "khar"),
        *("lydi", "mand", "mani", "mend", "merc", "mero", "narb", "nbat", "nkoo", "orkh", "ougr", "palm"),
        *("phli", "phlp", "phnx", "prti", "rohg", "samr", "sarb", "sogd", "sogo", "syrc", "syre", "syrj"),
        *("syrn", "thaa", "yezi"),
    }
)
"""Scripts that run from right to left, by their ISO 15924 codes."""

_LANGUAGES = frozenset(
    {
        *("aao", "abh", "abv", "acm", "acq", "acw", "acx", "adf", "aeb", "aec", "afb", "aii", "ajp", "apc"),
        *("apd", "ar", "arb", "arc", "arq", "ars", "ary", "arz", "auz", "avl", "ayh", "ayl", "ayn", "ayp"),
        *("azb", "bal", "bcc", "bej", "bft", "bgn", "bqi", "ckb", "dcc", "dv", "fa", "fas", "per", "gbz"),
        *(
            "glk",
            "gwc",
            "haz",
            "he",
            "heb",
            "iw",
            "ji",
            "khw",
            "ks",
            "lki",
            "lrc",
            "luz",
            "mvy",
            "mzn",
            "nqo",
        ),
        *("nqo", "pbt", "pbu", "pes", "phl", "pnb", "prs", "ps", "pst", "pus", "rhg", "sam", "sd", "sdh"),
        *(
            "shu",
            "skr",
            "snd",
            "syc",
            "syr",
            "tmr",
            "trw",
            "ug",
            "uig",
            "ur",
            "urd",
            "uzs",
            "yi",
            "yid",
            "ydd",
        ),
    }
)
"""Languages that are written from right to left unless their tag says another script or region."""

_REGIONS = {
    **dict.fromkeys(("az-iq", "az-ir", "ha-cm", "ha-sd", "kk-af", "kk-cn", "kk-ir", "kk-mn", "ku-iq"), "rtl"),
    **dict.fromkeys(("ku-ir", "ky-cn", "ms-cc", "pa-pk", "tg-pk", "tk-af", "uz-af", "uz-cn"), "rtl"),
    **dict.fromkeys(("ks-in", "sd-in", "ug-kz", "ug-mn"), "ltr"),
}
"""Where a region writes a language otherwise than most do."""

_RIGHT_TO_LEFT = (
    "[\u0590-\u08ff\u200f\u202b\u2067\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_RTL = re.compile(_RIGHT_TO_LEFT)
_LETTER = re.compile(r"[^\W\d_]")
_TAG = re.compile(r"<[^>]*>")
_PARAGRAPH = re.compile(r"<(p|h[1-6])((?: [^>]*)?)>(.*?)</\1>", re.DOTALL)

_ENOUGH = 20_000
"""Characters of a text that are looked at."""


class NoteDirection(Struct, frozen=True):
    """Which way the text of a note runs."""

    value: str
    """``ltr``, ``rtl`` or ``auto``, as the ``dir`` of its element."""
    mixed: bool = False
    """The author did not say so: a paragraph of the other direction goes by its own letters."""


def of_note(note: LinkedNote) -> NoteDirection:
    """Return which way a note runs: its own ``dir`` decides, then its own ``lang``, then its letters."""
    said = note.compiled.publishing
    if said.direction:
        return NoteDirection(said.direction)
    if said.language:
        return NoteDirection(of_language(said.language), mixed=True)
    return NoteDirection(of_text(note.compiled.text) or "auto", mixed=True)


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
        known = _REGIONS.get(f"{language}-{part}")
        if known:
            return "rtl" if known == "rtl" else "ltr"
    return "rtl" if language in _LANGUAGES else "ltr"


def of_text(text: str) -> Direction | None:
    """Return which way the letters of a text run; None where none of them runs from right to left.

    A third is enough: such texts are full of foreign names, and others quote a word or two.

    >>> of_text("AlexNet هو شبكة عصبية"), of_text("the word سلام means peace"), of_text("words")
    ('rtl', 'ltr', None)
    """
    if text.isascii():
        return None
    begin = text[:_ENOUGH]
    against = len(_RTL.findall(begin))
    if not against:
        return None
    return "rtl" if 3 * against > len(_LETTER.findall(begin)) else "ltr"
