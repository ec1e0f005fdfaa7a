"""Train AlexNet: open the images, run the epochs, test, save, and be able to stop and go on.

The ideas that this puts together are in files of their own, in `reference_model.training`: the recipe, the
published update (`optimiser`), the learning rate (`schedule`), what the network sees of an image (`augment`),
error rates (`evaluate`), several processes (`distributed`), the file to go on from (`checkpoint`), and a
training between two steps (`state`).
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from time import perf_counter

import torch
from torch import nn

from reference_model.analysis import Summary, analyse
from reference_model.data.images import ImageData
from reference_model.data.sources import load
from reference_model.errors import ReferenceModelError, WrongInput
from reference_model.training import checkpoint, memory
from reference_model.training.callback import Callback, EpochResult, NoCallback
from reference_model.training.distributed import Processes, process_group
from reference_model.training.evaluate import ErrorRates
from reference_model.training.execution import Execution, reproducible
from reference_model.training.pixels import PixelStatistics
from reference_model.training.recipe import Recipe
from reference_model.training.trainer import Trainer


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a training came to.

    Parameters
    ----------
    recipe
        What was done; its batch size is the one that was used.
    data
        The images.
    network
        With its weights, on the device.
    pixels
        What the training images were found to be; the mean is subtracted from every image.
    epochs
        All that are complete.
    losses
        Of the steps of an epoch that is not complete.
    centre, ten
        Errors in the end, of the centre crop and of ten crops; ``None`` if stopped.
    unreadable
        Images that were skipped, with the reason.
    processes
        The device, and how many processes there were.
    """

    recipe: Recipe
    data: ImageData
    network: nn.Module
    pixels: PixelStatistics
    epochs: tuple[EpochResult, ...]
    losses: tuple[float, ...]
    centre: ErrorRates | None
    ten: ErrorRates | None
    unreadable: tuple[str, ...]
    processes: Processes

    @property
    def is_finished(self) -> bool:
        """Whether all epochs are complete."""
        return self.ten is not None


def train(
    recipe: Recipe,
    *,
    data: ImageData | None = None,
    execution: Execution | None = None,
    file: Path | None = None,
    resume: bool = False,
    stop: Callable[[], bool] = lambda: False,
    callback: Callback | None = None,
) -> Result:
    """Train as a recipe says.

    Parameters
    ----------
    recipe
        What decides the result.
    data
        The images, where they are not those that the recipe's `data` names.
    execution
        The device, and what makes it fast.
    file
        Checkpoint, written after each epoch and when stopped.
    resume
        Go on from it. The weights come out bit for bit as if the training had not stopped.
    stop
        Asked after each step; once true, the training is saved and given back as it is.
    callback
        Called as it goes.

    Returns
    -------
    Result
        The network, its losses and its errors.

    Raises
    ------
    UnknownName, MissingData, MissingPackage
        As `reference_model.data.sources.load`.
    WrongInput
        If the images are too small for some layer.
    NotEnoughMemory
        Before anything is allocated.
    ReferenceModelError
        If the device is not there, processes cannot share a batch, the loss stops being a number, or the
        checkpoint cannot be used.
    """
    execution = execution or Execution()
    with ExitStack() as stack:
        processes = stack.enter_context(process_group(execution.device))
        stack.enter_context(reproducible(processes.device, deterministic=execution.deterministic))
        callback = callback if callback and processes.is_first else NoCallback()
        if file:
            checkpoint.check_place(file, resume=resume)
        data = data or load(recipe.data, size=recipe.stored, workers=execution.workers)
        network = _network_summary(recipe, len(data.classes))
        recipe = _with_shared_batch(recipe, len(data.train), processes.world, callback)
        free = memory.free_bytes(processes.device)
        memory.check(
            network,
            recipe.batch_size // processes.world,
            processes.smallest(_share(free, processes)),
            processes=processes.world,
            where=str(processes.device),
        )
        _log_setup(recipe, data, processes, callback, asked=execution.device)

        trainer = Trainer(recipe, data, execution, processes, callback)
        stack.callback(trainer.release)
        if file and resume:
            trainer.load_state_dict(checkpoint.load(file, trainer.settings()))
            callback.say(f"resumed from {file}: {trainer.progress()}")
        else:
            trainer.measure_pixels()
        stopped = False
        while len(trainer.epochs) < recipe.epochs and not stopped:
            begun = perf_counter()
            stopped = not trainer.run_epoch(stop)
            if file and processes.is_first:
                checkpoint.save(file, trainer.state_dict(), trainer.settings())
            if not stopped:
                callback.epoch(trainer.epochs[-1], perf_counter() - begun)
        return Result(
            recipe=recipe,
            data=data,
            network=trainer.network,
            pixels=trainer.pixels,
            centre=None if stopped else trainer.errors("centre"),
            ten=None if stopped else trainer.errors("ten"),
            epochs=tuple(trainer.epochs),
            losses=tuple(trainer.losses),
            unreadable=trainer.unreadable(),
            processes=processes,
        )


def _network_summary(recipe: Recipe, classes: int) -> Summary:
    try:
        return analyse(recipe.network(classes))
    except WrongInput as problem:
        raise WrongInput(
            f"{problem}, at a size of {recipe.size} pixels; "
            f"the smallest size that works is {_smallest(recipe)}"
        ) from None


def _smallest(recipe: Recipe) -> int:
    for size in count(recipe.size):
        try:
            analyse(replace(recipe, size=size).network(1))
        except WrongInput:
            continue
        return size
    raise AssertionError("the variant's own size works")


def _with_shared_batch(recipe: Recipe, images: int, world: int, callback: Callback) -> Recipe:
    """Cut the batch to the images there are, and see that the processes can share it."""
    batch = recipe.batch_size
    if batch % world:
        near = max(1, batch // world) * world
        raise ReferenceModelError(
            f"a batch of {batch} cannot be shared equally by {world} processes; {near} can"
        )
    if batch <= images:
        return recipe
    cut = images // world * world
    if not cut:
        raise ReferenceModelError(f"{images} training images are too few for {world} processes")
    callback.say(
        f"the batch is cut to {cut}: there are {images:,} training images, and {batch:,} were asked for"
    )
    return replace(recipe, batch_size=cut)


def _share(free: int | None, processes: Processes) -> int | None:
    """Give what one process may take: a GPU is its own, the machine's memory is shared."""
    if free is None or processes.device.type == "cuda":
        return free
    return free // processes.on_this_machine


def _log_setup(
    recipe: Recipe, data: ImageData, processes: Processes, callback: Callback, *, asked: str | None
) -> None:
    """Say what is going to be done, and in what it is not as published."""
    callback.say(recipe.describe(len(data.classes)))
    departures = recipe.departures()
    if departures:
        callback.say(f"not the published recipe: {'; '.join(departures)}")
    callback.say(
        f"{data.name}: {len(data.train):,} images to train on, {len(data.test):,} to test on, "
        f"{len(data.train) // recipe.batch_size:,} steps an epoch"
        + ("" if data.mirrored else "; no mirror images, which would be of no class")
    )
    where = str(processes.device)
    if processes.device.type == "cuda":
        where = f"{where}, {torch.cuda.get_device_name(processes.device)}"
    elif processes.device.type == "cpu" and asked is None:
        where = "the CPU, for torch sees no GPU"
    callback.say(f"runs on {where}" + (f", in {processes.world} processes" if processes.world > 1 else ""))
