"""Where the words of statements stand in the HTML of their note, and marks set around some of them.

While a note is compiled a hole stands before each piece of words; what the sanitiser leaves of them says
where in the HTML the pieces are. Within a piece words and HTML advance together, but for what HTML
writes as ``&lt;``; a formula, a tag and what a fact fills are pieces that can only be taken whole.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from kbgen.notes.holes import hole
from kbgen.notes.model import Content, Mark

_GAP = re.compile(r"(?:\s|<br>)*")
"""What may stand between words that one mark goes over."""


class HtmlSpan(Struct, frozen=True, array_like=True, gc=False):
    """Words that stand together in the HTML."""

    statement: int
    start: int
    """Where they begin among the words of the statement."""
    length: int
    place: int
    """Where they begin in the HTML."""
    size: int = 0
    """Length of the HTML of words that can only be taken whole."""


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(tuple[int, ...])


def pack_spans(pieces: Iterable[tuple[int, int, int, int, int]]) -> bytes:
    """Return pieces as a compiled note holds them: each number by how much it is more than the one before.

    Parameters
    ----------
    pieces
        Of each the fields of :class:`HtmlSpan`.

    Examples
    --------
    >>> unpack_spans(pack_spans([(0, 0, 3, 7, 0), (2, 1, 5, 90, 12)]))[1]
    HtmlSpan(statement=2, start=1, length=5, place=90, size=12)
    """
    numbers: list[int] = []
    last = end = after = 0
    for statement, start, length, place, size in pieces:
        if statement != last:
            numbers += (statement - last, start, length, place - end, size)
            last = statement
        else:
            numbers += (0, start - after, length, place - end, size)
        after = start + length
        end = place + (size or length)
    return _ENCODER.encode(numbers) if numbers else b""


def unpack_spans(packed: bytes) -> list[HtmlSpan]:
    """Return the pieces again."""
    numbers = _DECODER.decode(packed) if packed else ()
    pieces: list[HtmlSpan] = []
    statement = place = after = 0
    for at in range(0, len(numbers), 5):
        further, start, length, beyond, size = numbers[at : at + 5]
        if further:
            after = 0
        statement += further
        each = HtmlSpan(statement, start + after, length, place + beyond, size)
        pieces.append(each)
        after = each.start + length
        place = each.place + (size or length)
    return pieces


def with_marks(content: Content, marks: Sequence[Mark]) -> Content:
    """Return a content with holes around some words; nothing but its HTML and the places in it change.

    Markup that begins or ends among the words parts them, so that what goes into the holes nests with
    what is there.
    """
    pieces: dict[int, list[HtmlSpan]] = {}
    for each in unpack_spans(content.pieces):
        pieces.setdefault(each.statement, []).append(each)
    found: list[tuple[int, str]] = []
    in_order = sorted(marks, key=lambda mark: (mark.statement, mark.start, -mark.end, mark.id))
    for statement, its_marks in groupby(in_order, attrgetter("statement")):
        walk = _Walk(content.html, _edges(list(its_marks)))
        for piece in pieces.get(statement, ()):
            walk.over(piece)
        walk.end()
        found += walk.found
    return _inserted(content, sorted(found, key=lambda each: each[0])) if found else content


def _inserted(content: Content, found: Sequence[tuple[int, str]]) -> Content:
    """Return a content with texts put into its HTML, by place."""
    places = [place for place, _ in found]
    added = [0]
    out: list[str] = []
    done = 0
    for place, text in found:
        out += (content.html[done:place], text)
        done = place
        added.append(added[-1] + len(text))
    out.append(content.html[done:])

    def moved(place: int) -> int:
        return place + added[bisect_left(places, place)]

    return replace(
        content,
        html="".join(out),
        h1_start=moved(content.h1_start),
        h1_end=moved(content.h1_end),
        sections=tuple([(moved(start), moved(end)) for start, end in content.sections]),
        blocks=tuple([(moved(start), moved(end)) for start, end in content.blocks]),
    )


def _edges(marks: Sequence[Mark]) -> list[tuple[int, tuple[int, ...]]]:
    """Return where the marks of a statement change, and which there are from there on."""
    changes: dict[int, list[Mark]] = {}
    for mark in marks:
        if mark.start < mark.end:
            changes.setdefault(mark.start, []).append(mark)
            changes.setdefault(mark.end, []).append(mark)
    current: dict[Mark, None] = {}
    edges: list[tuple[int, tuple[int, ...]]] = [(0, ())]
    for place in sorted(changes):
        for mark in changes[place]:
            if mark.end == place:
                current.pop(mark, None)
            else:
                current[mark] = None
        edges.append((place, tuple([mark.id for mark in current])))
    return edges


class _Walk:
    """A walk over the pieces of a statement: which marks they have, and which holes are open.

    Parameters
    ----------
    html
        Of the content.
    edges
        Where the marks change.
    """

    def __init__(self, html: str, edges: Sequence[tuple[int, tuple[int, ...]]]) -> None:
        self._html = html
        self._starts = [place for place, _ in edges]
        self._edges = edges
        self._open: tuple[int, ...] = ()
        self._last = 0
        """Where the HTML of the piece before ends."""
        self.found: list[tuple[int, str]] = []

    def over(self, piece: HtmlSpan) -> None:
        """Go over a piece."""
        if self._open and not _GAP.fullmatch(self._html, self._last, max(piece.place, self._last)):
            self.end()
        start, end = piece.start, piece.start + piece.length
        if piece.size:
            used = dict.fromkeys(id_ for _, _, some in self._parts(start, end) for id_ in some)
            self._go_to(tuple(used), piece.place)
            self._last = piece.place + piece.size
            return
        place = piece.place
        for begin, stop, ids in self._parts(start, end):
            self._go_to(ids, place)
            place = self._last = advance(self._html, place, stop - begin)

    def end(self) -> None:
        """End all open marks."""
        self._go_to((), self._last)

    def _parts(self, start: int, end: int) -> Iterator[tuple[int, int, tuple[int, ...]]]:
        """Yield the stretches of words with the same marks."""
        index = bisect_right(self._starts, start) - 1
        while start < end:
            after = self._starts[index + 1] if index + 1 < len(self._starts) else end
            stop = min(after, end)
            yield start, stop, self._edges[index][1]
            start, index = stop, index + 1

    def _go_to(self, ids: tuple[int, ...], place: int) -> None:
        """End all open marks and begin others, unless they are the same."""
        if ids == self._open:
            return
        if self._open:
            self.found.append((self._last, "".join([hole(f"k{id_}") for id_ in reversed(self._open)])))
        if ids:
            self.found.append((place, "".join([hole(f"c{id_}") for id_ in ids])))
        self._open = ids


def advance(html: str, place: int, count: int) -> int:
    """Return where so many characters of text end in HTML."""
    end = place + count
    begin = html.find("&", place, end)
    while begin >= 0:
        after = html.index(";", begin) + 1
        end += after - begin - 1
        begin = html.find("&", after, end)
    return end
