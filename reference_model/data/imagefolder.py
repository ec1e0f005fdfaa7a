"""Images from a folder in the usual layout: ``train/CLASS/IMAGE`` and ``val/CLASS/IMAGE``.

As in §2 of the paper, an image is scaled so that its shorter side has 256 pixels, and the square in the
middle is kept. It is decoded when it is asked for, by as many processes as wanted.
"""

import os
import signal
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from reference_model.data.images import SKIPPED, Batch, ImageData
from reference_model.errors import MissingData, MissingPackage

IMAGE_SUFFIXES = frozenset({".bmp", ".gif", ".jpeg", ".jpg", ".png", ".ppm", ".tif", ".tiff", ".webp"})


class _Decoded(NamedTuple):
    image: Tensor
    label: int
    problem: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Folder(Dataset[_Decoded]):
    """Images in files.

    Parameters
    ----------
    files
        Their paths. Text, because a `Path` each would be half a gigabyte for ImageNet.
    labels
        Of each, int64.
    size
        Height and width of the decoded images in pixels.
    workers
        Processes that decode; 0: this one.
    """

    files: tuple[str, ...]
    labels: Tensor
    size: int
    workers: int = 0

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, row: int) -> _Decoded:
        file = Path(self.files[row])
        try:
            return _Decoded(decode(file, self.size), int(self.labels[row]), None)
        except (OSError, SyntaxError, ValueError, ArithmeticError) as problem:  # what Pillow's readers raise
            blank = torch.zeros(3, self.size, self.size, dtype=torch.uint8)
            reason = str(problem).replace(str(file), file.name)
            return _Decoded(blank, SKIPPED, f"{file}: {reason}")

    def batches(self, rows: Iterable[Tensor]) -> Iterator[Batch]:
        """Give a batch for each tensor of row numbers; an image that cannot be read is blank, and named."""
        loader = DataLoader(
            self,
            batch_sampler=[chosen.tolist() for chosen in rows],
            num_workers=self.workers,
            collate_fn=_beside,
            worker_init_fn=_worker,
            pin_memory=torch.cuda.is_available(),
        )
        for images, labels, problems in loader:
            yield Batch(images, labels, problems)


def decode(file: Path, size: int) -> Tensor:
    """Read an image: its shorter side scaled to `size`, the square in the middle kept.

    Returns
    -------
    Tensor
        uint8, (3, size, size).

    Raises
    ------
    OSError, SyntaxError, ValueError, ArithmeticError
        What Pillow finds wrong with the file.
    """
    from PIL import Image  # noqa: PLC0415, asked for when it is needed

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of broken metadata, of which no pixel depends
            with Image.open(file) as opened:
                # A JPEG may be decoded at a half, a quarter or an eighth, while that is not below the size.
                opened.draft("RGB", (size, size))
                image = opened.convert("RGB")
    except Image.DecompressionBombError as problem:
        raise ValueError(str(problem)) from None
    width, height = image.size
    side = min(width, height)
    left, top = (width - side) / 2, (height - side) / 2
    # The square first: it is the same in either order, and what is cut off need not be scaled.
    middle = (left, top, left + side, top + side)
    square = image.resize((size, size), Image.Resampling.BILINEAR, box=middle)
    pixels = torch.frombuffer(bytearray(square.tobytes()), dtype=torch.uint8)
    return pixels.view(size, size, 3).permute(2, 0, 1).contiguous()


def imagefolder(folder: Path, *, size: int = 256, workers: int = 0) -> ImageData:
    """Look a folder of images through, without decoding any.

    Parameters
    ----------
    folder
        With ``train`` and ``val`` in it, and a folder for each class in both.
    size
        Height and width of the images, once decoded.
    workers
        Processes that decode; 0: this one.

    Raises
    ------
    MissingData
        If a folder is not there, a class has no images, or ``val`` has a class that ``train`` has not.
    MissingPackage
        Without Pillow.
    """
    try:
        import PIL  # noqa: F401, PLC0415, asked for when it is needed
    except ImportError:
        raise MissingPackage("images are read with Pillow: pip install 'kbgen[model]'") from None
    if not folder.is_dir():
        raise MissingData(f"there is no folder {folder}{_near(folder)}; expected one with train/ and val/")
    train, val = (_part(folder, name) for name in ("train", "val"))
    classes = tuple(train)
    unknown_classes = [name for name in val if name not in train]
    if unknown_classes:
        near = get_close_matches(unknown_classes[0], classes, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise MissingData(
            f"{folder / 'val'} has the class {unknown_classes[0]}, "
            f"of which {folder / 'train'} has no images{hint}"
        )
    label = {name: number for number, name in enumerate(classes)}

    def split(part: dict[str, list[str]]) -> Folder:
        files = tuple(file for files in part.values() for file in files)
        labels = torch.tensor([label[name] for name, files in part.items() for _ in files])
        return Folder(files, labels, size, workers)

    return ImageData(f"imagefolder:{folder}", classes, split(train), split(val))


def _part(folder: Path, name: str) -> dict[str, list[str]]:
    """List the images of each class."""
    part = folder / name
    if not part.is_dir():
        raise MissingData(f"there is no folder {part}{_near(part)}; expected {name}/CLASS/IMAGE in {folder}")
    names = sorted(
        entry.name for entry in os.scandir(part) if entry.is_dir() and not entry.name.startswith(".")
    )
    if not names:
        loose = sum(is_image(entry.name) for entry in os.scandir(part))
        found = f"{loose:,} images that are in no class" if loose else "no folders"
        raise MissingData(f"{part} has {found}; expected a folder for each class")
    classes = {one: _images(part / one) for one in names}
    for one, files in classes.items():
        if not files:
            raise MissingData(
                f"the class {one} is empty: {part / one} has no images ({', '.join(sorted(IMAGE_SUFFIXES))})"
            )
    return classes


def _images(folder: Path) -> list[str]:
    return sorted(entry.path for entry in os.scandir(folder) if is_image(entry.name))


def is_image(name: str) -> bool:
    """Tell an image by the ending of its file's name.

    Examples
    --------
    >>> is_image("n01440764_18.JPEG"), is_image("Thumbs.db"), is_image("._n01440764_18.JPEG")
    (True, False, False)
    """
    return not name.startswith(".") and Path(name).suffix.casefold() in IMAGE_SUFFIXES


def _near(missing: Path) -> str:
    """Name the folders beside it that may be meant."""
    if not missing.parent.is_dir():
        return ""
    beside = {entry.name.casefold(): entry.name for entry in os.scandir(missing.parent) if entry.is_dir()}
    near = get_close_matches(missing.name.casefold(), sorted(beside), n=3)
    return f" (there is {' and '.join(beside[name] for name in near)})" if near else ""


def _beside(decoded: list[_Decoded]) -> tuple[Tensor, Tensor, tuple[str, ...]]:
    return (
        torch.stack([one.image for one in decoded]),
        torch.tensor([one.label for one in decoded]),
        tuple(one.problem for one in decoded if one.problem),
    )


def _worker(number: int) -> None:
    """Leave Ctrl-C to the process that trains: it finishes its step, for which it needs the images."""
    del number
    signal.signal(signal.SIGINT, signal.SIG_IGN)
