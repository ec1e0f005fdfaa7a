"""Facts from sums over published figures: margins, and how long training must have taken.

A floor is operations divided by the device's peak. Nothing reaches it: normalisation, pooling, loading and
small batches keep any device from its peak. In decimal arithmetic, since 26.2 − 15.3 is 10.9 and not
10.899999999999999.
"""

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal

from reference_model.analysis import BYTES_PER_VALUE, positions, summary
from reference_model.factbook.computed.layers import FactMaker
from reference_model.factbook.fact import Accepted, Fact

_DAY = 86_400


def derived_facts(known: Mapping[str, Fact]) -> Iterator[Fact]:
    """Tell what follows from published figures.

    Parameters
    ----------
    known
        The published facts, by key.
    """
    yield from _margins(known)
    yield from _training(known)
    yield from _floors(known)
    yield from _memory(known)
    yield _naive_positions()
    yield _fewer_parameters()


def _number(known: Mapping[str, Fact], key: str) -> Decimal:
    return Decimal(str(known[key].value))


def _points(rate: Decimal) -> Decimal:
    return (100 * rate).normalize()


def _difference(known: Mapping[str, Fact], higher: str, lower: str) -> tuple[float, str]:
    high, low = _points(_number(known, higher)), _points(_number(known, lower))
    return float(high - low), f"{high} − {low} = {high - low}"


def _margins(known: Mapping[str, Fact]) -> Iterator[Fact]:
    contest = "ilsvrc-2012"
    rounded, rounded_sum = _difference(known, "alexnet.runner_up_top5_test_error", "alexnet.top5_test_error")
    exact, exact_sum = _difference(
        known, f"{contest}.runner_up_top5_test_error", f"{contest}.winner_top5_test_error"
    )
    paper = FactMaker("alexnet", known["alexnet.top5_test_error"].source)
    results = FactMaker(contest, known[f"{contest}.winner_top5_test_error"].source)
    evidence = f"{rounded_sum}; the unrounded {exact_sum} rounds to it, and cut off gives 10.8"
    unrounded = Accepted(exact, "official results, unrounded")
    yield paper("margin", rounded, "points", "points", evidence, (unrounded,))
    of_rounded = Accepted(rounded, "of the rates as the paper rounds them")
    yield results("margin", exact, "points", "points", exact_sum, (of_rounded,))
    without, sum_without = _difference(
        known, f"{contest}.runner_up_top5_test_error", f"{contest}.winner_top5_test_error_supplied_data"
    )
    yield results("margin_supplied_data", without, "points", "points", sum_without)
    second = _points(_number(known, f"{contest}.runner_up_top5_test_error"))
    share = _round(Decimal(str(exact)) / second, "0.001")
    yield results(
        "relative_error_reduction", float(share), "", "rate", f"{exact} / {second} of the runner-up's errors"
    )


def _training(known: Mapping[str, Fact]) -> Iterator[Fact]:
    make = FactMaker("alexnet", f"{known['alexnet.epochs'].source}, and arithmetic")
    flops, others = training_flops(known)
    accepted = tuple(Accepted(value, reason) for value, reason in others)
    images, epochs = int(_number(known, "alexnet.training_images")), int(_number(known, "alexnet.epochs"))
    per_image = 3 * summary("alexnet").flops
    evidence = f"{epochs} epochs · {images:,} images · {per_image:,} FLOP"
    yield make("training_flops", flops, "FLOP", "count", evidence, accepted)
    batch = int(_number(known, "alexnet.batch_size"))
    iterations = Decimal(epochs * images) / batch
    evidence = f"{epochs} · {images:,} / {batch}"
    yield make("iterations", int(iterations), "iterations", "count", evidence)
    low, high = days(known)
    short, long = _round(low / iterations, "0.001"), _round(high / iterations, "0.001")
    evidence = f"{_DAY:,} s a day · 5 to 6 days / {int(iterations):,}"
    yield make("iteration_time", f"{short}..{long}", "s", "duration", evidence)
    slow, fast = _round(epochs * images / high, "1"), _round(epochs * images / low, "1")
    evidence = f"{epochs * images:,} images in 6 to 5 days"
    yield make("training_throughput", f"{slow}..{fast}", "images/s", "quantity", evidence)


def training_flops(known: Mapping[str, Fact]) -> tuple[int, tuple[tuple[int, str], ...]]:
    """Count the operations of the whole training; and in other ways, with what is different."""
    network = summary("alexnet")
    epochs = int(_number(known, "alexnet.epochs"))
    published = int(_number(known, "alexnet.training_images"))
    exact = int(_number(known, "ilsvrc-2012.training_images"))
    full, needed = 3 * network.flops, network.training_flops
    counted = f"with the exact count of {exact:,} images"
    skipped = "without the gradient of the image"
    return epochs * published * full, (
        (epochs * exact * full, counted),
        (epochs * published * needed, skipped),
        (epochs * exact * needed, f"{counted}, {skipped}"),
    )


def days(known: Mapping[str, Fact]) -> tuple[Decimal, Decimal]:
    """Give the ends of the published training time, in seconds."""
    low, _, high = str(known["alexnet.training_time"].value).partition("..")
    return Decimal(low), Decimal(high)


def _floors(known: Mapping[str, Fact]) -> Iterator[Fact]:
    cores, clock = _number(known, "gtx-580.cores"), _number(known, "gtx-580.clock")
    gtx = 2 * cores * clock
    evidence = f"{cores} cores · 2 operations a cycle · {clock / 10**9} GHz"
    yield FactMaker("gtx-580", known["gtx-580.clock"].source)(
        "peak_fp32", int(gtx), "FLOP/s", "quantity", evidence
    )

    flops, _ = training_flops(known)
    gpus = int(_number(known, "alexnet.gpus"))
    source = known["gtx-580.clock"].source
    yield _floor(known, "training_floor_two_gtx_580", gpus * gtx, source, f"{gpus} GTX 580 at their peak")
    low, high = days(known)
    floor = flops / (gpus * gtx)
    shares = (_round(floor / time, "0.001") for time in (high, low))
    evidence = f"{_round(floor, '1'):,} s at peak / 6 and 5 days"
    yield FactMaker("alexnet", source)("share_of_peak", "..".join(map(str, shares)), "", "rate", evidence)
    for name, key, what in (
        ("training_floor_h100", "h100.peak_bf16", "one H100 SXM, dense bfloat16"),
        ("training_floor_h100_tf32", "h100.peak_tf32", "one H100 SXM, dense TF32"),
        ("training_floor_h100_fp32", "h100.peak_fp32", "one H100 SXM, float32"),
        ("training_floor_h100_pcie", "h100.pcie.peak_bf16", "one H100 PCIe, dense bfloat16"),
    ):
        yield _floor(known, name, _number(known, key), known[key].source, what)


def _floor(known: Mapping[str, Fact], name: str, peak: Decimal, source: str, what: str) -> Fact:
    flops, others = training_flops(known)
    return FactMaker("alexnet", source)(
        name,
        _seconds(flops, peak),
        "s",
        "duration",
        f"{flops:.4g} FLOP / {peak:.4g} FLOP/s, {what}; a floor that nothing reaches",
        tuple(Accepted(_seconds(other, peak), reason) for other, reason in others),
    )


def _seconds(flops: int, peak: Decimal) -> int:
    return int(_round(flops / peak, "1"))


def _memory(known: Mapping[str, Fact]) -> Iterator[Fact]:
    network = summary("alexnet")
    batch = int(_number(known, "alexnet.batch_size"))
    make = FactMaker("alexnet", network.spec.source)
    held = 3 * BYTES_PER_VALUE * network.parameters
    evidence = f"weights, gradients and momentum: 3 · {BYTES_PER_VALUE} · {network.parameters:,}"
    yield make("training_state_bytes", held, "B", "quantity", evidence)
    kept = batch * BYTES_PER_VALUE * network.activations
    evidence = (
        f"{batch} images · {BYTES_PER_VALUE} · {network.activations:,} outputs, without their gradients"
    )
    yield make("batch_activation_bytes", kept, "B", "quantity", evidence)
    evidence = (
        f"on one device, {batch} images: weights, gradients and momentum, images, activations and their "
        "gradients; without working memory"
    )
    yield make("training_bytes", network.training_bytes(batch), "B", "quantity", evidence)


def _naive_positions() -> Fact:
    size, kernel, stride = 224, 11, 4
    exact = Decimal(size - kernel) / stride + 1
    fitted = positions(size, kernel, stride, 3)
    return FactMaker("alexnet", summary("alexnet").spec.source)(
        "conv1.positions_without_padding",
        float(exact),
        "",
        "quantity",
        f"({size} − {kernel}) / {stride} + 1: with three zeros, or with 227 pixels, it is {fitted}",
    )


def _fewer_parameters() -> Fact:
    ours, theirs = summary("googlenet").parameters, summary("alexnet").parameters
    ratio = _round(Decimal(theirs) / ours, "0.01")
    evidence = f"{theirs:,} / {ours:,} of AlexNet and GoogLeNet; the paper says 12"
    return FactMaker("googlenet", summary("googlenet").spec.source)(
        "parameter_reduction", float(ratio), "times", "quantity", evidence
    )


def _round(value: Decimal, unit: str) -> Decimal:
    return value.quantize(Decimal(unit), rounding=ROUND_HALF_UP)
