"""Images to train on: what is in them, and what is said when they are not there."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
import torch
from PIL import Image

from reference_model.data.cifar10 import BYTES, cifar10
from reference_model.data.digits import digits
from reference_model.data.imagefolder import Folder, decode, imagefolder
from reference_model.data.images import SKIPPED, ImagesInMemory, Split
from reference_model.data.sources import load
from reference_model.data.synthetic import synthetic
from reference_model.errors import MissingData, MissingPackage, ReferenceModelError, UnknownName

ROW = re.compile(r"^\| (?!case|---)(.+?) +\| (.*?) +\| `(.+?)` +\| (.+?) +\|$", re.MULTILINE)
CASES = ROW.findall((Path(__file__).parent / "training_data.md").read_text("utf-8"))


def make(folder: Path, files: str) -> None:
    """Make what a case says is there."""
    for entry in filter(None, files.split()):
        name, _, size = entry.partition(":")
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith("/"):
            path.mkdir(exist_ok=True)
        elif size:
            path.write_bytes(bytes(int(size)))
        else:
            Image.new("RGB", (8, 8)).save(path, "PNG")


@pytest.mark.parametrize(("case", "files", "source", "message"), CASES, ids=[case[0] for case in CASES])
def test_what_is_said_when_data_are_missing(
    case: str, files: str, source: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del case
    make(tmp_path, files)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ReferenceModelError) as raised:
        load(source)
    assert str(raised.value) == message
    assert isinstance(raised.value, MissingData | UnknownName)


def test_digits_are_those_of_scikit_learn() -> None:
    from sklearn.datasets import load_digits  # noqa: PLC0415, slow

    found, original = digits(), load_digits()
    assert (len(found.train), len(found.test)) == (1415, 382)  # 1,797 together
    labels = torch.cat([found.train.labels, found.test.labels])
    assert labels.tolist() == original.target.tolist()
    row = original.images[1415]  # the first test image; grey values 0 to 16
    assert torch.equal(found.test.images[0, 0].double(), torch.from_numpy(row * 255 / 16).round())
    assert found.train.images.dtype == torch.uint8
    assert (int(found.train.images.min()), int(found.train.images.max())) == (0, 255)
    assert not found.mirrored


def test_the_test_digits_are_whole_sheets() -> None:
    found = digits()
    labels = torch.cat([found.train.labels, found.test.labels]).tolist()
    opening = [*range(10)] * 3  # every sheet begins with the ten digits, three times
    sheets = [row for row in range(len(labels)) if labels[row : row + 30] == opening]
    assert len(found.train) in sheets


def test_digits_without_scikit_learn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(MissingPackage, match=r"scikit-learn: pip install 'kbgen\[model\]'"):
        digits()


def test_a_folder_without_pillow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(MissingPackage, match=r"Pillow: pip install 'kbgen\[model\]'"):
        imagefolder(tmp_path)


def test_synthetic_images_come_from_their_seed() -> None:
    def pixels(seed: int) -> torch.Tensor:
        return synthetic(train=20, test=10, seed=seed).train.images

    assert torch.equal(pixels(3), pixels(3))
    assert not torch.equal(pixels(3), pixels(4))


def test_synthetic_classes_can_be_told_apart_by_their_means() -> None:
    data = synthetic(classes=7, train=350, test=70, size=16)
    assert len(data.classes) == 7
    train, test = data.train.images.float().flatten(1), data.test.images.float().flatten(1)
    means = torch.stack([train[data.train.labels == label].mean(0) for label in range(7)])
    assert torch.equal(torch.cdist(test, means).argmin(1), data.test.labels)


def write_cifar(folder: Path, records: int = 2) -> None:
    for number, name in enumerate([*(f"data_batch_{part}.bin" for part in range(1, 6)), "test_batch.bin"]):
        content = b"".join(
            bytes([(number + record) % 10]) + bytes([number]) * 1024 + bytes([record]) * 1024 + b"\x07" * 1024
            for record in range(records)
        )
        (folder / name).write_bytes(content)


@pytest.mark.parametrize("below", ["", "cifar-10-batches-bin"])
def test_cifar10_is_a_class_and_three_colours_a_record(tmp_path: Path, below: str) -> None:
    (tmp_path / below).mkdir(exist_ok=True)
    write_cifar(tmp_path / below)
    data = cifar10(tmp_path, records=2)
    assert data.train.images.shape == (10, 3, 32, 32)
    assert data.test.images.shape == (2, 3, 32, 32)
    assert data.train.labels.tolist() == [0, 1, 1, 2, 2, 3, 3, 4, 4, 5]
    red, green, blue = data.train.images[9]  # second record of the fifth file
    assert (set(red.unique().tolist()), set(green.unique().tolist())) == ({4}, {1})
    assert blue.unique().tolist() == [7]
    assert (
        data.classes[data.test.labels[0]] == "dog"
    )  # class 5, of airplane, automobile, bird, cat, deer, dog, …
    assert data.mirrored


def test_a_cifar10_file_that_is_cut_off_says_how_much_there_is(tmp_path: Path) -> None:
    write_cifar(tmp_path)
    file = tmp_path / "data_batch_3.bin"
    file.write_bytes(file.read_bytes()[:-1])
    expected = r"data_batch_3\.bin has 6,145 bytes; expected 6,146, for 2 images of 3,073 bytes"
    with pytest.raises(MissingData, match=expected):
        cifar10(tmp_path, records=2)


def test_a_cifar10_file_with_an_impossible_class(tmp_path: Path) -> None:
    write_cifar(tmp_path)
    file = tmp_path / "test_batch.bin"
    content = bytearray(file.read_bytes())
    content[BYTES] = 200
    file.write_bytes(content)
    with pytest.raises(MissingData, match=r"test_batch\.bin: image 2 is of class 200; expected 0 to 9"):
        cifar10(tmp_path, records=2)


def test_an_image_is_scaled_to_its_shorter_side_and_its_middle_kept(tmp_path: Path) -> None:
    wide = Image.new("RGB", (40, 20), (255, 0, 0))  # red at both ends, blue in the middle 20 × 20
    wide.paste((0, 0, 255), (10, 0, 30, 20))
    wide.save(tmp_path / "wide.png")
    pixels = decode(tmp_path / "wide.png", 64)
    assert pixels.shape == (3, 64, 64)
    inside = pixels[:, :, 2:-2]  # enlarging blurs the border
    blue = torch.tensor([0, 0, 255], dtype=torch.uint8)
    assert torch.equal(inside, blue[:, None, None].expand_as(inside))


def test_a_tall_image_keeps_its_rows_in_order(tmp_path: Path) -> None:
    tall = Image.new("L", (8, 24))
    for row in range(24):
        tall.paste(10 * row, (0, row, 8, row + 1))
    tall.save(tmp_path / "tall.png")
    pixels = decode(tmp_path / "tall.png", 8)
    assert pixels[0, :, 0].tolist() == [10 * row for row in range(8, 16)]
    assert torch.equal(pixels[0], pixels[2])  # grey in three equal channels


@pytest.mark.parametrize("workers", [0, 1])
def test_an_image_that_cannot_be_read_is_skipped_and_named(tmp_path: Path, workers: int) -> None:
    make(tmp_path, "train/cat/a.png train/dog/b.png train/dog/c.jpg:9 val/dog/d.png")
    data = imagefolder(tmp_path, size=8, workers=workers)
    assert data.classes == ("cat", "dog")
    assert isinstance(data.train, Folder)
    (batch,) = data.train.batches([torch.tensor([2, 0, 1])])
    assert batch.labels.tolist() == [SKIPPED, 0, 1]
    assert batch.images.shape == (3, 3, 8, 8)
    (problem,) = batch.unreadable
    assert problem == f"{tmp_path / 'train/dog/c.jpg'}: cannot identify image file 'c.jpg'"


def test_batches_are_the_rows_asked_for() -> None:
    split = Split(torch.arange(6, dtype=torch.uint8).view(6, 1, 1, 1), torch.arange(6))
    batches = [batch.images.flatten().tolist() for batch in split.batches(torch.tensor([[5, 0], [2, 2]]))]
    assert batches == [[5, 0], [2, 2]]


def test_sources_in_memory_are_opened_by_name() -> None:
    for name in ("digits", "synthetic"):
        data = load(name)
        assert data.name == name
        assert isinstance(data, ImagesInMemory)
