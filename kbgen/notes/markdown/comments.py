"""``%%comment%%``: never shown, in a line, over lines, or to the end of the note (IN-01).

What a comment holds is kept for the author's own graph (TAG-10, WL-11), as hidden
links and tags.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from kbgen.notes.markdown.collected import collected

_MARK = re.compile(r"(?<!%)%%(?!%)")
"""Exactly two."""

_ENDS_A_PARAGRAPH = ["paragraph", "reference", "blockquote", "list"]


def comments_plugin(md: MarkdownIt) -> None:
    """Register the block rules and the inline rule."""
    md.block.ruler.before("table", "comment_block", _block, {"alt": _ENDS_A_PARAGRAPH})
    md.block.ruler.before("paragraph", "comment_from_text", _from_text)
    md.inline.ruler.before("escape", "comment", _inline)


def _block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001
    begin = state.bMarks[start_line] + state.tShift[start_line]
    if not state.src.startswith("%%", begin) or state.is_code_block(start_line):
        return False
    opening = _MARK.match(state.src, begin, state.eMarks[start_line] + 1)
    if opening is None:
        return False
    closing = _MARK.search(state.src, opening.end(), state.eMarks[start_line])
    if closing is not None:
        rest = state.src[closing.end() : state.eMarks[start_line]]
        if rest.strip():
            return False  # words follow on the line: a paragraph that begins with a comment
        if not silent:
            state.line = start_line + 1
            _push(state, start_line, state.src[opening.end() : closing.start()])
        return True
    if silent:
        return True
    _close_below(state, start_line, opening.end(), end_line)
    return True


def _close_below(state: StateBlock, start_line: int, inside: int, end_line: int) -> None:
    """Hide from ``inside`` to the closing mark in a later line, or to the end of the note."""
    for line in range(start_line + 1, end_line):
        closing = _MARK.search(state.src, state.bMarks[line], state.eMarks[line])
        if closing is None:
            continue
        _push(state, start_line, state.src[inside : closing.start()])
        if state.src[closing.end() : state.eMarks[line]].strip():
            # Let the words after the mark begin the next block, on this same line.
            offset = closing.end()
            while state.src[offset] in " \t":
                offset += 1
            state.bMarks[line] = offset
            state.tShift[line] = 0
            state.sCount[line] = state.blkIndent
            state.line = line
        else:
            state.line = line + 1
        return
    gathered = collected(state.env)
    column = inside - 2 - (state.src.rfind("\n", 0, inside) + 1) + 1
    gathered.fault(
        "KB113",
        start_line,
        column,
        "This %% comment is never closed; the note is hidden from here to its end.",
        "Close it with %%.",
    )
    _push(state, start_line, state.src[inside:])
    for line in range(start_line, len(state.bMarks)):
        # Nothing that holds this block shall see the rest either.
        state.bMarks[line] = state.eMarks[line]
        state.tShift[line] = 0
    state.line = end_line


def _push(state: StateBlock, line: int, content: str) -> None:
    token = state.push("comment", "", 0)
    token.block = True
    token.hidden = True
    token.content = content
    token.map = [line, state.line]


def _from_text(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001
    """Handle a comment that opens behind words of a line and closes in a later block.

    Without this the lines between would be shown, and they are what the author hid.
    """
    if silent:
        return False
    begin, end = state.bMarks[start_line] + state.tShift[start_line], state.eMarks[start_line]
    if state.src.find("%%", begin, end) < 0:
        return False
    marks = list(_MARK.finditer(state.src, begin, end))
    if len(marks) % 2 == 0:
        return False
    opening = marks[-1]
    before = state.src[begin : opening.start()]
    if before.strip() and not before[-1].isspace():
        return False  # "100%% sure"
    if before.count("`") % 2:
        return False  # inside a code span
    paragraph_end = start_line + 1
    while paragraph_end < end_line and not state.isEmpty(paragraph_end):
        if _MARK.search(state.src, state.bMarks[paragraph_end], state.eMarks[paragraph_end]):
            return False  # closed within the paragraph: the inline rule takes it
        paragraph_end += 1
    if not any(
        _MARK.search(state.src, state.bMarks[line], state.eMarks[line])
        for line in range(paragraph_end, end_line)
    ):
        return False
    token = state.push("paragraph_open", "p", 1)
    token.map = [start_line, start_line + 1]
    token = state.push("inline", "", 0)
    token.content = before.strip()
    token.map = [start_line, start_line + 1]
    token.children = []
    state.push("paragraph_close", "p", -1)
    _close_below(state, start_line, opening.end(), end_line)
    return True


def _inline(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    opening = _MARK.match(state.src, state.pos, state.posMax)
    if opening is None:
        return False
    closing = _MARK.search(state.src, opening.end(), state.posMax)
    if closing is None:
        return False
    if not silent:
        token = state.push("comment", "", 0)
        token.hidden = True
        token.content = state.src[opening.end() : closing.start()]
        token.meta = {"pos": state.pos}
    state.pos = closing.end()
    return True
