"""The parser: markdown-it, put together from all syntaxes, and the walk over what it finds."""

from __future__ import annotations

import functools
from typing import cast

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from kbgen.notes.markdown.block_walk import BlockWalk, Handlers
from kbgen.notes.markdown.context import context_of
from kbgen.notes.markdown.dispatch import DispatchBlock, DispatchInline
from kbgen.notes.markdown.registry import merged, syntaxes
from kbgen.notes.markdown.renderer import NoteRenderer

MAX_NESTING = 100
"""Levels of quotes, lists and emphasis; a note that goes deeper is shown as plain text."""


@functools.cache
def make_parser(*, hard_breaks: bool) -> MarkdownIt:
    """Return the parser; one is made for each setting and kept.

    Parameters
    ----------
    hard_breaks
        Whether a single line end breaks the line, as Obsidian does by default.
    """
    md = MarkdownIt(
        "commonmark",
        {"breaks": hard_breaks, "maxNesting": MAX_NESTING, "xhtmlOut": False, "tasklists": False},
        renderer_cls=NoteRenderer,
    )
    md.inline = inline = DispatchInline(merged(syntax.inline_triggers for syntax in syntaxes()))
    md.block = block = DispatchBlock(
        merged(syntax.block_triggers for syntax in syntaxes()),
        merged(syntax.block_needs for syntax in syntaxes()),
    )
    md.core.ruler.disable("normalize")  # line ends and NUL: source.decode did that to the whole note
    for syntax in syntaxes():
        md.use(syntax.use)
    renderer = cast("NoteRenderer", md.renderer)
    renderer.add_html(merged(syntax.html for syntax in syntaxes()))
    _walk_last(md)
    inline.freeze()
    block.ruler.freeze()
    return md


def _walk_last(md: MarkdownIt) -> None:
    """Walk over the tokens of a note when all else is done."""
    handlers = Handlers(
        on_inline=merged(syntax.on_inline for syntax in syntaxes()),
        on_block=merged(syntax.on_block for syntax in syntaxes()),
        text_blocks=merged(syntax.text_blocks for syntax in syntaxes()),
        embeds=merged(syntax.embeds for syntax in syntaxes()),
    )

    def walk(state: StateCore) -> None:
        line_breaks = bool(state.md.options["breaks"])
        BlockWalk(context_of(state.env), state.tokens, handlers, line_breaks=line_breaks).run()

    md.core.ruler.push("walk", walk)
