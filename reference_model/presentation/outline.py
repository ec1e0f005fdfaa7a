"""The outline of a network: its layers as people list them, what follows a layer folded into its line."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from reference_model.analysis import Row, Summary
from reference_model.specs.layer import (
    BatchNorm,
    Branches,
    Dropout,
    Flatten,
    Layer,
    LayerNorm,
    LocalResponseNorm,
    ReLU,
    Shape,
    Softmax,
    WithinMapNorm,
)

FOLDED: dict[type, str] = {
    BatchNorm: "BN",
    LayerNorm: "LN",
    LocalResponseNorm: "LRN",
    WithinMapNorm: "cnorm",  # as the authors name it
    ReLU: "ReLU",
    Dropout: "dropout",
    Softmax: "softmax",
    Flatten: "",
}
"""Layers that get no line of their own, and what is said of them in the line of the layer before."""


@dataclass(frozen=True, slots=True)
class Item:
    """A layer with what follows it, or a block of layers.

    Parameters
    ----------
    name
        Of the layer or the block.
    row
        Of the layer; of a block its last one.
    then
        What follows before the next item: ``("ReLU", "LRN")``.
    rows
        All that is counted here, in order.
    paths
        Of a block the items of each of its paths; an empty path is the identity. A layer has none.
    """

    name: str
    row: Row
    then: tuple[str, ...]
    rows: tuple[Row, ...]
    paths: "tuple[tuple[Item, ...], ...]" = ()

    @property
    def output(self) -> Shape:
        """Shape after the item."""
        return self.row.output

    @property
    def parameters(self) -> int:
        """Learnt numbers, with those of the normalisation that follows."""
        return sum(row.parameters for row in self.rows)

    @property
    def macs(self) -> int:
        """Multiply-accumulates of one forward pass."""
        return sum(row.macs for row in self.rows)


@dataclass(frozen=True, slots=True)
class Run:
    """Items in a row that do not differ but in their names, or a single one."""

    items: tuple[Item, ...]

    @property
    def name(self) -> str:
        """``conv4_2–6`` for the items from conv4_2 to conv4_6."""
        first, last = self.items[0].name, self.items[-1].name
        return first if first == last else f"{first}–{re.findall(r'[0-9]+|[a-z]', last)[-1]}"

    @property
    def item(self) -> Item:
        """The last of them, with the widest view."""
        return self.items[-1]

    @property
    def parameters(self) -> int:
        """Of all together."""
        return sum(item.parameters for item in self.items)

    @property
    def macs(self) -> int:
        """Of all together."""
        return sum(item.macs for item in self.items)


def outline(summary: Summary) -> tuple[Item, ...]:
    """List a network's layers and blocks.

    A block is what the specification branches into, or what shares the first two parts of a dotted name
    (``encoder.1``).

    Examples
    --------
    >>> from reference_model.analysis import summary
    >>> [(item.name, item.then) for item in outline(summary("alexnet"))][:2]
    [('conv1', ('ReLU', 'LRN')), ('pool1', ())]
    """
    return tuple(_items(summary.spec.layers, summary.by_name))


def runs(items: Iterable[Item]) -> tuple[Run, ...]:
    """Gather equal neighbouring blocks; a layer is always a run of its own."""
    return tuple(Run(group) for group in _groups(items, _figures))


def stages(items: Iterable[Item]) -> tuple[Run, ...]:
    """Gather neighbours of one stage, as their names have it: conv1_1 and conv1_2, inception_3a and 3b."""
    return tuple(Run(group) for group in _groups(items, lambda item: stage(item.name)))


def stage(name: str) -> str:
    """Name the stage of a layer or block.

    Examples
    --------
    >>> stage("conv3_2"), stage("inception_4e"), stage("encoder.6"), stage("fc6")
    ('conv3', 'inception_4', 'encoder', 'fc6')
    """
    return re.sub(r"(?:[._]\d+|(?<=\d)[a-z])$", "", name)


def _groups(items: Iterable[Item], key: Callable[[Item], object]) -> Iterator[tuple[Item, ...]]:
    for _, group in groupby(items, key):
        yield tuple(group)


def _figures(item: Item) -> object:
    if not item.paths:
        return item.name
    return tuple(
        (row.kind, row.output, row.kernel, row.stride, row.padding, row.groups, row.weights, row.biases)
        for row in item.rows
    )


def _items(layers: Iterable[Layer], rows: dict[str, Row]) -> Iterator[Item]:
    for block, group in groupby(layers, lambda layer: _block(layer.name)):
        if block is None:
            yield from _folded(group, rows)
        else:
            inner = tuple(_folded(group, rows))
            yield Item(
                block, inner[-1].rows[-1], (), tuple(row for item in inner for row in item.rows), (inner,)
            )


def _block(name: str) -> str | None:
    first, _, rest = name.partition(".")
    second, _, rest = rest.partition(".")
    return f"{first}.{second}" if rest else None


def _folded(layers: Iterable[Layer], rows: dict[str, Row]) -> Iterator[Item]:
    """Give an item for each layer with a line of its own; what leads with no layer before it has one too."""
    pending: list[Layer] = []
    for layer in layers:
        if pending and type(layer) not in FOLDED:
            yield _item(pending, rows)
            pending = []
        pending.append(layer)
    if pending:
        yield _item(pending, rows)


def _item(layers: list[Layer], rows: dict[str, Row]) -> Item:
    first, *followers = layers
    paths: tuple[tuple[Item, ...], ...] = ()
    if isinstance(first, Branches):
        paths = tuple(tuple(_folded(path, rows)) for path in first.paths)
    own = (rows[first.name], *(rows[layer.name] for layer in followers))
    inner = (row for path in paths for item in path for row in item.rows)
    then = tuple(FOLDED[type(layer)] for layer in followers if FOLDED[type(layer)])
    return Item(first.name, rows[first.name], then, (*inner, *own), paths)
