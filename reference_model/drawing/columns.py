"""What a drawing of maps shows of each layer or stage: the column's words, its boxes, its counts."""

from dataclasses import dataclass
from typing import Literal

from reference_model.analysis import Row, Summary
from reference_model.presentation.outline import Item, Run, outline, stages
from reference_model.specs.layer import Shape

POOLS = {"max-pool", "avg-pool"}


@dataclass(frozen=True, slots=True)
class Box:
    """What a layer puts out.

    Parameters
    ----------
    output
        Its shape.
    kind
        ``units`` for a fully connected layer.
    kernel
        Window through which the layer sees what is before it; ``None`` if it sees all of it.
    normalised
        Whether normalisation across maps follows.
    """

    output: Shape
    kind: Literal["maps", "pooled", "units"]
    kernel: int | None
    normalised: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A weighted layer, or a stage of several, with the pooling that follows it.

    Parameters
    ----------
    name
        ``conv2``, ``conv3_1–4``.
    boxes
        What it puts out, then what pooling makes of it.
    count
        Layers or blocks one after the other that the first box stands for.
    joins
        Whether it sees the maps of all towers; of no meaning with one.
    kernels, steps, then
        Words: ``256 of 5×5×48``, ``pad 2``, ``ReLU, LRN``.
    pooling
        Words, a line for each thing done: ``3×3, stride 2``.
    parameters, macs
        Of all that the column stands for.
    details
        A line for each layer.
    """

    name: str
    boxes: tuple[Box, ...]
    count: int
    joins: bool
    kernels: str
    steps: str
    then: str
    pooling: tuple[str, ...]
    parameters: int
    macs: int
    details: tuple[str, ...]


def columns(summary: Summary) -> tuple[Column, ...]:
    """Arrange a network of images in columns."""
    collected: list[tuple[Run, list[Item]]] = []
    for run in stages(outline(summary)):
        if run.item.row.kind in POOLS and collected:
            collected[-1][1].extend(run.items)
        else:
            collected.append((run, []))
    return tuple(_column(run, pools) for run, pools in collected)


def towers(summary: Summary) -> int:
    """Count the towers: the most groups that a layer has."""
    return max((row.groups or 1 for row in summary.rows), default=1)


def _column(run: Run, pools: list[Item]) -> Column:
    item = run.item
    row = item.row
    first = _first_conv(run.items[0])
    kind: Literal["maps", "units"] = "units" if row.kind == "linear" else "maps"
    own = Box(item.output, kind, first.kernel if first else None, "LRN" in item.then)
    # A pooling layer that has nothing to do at this size of image is in the words alone.
    befores = (item, *pools)
    pooled = (
        Box(pool.output, "pooled", pool.row.kernel, "LRN" in pool.then)
        for before, pool in zip(befores, pools, strict=False)
        if pool.output != before.output
    )
    return Column(
        name=run.name,
        boxes=(own, *pooled),
        count=len(run.items),
        joins=(row.groups or 1) == 1,
        kernels=_kernels(run),
        steps=_steps(row) if row.kind == "conv" else "",
        then=_then(item),
        pooling=tuple(phrase for pool in pools for phrase in _pooling(pool)),
        parameters=run.parameters,
        macs=run.macs,
        details=tuple(
            _detail(detail) for part in (*run.items, *pools) for detail in part.rows if _shown(detail)
        ),
    )


def _first_conv(item: Item) -> Row | None:
    return next((row for row in item.rows if row.kind == "conv"), None)


def _kernels(run: Run) -> str:
    row = run.item.row
    if row.kind == "linear":
        return f"{row.output[0]:,} units"
    if row.kind != "conv":
        return f"{len(run.items)} blocks" if len(run.items) > 1 else "1 block"
    size = f"{row.kernel}×{row.kernel}"
    if len(run.items) > 1:
        return f"{len(run.items)} × {row.output[0]} of {size}"
    depth = row.weights // (row.output[0] * (row.kernel or 1) ** 2)
    return f"{row.output[0]} of {size}×{depth}"


def _steps(row: Row) -> str:
    phrases = [f"stride {row.stride}"] if row.stride != 1 else []
    if isinstance(row.padding, tuple):
        phrases.append(f"pad {row.padding[0]}+{row.padding[1]}")
    elif row.padding:
        phrases.append(f"pad {row.padding}")
    return ", ".join(phrases)


def _then(item: Item) -> str:
    if not item.paths:
        return ", ".join(item.then)
    inner = (phrase for path in item.paths for part in path for phrase in part.then)
    return ", ".join(dict.fromkeys((*inner, *item.then)))


def _pooling(pool: Item) -> tuple[str, ...]:
    row = pool.row
    if row.kernel is None:
        size = f"to {row.output[1]}×{row.output[2]}"
    else:
        size = f"{row.kernel}×{row.kernel}" + (f", stride {row.stride}" if row.stride != 1 else "")
    kind = "mean " if row.kind == "avg-pool" else ""
    return (kind + size, *pool.then)


def _shown(row: Row) -> bool:
    return bool(row.macs) or row.kind in POOLS


def _detail(row: Row) -> str:
    shape = "×".join(map(str, row.output))
    if not row.macs:
        return f"{row.name}: {shape}"
    return f"{row.name}: {shape}, {row.parameters:,} parameters, {row.macs:,} MACs"
