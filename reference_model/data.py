"""Images to train on: what they look like to the training, and the sources that need no files."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812, the field's own abbreviation

from reference_model.errors import MissingData, MissingPackage, UnknownName

SKIPPED = -100
"""Label of an image that could not be read; the value that torch's cross-entropy ignores."""

SOURCES = ("digits", "synthetic", "imagefolder", "cifar10")
"""What ``--data`` knows; the last two are followed by ``:PATH``."""

DIGITS_FOR_TRAINING = 1415
"""Rows of scikit-learn's digits before the first test row; see `digits`."""


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


def load(name: str, *, size: int = 256, workers: int = 0) -> ImageData:
    """Open a source.

    Parameters
    ----------
    name
        ``"digits"``, ``"synthetic"``, ``"imagefolder:PATH"`` or ``"cifar10:PATH"``.
    size
        Of a folder's images in pixels, once decoded; the other sources have their own.
    workers
        Processes that decode a folder's images; 0: this one.

    Raises
    ------
    UnknownName
        With the nearest sources.
    MissingData
        If files are not there or not as expected.
    MissingPackage
        For ``digits`` without scikit-learn, for a folder without Pillow.
    """
    kind, colon, path = name.partition(":")
    if kind not in SOURCES:
        raise UnknownName("data source", kind, SOURCES)
    if kind in {"digits", "synthetic"}:
        if colon:
            raise MissingData(f"{kind} reads no files, so it takes no path: {name!r}")
        return digits() if kind == "digits" else synthetic()
    if not path:
        raise MissingData(f"{kind} needs the path of a folder: {kind}:PATH")
    if kind == "cifar10":
        from reference_model.training.cifar10 import cifar10  # noqa: PLC0415, the sources know `ImageData`

        return cifar10(Path(path))
    from reference_model.training.imagefolder import imagefolder  # noqa: PLC0415, the same

    return imagefolder(Path(path), size=size, workers=workers)


def digits() -> ImagesInMemory:
    """Give scikit-learn's handwritten digits: 1,797 real images of 8 × 8 pixels in grey.

    The rows are in the order of the sheets on which people wrote them. All sheets have the same sequence of
    digits, so their borders can be seen in the labels. The 382 images of the last three sheets, from row
    1,415 on, are the test: a random split would test on the hands that it was trained on.

    Returns
    -------
    ImageData
        Images (n, 1, 8, 8); the 17 grey values 0 to 16 are spread over 0 to 255.

    Raises
    ------
    MissingPackage
        Without scikit-learn.
    """
    try:
        from sklearn.datasets import load_digits  # noqa: PLC0415, asked for when it is needed
    except ImportError:
        raise MissingPackage("the digits come with scikit-learn: pip install 'kbgen[model]'") from None
    found = load_digits()
    images = torch.from_numpy(found.images).mul(255 / 16).round().to(torch.uint8).unsqueeze(1)
    labels = torch.from_numpy(found.target).to(torch.int64)
    border = DIGITS_FOR_TRAINING
    return ImagesInMemory(
        "digits",
        tuple("0123456789"),
        Split(images[:border], labels[:border]),
        Split(images[border:], labels[border:]),
        mirrored=False,  # a mirrored digit is no digit
    )


def synthetic(
    *, classes: int = 10, train: int = 2048, test: int = 512, size: int = 32, seed: int = 0
) -> ImagesInMemory:
    """Make coloured images: a smooth pattern a class, under noise that is as strong.

    Parameters
    ----------
    classes
        Their number.
    train, test
        Images in each split; the classes take turns.
    size
        Height and width in pixels.
    seed
        The same seed makes the same images.

    Returns
    -------
    ImageData
        Images (n, 3, size, size).
    """
    draws = torch.Generator().manual_seed(seed)
    coarse = torch.randn(classes, 3, 4, 4, generator=draws)
    patterns = F.interpolate(coarse, size=(size, size), mode="bilinear", align_corners=False)

    def split(count: int) -> Split:
        labels = torch.arange(count) % classes
        noise = torch.randn(count, 3, size, size, generator=draws)
        images = (128 + 40 * (patterns[labels] + noise)).round().clamp(0, 255).to(torch.uint8)
        return Split(images, labels)

    names = tuple(f"pattern {number}" for number in range(1, classes + 1))
    # A random pattern's mirror image is another pattern.
    return ImagesInMemory("synthetic", names, split(train), split(test), mirrored=False)
