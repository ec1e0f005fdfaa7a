"""CIFAR-10 from its binary version: five files of 10,000 records to train on, one to test on.

A record is a byte for the class and 3,072 bytes for 32 × 32 pixels: all red, all green, all blue
(https://www.cs.toronto.edu/~kriz/cifar.html, "Binary version").
"""

from pathlib import Path

import torch

from reference_model.data.images import ImagesInMemory, Split
from reference_model.errors import MissingData

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
TRAINING = tuple(f"data_batch_{number}.bin" for number in range(1, 6))
TEST = "test_batch.bin"
USUAL_FOLDER = "cifar-10-batches-bin"
SIDE = 32
BYTES = 1 + 3 * SIDE * SIDE
RECORDS = 10_000


def cifar10(folder: Path, *, records: int = RECORDS) -> ImagesInMemory:
    """Read CIFAR-10.

    Parameters
    ----------
    folder
        Holds the files, or the folder ``cifar-10-batches-bin`` with them.
    records
        Images in a file.

    Returns
    -------
    ImageData
        Images (n, 3, 32, 32).

    Raises
    ------
    MissingData
        Names the file that is not there or not as long as it should be.
    """
    if not folder.is_dir():
        raise MissingData(f"there is no folder {folder}; expected one with {TRAINING[0]} … {TEST}")
    if (folder / USUAL_FOLDER).is_dir():
        folder /= USUAL_FOLDER
    parts = [_read(folder / name, records) for name in TRAINING]
    train = Split(torch.cat([part.images for part in parts]), torch.cat([part.labels for part in parts]))
    return ImagesInMemory("cifar10", CLASSES, train, _read(folder / TEST, records))


def _read(file: Path, records: int) -> Split:
    if not file.is_file():
        other = file.with_suffix("")  # so the files of the Python version are called
        hint = (
            f"; {other.name} is of the Python version, and the binary version is needed"
            if other.exists()
            else ""
        )
        raise MissingData(f"there is no {file.name} in {file.parent}{hint}")
    content = file.read_bytes()
    expected = records * BYTES
    if len(content) != expected:
        raise MissingData(
            f"{file} has {len(content):,} bytes; expected {expected:,}, "
            f"for {records:,} images of {BYTES:,} bytes"
        )
    table = torch.frombuffer(bytearray(content), dtype=torch.uint8).view(records, BYTES)
    labels = table[:, 0].to(torch.int64)
    wrong = (labels >= len(CLASSES)).nonzero()
    if len(wrong):
        first = int(wrong[0])
        raise MissingData(
            f"{file}: image {first + 1} is of class {int(labels[first])}; expected 0 to {len(CLASSES) - 1}"
        )
    return Split(table[:, 1:].reshape(records, 3, SIDE, SIDE).contiguous(), labels)
