"""Line and column in the source of what stands in the words of a block."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import count, islice

_LINE_END = re.compile("\n")


class Positions:
    """A finger in the source: the words at hand, and where each of their lines begins.

    The words of a block are its source without what makes it a block: marks of quotes
    and lists, indentation, and in a table the backslash before a bar.

    Parameters
    ----------
    lines
        The source lines.
    comment_lines
        Numbers of those that no words were taken from.
    """

    def __init__(self, lines: Sequence[str], comment_lines: frozenset[int] = frozenset()) -> None:
        self._lines = lines
        self._comment_lines = comment_lines
        self._words = ""
        self._first_line = 0
        self._starts: list[int] = []
        self._numbers: list[int] = []
        self._shifts: dict[int, int] = {}
        self._row = -1
        self._cells: list[str] = []
        self._cell_end = 0
        self._cell_start = 0
        self._escaped_bars: list[int] = []

    def enter(self, words: str, line: int, *, cell: bool) -> None:
        """Go to the words of the next block or cell; ``line`` is the first, from 0."""
        if not cell or line != self._row:
            self._cells, self._cell_end = [], 0
            self._row = line if cell else -1
        if cell:
            self._cells.append(words)
        self._words, self._first_line = words, line
        self._starts, self._shifts = [], {}

    def place(self, position: int) -> tuple[int, int]:
        """Return line, from 0, and column, from 1, of a position in the words."""
        if self._row >= 0:
            return self._first_line, self._column_in_row(position)
        if not self._starts:
            self._starts = [0, *(found.end() for found in _LINE_END.finditer(self._words))]
            first = self._words.partition("\n")[0].strip()
            if first not in self._line(self._first_line) and first in self._line(self._first_line + 1):
                self._first_line += 1  # the parser took away a first line of no-break spaces
            numbers = (line for line in count(self._first_line) if line not in self._comment_lines)
            self._numbers = list(islice(numbers, len(self._starts)))
        index = bisect_right(self._starts, position) - 1
        if index not in self._shifts:
            self._shifts[index] = self._shift(index)
        return self._numbers[index], max(position - self._starts[index] + self._shifts[index], 0) + 1

    def _line(self, line: int) -> str:
        return self._lines[line] if line < len(self._lines) else ""

    def _shift(self, index: int) -> int:
        begin = self._starts[index]
        end = self._starts[index + 1] - 1 if index + 1 < len(self._starts) else len(self._words)
        written = self._words[begin:end]
        words = written.strip()
        # From the right: what stands before the words may look like them, as in "1. 1".
        found = self._line(self._numbers[index]).rfind(words)
        return max(found, 0) - written.find(words)

    def _column_in_row(self, position: int) -> int:
        source = self._line(self._first_line)
        for cell in self._cells:
            self._to_cell(source, cell)
        self._cells.clear()
        return self._cell_start + position + bisect_left(self._escaped_bars, position) + 1

    def _to_cell(self, source: str, cell: str) -> None:
        """Follow a cell through its row; each of its bars has a backslash before it, or none."""
        self._escaped_bars = []
        end = self._cell_end
        position = 0
        for number, part in enumerate(cell.split("|")):
            if number == 0:
                end = self._cell_start = max(source.find(part, end), 0)
            else:
                if source.startswith("\\", end):
                    self._escaped_bars.append(position)
                    end += 1
                end += 1
                position += 1
            end += len(part)
            position += len(part)
        self._cell_end = end
