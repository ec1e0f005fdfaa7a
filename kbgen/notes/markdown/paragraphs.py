"""Paragraphs, and headings with a line below them: their last line is looked for once.

markdown-it asks at each line of a paragraph what might end it, first for a heading, then for a paragraph.
"""

from __future__ import annotations

import re
from typing import cast

from markdown_it.common.utils import MD_TRIM_CHARS
from markdown_it.rules_block import StateBlock, lheading
from markdown_it.rules_block import paragraph as markdown_it_paragraph

from kbgen.notes.markdown.offsets import BlockState
from kbgen.notes.markdown.tokens import PlacedToken

_UNDERLINE = re.compile(r"(?:-+|=+)[ \t]*")


def paragraph(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001
    """Handle a paragraph, whose words know where they come from."""
    markdown_it_paragraph(state, start_line, end_line, silent)
    _place_words(state)
    return True


def paragraph_or_heading(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001
    """Handle a paragraph or a heading with a line below it, as markdown-it's two rules do."""
    if end_line != state.lineMax:  # a heading has to end there, and a paragraph has not
        if not lheading(state, start_line, end_line, silent):
            return False
        _place_words(state)
        return True
    (interrupted,) = state.md.block.ruler.getRules("paragraph")
    begins, shifts, ends, columns = state.bMarks, state.tShift, state.eMarks, state.sCount
    source, indent = state.src, state.blkIndent
    outer, state.parentType = state.parentType, "paragraph"
    line = start_line + 1
    underline = ""
    while line < end_line:
        begin = begins[line] + shifts[line]
        if begin >= ends[line]:
            break
        column = columns[line]
        if column - indent <= 3:  # else it goes on with the words, whatever stands there
            if column >= indent and source[begin] in "-=" and _UNDERLINE.fullmatch(source, begin, ends[line]):
                underline = source[begin]
                break
            if column >= 0 and interrupted(state, line, end_line, True):  # below 0 it has been looked at
                break
        line += 1
    state.parentType = outer
    _push(cast("BlockState", state), start_line, line, underline)
    return True


def _push(state: BlockState, start_line: int, after: int, underline: str) -> None:
    """Push the tokens of some lines, which are a heading if there is a line below them."""
    words = state.getLines(start_line, after, state.blkIndent, False)
    level = state.level
    kind, tag = ("heading", "h1" if underline == "=" else "h2") if underline else ("paragraph", "p")
    state.line = after + 1 if underline else after
    opening = PlacedToken(f"{kind}_open", tag, 1, level)
    inline = PlacedToken("inline", "", 0, level + 1, words.strip(MD_TRIM_CHARS))
    closing = PlacedToken(f"{kind}_close", tag, -1, level)
    opening.block = inline.block = closing.block = True
    opening.markup = closing.markup = underline
    opening.map, inline.map, inline.children = [start_line, state.line], [start_line, after], []
    state.tokens += (opening, inline, closing)
    _place_words(state)


def _place_words(state: StateBlock) -> None:
    """Say where words come from: from the lines that were cut out last, but for blanks before them."""
    lines = cast("BlockState", state)
    offsets = lines.cut()
    if lines.text[:1] in MD_TRIM_CHARS:
        offsets = offsets.after(len(lines.text) - len(lines.text.lstrip(MD_TRIM_CHARS)))
    state.tokens[-2].meta["offsets"] = offsets
