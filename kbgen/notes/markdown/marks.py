"""Holes around the words that the site shall set off, put among the finished tokens.

Markup that begins or ends among the words splits them into pieces, so that what goes into
the holes always nests with what is there. Nothing but the HTML depends on marks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from kbgen.notes.holes import hole
from kbgen.notes.markdown.collected import Carriers
from kbgen.notes.markdown.plain import plain_piece
from kbgen.notes.model import Mark

Span = tuple[int, int, int]
"""Start and end of marked words, and the mark's number."""


def put_marks(marks: Sequence[Mark], carriers: Sequence[Carriers]) -> None:
    """Put the marks of a note into the tokens that carry its statements."""
    tokens: dict[int, Token] = {}
    spans: dict[int, list[Span]] = {}
    in_order = sorted(marks, key=lambda mark: (mark.statement, mark.start, -mark.end, mark.id))
    for statement, its_marks in groupby(in_order, attrgetter("statement")):
        if not 0 <= statement < len(carriers):
            continue
        offsets = [offset for _, offset in carriers[statement]]
        for mark in its_marks:
            first = max(bisect_right(offsets, mark.start) - 1, 0)
            for token, offset in carriers[statement][first : bisect_right(offsets, mark.end)]:
                tokens[id(token)] = token
                spans.setdefault(id(token), []).append((mark.start - offset, mark.end - offset, mark.id))
    for key, token in tokens.items():
        if token.type == "inline":
            token.children = list(_among(token.children or (), spans[key]))
        else:
            token.meta = {**token.meta, "marks": tuple(spans[key])}


def marked(text: str, spans: Sequence[Span], write: Callable[[str], str]) -> str:
    """Return plain text as HTML with holes around its marked words.

    Parameters
    ----------
    text
        One run of words.
    spans
        Of the marks, relative to it.
    write
        Escapes a piece of the text.
    """
    return _Walk(spans).written(text, write) if spans else write(text)


class _Walk:
    """A walk over words: which marks they have, and which holes are open.

    Parameters
    ----------
    spans
        By start, relative to where the walk begins.
    """

    def __init__(self, spans: Sequence[Span]) -> None:
        self._edges = _edges(spans)
        self._next = 0
        self._position = 0
        self._ids: tuple[int, ...] = ()
        self._open: tuple[int, ...] = ()

    def pieces(self, text: str) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Go over the next words and yield their pieces, each with the marks that it has."""
        start = 0
        while start < len(text):
            while self._next < len(self._edges) and self._edges[self._next][0] <= self._position:
                self._ids = self._edges[self._next][1]
                self._next += 1
            end = len(text)
            if self._next < len(self._edges):
                end = min(end, start + self._edges[self._next][0] - self._position)
            yield text[start:end], self._ids
            self._position += end - start
            start = end

    def holes(self, ids: tuple[int, ...] = ()) -> str:
        """Return the holes that end all open marks and begin others; none where they are the same."""
        if ids == self._open:
            return ""
        closing = "".join([hole(f"k{id_}") for id_ in reversed(self._open)])
        self._open = ids
        return closing + "".join([hole(f"c{id_}") for id_ in ids])

    def written(self, text: str, write: Callable[[str], str]) -> str:
        """Go over the next words and return them as HTML that opens no marks and closes none."""
        return "".join([self.holes(ids) + write(piece) for piece, ids in self.pieces(text)]) + self.holes()


def _edges(spans: Sequence[Span]) -> list[tuple[int, tuple[int, ...]]]:
    """Return where the marks change, and which there are from there on."""
    changes: dict[int, list[Span]] = {}
    for span in spans:
        if span[0] < span[1]:
            changes.setdefault(max(span[0], 0), []).append(span)
            changes.setdefault(span[1], []).append(span)
    current: dict[Span, None] = {}
    edges = []
    for place in sorted(changes):
        for span in changes[place]:
            if span[1] == place:
                current.pop(span, None)
            else:
                current[span] = None
        edges.append((place, tuple([id_ for _, _, id_ in current])))
    return edges


def _among(children: Sequence[Token], spans: Sequence[Span]) -> Iterator[Token]:
    """Yield inline tokens with holes among them."""
    walk = _Walk(spans)

    def go_to(ids: tuple[int, ...] = ()) -> Iterator[Token]:
        found = walk.holes(ids)
        if found:
            yield Token("hole", "", 0, content=found)

    for child in children:
        words = child.info if child.type == "hole" else plain_piece(child)
        if not words:
            yield from go_to()  # what has no words ends all pieces
            yield child
        elif child.type == "code_inline":
            yield from go_to()
            yield Token("markup", "", 0, content=f"<code>{walk.written(words, escapeHtml)}</code>")
        elif child.type == "text":
            for piece, ids in walk.pieces(words):
                yield from go_to(ids)
                yield Token("text", "", 0, content=piece)
        else:
            # A tag, a formula and what fills a hole cannot be marked in part.
            yield from go_to(tuple(dict.fromkeys([id_ for _, ids in walk.pieces(words) for id_ in ids])))
            yield child
    yield from go_to()
