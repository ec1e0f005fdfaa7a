"""Code, and blocks that only the app can run: highlighted, or said to be what they are (IN-09, EM-12)."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock, fence
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from kbgen.notes.holes import hole
from kbgen.notes.markdown.app_blocks import app_block, app_box
from kbgen.notes.markdown.bindings import bind_block
from kbgen.notes.markdown.block_walk import BlockWalk
from kbgen.notes.markdown.comment_text import cut_comments
from kbgen.notes.markdown.context import context_of
from kbgen.notes.markdown.info_strings import language_of
from kbgen.notes.markdown.offsets import BlockState
from kbgen.notes.markdown.syntax import ANY, Syntax
from kbgen.notes.markdown.text_diagrams import keep_diagram

if TYPE_CHECKING:
    from pygments.formatters import HtmlFormatter
    from pygments.lexer import Lexer

_MAX_HIGHLIGHTED_CHARS = 20_000
"""Characters of code that are highlighted; beyond it colour helps nobody.

Rules for languages look far ahead, so that the time for one block grows with its square.
"""

_MAX_LINE_CHARS = 1_000
"""Characters of a line of such code."""

_AROUND_WORDS = re.compile(r"~{3,}[^\s~](?:[^~]*[^\s~])?~{3,}[ \t]*")
"""``~~~words~~~``, which could be a fence; but then all below it would be code."""

_GAP = re.compile(r"\s{200}")
"""Blanks and empty lines, through which each rule for a line looks anew."""

_MAX_WORK = 1_000_000_000
"""The squares of the lengths of all code that is highlighted in one note."""


def _use(md: MarkdownIt) -> None:
    """Put a rule around that for fences, and register their check."""
    md.block.ruler.at("fence", _fence, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    md.core.ruler.before("block_ids", "fences", _check)
    md.add_render_rule("fence", _fence_html)


def _may_be_indented(source: str) -> bool:
    """Tell whether a line may stand in by four columns."""
    return "    " in source or "\t" in source


def _fence(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001
    begin = state.bMarks[start_line] + state.tShift[start_line]
    if _AROUND_WORDS.fullmatch(state.src, begin, state.eMarks[start_line]):
        return False
    if not fence(state, start_line, end_line, silent):
        return False
    if not silent:
        state.tokens[-1].meta["offsets"] = cast("BlockState", state).cut()
    return True


def _fence_html(
    _renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, env: EnvType
) -> str:
    """Write a fenced block: highlighted, or as what it is for the app."""
    token = tokens[index]
    language = language_of(token)
    if for_app := app_block(token.info):
        return app_box(*for_app, context_of(env).locale)
    if language == "mermaid":
        context_of(env).features.add("mermaid")
        return f'<pre class="mermaid">{escapeHtml(token.content)}</pre>\n'
    before = hole(f".{token.meta['hole']}") if "hole" in token.meta else ""
    if not language:
        return f"<pre><code>{before}{escapeHtml(token.content)}</code></pre>\n"
    name = escapeHtml(language)
    lexer = _lexer(language)
    if lexer is None or "plain" in token.meta:
        return f'<pre><code class="language-{name}">{before}{escapeHtml(token.content)}</code></pre>\n'
    context_of(env).features.add("code")
    return (
        f'<div class="kb-highlight" data-language="{name}"><pre>'
        f'<code class="language-{name}">{before}{_highlight(token.content, lexer)}</code></pre></div>\n'
    )


@functools.cache
def _lexer(language: str) -> Lexer | None:
    from pygments.lexers import get_lexer_by_name  # noqa: PLC0415 (only notes with code pay for it)
    from pygments.util import ClassNotFound  # noqa: PLC0415

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def _highlight(code: str, lexer: Lexer) -> str:
    from pygments import highlight  # noqa: PLC0415 (only notes with code pay for it)

    return highlight(code, lexer, _formatter())


@functools.cache
def _formatter() -> HtmlFormatter[str]:
    """Return the formatter; making one costs as much as a block does."""
    from pygments.formatters import HtmlFormatter  # noqa: PLC0415 (only notes with code pay for it)

    return HtmlFormatter(nowrap=True)


def _check(state: StateCore) -> None:
    if "```" not in state.src and "~~~" not in state.src:
        return
    context = context_of(state.env)
    total = len(context.lines)
    while total and not context.lines[total - 1].strip():
        total -= 1
    work = 0
    for token in state.tokens:
        if token.type != "fence" or token.map is None:
            continue
        work += len(token.content) ** 2
        if work > _MAX_WORK or _is_slow(token.content):
            token.meta = {**token.meta, "plain": True}
        first, after = token.map
        if after >= total and (after - first < 2 or not _closes(context.lines[after - 1], token.markup)):
            bare = cut_comments(token.content)  # it may not have been meant as code
            if bare != token.content:
                token.content = bare
                token.meta = {**token.meta, "cut": True}  # its lines are no longer those of the source
            context.fault(
                "KB114",
                first,
                1,
                f"This code block ({token.markup}) is never closed; it runs to the end of the note.",
                f"Close it with {token.markup}.",
            )
        if for_app := app_block(token.info):
            language, what = for_app
            context.fault(
                "KB127",
                first,
                1,
                f"This {language} block is {what}; the site says so in its place.",
            )


def _is_slow(code: str) -> bool:
    """Tell whether to highlight a block may take long."""
    if len(code) <= _MAX_LINE_CHARS:
        return _GAP.search(code) is not None
    longest = max(map(len, code.split("\n")))
    return len(code) > _MAX_HIGHLIGHTED_CHARS or longest > _MAX_LINE_CHARS or _GAP.search(code) is not None


def _closes(line: str, markup: str) -> bool:
    marks = line.strip().lstrip("> \t")
    return len(marks) >= len(markup) and marks.strip(markup[0]) == ""


def _indented_html(token: Token) -> str:
    before = hole(f".{token.meta['hole']}") if "hole" in token.meta else ""
    return f"<pre><code>{before}{escapeHtml(token.content)}</code></pre>\n"


def _keep_fence(walk: BlockWalk, token: Token) -> None:
    if not bind_block(token, walk.context):
        keep_diagram(token, walk.context, walk.list_depth)


def _keep_indented(walk: BlockWalk, token: Token) -> None:
    keep_diagram(token, walk.context, walk.list_depth)


SYNTAX = Syntax(
    name="code_blocks",
    use=_use,
    after=("block_ids",),
    block_triggers={"fence": "`~", "code": ANY},
    block_needs={"code": _may_be_indented},
    html={"code_block": _indented_html},
    on_block={"fence": _keep_fence, "code_block": _keep_indented},
)
