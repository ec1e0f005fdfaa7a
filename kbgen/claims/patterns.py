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
from collections.abc import Mapping
from functools import lru_cache

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


@lru_cache(maxsize=512)
def pattern(text: str, names: tuple[tuple[str, str], ...] = ()) -> re.Pattern[str]:
    """Compile a pattern.

    Parameters
    ----------
    text
        Letters of the table, classes ``[NY]`` and ``[^x]`` of them, ``<name>`` for another pattern, and
        the signs of regular expressions. White space does not count.
    names
        The patterns that may be named in it.

    Examples
    --------
    >>> bool(pattern("S h a* (?P<value>N) m* T").match("<S><h><N><m><T>"))
    True
    """
    return re.compile(_expanded(text, dict(names)))


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


def _expanded(text: str, names: Mapping[str, str]) -> str:
    parts: list[str] = []
    position = 0
    while position < len(text):
        found = _PIECE.match(text, position)
        if found is None:
            raise ValueError(f"the pattern {text!r} cannot be read at {text[position:]!r}")
        if found["class"]:
            parts.append(f"(?:{element(found['class'], negated=bool(found['not']))})")
        elif found["name"]:
            parts.append(f"(?:{_expanded(names[found['name']], names)})")
        elif found["letter"]:
            if found["letter"] not in LETTERS:
                raise ValueError(f"the pattern {text!r} has the letter {found['letter']!r}, which is no tag")
            parts.append(f"(?:{element(found['letter'])})")
        elif not found["space"]:
            parts.append(found[0])
        position = found.end()
    return "".join(parts)
