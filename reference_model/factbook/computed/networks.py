"""Facts about one network as a whole: its size, its cost, how many layers of which kind it has."""

from collections.abc import Iterator
from math import prod

from reference_model.analysis import BYTES_PER_VALUE, Row, Summary
from reference_model.factbook.computed.layers import POOLING, FactMaker, layer_facts, order_facts, written
from reference_model.factbook.fact import Accepted, Fact
from reference_model.specs.layer import Attention, Branches, Dropout, Embedding, Linear, Spec

_COUNTED = {
    "convolutional_layers": {"conv"},
    "fully_connected_layers": {"linear"},
    "pooling_layers": set(POOLING),
    "normalization_layers": {"norm", "batch-norm", "layer-norm"},
    "dropout_layers": {"dropout"},
    "relu_layers": {"relu"},
}
_NORMALIZATION = _COUNTED["normalization_layers"]


def network_facts(subject: str, summary: Summary) -> Iterator[Fact]:
    """Tell all that arithmetic knows about a network.

    Parameters
    ----------
    subject
        Name of the network in the facts: ``alexnet``, ``alexnet.caffe``.
    summary
        The network, worked out.
    """
    make = FactMaker(subject, summary.spec.source)
    yield from totals(make, summary)
    if summary.spec.takes_images:
        yield from _image_network(make, summary)
        yield from order_facts(make, summary.spec)
    else:
        yield from _transformer(make, summary)
    yield from _initialisation(make, summary.spec)
    yield from layer_facts(make, summary)


def totals(make: FactMaker, summary: Summary) -> Iterator[Fact]:
    """Tell parameters and operations, which any network has."""
    rows = summary.rows
    per_example = ""
    if not summary.spec.takes_images:
        source, target = summary.input
        per_example = f", for {source} tokens of the source and {target} of the target"
    yield make(
        "parameters", summary.parameters, "parameters", "count", _sum(rows, "parameters", summary.parameters)
    )
    yield make("weights", summary.weights, "weights", "count", _sum(rows, "weights", summary.weights))
    yield make("biases", summary.biases, "biases", "count", _sum(rows, "biases", summary.biases))
    macs = summary.macs
    yield make("macs", macs, "MACs", "count", _sum(rows, "macs", macs) + per_example)
    loose = Accepted(macs, "multiply-adds, which many papers call FLOPs")
    yield make("flops", summary.flops, "FLOP", "count", f"2 · {macs:,} MACs, forward{per_example}", (loose,))
    size = BYTES_PER_VALUE * summary.parameters
    yield make(
        "parameter_bytes", size, "B", "quantity", f"{summary.parameters:,} values of {BYTES_PER_VALUE} bytes"
    )


def _initialisation(make: FactMaker, spec: Spec) -> Iterator[Fact]:
    for init in spec.init:
        evidence = "normal, mean 0, as specified"
        yield make(f"{init.layer}.initial_weight_deviation", init.std, "", "setting", evidence)
        yield make(f"{init.layer}.initial_bias", init.bias, "", "setting", "as specified")


def _image_network(make: FactMaker, summary: Summary) -> Iterator[Fact]:
    inputs, rows = prod(summary.input), summary.rows
    shape = written(summary.input)
    yield make("input_shape", shape, "", "shape", "height x width x channels, as specified")
    yield make("inputs", inputs, "values", "count", f"{'·'.join(map(str, summary.input))} = {inputs:,}")
    yield make("neurons", summary.units, "neurons", "count", _neurons(rows, summary.units))
    both = summary.units + inputs
    evidence = f"{summary.units:,} + {inputs:,} inputs"
    yield make("neurons_with_input", both, "neurons", "count", evidence)
    classes = rows[-1].output[-1]
    yield make("classes", classes, "classes", "discrete", "units of the last layer")

    full = 3 * summary.flops
    exact = Accepted(summary.training_flops, "without the gradient of the image, which nobody needs")
    evidence = f"3 · {summary.flops:,}: forward, and backward twice as much"
    yield make("training_flops_per_image", full, "FLOP", "count", evidence, (exact,))
    kept = BYTES_PER_VALUE * summary.activations
    evidence = f"{summary.activations:,} outputs of {BYTES_PER_VALUE} bytes, one image"
    yield make("activation_bytes", kept, "B", "quantity", evidence, _in_place(summary))

    yield from _layer_counts(make, summary)
    yield from _parts(make, summary)


def _layer_counts(make: FactMaker, summary: Summary) -> Iterator[Fact]:
    rows, depth = summary.rows, summary.depth
    numbers = {name: sum(row.kind in kinds for row in rows) for name, kinds in _COUNTED.items()}
    convolutions, linear = numbers["convolutional_layers"], numbers["fully_connected_layers"]
    on_path = Accepted(depth - linear, "on the longest path alone")
    evidence = f"{depth - linear} convolutional and {linear} fully connected"
    if convolutions + linear != depth:
        evidence += f" on the longest path, as authors count; there are {convolutions} convolutions in all"
    for name in ("depth", "weight_layers"):
        yield make(name, depth, "layers", "discrete", evidence)
    for name, number in numbers.items():
        kinds = ", ".join(row.name for row in rows if row.kind in _COUNTED[name]) if number <= 20 else ""
        accepted = (on_path,) if name == "convolutional_layers" and number + linear != depth else ()
        yield make(name, number, "layers", "discrete", kinds or ("counted" if number else "none"), accepted)
    blocks = [layer for layer in summary.spec.layers if isinstance(layer, Branches)]
    if blocks:
        name = "inception_modules" if blocks[0].join == "concat" else "residual_blocks"
        yield make(name, len(blocks), "blocks", "discrete", f"{blocks[0].name} to {blocks[-1].name}")


def _parts(make: FactMaker, summary: Summary) -> Iterator[Fact]:
    for part, kinds in (("convolutional", {"conv"}), ("fully_connected", {"linear"})):
        rows = tuple(row for row in summary.rows if row.kind in kinds)
        parameters, macs = sum(row.parameters for row in rows), sum(row.macs for row in rows)
        evidence = _sum(rows, "parameters", parameters)
        yield make(f"{part}_parameters", parameters, "parameters", "count", evidence)
        share = round(parameters / summary.parameters, 6)
        evidence = f"{parameters:,} / {summary.parameters:,}"
        yield make(f"{part}_parameter_share", share, "", "rate", evidence)
        yield make(f"{part}_macs", macs, "MACs", "count", _sum(rows, "macs", macs))
        evidence = f"{macs:,} / {summary.macs:,}"
        yield make(f"{part}_mac_share", round(macs / summary.macs, 6), "", "rate", evidence)


def _transformer(make: FactMaker, summary: Summary) -> Iterator[Fact]:
    layers = summary.spec.layers
    attentions = [layer for layer in layers if isinstance(layer, Attention)]
    decoder = sum(attention.memory for attention in attentions)
    width, heads = attentions[0].width, attentions[0].heads
    inner = next(layer.units for layer in layers if isinstance(layer, Linear))
    dropout = next(layer.p for layer in layers if isinstance(layer, Dropout))
    words = next(layer.words for layer in layers if isinstance(layer, Embedding))
    # A layer of the decoder has two attentions, one of them to the encoder's output.
    yield make("encoder_layers", len(attentions) - 2 * decoder, "layers", "discrete", "N, as specified")
    yield make("decoder_layers", decoder, "layers", "discrete", "N, as specified")
    yield make("width", width, "values", "discrete", "d_model, as specified")
    yield make("inner_width", inner, "values", "discrete", "d_ff, as specified")
    yield make("heads", heads, "heads", "discrete", "h, as specified")
    yield make("dropout_probability", dropout, "", "setting", "as specified")
    embedding = words * width
    evidence = f"{words:,} · {width} values, one table for both languages and the output"
    yield make("embedding_parameters", embedding, "parameters", "count", evidence)
    body = summary.parameters - embedding
    torch = Accepted(body + 4 * width, "torch's nn.Transformer, which adds two final normalisations")
    evidence = f"{summary.parameters:,} − {embedding:,} of the embedding"
    yield make("body_parameters", body, "parameters", "count", evidence, (torch,))


def _in_place(summary: Summary) -> tuple[Accepted, ...]:
    """Where ReLU overwrites its input, its outputs are not kept beside it."""
    activations = sum(row.activations for row in summary.rows if row.kind != "relu")
    return (Accepted(BYTES_PER_VALUE * activations, "with ReLU in place"),)


def _sum(rows: tuple[Row, ...], what: str, total: int) -> str:
    parts = [(row.name, getattr(row, what)) for row in rows if getattr(row, what)]
    if len(parts) > 8:
        kinds: dict[str, int] = {}
        for row in rows:
            kind = "normalisation" if row.kind in _NORMALIZATION else row.kind
            kinds[kind] = kinds.get(kind, 0) + getattr(row, what)
        layers = len(parts)
        parts = [(kind, value) for kind, value in kinds.items() if value]
        return (
            f"over {layers} layers: {_added(parts)} = {total:,}"
            if len(parts) > 1
            else f"over {layers} layers"
        )
    if len(parts) == 1:
        return f"all in {parts[0][0]}"
    return f"{_added(parts)} = {total:,}" if parts else "none"


def _neurons(rows: tuple[Row, ...], total: int) -> str:
    parts = [(row.name, prod(row.output)) for row in rows if row.kind in {"conv", "linear"}]
    if len(parts) > 8:
        return f"outputs of {len(parts)} layers with weights"
    return f"{_added(parts)} = {total:,}"


def _added(parts: list[tuple[str, int]]) -> str:
    return " + ".join(f"{name} {value:,}" for name, value in parts)
