"""``%%comment%%``: never shown, in a line, over lines, or to the end of the note (IN-01).

What a comment holds is kept for the author's own graph (TAG-10, WL-11), as hidden
links and tags. A comment goes over the borders of paragraphs, quotes and lists: from
its first mark all is hidden up to the next mark, whatever stands between.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from kbgen.notes.markdown.block_walk import BlockWalk
from kbgen.notes.markdown.code_spans import matches_and_code
from kbgen.notes.markdown.comment_contents import keep_comment, keep_comment_block
from kbgen.notes.markdown.comment_lines import parse_blocks
from kbgen.notes.markdown.comment_text import COMMENTS, OPEN_OR_CLOSED
from kbgen.notes.markdown.context import context_of
from kbgen.notes.markdown.inline_walk import InlineWalk
from kbgen.notes.markdown.offsets import contiguous
from kbgen.notes.markdown.syntax import ANY, Syntax
from kbgen.notes.markdown.tokens import PlacedToken, content_of

_DELIMITER = re.compile(r"(?<!%)%%(?!%)")
"""Exactly two."""

_LITERAL = re.compile(r"`+|\$[^$\n]+\$|\\%")
"""What begins code, and maths and escapes within a line: a mark in them is none."""

_HAS_OWN_LINES = re.compile(r">|[-+*][ \t]|\d{1,9}[.)][ \t]|```|~~~|\$\$|\[\^[^\]\s]+\]:")
"""Quotes, lists and footnotes ask again for what they hold; code and maths are literal."""

_GOES_ON = re.compile(r"[ \t]*[^\W\d_]")
"""A line that continues a paragraph, whatever stands above it."""

_ENDS_A_PARAGRAPH = ["paragraph", "reference", "blockquote", "list"]


def _use(md: MarkdownIt) -> None:
    """Register the block rules and the inline rule."""
    md.block.ruler.before("code", "comment_block", _block, {"alt": _ENDS_A_PARAGRAPH})
    md.block.ruler.before("code", "comment_from_text", _from_text, {"alt": _ENDS_A_PARAGRAPH})
    md.core.ruler.at("block", parse_blocks)
    md.inline.ruler.before("escape", "comment", _inline)


def _may_hold_any(source: str) -> bool:
    return "%%" in source


def _block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001
    """Handle a comment at the beginning of a line, with nothing behind it but other comments."""
    begin = state.bMarks[start_line] + state.tShift[start_line]
    if not state.src.startswith("%%", begin) or state.is_code_block(start_line):
        return False
    opening = _DELIMITER.match(state.src, begin, state.eMarks[start_line] + 1)
    if opening is None:
        return False
    closing = _DELIMITER.search(state.src, opening.end(), state.eMarks[start_line])
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
    marks = list(_DELIMITER.finditer(words))
    if len(marks) % 2 == 0:
        return None
    opening = marks[-1].start()
    if opening and words[opening - 1].isalnum():
        return None  # "100%% sure"
    if _DELIMITER.search(state.src, end) is None:
        return None
    return begin + opening


def _without_literals(words: str) -> str:
    """Put spaces in the place of code, maths and escapes."""
    parts: list[str] = []
    kept = 0
    for begin, end in matches_and_code(_LITERAL, words):
        parts += (words[kept:begin], " " * (end - begin))
        kept = end
    return "".join([*parts, words[kept:]])


def _closes_among_words(state: StateBlock, line: int, opening: int, end_line: int) -> bool:
    """Tell whether the comment ends in the paragraph in which it begins."""
    begin = state.bMarks[line] + state.tShift[line]
    if state.parentType == "table" or state.src.startswith(("#", "|", "[!"), begin):
        return False  # a row, a heading and the title of a callout are of one line
    closing = _DELIMITER.search(state.src, opening + 2)
    while closing is not None and line + 1 < end_line and closing.start() > state.eMarks[line]:
        line += 1
        if not _GOES_ON.match(state.src, state.bMarks[line], state.eMarks[line]):
            return False
    return closing is not None and closing.start() < state.eMarks[line]


def _hide(state: StateBlock, start_line: int, opening: int, end_line: int) -> None:
    """Hide from ``opening`` to the closing mark in a later line, or to the end of the note."""
    closing = _DELIMITER.search(state.src, state.eMarks[start_line])
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
    for found in OPEN_OR_CLOSED.finditer(state.src, opening, state.eMarks[line]):
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


def _inline(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    opening = _DELIMITER.match(state.src, state.pos, state.posMax)
    if opening is None:
        return False
    closing = _DELIMITER.search(state.src, opening.end(), state.posMax)
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


def _keep(walk: InlineWalk, token: PlacedToken) -> None:
    keep_comment(walk.context, token.content, token.pos + len("%%"), walk.offsets)


def _keep_literal(walk: InlineWalk, token: PlacedToken) -> None:
    walk.fault(
        token,
        "KB113",
        "This %% begins a comment that never ends; it is shown.",
        "Close it with %%, or put it into `code`.",
    )
    walk.keep_as_text(token)


def _keep_block(walk: BlockWalk, token: Token) -> None:
    keep_comment_block(walk.context, token)


def _nothing(_token: Token) -> str:
    return ""


SYNTAX = Syntax(
    name="comments",
    use=_use,
    after=("block_ids",),
    block_triggers={"comment_block": "%", "comment_from_text": ANY},
    block_needs={"comment_from_text": _may_hold_any},
    inline_triggers={"comment": "%"},
    html={"comment": _nothing},
    text={"literal_comment": content_of},
    on_inline={"comment": _keep, "literal_comment": _keep_literal},
    on_block={"comment": _keep_block},
)
