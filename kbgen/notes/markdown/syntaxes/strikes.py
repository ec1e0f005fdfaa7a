"""``~~struck~~``: two tildes strike words, and any other number of them is as it is written (IN-03)."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.strikethrough import tokenize
from markdown_it.token import Token

from kbgen.notes.markdown.syntax import Syntax

_RUN = re.compile("~+")


def _use(md: MarkdownIt) -> None:
    """Put a rule around that for tildes among words."""
    md.inline.ruler.at("strikethrough", _delimiters)


def _delimiters(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    if silent:  # asks again at each tilde of a run
        return False
    run = _RUN.match(state.src, state.pos, state.posMax)
    if run is None:
        return False
    if len(run[0]) == 2:
        return tokenize(state, silent)
    state.append_pending(run[0])
    state.pos = run.end()
    return True


def _open_html(_token: Token) -> str:
    return "<del>"


def _close_html(_token: Token) -> str:
    return "</del>"


SYNTAX = Syntax(
    name="strikes",
    use=_use,
    inline_triggers={"strikethrough": "~"},
    html={"s_open": _open_html, "s_close": _close_html},
)
