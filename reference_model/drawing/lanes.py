"""Maps and units in one lane for each tower, and what each of them sees."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from reference_model.analysis import Summary, shape_text
from reference_model.drawing.columns import Box, Column, towers
from reference_model.drawing.svg import MARGIN, ROW, box, group, hatched, polygon, svg_text

GAP = 12
"""Between the boxes of a column."""
CARD = 4
"""Shift from a box to the one behind it, where it stands for several."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Square roots, so that 3 maps and 2048 maps, 224 pixels and 6 can stand side by side."""

    pixels: float
    channels: float

    def height(self, box: Box, divided: int) -> float:
        """Of maps by their side; of units by how many there are in one of `divided` towers."""
        if box.kind == "units":
            return max(8.0, 2.3 * sqrt(box.output[0] / divided))
        return max(5.0, self.pixels * sqrt(box.output[1]))

    def width(self, box: Box, divided: int) -> float:
        """Of maps by how many there are in one of `divided` towers."""
        return 16.0 if box.kind == "units" else max(6.0, self.channels * sqrt(box.output[0] / divided))


@dataclass(frozen=True, slots=True)
class PlacedBox:
    """A box in the drawing; `x` is its left edge, `y` its middle."""

    box: Box
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    def band(self, kernel: int | None) -> float:
        """Height of a window of `kernel` pixels in it; all of it for ``None``."""
        if kernel is None or self.box.kind == "units":
            return self.height
        return min(self.height, max(4.0, self.height * kernel / self.box.output[1]))


def lanes(
    summary: Summary, shown: tuple[Column, ...], centres: list[float], y: float, identity: str
) -> tuple[float, list[str]]:
    """Draw the maps and units.

    Parameters
    ----------
    summary, shown
        The network and its columns.
    centres
        Where the middle of each column is.
    y
        The upper edge.
    identity
        Of the drawing.

    Returns
    -------
    tuple
        The lower edge, and the elements.
    """
    count = towers(summary)
    scale = Scale(12.5, _channel_scale(shown, centres, count))
    image = Box(summary.input, "maps", None, normalised=False)
    side = scale.height(image, 1)
    tallest = max(scale.height(box_, count) for column in shown for box_ in column.boxes)
    tallest = tallest if count > 1 else max(tallest, side)
    stacked = any(column.count > 1 for column in shown)
    above, below, between = (50 if count > 1 else 28) + (ROW if stacked else 0), 28, 26
    height = above + tallest + below
    axes = [y + lane * (height + between) + above + tallest / 2 for lane in range(count)]
    bottom = y + count * height + (count - 1) * between
    middle = (axes[0] + axes[-1]) / 2
    # The published network was trained with a tower on each GPU; Caffe's form is two groups on one.
    tower = "tower {0} · GPU {0}" if summary.spec.gpus == count else "group {0}"
    parts = list(_frames(centres, [axis - tallest / 2 - above for axis in axes], height, tower))
    source = PlacedBox(image, MARGIN + 26, middle, scale.width(image, 1), side)
    placed = [
        [
            _placed(column, x, axis, scale, count)
            for axis in ([middle] if index == len(shown) - 1 and count > 1 else axes)
        ]
        for index, (column, x) in enumerate(zip(shown, centres, strict=True))
    ]
    parts += [
        box(source.x, source.y - side / 2, source.width, side, "input"),
        svg_text(
            source.x + source.width / 2, source.y + side / 2 + 18, shape_text(summary.input), "small middle"
        ),
        svg_text(source.x + source.width / 2, source.y - side / 2 - 8, "input", "small middle"),
    ]
    for column, places in zip(shown, placed, strict=True):
        drawn: list[str] = []
        for boxes in places:
            # Where the layer is not divided, it has all its maps or units in one place.
            divided = count if len(places) == count else 1
            axis = boxes[0].y
            rows = (axis - tallest / 2 - 12, axis + tallest / 2 + 18)
            if boxes[0].box.kind == "units":
                # Away from the lines that cross between the towers.
                edge = boxes[0].height / 2
                rows = (axis + edge + 18, 0) if len(places) > 1 and axis > middle else (axis - edge - 9, 0)
            drawn += _boxes(column, boxes, divided, rows, identity)
        parts.append(group("\n".join(column.details), *drawn))
    parts += _connections(shown, placed, source)
    return bottom, parts


def _frames(centres: list[float], tops: list[float], height: float, name: str) -> Iterator[str]:
    """Draw what stands behind each tower; a network of one tower needs none."""
    left, right = centres[0] - 50, (centres[-2] + centres[-1]) / 2
    for number, top in enumerate(tops, start=1):
        if len(tops) > 1:
            yield box(left, top, right - left, height, "lane", 8)
            yield svg_text(left + 10, top + 18, name.format(number), "quiet small")


def _channel_scale(shown: tuple[Column, ...], centres: list[float], divided: int) -> float:
    """Choose the widths so that the widest column leaves room for what goes from one to the next."""
    room = 0.75 * min(second - first for first, second in pairwise(centres))
    fitting = [3.6]
    for column in shown:
        roots = sum(sqrt(box_.output[0] / divided) for box_ in column.boxes if box_.kind != "units")
        if roots:
            fitting.append((room - GAP * (len(column.boxes) - 1) - CARD * (_cards(column) - 1)) / roots)
    return min(fitting)


def _placed(column: Column, x: float, y: float, scale: Scale, divided: int) -> list[PlacedBox]:
    """Place the boxes of a column side by side; where several stand behind each other, the front one."""
    widths = [scale.width(box_, divided) for box_ in column.boxes]
    behind = CARD * (_cards(column) - 1)
    left = x - (sum(widths) + GAP * (len(widths) - 1) + behind) / 2 + behind
    placed = []
    for box_, width in zip(column.boxes, widths, strict=True):
        placed.append(PlacedBox(box_, left, y, width, scale.height(box_, divided)))
        left += width + GAP
    return placed


def _cards(column: Column) -> int:
    return min(column.count, 4)


def _connections(
    shown: tuple[Column, ...], placed: list[list[list[PlacedBox]]], source: PlacedBox
) -> Iterator[str]:
    """Draw what each output position sees; what crosses from tower to tower goes on top."""
    straight: list[str] = []
    across: list[str] = []
    before = [[source]]
    for column, places in zip(shown, placed, strict=True):
        behind = CARD * (_cards(column) - 1)
        for i, target in enumerate(places):
            for j, origin in enumerate(before):
                same = i == j or len(places) == 1 or len(before) == 1
                if same:
                    straight.append(_wedge("sees", origin[-1], target[0], behind))
                elif column.joins:
                    across.append(_wedge("cross", origin[-1], target[0], behind))
            straight += [_wedge("sees", *pair, 0) for pair in pairwise(target)]
        before = places
    yield from straight
    yield from across


def _wedge(class_: str, origin: PlacedBox, target: PlacedBox, behind: float) -> str:
    """From a window to the one position that sees it; from all values to all units of a dense layer."""
    kernel = target.box.kernel
    window = origin.band(kernel) / 2
    position = target.band(None if target.box.kind == "units" else 1) / 2
    x1, x2 = origin.right + 1, target.x - behind - 1  # the first of several stands behind the others
    seen = polygon(
        class_,
        (x1, origin.y - window),
        (x2, target.y - position),
        (x2, target.y + position),
        (x1, origin.y + window),
    )
    if kernel is None:
        return seen
    return seen + box(origin.x, origin.y - window, origin.width, 2 * window, "window", 0)


def _boxes(
    column: Column, boxes: list[PlacedBox], divided: int, rows: tuple[float, float], identity: str
) -> Iterator[str]:
    for index, place in enumerate(boxes):
        cards = _cards(column) if index == 0 else 1
        for card in reversed(range(cards)):
            shift = CARD * card
            yield box(
                place.x - shift, place.y - place.height / 2 - shift, place.width, place.height, place.box.kind
            )
        if place.box.normalised:
            strip = min(7.0, place.width / 2)
            top = place.y - place.height / 2
            yield hatched(place.right - strip, top, strip, place.height, f"{identity}-norm")
        maps, *sides = place.box.output
        label = shape_text((maps // divided, *sides)) if sides else f"{maps // divided:,}"
        above, below = rows
        # Two labels flush with the outer edges keep clear of each other and of what crosses between towers.
        x, anchor = place.x + place.width / 2 - CARD * (cards - 1) / 2, " middle"
        if len(boxes) > 1:
            x, anchor = (place.right + 4, " end") if index else (place.x - CARD * (cards - 1) - 4, "")
        yield svg_text(x, below if index else above, label, f"small{anchor}")
        if cards > 1:
            yield svg_text(x, above - ROW, f"×{column.count}", f"strong{anchor}")
