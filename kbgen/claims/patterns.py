"""Patterns over tagged words: a letter stands for a word by what it does, all else is a regular expression.

====== ============================================= ====== ======================================
letter stands for                                    letter stands for
====== ============================================= ====== ======================================
S      a subject                                     h      has, contains, consists of
P      a part of one                                 b      is, was
T      a property                                    r      reached, scored
V      a variant                                     d      the, a
K      a common noun for a subject: the model        g s    its; *'s*
L Q F  a name that is a value; a step; a filler      p      it, she
N      a number; also Y X D O                        o w i  of; with, using; in, on
Y      one that may be a year                        y f t  by; for; to
X D O  a shape; a date; an ordinal                   a m    about, only; total, trainable
U u    another word, with a capital or without       l z x  also; which, but; what unbinds
c e k  comma; end of a sentence; colon               n E    and; there
j q    dash; equals sign                             { }    parentheses
v      another implementation, variant, exercise     G W H  a topic; what narrows; *content*
A      who made it
====== ============================================= ====== ======================================

The letters B, C, I, J, M, R and Z stand for words that compare; ``grammar/comparisons.toml`` has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache

LETTERS = frozenset("BCIJMRZSPTVKLQFNYXDOUuceskjqhbrdgpowiyftamlzxnAEGHvW{}/")


def element(letters: str, *, negated: bool = False) -> str:
    """Return the expression for one word with one of some tags, or with none of them.

    Examples
    --------
    >>> element("S"), element("NY"), element("x", negated=True)
    ('<[^<>]*S[^<>]*>', '<[^<>]*[NY][^<>]*>', '<(?![^<>]*x)[^<>]*>')
    """
    one = letters if len(letters) == 1 else f"[{letters}]"
    return f"<(?![^<>]*{one})[^<>]*>" if negated else f"<[^<>]*{one}[^<>]*>"


class WordPattern:
    """A pattern over tagged words, which is compiled when it meets a text that has all tags that it needs.

    Parameters
    ----------
    text
        Letters of the table, classes ``[NY]`` and ``[^x]`` of them, ``<name>`` for another pattern, and
        the signs of regular expressions. White space does not count.
    names
        The patterns that may be named in it.

    Examples
    --------
    >>> bool(WordPattern("S h a* (?P<value>N) m* T", {}).match("<S><h><N><m><T>"))
    True
    """

    def __init__(self, text: str, names: Mapping[str, str]) -> None:
        self._text = text
        self._names = names

    def match(self, text: str, start: int = 0) -> re.Match[str] | None:
        """Match at a place, as :meth:`re.Pattern.match` does; so do the others as those of their names."""
        return self.expression.match(text, start) if self._may_match(text) else None

    def fullmatch(self, text: str, start: int, end: int) -> re.Match[str] | None:
        """Match a stretch."""
        return self.expression.fullmatch(text, start, end) if self._may_match(text) else None

    def search(self, text: str) -> re.Match[str] | None:
        """Find the first place that matches."""
        return self.expression.search(text) if self._may_match(text) else None

    def finditer(self, text: str, start: int = 0) -> Iterator[re.Match[str]]:
        """Find all places that match."""
        return self.expression.finditer(text, start) if self._may_match(text) else iter(())

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """The regular expression."""
        return re.compile(_expanded(self._text, self._names))

    @cached_property
    def needs(self) -> frozenset[str]:
        """The tags that are in every text that matches: one at least of the letters in each."""
        return _needs(_pieces(self._text), self._names)

    def _may_match(self, text: str) -> bool:
        return all(letters in text or any(each in text for each in letters) for letters in self.needs)


@lru_cache(maxsize=512)
def pattern(text: str, names: tuple[tuple[str, str], ...] = ()) -> WordPattern:
    """Return a pattern, the same for the same text; for the parameters see :class:`WordPattern`."""
    return WordPattern(text, dict(names))


def group_start(found: re.Match[str], name: str) -> int:
    """Return where a group begins whose name may have any number behind it; -1 where none matched.

    Examples
    --------
    >>> group_start(re.compile("(?P<value1>a)|(?P<value2>b)").search("xb"), "value")
    1
    """
    return max(
        (found.start(each) for each in found.re.groupindex if each.rstrip("0123456789") == name), default=-1
    )


_PIECE = re.compile(
    r"(?P<group>\(\?(?:P<\w+>|P=\w+\)|[:=!]|<[=!]))|\[(?P<not>\^?)(?P<class>[^\]]+)\]|<(?P<name>[\w-]+)>"
    r"|(?P<end>\$)|(?P<repeat>\{\d+(?:,\d*)?\})|(?P<letter>[A-Za-z{}/])|(?P<sign>[()|?*+])|(?P<space>\s+)"
)


def _pieces(text: str) -> Iterator[re.Match[str]]:
    position = 0
    while position < len(text):
        found = _PIECE.match(text, position)
        if found is None:
            raise ValueError(f"the pattern {text!r} cannot be read at {text[position:]!r}")
        if found["letter"] and found["letter"] not in LETTERS:
            raise ValueError(f"the pattern {text!r} has the letter {found['letter']!r}, which is no tag")
        if not found["space"]:
            yield found
        position = found.end()


def _expanded(text: str, names: Mapping[str, str]) -> str:
    parts: list[str] = []
    for found in _pieces(text):
        if found["class"]:
            parts.append(f"(?:{element(found['class'], negated=bool(found['not']))})")
        elif found["name"]:
            parts.append(f"(?:{_expanded(names[found['name']], names)})")
        elif found["letter"]:
            parts.append(f"(?:{element(found['letter'])})")
        else:
            parts.append(found[0])
    return "".join(parts)


_NOTHING: frozenset[str] = frozenset()
_SIGHT = frozenset({"(?=", "(?!", "(?<=", "(?<!"})


def _needs(pieces: Iterator[re.Match[str]], names: Mapping[str, str]) -> frozenset[str]:
    """Return the classes of letters of which every match has one, up to the end of a group or of all."""
    ways: list[frozenset[str]] = []
    needed = last = _NOTHING
    for found in pieces:
        sign = found["sign"] or found["repeat"] or ""
        if sign == ")":
            break
        if sign == "|":
            ways.append(needed | last)
            needed = last = _NOTHING
        elif sign == "(" or found["group"]:
            needed |= last
            last = _needs(pieces, names) if not (found["group"] or "").startswith("(?P=") else _NOTHING
            last = _NOTHING if found["group"] in _SIGHT else last
        elif sign in {"*", "?"} or sign.startswith("{0"):
            last = _NOTHING
        elif found["letter"] or found["class"] or found["name"]:
            needed |= last
            last = _needs_of(found, names)
    ways.append(needed | last)
    first, *others = ways
    if not others:
        return first
    common = first.intersection(*others)
    # Whichever way is taken, it has what is needed there.
    either = {"".join(min(way) for way in ways)} if all(ways) else set()
    return common or frozenset(either)


def _needs_of(found: re.Match[str], names: Mapping[str, str]) -> frozenset[str]:
    if found["name"]:
        return _needs(_pieces(names[found["name"]]), names)
    return _NOTHING if found["not"] else frozenset({found["class"] or found["letter"]})
