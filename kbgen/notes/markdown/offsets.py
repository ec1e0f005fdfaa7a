"""Where the words of a block come from: for each stretch of them, how much further on it stands in the body.

The words of a block are its source without what makes it a block: marks of quotes and lists,
indentation, and in a table the backslash before a bar. The parser alone knows what it took away.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple, cast

from markdown_it import MarkdownIt
from markdown_it.common.utils import MD_TRIM_CHARS
from markdown_it.rules_block import StateBlock, code
from markdown_it.token import Token
from markdown_it.utils import EnvType
from msgspec import Struct

from kbgen.notes.markdown.context import context_of
from kbgen.notes.markdown.tokens import Nesting, PlacedToken


class OffsetMap(Struct, frozen=True, gc=False):
    """Stretches of words that stand together in the body."""

    starts: Sequence[int]
    """Where each begins in the words; the first is 0."""
    shifts: Sequence[int]
    """What to add to a place in it for the same place in the body."""

    def place(self, position: int) -> int:
        """Return the offset in the body of a position in the words."""
        if len(self.starts) == 1:
            return position + self.shifts[0]
        return position + self.shifts[bisect_right(self.starts, position) - 1]

    def pieces(self, position: int, length: int) -> Iterator[tuple[int, int, int]]:
        """Yield the stretches of some of the words: how far on each begins, its place, and its length."""
        end = position + length
        index = bisect_right(self.starts, position) - 1
        start = position
        while start < end:
            after = self.starts[index + 1] if index + 1 < len(self.starts) else end
            stop = min(after, end)
            yield start - position, start + self.shifts[index], stop - start
            start, index = stop, index + 1

    def after(self, skipped: int) -> OffsetMap:
        """Return the same for the words behind the first few.

        >>> OffsetMap((0, 5, 9), (2, 4, 6)).after(6)
        OffsetMap(starts=[0, 3], shifts=[10, 12])
        """
        first = bisect_right(self.starts, skipped) - 1
        starts = [max(start - skipped, 0) for start in self.starts[first:]]
        return OffsetMap(starts, [shift + skipped for shift in self.shifts[first:]])


NO_SOURCE = OffsetMap((0,), (0,))
"""Of words that no source has."""


def offsets_of(token: Token) -> OffsetMap:
    """Return where the words of a block come from."""
    offsets: OffsetMap = token.meta.get("offsets", NO_SOURCE)
    return offsets


def contiguous(offset: int) -> OffsetMap:
    """Return the offsets of words that stand together."""
    return OffsetMap((0,), (offset,))


def first_word(state: StateBlock, start: int, end: int) -> int:
    """Return where the words begin that markdown-it trims."""
    words = state.src[start:end]
    return start + len(words) - len(words.lstrip(MD_TRIM_CHARS))


BlockRule = Callable[[StateBlock, int, int, bool], bool]


class RuleTable(NamedTuple):
    """The rules of a chain that may find something in a note."""

    by_character: Mapping[str, Sequence[BlockRule]]
    """For the character that a line begins with."""
    anyhow: Sequence[BlockRule]
    """For all other characters."""


class BlockState(StateBlock):
    """A :class:`StateBlock` that remembers where the lines stand that it cut out last."""

    def __init__(
        self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token], tables: Mapping[str, RuleTable]
    ) -> None:
        super().__init__("", md, env, tokens)
        self.src = src
        self.tables = tables
        """Of each chain of rules."""
        self._mark_lines()
        context_of(env).line_starts = self.bMarks[:-1]
        self._starts: Sequence[int] = NO_SOURCE.starts
        self._shifts: Sequence[int] = NO_SOURCE.shifts
        self.text = ""
        """What was cut out."""

    def _mark_lines(self) -> None:
        """Say where each line begins and ends, and how far it stands in."""
        source = self.src
        lines = source.split("\n")
        if not lines[-1].strip(" \t"):
            lines.pop()  # as markdown-it does, which looks for line ends
        self.tShift = [len(line) - len(line.lstrip(" \t")) for line in lines]
        self.sCount = list(self.tShift)
        if "\t" in source:
            self.sCount = [
                len(line[:shift].expandtabs(4)) for line, shift in zip(lines, self.tShift, strict=True)
            ]
        after = list(accumulate([len(line) + 1 for line in lines]))
        self.bMarks = [0, *after[:-1]] if lines else []
        self.eMarks = [place - 1 for place in after]
        self.bsCount = [0] * len(lines)
        for marks, behind in (
            (self.bMarks, len(source)),
            (self.eMarks, len(source)),
            (self.tShift, 0),
            (self.sCount, 0),
            (self.bsCount, 0),
        ):
            marks.append(behind)  # so that rules may look beyond the last line
        self.lineMax = len(lines)

    def push(self, ttype: str, tag: str, nesting: Nesting) -> Token:
        """Push a token."""
        if nesting < 0:
            self.level -= 1
        token = PlacedToken(ttype, tag, nesting, self.level)
        token.block = True
        if nesting > 0:
            self.level += 1
        self.tokens.append(token)
        return token

    def getLines(self, begin: int, end: int, indent: int, keepLastLF: bool) -> str:  # noqa: N802, N803, FBT001
        """Cut out lines, without so many columns of each."""
        source = self.src
        if end - begin == 1 and not indent:  # nearly always
            first = self.bMarks[begin]
            self._starts, self._shifts = NO_SOURCE.starts, (first,)
            self.text = source[first : self.eMarks[begin] + keepLastLF]
            return self.text
        starts: list[int] = []
        shifts: list[int] = []
        pieces: list[str] = []
        at = 0
        shift = -1
        for line in range(begin, end):
            first = self.bMarks[line]
            last = self.eMarks[line] + (line + 1 < end or keepLastLF)
            if indent:
                first, blanks = self._indented(line, indent, last)
                if blanks:  # part of a tab
                    pieces.append(" " * blanks)
                    starts.append(at)
                    shifts.append(first - 1 - at)
                    at += blanks
                    shift = -1
            if shift != first - at:
                shift = first - at
                starts.append(at)
                shifts.append(shift)
            pieces.append(source[first:last])
            at += last - first
        if starts:
            self._starts, self._shifts = starts, shifts
        self.text = "".join(pieces)
        return self.text

    def _indented(self, line: int, indent: int, last: int) -> tuple[int, int]:
        """Return where a line begins without some columns, and how many columns a tab has beyond them."""
        source = self.src
        begin = first = self.bMarks[line]
        columns = 0
        while first < last and columns < indent:
            character = source[first]
            if character == "\t":
                columns += 4 - (columns + self.bsCount[line]) % 4
            elif character == " " or first - begin < self.tShift[line]:
                columns += 1
            else:
                break
            first += 1
        return first, max(columns - indent, 0)

    def cut(self) -> OffsetMap:
        """Return where the lines stand that were cut out last."""
        return OffsetMap(self._starts, self._shifts)


def indented_code(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001
    """Handle an indented block, whose lines know where they come from."""
    if not state.is_code_block(start_line) or not code(state, start_line, end_line, silent):
        return False
    state.tokens[-1].meta["offsets"] = cast("BlockState", state).cut()
    return True
