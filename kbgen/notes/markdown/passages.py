"""A passage: the words of a paragraph or table row, their lines, and the sentence around each link."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from kbgen.notes.model import Statement, StatementKind
from kbgen.notes.statements import CELL

_REACH = 160
"""Characters of a sentence that are kept on either side of a link."""

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+|(?<=[。！？])")
_SPACE = re.compile(r"\s+")


class Passage:
    """Words as they come, with the spans of links in them.

    Most passages have one line and no code, and pay for no lists to hold them.
    """

    _cells: list[int] | None = None
    _breaks: list[int] | None = None
    _verbatim: list[int] | None = None

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._spans: dict[int, tuple[int, int]] = {}

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

    def break_line(self) -> None:
        """Go to the next line, as the source does."""
        self.add(" ")
        self._begin_line(self._length)

    def skip_lines(self, lines: int) -> None:
        """Go on so many lines: what stood there is not among the words."""
        for _ in range(lines):
            self._begin_line(self._length)

    def _begin_line(self, offset: int) -> None:
        if self._breaks is None:
            self._breaks = []
        self._breaks.append(offset)

    def separate(self) -> None:
        """Begin the next cell of a row."""
        if self._length:
            self.add(CELL)
        if self._cells is None:
            self._cells = []
        self._cells.append(self._length)

    def open(self, link: int) -> None:
        """Begin the words of a link."""
        self._spans[link] = (self._length, self._length)

    def close(self, link: int) -> None:
        """End the words of a link."""
        self._spans[link] = (self._spans[link][0], self._length)

    def length(self) -> int:
        """Return how many characters there are so far."""
        return self._length

    def text(self) -> str:
        """Return all words."""
        if len(self._parts) > 1:
            self._parts = ["".join(self._parts)]
        return self._parts[0] if self._parts else ""

    def words(self, link: int) -> str:
        """Return the words of a link."""
        start, end = self._spans[link]
        return _SPACE.sub(" ", self.text()[start:end]).strip()

    def excerpts(self) -> Sequence[tuple[int, str, str]]:
        """Return each link with what its sentence says before and after it."""
        if not self._spans:
            return ()
        text = self.text()
        return [
            (link, _before(text[max(0, start - 2 * _REACH) : start]), _after(text[end : end + 2 * _REACH]))
            for link, (start, end) in self._spans.items()
        ]

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
