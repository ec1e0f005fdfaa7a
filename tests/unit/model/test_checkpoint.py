"""The file of a training: always a whole one, and never taken for another."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest
import torch

from reference_model.errors import MissingData, ReferenceModelError
from reference_model.training import checkpoint

SETTINGS = {"lr": 0.01, "batch_size": 128}
STATE = {"network": {"weight": torch.arange(3)}, "losses": [0.5]}


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    file = tmp_path / "a.pt"
    checkpoint.save(file, STATE, SETTINGS)
    found = checkpoint.load(file, SETTINGS)
    assert torch.equal(found["network"]["weight"], torch.arange(3))
    assert found["losses"] == [0.5]
    assert [path.name for path in tmp_path.iterdir()] == ["a.pt"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"lr": 0.1}, "lr 0.01, now 0.1"),
        ({"lr": 0.1, "batch_size": 64}, "batch size 128, now 64; lr 0.01, now 0.1"),
        ({"dropout": 0.5}, "dropout None, now 0.5"),
    ],
)
def test_other_settings_are_named(changed: dict[str, Any], message: str, tmp_path: Path) -> None:
    file = tmp_path / "a.pt"
    checkpoint.save(file, STATE, SETTINGS)
    with pytest.raises(ReferenceModelError, match=f"a.pt was written with other settings: {message}; resume"):
        checkpoint.load(file, SETTINGS | changed)


def test_a_save_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.pt"
    checkpoint.save(file, STATE, SETTINGS)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ReferenceModelError, match=r"a\.pt cannot be written: No space left"):
        checkpoint.save(file, {"losses": []}, SETTINGS)
    assert checkpoint.load(file)["losses"] == [0.5]
    assert [path.name for path in tmp_path.iterdir()] == ["a.pt"]


def broken(file: Path, how: str) -> None:
    checkpoint.save(file, STATE, SETTINGS)
    content = file.read_bytes()
    match how:
        case "empty":
            file.write_bytes(b"")
        case "cut off":
            file.write_bytes(content[: len(content) // 2])
        case "another file":
            file.write_text("[tool]\nname = 1\n" * 100, "utf-8")
        case "weights alone":
            torch.save(STATE["network"], file)
        case "a tensor":
            torch.save(torch.zeros(2), file)
        case "code":
            torch.save({"format": checkpoint.FORMAT, "settings": Path}, file)


@pytest.mark.parametrize("how", ["empty", "cut off", "another file", "weights alone", "a tensor", "code"])
def test_a_file_that_is_no_checkpoint(how: str, tmp_path: Path) -> None:
    file = tmp_path / "a.pt"
    broken(file, how)
    with pytest.raises(ReferenceModelError, match=r"a\.pt (cannot be read as a|is no) checkpoint") as raised:
        checkpoint.load(file)
    assert "\n" not in str(raised.value)


def test_there_is_nothing_to_resume_from(tmp_path: Path) -> None:
    with pytest.raises(MissingData, match=r"there is no checkpoint .*a\.pt to resume from"):
        checkpoint.check_place(tmp_path / "a.pt", resume=True)


def test_a_training_is_not_overwritten_by_another(tmp_path: Path) -> None:
    file = tmp_path / "a.pt"
    checkpoint.check_place(file, resume=False)
    file.touch()
    with pytest.raises(ReferenceModelError, match="--resume goes on with it"):
        checkpoint.check_place(file, resume=False)


def test_the_folder_is_looked_for_before_the_training(tmp_path: Path) -> None:
    with pytest.raises(ReferenceModelError, match=r"there is no folder .*runs for the checkpoint a\.pt"):
        checkpoint.check_place(tmp_path / "runs" / "a.pt", resume=False)
