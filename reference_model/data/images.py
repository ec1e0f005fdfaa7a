"""Images to train on, as a training sees them, wherever they come from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

SKIPPED = -100
"""Label of an image that could not be read; the value that torch's cross-entropy ignores."""


class Batch(NamedTuple):
    """Images side by side."""

    images: Tensor  # uint8, (batch, channels, height, width)
    labels: Tensor  # int64, (batch,); SKIPPED where the image could not be read
    unreadable: tuple[str, ...] = ()  # those images by name, with the reason


class Source(Protocol):
    """Images that can be asked for by row, wherever they are."""

    def __len__(self) -> int:
        """Count the images."""
        ...

    def batches(self, rows: Iterable[Tensor]) -> Iterator[Batch]:
        """Give a batch for each tensor of row numbers."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Images in memory.

    Parameters
    ----------
    images
        uint8, (n, channels, height, width).
    labels
        int64, (n,): positions in `ImageData.classes`.
    """

    images: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def batches(self, rows: Iterable[Tensor]) -> Iterator[Batch]:
        """Give a batch for each tensor of row numbers, on the device of the images."""
        for chosen in rows:
            here = chosen.to(self.images.device)
            yield Batch(self.images[here], self.labels[here])

    def to(self, device: torch.device) -> "Split":
        """Move to a device."""
        return Split(self.images.to(device), self.labels.to(device))


@dataclass(frozen=True, slots=True, eq=False)
class ImageData:
    """Images in classes, for training and for testing.

    Parameters
    ----------
    name
        As ``--data`` has it.
    classes
        Their names, in the order of the labels.
    train, test
        The images.
    mirrored
        Whether an image's mirror image belongs to the same class.
    """

    name: str
    classes: tuple[str, ...]
    train: Source
    test: Source
    mirrored: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class ImagesInMemory(ImageData):
    """Images in classes, all of them in memory."""

    train: Split
    test: Split
