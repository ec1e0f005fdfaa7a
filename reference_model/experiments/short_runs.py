"""Train the four-layer network for a short while, on images in memory, so that the seed decides all."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812, the field's own abbreviation

from reference_model.data.images import ImagesInMemory
from reference_model.training.augment import CropSettings, crop, draw

MOMENTUM = 0.9  # §5


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """Images on a device, with what their pixels need before a network sees them.

    Parameters
    ----------
    pixels, labels
        For training: float32 (n, channels, height, width), 0 to 255, and int64 (n,).
    test_pixels, test_labels
        For testing.
    mean
        The mean training image, which is subtracted (§2).
    deviation
        Standard deviation of the training pixels less that mean, by which all are divided.
    classes
        How many.
    mirrored
        Whether an image's mirror image belongs to the same class.
    """

    pixels: Tensor
    labels: Tensor
    test_pixels: Tensor
    test_labels: Tensor
    mean: Tensor
    deviation: float
    classes: int
    mirrored: bool

    def normalise(self, pixels: Tensor) -> Tensor:
        """Subtract the mean image and divide by the deviation."""
        return (pixels - self.mean) / self.deviation


@dataclass(frozen=True, slots=True)
class TrainTestErrors:
    """Shares of images that are classified wrongly: top-1."""

    training: float
    test: float


def prepare(data: ImagesInMemory, device: torch.device) -> Task:
    """Bring images to a device and take the mean and the deviation of those for training."""
    pixels = data.train.images.to(device).float()
    mean = pixels.mean(0)
    return Task(
        pixels,
        data.train.labels.to(device),
        data.test.images.to(device).float(),
        data.test.labels.to(device),
        mean,
        float((pixels - mean).std()),
        len(data.classes),
        data.mirrored,
    )


def subset(task: Task, images: int, seed: int) -> Task:
    """Keep that many training images, drawn by the seed; all of them if there are no more."""
    rows = torch.randperm(len(task.labels), generator=torch.Generator().manual_seed(seed))[:images]
    rows = rows.to(task.labels.device)
    return replace(task, pixels=task.pixels[rows], labels=task.labels[rows])


def train(
    make: Callable[[], nn.Module],
    task: Task,
    seed: int,
    *,
    epochs: int,
    batch: int,
    rate: float,
    shift: int = 0,
) -> TrainTestErrors:
    """Train a network and count what it gets wrong.

    Parameters
    ----------
    make
        Builds the network; called with the seed set.
    task
        What to learn.
    seed
        Decides weights, order, dropout and shifts. Two networks with weights of the same shapes begin with
        the same weights and see the same images in the same order.
    epochs, batch
        How long and how many at once; what is left over of an epoch is dropped.
    rate
        Learning rate, divided by ten for the last quarter (§5 divides by ten three times, by hand).
    shift
        Pixels by which an image is moved, at most, along each axis, anew each time; 0: not at all. Where a
        mirror image belongs to the same class, half of the images are mirrored too.
    """
    with _seeded(seed, task.pixels.device):
        net = make().to(task.pixels.device)
        last = epochs - epochs // 4
        side = task.pixels.shape[-1]
        view = CropSettings(side + 2 * shift, side, mirrors=task.mirrored, colours=False)
        draws = torch.Generator().manual_seed(seed)
        optimiser = torch.optim.SGD(net.parameters(), lr=rate, momentum=MOMENTUM)
        for epoch in range(epochs):
            if epoch == last:
                optimiser.param_groups[0]["lr"] = rate / 10
            for step, rows in enumerate(_order(task, batch, draws)):
                pixels = task.pixels[rows]
                if shift:
                    chosen = draw(view, len(rows), seed=seed, epoch=epoch, step=step)
                    # Black comes in at the edge.
                    wide = F.pad(pixels, (shift, shift, shift, shift))
                    pixels = crop(wide, chosen.part(slice(None), pixels.device), view.size)
                _step(net, optimiser, task.normalise(pixels), task.labels[rows])
        return TrainTestErrors(
            error(net, task.normalise(task.pixels), task.labels),
            error(net, task.normalise(task.test_pixels), task.test_labels),
        )


def epochs_to_error(
    make: Callable[[], nn.Module],
    task: Task,
    seed: int,
    *,
    target: float,
    batch: int,
    rate: float,
    limit: float,
) -> float | None:
    """Train until the training error has come down to a target, without any regularisation.

    The error is taken over all training images, four times an epoch in the first epochs and once in later
    ones.

    Parameters
    ----------
    make, task, seed, batch, rate
        As in `train`.
    target
        Share of the training images that may be wrong: 0.25 in Figure 1.
    limit
        Epochs after which to give up.

    Returns
    -------
    float | None
        Epochs, with the fraction read off a straight line between the last two checks; ``None`` if it was not
        reached.
    """
    with _seeded(seed, task.pixels.device):
        net = make().to(task.pixels.device)
        images = task.normalise(task.pixels)
        draws = torch.Generator().manual_seed(seed)
        optimiser = torch.optim.SGD(net.parameters(), lr=rate, momentum=MOMENTUM)
        steps = max(1, len(images) // batch)
        before, wrong_before = 0.0, error(net, images, task.labels)
        done = 0
        while done < limit * steps:
            for rows in _order(task, batch, draws):
                _step(net, optimiser, images[rows], task.labels[rows])
                done += 1
                checks = 4 if done <= 4 * steps else 1
                if done * checks // steps == (done - 1) * checks // steps:
                    continue
                now, wrong = done / steps, error(net, images, task.labels)
                if wrong <= target:
                    slope = max(wrong_before - wrong, 1e-9)
                    reached = before + (now - before) * max(0.0, wrong_before - target) / slope
                    return reached if reached <= limit else None
                before, wrong_before = now, wrong
        return None


@torch.no_grad()
def error(net: nn.Module, images: Tensor, labels: Tensor) -> float:
    """Give the share of images that are classified wrongly. A network that has diverged is wrong on all."""
    net.eval()
    wrong = 0
    for some, right in zip(torch.split(images, 2048), torch.split(labels, 2048), strict=True):
        logits = net(some)
        guesses = torch.where(logits.isfinite().all(1), logits.argmax(1), -1)
        wrong += int((guesses != right).sum())
    net.train()
    return wrong / len(labels)


def _step(net: nn.Module, optimiser: torch.optim.Optimizer, images: Tensor, labels: Tensor) -> None:
    optimiser.zero_grad()
    F.cross_entropy(net(images), labels).backward()  # type: ignore[no-untyped-call]
    optimiser.step()


def _order(task: Task, batch: int, draws: torch.Generator) -> Iterator[Tensor]:
    """Give the rows of each batch of one epoch."""
    count = len(task.labels)
    batch = min(batch, count)
    whole = count // batch * batch
    rows = torch.randperm(count, generator=draws)[:whole]
    yield from torch.split(rows.to(task.labels.device), batch)


@contextmanager
def _seeded(seed: int, device: torch.device) -> Iterator[None]:
    """Set torch's own random numbers for a while, and put back what was there."""
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        yield
