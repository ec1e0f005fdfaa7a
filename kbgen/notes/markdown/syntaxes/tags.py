"""``#tag`` in running text: the inline rule, TAG-01 to TAG-11."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from kbgen.notes.markdown.inline_walk import InlineWalk
from kbgen.notes.markdown.syntax import Syntax
from kbgen.notes.markdown.tokens import PlacedToken, hole_token
from kbgen.notes.model import Tag
from kbgen.notes.tags import TAG, clean_tag

_SLASHES = re.compile("//+")


def _use(md: MarkdownIt) -> None:
    """Register the rule."""
    md.inline.ruler.push("tag", _tag)


def _tag(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    start = state.pos
    source = state.src
    if source[start] != "#" or (start > 0 and not source[start - 1].isspace()) or state.linkLevel > 0:
        return False
    found = TAG.match(source, start + 1, state.posMax)
    if found is None:
        return False
    name = clean_tag(found[0])
    if name is None:
        return False
    if not silent:
        token = state.push("tag", "", 0)
        token.content = name
    state.pos = start + 1 + len(name) if source.startswith(name, start + 1) else found.end()
    return True


def _keep(walk: InlineWalk, token: PlacedToken) -> None:
    name = token.content
    words = "#" + name
    context = walk.context
    line, column = walk.place(token)
    shown = (
        PlacedToken("text", "", 0, 0, words) if walk.in_link else hole_token(f"t{len(context.tags)}", words)
    )
    walk.text.map_to(shown)
    walk.text.add_tag(words, token.pos)
    walk.out.append(shown)
    context.tags.append(Tag(name, context.file_line(line), column))
    if "//" in name:
        walk.fault(
            token, "KB112", f"A level of the tag {words} has no name.", f"Write #{_SLASHES.sub('/', name)}"
        )


def _words(token: Token) -> str:
    return "#" + token.content


SYNTAX = Syntax(
    name="tags",
    use=_use,
    inline_triggers={"tag": "#"},
    text={"tag": _words},
    on_inline={"tag": _keep},
)
