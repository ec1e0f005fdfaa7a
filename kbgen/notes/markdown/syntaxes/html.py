"""``<b>`` and its like: the author's HTML, where it is that and no other words in angle brackets (IN-10)."""

from __future__ import annotations

import re
from functools import partial
from typing import cast

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, html_block
from markdown_it.rules_inline import StateInline, html_inline
from markdown_it.token import Token

from kbgen.notes.holes import hole
from kbgen.notes.markdown.block_walk import BlockWalk
from kbgen.notes.markdown.comment_contents import keep_directives
from kbgen.notes.markdown.comment_text import without_comments
from kbgen.notes.markdown.context import context_of
from kbgen.notes.markdown.elements import begins_element, end_of_tag, is_element_among, places_of_tags
from kbgen.notes.markdown.frames import holds_frames, rename_frames
from kbgen.notes.markdown.inline_walk import InlineWalk
from kbgen.notes.markdown.offsets import BlockState, OffsetMap, offsets_of
from kbgen.notes.markdown.raw_html import filter_tags, is_line_break, tags_left_open
from kbgen.notes.markdown.syntax import Syntax
from kbgen.notes.markdown.tokens import PlacedToken, content_of

_COMMENT_DELIMITER = re.compile(r"(?<!%)%%(?!%)")

_LITERAL = re.compile(r"\s*<(?:pre|script|style|textarea|!|\?)", re.IGNORECASE)
"""What begins a block in which ``%%`` is no comment."""

_SAFE_SPAN = re.compile(r'<span class="[\w -]*">')
_ANCHOR = re.compile(r"</?a[\s/>]", re.IGNORECASE)


def _use(md: MarkdownIt) -> None:
    """Put a rule around each of those for HTML."""
    md.block.ruler.at("html_block", _block, {"alt": ["paragraph", "reference", "blockquote"]})
    md.inline.ruler.at("html_inline", _inline)


def _block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001
    """Take a block for HTML only where it is, and let it end where a comment over lines begins."""
    if not html_block(state, start_line, end_line, silent):
        return False
    begin = state.bMarks[start_line] + state.tShift[start_line]
    context = context_of(state.env)
    if (
        state.src[begin + 1] not in "!?"
        and context.filter_html
        and not begins_element(state.src[begin : state.eMarks[start_line]], context)
    ):
        state.line = start_line  # no HTML, then, but words
        if not silent:
            state.tokens.pop()
        return False
    if silent:
        return True
    token = state.tokens[-1]
    token.meta["offsets"] = cast("BlockState", state).cut()
    if "%%" not in token.content or _LITERAL.match(token.content):
        return True
    for line in range(start_line + 1, state.line):
        begin = state.bMarks[line] + state.tShift[line]
        end = state.eMarks[line]
        if state.src.startswith("%%", begin) and len(_COMMENT_DELIMITER.findall(state.src[begin:end])) % 2:
            state.line = line
            token.map = [start_line, line]
            token.content = state.getLines(start_line, line, state.blkIndent, True)
            break
    return True


def _inline(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    """Take what stands between angle brackets for HTML only where it is: ``List<String>`` is text."""
    start, level = state.pos, state.linkLevel
    if not html_inline(state, silent):
        return False
    state.linkLevel = level  # a link within the author's own is one all the same
    context = context_of(state.env)
    comment = state.src.startswith("<!--", start)
    if not comment and context.filter_html and not is_element_among(state.src, start, state.pos, context):
        state.pos = start
        if not silent:
            state.tokens.pop()
        return False
    if context.filter_html:
        state.pos = end_of_tag(state.src, start, state.pos)
    if not silent:
        state.tokens[-1].content = state.src[start : state.pos]
    return True


def _keep_tag(walk: InlineWalk, token: PlacedToken) -> None:
    """Write a tag among words."""
    content = token.content
    if is_line_break(content) and "\n" not in content:
        walk.text.end_line()
    if content.startswith("<!--"):
        keep_directives(walk.context, content, token.pos, walk.offsets)
    walk.nesting += tags_left_open(content)  # a block cannot stand in the author's <span>
    if not walk.has_tags:
        walk.elements.enter_words(walk.depth)
        walk.within_html = walk.has_tags = True
    if walk.links and not walk.link_has_tags:
        walk.elements.enter_link()
        walk.link_has_tags = True
    token.content = _tag(walk, token, without_comments(content))
    walk.out.append(token)


def _tag(walk: InlineWalk, token: PlacedToken, content: str) -> str:
    """Return what is written for a tag, which may begin or end an element that stands alone."""
    context = walk.context
    if not content.strip():
        return ""
    if walk.links and _ANCHOR.match(content):
        written = walk.elements.id_alone(content)
        if written:
            context.features.add("html")
        return written
    if not context.filter_html:
        context.features.add("html")
        return content
    token.meta = {**token.meta, "raw": content}
    if holds_frames(content):
        content = without_comments(_rename_frames(walk.block, token, token.pos, walk.offsets))
    written = walk.elements.tag(filter_tags(content), partial(walk.place, token))
    # The one kind is safe as it is, and far the most common; a sanitiser is not cheap.
    if written and written != "</span>" and not _SAFE_SPAN.fullmatch(written):
        context.features.add("html")
    return written


def _keep_block(walk: BlockWalk, token: Token) -> None:
    """Take comments out of a block of HTML, keep what they tell the verifier, and put it in order."""
    context = walk.context
    written = token.content
    offsets = offsets_of(token)
    keep_directives(context, written, 0, offsets)
    content = without_comments(written)
    if not content.strip():
        token.content = ""
        return
    context.features.add("html")
    if not context.filter_html:
        token.content = content
        return
    token.meta = {**token.meta, "raw": content}
    if holds_frames(content):
        content = without_comments(_rename_frames(walk, token, 0, offsets))
    starts: dict[str, list[int]] = {}

    def place(tag: str, number: int) -> tuple[int, int]:
        if not starts:
            starts.update(places_of_tags(written))
        found = starts.get(tag, ())
        return context.place(offsets.place(found[number - 1] if number <= len(found) else 0))

    walk.elements.block(token, filter_tags(content), len(walk.open), place)


def _rename_frames(walk: BlockWalk, token: Token, begin: int, offsets: OffsetMap) -> str:
    """Return the author's HTML with its frames under our name; write down where they stand."""
    context = walk.context

    def number(offset: int) -> int:
        line, column = context.place(offsets.place(begin + offset))
        context.frames.append((line, column, walk.index))
        return len(context.frames) - 1

    return rename_frames(token.content, walk.index, number)


def _html_block(token: Token) -> str:
    """Write the author's HTML, and behind it a mark: if that is lost, so is what follows."""
    return token.content + hole("[html") if token.content else ""


def _break(token: Token) -> str:
    return " " if is_line_break(token.content) else ""


SYNTAX = Syntax(
    name="html",
    use=_use,
    block_triggers={"html_block": "<"},
    inline_triggers={"html_inline": "<"},
    html={"html_block": _html_block, "html_inline": content_of},
    text={"html_inline": _break},
    on_inline={"html_inline": _keep_tag},
    on_block={"html_block": _keep_block},
)
