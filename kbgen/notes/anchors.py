"""Names of headings: the id they get on a page, and the key by which a link finds them."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Callable, Iterable

from kbgen.notes.word_set import word_set

RESERVED_IDS = frozenset({"backlinks", "toc", "breadcrumbs"})
"""Ids of the page's own parts; a heading of that name gets a number."""

_TAKEN_BY_THE_PAGE = RESERVED_IDS | word_set(
    "search search-results explorer local-graph show-checks data katex"
)
_TAKEN_FORMS = re.compile(r"\^|kb:|fn:|fnref:|e\d+-|c\d+$")
"""How ids of blocks, parts of the page, footnotes, embeds and claims begin."""

_NO_ID = re.compile(r"[<>\"\x00-\x1f\x7f\ufdd0-\ufdd2\ufffd]")
_MAX_ID_CHARS = 200

_NOT_IN_ID = re.compile(r"[^\w-]+")
_COMBINING = frozenset({"Mn", "Mc"})
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
            letter
            if letter.isalnum() or letter in "_-" or unicodedata.category(letter) in _COMBINING
            else " "
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


class AuthorIds:
    """The ids that an author gives to elements of HTML, each with what it is called on the page.

    Parameters
    ----------
    headings
        Returns the ids of the note's headings; asked at the first id.
    """

    def __init__(self, headings: Callable[[], Iterable[str]]) -> None:
        self._headings = headings
        self._taken: set[str] = set()
        self.given: dict[str, str] = {}

    def give(self, name: str) -> str | None:
        """Return the id that an element gets; None where another has it, or it can be none.

        >>> ids = AuthorIds(lambda: ["usage"])
        >>> [ids.give(name) for name in ("faq-1", "faq-1", "usage", "toc", "^b", "a b")]
        ['faq-1', None, 'id-usage', 'id-toc', 'id-^b', 'a-b']
        """
        name = " ".join(name.split())
        if not name or name in self.given or len(name) > _MAX_ID_CHARS or _NO_ID.search(name):
            return None
        if not self.given:
            self._taken = {*self._headings(), *_TAKEN_BY_THE_PAGE}
        chosen = own = name.replace(" ", "-")
        number = 1
        while chosen in self._taken or _TAKEN_FORMS.match(chosen):
            chosen = f"id-{own}" if number == 1 else f"id-{own}-{number}"
            number += 1
        self._taken.add(chosen)
        self.given[name] = chosen
        return chosen

    def also(self, name: str, chosen: str) -> None:
        """Let a second name of an element lead to its id."""
        self.given.setdefault(" ".join(name.split()), chosen)
