"""``ablate``: the innovations of AlexNet, each with and without, on small real images."""

import json
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from reference_model.commands.progress import progress
from reference_model.commands.recording import append_record

# ruff: noqa: PLC0415, --help must not wait for torch


Format = Literal["text", "json", "markdown"]
"""How the table is written."""


def ablate(
    *,
    data: Annotated[
        str,
        typer.Option("--data", metavar="SOURCE", help="digits (with scikit-learn), or cifar10:PATH."),
    ] = "digits",
    seeds: Annotated[
        int, typer.Option("--seeds", metavar="N", min=1, help="Runs of each setting; a spread needs two.")
    ] = 10,
    only: Annotated[
        str,
        typer.Option(
            "--only", metavar="NAMES", show_default=False,
            help="Some of relu, dropout, normalisation, overlap, augmentation, with commas between them.",
        ),
    ] = "",
    device: Annotated[
        str,
        typer.Option(
            "--device", metavar="D",
            help="Where to compute, as torch names it. The digits are quickest on the CPU.",
        ),
    ] = "cpu",
    output_format: Annotated[
        Format, typer.Option("--format", "-f", help="Text, JSON, or a Markdown table.")
    ] = "text",
    records: Annotated[
        Path | None,
        typer.Option(
            "--records", metavar="FILE", show_default=False,
            help="Append the record to this file, not to the package's own.",
        ),
    ] = None,
    no_record: Annotated[bool, typer.Option("--no-record", help="Append no record.")] = False,
) -> None:  # fmt: skip
    """Measure what each innovation of AlexNet brings, in short runs of a small network.

    The four-layer network of the paper's Figure 1, with and without ReLU, dropout, normalisation,
    overlapping pooling and augmentation; several seeds each, mean and spread, and in words what such
    runs can and cannot show. On the digits it takes a few minutes on one core. A run with --only
    is not recorded, unless --records says where.
    """
    from reference_model.networks.registry import require_torch

    require_torch()
    from reference_model.experiments import ablation_report
    from reference_model.experiments.ablate import ablate as measure
    from reference_model.experiments.machine import versions
    from reference_model.training.distributed import find_device

    where = find_device(device)
    names = tuple(name.strip() for name in only.split(",") if name.strip())
    with progress() as say:
        found = measure(data, seeds=seeds, only=names, device=where, say=say)
    match output_format:
        case "text":
            sys.stdout.write(ablation_report.text(found))
        case "markdown":
            sys.stdout.write(ablation_report.markdown(found))
        case "json":
            report = ablation_report.as_json(found, versions(where))
            sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=2, sort_keys=True) + "\n")
    sys.stdout.flush()
    # The latest record is what facts are made from: it should be a whole one.
    if not no_record and (records or not names):
        append_record(ablation_report.record(found, versions(where)), records)
