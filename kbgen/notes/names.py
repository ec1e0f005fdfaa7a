"""A set of names, written as a text: there may be more of them than anybody wants to read one a line."""

from __future__ import annotations


def names(text: str) -> frozenset[str]:
    """Return the words of a text.

    >>> sorted(names("td th"))
    ['td', 'th']
    """
    return frozenset(text.split())
