"""A network of images as maps from left to right, in two lanes where there are two towers."""

from textwrap import wrap

from reference_model.analysis import Summary
from reference_model.drawing.blocks import block_diagrams
from reference_model.drawing.columns import Column, columns, towers
from reference_model.drawing.lanes import lanes
from reference_model.drawing.svg import MARGIN, ROW, WIDTH, box, document, hatched, line, svg_text
from reference_model.presentation.wording import (
    first_windows,
    input_words,
    sentence,
    share,
    title,
)

FIRST = 92
"""Width of the first column, which has the input and the headings of the rows."""
BARS = 56
"""Height of the longest bar."""
BOTH = "both towers"
SCALES = (
    "Heights go by the side of the maps, widths by how many there are, bars of units by their number; "
    "square-root scales."
)


def draw_maps(summary: Summary) -> str:
    """Draw a network of images; see `reference_model.drawing.diagram.draw`."""
    identity = f"{summary.spec.model}-{summary.spec.variant}"
    parts: list[str] = []
    y = 32.0
    parts += [svg_text(MARGIN, y, title(summary), "title")]
    y += 24
    parts += [svg_text(MARGIN, y, _headline(summary), "strong")]
    for phrase in wrap(sentence(summary.spec.description), 140):
        y += ROW
        parts += [svg_text(MARGIN, y, phrase, "quiet small")]
    shown = columns(summary)
    centres = _centres(shown)
    y, drawn = _headings(shown, centres, towers(summary), y + 36)
    parts += drawn
    y, drawn = lanes(summary, shown, centres, y + 12, identity)
    parts += drawn
    y, drawn = _counts(summary, shown, centres, y + 26, identity)
    parts += drawn
    y, drawn = block_diagrams(summary, y + 34)
    parts += drawn
    y, drawn = _legend(summary, shown, y + 40, identity)
    parts += drawn
    return document(
        identity, f"{title(summary)}: architecture", _description(summary, shown), (WIDTH, y + 12), parts
    )


def _headline(summary: Summary) -> str:
    return (
        f"{summary.parameters:,} parameters · {summary.macs:,} MACs · {summary.depth} layers with weights · "
        f"input {input_words(summary)}"
    )


def _description(summary: Summary, shown: tuple[Column, ...]) -> str:
    count = towers(summary)
    form = f"{count} towers side by side" if count > 1 else "one tower"
    layers = "; ".join(detail for column in shown for detail in column.details)
    parts = (f"{_headline(summary)}; {form}.", sentence(summary.spec.description))
    return " ".join(part for part in (*parts, f"From the input to the output: {layers}.") if part)


def _centres(shown: tuple[Column, ...]) -> list[float]:
    """Give fully connected layers a little less room than the others, which have more to say."""
    weights = [0.86 if column.boxes[0].kind == "units" else 1.0 for column in shown]
    unit = (WIDTH - 2 * MARGIN - FIRST) / sum(weights)
    left = MARGIN + FIRST
    centres = []
    for weight in weights:
        centres.append(left + weight * unit / 2)
        left += weight * unit
    return centres


def _headings(
    shown: tuple[Column, ...], centres: list[float], count: int, y: float
) -> tuple[float, list[str]]:
    """Write what each column is, as a table with its headings at the left."""
    rows = [
        ("kernels", [column.kernels for column in shown]),
        ("stride, pad", [column.steps for column in shown]),
        ("sees", [_seen(index, column) for index, column in enumerate(shown)] if count > 1 else []),
        ("then", [column.then for column in shown]),
    ]
    for number in range(max(len(column.pooling) for column in shown)):
        cells = ["".join(column.pooling[number : number + 1]) for column in shown]
        rows.append(("" if number else "pooling", cells))
    parts = [
        svg_text(centre, y, column.name, "name middle") for column, centre in zip(shown, centres, strict=True)
    ]
    parts.append(svg_text(MARGIN, y, "layer", "quiet small"))
    for heading, cells in rows:
        if not any(cells):
            continue
        y += ROW
        parts.append(svg_text(MARGIN, y, heading, "quiet small"))
        for x, cell in zip(centres, cells, strict=True):
            class_ = "crossing small middle" if cell == BOTH else "small middle"
            parts += [svg_text(x, y, cell, class_)] if cell else []
    return y, parts


def _seen(index: int, column: Column) -> str:
    if index == 0:
        return "the image"
    return BOTH if column.joins else "its own tower"


def _counts(
    summary: Summary, shown: tuple[Column, ...], centres: list[float], y: float, identity: str
) -> tuple[float, list[str]]:
    """Draw the share of each column in all parameters and in all operations, and write the counts."""
    base = y + 16 + BARS
    longest = max(max(column.parameters / summary.parameters, column.macs / summary.macs) for column in shown)
    parts = [svg_text(MARGIN, base - 4, "share, %", "quiet small")]
    for column, x in zip(shown, centres, strict=True):
        bars = []
        for offset, count, total, class_ in (
            (-19, column.parameters, summary.parameters, "bar-parameters"),
            (19, column.macs, summary.macs, "bar-macs"),
        ):
            height = max(1.0, BARS * count / total / longest)
            bar = _bar(x + offset - 8, base - height, 16, height, identity, class_)
            bars += [bar, svg_text(x + offset, base - height - 5, share(count, total), "small middle")]
        parts += bars
    parts.append(line("rule", (MARGIN, base + 0.5), (WIDTH - MARGIN, base + 0.5)))
    level = base + 2
    for heading, class_, cells in (
        ("parameters", "bar-parameters", [column.parameters for column in shown]),
        ("MACs", "bar-macs", [column.macs for column in shown]),
    ):
        level += ROW
        parts.append(_bar(MARGIN, level - 10, 10, 10, identity, class_))
        parts.append(svg_text(MARGIN + 16, level, heading, "quiet small"))
        parts += [
            svg_text(x, level, f"{cell:,}", "small middle") for x, cell in zip(centres, cells, strict=True)
        ]
    return level, parts


def _bar(x: float, y: float, width: float, height: float, identity: str, class_: str) -> str:
    if class_ == "bar-macs":
        return hatched(x, y, width, height, f"{identity}-macs", class_)
    return box(x, y, width, height, class_, 1)


def _legend(summary: Summary, shown: tuple[Column, ...], y: float, identity: str) -> tuple[float, list[str]]:
    boxes = [box_ for column in shown for box_ in column.boxes]
    entries = [("maps", "maps")]
    if any(box_.kind == "pooled" for box_ in boxes):
        entries.append(("pooled", "pooled maps"))
    if any(box_.normalised for box_ in boxes):
        entries.append(("norm", "normalised across maps (LRN)"))
    entries.append(("units", "units"))
    entries.append(("sees", "what one position sees"))
    if towers(summary) > 1:
        entries.append(("cross", "from the other tower"))
    parts: list[str] = []
    x = float(MARGIN)
    for class_, phrase in entries:
        swatch = box(x, y - 10, 18, 11, "maps" if class_ == "norm" else class_)
        parts.append(swatch)
        if class_ == "norm":
            parts.append(hatched(x + 9, y - 10, 9, 11, f"{identity}-norm"))
        parts.append(svg_text(x + 24, y, phrase, "small"))
        x += 24 + 6.6 * len(phrase) + 22
    y += ROW + 5
    parts.append(svg_text(MARGIN, y, SCALES, "quiet small"))
    if summary.spec.disputed_input:
        y += ROW
        parts.append(svg_text(MARGIN, y, f"{first_windows(summary)}.", "quiet small"))
    y += ROW
    phrase = f"Figures by arithmetic from: {summary.spec.source}. FLOPs = 2 × MACs."
    parts.append(svg_text(MARGIN, y, phrase, "quiet small"))
    return y, parts
