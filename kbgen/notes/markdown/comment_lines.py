"""Comments on lines of their own: as if those lines were not there (IN-01).

Only the parser knows where ``%%`` begins a comment, and only without its lines can it see that a
paragraph, table, quote or list goes on below. So a note in which one may is parsed twice: once to
find the comments, and again without their lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from msgspec.structs import replace

from kbgen.notes.markdown.collected import collected

_MARKS_OF_QUOTES = " \t>"

_HTML_COMMENT = re.compile(r"\s*<!--(?:(?!-->).)*-->\s*", re.DOTALL)

_MAY_GO_ON = {"bullet_list_close", "ordered_list_close", "footnote_close", "code_block"}
"""Ends of blocks that may go on behind an empty line."""

_GOES_ON = re.compile(r"[ \t]|[-+*][ \t]|\d{1,9}[.)][ \t]")

_Stretch = tuple[int, int, int]
"""First line, line behind the last, and how many characters of the first stand before the comment."""


def comment_lines_plugin(md: MarkdownIt) -> None:
    """Put our way of parsing blocks in the place of markdown-it's."""
    md.core.ruler.at("block", _parse)


def _parse(state: StateCore) -> None:
    gathered = collected(state.env)
    earlier = len(gathered.faults)
    state.md.block.parse(state.src, state.md, state.env, state.tokens)
    if "%%" not in state.src and "<!--" not in state.src:
        return
    found = list(_on_their_own_lines(state.tokens, gathered.lines))
    if not any(matters for _, _, matters in found):
        return
    del gathered.faults[earlier:]
    gathered.footnotes.clear()
    state.env.pop("references", None)
    state.tokens = []
    kept = _parse_without([stretch for _, stretch, _ in found], state)
    for token in state.tokens:
        if token.map:
            first, after = token.map
            token.map = [kept[first], kept[after - 1] + 1 if after > first else kept[first]]
    above = gathered.first_line + 1
    gathered.faults[earlier:] = [
        replace(fault, line=kept[fault.line - above] + above) for fault in gathered.faults[earlier:]
    ]
    for label, line in gathered.footnotes.items():
        gathered.footnotes[label] = kept[line]
    gathered.comments = [token for token, _, _ in found]
    gathered.comment_lines = frozenset(range(kept[-1])).difference(kept)


def _parse_without(stretches: Sequence[_Stretch], state: StateCore) -> list[int]:
    """Parse the blocks; return the source's line for each line that was seen, and for their end."""
    block = StateBlock(state.src, state.md, state.env, state.tokens)
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
    for index, token in enumerate(tokens):
        if token.type == "comment":
            stretch = _stretch(token, lines)
        elif token.type == "html_block" and _HTML_COMMENT.fullmatch(token.content):
            stretch = _attached(token, lines)
        else:
            ended = token.type
            continue
        if stretch is not None:
            yield token, stretch, _may_part(token, stretch, ended, tokens[index + 1 :][:1], lines)


def _stretch(comment: Token, lines: Sequence[str]) -> _Stretch | None:
    """Return the lines of a comment; None where words stand behind it, or it goes to the note's end."""
    first = (comment.map or [0])[0]
    column = comment.meta["column"] - 1
    content = comment.content
    last = first + content.count("\n")
    end = len(content) - content.rfind("\n") - 1 + (column + 2 if last == first else 0)
    if lines[last][end : end + 2] != "%%" or lines[last][end + 2 :].strip():
        return None
    before = lines[first][:column]
    if not before.strip(_MARKS_OF_QUOTES):
        return first, last + 1, 0
    return (first, last + 1, len(before.rstrip())) if last > first else None


def _attached(html: Token, lines: Sequence[str]) -> _Stretch | None:
    """Return the lines of a comment of HTML if it stands right between others: alone, it parts lists."""
    first, after = html.map or (0, 1)
    if lines[first].lstrip(_MARKS_OF_QUOTES).startswith("<!--") and _between(
        first, after, lines, _MARKS_OF_QUOTES
    ):
        return first, after, 0
    return None


def _between(first: int, after: int, lines: Sequence[str], empty: str) -> bool:
    """Tell whether lines stand right above and below that hold more than what may stand in empty ones."""
    return all(0 <= line < len(lines) and lines[line].strip(empty) for line in (first - 1, after))


def _may_part(
    comment: Token, stretch: _Stretch, ended: str, following: Sequence[Token], lines: Sequence[str]
) -> bool:
    first, after, before = stretch
    if comment.level or before or _between(first, after, lines, " \t"):
        return True
    if following and following[0].type == "block_id":
        return True
    if ended not in _MAY_GO_ON:
        return False
    below = next((line for line in lines[after:] if line.strip()), "")
    return _GOES_ON.match(below) is not None
