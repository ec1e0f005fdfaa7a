"""`` `code` `` among words; `` `fact: a.b` `` is a place that a fact fills (IN-09)."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_inline import StateInline, backtick
from markdown_it.token import Token

from kbgen.notes.markdown.bindings import bind_value, fact_named
from kbgen.notes.markdown.inline_walk import InlineWalk
from kbgen.notes.markdown.positions import placed
from kbgen.notes.markdown.syntax import Syntax
from kbgen.notes.markdown.tokens import PlacedToken, content_of


def _use(md: MarkdownIt) -> None:
    """Put a rule around that for backticks."""
    md.inline.ruler.at("backticks", _code)


def _code(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    start, made = state.pos, len(state.tokens)
    if not backtick(state, silent):
        return False
    if not silent and len(state.tokens) > made and state.tokens[-1].type == "code_inline":
        token = state.tokens[-1]
        marks = len(token.markup)
        blanks = (state.pos - start - 2 * marks - len(token.content)) // 2
        placed(token).runs = [(0, start + marks + blanks, len(token.content))]
        if token.content.startswith("fact:") and state.src.find("\n", start, state.pos) >= 0:
            token.meta["folded"] = True
    return True


def _keep(walk: InlineWalk, token: PlacedToken) -> None:
    shown: Token = token
    if name := fact_named(token):
        line, column = walk.place(token)
        shown = bind_value(token, name, walk.context, walk.context.file_line(line), column)
    walk.text.map_to(shown)
    walk.text.add_verbatim(token)
    walk.out.append(shown)


def _html(token: Token) -> str:
    return f"<code>{escapeHtml(token.content)}</code>"


SYNTAX = Syntax(
    name="inline_code",
    use=_use,
    inline_triggers={"backticks": "`"},
    html={"code_inline": _html},
    text={"code_inline": content_of},
    on_inline={"code_inline": _keep},
)
