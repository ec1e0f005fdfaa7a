"""What the author's own HTML does to what stands behind it, seen without parsing it."""

from __future__ import annotations

import re

_FILTERED = re.compile(
    r"<(?=/?(?:title|textarea|style|xmp|noembed|noframes|noscript|script|plaintext|template|select|frameset)\b)",
    re.IGNORECASE,
)
"""Tags that change how all that follows is read (the "tagfilter" of GitHub's Markdown, and more)."""

_PART_OF_CODE = re.compile(r"<(?:(script|style)\b|/(script|style)\s*+>)", re.IGNORECASE)
"""Where a script or a style sheet begins or ends."""

_OPENING = re.compile(
    r"<(?!(?:area|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)\b)[a-z]", re.IGNORECASE
)

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def is_line_break(markup: str) -> bool:
    """Tell whether a tag begins a line.

    >>> is_line_break("<BR />"), is_line_break("<b>")
    (True, False)
    """
    return _BREAK.fullmatch(markup) is not None


def filter_tags(markup: str) -> str:
    """Return the author's HTML with the tags as text that would swallow the rest of a note.

    >>> filter_tags("a <script> b"), filter_tags("<style>p {}</style> <b>")
    ('a &lt;script> b', ' <b>')
    """
    return _FILTERED.sub("&lt;", _without_code(markup)) if _FILTERED.search(markup) else markup


def _without_code(markup: str) -> str:
    """Leave out scripts and style sheets that are closed, with what they hold."""
    closings: dict[str, list[re.Match[str]]] = {"script": [], "style": []}
    parts = list(_PART_OF_CODE.finditer(markup))
    for found in reversed(parts):
        if found[2]:
            closings.setdefault(found[2].lower(), []).append(found)
    kept = behind = 0
    out: list[str] = []
    for found in parts:
        waiting = closings.get((found[1] or "").lower(), [])
        if found.start() < kept or not waiting:
            continue
        if behind <= found.end():
            behind = markup.find(">", found.end()) + 1 or len(markup)
        while waiting and waiting[-1].start() < behind:
            waiting.pop()
        if waiting:
            out.append(markup[kept : found.start()])
            kept = waiting[-1].end()
    return "".join([*out, markup[kept:]])


def tags_left_open(markup: str) -> int:
    """Return how many tags are opened and not closed, about."""
    return len(_OPENING.findall(markup)) - markup.count("</")
