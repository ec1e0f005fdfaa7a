"""Find any of many phrases in a text: most texts hold the first word of none, which is told at a glance."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct

_RUN = re.compile(r"\w\w*")  # so, and not with a plus, the first character is looked for by its class


class PhraseFinder(Struct, frozen=True):
    """Phrases in any case, each as whole words, the longest first."""

    pattern: re.Pattern[str]
    begins: frozenset[str] | None
    """What a text holds one of if it holds a phrase; ``None`` where not all begin with a plain word."""

    def stands_in(self, text: str) -> bool:
        """Tell whether a text holds a phrase.

        Examples
        --------
        >>> finder = phrase_finder(["as", "no fewer than"])
        >>> [finder.stands_in(text) for text in ("As long as", "No FEWER than", "fewer than", "was")]
        [True, True, False, False]
        """
        if self.begins is not None and self.begins.isdisjoint(_runs(text)):
            return False
        return self.pattern.search(text) is not None


def phrase_finder(phrases: Iterable[str]) -> PhraseFinder:
    """Return what finds some phrases."""
    ordered = sorted(phrases, key=len, reverse=True)
    begins = [_RUN.match(phrase) for phrase in ordered]
    plain = all(begin is not None and begin[0].isascii() for begin in begins)
    return PhraseFinder(
        re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, ordered))})(?!\w)", re.IGNORECASE),
        frozenset(begin[0].lower() for begin in begins if begin) if plain else None,
    )


@lru_cache(maxsize=4)  # a text is asked about the words of several finders in turn
def _runs(text: str) -> frozenset[str]:
    """Return the runs of letters and figures in a text, in the case in which expressions compare them."""
    if text.isascii():
        return frozenset(_RUN.findall(text.lower()))
    return frozenset(map(_folded, _RUN.findall(text)))


def _folded(run: str) -> str:
    """Return a run without case: whatever an expression takes for one of a to z becomes that letter."""
    return run.casefold().replace("i\u0307", "i").replace("\u0131", "i")
