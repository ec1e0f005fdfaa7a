"""``bench``: how fast AlexNet runs here, beside what the device can do at best."""

import json
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from reference_model.commands.progress import progress
from reference_model.commands.recording import append_record
from reference_model.errors import ReferenceModelError

# ruff: noqa: PLC0415, --help must not wait for torch


Format = Literal["text", "json"]
"""How the results are written."""


def bench(
    *,
    device: Annotated[
        str | None,
        typer.Option(
            "--device", metavar="D", show_default=False,
            help="As torch names it. Left out: a GPU where there is one, else the CPU.",
        ),
    ] = None,
    batch_sizes: Annotated[
        str,
        typer.Option(
            "--batch-sizes", metavar="N,N", show_default=False,
            help="Left out: 128 and 1024 on a GPU, 16 on a CPU.",
        ),
    ] = "",
    no_compile: Annotated[
        bool, typer.Option("--no-compile", help="Do not try torch.compile.")
    ] = False,
    width: Annotated[
        float,
        typer.Option("--width", metavar="W", min=0.01, help="Fraction of the filters; below 1 a miniature."),
    ] = 1.0,
    size: Annotated[
        int | None,
        typer.Option("--size", metavar="N", min=1, show_default=False, help="Images of another size."),
    ] = None,
    output_format: Annotated[Format, typer.Option("--format", "-f", help="A table, or JSON.")] = "text",
    records: Annotated[
        Path | None,
        typer.Option(
            "--records", metavar="FILE", show_default=False,
            help="Append the record to this file, not to the package's own.",
        ),
    ] = None,
    no_record: Annotated[bool, typer.Option("--no-record", help="Append no record.")] = False,
) -> None:  # fmt: skip
    """Measure images a second and TFLOP/s, forward and training.

    The published AlexNet and torchvision's form of it in plain eager fp32, as people run them
    today, and the published one in the best setting found, beside the ceilings of the device
    measured in the same run. Data loading is not in it. On a GPU it takes some minutes, most
    of them for compiling. A miniature (--width, --size) is not recorded, unless --records says
    where.
    """
    from reference_model.networks.registry import require_torch

    require_torch()
    from reference_model.experiments import bench_report
    from reference_model.experiments.bench import bench as measure
    from reference_model.training.distributed import find_device

    batches = _batches(batch_sizes)
    where = find_device(device)
    if device is None and where.type == "cpu":
        sys.stderr.write("torch sees no GPU: measuring the CPU, which is no statement about a GPU\n")
    with progress() as say:
        found = measure(
            where, batches=batches, compiling=not no_compile, width=width, input_size=size, say=say
        )
    if output_format == "json":
        report = bench_report.as_json(found)
        sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=2, sort_keys=True) + "\n")
    else:
        sys.stdout.write(bench_report.text(found))
    sys.stdout.flush()
    if not no_record and (records or (width == 1 and size is None)):
        append_record(bench_report.record(found), records)


def _batches(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(",") if part.strip())
    except ValueError:
        raise ReferenceModelError(
            f"--batch-sizes is {text!r}; expected whole numbers with commas between them, such as 128,1024"
        ) from None
