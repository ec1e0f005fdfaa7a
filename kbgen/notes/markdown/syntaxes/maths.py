"""``$x$`` and ``$$x$$``: maths, without eating money (IN-06)."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from kbgen.notes.formulas import tex_to_text
from kbgen.notes.holes import hole
from kbgen.notes.markdown.code_spans import matches_and_code
from kbgen.notes.markdown.context import context_of
from kbgen.notes.markdown.inline_walk import InlineWalk
from kbgen.notes.markdown.positions import placed
from kbgen.notes.markdown.syntax import Syntax
from kbgen.notes.markdown.tokens import PlacedToken, content_of

_DOLLARS = re.compile(r"`+|\\.|\$\$")
"""Marks of display maths, and code and escapes, in which they are none."""

_OPEN = "open formula"
"""Key in the environment: the paragraph at hand, up to where it is counted, and its marks so far."""


def _use(md: MarkdownIt) -> None:
    """Register the inline rule and the block rule."""
    md.inline.ruler.before("escape", "maths", _inline)
    md.block.ruler.before(
        "fence", "maths_block", _block, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )


def _inline(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    start = state.pos
    source = state.src
    if source[start] != "$":
        return False
    if source.startswith("$$", start):
        end = _unescaped(source, "$$", start + 2, state.posMax)
        content = source[start + 2 : end] if end > 0 else ""
        if not content.strip():
            return False
        width, display = 2, True
    else:
        end = _unescaped(source, "$", start + 1, state.posMax)
        content = source[start + 1 : end] if end > 0 else ""
        after = source[end + 1 : end + 2]
        if not content or content[0].isspace() or content[-1].isspace() or after.isdigit() or after == "$":
            return False
        if "\n\n" in content:
            return False
        width, display = 1, False
    if not silent:
        token = placed(state.push("maths", "", 0))
        token.content = content.strip()
        token.meta["display"] = display
        blanks = len(content) - len(content.lstrip())
        token.runs = [(0, start + width + blanks, len(token.content))]
        context_of(state.env).features.add("math")
    state.pos = end + width
    return True


def _unescaped(source: str, mark: str, start: int, stop: int) -> int:
    r"""Return where ``mark`` next stands without a backslash before it; -1 if nowhere."""
    position = source.find(mark, start, stop)
    while position > 0:
        before = position
        while source[before - 1] == "\\" and before > start:
            before -= 1
        if (position - before) % 2 == 0:
            return position
        position = source.find(mark, position + 1, stop)
    return -1


def _formula_is_open(state: StateBlock, end: int) -> bool:
    """Tell whether the paragraph at hand holds a ``$$`` that waits for its end, which is here."""
    begin = state.bMarks[state.line] + state.tShift[state.line]
    start, counted, marks = state.env.get(_OPEN, (begin, begin, 0))
    if start != begin or counted > end:
        counted, marks = begin, 0
    source = state.src
    marks += sum(
        source.startswith("$$", found) for found, _ in matches_and_code(_DOLLARS, source, counted, end)
    )
    state.env[_OPEN] = (begin, end, marks)
    return bool(marks % 2)


def _block(  # noqa: C901 (each way in which a formula is none)
    state: StateBlock,
    start_line: int,
    end_line: int,
    silent: bool,  # noqa: FBT001
) -> bool:
    if state.is_code_block(start_line):
        return False
    first = state.bMarks[start_line] + state.tShift[start_line]
    among_words = silent and state.parentType == "paragraph"
    if not state.src.startswith("$$", first) or (among_words and _formula_is_open(state, first)):
        return False
    rest = state.src[first + 2 : state.eMarks[start_line]].rstrip()
    lines: list[str]
    if rest.endswith("$$"):
        if not rest[:-2].strip() or "$$" in rest[:-2]:
            return False
        lines, last_line = [rest[:-2]], start_line
    elif "$$" in rest:
        return False
    else:
        lines, last_line = [rest], start_line + 1
        while last_line < end_line:
            begin = state.bMarks[last_line] + state.tShift[last_line]
            if begin < state.eMarks[last_line] and state.sCount[last_line] < state.blkIndent:
                return False
            line = state.src[begin : state.eMarks[last_line]].rstrip()
            if "$$" in line:
                if not line.endswith("$$"):
                    return False
                lines.append(line[:-2])
                break
            lines.append(line)
            last_line += 1
        else:
            return False
    if silent:
        return True
    state.line = last_line + 1
    token = state.push("maths_block", "", 0)
    token.block = True
    token.content = "\n".join(lines).strip()
    token.map = [start_line, state.line]
    context_of(state.env).features.add("math")
    return True


def _keep(walk: InlineWalk, token: PlacedToken) -> None:
    walk.text.map_to(token)
    walk.text.add_formula(token)
    walk.out.append(token)


def _html(token: Token) -> str:
    """Write a formula among words, as TeX."""
    meta = token.meta
    kind = "math display" if meta["display"] else "math"
    formula = f'<span class="{kind}">{escapeHtml(token.content)}</span>'
    number = meta.get("hole")
    return formula if number is None else f"{hole(f'.{number}')}{formula}{hole(f':{number}')}"


def _block_html(token: Token) -> str:
    return f'<div class="math display">{escapeHtml(token.content)}</div>\n'


def _readable(token: Token) -> str:
    return tex_to_text(token.content)


SYNTAX = Syntax(
    name="maths",
    use=_use,
    after=("comments",),
    block_triggers={"maths_block": "$"},
    inline_triggers={"maths": "$"},
    html={"maths": _html, "maths_block": _block_html},
    text={"maths": content_of},
    readable_text={"maths": _readable},
    on_inline={"maths": _keep},
)
