"""Code, and blocks that only the app can run: highlighted, or said to be what they are (IN-09, EM-12)."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml, unescapeAll
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from kbgen.notes.holes import hole
from kbgen.notes.markdown.app_blocks import app_block, app_box
from kbgen.notes.markdown.comments import without_comments
from kbgen.notes.markdown.context import context_of

if TYPE_CHECKING:
    from pygments.lexer import Lexer

_LANGUAGE = re.compile(r"[^\s{,:]+")

_LONGEST = 20_000
"""Characters of code that are highlighted; beyond it colour helps nobody.

Rules for languages look far ahead, so that the time for one block grows with its square.
"""

_LONGEST_LINE = 1_000
"""Characters of a line of such code."""

_GAP = re.compile(r"\s{200}")
"""Blanks and empty lines, through which each rule for a line looks anew."""

_MOST = 1_000_000_000
"""The squares of the lengths of all code that is highlighted in one note."""


def code_plugin(md: MarkdownIt) -> None:
    """Register the check of fences."""
    md.core.ruler.after("block", "fences", _check)


def language_of(token: Token) -> str:
    """Return the language of a fence, lower case; ``""`` if it names none."""
    found = _LANGUAGE.match(unescapeAll(token.info).strip())
    return found[0].lower() if found else ""


def render_fence(token: Token, env: object) -> str:
    """Return the HTML of a fenced block."""
    language = language_of(token)
    if for_app := app_block(token.info):
        return app_box(*for_app)
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
    from pygments.formatters import HtmlFormatter  # noqa: PLC0415

    return highlight(code, lexer, HtmlFormatter(nowrap=True))


def _check(state: StateCore) -> None:
    context = context_of(state.env)
    total = len(context.lines)
    while total and not context.lines[total - 1].strip():
        total -= 1
    work = 0
    for token in state.tokens:
        if token.type != "fence" or token.map is None:
            continue
        work += len(token.content) ** 2
        if work > _MOST or _is_slow(token.content):
            token.meta = {**token.meta, "plain": True}
        first, after = token.map
        if after >= total and (after - first < 2 or not _closes(context.lines[after - 1], token.markup)):
            bare = without_comments(token.content)  # it may not have been meant as code
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
                *("KB127", first, 1),
                f"This {language} block is {what}; the site says so in its place.",
            )


def _is_slow(code: str) -> bool:
    """Tell whether to highlight a block may take long."""
    if len(code) <= _LONGEST_LINE:
        return _GAP.search(code) is not None
    longest = max(map(len, code.split("\n")))
    return len(code) > _LONGEST or longest > _LONGEST_LINE or _GAP.search(code) is not None


def _closes(line: str, markup: str) -> bool:
    marks = line.strip().lstrip("> \t")
    return len(marks) >= len(markup) and marks.strip(markup[0]) == ""
