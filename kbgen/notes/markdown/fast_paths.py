"""Short ways through markdown-it's slowest steps, for the common case; the rest goes the long way."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import cast

from markdown_it import MarkdownIt, helpers
from markdown_it.common.utils import unescapeAll
from markdown_it.helpers.parse_link_destination import _Result
from markdown_it.rules_block import StateBlock, hr
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline

from kbgen.notes.markdown.dispatch import DispatchInline
from kbgen.notes.markdown.offsets import indented_code
from kbgen.notes.markdown.paragraphs import paragraph, paragraph_or_heading
from kbgen.notes.markdown.positions import text_at

_PLAIN_DESTINATION = re.compile(r"[^<>()\\\x00-\x20\x7f][^()\\\x00-\x20\x7f]*(?=[)\x00-\x20])")
_THREE_SIGNS = re.compile(r"([-*_])(?:[ \t]*\1){2}")
_SEARCHED, _LAST = -1, -2
"""Keys in the cache of a paragraph, which is else by position."""


def fast_paths_plugin(md: MarkdownIt) -> None:
    """Put the shortcuts in the place of the steps."""
    md.helpers = SimpleNamespace(  # type: ignore[assignment]
        parseLinkLabel=_label,
        parseLinkDestination=_destination,
        parseLinkTitle=helpers.parseLinkTitle,
    )
    md.block.ruler.at("lheading", paragraph_or_heading)
    md.block.ruler.at("paragraph", paragraph)
    md.block.ruler.at("hr", _rule, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    md.block.ruler.at("code", indented_code)
    md.core.ruler.at("inline", _words)


def _words(state: StateCore) -> None:
    """Parse the words of each block; those without a special character are one text."""
    inline = cast("DispatchInline", state.md.inline)
    for token in state.tokens:
        if token.type == "inline":
            if inline.special.search(token.content):
                token.children = []
                inline.parse(token.content, state.md, state.env, token.children)
            elif token.content:
                token.children = [text_at(token.content, 0)]


def _rule(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001
    """Handle a line of three signs or more; most that begin with one are items or emphasis."""
    begin = state.bMarks[start_line] + state.tShift[start_line]
    if not _THREE_SIGNS.match(state.src, begin):
        return False
    return hr(state, start_line, end_line, silent)


def _label(state: StateInline, start: int, disable_nested: bool = False) -> int:  # noqa: FBT001, FBT002
    """Return where a link's words end; -1 at once where too much was searched in vain already.

    Each bracket that is never closed makes markdown-it read to the end of the paragraph.
    """
    last = state.cache.get(_LAST)
    if last is None:
        last = state.cache[_LAST] = state.src.rfind("]")
    searched = state.cache.get(_SEARCHED, 0)
    if start > last or searched > 50 * state.posMax + 10_000:
        return -1
    end = helpers.parseLinkLabel(state, start, disable_nested)
    if end < 0:
        state.cache[_SEARCHED] = searched + state.posMax - start
    return end


def _destination(source: str, position: int, maximum: int) -> _Result:
    """Return a link's destination; one without brackets and escapes by one match."""
    found = _PLAIN_DESTINATION.match(source, position, maximum)
    if found is None:
        return helpers.parseLinkDestination(source, position, maximum)
    result = _Result()
    result.ok, result.pos = True, found.end()
    result.str = unescapeAll(found[0]) if "&" in found[0] else found[0]
    return result
