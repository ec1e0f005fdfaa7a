"""``%%comment%%``: never shown, in a line, over lines, or to the end of the note (IN-01).

What a comment holds is kept for the author's own graph (TAG-10, WL-11), as hidden
links and tags. A comment goes over the borders of paragraphs, quotes and lists: from
its first mark all is hidden up to the next mark, whatever stands between.
"""

from __future__ import annotations

import re
from typing import cast

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, html_block
from markdown_it.rules_inline import StateInline

from kbgen.notes.markdown.code_spans import code_and
from kbgen.notes.markdown.context import context_of
from kbgen.notes.markdown.elements import begins_element
from kbgen.notes.markdown.offsets import BlockState, contiguous

_MARK = re.compile(r"(?<!%)%%(?!%)")
"""Exactly two."""

_LITERAL = re.compile(r"`+|\$[^$\n]+\$|\\%")
"""What begins code, and maths and escapes within a line: a mark in them is none."""

_HAS_OWN_LINES = re.compile(r">|[-+*][ \t]|\d{1,9}[.)][ \t]|```|~~~|\$\$|\[\^[^\]\s]+\]:")
"""Quotes, lists and footnotes ask again for what they hold; code and maths are literal."""

_GOES_ON = re.compile(r"[ \t]*[^\W\d_]")
"""A line that continues a paragraph, whatever stands above it."""

_LITERAL_HTML = re.compile(r"\s*<(?:pre|script|style|textarea|!|\?)", re.IGNORECASE)

_ENDS_A_PARAGRAPH = ["paragraph", "reference", "blockquote", "list"]

_ANY_COMMENT = re.compile(r"(?<!%)%%(?!%).*?(?:(?<!%)%%(?!%)|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL)


COMMENTS = re.compile(r"(?:[ \t]*+(?:%%(?!%)(?:(?!%%)[^\n])*+%%(?!%)|<!--(?:(?!-->)[^\n])*+-->))*+[ \t]*+")
"""Whole comments of one line, with nothing between them."""


def comments_plugin(md: MarkdownIt) -> None:
    """Register the block rules and the inline rule."""
    md.block.ruler.before("code", "comment_block", _block, {"alt": _ENDS_A_PARAGRAPH})
    md.block.ruler.before("code", "comment_from_text", _from_text, {"alt": _ENDS_A_PARAGRAPH})
    md.block.ruler.at("html_block", _html_block, {"alt": ["paragraph", "reference", "blockquote"]})
    md.inline.ruler.before("escape", "comment", _inline)


def without_comments(text: str) -> str:
    """Return a text without its comments and those of HTML, for where nothing else is parsed.

    >>> without_comments("a%%b%%c<!-- d -->e %% f")
    'ace '
    """
    return _ANY_COMMENT.sub("", text)


def _block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001
    """Handle a comment at the beginning of a line, with nothing behind it but other comments."""
    begin = state.bMarks[start_line] + state.tShift[start_line]
    if not state.src.startswith("%%", begin) or state.is_code_block(start_line):
        return False
    opening = _MARK.match(state.src, begin, state.eMarks[start_line] + 1)
    if opening is None:
        return False
    closing = _MARK.search(state.src, opening.end(), state.eMarks[start_line])
    if closing is not None:
        if not COMMENTS.fullmatch(state.src, closing.end(), state.eMarks[start_line]):
            return False  # words follow on the line: a paragraph that begins with a comment
        if not silent:
            state.line = start_line + 1
            _push_each(state, start_line, opening.start())
    elif not silent:
        _hide(state, start_line, opening.start(), end_line)
    return True


def _from_text(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001
    """Handle a comment that opens behind words of a line and closes in a later one.

    The line is parsed as if it ended where the comment begins.
    """
    begin, end = state.bMarks[start_line] + state.tShift[start_line], state.eMarks[start_line]
    if state.src.find("%%", begin, end) < 0 or state.is_code_block(start_line):
        return False
    opening = _opening(state, start_line)
    if opening is None or _HAS_OWN_LINES.match(state.src, begin, end):
        return False
    if opening > begin and _closes_among_words(state, start_line, opening, end_line):
        return False  # the inline rule takes it
    if silent:
        return True
    words_end = begin + len(state.src[begin:opening].rstrip())
    if words_end > begin:
        line_max, made = state.lineMax, len(state.tokens)
        state.lineMax, state.eMarks[start_line] = start_line + 1, words_end
        state.md.block.tokenize(state, start_line, start_line + 1)
        state.lineMax, state.eMarks[start_line] = line_max, end
        for token in state.tokens[made:]:
            if token.type == "html_block":  # takes one character more, the end of the line
                token.content = token.content[:-1] + "\n"
    _hide(state, start_line, opening, end_line)
    return True


def _opening(state: StateBlock, line: int) -> int | None:
    """Return where a comment opens that this line does not close, if some later line does."""
    begin, end = state.bMarks[line] + state.tShift[line], state.eMarks[line]
    words = _without_literals(state.src[begin:end])
    marks = list(_MARK.finditer(words))
    if len(marks) % 2 == 0:
        return None
    opening = marks[-1].start()
    if opening and words[opening - 1].isalnum():
        return None  # "100%% sure"
    if _MARK.search(state.src, end) is None:
        return None
    return begin + opening


def _without_literals(words: str) -> str:
    """Put spaces in the place of code, maths and escapes."""
    parts: list[str] = []
    kept = 0
    for begin, end in code_and(_LITERAL, words):
        parts += (words[kept:begin], " " * (end - begin))
        kept = end
    return "".join([*parts, words[kept:]])


def _closes_among_words(state: StateBlock, line: int, opening: int, end_line: int) -> bool:
    """Tell whether the comment ends in the paragraph in which it begins."""
    begin = state.bMarks[line] + state.tShift[line]
    if state.parentType == "table" or state.src.startswith(("#", "|", "[!"), begin):
        return False  # a row, a heading and the title of a callout are of one line
    closing = _MARK.search(state.src, opening + 2)
    while closing is not None and line + 1 < end_line and closing.start() > state.eMarks[line]:
        line += 1
        if not _GOES_ON.match(state.src, state.bMarks[line], state.eMarks[line]):
            return False
    return closing is not None and closing.start() < state.eMarks[line]


def _hide(state: StateBlock, start_line: int, opening: int, end_line: int) -> None:
    """Hide from ``opening`` to the closing mark in a later line, or to the end of the note."""
    closing = _MARK.search(state.src, state.eMarks[start_line])
    line = start_line + 1
    lines = len(state.bMarks) - 1
    while line < lines and (closing is None or state.eMarks[line] < closing.end()):
        # Nothing that holds this block shall see these lines either.
        state.bMarks[line] = state.eMarks[line]
        state.tShift[line] = 0
        line += 1
    if closing is None:
        context_of(state.env).fault(
            "KB113",
            start_line,
            _column(state, opening),
            "This %% comment is never closed; the note is hidden from here to its end.",
            "Close it with %%.",
        )
    elif line < lines:
        # Let the words after the mark begin the next block, on this same line.
        offset = closing.end()
        while offset < state.eMarks[line] and state.src[offset] in " \t":
            offset += 1
        state.bMarks[line] = offset
        state.tShift[line] = 0
        state.sCount[line] = state.blkIndent
    state.line = min(line, end_line)
    _push(state, start_line, opening, len(state.src) if closing is None else closing.start())


def _push_each(state: StateBlock, line: int, opening: int) -> None:
    """Push the comments of a line that holds nothing else; each but the first says that it follows."""
    for found in _ANY_COMMENT.finditer(state.src, opening, state.eMarks[line]):
        if found[0].startswith("%%"):
            _push(state, line, found.start(), found.end() - 2)
        else:
            token = state.push("html_block", "", 0)
            token.content = found[0] + "\n"
            token.map = [line, state.line]
            token.meta["offsets"] = contiguous(found.start())
        if found.start() > opening:
            state.tokens[-1].meta["follows"] = True


def _push(state: StateBlock, line: int, opening: int, end: int) -> None:
    token = state.push("comment", "", 0)
    token.block = True
    token.content = state.src[opening + 2 : end]
    token.map = [line, state.line]
    token.meta = {"column": _column(state, opening)}


def _column(state: StateBlock, offset: int) -> int:
    return offset - state.src.rfind("\n", 0, offset)


def _html_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001
    """Let the author's HTML end where a comment over lines begins."""
    if not html_block(state, start_line, end_line, silent):
        return False
    begin = state.bMarks[start_line] + state.tShift[start_line]
    if (
        state.src[begin + 1] not in "!?"
        and context_of(state.env).filter_html
        and not begins_element(state.src[begin : state.eMarks[start_line]], context_of(state.env))
    ):
        state.line = start_line  # no HTML, then, but words
        if not silent:
            state.tokens.pop()
        return False
    if silent:
        return True
    token = state.tokens[-1]
    token.meta["offsets"] = cast("BlockState", state).cut()
    if "%%" not in token.content or _LITERAL_HTML.match(token.content):
        return True
    for line in range(start_line + 1, state.line):
        begin = state.bMarks[line] + state.tShift[line]
        end = state.eMarks[line]
        if state.src.startswith("%%", begin) and len(_MARK.findall(state.src[begin:end])) % 2:
            state.line = line
            token.map = [start_line, line]
            token.content = state.getLines(start_line, line, state.blkIndent, True)
            break
    return True


def _inline(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    opening = _MARK.match(state.src, state.pos, state.posMax)
    if opening is None:
        return False
    closing = _MARK.search(state.src, opening.end(), state.posMax)
    if closing is None:
        if not silent:
            token = state.push("literal_comment", "", 0)
            token.content = opening[0]
            state.pos = opening.end()
        return not silent
    if not silent:
        if _alone(state, closing.end()):
            state.tokens.pop()  # the line goes, and so does what ends the one above
        token = state.push("comment", "", 0)
        token.content = state.src[opening.end() : closing.start()]
    state.pos = closing.end()
    return True


def _alone(state: StateInline, end: int) -> bool:
    """Tell whether a comment has its lines for itself, under a line with words."""
    if state.pending or not state.tokens or state.tokens[-1].type not in {"softbreak", "hardbreak"}:
        return False
    line_end = state.src.find("\n", end, state.posMax)
    return not state.src[end : line_end if line_end >= 0 else state.posMax].strip()
