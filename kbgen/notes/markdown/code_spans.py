"""Where code begins and ends among words: backticks in equal number, looked up and not searched for.

A run of backticks that nothing closes costs a search through the rest of its line; with runs of
growing length there are many such.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

_TICKS = re.compile("`+")


def matches_and_code(
    pattern: re.Pattern[str], text: str, start: int = 0, end: int | None = None
) -> Iterator[tuple[int, int]]:
    r"""Yield where what a pattern finds begins and ends, with code whole.

    Parameters
    ----------
    pattern
        Finds a run of backticks, and whatever else. A run that no other of its length closes in
        its line is passed over.
    text
        What is searched.
    start
        Where the search begins.
    end
        Where it ends; by default with the text.

    Examples
    --------
    >>> list(matches_and_code(re.compile(r"`+|\$"), "``` $ ``a ` $`` $"))
    [(4, 5), (6, 15), (16, 17)]
    """
    end = len(text) if end is None else end
    runs: dict[int, list[int]] = {}
    for found in _TICKS.finditer(text, start, end):
        runs.setdefault(len(found[0]), []).append(found.start())
    while (begun := pattern.search(text, start, end)) is not None:
        start = stop = begun.end()
        if begun[0].startswith("`"):
            same = runs.get(len(begun[0]), [])
            closing = bisect_right(same, begun.start())
            if closing == len(same) or text.find("\n", start, same[closing]) >= 0:
                continue
            start = stop = same[closing] + len(begun[0])
        yield begun.start(), stop
