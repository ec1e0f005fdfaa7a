"""Shapes, parameters, operations and receptive fields, worked out from a specification by arithmetic alone.

Conventions, which differ in the field and are kept everywhere here:

* a MAC is one multiplication and one addition; *FLOPs are twice the MACs*. Biases, normalisation, activations
  and pooling are not counted.
* a shape is that of one example, without the batch.
* an activation is a value that a layer puts out. Dropout, flattening and the softmax keep nothing of their
  own.
* the receptive field is not clipped at the image's edge; a layer that sees the whole image can have one that
  is larger than the image.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from math import ceil, prod

from reference_model.errors import WrongInput
from reference_model.models import spec as look_up
from reference_model.specs.layer import (
    AdaptivePool,
    Attention,
    BatchNorm,
    Branches,
    Conv,
    Dropout,
    Embedding,
    Flatten,
    Layer,
    LayerNorm,
    Linear,
    LocalResponseNorm,
    Pool,
    ReLU,
    Shape,
    SharedLogits,
    Softmax,
    Spec,
    WithinMapNorm,
)

BYTES_PER_VALUE = 4
"""Of float32, in which the networks were published."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one layer does to one example.

    Parameters
    ----------
    name, kind
        Name in the specification; kind such as ``conv``, ``max-pool``, ``linear``.
    output
        Shape after the layer.
    kernel, stride
        In pixels; ``None`` where the layer has none.
    padding
        Zeros on each side, or (left, right, top, bottom) where the sides differ.
    groups
        Of a convolution.
    weights, biases
        Learnt numbers; of batch and layer normalisation the scale and the shift.
    macs
        Multiply-accumulates of one forward pass.
    receptive_field, jump
        Pixels of the input, along one side, that one output sees, and between two neighbouring outputs;
        ``None`` for what is no image. A fully connected layer sees what its input's positions see together.
    activations
        Values put out and kept for the backward pass.
    """

    name: str
    kind: str
    output: Shape
    kernel: int | None = None
    stride: int | None = None
    padding: int | tuple[int, int, int, int] | None = None
    groups: int | None = None
    weights: int = 0
    biases: int = 0
    macs: int = 0
    receptive_field: int | None = None
    jump: int | None = None
    activations: int = 0

    @property
    def parameters(self) -> int:
        """Weights and biases."""
        return self.weights + self.biases

    @property
    def flops(self) -> int:
        """Two for each MAC."""
        return 2 * self.macs


@dataclass(frozen=True)
class Summary:
    """A network worked out: one row a layer, in the order of the specification."""

    spec: Spec
    input: Shape
    rows: tuple[Row, ...]

    @cached_property
    def parameters(self) -> int:
        """Learnt numbers."""
        return sum(row.parameters for row in self.rows)

    @cached_property
    def weights(self) -> int:
        """Learnt numbers that are no biases or shifts."""
        return sum(row.weights for row in self.rows)

    @cached_property
    def biases(self) -> int:
        """Biases, and the shifts of normalisation."""
        return sum(row.biases for row in self.rows)

    @cached_property
    def macs(self) -> int:
        """Multiply-accumulates of one forward pass of one example."""
        return sum(row.macs for row in self.rows)

    @cached_property
    def flops(self) -> int:
        """Floating-point operations of one forward pass, two for each MAC."""
        return 2 * self.macs

    @cached_property
    def training_flops(self) -> int:
        """Operations of a forward and a backward pass, without the gradient of the first layer's input."""
        first = next(row for row in self.rows if row.macs)
        return 3 * self.flops - first.flops

    @cached_property
    def activations(self) -> int:
        """Values kept for the backward pass of one example, with a copy of each layer's output."""
        return sum(row.activations for row in self.rows)

    @cached_property
    def units(self) -> int:
        """Outputs of the layers with weights: the "neurons" of the paper."""
        return sum(prod(row.output) for row in self.rows if row.kind in {"conv", "linear"})

    @cached_property
    def depth(self) -> int:
        """Layers with weights on the longest path, as authors count them: a shortcut's projection is none."""
        return _depth(self.spec.layers)

    @cached_property
    def by_name(self) -> dict[str, Row]:
        """The rows by the name of their layer."""
        return {row.name: row for row in self.rows}

    def training_bytes(self, batch: int) -> int:
        """Estimate the memory of a training step in float32.

        Weights, gradients and momentum; the input; activations and their gradients. Temporary buffers of the
        convolutions are not in it.

        Parameters
        ----------
        batch
            Examples at once.

        Returns
        -------
        int
            Bytes.
        """
        held = 3 * self.parameters
        per_example = prod(self.input) + 2 * self.activations
        return BYTES_PER_VALUE * (held + batch * per_example)


@cache
def summary(name: str, variant: str | None = None) -> Summary:
    """Work a network of the table out.

    Parameters
    ----------
    name, variant
        As in `reference_model.spec`.

    Examples
    --------
    >>> alexnet = summary("alexnet")
    >>> alexnet.by_name["conv1"].output
    (96, 55, 55)
    """
    return analyse(look_up(name, variant))


def analyse(spec: Spec, input_shape: Shape | None = None) -> Summary:
    """Work a specification out for its own input, or for images of another size.

    Parameters
    ----------
    spec
        The network.
    input_shape
        (channels, height, width); the weights stay those of the network's own input.

    Raises
    ------
    WrongInput
        Names the layer that cannot take what reaches it, and the sizes that work.
    """
    own = tuple(_walk(spec.layers, _start(spec.input)))
    if input_shape is None or input_shape == spec.input:
        return Summary(spec, spec.input, tuple(row for row, _ in own))
    try:
        rows = _resized(spec, input_shape, own)
    except WrongInput as problem:
        sizes = working_sizes(spec)
        works = f"{sizes[0]}" if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]}"
        raise WrongInput(
            f"{spec.title} cannot take an input of {shape_text(input_shape)}: {problem}; "
            f"sizes that work: {works}"
        ) from None
    return Summary(spec, input_shape, rows)


@cache
def check_input(spec: Spec, shape: Shape) -> None:
    """Raise `WrongInput` for images that a network cannot take; quick when asked again."""
    analyse(spec, shape)


@cache
def working_sizes(spec: Spec) -> range:
    """List the heights (and widths) of square images that the network can take with the weights it has.

    Examples
    --------
    >>> working_sizes(look_up("alexnet", "caffe"))
    range(227, 259)
    """
    channels, size, _ = spec.input
    own = tuple(_walk(spec.layers, _start(spec.input)))

    def works(candidate: int) -> bool:
        try:
            _resized(spec, (channels, candidate, candidate), own)
        except WrongInput:
            return False
        return True

    # Maps grow with the image, so the sizes that work stand together. Where a pooling layer takes maps of any
    # size there is no largest; four times the network's own is said.
    smallest = bisect_left(range(1, size), True, key=works) + 1
    largest = size + bisect_left(range(size + 1, 4 * size + 1), True, key=lambda larger: not works(larger))
    return range(smallest, largest + 1)


def shape_text(shape: Shape) -> str:
    """Write a shape as people do: 96×55×55."""
    return "×".join(map(str, shape))


def positions(size: int, kernel: int, stride: int, zeros: int, *, round_up: bool = False) -> int:
    """Count the positions of a window along one side.

    Parameters
    ----------
    size
        Pixels along the side.
    kernel, stride
        Of the window.
    zeros
        Zeros added to the side, at both its ends together.
    round_up
        Whether the last window may hang over the edge.

    Examples
    --------
    AlexNet's first layer, 224 pixels: a window of 11 in steps of 4 has 54.25 positions.

    >>> positions(224, 11, 4, 0), positions(224, 11, 4, 0, round_up=True)
    (54, 55)
    >>> positions(227, 11, 4, 0), positions(224, 11, 4, 3), positions(224, 11, 4, 4)
    (55, 55, 55)
    """
    room = size + zeros - kernel
    if room < 0:
        return 0
    return (ceil(room / stride) if round_up else room // stride) + 1


@dataclass(frozen=True, slots=True)
class _LayerInput:
    """What reaches a layer."""

    shape: Shape
    receptive_field: int | None
    jump: int | None
    memory: int  # tokens of the encoder's output
    target: int  # tokens of the target sentence


def _start(shape: Shape) -> _LayerInput:
    if len(shape) == 3:
        return _LayerInput(shape, 1, 1, 0, 0)
    return _LayerInput(shape[:1], None, None, shape[0], shape[1])


def _resized(spec: Spec, shape: Shape, own: tuple[tuple[Row, _LayerInput], ...]) -> tuple[Row, ...]:
    rows = []
    for (row, before), (own_row, own_before) in zip(_walk(spec.layers, _start(shape)), own, strict=True):
        if row.kind == "linear" and before.shape != own_before.shape:
            raise WrongInput(
                f"{row.name} expects {shape_text(own_before.shape)} values "
                f"and is given {shape_text(before.shape)}"
            )
        if row.kind == "conv" and before.shape[0] != own_before.shape[0]:
            raise WrongInput(
                f"{row.name} expects {own_before.shape[0]} channels and is given {before.shape[0]}"
            )
        rows.append(replace(row, weights=own_row.weights, biases=own_row.biases))
    return tuple(rows)


def _walk(layers: tuple[Layer, ...], incoming: _LayerInput) -> Iterator[tuple[Row, _LayerInput]]:
    """Give each row with what came before it."""
    for layer in layers:
        if isinstance(layer, Branches):
            ends = []
            for path in layer.paths:
                end = incoming
                for row, before in _walk(path, incoming):
                    yield row, before
                    end = _after(row, before)
                ends.append(end)
            row = _joined(layer, ends)
        else:
            row = _row(layer, incoming)
        yield row, incoming
        incoming = _after(row, incoming)


def _after(row: Row, incoming: _LayerInput) -> _LayerInput:
    if row.kind == "embedding" and incoming.target and row.name.startswith("target"):
        return replace(incoming, shape=row.output)
    return replace(incoming, shape=row.output, receptive_field=row.receptive_field, jump=row.jump)


def _joined(layer: Branches, ends: list[_LayerInput]) -> Row:
    first = ends[0]
    channels = sum(end.shape[0] for end in ends) if layer.join == "concat" else first.shape[0]
    output = (channels, *first.shape[1:])
    fields = [end.receptive_field for end in ends if end.receptive_field is not None]
    return Row(
        layer.name,
        layer.join,
        output,
        receptive_field=max(fields, default=None),
        jump=first.jump,
        # Concatenating copies; a sum is a value of its own.
        activations=prod(output),
    )


def _row(layer: Layer, incoming: _LayerInput) -> Row:  # noqa: C901, PLR0912, one case for each kind of layer
    match layer:
        case Conv():
            return _conv(layer, incoming)
        case Pool():
            return _pool(layer, incoming)
        case AdaptivePool():
            return _adaptive_pool(layer, incoming)
        case WithinMapNorm():
            field = _receptive_field(incoming, layer.size)
            return replace(_elementwise(layer.name, "norm", incoming), receptive_field=field)
        case LocalResponseNorm():
            return _elementwise(layer.name, "norm", incoming)
        case BatchNorm():
            maps = incoming.shape[0]
            return replace(_elementwise(layer.name, "batch-norm", incoming), weights=maps, biases=maps)
        case LayerNorm():
            width = incoming.shape[-1]
            return replace(_elementwise(layer.name, "layer-norm", incoming), weights=width, biases=width)
        case ReLU():
            return _elementwise(layer.name, "relu", incoming)
        case Dropout():
            return replace(_elementwise(layer.name, "dropout", incoming), activations=0)
        case Softmax():
            return replace(_elementwise(layer.name, "softmax", incoming), activations=0)
        case Flatten():
            # Its receptive field is that of all positions together: the next layer sees them all.
            field = _receptive_field(incoming, max(incoming.shape[1:], default=1))
            return Row(layer.name, "flatten", (prod(incoming.shape),), receptive_field=field)
        case Linear():
            return _linear(layer, incoming)
        case Embedding():
            tokens = incoming.memory if layer.side == "source" else incoming.target
            output = (tokens, layer.width)
            weights = 0 if layer.shared else layer.words * layer.width
            return Row(layer.name, "embedding", output, weights=weights, activations=prod(output))
        case Attention():
            return _attention(layer, incoming)
        case SharedLogits():
            tokens, width = incoming.shape
            output = (tokens, layer.words)
            macs = tokens * width * layer.words
            return Row(layer.name, "logits", output, macs=macs, activations=prod(output))
        case Branches():
            raise AssertionError("branches are walked, not counted")


def _elementwise(name: str, kind: str, incoming: _LayerInput) -> Row:
    return Row(
        name,
        kind,
        incoming.shape,
        receptive_field=incoming.receptive_field,
        jump=incoming.jump,
        activations=prod(incoming.shape),
    )


def _receptive_field(incoming: _LayerInput, kernel: int) -> int | None:
    if incoming.receptive_field is None or incoming.jump is None:
        return incoming.receptive_field
    return incoming.receptive_field + (kernel - 1) * incoming.jump


def _image(name: str, incoming: _LayerInput) -> tuple[int, int, int]:
    if len(incoming.shape) != 3:
        raise WrongInput(
            f"{name} needs maps (channels×height×width) and is given {shape_text(incoming.shape)}"
        )
    channels, height, width = incoming.shape
    return channels, height, width


def _conv(layer: Conv, incoming: _LayerInput) -> Row:
    channels, height, width = _image(layer.name, incoming)
    if channels % layer.groups or layer.filters % layer.groups:
        raise WrongInput(f"{layer.name} cannot split {channels} channels into {layer.groups} groups")
    zeros = 2 * layer.padding + layer.overhang
    rows, columns = (positions(side, layer.kernel, layer.stride, zeros) for side in (height, width))
    if not rows or not columns:
        raise WrongInput(
            f"{layer.name} has a window of {layer.kernel}×{layer.kernel} and is given {height}×{width} pixels"
        )
    per_filter = channels // layer.groups * layer.kernel**2
    output = (layer.filters, rows, columns)
    far = layer.padding + layer.overhang
    return Row(
        layer.name,
        "conv",
        output,
        kernel=layer.kernel,
        stride=layer.stride,
        padding=(layer.padding, far, layer.padding, far) if layer.overhang else layer.padding,
        groups=layer.groups,
        weights=layer.filters * per_filter,
        biases=layer.filters if layer.bias else 0,
        macs=per_filter * prod(output),
        receptive_field=_receptive_field(incoming, layer.kernel),
        jump=None if incoming.jump is None else incoming.jump * layer.stride,
        activations=prod(output),
    )


def _pool(layer: Pool, incoming: _LayerInput) -> Row:
    channels, height, width = _image(layer.name, incoming)
    zeros = 2 * layer.padding
    rows, columns = (
        positions(side, layer.kernel, layer.stride, zeros, round_up=layer.ceil) for side in (height, width)
    )
    if not rows or not columns:
        raise WrongInput(
            f"{layer.name} has a window of {layer.kernel}×{layer.kernel} and is given {height}×{width} pixels"
        )
    output = (channels, rows, columns)
    return Row(
        layer.name,
        f"{layer.how}-pool",
        output,
        kernel=layer.kernel,
        stride=layer.stride,
        padding=layer.padding,
        receptive_field=_receptive_field(incoming, layer.kernel),
        jump=None if incoming.jump is None else incoming.jump * layer.stride,
        activations=prod(output),
    )


def _adaptive_pool(layer: AdaptivePool, incoming: _LayerInput) -> Row:
    channels, height, width = _image(layer.name, incoming)
    side = max(height, width)
    window = ceil(side / layer.size)
    output = (channels, layer.size, layer.size)
    return Row(
        layer.name,
        "avg-pool",
        output,
        receptive_field=_receptive_field(incoming, window),
        jump=None if incoming.jump is None else incoming.jump * max(1, side // layer.size),
        activations=prod(output),
    )


def _linear(layer: Linear, incoming: _LayerInput) -> Row:
    *tokens, inputs = incoming.shape
    weights = inputs * layer.units
    output = (*tokens, layer.units)
    return Row(
        layer.name,
        "linear",
        output,
        weights=weights,
        biases=layer.units if layer.bias else 0,
        macs=prod(tokens) * weights,
        receptive_field=incoming.receptive_field,
        activations=prod(output),
    )


def _attention(layer: Attention, incoming: _LayerInput) -> Row:
    tokens, width = incoming.shape
    others = incoming.memory if layer.memory else tokens
    projections = 2 * (tokens + others) * width**2  # queries and outputs; keys and values
    products = 2 * tokens * others * width  # queries with keys, weights with values, all heads together
    return Row(
        layer.name,
        "attention",
        (tokens, width),
        weights=4 * width**2,
        biases=4 * width,
        macs=projections + products,
        # Queries, keys, values, the weights of each head, their products with the values, and the output.
        activations=(3 * tokens + 2 * others) * width + 2 * layer.heads * tokens * others,
    )


def _depth(layers: tuple[Layer, ...]) -> int:
    depth = 0
    for layer in layers:
        match layer:
            case Conv() | Linear():
                depth += 1
            case Branches():
                depth += max(map(_depth, layer.paths))
            case _:
                pass
    return depth
