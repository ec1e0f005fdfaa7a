"""Put the parts of a picture beside and under each other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kbgen.graph.force_layout import Position, Positions

ASPECT = 1.4
"""Width by height of the whole, as near as it goes."""
_GAP = 3.0
"""Between two parts."""


class _Packing(NamedTuple):
    """The corner of each box at the left and top, and the size of all."""

    corners: Sequence[Position]
    width: float
    height: float


def packed(parts: Sequence[Positions]) -> Positions:
    """Put parts beside and under each other, the first at the left and top."""
    boxes = [_box(part) for part in parts]
    if not boxes:
        return {}
    plan = min(_packings([size for _, size in boxes]), key=_aspect_error)
    return {
        node: (x - corner[0] + left, y - corner[1] + top)
        for part, (corner, _), (left, top) in zip(parts, boxes, plan.corners, strict=True)
        for node, (x, y) in part.items()
    }


def _packings(sizes: Sequence[Position]) -> Iterator[_Packing]:
    """Yield some ways: the others in rows beside the first, under it, or all of them in rows alike."""
    (width, height), others = sizes[0], sizes[1:]
    widest = max(each[0] for each in sizes)
    room = sum((w + _GAP) * (h + _GAP) for w, h in others)
    beside = _rows(others, max(widest, 1.1 * room / (height + _GAP)))
    yield _Packing(
        [(0.0, 0.0), *((x + width + _GAP, y) for x, y in beside.corners)],
        width + _GAP + beside.width,
        max(height, beside.height),
    )
    under = _rows(others, widest)
    yield _Packing(
        [(0.0, 0.0), *((x, y + height + _GAP) for x, y in under.corners)],
        max(width, under.width),
        height + _GAP + under.height,
    )
    yield _rows(sizes, max(widest, 1.1 * math.sqrt(ASPECT * (room + width * height))))


def _aspect_error(plan: _Packing) -> float:
    """Tell how far a plan is from the shape that is wanted, whether too wide or too high."""
    return abs(math.log((plan.width + 1) / (plan.height + 1) / ASPECT))


def _box(places: Positions) -> tuple[Position, Position]:
    """Return the corner at the left and top, and the size."""
    xs, ys = [x for x, _ in places.values()], [y for _, y in places.values()]
    return (min(xs), min(ys)), (max(xs) - min(xs), max(ys) - min(ys))


def _rows(sizes: Sequence[Position], limit: float) -> _Packing:
    """Put boxes into rows no wider than a limit."""
    corners: list[Position] = []
    x = y = tallest = widest = 0.0
    for width, height in sizes:
        if x and x + width > limit:
            x, y, tallest = 0.0, y + tallest + _GAP, 0.0
        corners.append((x, y))
        tallest, widest = max(tallest, height), max(widest, x + width)
        x += width + _GAP
    return _Packing(corners, widest, y + tallest)


def grid(ids: Sequence[str]) -> Positions:
    """Put nodes that nothing joins into rows, in the order of their ids."""
    columns = max(1, round(math.sqrt(len(ids) * ASPECT)))
    return {node: (float(number % columns), float(number // columns)) for number, node in enumerate(ids)}
