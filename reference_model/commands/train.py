"""``train``: AlexNet, by the published recipe or in miniature."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import typer

from reference_model.errors import ReferenceModelError
from reference_model.vocabulary import Initialisation, Schedule

if TYPE_CHECKING:
    from reference_model.training.execution import Execution
    from reference_model.training.recipe import Recipe
    from reference_model.training.train import Result

# ruff: noqa: PLC0415, --help must not wait for torch

MAX_WORKERS = 8
"""Processes that decode images; more than eight seldom pay for one network."""


Format = Literal["text", "json"]
"""How the result is written."""


class Settings(NamedTuple):
    """Options of ``train``: more than a function should have parameters."""

    data: Annotated[
        str,
        typer.Option(
            "--data",
            metavar="SOURCE",
            help="digits (scikit-learn's), synthetic (made here), imagefolder:PATH (train/CLASS/IMAGE and "
            "val/CLASS/IMAGE) or cifar10:PATH (the binary version).",
        ),
    ] = "digits"
    epochs: Annotated[
        int | None,
        typer.Option(
            "--epochs",
            metavar="N",
            min=1,
            show_default=False,
            help="Passes over the training images. Left out: 90 for a folder, else 10.",
        ),
    ] = None
    batch_size: Annotated[
        int | None,
        typer.Option(
            "--batch-size",
            metavar="N",
            min=1,
            show_default=False,
            help="Images to a step, of all processes together. Left out: 128 for a folder, else 32.",
        ),
    ] = None
    seed: Annotated[
        int,
        typer.Option("--seed", metavar="N", min=0, help="Of weights, order, augmentation and dropout."),
    ] = 0
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            "--checkpoint",
            metavar="FILE",
            show_default=False,
            help="Save the training here after each epoch, and at Ctrl-C.",
        ),
    ] = None
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the checkpoint, as if it had never stopped.")
    ] = False
    device: Annotated[
        str | None,
        typer.Option(
            "--device",
            metavar="D",
            show_default=False,
            help="cpu, cuda, cuda:1, mps. Left out: a GPU where there is one.",
        ),
    ] = None
    variant: Annotated[
        str | None,
        typer.Option(
            "--variant",
            metavar="NAME",
            show_default=False,
            help="paper (the default), author, caffe, caffenet, one-weird-trick, one-gpu or ungrouped.",
        ),
    ] = None
    size: Annotated[
        int | None,
        typer.Option(
            "--size",
            metavar="PIXELS",
            min=1,
            show_default=False,
            help="Side of the crops. Left out: the variant's own for a folder, else 64.",
        ),
    ] = None
    width: Annotated[
        float | None,
        typer.Option(
            "--width",
            metavar="FRACTION",
            show_default=False,
            help="Of the published filters and hidden units. Left out: 1 for a folder, else 0.25.",
        ),
    ] = None
    dropout: Annotated[
        float | None,
        typer.Option("--dropout", metavar="P", show_default=False, help="Of fc6 and fc7. Left out: 0.5."),
    ] = None
    init: Annotated[
        Initialisation | None,
        typer.Option(
            "--init",
            show_default=False,
            help="published suits the full width. Left out: published for a folder, else fan-in.",
        ),
    ] = None
    lr: Annotated[
        float | None,
        typer.Option(
            "--lr",
            metavar="RATE",
            show_default=False,
            help="Learning rate at the start. Left out: 0.01 for a folder, else 0.005.",
        ),
    ] = None
    momentum: Annotated[
        float | None, typer.Option("--momentum", metavar="M", show_default=False, help="Left out: 0.9.")
    ] = None
    weight_decay: Annotated[
        float | None,
        typer.Option("--weight-decay", metavar="D", show_default=False, help="Left out: 0.0005."),
    ] = None
    schedule: Annotated[
        Schedule | None,
        typer.Option(
            "--schedule",
            show_default=False,
            help="The learning rate is divided by ten after each quarter of the training (steps), when the "
            "test error stops improving (plateau, at most three times), or never (constant). Left out: steps "
            "for a folder, else constant.",
        ),
    ] = None
    no_augment: Annotated[bool, typer.Option("--no-augment", help="The crop in the middle, as it is.")] = (
        False
    )
    amp: Annotated[bool, typer.Option("--amp", help="Compute in bfloat16 where that is safe.")] = False
    channels_last: Annotated[
        bool, typer.Option("--channels-last", help="Keep the channels of a pixel side by side.")
    ] = False
    compiled: Annotated[bool, typer.Option("--compile", help="Use torch.compile.")] = False
    fused: Annotated[bool, typer.Option("--fused", help="Update all weights in one kernel.")] = False
    no_deterministic: Annotated[
        bool, typer.Option("--no-deterministic", help="Allow algorithms whose bits differ from run to run.")
    ] = False
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            metavar="N",
            min=0,
            show_default=False,
            help="Processes that decode a folder's images. Left out: one a core, at most eight.",
        ),
    ] = None
    log: Annotated[
        Path | None,
        typer.Option(
            "--log",
            "--log-file",
            metavar="FILE",
            show_default=False,
            help="Write a JSON record a step and an epoch. Under torchrun say --log-file: it takes --log for "
            "its own.",
        ),
    ] = None
    output_format: Annotated[Format, typer.Option("--format", "-f", help="Of the result.")] = "text"


def train(settings: Settings) -> None:
    """Train AlexNet, and test it with one crop and with ten.

    On a folder of images it is the published network and the published recipe; on small images a
    miniature, which learns within a minute on a CPU. Several processes share each batch when
    started with torchrun: torchrun --nproc-per-node 2 -m reference_model train ...

    Ctrl-C finishes the step, saves and ends with exit code 130.
    """
    from time import perf_counter

    from reference_model.networks.registry import require_torch

    if settings.resume and not settings.checkpoint:
        raise ReferenceModelError("--resume goes on from a checkpoint: say which with --checkpoint FILE")
    recipe = _recipe(settings)
    require_torch()
    from reference_model.training.interruption import INTERRUPTED

    begun = perf_counter()
    result = _trained(settings, recipe, _execution(settings))
    if _is_first():
        _print(settings, result, perf_counter() - begun)
    if not result.is_finished:
        raise typer.Exit(INTERRUPTED)


def _recipe(settings: Settings) -> "Recipe":
    """Return what is trained and how; what is left out depends on the data."""
    from reference_model.training.recipe import recipe_for

    return recipe_for(
        settings.data,
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        seed=settings.seed,
        variant=settings.variant,
        size=settings.size,
        width=settings.width,
        dropout=settings.dropout,
        init=settings.init,
        lr=settings.lr,
        momentum=settings.momentum,
        weight_decay=settings.weight_decay,
        schedule=settings.schedule,
        augment=not settings.no_augment,
        amp=settings.amp,
    )


def _execution(settings: Settings) -> "Execution":
    """Return where and by which algorithms it is computed, which changes no result but for rounding."""
    from reference_model.training.execution import Execution

    return Execution(
        device=settings.device,
        workers=_cores() if settings.workers is None else settings.workers,
        channels_last=settings.channels_last,
        compile=settings.compiled,
        fused=settings.fused,
        deterministic=not settings.no_deterministic,
    )


def _trained(settings: Settings, recipe: "Recipe", execution: "Execution") -> "Result":
    """Train, as one of several processes where torchrun started them."""
    from time import sleep

    from reference_model.training.console import console_log
    from reference_model.training.interruption import interruptible
    from reference_model.training.train import train as run

    first = _is_first()
    with (
        console_log(recipe.epochs, settings.log if first else None, resume=settings.resume) as screen,
        interruptible("finishing this step …\n" if first else "") as stop,
    ):
        try:
            return run(
                recipe,
                execution=execution,
                file=settings.checkpoint,
                resume=settings.resume,
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


def _print(settings: Settings, result: "Result", seconds: float) -> None:
    """Print the result, or how far the training came."""
    from reference_model.training import report

    if not result.is_finished:
        saved = "nothing is saved without --checkpoint"
        if settings.checkpoint:
            saved = f"saved in {settings.checkpoint}: --resume goes on"
        typer.echo(f"stopped after {report.progress(result)}; {saved}", err=True)
    elif settings.output_format == "json":
        result_json = report.as_json(result) | {"seconds": {"total": seconds}}
        typer.echo(json.dumps(result_json, ensure_ascii=False, indent=2, sort_keys=True))
    else:
        typer.echo(report.text(result), nl=False)


def _is_first() -> bool:
    """Tell whether this is the process that speaks for all."""
    return os.environ.get("RANK", "0") == "0"


def _cores() -> int:
    """Count the cores for one process that trains."""
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(MAX_WORKERS, max(1, here // int(os.environ.get("LOCAL_WORLD_SIZE", "1"))))
