"""``train``: AlexNet, by the published recipe or in miniature."""

import json
import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from reference_model.errors import ReferenceModelError

# ruff: noqa: PLC0415, --help must not wait for torch

MAX_WORKERS = 8
"""Processes that decode images; more than eight seldom pay for one network."""


class Format(StrEnum):
    """How the result is written."""

    TEXT = "text"
    JSON = "json"


class Schedule(StrEnum):
    """When the learning rate falls."""

    STEPS = "steps"
    PLATEAU = "plateau"
    CONSTANT = "constant"


class Init(StrEnum):
    """How the weights begin."""

    PUBLISHED = "published"
    FAN_IN = "fan-in"


def train(
    *,
    data: Annotated[
        str,
        typer.Option(
            "--data", metavar="SOURCE",
            help="digits (scikit-learn's), synthetic (made here), imagefolder:PATH (train/CLASS/IMAGE and "
            "val/CLASS/IMAGE) or cifar10:PATH (the binary version).",
        ),
    ] = "digits",
    epochs: Annotated[
        int | None,
        typer.Option(
            "--epochs", metavar="N", min=1, show_default=False,
            help="Passes over the training images. Left out: 90 for a folder, else 10.",
        ),
    ] = None,
    batch_size: Annotated[
        int | None,
        typer.Option(
            "--batch-size", metavar="N", min=1, show_default=False,
            help="Images to a step, of all processes together. Left out: 128 for a folder, else 32.",
        ),
    ] = None,
    seed: Annotated[
        int,
        typer.Option("--seed", metavar="N", min=0, help="Of weights, order, augmentation and dropout."),
    ] = 0,
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            "--checkpoint", metavar="FILE", show_default=False,
            help="Save the training here after each epoch, and at Ctrl-C.",
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the checkpoint, as if it had never stopped.")
    ] = False,
    device: Annotated[
        str | None,
        typer.Option(
            "--device", metavar="D", show_default=False,
            help="cpu, cuda, cuda:1, mps. Left out: a GPU where there is one.",
        ),
    ] = None,
    variant: Annotated[
        str | None,
        typer.Option(
            "--variant", metavar="NAME", show_default=False,
            help="paper (the default), author, caffe, caffenet, one-weird-trick, one-gpu or ungrouped.",
        ),
    ] = None,
    size: Annotated[
        int | None,
        typer.Option(
            "--size", metavar="PIXELS", min=1, show_default=False,
            help="Side of the crops. Left out: the variant's own for a folder, else 64.",
        ),
    ] = None,
    width: Annotated[
        float | None,
        typer.Option(
            "--width", metavar="FRACTION", show_default=False,
            help="Of the published filters and hidden units. Left out: 1 for a folder, else 0.25.",
        ),
    ] = None,
    dropout: Annotated[
        float | None,
        typer.Option("--dropout", metavar="P", show_default=False, help="Of fc6 and fc7. Left out: 0.5."),
    ] = None,
    init: Annotated[
        Init | None,
        typer.Option(
            "--init", show_default=False,
            help="published suits the full width. Left out: published for a folder, else fan-in.",
        ),
    ] = None,
    lr: Annotated[
        float | None,
        typer.Option(
            "--lr", metavar="RATE", show_default=False,
            help="Learning rate at the start. Left out: 0.01 for a folder, else 0.005.",
        ),
    ] = None,
    momentum: Annotated[
        float | None, typer.Option("--momentum", metavar="M", show_default=False, help="Left out: 0.9.")
    ] = None,
    weight_decay: Annotated[
        float | None,
        typer.Option("--weight-decay", metavar="D", show_default=False, help="Left out: 0.0005."),
    ] = None,
    schedule: Annotated[
        Schedule | None,
        typer.Option(
            "--schedule", show_default=False,
            help="The learning rate is divided by ten after each quarter of the training (steps), when the "
            "test error stops improving (plateau, at most three times), or never (constant). Left out: steps "
            "for a folder, else constant.",
        ),
    ] = None,
    no_augment: Annotated[
        bool, typer.Option("--no-augment", help="The crop in the middle, as it is.")
    ] = False,
    amp: Annotated[bool, typer.Option("--amp", help="Compute in bfloat16 where that is safe.")] = False,
    channels_last: Annotated[
        bool, typer.Option("--channels-last", help="Keep the channels of a pixel side by side.")
    ] = False,
    compiled: Annotated[bool, typer.Option("--compile", help="Use torch.compile.")] = False,
    fused: Annotated[bool, typer.Option("--fused", help="Update all weights in one kernel.")] = False,
    no_deterministic: Annotated[
        bool, typer.Option("--no-deterministic", help="Allow algorithms whose bits differ from run to run.")
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", metavar="N", min=0, show_default=False,
            help="Processes that decode a folder's images. Left out: one a core, at most eight.",
        ),
    ] = None,
    log: Annotated[
        Path | None,
        typer.Option(
            "--log", "--log-file", metavar="FILE", show_default=False,
            help="Write a JSON record a step and an epoch. Under torchrun say --log-file: it takes --log for "
            "its own.",
        ),
    ] = None,
    output_format: Annotated[Format, typer.Option("--format", "-f", help="Of the result.")] = Format.TEXT,
) -> None:  # fmt: skip
    """Train AlexNet, and test it with one crop and with ten.

    On a folder of images it is the published network and the published recipe; on small images a
    miniature, which learns within a minute on a CPU. Several processes share each batch when
    started with torchrun: torchrun --nproc-per-node 2 -m reference_model train ...

    Ctrl-C finishes the step, saves and ends with exit code 130.
    """
    from time import perf_counter, sleep

    from reference_model.networks.registry import require_torch
    from reference_model.training import report
    from reference_model.training.recipe import recipe_for

    if resume and not checkpoint:
        raise ReferenceModelError("--resume goes on from a checkpoint: say which with --checkpoint FILE")
    recipe = recipe_for(
        data,
        epochs=epochs,
        batch_size=batch_size,
        seed=seed,
        variant=variant,
        size=size,
        width=width,
        dropout=dropout,
        init=init and init.value,
        lr=lr,
        momentum=momentum,
        weight_decay=weight_decay,
        schedule=schedule and schedule.value,
        augment=not no_augment,
        amp=amp,
    )
    require_torch()
    from reference_model.training.execution import Execution

    execution = Execution(
        device=device,
        workers=_cores() if workers is None else workers,
        channels_last=channels_last,
        compile=compiled,
        fused=fused,
        deterministic=not no_deterministic,
    )
    from reference_model.training.console import console_log
    from reference_model.training.interruption import INTERRUPTED, interruptible
    from reference_model.training.train import train as run

    begun = perf_counter()
    first = os.environ.get("RANK", "0") == "0"
    with (
        console_log(recipe.epochs, log if first else None, resume=resume) as screen,
        interruptible("finishing this step …\n" if first else "") as stop,
    ):
        try:
            result = run(
                recipe,
                execution=execution,
                file=checkpoint,
                resume=resume,
                stop=stop,
                callback=screen if first else None,
            )
        except ReferenceModelError:
            # What is wrong with a call is wrong in every process: the first of each machine says it,
            # and has time to, for torchrun ends all of them when one ends.
            if os.environ.get("LOCAL_RANK", "0") != "0":
                sleep(1)
                raise typer.Exit(2) from None
            raise
    if first and result.is_finished:
        result_json = report.as_json(result) | {"seconds": {"total": perf_counter() - begun}}
        as_json = json.dumps(result_json, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        typer.echo(as_json if output_format is Format.JSON else report.text(result), nl=False)
    elif first:
        saved = (
            f"saved in {checkpoint}: --resume goes on"
            if checkpoint
            else "nothing is saved without --checkpoint"
        )
        typer.echo(f"stopped after {report.progress(result)}; {saved}", err=True)
    if not result.is_finished:
        raise typer.Exit(INTERRUPTED)


def _cores() -> int:
    """Count the cores for one process that trains."""
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(MAX_WORKERS, max(1, here // int(os.environ.get("LOCAL_WORLD_SIZE", "1"))))
