"""Which words of a front matter hide its note or keep it out of lists: in doubt, they do (FM-30, FM-31)."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

Hiding = Literal["", "said", "doubtful"]
"""``said`` by ``publish: false`` or ``draft: true``; anything else that seems to ask for it is doubtful."""

_YES = frozenset({"true", "yes", "y", "on", "1"})

_NO = frozenset({"false", "no", "n", "off", "0", "never", "none", "not"})

_UNREADY = frozenset({"draft", "hidden", "private", "secret", "unpublished", "internal"})

_PUBLISHES = frozenset({"published", "public", "dgpublish", "share"})
"""Of Jekyll and Hexo, Logseq, Digital Garden, Enveloppe; ``published`` may hold a date as well."""

_HIDES = frozenset({"draft", "private"})
"""Hide a note with any value that is not a plain no."""

_HIDES_IF_TRUE = frozenset({"hidden", "secret", "unpublished", "confidential", "nopublish", "donotpublish"})

_STATES = frozenset({"status", "visibility", "access", "poststatus"})
"""Say what becomes of a note in one of several words; about its state more often than about its page."""

_OF_THE_WORK = frozenset({"status", "poststatus"})

_NESTED = frozenset({"publish", "published", "draft", "private"})

_KEYS = {"publish"} | _PUBLISHES | _HIDES | _HIDES_IF_TRUE | _STATES

_SIGNS = re.compile(r"[\W_]+")

_LINE = re.compile(
    r"""(?:^|[{,]) [^\S\n]* (?:[-*+>][^\S\n]+)* (?P<quote>["'“”‘’]?) (?P<name>\w[\w -]{0,30}) ["'“”‘’]?
        [^\S\n]* [:：=]+ [^\S\n]* (?P<value>"[^"\n]*"|'[^'\n]*'|[^,}\n]*)""",
    re.VERBOSE | re.MULTILINE,
)
"""A property, as far as that can be told where the whole cannot be read."""


def hiding(name: str, values: Sequence[str]) -> Hiding:
    """Tell whether a property hides its note.

    Parameters
    ----------
    name
        Of the property, in any spelling.
    values
        Its value, or its values.

    Examples
    --------
    >>> hiding("publish", ["false"]), hiding("Publish", ["hidden"]), hiding("published", ["2012"])
    ('said', 'doubtful', '')
    >>> hiding("draft", ["no"]), hiding("dg-publish", ["false"]), hiding("status", ["Draft"])
    ('', 'doubtful', 'doubtful')
    """
    key = _plain(name)
    words = [word for value in values if (word := _word(value))]
    if key == "publish":
        if not all(word in _YES for word in words):
            return "said" if _is(values, "false") else "doubtful"
    elif key in _PUBLISHES:
        return "doubtful" if any(word in _NO or word in _UNREADY for word in words) else ""
    elif key in _HIDES:
        if not all(word in _NO for word in words):
            return "said" if key == "draft" and _is(values, "true") else "doubtful"
    elif key in _HIDES_IF_TRUE:
        return "doubtful" if any(word in _YES for word in words) else ""
    elif key in _STATES:
        return "doubtful" if any(word in _UNREADY for word in words) else ""
    return ""


def unlisting(name: str, values: Sequence[str]) -> bool:
    """Tell whether a property keeps its note out of lists.

    >>> unlisting("un-listed", ["x"]), unlisting("unlisted", ["no"]), unlisting("access", ["Unlisted"])
    (True, False, True)
    """
    key = _plain(name)
    if key != "unlisted" and key not in _STATES:
        return False
    words = [word for value in values if (word := _word(value))]
    return "unlisted" in words if key in _STATES else not all(word in _NO for word in words)


def is_about_hiding(name: str) -> bool:
    """Tell whether a property may hide its note at all."""
    return _plain(name) in _KEYS


def yields(name: str) -> bool:
    """Tell whether ``publish: true`` is stronger: a status is more often that of the work than the page."""
    return _plain(name) in _OF_THE_WORK


def hides_when_nested(name: str) -> bool:
    """Tell whether a name counts inside of other data too, where no program looks for it."""
    return _plain(name) in _NESTED


def hiding_lines(text: str) -> Iterator[tuple[int, str]]:
    r"""Yield the lines of a text that hide their note, from 0, each with the property.

    >>> list(hiding_lines("title: @x\n\tDraft : “yes”"))
    [(1, 'Draft')]
    """
    return _lines(text, hiding)


def unlisting_lines(text: str) -> Iterator[tuple[int, str]]:
    r"""Yield the lines of a text that keep their note out of lists, from 0, each with the property.

    >>> list(unlisting_lines("title: @x\n{unlisted: true}"))
    [(1, 'unlisted')]
    """
    return _lines(text, unlisting)


def _lines(text: str, asks: Callable[[str, Sequence[str]], object]) -> Iterator[tuple[int, str]]:
    line, counted = 0, 0
    for found in _LINE.finditer(text):
        name = found["name"].strip()
        if asks(name, [found["value"].partition(" #")[0]]):
            line += text.count("\n", counted, found.start("name"))
            counted = found.start("name")
            yield line, name


def _is(values: Sequence[str], word: str) -> bool:
    return any(value.strip().lower() == word for value in values)


@functools.lru_cache(maxsize=1_000)
def _plain(name: str) -> str:
    """Return a name without its case, its signs and how its letters are encoded."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", name)).casefold()


def _word(value: str) -> str:
    """Return a value without case, blanks and quotes."""
    folded = unicodedata.normalize("NFKC", value).casefold()
    return folded.strip().strip("\"'“”‘’`.").strip()
