"""Facts about one layer: what it is, what it puts out, what it holds and costs, and what follows it."""

from collections.abc import Iterator
from itertools import pairwise
from math import prod

from reference_model.analysis import Row, Summary
from reference_model.factbook.fact import Accepted, Fact, Kind, Value
from reference_model.specs.layer import (
    AdaptivePool,
    BatchNorm,
    Branches,
    Conv,
    Dropout,
    Flatten,
    Layer,
    Linear,
    LocalResponseNorm,
    Pool,
    ReLU,
    Shape,
    Softmax,
    Spec,
    WithinMapNorm,
)

WEIGHTED = frozenset({"conv", "linear", "attention", "embedding"})
POOLING = frozenset({"max-pool", "avg-pool"})

_KINDS: dict[type[Layer], str] = {
    AdaptivePool: "pool",
    BatchNorm: "batch norm",
    Dropout: "dropout",
    LocalResponseNorm: "norm",
    Pool: "pool",
    ReLU: "relu",
    Softmax: "softmax",
    WithinMapNorm: "norm within maps",
}
_COMMUTE = "ReLU commutes with max pooling and with dropout: the same outputs and gradients"


def written(shape: Shape) -> str:
    """Write a shape as facts do, height and width before the channels.

    Examples
    --------
    >>> written((96, 55, 55)), written((4096,))
    ('55x55x96', '4096')
    """
    first, *rest = shape
    image = len(shape) == 3
    return "x".join(map(str, (*rest, first) if image else shape))


class FactMaker:
    """Makes the computed facts of one subject."""

    def __init__(self, subject: str, source: str) -> None:
        self.subject = subject
        self.source = source

    def __call__(
        self,
        name: str,
        value: Value,
        unit: str,
        kind: Kind,
        evidence: str,
        accepted: tuple[Accepted, ...] = (),
    ) -> Fact:
        """Make one of them."""
        return Fact(self.subject, name, value, unit, kind, accepted, "computed", evidence, self.source)


def layer_facts(make: FactMaker, summary: Summary) -> Iterator[Fact]:
    """Tell of each convolution, each fully connected, attention, embedding and pooling layer.

    Parameters
    ----------
    make
        Makes the facts.
    summary
        The network, worked out.
    """
    for row in summary.rows:
        if row.kind == "conv":
            yield from _conv(make, row)
        elif row.kind == "linear":
            yield from _linear(make, row)
        if row.kind in WEIGHTED:
            yield from _weighted(make, row, summary)
        if row.kind in WEIGHTED or row.kind in POOLING:
            yield from _placed(make, row, summary.input)
    yield from _settings(make, summary.spec)


def order_facts(make: FactMaker, spec: Spec) -> Iterator[Fact]:
    """Tell the order of the layers: of the whole network, of those with weights, and after each of them.

    Parameters
    ----------
    make
        Makes the facts.
    spec
        The network; what happens inside a block with several paths is not told.
    """
    layers = tuple(layer for layer in spec.layers if not isinstance(layer, Flatten))
    yield make("order", _steps(layers), "", "order", "the layers of the specification")
    weighted = tuple(layer for layer in layers if isinstance(layer, Conv | Linear))
    if len(weighted) == len(layers):
        return
    yield make("weight_layer_order", _steps(weighted), "", "order", "those of the layers that have weights")
    starts = [index for index, layer in enumerate(layers) if layer in weighted]
    for start, end in zip(starts, [*starts[1:], len(layers)], strict=True):
        block = layers[start:end]
        if not any(isinstance(layer, Branches) for layer in block):
            yield from _block_order(make, block)


def _block_order(make: FactMaker, block: tuple[Layer, ...]) -> Iterator[Fact]:
    name, others = block[0].name, _equivalents(block)
    evidence = "the layer and what follows it before the next one with weights"
    accepted = tuple(Accepted(_steps(other), _COMMUTE) for other in others)
    yield make(f"{name}.order", _steps(block), "", "order", evidence, accepted)
    if len(block) > 1:
        evidence = "what follows the layer before the next one with weights"
        accepted = tuple(Accepted(_kinds(other[1:]), _COMMUTE) for other in others)
        yield make(f"{name}.followed_by", _kinds(block[1:]), "", "order", evidence, accepted)


def _conv(make: FactMaker, row: Row) -> Iterator[Fact]:
    name, specified = row.name, "as specified"
    filters, kernel = row.output[0], row.kernel or 0
    seen = row.weights // filters // kernel**2
    yield make(f"{name}.filters", filters, "filters", "discrete", "as specified, of all groups together")
    yield make(f"{name}.kernel", kernel, "px", "discrete", specified)
    yield make(f"{name}.stride", row.stride or 0, "px", "discrete", specified)
    yield make(f"{name}.groups", row.groups or 0, "groups", "discrete", specified)
    evidence = f"each filter sees {seen} of {seen * (row.groups or 0)} maps"
    yield make(f"{name}.kernel_shape", f"{kernel}x{kernel}x{seen}", "", "shape", evidence)
    padding = row.padding
    if isinstance(padding, tuple):
        near, far, *_ = padding
        evidence = f"on all four sides; {far - near} more beyond the right and the bottom edge"
        yield make(f"{name}.padding", near, "px", "discrete", evidence)
        evidence = "zeros beyond the right and the bottom edge alone: the number of positions is rounded up"
        yield make(f"{name}.overhang", far - near, "px", "discrete", evidence)
    else:
        yield make(f"{name}.padding", padding or 0, "px", "discrete", "on all four sides")


def _linear(make: FactMaker, row: Row) -> Iterator[Fact]:
    units = row.output[-1]
    yield make(f"{row.name}.units", units, "units", "discrete", "as specified")
    evidence = f"{row.weights:,} weights / {units:,} units"
    yield make(f"{row.name}.inputs", row.weights // units, "values", "count", evidence)


def _weighted(make: FactMaker, row: Row, summary: Summary) -> Iterator[Fact]:
    name = row.name
    counted = _counted(row)
    yield make(f"{name}.weights", row.weights, "weights", "count", f"{counted} = {row.weights:,}")
    yield make(
        f"{name}.biases", row.biases, "biases", "count", "one for each output" if row.biases else "none"
    )
    evidence = (
        f"{counted} + {row.biases:,} = {row.parameters:,}" if row.biases else f"{counted} = {row.weights:,}"
    )
    yield make(f"{name}.parameters", row.parameters, "parameters", "count", evidence)
    yield _share(make, f"{name}.parameter_share", row.parameters, summary.parameters)
    if row.macs:
        evidence = f"{row.macs:,} multiply-adds for one example"
        if row.kind == "conv":
            positions = "·".join(map(str, row.output[1:]))
            evidence = f"{positions} positions · {row.weights:,} weights = {row.macs:,}"
        yield make(f"{name}.macs", row.macs, "MACs", "count", evidence)
        yield _share(make, f"{name}.mac_share", row.macs, summary.macs)
    if row.kind in {"conv", "linear"}:
        evidence = f"{' · '.join(map(str, row.output))} outputs"
        yield make(f"{name}.neurons", prod(row.output), "neurons", "count", evidence)


def _counted(row: Row) -> str:
    outputs = row.output[0] if row.kind == "conv" else row.output[-1]
    if row.kind == "conv":
        kernel = row.kernel or 0
        return f"{kernel}·{kernel}·{row.weights // outputs // kernel**2}·{outputs}"
    if row.kind == "attention":
        return f"4 projections of {outputs}·{outputs}"
    return f"{row.weights // outputs}·{outputs}"


def _share(make: FactMaker, name: str, part: int, whole: int) -> Fact:
    return make(name, round(part / whole, 6), "", "rate", f"{part:,} / {whole:,}")


def _placed(make: FactMaker, row: Row, image: Shape) -> Iterator[Fact]:
    name = row.name
    yield make(
        f"{name}.output_shape", written(row.output), "", "shape", f"the output of one example, {row.kind}"
    )
    if len(row.output) == 3:
        yield make(f"{name}.output_width", row.output[2], "px", "discrete", f"of {written(row.output)}")
    if row.kind in POOLING and row.kernel is not None:
        yield make(f"{name}.kernel", row.kernel, "px", "discrete", "as specified")
        yield make(f"{name}.stride", row.stride or 0, "px", "discrete", "as specified")
        yield make(
            f"{name}.padding",
            row.padding if isinstance(row.padding, int) else 0,
            "px",
            "discrete",
            "as specified",
        )
    field = row.receptive_field
    if field is not None:
        evidence = "r + (kernel − 1) · jump, layer by layer"
        accepted: tuple[Accepted, ...] = ()
        if field > image[-1]:
            evidence = f"{evidence}; larger than the image: it sees all of it"
            accepted = (Accepted(image[-1], "clipped to the image"),)
        yield make(f"{name}.receptive_field", field, "px", "discrete", evidence, accepted)
    if row.jump is not None and len(row.output) == 3:
        yield make(f"{name}.jump", row.jump, "px", "discrete", "product of the strides so far")


def _settings(make: FactMaker, spec: Spec) -> Iterator[Fact]:
    for layer in spec.layers:
        if isinstance(layer, Dropout):
            yield make(f"{layer.name}.probability", layer.p, "", "setting", "as specified")
        elif isinstance(layer, LocalResponseNorm) and not layer.assumed:
            how = "times a plain sum" if layer.over == "sum" else f"divided by n = {layer.size}"
            yield make(f"{layer.name}.n", layer.size, "maps", "discrete", "as specified")
            yield make(f"{layer.name}.alpha", layer.alpha, "", "setting", f"as specified, {how}")
            yield make(f"{layer.name}.beta", layer.beta, "", "setting", "as specified")
            yield make(f"{layer.name}.k", layer.k, "", "setting", "as specified")


def _steps(layers: tuple[Layer, ...]) -> str:
    return " > ".join(layer.name for layer in layers)


def _kinds(layers: tuple[Layer, ...]) -> str:
    return " > ".join(_KINDS[type(layer)] for layer in layers)


def _equivalents(block: tuple[Layer, ...]) -> list[tuple[Layer, ...]]:
    """List the other orders that are the same function."""
    found = [block]
    for order in found:  # grows while it is read
        for index, pair in enumerate(pairwise(order)):
            swapped = (*order[:index], *pair[::-1], *order[index + 2 :])
            if _commute(*pair) and swapped not in found:
                found.append(swapped)
    return found[1:]


def _commute(one: Layer, other: Layer) -> bool:
    relu, free = (one, other) if isinstance(one, ReLU) else (other, one)
    if not isinstance(relu, ReLU):
        return False
    return isinstance(free, Dropout) or (isinstance(free, Pool) and free.how == "max")
