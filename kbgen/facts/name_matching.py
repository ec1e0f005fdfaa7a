"""Find a name in some words: as it is known, with another number, or turned into its opposite."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from kbgen.phrases import stem

_NUMBER = re.compile(r"\d+")
_TOKEN = re.compile(r"[^\W\d_]+|\d+")

_OPPOSITES = (
    ("faster", "slower"),
    ("more", "less"),
    ("more", "fewer"),
    ("reduced", "increased"),
    ("reduced", "more"),
    ("less", "more"),
    ("later", "earlier"),
    ("higher", "lower"),
    ("better", "worse"),
    ("deeper", "shallower"),
    ("larger", "smaller"),
    ("parallel", "serial"),
    ("parallel", "sequential"),
    ("parallelized", "serialized"),
    ("superseded", "adopted"),
    ("effective", "ineffective"),
)


def find_phrase(phrase: str, text: str) -> tuple[int, int] | None:
    """Find a phrase in a text, whatever its case, hyphens and plurals.

    Examples
    --------
    >>> find_phrase("co-author", "Co-Authors"), find_phrase("GTX 580", "2× GTX580")
    ((0, 10), (3, 9))
    >>> find_phrase("GTX 580", "GTX 5801")
    """
    wanted = [word for word, _, _ in _tokens(phrase)]
    words = _tokens(text)
    for index in range(len(words) - len(wanted) + 1):
        window = words[index : index + len(wanted)]
        if [word for word, _, _ in window] == wanted and all(
            window[n + 1][1] - window[n][2] <= 3 for n in range(len(window) - 1)
        ):
            return window[0][1], window[-1][2]
    return None


@lru_cache(maxsize=1024)
def _tokens(text: str) -> Sequence[tuple[str, int, int]]:
    """Return the stems in a text with their places; each text is looked into for many phrases in turn."""
    return tuple((stem(found[0]), found.start(), found.end()) for found in _TOKEN.finditer(text))


def other_number(value: str, text: str) -> tuple[int, int] | None:
    """Find a name with other digits.

    Examples
    --------
    >>> other_number("GTX 580", "2× GTX-480"), other_number("GTX 580", "GTX 580")
    ((3, 10), None)
    """
    parts = [r"[-‐‑\s]?".join(map(re.escape, part.split(" "))) for part in _NUMBER.split(value)]
    if len(parts) == 1 or not any(part.strip() for part in parts):
        return None
    for found in re.finditer(r"\b" + r"\d+".join(parts) + r"(?!\d)", text, re.IGNORECASE):
        if not find_phrase(value, found[0]):
            return found.span()
    return None


def opposite(value: str, text: str) -> tuple[int, int] | None:
    """Find a phrase in which one word is turned round.

    Examples
    --------
    >>> opposite("faster training", "Slower training than before")
    (0, 15)
    """
    words = value.casefold().split()
    for one, other in (*_OPPOSITES, *((b, a) for a, b in _OPPOSITES)):
        if one in words:
            place = find_phrase(" ".join(other if word == one else word for word in words), text)
            if place:
                return place
    return None
