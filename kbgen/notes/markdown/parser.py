"""The parser: CommonMark, tables and strikethrough of markdown-it, and every plugin of ours."""

from __future__ import annotations

import functools

from markdown_it import MarkdownIt

from kbgen.notes.markdown.admonitions import admonitions_plugin
from kbgen.notes.markdown.bare_addresses import bare_addresses_plugin
from kbgen.notes.markdown.blocks import blocks_plugin
from kbgen.notes.markdown.callouts import callouts_plugin
from kbgen.notes.markdown.code import code_plugin
from kbgen.notes.markdown.comment_lines import comment_lines_plugin
from kbgen.notes.markdown.comments import comments_plugin
from kbgen.notes.markdown.dispatch import ANY, DispatchBlock, DispatchInline
from kbgen.notes.markdown.footnotes import footnotes_plugin
from kbgen.notes.markdown.headings import headings_plugin
from kbgen.notes.markdown.highlights import highlights_plugin
from kbgen.notes.markdown.links import links_plugin
from kbgen.notes.markdown.maths import maths_plugin
from kbgen.notes.markdown.places import places_plugin
from kbgen.notes.markdown.positions import positions_plugin
from kbgen.notes.markdown.renderer import NoteRenderer
from kbgen.notes.markdown.shortcuts import shortcuts_plugin
from kbgen.notes.markdown.strikes import strikes_plugin
from kbgen.notes.markdown.tables import tables_plugin
from kbgen.notes.markdown.tags import tags_plugin
from kbgen.notes.markdown.tasks import tasks_plugin
from kbgen.notes.markdown.wikilinks import wikilinks_plugin

MAX_NESTING = 100
"""Levels of quotes, lists and emphasis; a note that goes deeper is shown as plain text."""

_BLOCK_TRIGGERS = {
    "block_id": "^",
    "comment_block": "%",
    "comment_from_text": ANY,
    "callout_title": "[",
    "task": "[",
    "code": ANY,
    "maths_block": "$",
    "admonition": "`~",
    "fence": "`~",
    "blockquote": ">",
    "hr": "*-_",
    "list": "*-+0123456789",
    "footnote": "[",
    "link_below_footnote": "[",
    "reference": "[",
    "html_block": "<",
    "heading": "#",
    "pipe_table": ANY,
    "lheading": ANY,
    "paragraph": ANY,
}

_INLINE_TRIGGERS = {
    "linkify": ":",
    "newline": "\n",
    "maths": "$",
    "comment": "%",
    "escape": "\\",
    "backticks": "`",
    "highlight": "=",
    "strikethrough": "~",
    "emphasis": "*_",
    "wikilink": "[!",
    "footnote_reference": "[",
    "footnote_inline": "^",
    "link": "[",
    "image": "!",
    "autolink": "<",
    "html_inline": "<",
    "entity": "&",
    "tag": "#",
}


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
        {"breaks": hard_breaks, "maxNesting": MAX_NESTING, "xhtmlOut": False},
        renderer_cls=NoteRenderer,
    )
    md.inline = inline = DispatchInline(_INLINE_TRIGGERS)
    md.block = block = DispatchBlock(_BLOCK_TRIGGERS)
    md.core.ruler.disable("normalize")  # line ends and NUL: source.decode did that to the whole note
    for plugin in (
        positions_plugin,
        bare_addresses_plugin,
        blocks_plugin,
        comments_plugin,
        comment_lines_plugin,
        maths_plugin,
        admonitions_plugin,
        tables_plugin,
        footnotes_plugin,
        wikilinks_plugin,
        highlights_plugin,
        tags_plugin,
        places_plugin,
        callouts_plugin,
        tasks_plugin,
        code_plugin,
        headings_plugin,
        links_plugin,
        shortcuts_plugin,
        strikes_plugin,
    ):
        md.use(plugin)
    inline.freeze()
    block.ruler.freeze()
    return md
