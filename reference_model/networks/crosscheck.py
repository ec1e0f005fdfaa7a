"""Check the arithmetic against the module that torch runs, layer by layer.

The modules are written by hand and share only tables of sizes with the specifications. Parameters are those
that torch holds, operations those that its counter sees in a forward pass, shapes those that come out of each
layer. A module belongs to the row that has its name, without ``features.`` or ``classifier.``. Receptive
fields and activations are the arithmetic's alone: torch does not tell them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from reference_model.analysis import Row, Summary, summary
from reference_model.errors import ReferenceModelError
from reference_model.networks.layers import Dropout, LocalResponseNorm, WithinMapNorm
from reference_model.networks.registry import build
from reference_model.specs.layer import Shape

_CLASSES: dict[str, tuple[type[nn.Module], ...]] = {
    "avg-pool": (nn.AvgPool2d, nn.AdaptiveAvgPool2d),
    "batch-norm": (nn.BatchNorm2d,),
    "conv": (nn.Conv2d,),
    "dropout": (Dropout, nn.Dropout),
    "embedding": (nn.Embedding,),
    "layer-norm": (nn.LayerNorm,),
    "linear": (nn.Linear,),
    "logits": (nn.Linear,),
    "max-pool": (nn.MaxPool2d,),
    "norm": (LocalResponseNorm, WithinMapNorm),
    "relu": (nn.ReLU,),
}
"""What a row's module must be. An attention or a block is of no class of torch's; shapes and counts tell."""

_CALLS = frozenset({"add", "concat", "dropout", "flatten", "relu", "softmax"})
"""Rows that may be a call within another module's `forward`, or left to the loss."""

_JOINS = frozenset({"add", "concat"})
"""Rows whose module holds the layers of other rows, which are counted there."""


@dataclass(frozen=True, slots=True)
class Crosscheck:
    """What was compared, and where torch and the arithmetic disagree.

    Parameters
    ----------
    model, variant
        As in `reference_model.models`.
    version, device
        Torch's version without the build; ``meta`` where only shapes were worked out, ``cpu`` where numbers
        were.
    layers
        Rows that have a module, all of which were compared.
    parameters, macs
        Totals as torch counts them.
    disagreements
        Each in words, beginning with the layer; empty where all agrees.
    """

    model: str
    variant: str
    version: str
    device: str
    layers: int
    parameters: int
    macs: int
    disagreements: tuple[str, ...]


def crosscheck(name: str, variant: str | None = None) -> Crosscheck:
    """Compare a network of the table with its module on the meta device, which takes no memory.

    A fraction of a second each; the first one also lets torch import its compiler.

    Parameters
    ----------
    name, variant
        As in `reference_model.spec`.

    Raises
    ------
    UnknownName
        With the nearest names.
    """
    expected = summary(name, variant)
    with torch.device("meta"):
        module = build(name, variant)
    return compare(module, expected)


def compare(module: nn.Module, expected: Summary) -> Crosscheck:
    """Compare any module with any network that was worked out.

    Parameters
    ----------
    module
        On any device; it is run once, evaluated, and left as it was.
    expected
        As `reference_model.summary` or `reference_model.analysis.analyse` gives it.
    """
    layers = {_row_name(name): layer for name, layer in module.named_modules() if name}
    run = _run(module, expected)
    parameters = sum(parameter.numel() for parameter in module.parameters())
    rows = [row for row in expected.rows if row.name in layers]
    return Crosscheck(
        model=expected.spec.model,
        variant=expected.spec.variant,
        version=torch.__version__.split("+")[0],
        device=run.device.type,
        layers=len(rows),
        parameters=parameters,
        macs=run.macs.get("", 0),
        disagreements=(
            *_missing(expected, layers),
            *_rows(rows, layers, run),
            *_unknown(module, rows, layers),
            *_order(rows, run),
            *_totals(expected, parameters, run),
        ),
    )


@dataclass(slots=True)
class _ForwardPass:
    """What was seen in a forward pass."""

    device: torch.device
    order: list[str] = field(default_factory=list)
    outputs: dict[str, Shape] = field(default_factory=dict)
    zeros: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """What a layer of padding added before the layer: left, right, top, bottom."""
    macs: dict[str, int] = field(default_factory=dict)
    """By row; of the whole network under the empty name."""
    broken: str = ""
    """Where the pass broke off, and why."""
    finite: bool = True


def _run(module: nn.Module, expected: Summary) -> _ForwardPass:
    device = next(module.parameters()).device
    run = _ForwardPass(device)
    names = expected.by_name
    zeros: list[tuple[int, ...]] = []  # of the layers of padding that ran since the last row's

    def record(name: str, layer: nn.Module, output: Tensor) -> None:
        if isinstance(layer, nn.ZeroPad2d):
            zeros.append(layer.padding)
        if name in names:
            run.order.append(name)
            run.outputs[name] = tuple(output.shape[1:])
            run.zeros[name] = tuple(map(sum, zip((0, 0, 0, 0), *zeros, strict=True)))
            zeros.clear()

    def hook(name: str) -> Any:  # noqa: ANN401, torch's own type of a hook is not public
        return lambda layer, _, output: record(name, layer, output)

    hooks = [
        layer.register_forward_hook(hook(_row_name(name)))
        for name, layer in module.named_modules()
        if _row_name(name) in names or isinstance(layer, nn.ZeroPad2d)
    ]
    training = [layer for layer in module.modules() if layer.training]
    module.eval()
    counter = FlopCounterMode(display=False)
    example = _example(expected.input, device)
    try:
        with torch.no_grad(), counter:
            output = module(*example)
        run.finite = device.type == "meta" or bool(output.isfinite().all())
    except (RuntimeError, ReferenceModelError) as fault:
        last = run.order[-1] if run.order else "the input"
        run.broken = f"{last}: the forward pass breaks off after it: {str(fault).splitlines()[0]}"
    finally:
        for layer in training:
            layer.training = True
        for handle in hooks:
            handle.remove()
    root = type(module).__name__
    for name, operations in counter.get_flop_counts().items():
        if name.split(".")[0] == root:
            # The counter has two operations for each MAC.
            run.macs[_row_name(name.removeprefix(root).removeprefix("."))] = sum(operations.values()) // 2
    return run


def _example(shape: Shape, device: torch.device) -> tuple[Tensor, ...]:
    if len(shape) == 3:
        return (torch.ones(1, *shape, device=device),)
    # Any word that is no padding.
    return tuple(torch.ones(1, tokens, dtype=torch.long, device=device) for tokens in shape)


def _missing(expected: Summary, layers: dict[str, nn.Module]) -> Iterator[str]:
    for row in expected.rows:
        if row.name not in layers and row.kind not in _CALLS:
            yield f"{row.name}: not in the module"


def _rows(rows: list[Row], layers: dict[str, nn.Module], run: _ForwardPass) -> Iterator[str]:
    counted: set[int] = set()
    for row in rows:
        layer = layers[row.name]
        classes = _CLASSES.get(row.kind)
        if classes and not isinstance(layer, classes):
            yield f"{row.name}: {type(layer).__name__} in torch, {row.kind} by arithmetic"
            continue
        actual = (
            {} if row.kind in _JOINS else _learnt(layer, counted) | _window(layer, run.zeros.get(row.name))
        )
        if row.name in run.outputs:
            actual["output"] = run.outputs[row.name]
            if row.kind not in _JOINS:
                actual["macs"] = run.macs.get(row.name, 0)
        elif not run.broken:
            yield f"{row.name}: in the module, but not run"
        for what, found in actual.items():
            wanted = getattr(row, what)
            if found != wanted:
                yield f"{row.name}: {what} {_spell(found)} in torch, {_spell(wanted)} by arithmetic"


def _learnt(layer: nn.Module, counted: set[int]) -> dict[str, Any]:
    """Count weights and biases, those of a shared table where it comes first."""
    sums = {"weights": 0, "biases": 0}
    for name, parameter in layer.named_parameters():
        if id(parameter) not in counted:
            counted.add(id(parameter))
            sums["biases" if name.endswith("bias") else "weights"] += parameter.numel()
    return sums


def _window(layer: nn.Module, zeros: tuple[int, ...] | None) -> dict[str, Any]:
    """Read the window of a convolution or a pooling layer, in the form of a `Row`."""
    match layer:
        case nn.Conv2d():
            window = {
                "kernel": _side(layer.kernel_size),
                "stride": _side(layer.stride),
                "groups": layer.groups,
            }
            if zeros is None or isinstance(layer.padding, str):  # did not run; "same": the shape tells
                return window
            vertical, horizontal = layer.padding
            own = (horizontal, horizontal, vertical, vertical)
            return window | {"padding": _side(tuple(a + b for a, b in zip(zeros, own, strict=True)))}
        case nn.MaxPool2d() | nn.AvgPool2d():
            return {
                "kernel": _side(layer.kernel_size),
                "stride": _side(layer.stride),
                "padding": _side(layer.padding),
            }
        case nn.AdaptiveAvgPool2d():
            return {"kernel": None, "stride": None, "padding": None}
        case _:
            return {}


def _side(sizes: int | tuple[int, ...]) -> int | tuple[int, ...]:
    """Give one number where all sides have the same."""
    if isinstance(sizes, int):
        return sizes
    return sizes[0] if len(set(sizes)) == 1 else sizes


def _unknown(module: nn.Module, rows: list[Row], layers: dict[str, nn.Module]) -> Iterator[str]:
    counted = [row for row in rows if row.kind not in _JOINS]
    known = {id(parameter) for row in counted for parameter in layers[row.name].parameters()}
    for name, parameter in module.named_parameters():
        if id(parameter) not in known:
            layer = _row_name(name.rpartition(".")[0])
            yield f"{layer}: {parameter.numel():,} parameters in torch, no such layer by arithmetic"


def _order(rows: list[Row], run: _ForwardPass) -> Iterator[str]:
    due = [row.name for row in rows if row.name in run.outputs]
    for found, wanted in zip_longest(run.order, due):
        if found != wanted:
            yield f"{found or wanted}: runs where {wanted or 'nothing'} is due"
            return


def _totals(expected: Summary, parameters: int, run: _ForwardPass) -> Iterator[str]:
    if run.broken:
        yield run.broken
    if not run.finite:
        yield "in all: the output is not finite"
    if parameters != expected.parameters:
        yield f"in all: parameters {parameters:,} in torch, {expected.parameters:,} by arithmetic"
    macs = run.macs.get("", 0)
    if macs != expected.macs and not run.broken:
        yield f"in all: macs {macs:,} in torch, {expected.macs:,} by arithmetic"


def _row_name(name: str) -> str:
    return name.removeprefix("features.").removeprefix("classifier.")


def _spell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
