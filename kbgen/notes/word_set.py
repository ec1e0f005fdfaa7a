"""A set of words, written as a text: there may be more of them than anybody wants to read one a line."""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text.

    >>> sorted(word_set("td th"))
    ['td', 'th']
    """
    return frozenset(text.split())
