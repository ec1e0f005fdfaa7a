"""Put the parts of a picture beside and under each other."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kbgen.graph.forces import Places, Position

ASPECT = 1.4
"""Width by height of the whole, as near as it goes."""
_GAP = 3.0
"""Between two parts."""


def packed(parts: Sequence[Places]) -> Places:
    """Put the first part to the left or on top, and the others in rows beside or under it."""
    boxes = [_box(part) for part in parts]
    if not boxes:
        return {}
    (width, height), others = boxes[0][1], [box[1] for box in boxes[1:]]
    room = sum((w + _GAP) * (h + _GAP) for w, h in others)
    widest = max((w for w, _ in others), default=0.0)
    beside = _rows(others, max(widest, 1.1 * room / (height + _GAP)))
    under = _rows(others, max(widest, width))
    aspects = [
        (width + _GAP + beside[1][0]) / (max(height, beside[1][1]) or 1),
        max(width, under[1][0]) / (height + _GAP + under[1][1]),
    ]
    nearest = min((0, 1), key=lambda number: abs(math.log((aspects[number] or 1e-9) / ASPECT)))
    corner = (width + _GAP, 0.0) if nearest == 0 else (0.0, height + _GAP)
    corners = [(0.0, 0.0), *((x + corner[0], y + corner[1]) for x, y in (beside, under)[nearest][0])]
    return {
        node: (x - box[0][0] + left, y - box[0][1] + top)
        for part, box, (left, top) in zip(parts, boxes, corners, strict=True)
        for node, (x, y) in part.items()
    }


def _box(places: Places) -> tuple[Position, Position]:
    """Return the corner at the left and top, and the size."""
    xs, ys = [x for x, _ in places.values()], [y for _, y in places.values()]
    return (min(xs), min(ys)), (max(xs) - min(xs), max(ys) - min(ys))


def _rows(sizes: Sequence[Position], limit: float) -> tuple[list[Position], Position]:
    """Put boxes into rows no wider than a limit: the corner of each, and the size of all."""
    corners: list[Position] = []
    x = y = tallest = widest = 0.0
    for width, height in sizes:
        if x and x + width > limit:
            x, y, tallest = 0.0, y + tallest + _GAP, 0.0
        corners.append((x, y))
        tallest, widest = max(tallest, height), max(widest, x + width)
        x += width + _GAP
    return corners, (widest, y + tallest)


def block(ids: Sequence[str]) -> Places:
    """Put nodes that nothing joins into rows, in the order of their ids."""
    columns = max(1, round(math.sqrt(len(ids) * ASPECT)))
    return {node: (float(number % columns), float(number // columns)) for number, node in enumerate(ids)}
