"""What a link of Obsidian shows, and the size that an embed may have in the place of words."""

from __future__ import annotations

import re

_SIZE = re.compile(r"(\d+)(?:x(\d+))?")


def size_of(segment: str) -> tuple[int, int] | None:
    """Return width and height of ``100`` or ``100x145``; None for other words (EM-10).

    >>> size_of("100"), size_of("100x145"), size_of("100px"), size_of("x50")
    ((100, 0), (100, 145), None, None)
    """
    found = _SIZE.fullmatch(segment.strip())
    if found is None or len(segment) > 12:
        return None
    return int(found[1]), int(found[2] or 0)


def display_text(target: str, subpath: str) -> str:
    """Return what a link without words of its own shows (WL-02).

    >>> display_text("Note", "A#B"), display_text("", "H"), display_text("Note", "^id")
    ('Note > A > B', 'H', 'Note')
    """
    if subpath.startswith("^"):
        return target or subpath
    parts = [target, *subpath.split("#")]
    return " > ".join(part.strip() for part in parts if part.strip())
