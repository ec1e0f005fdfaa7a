"""A training between two steps: the network, the optimiser, and how far it has come."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from math import fsum, isfinite
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812, the field's own abbreviation
from torch.nn.parallel import DistributedDataParallel

from reference_model.data.images import SKIPPED, Batch, ImageData, Source, Split
from reference_model.errors import ReferenceModelError
from reference_model.networks.layers import Dropout
from reference_model.training.augment import CropSettings, centre, draw, network_input
from reference_model.training.callback import Callback, EpochResult
from reference_model.training.distributed import Processes
from reference_model.training.evaluate import Crops, ErrorRates, evaluate
from reference_model.training.execution import Execution
from reference_model.training.initialisation import network_for
from reference_model.training.optimiser import set_rate, sgd
from reference_model.training.pixels import PixelStatistics, measure
from reference_model.training.recipe import Recipe
from reference_model.training.schedule import Plateau, after_epoch, rate
from reference_model.training.seeds import generator_for, seed_for

STEPS_PER_SYNC = 10
"""Steps between two looks at the losses. Each look waits for the device, and for the other processes."""


class Trainer:
    """A training, begun and not yet finished.

    Parameters
    ----------
    recipe
        With a batch that the processes can share.
    data
        The images.
    execution
        What makes it fast.
    processes
        This one, among how many.
    callback
        Called as it goes.
    """

    def __init__(
        self, recipe: Recipe, data: ImageData, execution: Execution, processes: Processes, callback: Callback
    ) -> None:
        self.recipe = recipe
        self.data = data
        self.execution = execution
        self.processes = processes
        self.callback = callback
        self.epochs: list[EpochResult] = []  # complete ones
        self.losses: list[float] = []  # of the steps taken in the present one
        self.plateau = Plateau()
        self._unreadable: set[str] = set()
        self._reported: set[str] = set()

        device = processes.device
        network = network_for(recipe, len(data.classes)).to(device)
        network.to(memory_format=execution.layout)  # type: ignore[call-overload]  # torch's stub has it only with all
        for layer in network.modules():
            if isinstance(layer, Dropout):
                layer.shard = (processes.rank, processes.world)
        self.network: nn.Module = network
        self._model: nn.Module = network  # or what wraps it, to share it or to compile it
        if processes.world > 1:
            self._model = DistributedDataParallel(
                network, device_ids=[device] if device.type == "cuda" else None
            )
        if execution.compile:
            # Deterministic: random numbers as without compiling.
            options: dict[str, Any] = {"fallback_random": execution.deterministic}
            self._model = cast("nn.Module", torch.compile(self._model, options=options))
        self.optimiser = sgd(network, recipe, fused=execution.fused)
        self._train, self._test = (_on(split, device) for split in (data.train, data.test))
        grey = isinstance(data.train, Split) and data.train.images.shape[1] == 1
        self._view = CropSettings(
            recipe.stored, recipe.size, mirrors=data.mirrored, colours=recipe.augment and not grey
        )
        self._share = recipe.batch_size // processes.world
        self._mine = slice(processes.rank * self._share, (processes.rank + 1) * self._share)
        self.pixels: PixelStatistics

    def release(self) -> None:
        """Let go of the other processes, while the group is still there.

        Were the wrapper the last to hold the group, it would end the group's threads with Python's lock in
        hand, which they may be waiting for.
        """
        self._model = self.network

    @property
    def steps(self) -> int:
        """Steps of an epoch. The images that are left are too few for a batch; they are others each time."""
        return len(self.data.train) // self.recipe.batch_size

    def measure_pixels(self) -> None:
        """Measure the training images, in one process for all."""
        found = self.processes.from_first(lambda: measure(self._train).to(torch.device("cpu")))
        self.pixels = found.to(self.processes.device)

    def run_epoch(self, stop: Callable[[], bool]) -> bool:
        """Take the steps of an epoch and test; false if stopped before its last step is done.

        Parameters
        ----------
        stop
            Asked after each step; where several processes must agree, every `STEPS_PER_SYNC` steps.
        """
        first = len(self.losses)
        self.callback.begin(len(self.epochs) + 1, first, self.steps)
        self._model.train()
        lr = self._rate(first)
        pending: list[Tensor] = []
        todo = range(first, self.steps)
        for step, batch in zip(todo, self._train.batches(self._rows(todo)), strict=False):
            lr = self._rate(step)
            set_rate(self.optimiser, lr)
            pending.append(self._take_step(step, batch))
            done = step + 1
            due = done % STEPS_PER_SYNC == 0 or done == self.steps
            if due or (self.processes.world == 1 and stop()):
                self._collect_losses(pending, lr)
                if self.processes.any(stop()):
                    return False
        errors = self.errors("centre")
        loss = fsum(self.losses) / self.steps
        self.losses.clear()
        self.epochs.append(EpochResult(len(self.epochs) + 1, loss, lr, errors.top1, errors.top5))
        self.plateau = after_epoch(self.plateau, errors.top1)
        return True

    def errors(self, crops: Crops) -> ErrorRates:
        """Test the network as it is, and name the images that could not be read so far."""
        errors = evaluate(
            self.network,
            self._test,
            self._view,
            self.pixels,
            crops=crops,
            batch=self._share,
            amp=self.recipe.amp,
            processes=self.processes,
        )
        self._unreadable |= errors.unreadable
        self.unreadable()
        return errors

    def unreadable(self) -> tuple[str, ...]:
        """Give the images that no process could read, each said once."""
        found = self.processes.union(self._unreadable)
        for image in sorted(found - self._reported):
            self.callback.say(f"warning: skipped {image}")
        self._reported |= found
        return tuple(sorted(found))

    def settings(self) -> dict[str, Any]:
        """Give what decides the result; a checkpoint of other settings is of no use."""
        settings = asdict(self.recipe)
        # A folder may be moved; what is in it may not change.
        settings["data"] = self.data.name.partition(":")[0]
        settings["classes"] = len(self.data.classes)
        settings["training_images"] = len(self.data.train)
        if self.recipe.schedule != "steps":
            del settings["epochs"]  # only there does the end decide what comes before it
        return settings

    def state_dict(self) -> dict[str, Any]:
        """Give all that is needed to go on."""
        pixels = self.pixels.to(torch.device("cpu"))
        return {
            "network": self.network.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "pixels": {name: getattr(pixels, name) for name in PixelStatistics.__dataclass_fields__},
            "epochs": [asdict(epoch) for epoch in self.epochs],
            "losses": list(self.losses),
            "plateau": asdict(self.plateau),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from `state`."""
        self.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.pixels = PixelStatistics(**state["pixels"]).to(self.processes.device)
        self.epochs = [EpochResult(**epoch) for epoch in state["epochs"]]
        self.losses = list(state["losses"])
        self.plateau = Plateau(**state["plateau"])

    def progress(self) -> str:
        """Say how far the training has come."""
        epochs = f"{len(self.epochs)} of {self.recipe.epochs} epochs"
        return f"{epochs} and {len(self.losses)} of {self.steps} steps" if self.losses else epochs

    def _rate(self, step: int) -> float:
        done = len(self.epochs) * self.steps + step
        return rate(self.recipe, done, self.recipe.epochs * self.steps, self.plateau)

    def _rows(self, todo: range) -> Iterator[Tensor]:
        """Give this process's part of each batch; the order is another one in each epoch."""
        numbers = generator_for("order", self.recipe.seed, len(self.epochs))
        order = torch.randperm(len(self.data.train), generator=numbers)
        size = self.recipe.batch_size
        for step in todo:
            yield order[step * size : (step + 1) * size][self._mine]

    def _take_step(self, step: int, batch: Batch) -> Tensor:
        device = self.processes.device
        seed, size, epoch = self.recipe.seed, self.recipe.batch_size, len(self.epochs)
        self._unreadable.update(batch.unreadable)
        # For dropout: the same masks whether or not the training stopped before, and in every process.
        torch.manual_seed(seed_for("dropout", seed, epoch, step))
        chosen = (
            draw(self._view, size, seed=seed, epoch=epoch, step=step)
            if self.recipe.augment
            else centre(self._view, size)
        ).part(self._mine, device)
        images, labels = (part.to(device, non_blocking=True) for part in (batch.images, batch.labels))
        inputs = network_input(images, chosen, self._view, self.pixels).contiguous(
            memory_format=self.execution.layout
        )
        with torch.autocast(device.type, torch.bfloat16, enabled=self.recipe.amp):
            logits = self._model(inputs)
        # Divided by all images, readable or not: then the processes' mean is the whole batch's.
        loss = F.cross_entropy(logits.float(), labels, ignore_index=SKIPPED, reduction="sum") / self._share
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimiser.step()
        return loss.detach()

    def _collect_losses(self, pending: list[Tensor], lr: float) -> None:
        """Fetch losses from the device, averaged over the processes."""
        losses = self.processes.mean(torch.stack(pending)).tolist()
        pending.clear()
        first = len(self.losses) + 1
        epoch = len(self.epochs) + 1
        for number, loss in enumerate(losses, start=first):
            if not isfinite(loss):
                raise ReferenceModelError(
                    f"the loss became {loss} at step {number} of epoch {epoch}, "
                    f"with a learning rate of {lr:g}; a smaller --lr may help"
                )
        self.losses += losses
        self.callback.steps(epoch, first, losses, lr)


def _on(source: Source, device: torch.device) -> Source:
    """Move images that are in memory to a device; files stay where they are."""
    return source.to(device) if isinstance(source, Split) else source
