"""What is inside a block: its paths side by side, from what comes in to where they are joined."""

from collections.abc import Iterator

from reference_model.analysis import Summary, shape_text
from reference_model.drawing.svg import MARGIN, arrow, box, line, svg_text
from reference_model.presentation.outline import Item, Run, outline, runs
from reference_model.specs.layer import Shape

PATH = 46
"""From one path to the next."""
PLATE = (168.0, 36.0)
"""Width and height of a layer."""


def block_diagrams(summary: Summary, y: float) -> tuple[float, list[str]]:
    """Draw one block of each form that the network has.

    Parameters
    ----------
    summary
        The network.
    y
        Where to begin.

    Returns
    -------
    tuple
        Where the diagrams end, `y` less its own space if there are none, and their elements.
    """
    parts: list[str] = []
    bottom = y - 34
    for run, before, alike in _forms(summary):
        block = run.items[0]
        parts += _diagram(block, before, _caption(run, alike), y)
        bottom = y + 16 + PATH * len(block.paths)
        y = bottom + 34
    return bottom, parts


def _forms(summary: Summary) -> Iterator[tuple[Run, Shape, int]]:
    """Give the first block of each form, what comes in, and how many of its form there are."""
    everything = runs(outline(summary))
    forms = [_form(run.item) for run in everything]
    before = summary.input
    for index, run in enumerate(everything):
        if run.item.paths and forms[index] not in forms[:index]:
            alike = sum(
                len(other.items)
                for other, form in zip(everything, forms, strict=True)
                if form == forms[index]
            )
            yield run, before, alike
        before = run.item.output


def _form(item: Item) -> tuple[int, ...]:
    return tuple(len(path) for path in item.paths)


def _caption(run: Run, alike: int) -> str:
    name = run.items[0].name
    if any(not path for path in run.item.paths):
        return f"Inside {name}, as in {alike} blocks: the shortcut is the identity"
    if run.item.row.kind == "add":
        return f"Inside {name}, as in {alike} blocks, the first of each stage: the shortcut is projected"
    return f"Inside {name}, as in {alike} blocks: {len(run.item.paths)} paths side by side"


def _diagram(block: Item, before: Shape, caption: str, y: float) -> Iterator[str]:
    yield svg_text(MARGIN, y, caption, "strong")
    plate_width, plate_height = PLATE
    levels = [y + 16 + PATH * (index + 0.5) for index in range(len(block.paths))]
    longest = max(map(len, block.paths))
    start = MARGIN + 100
    gap = 30.0
    first = start + 34
    join = first + longest * (plate_width + gap) + 12
    middle = (levels[0] + levels[-1]) / 2
    yield svg_text(MARGIN, middle + 5, shape_text(before), "small")
    yield line("flow", (MARGIN + 84, middle), (start, middle))
    yield line("flow", (start, levels[0]), (start, levels[-1]))
    for level, path in zip(levels, block.paths, strict=True):
        x = start
        for index, item in enumerate(path):
            left = first + index * (plate_width + gap)
            yield arrow("flow", (x, level), (left, level))
            yield from _plate(item, left, level - plate_height / 2)
            x = left + plate_width
        yield arrow("flow", (x, level), (join, level))
    yield box(join, levels[0] - 16, 14, levels[-1] - levels[0] + 32, "plate", 3)
    if block.row.kind == "add":
        yield svg_text(join + 7, middle + 5, "+", "strong middle")
    end, phrase = join + 14, "added up" if block.row.kind == "add" else "concatenated"
    yield arrow("flow", (end, middle), (end + 30, middle))
    then = ", ".join((phrase, *block.then))
    yield svg_text(end + 38, middle - 3, shape_text(block.output), "small strong")
    yield svg_text(end + 38, middle + 13, then, "quiet small")


def _plate(item: Item, x: float, y: float) -> Iterator[str]:
    row = item.row
    width, height = PLATE
    what = f"{row.kernel}×{row.kernel}"
    if row.kind == "conv":
        what += f", {row.output[0]} maps"
        if row.stride != 1:
            what += f", stride {row.stride}"
        below = f"{item.parameters:,} parameters"
    else:
        what = f"{what} {row.kind}"
        below = "no parameters"
    yield box(x, y, width, height, "maps" if row.kind == "conv" else "pooled", 4)
    yield svg_text(x + width / 2, y + 15, what, "small strong middle")
    yield svg_text(x + width / 2, y + 30, below, "quiet small middle")
