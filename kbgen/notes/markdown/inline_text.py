"""The text of a paragraph or a row of a table, with its lines, and the sentence around each link."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from markdown_it.token import Token

from kbgen.notes.formulas import with_formulas_as_text
from kbgen.notes.lead import Line
from kbgen.notes.markdown.context import CompileContext
from kbgen.notes.markdown.offsets import OffsetMap
from kbgen.notes.markdown.tokens import PlacedToken
from kbgen.notes.model import Statement, StatementKind
from kbgen.notes.source_map import columns_of
from kbgen.notes.statements import CELL

_MAX_EXCERPT_CHARS = 160
"""Characters of a sentence that are kept on either side of a link."""

_SENTENCE_END = re.compile(r"[.!?…。！？](?:(?<=[。！？])|[\"'”’)\]]*+\s++)")
"""A sign, which is of the sentence, and what parts it from the next."""

_SENTENCES = re.compile(rf".*{_SENTENCE_END.pattern}(?=.)", re.DOTALL)
"""All but the last sentence of a text."""


class InlineText:
    """Words as they come, with the spans of links in them.

    Most texts have one line and no code, and pay for no lists to hold them.

    Parameters
    ----------
    offsets
        Where the words of the block come from.
    """

    _cells: list[int] | None = None
    _verbatim: list[int] | None = None
    _formulas: list[int] | None = None
    _ends: list[int] | None = None
    """Where a line begins on the page, too."""
    _tags: list[int] | None = None
    _targets: list[int] | None = None
    _links: list[int] | None = None
    """Where any link begins and ends, external ones too."""

    def __init__(self, offsets: OffsetMap) -> None:
        self._offsets = offsets
        self._parts: list[str] = []
        self._length = 0
        self.output: list[Token] = []
        """The tokens that write the words on the page."""
        self.output_starts: list[int] = []
        """Where the words of each begin."""
        self._runs: list[int] = []
        """Of each stretch of the words: where it begins among them and in the body, and its length."""
        self._spans: dict[int, tuple[int, int]] = {}
        self._embeds: dict[int, tuple[int, int]] = {}

    def add(self, words: str) -> None:
        """Add words that no source has."""
        if words:
            self._parts.append(words)
            self._length += len(words)

    def add_at(self, words: str, position: int) -> None:
        """Add words that stand at a position among those of the block."""
        length = len(words)
        if len(self._offsets.starts) == 1:
            self._runs += (self._length, position + self._offsets.shifts[0], length)
        else:
            for start, place, size in self._offsets.pieces(position, length):
                self._runs += (self._length + start, place, size)
        self._parts.append(words)
        self._length += length

    def map_to(self, token: Token) -> None:
        """Say which token writes the words that come next on the page."""
        self.output.append(token)
        self.output_starts.append(self._length)

    def add_text(self, token: PlacedToken, *, mapped: bool = True) -> None:
        """Add a text, in one piece or several; its token writes it on the page, too."""
        if mapped:
            self.output.append(token)
            self.output_starts.append(self._length)
        if token.runs is None:
            words = token.content
            if len(self._offsets.starts) == 1:
                length = len(words)
                self._runs += (self._length, token.pos + self._offsets.shifts[0], length)
                self._parts.append(words)
                self._length += length
            elif words:
                self.add_at(words, token.pos)
            return
        done = 0
        for start, position, size in token.runs:
            self.add(token.content[done:start])
            done = start + size
            self.add_at(token.content[start:done], position)
        self.add(token.content[done:])

    def add_verbatim(self, token: PlacedToken) -> None:
        """Add code or a formula."""
        begin = self._length
        self.add_text(token, mapped=False)
        if self._verbatim is None:
            self._verbatim = []
        self._verbatim += (begin, self._length)

    def add_formula(self, token: PlacedToken) -> None:
        """Add a formula as TeX; excerpts have it in words."""
        begin = self._length
        self.add_verbatim(token)
        if self._formulas is None:
            self._formulas = []
        self._formulas += (begin, self._length)

    def add_tag(self, words: str, position: int) -> None:
        """Add a tag that stands at a position among the words of the block."""
        if self._tags is None:
            self._tags = []
        self._tags += (self._length, self._length + len(words))
        self.add_at(words, position)

    def break_line(self, position: int, *, shown: bool) -> None:
        """Go to the next line, as the source does at a position; ``shown`` where the page does so too."""
        self.add_at(" ", position)
        if shown:
            self._end_line()

    def end_line(self) -> None:
        """Begin a line on the page alone."""
        self.add(" ")
        self._end_line()

    def _end_line(self) -> None:
        if self._ends is None:
            self._ends = []
        self._ends.append(self._length)

    def separate(self, offsets: OffsetMap) -> None:
        """Begin the next cell of a row, whose words come from somewhere else."""
        self._offsets = offsets
        if self._length:
            self.add(CELL)
        if self._cells is None:
            self._cells = []
        self._cells.append(self._length)

    def name_target(self, start: int) -> None:
        """Say that the words from somewhere on are where a link leads."""
        if self._targets is None:
            self._targets = []
        self._targets += (start, self._length)

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
        return " ".join(self._readable(start, end).split())

    def excerpts(self) -> Sequence[tuple[int, str, str]]:
        """Return each link and embed with what its sentence says before and after it, on its line."""
        if not self._spans and not self._embeds:
            return ()
        found = []
        ends = self._ends or []
        for link, (start, end) in (*self._spans.items(), *self._embeds.items()):
            above, below = bisect_right(ends, start), bisect_right(ends, end)
            first = max(ends[above - 1] if above else 0, start - 2 * _MAX_EXCERPT_CHARS)
            last = min(ends[below] if below < len(ends) else self._length, end + 2 * _MAX_EXCERPT_CHARS)
            found.append((link, _before(self._readable(first, start)), _after(self._readable(end, last))))
        return found

    def lines(self) -> Iterator[Line]:
        """Yield the lines that readers see."""
        if not (self._ends or self._tags or self._links or self._verbatim):
            yield Line(" ".join(self.text().split()), self.text(), tagged=False, linked=False)
            return
        tags, links = self._tags or [], self._links or []
        plain = _blanked(self.text(), (links, self._verbatim or [], tags))
        for start, end in pairwise((0, *(self._ends or ()), self._length)):
            words = " ".join(self._readable(start, end).split())
            tagged, linked = [bisect_left(some, start) < bisect_left(some, end) for some in (tags, links)]
            yield Line(words, plain[start:end], tagged, linked)

    def _readable(self, start: int, end: int) -> str:
        """Return some of the words, formulas as one says them."""
        return with_formulas_as_text(self.text(), self._formulas or (), start, end)

    def statement(
        self, kind: StatementKind, start: int, level: int, line: int, context: CompileContext
    ) -> Statement:
        """Return the words as a statement.

        Parameters
        ----------
        kind, level
            What it is.
        start
            Where its words begin in the note's text.
        line
            Of the body, from 0, on which its block begins.
        context
            What is known of the note.
        """
        spans, cells, verbatim = self._spans, self._cells, self._verbatim
        breaks, columns = columns_of(self._runs, line, context.line_starts)
        return Statement(
            kind,
            context.first_line + line + 1,
            start,
            start + self._length,
            level,
            tuple(cells) if cells else (),
            tuple([number for link, span in spans.items() for number in (link, *span)]) if spans else (),
            breaks,
            tuple(verbatim) if verbatim else (),
            tuple(self._formulas) if self._formulas else (),
            columns,
            tuple(self._targets) if self._targets else (),
        )

    def without_words(self, kind: StatementKind, start: int, level: int, line: int) -> Statement:
        """Return the words as a statement of cells and nothing in them; ``line`` is the file's."""
        return Statement(kind, line, start, start, level, (0,) * len(self._cells or ()))


def map_output(text: InlineText, context: CompileContext) -> None:
    """Put holes before the words of a text, or around them; only plain text can be taken in part."""
    statement = len(context.statements)
    number = context.holes
    for token, start in zip(text.output, text.output_starts, strict=True):
        words = token.content
        kind = token.type
        if kind == "text" or kind == "code_inline":  # noqa: PLR1714 (quicker than a set)
            token.content = f"\0.{number}\0{words}"
        elif kind == "hole":
            words = token.info
            token.content = f"\0.{number}\0{token.content}\0:{number}\0"
        else:
            token.meta["hole"] = number
        context.html_pieces += (number, statement, start, len(words))
        number += 1
    context.holes = number


def _blanked(text: str, places: Iterable[Sequence[int]]) -> str:
    """Return a text with blanks in the place of some words, of which the beginnings and ends are given.

    >>> _blanked("see A or B", ([4, 5, 9, 10], [4, 7]))
    'see    r  '
    """
    spans = [span for some in places for span in zip(some[::2], some[1::2], strict=True)]
    out: list[str] = []
    done = 0
    for start, end in sorted(spans):
        if done < end:
            begin = max(start, done)
            out += (text[done:begin], " " * (end - begin))
            done = end
    return "".join([*out, text[done:]])


def _before(text: str) -> str:
    sentences = _SENTENCES.match(text)
    words = " ".join((text[sentences.end() :] if sentences else text).split())
    if words and text[-1].isspace():
        words += " "
    if len(words) > _MAX_EXCERPT_CHARS:
        words = "… " + words[-_MAX_EXCERPT_CHARS:].partition(" ")[2]
    return words


def _after(text: str) -> str:
    found = _SENTENCE_END.search(text)
    words = " ".join((text[: found.start() + 1] if found else text).split())
    if words and text[0].isspace():
        words = " " + words
    if len(words) > _MAX_EXCERPT_CHARS:
        words = words[:_MAX_EXCERPT_CHARS].rpartition(" ")[0] + " …"
    return words
