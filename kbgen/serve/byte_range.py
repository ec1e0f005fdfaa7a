"""The part of a file that a player asks for: without it no film can be wound forward."""

from __future__ import annotations

import re

_ONE = re.compile(r"bytes=([0-9]*)-([0-9]*)")


class Unsatisfiable(Exception):  # noqa: N818 - the name that HTTP has for it
    """What is asked for lies past the end."""


def byte_range(header: str, size: int) -> range | None:
    """Return the bytes that are asked for, None for all of them.

    Several ranges at once, or one that cannot be read, may be answered with the whole file, and are.

    Parameters
    ----------
    header
        As the request has it, ``""`` if it has none.
    size
        Of the file.

    Raises
    ------
    Unsatisfiable
        If none of them is there.

    Examples
    --------
    >>> byte_range("bytes=2-", 10), byte_range("bytes=2-3", 10), byte_range("bytes=-3", 10)
    (range(2, 10), range(2, 4), range(7, 10))
    >>> byte_range("", 10), byte_range("bytes=4-2", 10), byte_range("bytes=0-1,3-4", 10)
    (None, None, None)
    """
    found = _ONE.fullmatch(header.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        wanted = range(max(size - int(found[2]), 0), size)
    else:
        first = int(found[1])
        last = int(found[2]) if found[2] else size - 1
        if found[2] and last < first:
            return None
        wanted = range(first, min(last + 1, size))
    if not wanted:
        raise Unsatisfiable
    return wanted
