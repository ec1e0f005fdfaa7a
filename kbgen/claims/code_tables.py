"""Read columns in a block of code as a table: what programs print of the parts of a thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from kbgen.claims.passages import Cell, Passage

_RULE = re.compile(r"[\s=_\-─━═╌┄+|│┃╇╈┼╪┏┓┗┛┡┩├┤└┘┌┐┬┴┳┻╋╞╡╘╛]+")
_BAR = re.compile(r"[|│┃║]")
_PIECE = re.compile(r"\S+(?:[ ](?![(\[](?:None|-?\d+),)\S+)*")
"""What stands between two wide gaps; a name that fills its column has one blank before a shape."""
_LETTER = re.compile(r"[^\W\d_]")
_MIN_ROWS = 4
"""Lines of a table with its head."""


def code_tables(passages: Sequence[Passage]) -> Iterator[list[Passage]]:
    """Yield the tables in blocks of code, each as rows that have cells and the words of the head.

    Parameters
    ----------
    passages
        Of a note, in order.
    """
    block: list[Passage] = []
    for passage in passages:
        if block and passage.number != block[-1].number + 1:
            yield from _in_block(block)
            block = []
        if passage.kind == "code":
            block.append(passage)
        elif block:
            yield from _in_block(block)
            block = []
    yield from _in_block(block)


def _in_block(block: Sequence[Passage]) -> Iterator[list[Passage]]:
    run: list[tuple[Passage, tuple[Cell, ...]]] = []
    for passage in block:
        if _RULE.fullmatch(passage.words):
            continue
        cells = _cells(passage.words)
        if run and len(cells) != len(run[0][1]):
            if not _LETTER.search(passage.words):
                continue  # the rest of a name that was too long for its column
            yield from _table(run)
            run = []
        if len(cells) > 1:
            run.append((passage, cells))
    yield from _table(run)


def _cells(text: str) -> tuple[Cell, ...]:
    if not _BAR.search(text):
        return tuple(Cell(found.start(), found.end()) for found in _PIECE.finditer(text))
    start = 0
    cells: list[Cell] = []
    for end in (*(found.start() for found in _BAR.finditer(text)), len(text)):
        cell = text[start:end]
        if cell.strip() or cells:
            before = len(cell) - len(cell.lstrip())
            cells.append(Cell(start + min(before, len(cell)), max(start + len(cell.rstrip()), start)))
        start = end + 1
    while cells and cells[-1].start >= cells[-1].end:
        cells.pop()
    return tuple(cells)


def _table(run: Sequence[tuple[Passage, tuple[Cell, ...]]]) -> Iterator[list[Passage]]:
    if len(run) < _MIN_ROWS:
        return
    (head, named), *rows = run
    heads = tuple(head.words[cell.start : cell.end] for cell in named)
    yield [
        replace(passage, kind="row", cells=cells, heads=heads, table=head.number) for passage, cells in rows
    ]
