"""What one syntax says of itself: its rules, how its tokens become HTML, and what the walk does with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec import Struct

from kbgen.notes.markdown.block_walk import BlockHandler, TextBlock
from kbgen.notes.markdown.inline_walk import InlineHandler

NONE: Mapping[str, Any] = MappingProxyType({})

ANY = ""
"""The characters of a rule that may begin with any."""


class Syntax(Struct, frozen=True):
    """One syntax; a module of :mod:`kbgen.notes.markdown.syntaxes` declares it as ``SYNTAX``.

    Keys of all mappings but the triggers and the attributes are types of tokens. A token that no
    syntax says anything of is written as markdown-it writes it, and the words in it are words of
    the note: emphasis and its like need no handlers.
    """

    name: str
    use: Callable[[MarkdownIt], None]
    """Registers its rules with markdown-it: a plugin."""
    after: tuple[str, ...] = ()
    """Names of syntaxes whose rules are registered before its own."""
    block_triggers: Mapping[str, str] = NONE
    """Each of its block rules, with the characters on which it may begin, or :data:`ANY`."""
    block_needs: Mapping[str, Callable[[str], object]] = NONE
    """Tells of a note whether a block rule may find anything in it; most rules say nothing, and are asked."""
    inline_triggers: Mapping[str, str] = NONE
    """The same of its inline rules, which may not begin on any."""
    html: Mapping[str, Callable[[Token], str]] = NONE
    """How a token is written; one that needs more than the token has a render rule of markdown-it."""
    text: Mapping[str, Callable[[Token], str]] = NONE
    """What a token among words adds to plain text: names of headings, words of pictures."""
    readable_text: Mapping[str, Callable[[Token], str]] = NONE
    """The same for people who read it, where that is another."""
    on_inline: Mapping[str, InlineHandler] = NONE
    """What the walk does with a token among words: which link, tag or fault it is, what it becomes."""
    on_block: Mapping[str, BlockHandler] = NONE
    """What the walk does with a token that is, begins or ends a block."""
    text_blocks: Mapping[str, TextBlock] = NONE
    """Blocks that hold words and are no paragraphs."""
    embeds: Mapping[str, Callable[[Token], bool]] = NONE
    """Tokens that embed something, with whether that may be a block."""
    attributes: Mapping[str, Mapping[str, frozenset[str]]] = NONE
    """By tag, attributes and their values beyond those that an author may write, for the sanitiser."""
