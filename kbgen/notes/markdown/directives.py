"""``%% verify: ignore %%`` and ``<!-- verify: ignore -->``: comments that are meant for the verifier."""

from __future__ import annotations

import re
from collections.abc import Iterator

KEYWORD = "verify:"
"""Without it a comment is an ordinary one, as nearly all are."""

_DIRECTIVE = re.compile(rf"\s*({KEYWORD})")
_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)|(?<!%)%%(?!%)(.*?)(?<!%)%%(?!%)", re.DOTALL)


def directive_in(comment: str) -> tuple[int, str] | None:
    """Return where the directive of a comment begins, and its words; None if it is an ordinary one.

    >>> directive_in(" verify: ignore  (history) "), directive_in("to verify: all")
    ((1, 'ignore (history)'), None)
    """
    found = _DIRECTIVE.match(comment)
    return (found.start(1), " ".join(comment[found.end() :].split())) if found else None


def directives_in_html(markup: str) -> Iterator[tuple[int, str]]:
    """Yield the directives in the comments of the author's HTML, as :func:`directive_in` does."""
    for comment in _COMMENT.finditer(markup):
        group = 1 if comment[1] is not None else 2
        found = directive_in(comment[group])
        if found:
            yield comment.start(group) + found[0], found[1]
