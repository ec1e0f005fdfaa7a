"""A passage: the words of a paragraph or table row, their lines, and the sentence around each link."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from markdown_it.token import Token

from kbgen.notes.formulas import said
from kbgen.notes.lead import Line
from kbgen.notes.model import Statement, StatementKind
from kbgen.notes.statements import CELL

_REACH = 160
"""Characters of a sentence that are kept on either side of a link."""

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+|(?<=[。！？])")
_SPACE = re.compile(r"\s+")


class Passage:
    """Words as they come, with the spans of links in them.

    Most passages have one line and no code, and pay for no lists to hold them.

    Parameters
    ----------
    line
        Of the body, from 0, on which the words begin.
    comment_lines
        Lines of the body that no words were taken from.
    """

    _cells: list[int] | None = None
    _breaks: list[int] | None = None
    _verbatim: list[int] | None = None
    _formulas: list[int] | None = None
    _ends: list[int] | None = None
    """Where a line begins on the page, too."""
    _tags: list[int] | None = None
    _links: list[int] | None = None
    """Where any link begins and ends, external ones too."""

    def __init__(self, line: int = 0, comment_lines: frozenset[int] = frozenset()) -> None:
        self._line = line
        self._comment_lines = comment_lines
        self._parts: list[str] = []
        self._length = 0
        self._spans: dict[int, tuple[int, int]] = {}
        self._embeds: dict[int, tuple[int, int]] = {}

    def add(self, words: str) -> None:
        """Add words."""
        if words:
            self._parts.append(words)
            self._length += len(words)

    def add_verbatim(self, token: Token) -> None:
        """Add code or a formula, whose rule says where its lines begin if it has several."""
        begin = self._length
        self.add(token.content)
        if self._verbatim is None:
            self._verbatim = []
        self._verbatim += (begin, self._length)
        for offset in token.meta.get("breaks", ()):
            self._begin_line(begin + offset)

    def add_formula(self, token: Token) -> None:
        """Add a formula as TeX; excerpts have it in words."""
        begin = self._length
        self.add_verbatim(token)
        if self._formulas is None:
            self._formulas = []
        self._formulas += (begin, self._length)

    def add_tag(self, words: str) -> None:
        """Add a tag."""
        if self._tags is None:
            self._tags = []
        self._tags += (self._length, self._length + len(words))
        self.add(words)

    def break_line(self, *, shown: bool) -> None:
        """Go to the next line, as the source does; ``shown`` where the page does so too."""
        if shown:
            self.end_line()
        else:
            self.add(" ")
        self._begin_line(self._length)

    def end_line(self) -> None:
        """Begin a line on the page."""
        self.add(" ")
        if self._ends is None:
            self._ends = []
        self._ends.append(self._length)

    def skip_lines(self, lines: int) -> None:
        """Go on so many lines: what stood there is not among the words."""
        for _ in range(lines):
            self._begin_line(self._length)

    def _begin_line(self, offset: int) -> None:
        if self._breaks is None:
            self._breaks = []
        self._breaks.append(offset)
        while self._line + len(self._breaks) in self._comment_lines:
            self._breaks.append(offset)

    def separate(self) -> None:
        """Begin the next cell of a row."""
        if self._length:
            self.add(CELL)
        if self._cells is None:
            self._cells = []
        self._cells.append(self._length)

    def link(self) -> None:
        """Begin the words of any link, or end them."""
        if self._links is None:
            self._links = []
        self._links.append(self._length)

    def open(self, link: int) -> None:
        """Begin the words of a link."""
        self._spans[link] = (self._length, self._length)

    def close(self, link: int) -> None:
        """End the words of a link."""
        self._spans[link] = (self._spans[link][0], self._length)

    def embed(self, link: int) -> None:
        """Go past something embedded, which has no words here."""
        self._embeds[link] = (self._length, self._length)

    def length(self) -> int:
        """Return how many characters there are so far."""
        return self._length

    def text(self) -> str:
        """Return all words."""
        if len(self._parts) > 1:
            self._parts = ["".join(self._parts)]
        return self._parts[0] if self._parts else ""

    def words(self, link: int) -> str:
        """Return the words of a link; none for something embedded."""
        start, end = self._spans.get(link, (0, 0))
        return _SPACE.sub(" ", self._said(start, end)).strip()

    def excerpts(self) -> Sequence[tuple[int, str, str]]:
        """Return each link and embed with what its sentence says before and after it, on its line."""
        if not self._spans and not self._embeds:
            return ()
        found = []
        ends = self._ends or []
        for link, (start, end) in (*self._spans.items(), *self._embeds.items()):
            above, below = bisect_right(ends, start), bisect_right(ends, end)
            first = max(ends[above - 1] if above else 0, start - 2 * _REACH)
            last = min(ends[below] if below < len(ends) else self._length, end + 2 * _REACH)
            found.append((link, _before(self._said(first, start)), _after(self._said(end, last))))
        return found

    def lines(self) -> Iterator[Line]:
        """Yield the lines that readers see."""
        if not (self._ends or self._tags or self._links or self._verbatim):
            yield Line(" ".join(self.text().split()), self.text(), tagged=False, linked=False)
            return
        plain = list(self.text())
        tags, links = self._tags or [], self._links or []
        for places in (links, self._verbatim or [], tags):
            for start, end in zip(places[::2], places[1::2], strict=True):
                plain[start:end] = " " * (end - start)
        for start, end in pairwise((0, *(self._ends or ()), self._length)):
            words = " ".join(self._said(start, end).split())
            tagged, linked = (bisect_left(some, start) < bisect_left(some, end) for some in (tags, links))
            yield Line(words, "".join(plain[start:end]), tagged, linked)

    def _said(self, start: int, end: int) -> str:
        """Return some of the words, formulas as one says them."""
        return said(self.text(), self._formulas or (), start, end)

    def statement(self, kind: StatementKind, line: int, start: int, level: int) -> Statement:
        """Return the passage as a statement whose words begin at ``start`` of the note's text."""
        spans, cells, breaks, verbatim = self._spans, self._cells, self._breaks, self._verbatim
        return Statement(
            kind,
            line,
            start,
            start + self._length,
            level,
            tuple(cells) if cells else (),
            tuple([number for link, span in spans.items() for number in (link, *span)]) if spans else (),
            tuple(breaks) if breaks else (),
            tuple(verbatim) if verbatim else (),
            tuple(self._formulas) if self._formulas else (),
        )

    def without_words(self, kind: StatementKind, line: int, start: int, level: int) -> Statement:
        """Return the passage as a statement of cells and nothing in them."""
        return Statement(kind, line, start, start, level, (0,) * len(self._cells or ()))


def breaks_in(source: str, shift: int, length: int) -> tuple[int, ...]:
    r"""Return where the lines of verbatim words begin.

    Parameters
    ----------
    source
        The words as they stand in the source.
    shift
        How many characters were stripped before the first word.
    length
        How many are left.

    Examples
    --------
    >>> breaks_in("\na\nb\n", 1, 3)
    (0, 2, 3)
    """
    return tuple(
        [min(max(at + 1 - shift, 0), length) for at, character in enumerate(source) if character == "\n"]
    )


def _before(text: str) -> str:
    begin = 0
    for found in _SENTENCE_END.finditer(text):
        if found.end() < len(text):
            begin = found.end()
    words = _SPACE.sub(" ", text[begin:]).lstrip()
    if len(words) > _REACH:
        words = "… " + words[-_REACH:].partition(" ")[2]
    return words


def _after(text: str) -> str:
    found = _SENTENCE_END.search(text)
    words = _SPACE.sub(" ", text[: found.start()] if found else text).rstrip()
    if len(words) > _REACH:
        words = words[:_REACH].rpartition(" ")[0] + " …"
    return words
