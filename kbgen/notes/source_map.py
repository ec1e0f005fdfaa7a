"""Where each word of a statement stands in its file: few numbers, noted once and followed by arithmetic.

Words stand one behind the other, as their source does, but for what the source has besides. So a statement
holds what differs alone: where its further lines begin (``breaks``), and at which words the column is not
the next one, and by how much it is another (``columns``).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from msgspec import Struct

from kbgen.notes.model import Statement


def columns_of(
    runs: Sequence[int], line: int, line_starts: Sequence[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the breaks and the columns of a statement.

    Parameters
    ----------
    runs
        Stretches of words that stand together: for each where it begins among the words and in the
        body, and its length.
    line
        Of the body, from 0, on which the statement begins.
    line_starts
        Where each line of the body begins.

    Examples
    --------
    >>> columns_of((0, 2, 3, 3, 7, 2), 0, [0, 6])
    ((3,), (0, 2, 3, 1))
    """
    lines = len(line_starts)
    begin = line_starts[line]
    after = line_starts[line + 1] if line + 1 < lines else _NEVER
    if len(runs) == 3 and not runs[0] and begin <= runs[1] and runs[1] + runs[2] < after:  # nearly always
        return (), (0, runs[1] - begin) if runs[1] > begin else ()
    breaks: list[int] = []
    columns: list[int] = []
    offset, column = 0, 1
    last = 0
    numbers = iter(runs)
    for start, place, length in zip(numbers, numbers, numbers, strict=True):
        if place >= after:
            below = bisect_right(line_starts, place) - 1
            breaks += [start] * (below - line)
            line, begin = below, line_starts[below]
            after = line_starts[line + 1] if line + 1 < lines else _NEVER
            offset, column = start, 1
        here = place - begin + 1
        if here != column + start - offset:
            columns += (start - last, here - column - start + offset)
            last = start
        offset, column = start, here
        end = place + length
        while end >= after:  # the words go over the end of the line
            offset, column = start + after - place, 1
            breaks.append(offset)
            line, begin = line + 1, after
            after = line_starts[line + 1] if line + 1 < lines else _NEVER
    return tuple(breaks), tuple(columns)


_NEVER = 1 << 62


class SourceSpan(Struct, frozen=True, array_like=True):
    """Words that stand together on a line."""

    start: int
    """Where they begin among the words."""
    end: int
    line: int
    column: int


class SourceMap:
    """The map of one statement, unfolded.

    Parameters
    ----------
    statement
        As it was compiled.
    """

    def __init__(self, statement: Statement) -> None:
        self._offsets: list[int] = []
        self._places: list[tuple[int, int]] = []
        self._targets = statement.targets
        for offset, line, column in _points(statement):
            if self._offsets and self._offsets[-1] == offset:
                self._places[-1] = (line, column)
            else:
                self._offsets.append(offset)
                self._places.append((line, column))

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column, from 1, of the word at an offset."""
        index = bisect_right(self._offsets, offset) - 1
        line, column = self._places[index]
        return line, column + offset - self._offsets[index]

    def stretches(self, start: int, end: int) -> tuple[SourceSpan, ...]:
        """Return the stretches that some words are in; none for words that are where a link leads."""
        targets = self._targets
        if any(one < end and start < other for one, other in zip(targets[::2], targets[1::2], strict=True)):
            return ()
        found = []
        index = bisect_right(self._offsets, start) - 1
        while start < end:
            after = self._offsets[index + 1] if index + 1 < len(self._offsets) else end
            stop = min(after, end)
            found.append(SourceSpan(start, stop, *self.place(start)))
            start, index = stop, index + 1
        return tuple(found)


def _points(statement: Statement) -> Iterator[tuple[int, int, int]]:
    """Yield where a line begins or a column is not the next one, with the place; of two, the last counts."""
    breaks, columns = statement.breaks, statement.columns
    line = statement.line
    begun, natural = 0, 1
    yield 0, line, 1
    next_break = 0
    offset = 0
    for at in range(0, len(columns), 2):
        offset += columns[at]
        while next_break < len(breaks) and breaks[next_break] <= offset:
            line, begun, natural = line + 1, breaks[next_break], 1
            next_break += 1
            yield begun, line, natural
        natural += offset - begun + columns[at + 1]
        begun = offset
        yield offset, line, natural
    for begin in breaks[next_break:]:
        line += 1
        yield begin, line, 1
