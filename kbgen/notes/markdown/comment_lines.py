"""Comments on lines of their own: as if those lines were not there (IN-01).

Only the parser knows where ``%%`` begins a comment, and only without its lines can it see that a
paragraph, table, quote or list goes on below. So a note in which one may is parsed twice: once to
find the comments, and again without their lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import cast

from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from msgspec.structs import replace

from kbgen.notes.markdown.comment_text import COMMENTS
from kbgen.notes.markdown.context import context_of
from kbgen.notes.markdown.dispatch import DispatchBlock
from kbgen.notes.markdown.offsets import BlockState

_QUOTE_PREFIX = " \t>"

_HTML_COMMENT = re.compile(r"\s*+(?:<!--(?:(?!-->).)*+-->\s*+)++", re.DOTALL)

_WORDS = {"paragraph_open", "inline", "paragraph_close"}

_QUOTES_AND_LISTS = {"blockquote_close", "bullet_list_close", "ordered_list_close"}

_MAY_GO_ON = {"bullet_list_close", "ordered_list_close", "footnote_close", "code_block"}
"""Ends of blocks that may go on behind an empty line."""

_GOES_ON = re.compile(r"[ \t]|[-+*][ \t]|\d{1,9}[.)][ \t]")

_Stretch = tuple[int, int, int]
"""First line, line behind the last, and how many characters of the first stand before the comment."""


def parse_blocks(state: StateCore) -> None:
    """Parse the blocks of a note, in the place of markdown-it's rule."""
    context = context_of(state.env)
    earlier = len(context.faults)
    state.md.block.parse(state.src, state.md, state.env, state.tokens)
    if "%%" not in state.src and "<!--" not in state.src:
        return
    found = list(_on_their_own_lines(state.tokens, context.lines))
    if not any(matters for _, _, matters in found):
        return
    del context.faults[earlier:]
    context.footnotes.clear()
    state.env.pop("references", None)
    state.tokens = []
    kept = _parse_without([stretch for _, stretch, _ in found], state)
    for token in state.tokens:
        if token.map:
            first, after = token.map
            token.map = [kept[first], kept[after - 1] + 1 if after > first else kept[first]]
    above = context.first_line + 1
    context.faults[earlier:] = [
        replace(fault, line=kept[fault.line - above] + above) for fault in context.faults[earlier:]
    ]
    for label, line in context.footnotes.items():
        context.footnotes[label] = kept[line]
    context.comments = [token for token, _, _ in found]


def _parse_without(stretches: Sequence[_Stretch], state: StateCore) -> list[int]:
    """Parse the blocks; return the source's line for each line that was seen, and for their end."""
    tables = cast("DispatchBlock", state.md.block).ruler.tables(state.src)
    block = BlockState(state.src, state.md, state.env, state.tokens, tables)
    gone: set[int] = set()
    pieces: list[str] = []
    done = 0
    for first, after, before in stretches:
        gone.update(range(first, after))
        if before:
            gone.discard(first)
            block.eMarks[first] = block.bMarks[first] + before
            pieces += (state.src[done : block.eMarks[first]], "\n")
            done = block.eMarks[first] + 1
    block.src = "".join([*pieces, state.src[done:]])
    kept = [line for line in range(len(block.bMarks)) if line not in gone]
    for marks in (block.bMarks, block.eMarks, block.tShift, block.sCount, block.bsCount):
        marks[:] = [marks[line] for line in kept]
    block.lineMax = len(kept) - 1
    state.md.block.tokenize(block, 0, block.lineMax)
    return kept


def _on_their_own_lines(
    tokens: Sequence[Token], lines: Sequence[str]
) -> Iterator[tuple[Token, _Stretch, bool]]:
    """Yield comments with their lines, and whether what stands around may be more than they part."""
    ended = ""
    stretch, parts = None, False
    row = -1  # the line behind a comment in a table, which looks like a paragraph until it is gone
    for index, token in enumerate(tokens):
        following = tokens[index + 1].type if index + 1 < len(tokens) else ""
        if "follows" in token.meta:
            parts = parts or following == "block_id"
        elif token.type == "comment":
            stretch = _stretch(token, lines)
            parts = stretch is not None and _may_part(token, stretch, ended, following, lines)
        elif token.type == "html_block" and _HTML_COMMENT.fullmatch(token.content):
            stretch = _between_alike(token, ended, following, lines)
            parts = True
        else:
            if token.type not in _WORDS or (token.map and token.map[0] != row):
                ended = token.type
            continue
        if stretch is not None:
            yield token, stretch, parts
            row = stretch[1] if ended == "table_close" else -1


def _stretch(comment: Token, lines: Sequence[str]) -> _Stretch | None:
    """Return the lines of a comment; None where words stand behind it, or it goes to the note's end."""
    first = (comment.map or [0])[0]
    column = comment.meta["column"] - 1
    content = comment.content
    last = first + content.count("\n")
    end = len(content) - content.rfind("\n") - 1 + (column + 2 if last == first else 0)
    if lines[last][end : end + 2] != "%%" or not COMMENTS.fullmatch(lines[last], end + 2):
        return None
    before = lines[first][:column]
    if not before.strip(_QUOTE_PREFIX):
        return first, last + 1, 0
    return (first, last + 1, len(before.rstrip())) if last > first else None


def _between_alike(html: Token, ended: str, following: str, lines: Sequence[str]) -> _Stretch | None:
    """Return the lines of a comment of HTML right between two rows, two quotes or two lists.

    In a paragraph, or with empty lines around it, it parts what it parts in CommonMark.
    """
    first, after = html.map or (0, 1)
    if not _between(first, after, lines, _QUOTE_PREFIX):
        return None
    if ended == "table_close":
        alike = "|" in lines[after]
    else:
        alike = ended in _QUOTES_AND_LISTS and following == ended.replace("close", "open")
    return (first, after, 0) if alike else None


def _between(first: int, after: int, lines: Sequence[str], empty: str) -> bool:
    """Tell whether lines stand right above and below that hold more than what may stand in empty ones."""
    return all(0 <= line < len(lines) and lines[line].strip(empty) for line in (first - 1, after))


def _may_part(comment: Token, stretch: _Stretch, ended: str, following: str, lines: Sequence[str]) -> bool:
    """Tell whether a comment may part what would be one without its lines."""
    first, after, before = stretch
    if comment.level or before or _between(first, after, lines, " \t") or following == "block_id":
        return True
    if ended not in _MAY_GO_ON:
        return False
    while after < len(lines) and not lines[after].strip():
        after += 1
    return after < len(lines) and _GOES_ON.match(lines[after]) is not None
