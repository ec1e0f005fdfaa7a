"""A walk over the finished tokens of a note: all its statements in order, and what its syntaxes mean.

This runs after the words are parsed. It turns the tokens of links into holes and writes down what the rest
of kbgen needs to know of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, cast

from markdown_it.token import Token
from msgspec import Struct
from msgspec.structs import replace

from kbgen.notes.anchors import AuthorIds
from kbgen.notes.lead import Line
from kbgen.notes.markdown.comment_contents import keep_comment_on_its_lines
from kbgen.notes.markdown.context import CompileContext
from kbgen.notes.markdown.elements import Elements
from kbgen.notes.markdown.inline_text import InlineText, map_output
from kbgen.notes.markdown.inline_walk import InlineHandlers, InlineWalk
from kbgen.notes.markdown.offsets import OffsetMap
from kbgen.notes.markdown.tokens import PlacedToken
from kbgen.notes.model import Statement, StatementKind
from kbgen.notes.source_map import columns_of

EmbedHole = Literal["e", "i", "p"]
"""The kind of hole that an embed leaves, see :mod:`kbgen.notes.holes`."""


class TextBlock(Struct, frozen=True):
    """A block that holds words and is no paragraph."""

    kind: StatementKind
    """What its words are; cells are the words of their row."""
    embed_hole: EmbedHole


class Handlers(Struct, frozen=True):
    """What a walk does with each type of token; see :class:`kbgen.notes.markdown.syntax.Syntax`."""

    on_inline: InlineHandlers
    on_block: Mapping[str, BlockHandler]
    text_blocks: Mapping[str, TextBlock]
    embeds: Mapping[str, Callable[[Token], bool]]


class BlockWalk:
    """The state of a walk over the blocks of one note.

    Parameters
    ----------
    context
        Takes what is found.
    tokens
        Of the note.
    handlers
        What the syntaxes mean.
    line_breaks
        Whether the end of a line is one on the page too (IN-07).
    """

    def __init__(
        self, context: CompileContext, tokens: Sequence[Token], handlers: Handlers, *, line_breaks: bool
    ) -> None:
        self.context = context
        self.handlers = handlers
        self.line_breaks = line_breaks
        self.open: list[Token] = []
        """What began the blocks that are open, outermost first."""
        self.index = 0
        """Number of the block at hand."""
        self.list_depth = 0
        self.row: InlineText | None = None
        """The words of the row at hand, and what began it."""
        self.row_open: Token | None = None
        self.prose: StatementKind = "paragraph"
        """What a paragraph is that is no item of a list."""
        self.reference_chars = 0
        """Characters of addresses and titles so far, which references repeat."""
        self._tokens = tokens
        self._comments = context.comments[::-1]
        """On lines of their own, and still below."""
        ids = AuthorIds(lambda: [token.meta["id"] for token in tokens if token.type == "heading_open"])
        context.ids = ids.given
        self.elements = Elements(context, ids)

    def run(self) -> None:
        """Walk over all blocks."""
        handlers, opened, scopes = self.handlers.on_block, self.open, self.elements.scopes
        for index, token in enumerate(self._tokens):
            self.index = index
            if self._comments:
                self.keep_comments(token)
            kind = token.type
            if kind == "inline":
                self._inline(token)
                continue
            if token.nesting == 1:
                opened.append(token)
            elif token.nesting == -1:
                if scopes:
                    self.elements.leave(len(opened))
                opening = opened.pop()
                if "blocks" in opening.meta:
                    token.meta = {**token.meta, "blocks": opening.meta["blocks"]}
            if kind in handlers:
                handlers[kind](self, token)
        self.elements.finish()
        self.keep_comments()

    def finish(self, text: InlineText, kind: StatementKind, line: int, level: int) -> None:
        """Write down the words of a block, and give its links their sentences; ``line`` is the body's."""
        context = self.context
        words = text.text()
        if words and not words.isspace():
            map_output(text, context)
            context.statements.append(text.statement(kind, context.text_length, level, line, context))
            context.text.append(words)
            context.text_length += len(words) + 1
            if context.lead.wants(kind):
                context.lead.offer(kind, list(text.lines()))
        elif kind in {"heading", "head"}:  # begins a section or a table, even without a word
            context.statements.append(
                text.without_words(kind, context.text_length, level, context.file_line(line))
            )
        for index, before, after in text.excerpts():
            link = context.links[index]
            shown = text.words(index) or link.text
            context.links[index] = replace(link, text=shown, before=before, after=after)

    def _inline(self, token: Token) -> None:
        """Walk over the words of a block."""
        holder = self.open[-1]
        offsets: OffsetMap = token.meta["offsets"]
        row = self.row
        children = cast("list[PlacedToken]", token.children or [])
        plain = len(children) == 1 and children[0].type == "text"
        if row is None:
            if plain and self._keep_plain(children[0], holder, offsets):
                return
            text = InlineText(offsets)
        else:
            text = row
            text.separate(offsets)
        if plain:
            text.add_text(children[0])
        elif children:
            depth = len(self.open) - 1 if holder.type == "paragraph_open" else None
            walk = InlineWalk(self, offsets, text, self._embed_hole(token, holder), depth)
            token.children = walk.run(children)
        if row is None:
            kind, level = self._kind(holder)
            self.finish(text, kind, self.context.line_at(offsets.shifts[0]), level)

    def _keep_plain(self, token: PlacedToken, holder: Token, offsets: OffsetMap) -> bool:
        """Write down the words of a block that are one text in one piece, as :meth:`finish` does.

        Most blocks hold nothing else. False where they are not in one piece.
        """
        words = token.content
        if token.runs is not None or len(offsets.starts) > 1 or not words or words.isspace():
            return False
        context = self.context
        length = len(words)
        line = context.line_at(offsets.shifts[0])
        breaks, columns = columns_of((0, token.pos + offsets.shifts[0], length), line, context.line_starts)
        kind, level = self._kind(holder)
        start = context.text_length
        token.content = f"\0.{context.holes}\0{words}"
        context.html_pieces += (context.holes, len(context.statements), 0, length)
        context.holes += 1
        context.statements.append(
            Statement(
                kind,
                context.first_line + line + 1,
                start,
                start + length,
                level,
                breaks=breaks,
                columns=columns,
            )
        )
        context.text.append(words)
        context.text_length = start + length + 1
        if context.lead.wants(kind):
            context.lead.offer(kind, (Line(" ".join(words.split()), words, tagged=False, linked=False),))
        return True

    def _kind(self, holder: Token) -> tuple[StatementKind, int]:
        """Return what the words of a block are, and their level."""
        block = self.handlers.text_blocks.get(holder.type)
        kind = self._paragraph_kind() if block is None else block.kind
        return kind, int(holder.tag[1]) if kind == "heading" else self.list_depth

    def _paragraph_kind(self) -> StatementKind:
        """Return what the words of the paragraph at hand are."""
        index = self.index - 2
        while self._tokens[index].type == "comment":
            index -= 1
        return "item" if self._tokens[index].type == "list_item_open" else self.prose

    def _embed_hole(self, token: Token, holder: Token) -> EmbedHole:
        """Return the kind of hole that an embed among some words leaves; ``holder`` is their block."""
        block = self.handlers.text_blocks.get(holder.type)
        if block is not None:
            return block.embed_hole
        alone = self._holds_only_embeds(token)
        if alone and not holder.hidden:
            end = self._tokens[self.index + 1]
            holder.meta = {**holder.meta, "bare": True}
            end.meta = {**end.meta, "bare": True}
        return "e" if alone or holder.hidden else "p"

    def _holds_only_embeds(self, token: Token) -> bool:
        """Tell whether a paragraph holds embeds that may be blocks and nothing else."""
        embeds = self.handlers.embeds
        found = False
        for child in token.children or ():
            kind = child.type
            if kind in embeds and embeds[kind](child):
                found = True
            elif kind not in _BETWEEN_EMBEDS or (kind == "text" and child.content.strip()):
                return False
        return found

    def keep_comments(self, above: Token | None = None) -> None:
        """Keep what comments hold that have their lines for themselves, above a block or to the end."""
        while self._comments:
            comment = self._comments[-1]
            if above is not None and (above.map or _FIRST_LINE)[0] <= (comment.map or _FIRST_LINE)[0]:
                break
            self._comments.pop()
            keep_comment_on_its_lines(self.context, comment)


_BETWEEN_EMBEDS = frozenset({"softbreak", "hardbreak", "comment", "text"})

_FIRST_LINE = (0, 1)
"""Stands in for the lines of a token that has none."""

BlockHandler = Callable[[BlockWalk, Token], None]
