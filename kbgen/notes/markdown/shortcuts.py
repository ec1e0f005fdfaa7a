"""Short ways through markdown-it's slowest steps, for the common case; the rest goes the long way."""

from __future__ import annotations

import re
from types import SimpleNamespace

from markdown_it import MarkdownIt, helpers
from markdown_it.helpers.parse_link_destination import _Result
from markdown_it.rules_block import StateBlock, lheading

_PLAIN_DESTINATION = re.compile(r"[^\s<>()\\&\x00-\x20\x7f][^\s()\\&\x00-\x20\x7f]*(?=[)\s])")
_UNDERLINES = frozenset("=-")


def shortcuts_plugin(md: MarkdownIt) -> None:
    """Put the shortcuts in the place of the steps."""
    md.helpers = SimpleNamespace(  # type: ignore[assignment]
        parseLinkLabel=helpers.parseLinkLabel,
        parseLinkDestination=_destination,
        parseLinkTitle=helpers.parseLinkTitle,
    )
    md.block.ruler.at("lheading", _setext_heading)


def _destination(source: str, position: int, maximum: int) -> _Result:
    """Return a link's destination; one without brackets, escapes and entities by one match."""
    found = _PLAIN_DESTINATION.match(source, position, maximum)
    if found is None:
        return helpers.parseLinkDestination(source, position, maximum)
    result = _Result()
    result.ok, result.pos, result.str = True, found.end(), found[0]
    return result


def _setext_heading(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001
    """Ask markdown-it's rule only if a line below begins with ``=`` or ``-``."""
    line = start_line + 1
    while line < end_line:
        begin = state.bMarks[line] + state.tShift[line]
        if begin >= state.eMarks[line]:
            return False
        if state.src[begin] in _UNDERLINES:
            return lheading(state, start_line, end_line, silent)
        line += 1
    return False
