"""A walk over the words of one block: each token becomes what is written, and gives the block its text.

The words of a link of Markdown end all that begins in them, and a link never holds another: what of that
goes over several tokens stands here. What a token means is said by the syntax that made it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from markdown_it.token import Token

from kbgen.notes.markdown.elements import Elements
from kbgen.notes.markdown.inline_text import InlineText
from kbgen.notes.markdown.offsets import OffsetMap
from kbgen.notes.markdown.tokens import PlacedToken, implied_tags, markup_token
from kbgen.notes.model import Link, LinkForm

if TYPE_CHECKING:
    from kbgen.notes.markdown.block_walk import BlockWalk

NO_LINK = markup_token("")
"""Stands for the beginning and the end of a link that is none."""


class InlineWalk:
    """The state of a walk over the words of one block.

    Parameters
    ----------
    block
        The walk over the blocks, with what is known of the note.
    offsets
        Where the words come from.
    text
        Takes them.
    embed_hole
        The kind of hole that an embed leaves.
    depth
        Of the part of the note in which the words are a paragraph; None where they are none.
    """

    nesting = 0
    """Links, emphasis and tags of HTML that are open; no block can stand in them."""
    link_begin = 0
    """Where the words of the open link begin in ``out``."""
    target_begin = -1
    """Where they begin in the text, if they are but where it leads; -1 else."""
    has_tags = False
    """Tags of HTML stand among the words so far."""
    link_has_tags = False
    """And in the open link."""

    def __init__(
        self, block: BlockWalk, offsets: OffsetMap, text: InlineText, embed_hole: str, depth: int | None
    ) -> None:
        self.block = block
        self.context = block.context
        self.elements: Elements = block.elements
        self.offsets = offsets
        self.text = text
        self.embed_hole = embed_hole
        self.depth = depth
        self.out: list[Token] = []
        """What is written for the tokens so far."""
        self.emphasis: list[int] = []
        """Of each that is open, and its like: elements of HTML that were open before it."""
        self.links: list[Token] = []
        """What ends each open link."""
        self.after_link: list[Token] = []
        """What goes behind the open link."""
        self.within_html = bool(self.elements.scopes)
        """An element of HTML may be open."""

    def run(self, tokens: Sequence[PlacedToken]) -> list[Token]:
        """Return what is written for the words."""
        text, out, handlers = self.text, self.out, self.block.handlers.on_inline
        for token in tokens:
            kind = token.type
            if kind == "text":  # first, for it is nearly always this
                # A blank may stand where HTML lets no words be.
                text.add_text(token, mapped=not self.has_tags or not token.content.isspace())
                out.append(token)
            elif kind in handlers:
                handlers[kind](self, token)
            else:
                self.keep(token)
        if self.has_tags and (last := self.elements.leave_words()) is not None:
            out.append(last)
        return out

    def keep(self, token: Token) -> None:
        """Write a token as it is: emphasis and its like, which say nothing of their own."""
        nesting = token.nesting
        if nesting:
            self.nesting += nesting
            if nesting == 1:
                self.emphasis.append(self.elements.open_words() if self.has_tags else 0)
            else:
                before = self.emphasis.pop()
                if self.has_tags:
                    self.out.append(implied_tags(self.elements.leave_emphasis(before)))
        self.out.append(token)

    def keep_as_text(self, token: PlacedToken) -> None:
        """Write a token as words: it is no markup after all."""
        token.type = "text"
        self.text.add_text(token)
        self.out.append(token)

    @property
    def in_link(self) -> bool:
        """Whether a link is open, in which no other can stand."""
        return bool(self.links) or (self.within_html and self.elements.in_link)

    def may_begin_link(self, *, address_alone: bool = False) -> bool:
        """End the author's own link, so that another may begin; False where that cannot be.

        An address alone is words in such a link.
        """
        if not self.within_html:
            return True
        if address_alone and self.elements.in_link:
            return False
        end = self.elements.end_link()
        if end:
            self.out.append(implied_tags(end))
        return end is not None

    def open_link(self, token: PlacedToken, opened: Callable[[InlineWalk, PlacedToken], Token]) -> None:
        """Begin a link.

        Parameters
        ----------
        token
            Its beginning.
        opened
            Writes that, and returns what ends it.
        """
        # A link in another is words: only one can be followed.
        address_alone = token.info == "auto"
        if self.links or not self.may_begin_link(address_alone=address_alone):
            self.links.append(NO_LINK)
        else:
            self.links.append(opened(self, token))
            self.link_begin = len(self.out)
        self.text.link()
        if address_alone or "unnamed" in token.meta:
            self.target_begin = self.text.length()
        self.nesting += 1

    def close_link(self) -> None:
        """End the innermost link."""
        end = self.links.pop()
        out = self.out
        self.text.link()
        if self.target_begin >= 0:
            self.text.name_target(self.target_begin)
            self.target_begin = -1
        if end.type == "hole":
            self.text.close(int(end.content.strip("\0z")))
        if self.link_has_tags and not self.links:
            out.append(implied_tags(self.elements.leave_link()))
            self.link_has_tags = False
        external = end.type == "markup" and end is not NO_LINK
        if external and len(out) - self.link_begin <= 1 and _is_blank(out[self.link_begin :]):
            del out[self.link_begin - 1]  # nobody could see it; clippers leave many of them
        else:
            out.append(end)
        self.nesting -= 1
        if self.after_link and not self.links:
            out.extend(self.after_link)
            self.after_link.clear()

    def add_link(
        self,
        token: PlacedToken,
        form: LinkForm,
        target: str,
        subpath: str,
        *,
        text: str = "",
        title: str = "",
        size: tuple[int, int] = (0, 0),
        embed: bool = False,
    ) -> int:
        """Write a link down and return its index."""
        line, column = self.place(token)
        width, height = size
        links = self.context.links
        links.append(
            Link(
                form,
                embed,
                target,
                subpath,
                text,
                self.context.file_line(line),
                column,
                title=title,
                width=width,
                height=height,
            )
        )
        return len(links) - 1

    def place(self, token: PlacedToken) -> tuple[int, int]:
        """Return the body's line, from 0, and the column, from 1, of a token."""
        return self.context.place(self.offsets.place(token.pos))

    def fault(self, token: PlacedToken, code: str, message: str, hint: str = "") -> None:
        """Note a fault at a token."""
        line, column = self.place(token)
        self.context.fault(code, line, column, message, hint)


def _is_blank(tokens: Sequence[Token]) -> bool:
    return all(token.type == "text" and not token.content.strip() for token in tokens)


InlineHandler = Callable[[InlineWalk, PlacedToken], None]
InlineHandlers = Mapping[str, InlineHandler]
