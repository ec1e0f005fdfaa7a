"""What the benchmark measured: as a table, as JSON, and as the figures of a record."""

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from textwrap import fill
from typing import Any

from reference_model.experiments.bench import DIRECTIONS, PLAIN, TORCHVISION, Bench
from reference_model.experiments.bench_case import Direction, Measurement
from reference_model.factbook.records import Figure, Json, Record, rounded, today

SCHEMA = "reference_model.experiments.bench/1"

EPOCHS, IMAGES = 90, 1_200_000
"""The published training (§5): "roughly 90 cycles through the training set of 1.2 million images"."""

PUBLISHED = "five to six days on two GTX 580"
"""How long it took (§5)."""


def text(bench: Bench) -> str:
    """Write for a terminal."""
    return "\n".join(_text(bench)) + "\n"


def _text(bench: Bench) -> Iterator[str]:
    yield f"AlexNet on {bench.device}" + (
        "" if _is_whole(bench) else ", a miniature: its figures say nothing"
    )
    yield ", ".join(f"{name} {version}" for name, version in bench.versions.items())
    yield ""
    yield from _roofline(bench)
    yield ""
    yield f"{'batch':>5}  {'':<8}  {'':<56}  {'images/s':>9}  {'TFLOP/s':>7}  {'share':>5}"
    for batch in bench.plan.batches:
        for name, row in chosen(bench, batch):
            yield _line(bench, row, name)
    tried = [row for row in bench.rows if row.case.setting not in {PLAIN, TORCHVISION}]
    if tried:
        yield ""
        yield "Settings tried for the published network, the quickest first"
        for row in sorted(tried, key=_rank):
            yield _line(bench, row)
        yield "       compiled, reduce-overhead (CUDA graphs), max-autotune: modes of torch.compile;"
        yield "       halves, dense: a grouped convolution as two dense ones, as one with zeros;"
        yield "       folded: conv1 sees squares of 4 × 4 pixels as channels. The function is the same."
    yield from _conclusions(bench)
    yield ""
    for note in (*bench.notes, *limits(bench)):
        yield fill(note, 100, initial_indent="- ", subsequent_indent="  ")
    yield f"{bench.seconds:.0f} s in all"


def _rank(row: Measurement) -> tuple[int, int, float]:
    return row.case.batch, DIRECTIONS.index(row.case.direction), -row.images_per_second


def _roofline(bench: Bench) -> Iterator[str]:
    found = bench.roofline
    yield "Ceilings, measured in this run"
    for name, value in (("bf16", found.bf16), ("fp32", found.fp32)):
        if value is not None:
            tf32 = (
                f", TF32 {'on' if bench.tf32['matmul'] else 'off'}" if name == "fp32" and bench.tf32 else ""
            )
            yield f"  matrix product {name}, {found.side:,}³{tf32}: {value / 1e12:,.4g} TFLOP/s"
    if found.copy is not None:
        size = f"{found.copied / 2**20:,.0f} MiB"
        yield f"  copy in memory, {size} read and written: {found.copy / 1e9:,.0f} GB/s"


def chosen(bench: Bench, batch: int) -> Iterator[tuple[str, Measurement]]:
    """Give the rows that count, by name: both plain networks and our best, in both directions."""
    for direction in DIRECTIONS:
        yield "torchvision, plain", bench.plain(TORCHVISION, direction, batch)
        yield "published, plain", bench.plain(PLAIN, direction, batch)
        best = bench.best(direction, batch)
        if best is not None:
            yield "published, best", best


def _line(bench: Bench, row: Measurement, name: str = "") -> str:
    case = row.case
    about = f"{name}: {case.setting.words}" if name else case.setting.words
    begin = f"{case.batch:>5,}  {case.direction:<8}  {about:<56}"
    if row.failure:
        return f"{begin.rstrip()}\n                 failed: {row.failure}"
    share = _share(bench, row)
    percent = "" if share is None else f"{share:>5.1%}"
    return f"{begin}  {row.images_per_second:>9,.1f}  {row.flops / 1e12:>7.4g}  {percent}".rstrip()


def _share(bench: Bench, row: Measurement) -> float | None:
    """Give the share of the highest matrix product."""
    ceiling = bench.roofline.matrix
    return None if ceiling is None or row.failure else row.flops / ceiling


def _conclusions(bench: Bench) -> Iterator[str]:
    for batch in bench.plan.batches:
        yield ""
        for direction, factor in speedups(bench, batch).items():
            yield f"Batch {batch:,}, {direction}: our best is {factor:.2f} times as fast as plain eager fp32."
        best = bench.best("training", batch)
        if best is not None and best.kernels:
            yield "  Where its time goes:"
            for spot in best.kernels:
                yield f"  {spot.share:>6.1%}  {spot.name[:88]}"
    quickest = _quickest(bench)
    if quickest is not None and _is_whole(bench):
        here = _duration(_published_training(quickest))
        yield ""
        yield f"{EPOCHS} epochs of 1.2 million images: {PUBLISHED} (published);"
        yield f"{here} on this device, batch {quickest.case.batch:,}."


def speedups(bench: Bench, batch: int) -> dict[Direction, float]:
    """Compare our best setting with the published network in plain eager float32."""
    found: dict[Direction, float] = {}
    for direction in DIRECTIONS:
        best, plain = bench.best(direction, batch), bench.plain(PLAIN, direction, batch)
        if best is not None and not plain.failure:
            found[direction] = best.images_per_second / plain.images_per_second
    return found


def _published_training(row: Measurement) -> float:
    """Give the seconds of the published training at the speed of a row."""
    return EPOCHS * IMAGES / row.images_per_second


def _quickest(bench: Bench) -> Measurement | None:
    rows = (bench.best("training", batch) for batch in bench.plan.batches)
    return max(filter(None, rows), key=lambda row: row.images_per_second, default=None)


def _duration(seconds: float) -> str:
    for unit, length in (("days", 86400), ("hours", 3600)):
        if seconds >= 2 * length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds / 60:.1f} minutes"


def limits(bench: Bench) -> Iterator[str]:
    """Say in plain words what is in these figures and what not."""
    yield (
        "A training step is a forward pass, the loss, a backward pass and SGD's update. Random images lie "
        "on the device already: reading, decoding and augmenting are not in it."
    )
    yield (
        "TFLOP/s count the network's own operations, two for each multiply-accumulate of convolutions and "
        "products, however they were computed; the share is of the highest matrix product of this run."
    )
    if bench.kind == "cpu":
        yield "These are a processor's figures. They say nothing about a GPU."
    elif bench.tf32:
        yield (
            f"TF32 in fp32 rows, as torch has it by default: matrix products {_on(bench.tf32['matmul'])}, "
            f"convolutions {_on(bench.tf32['convolutions'])}."
        )


def _on(flag: bool) -> str:  # noqa: FBT001, it is what is spelt
    return "on" if flag else "off"


def _is_whole(bench: Bench) -> bool:
    return bench.width == 1 and bench.input_size is None


def as_json(bench: Bench) -> dict[str, Any]:
    """Give the object that ``--format json`` prints."""
    best = [
        row for batch in bench.plan.batches for name, row in chosen(bench, batch) if name.endswith("best")
    ]
    quickest = _quickest(bench)
    return {
        "schema": SCHEMA,
        "device": bench.device,
        "kind": bench.kind,
        "versions": bench.versions,
        "settings": settings(bench),
        "ceilings": {
            "bf16_flops": bench.roofline.bf16,
            "fp32_flops": bench.roofline.fp32,
            "copy_bytes_per_second": bench.roofline.copy,
        },
        "rows": [
            {
                "network": row.case.setting.variant,
                "setting": asdict(row.case.setting),
                "words": row.case.setting.words,
                "direction": row.case.direction,
                "batch": row.case.batch,
                "images_per_second": row.images_per_second,
                "spread": row.spread,
                "repeats": row.repeats,
                "flops": row.flops,
                "share": _share(bench, row),
                "best": any(row is other for other in best),
                "peak_bytes": row.peak,
                "hot_spots": [asdict(spot) for spot in row.kernels],
                "failure": row.failure,
                "seconds": {"to_first_result": round(row.start, 2)},
            }
            for row in bench.rows
        ],
        "speedups": {str(batch): speedups(bench, batch) for batch in bench.plan.batches},
        "published_training": PUBLISHED,
        "notes": [*bench.notes, *limits(bench)],
        "seconds": {
            "total": round(bench.seconds, 1),
            "published_training_on_this_device": _published_training(quickest)
            if quickest is not None and _is_whole(bench)
            else None,
        },
    }


def settings(bench: Bench) -> dict[str, Json]:
    """Give what a repetition needs."""
    return {
        "batches": list(bench.plan.batches),
        "width": bench.width,
        "input_size": bench.input_size,
        "warm_up": bench.plan.effort.warm_up,
        "repeats": bench.plan.effort.repeats,
        "matrix_side": bench.roofline.side,
        "copied_bytes": bench.roofline.copied,
        "tf32": dict(bench.tf32),
    }


def record(bench: Bench) -> Record:
    """Give the record to append."""
    return Record("bench", today(), bench.device, bench.versions, settings(bench), tuple(_figures(bench)))


def _figures(bench: Bench) -> Iterator[Figure]:
    # The device is in the name: the figures of one do not follow those of another.
    slug = "cpu" if bench.kind == "cpu" else re.sub(r"[^a-z0-9]+", "-", bench.device.lower()).strip("-")
    where = f"on {bench.device}" + (", a processor: no statement about a GPU" if bench.kind == "cpu" else "")
    figure = partial(_figure, f"bench.{slug}", where, bench.plan.effort.repeats)
    found = bench.roofline
    for kind, value in (("bf16", found.bf16), ("fp32", found.fp32)):
        if value is not None:
            words = f"A {kind} matrix product of {found.side:,}³: {value / 1e12:.4g} TFLOP/s"
            yield figure(f"ceiling.{kind}_matrix_product", value, "FLOP/s", words)
    if found.copy is not None:
        words = f"A copy in memory reads and writes {found.copy / 1e9:.4g} GB/s"
        yield figure("ceiling.memory_copy", found.copy, "bytes/s", words)
    for batch in bench.plan.batches:
        for name, row in chosen(bench, batch):
            if not row.failure:
                yield from _row_figures(figure, bench, name, row)
        for direction, factor in speedups(bench, batch).items():
            words = (
                f"Published AlexNet, {direction}, batch {batch:,}: "
                f"the best setting is {factor:.2f} times as fast as plain eager fp32"
            )
            yield figure(f"best_over_plain.{direction}.batch_{batch}.speedup", factor, "times", words)
    quickest = _quickest(bench)
    if quickest is not None and _is_whole(bench):
        seconds = _published_training(quickest)
        words = (
            f"{EPOCHS} epochs of 1.2 million images, {PUBLISHED} as published, would take "
            f"{_duration(seconds)}, data loading excluded,"
        )
        yield figure("published_training_time", seconds, "s", words)


def _row_figures(
    figure: Callable[..., Figure], bench: Bench, name: str, row: Measurement
) -> Iterator[Figure]:
    network = "AlexNet in torchvision's form" if name.startswith("torchvision") else "Published AlexNet"
    what = f"{network}, {row.case.direction}, batch {row.case.batch:,}, {row.case.setting.words}"
    key = f"{name.replace(', ', '.')}.{row.case.direction}.batch_{row.case.batch}"
    words = f"{what}: {row.images_per_second:,.4g} images/s, data loading excluded,"
    yield figure(f"{key}.images_per_second", row.images_per_second, "images/s", words, row.spread)
    words = f"{what}: {row.flops / 1e12:.4g} TFLOP/s"
    yield figure(f"{key}.achieved", row.flops, "FLOP/s", words)
    share = _share(bench, row)
    if share is not None:
        words = f"{what}: {share:.1%} of the matrix product measured in the same run"
        yield figure(f"{key}.share_of_matrix_ceiling", share, "", words)


def _figure(
    subject: str,
    where: str,
    runs: int,
    name: str,
    value: float,
    unit: str,
    words: str,
    spread: float | None = None,
) -> Figure:
    apart = None if spread is None else rounded(spread)
    return Figure(subject, name, rounded(value), unit, apart, runs, f"{words} {where}.")
