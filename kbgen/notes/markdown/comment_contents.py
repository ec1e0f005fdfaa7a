"""What comments hold: links and tags of the author's own graph, and what is meant for the verifier."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from markdown_it.token import Token

from kbgen.notes.markdown.context import CompileContext
from kbgen.notes.markdown.directives import KEYWORD, directive_in, directives_in_html
from kbgen.notes.markdown.offsets import OffsetMap, offsets_of
from kbgen.notes.model import Directive, Link, Tag
from kbgen.notes.tags import TAG, clean_tag

_LINK = re.compile(r"(!?\[\[[^\[\]\n|]+)(?:\|[^\[\]\n]*)?\]\]")
_TAG = re.compile(r"(?:(?<=\s)|^)#")

Place = Callable[[int], tuple[int, int]]
"""Returns the body's line, from 0, and the column, from 1, of an offset in a comment."""


def keep_comment(context: CompileContext, content: str, begin: int, offsets: OffsetMap) -> None:
    """Keep what a comment among words holds, which begins at a position among them."""
    place = _among(context, begin, offsets)
    if KEYWORD in content:
        _keep_directive(context, directive_in(content), place)
    for found, offset in _links_and_tags(content):
        line, column = place(offset)
        _keep_hidden(context, found, context.file_line(line), column)


def keep_comment_block(context: CompileContext, token: Token) -> None:
    """Keep what a comment that is a block holds."""
    content = token.content
    if KEYWORD in content:
        _keep_directive(context, directive_in(content), lambda offset: _place_in_block(token, offset))
    if "[[" not in content and "#" not in content:
        return
    first = context.file_line((token.map or [0])[0])
    for line, words in enumerate(content.split("\n"), first):
        shift = token.meta["column"] + 2 if line == first else 1
        for found, offset in _links_and_tags(words):
            _keep_hidden(context, found, line, offset + shift)


def keep_comment_on_its_lines(context: CompileContext, token: Token) -> None:
    """Keep what a comment holds without whose lines the blocks were parsed."""
    if token.type == "comment":
        keep_comment_block(context, token)
    else:
        keep_directives(context, token.content, 0, offsets_of(token))


def keep_directives(context: CompileContext, html: str, begin: int, offsets: OffsetMap) -> None:
    """Keep what the comments in HTML tell the verifier, which begins at a position among words."""
    if KEYWORD in html:
        place = _among(context, begin, offsets)
        for found in directives_in_html(html):
            _keep_directive(context, found, place)


def _among(context: CompileContext, begin: int, offsets: OffsetMap) -> Place:
    return lambda offset: context.place(offsets.place(begin + offset))


def _place_in_block(comment: Token, offset: int) -> tuple[int, int]:
    before = comment.content[:offset]
    lines = before.count("\n")
    shift = comment.meta["column"] + 2 if not lines else 1
    return (comment.map or [0])[0] + lines, offset - (before.rfind("\n") + 1) + shift


def _keep_directive(context: CompileContext, found: tuple[int, str] | None, place: Place) -> None:
    if found is not None:
        line, column = place(found[0])
        context.directives.append(Directive(context.file_line(line), column, found[1]))


def _keep_hidden(context: CompileContext, found: str, line: int, column: int) -> None:
    """Write down a link or a tag; ``line`` is the file's."""
    if found.startswith("#"):
        context.tags.append(Tag(found[1:], line, column, hidden=True))
        return
    embed = found.startswith("!")
    target, _, subpath = found.partition("[[")[2].partition("#")
    context.links.append(
        Link("wikilink", embed, target.strip(), subpath.strip(), "", line, column, hidden=True)
    )


def _links_and_tags(words: str) -> Iterator[tuple[str, int]]:
    """Yield the links, as ``[[Note#H`` or ``![[Note``, and the tags of a comment, with their offsets."""
    for found in _LINK.finditer(words):
        yield found[1], found.start()
    for found in _TAG.finditer(words):
        run = TAG.match(words, found.end())
        name = clean_tag(run[0]) if run else None
        if name:
            yield "#" + name, found.start()
