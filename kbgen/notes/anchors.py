"""Names of headings: the id they get on a page, and the key by which a link finds them."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable

RESERVED_IDS = frozenset({"backlinks", "toc", "breadcrumbs"})
"""Ids of the page's own parts; a heading of that name gets a number."""

_NOT_IN_ID = re.compile(r"[^\w-]+")
_MARKS = frozenset({"Mn", "Mc"})
_PUNCTUATION = str.maketrans(dict.fromkeys(string.punctuation, " "))


def slug(text: str) -> str:
    """Return the id that a heading would have if no other had it (HD-06).

    >>> slug("What's new?"), slug("日本語 と C++"), slug("हिन्दी"), slug("???")
    ('what-s-new', '日本語-と-c', 'हिन्दी', 'section')
    """
    text = unicodedata.normalize("NFC", text).lower()
    if not text.isascii():
        # \\w leaves out the vowel signs and accents that many scripts write as marks.
        text = "".join(
            letter if letter.isalnum() or letter in "_-" or unicodedata.category(letter) in _MARKS else " "
            for letter in text
        )
        return "-".join(text.split()).strip("-") or "section"
    return _NOT_IN_ID.sub("-", text).strip("-") or "section"


def unique_ids(texts: Iterable[str]) -> list[str]:
    """Return one id a heading, all different, in the order given (HD-03).

    A number is never added where that would take the natural id of another heading.

    >>> unique_ids(["Usage", "Usage", "Usage 1", "TOC"])
    ['usage', 'usage-2', 'usage-1', 'toc-1']
    """
    natural = [slug(text) for text in texts]
    taken = set(natural) | RESERVED_IDS
    seen: set[str] = set(RESERVED_IDS)
    next_number: dict[str, int] = {}
    ids = []
    for name in natural:
        chosen = name
        if name in seen:
            number = next_number.get(name, 1)
            while (chosen := f"{name}-{number}") in taken:
                number += 1
            next_number[name] = number + 1
            taken.add(chosen)
        seen.add(chosen)
        ids.append(chosen)
    return ids


def heading_key(text: str) -> str:
    """Return what is compared when a link names a heading (HD-01).

    >>> heading_key("What's New?") == heading_key("what s new")
    True
    """
    return " ".join(text.translate(_PUNCTUATION).split()).casefold()
