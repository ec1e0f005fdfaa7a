"""A summary as a table for people, on a terminal or in Markdown."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from textwrap import wrap
from typing import TypeAlias

from reference_model.analysis import BYTES_PER_VALUE, Summary, shape_text
from reference_model.presentation.outline import Item, Run, outline, runs
from reference_model.presentation.wording import (
    first_windows,
    input_words,
    sees_all,
    sentence,
    share,
    size,
    title,
    values,
    zeros,
)
from reference_model.vocabulary import By

COLUMNS = 100
"""Characters in a line of the text table."""

"""What a line is: a layer, or a block of several where the network has blocks."""

KINDS = {"add": "residual", "concat": "inception", "layer-norm": "block"}
"""What a block is, by the layer that it ends with."""


@dataclass(frozen=True, slots=True, eq=False)
class TableColumn:
    """One column: its heading, and whether its cells are numbers. Two of them have the same heading."""

    heading: str
    number: bool = True


NAME, KIND, COUNT = TableColumn("layer", number=False), TableColumn("kind", number=False), TableColumn("×")
KERNEL, STRIDE, PADDING, GROUPS = TableColumn("k"), TableColumn("s"), TableColumn("p"), TableColumn("g")
OUTPUT, THEN = TableColumn("output", number=False), TableColumn("then", number=False)
PARAMETERS, PARAMETERS_SHARE = TableColumn("parameters"), TableColumn("%")
MACS, MILLIONS, MACS_SHARE = TableColumn("MACs"), TableColumn("M MACs"), TableColumn("%")
FIELD = TableColumn("RF/jump")

ORDER = (
    NAME,
    KIND,
    COUNT,
    KERNEL,
    STRIDE,
    PADDING,
    GROUPS,
    OUTPUT,
    THEN,
    PARAMETERS,
    PARAMETERS_SHARE,
    MACS,
    MILLIONS,
    MACS_SHARE,
    FIELD,
)

Cells: TypeAlias = dict[TableColumn, str]


def text(summary: Summary, *, by: By | None = None, batch: int | None = None) -> str:
    """Write the table for a terminal, no line wider than 100 columns.

    Parameters
    ----------
    summary
        The network.
    by
        What a line is; blocks by default, where the network has any.
    batch
        Estimate the memory of training with so many examples at once.

    Returns
    -------
    str
        Lines, the last one ended.
    """
    parts = [f"{title(summary)}, input {input_words(summary)}"]
    parts += wrap(sentence(summary.spec.description), COLUMNS)
    parts += ["", *_fitted(list(_rows(summary, by)), summary), ""]
    for label, phrase in _remarks(summary, by, batch):
        parts += wrap(f"{label}: {phrase}", COLUMNS, subsequent_indent="  ", break_on_hyphens=False)
    return "\n".join(parts) + "\n"


def markdown(summary: Summary, *, by: By | None = None, batch: int | None = None) -> str:
    """Write the table as Markdown (GitHub's tables); parameters as for `text`."""
    rows = [*_rows(summary, by), _total(summary)]
    columns = _used(rows)
    lines = [f"## {title(summary)}", ""]
    lines += [f"{sentence(summary.spec.description)} Input {input_words(summary)}.".strip(), ""]
    lines += [_pipes(column.heading for column in columns)]
    lines += [_pipes("---:" if column.number else "---" for column in columns)]
    lines += [_pipes(_strong(row, column) for column in columns) for row in rows]
    lines += ["", *(f"* **{label}**: {phrase}" for label, phrase in _remarks(summary, by, batch))]
    return "\n".join(lines) + "\n"


def _rows(summary: Summary, by: By | None) -> Iterator[Cells]:
    for run in runs(outline(summary)):
        if not run.item.paths:
            yield _layer(run.item, summary)
        elif by != "layer":
            yield _block(run, summary)
        else:
            for item in run.items:
                yield _block_heading(item)
                yield from _inside(item, summary)


def _inside(block: Item, summary: Summary) -> Iterator[Cells]:
    """Give the layers of a block, indented, and without the block's name before theirs."""
    for path in block.paths:
        for item in path:
            cells = _layer(item, summary)
            yield {**cells, NAME: "  " + item.name.removeprefix(f"{block.name}.")}


def _block_heading(item: Item) -> Cells:
    return {
        NAME: item.name,
        KIND: KINDS[item.row.kind],
        OUTPUT: shape_text(item.output),
        THEN: ", ".join(item.then),
    }


def _block(run: Run, summary: Summary) -> Cells:
    kind = KINDS[run.item.row.kind]
    return {
        **_figures(run.item, summary),
        **_counts(run.parameters, run.macs, summary),
        NAME: run.name,
        KIND: kind,
        COUNT: str(len(run.items)) if len(run.items) > 1 else "",
    }


def _layer(item: Item, summary: Summary) -> Cells:
    row = item.row
    return {
        **_figures(item, summary),
        **_counts(item.parameters, item.macs, summary),
        NAME: item.name,
        KIND: row.kind,
        KERNEL: _number(row.kernel),
        STRIDE: _number(row.stride),
        PADDING: zeros(row),
        GROUPS: _number(row.groups),
    }


def _figures(item: Item, summary: Summary) -> Cells:
    row = item.row
    seen = "whole" if sees_all(row, summary) else _number(row.receptive_field)
    # Before the first layer that sees it all, a jump is of use; after a dense layer there is none.
    field = f"{seen}/{row.jump}" if row.jump is not None else seen
    return {OUTPUT: shape_text(item.output), THEN: ", ".join(item.then), FIELD: field}


def _counts(parameters: int, macs: int, summary: Summary) -> Cells:
    return {
        PARAMETERS: f"{parameters:,}" if parameters else "",
        PARAMETERS_SHARE: share(parameters, summary.parameters),
        MACS: f"{macs:,}" if macs else "",
        MACS_SHARE: share(macs, summary.macs),
    }


def _total(summary: Summary) -> Cells:
    return {**_counts(summary.parameters, summary.macs, summary), NAME: "total"}


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _used(rows: list[Cells]) -> list[TableColumn]:
    """List the columns in which something stands; groups only where some layer has more than one."""
    return [
        column
        for column in ORDER
        if any(row.get(column, "") not in ({"", "1"} if column is GROUPS else {""}) for row in rows)
    ]


def _fitted(rows: list[Cells], summary: Summary) -> list[str]:
    """Lay the table out; where it is too wide, with less space, then with MACs in millions."""
    rows = [*rows, _total(summary)]
    short = [_in_millions(row) for row in rows]
    wide = dict.fromkeys(ORDER, "  ")
    narrow = wide | dict.fromkeys((STRIDE, PADDING, GROUPS, PARAMETERS_SHARE, MACS_SHARE), " ")
    least = dict.fromkeys(ORDER, " ")
    attempts = ((rows, wide), (rows, narrow), (short, wide), (short, narrow), (short, least))
    tables = (_laid_out(cells, gaps) for cells, gaps in attempts)
    return next((lines for lines in tables if _width(lines) <= COLUMNS), _laid_out(short, least))


def _in_millions(row: Cells) -> Cells:
    cells = {column: cell for column, cell in row.items() if column is not MACS}
    macs = row.get(MACS, "")
    return {**cells, MILLIONS: f"{int(macs.replace(',', '')) / 1e6:,.1f}" if macs else ""}


def _laid_out(rows: list[Cells], gaps: dict[TableColumn, str]) -> list[str]:
    columns = _used(rows)
    width = {
        column: max(len(column.heading), *(len(row.get(column, "")) for row in rows)) for column in columns
    }

    def line(cells: Cells) -> str:
        parts: list[str] = []
        for column in columns:
            cell = cells.get(column, "")
            gap = gaps[column] if parts else ""
            parts.append(gap + (cell.rjust if column.number else cell.ljust)(width[column]))
        return "".join(parts).rstrip()

    *lines, total = map(line, rows)
    heading = line({column: column.heading for column in columns})
    rule = "─" * max(map(len, (heading, *lines, total)))
    return [heading, rule, *lines, rule, total]


def _width(lines: Iterable[str]) -> int:
    return max(map(len, lines))


def _pipes(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _strong(row: Cells, column: TableColumn) -> str:
    cell = row.get(column, "").replace("  ", "&emsp;")
    return f"**{cell}**" if cell and row[NAME] == "total" else cell


def _remarks(summary: Summary, by: By | None, batch: int | None) -> Iterator[tuple[str, str]]:
    yield "parameters", f"{summary.weights:,} weights and {summary.biases:,} biases"
    yield (
        "operations",
        f"{summary.flops:,} FLOPs forward, {summary.training_flops:,} forward and backward, of one example",
    )
    if summary.spec.takes_images:
        yield "depth", f"{summary.depth} layers with weights, {summary.units:,} units"
        yield from _shares(summary)
    weights = size(BYTES_PER_VALUE * summary.parameters)
    yield "memory", f"weights {weights}, activations of one example {values(summary.activations)}"
    if batch is not None:
        needed = size(summary.training_bytes(batch))
        yield (
            f"training with {batch:,} at once",
            f"about {needed}: weights, gradients, momentum, input, activations and their gradients",
        )
    if summary.spec.disputed_input:
        yield summary.spec.disputed_input, first_windows(summary)
    yield "conventions", _conventions(_used(list(_rows(summary, by))), summary)
    yield "source", summary.spec.source


def _shares(summary: Summary) -> Iterator[tuple[str, str]]:
    for kind, name in (("conv", "convolutions"), ("linear", "fully connected")):
        rows = [row for row in summary.rows if row.kind == kind]
        parameters, macs = sum(row.parameters for row in rows), sum(row.macs for row in rows)
        of_all = f"{parameters:,} parameters ({share(parameters, summary.parameters)} %)"
        yield name, f"{of_all}, {macs:,} MACs ({share(macs, summary.macs)} %)"


def _conventions(columns: list[TableColumn], summary: Summary) -> str:
    """Say in one paragraph what can be meant otherwise elsewhere."""
    phrases = ["FLOPs = 2 × MACs, without biases, normalisation and pooling", "bytes in float32"]
    if any(row.parameters for row in summary.rows if row.kind in {"batch-norm", "layer-norm"}):
        phrases.append("parameters of a line with those of its normalisation")
    if COUNT in columns:
        phrases.append("× equal blocks, counted together")
    if KERNEL in columns:
        windows = "k, s, p: kernel, stride, zeros on each side (left+right)"
        if GROUPS in columns:
            windows = "k, s, p, g: kernel, stride, zeros on each side (left+right), groups"
        phrases += [
            windows,
            "RF: receptive field along a side in pixels, not clipped at the edges; whole: the whole image",
            "jump: pixels between neighbouring outputs",
        ]
    return "; ".join(phrases)
