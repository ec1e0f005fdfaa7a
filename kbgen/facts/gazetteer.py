"""Spot names in a text, all in one pass: most texts name nothing that is known, and need not be read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from ahocorasick_rs import AhoCorasick
from msgspec import Struct

from kbgen.facts.fact import Name
from kbgen.lazy_expression import lazy_expression
from kbgen.phrases import Phrasebook, stems

_MAY_BE_ACCENTED = r"[^\W\d_\x00-\x7f\u0370-\u1cff\u3000-\u31ff\u3400-\ua6ff\uac00-\ufaff]"
# Said twice and not with a plus: only what begins with a plain class is looked for by the class alone.
ACCENTED = lazy_expression(f"{_MAY_BE_ACCENTED}{_MAY_BE_ACCENTED}*")
"""Letters that may be one of a to z without their accents: none is in the scripts that are left out."""
_PLAIN = re.compile(r"(?:[a-z]+\.?|[0-9]+)?")
_REST = re.compile(r"(?:y|ies|e?s)?(?![a-z])")
"""How a word may go on behind what all its forms begin with."""
_MAX_SUFFIX_CHARS = 8
"""Characters by which a word and the gap behind it may be longer in a text than in a name."""


class _Phrase(Struct, frozen=True):
    """A name in words."""

    text: str
    words: tuple[str, ...]
    """Each as all its forms begin."""
    reach: int
    """How far from one of its words it may go on."""
    cased: tuple[str, ...] = ()
    """The only spellings that it has, where it is no name in all of them."""

    @property
    def telltale(self) -> str:
        """The word that is looked for."""
        return max(self.words, key=lambda word: (len(word), word.isalpha()))


class Gazetteer:
    """Names to look for.

    A name in any case is looked for by its longest word, and where that stands, by all of it; one that is
    known in its own case alone is looked for as it is written.

    Parameters
    ----------
    names
        Of subjects.

    Examples
    --------
    >>> spotter = Gazetteer([Name("resnet", ("Residual network",)), Name("oslo", ("Oslo",), exact=True)])
    >>> [spotter.may_contain(text) for text in ("residual_networks", "a residual doubt", "Oslo", "oslo")]
    [True, False, True, False]
    """

    def __init__(self, names: Iterable[Name]) -> None:
        exact: dict[str, None] = {}
        phrases: list[_Phrase] = []
        for name in names:
            if name.exact:
                exact.update(dict.fromkeys(filter(_begins_and_ends, name.names)))
                continue
            for each in name.names:
                cased = tuple(other for other in name.cased if other.casefold() == each.casefold())
                words = tuple(map(_begin, stems(each)))
                reach = len(each) + _MAX_SUFFIX_CHARS * (len(words) + 1)
                phrases.append(_Phrase(each, words, reach, cased))
        self._exact = _automaton(list(exact))
        self._book = Phrasebook((phrase.text, phrase) for phrase in phrases)
        plain: dict[str, list[_Phrase]] = {}
        foreign: list[_Phrase] = []
        for phrase in phrases:
            if all(map(_PLAIN.fullmatch, phrase.words)):
                plain.setdefault(phrase.telltale, []).append(phrase)
            else:
                foreign.append(phrase)
        plain.pop("", None)
        self._telltales = _automaton(list(plain))
        self._told = tuple(map(tuple, plain.values()))
        """For each telltale the names that have it."""
        self._foreign = Phrasebook((phrase.text, phrase) for phrase in foreign) if foreign else None

    def may_contain(self, text: str) -> bool:
        """Tell whether some words may hold one of the names; ``False`` is certain, ``True`` nearly so."""
        return self._may_contain_exact(text) or self._may_contain_any_case(text)

    def _may_contain_exact(self, text: str) -> bool:
        if self._exact is None:
            return False
        return any(
            not (_joined(text, start) or _joined(text, end))
            for _, start, end in self._exact.find_matches_as_indexes(text, overlapping=True)
        )

    def _may_contain_any_case(self, text: str) -> bool:
        folded = text.casefold()
        if not folded.isascii():
            if self._foreign is not None and any(True for _ in self._foreign.find(text)):
                return True
            folded = ACCENTED.sub(lambda found: _unaccented(found[0]), folded)
        if self._telltales is None:
            return False
        return any(
            _may_end(folded, end)
            and not _joined(folded, start)
            and any(self._stands(phrase, folded, start, text) for phrase in self._told[number])
            for number, start, end in self._telltales.find_matches_as_indexes(folded, overlapping=True)
        )

    def _stands(self, phrase: _Phrase, folded: str, at: int, text: str) -> bool:
        """Tell whether a phrase may stand around a place, and words without its case do not disprove it."""
        around = folded[max(0, at - phrase.reach) : at + phrase.reach]
        for word in phrase.words:  # most stand there by one of their words alone
            if word not in around:
                return False
        return any(
            _has_case(found.entry, around[found.start : found.end], text) for found in self._book.find(around)
        )


def _automaton(patterns: Sequence[str]) -> AhoCorasick | None:
    return AhoCorasick(patterns) if patterns else None


def _begins_and_ends(phrase: str) -> bool:
    """Tell whether a phrase can be found: what is found begins and ends with a word."""
    return phrase[:1].isalnum() and phrase[-1:].isalnum()


def _begin(stem: str) -> str:
    """Return what all forms of a word begin with: *compan* of *company* and *companies*."""
    return stem.removesuffix("y")


def _joined(text: str, at: int) -> bool:
    """Tell whether a place is inside a run of letters or of digits."""
    if not 0 < at < len(text):
        return False
    one, other = text[at - 1], text[at]
    return (one.isalpha() and other.isalpha()) or (one.isdecimal() and other.isdecimal())


def _may_end(folded: str, at: int) -> bool:
    """Tell whether a word may end at a place or a little behind it; a number may before any letter."""
    if folded[at - 1].isdecimal():
        return not _joined(folded, at)
    return _REST.match(folded, at) is not None


@lru_cache(maxsize=1 << 12)  # few letters have accents, and they come in few runs
def _unaccented(letters: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(c))


def _has_case(phrase: _Phrase, written: str, text: str) -> bool:
    """Tell whether a name may stand there in its own case."""
    if not phrase.cased or not written.isalpha():
        return True  # of several words, which may hide another name
    return written != phrase.text.casefold() or any(each in text for each in phrase.cased)
