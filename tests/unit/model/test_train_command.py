"""``train`` as a user has it: what goes where, and how it ends."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from reference_model import cli
from reference_model.training.callback import EpochResult
from reference_model.training.console import ConsoleLog

SMALL = ["train", "--device", "cpu", "--width", "0.0625", "--batch-size", "128", "--seed", "3"]


def run(*arguments: str | int | Path) -> int:
    return cli.main([*SMALL, *map(str, arguments)])


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str]) -> Any:
    return capfd


def records(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_the_result_goes_to_stdout_and_all_else_to_stderr(said: Any, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    assert run("--epochs", 2, "--log", log) == 0
    out, err = said.readouterr()
    lines = out.splitlines()
    assert lines[0].startswith("a miniature: AlexNet (paper) at width 1/16, 64 pixels, 10 classes")
    assert lines[1] == "digits, 2 epochs, batches of 128"
    assert [line.split()[0] for line in lines[2:]] == ["loss", "errors", "errors"]
    assert lines[3].endswith("one crop, 382 test images")
    assert lines[4].endswith("5 crops, 382 test images")
    assert err.startswith("a miniature: ")
    assert "epoch 2 of 2: loss " in err
    assert "\x1b" not in out + err

    written = records(log)
    steps = [record for record in written if record["event"] == "step"]
    assert [(record["epoch"], record["step"]) for record in steps] == [
        (epoch, step)
        for epoch in (1, 2)
        for step in range(1, 12)  # 1,415 images make 11 batches of 128
    ]
    epochs = [record for record in written if record["event"] == "epoch"]
    assert [record["epoch"] for record in epochs] == [1, 2]
    mean = sum(record["loss"] for record in steps[:11]) / 11
    assert epochs[0]["loss"] == pytest.approx(mean)


def test_json_is_one_object_with_times_apart(said: Any) -> None:
    reports = []
    for _ in range(2):
        assert run("--epochs", 1, "--format", "json") == 0
        reports.append(json.loads(said.readouterr().out))
    for report in reports:
        assert report.pop("seconds")["total"] > 0
    report = reports[0]
    assert reports[1] == report
    assert report["schema"] == "reference_model.training.train/1"
    assert report["data"] == {"source": "digits", "classes": 10, "train": 1415, "test": 382}
    assert report["settings"]["seed"] == 3
    assert report["errors"]["centre_crop"]["images"] == 382
    assert [epoch["epoch"] for epoch in report["epochs"]] == [1]
    assert list(report) == sorted(report)


def test_ctrl_c_finishes_the_step_and_saves(
    said: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, log = tmp_path / "a.pt", tmp_path / "log.jsonl"
    before = signal.getsignal(signal.SIGINT)
    show = ConsoleLog.epoch

    def press(self: ConsoleLog, epoch: EpochResult, seconds: float) -> None:
        show(self, epoch, seconds)
        signal.raise_signal(signal.SIGINT)

    with monkeypatch.context() as patch:
        patch.setattr(ConsoleLog, "epoch", press)
        assert run("--epochs", 3, "--checkpoint", file, "--log", log) == 130
    out, err = said.readouterr()
    assert out == ""
    assert err.endswith(
        f"finishing this step …\nstopped after 1 of 3 epochs and 1 step; saved in {file}: --resume goes on\n"
    )
    assert signal.getsignal(signal.SIGINT) is before

    assert run("--epochs", 3, "--checkpoint", file, "--log", log, "--resume", "--format", "json") == 0
    out, err = said.readouterr()
    assert f"resumed from {file}: 1 of 3 epochs and 1 of 11 steps" in err
    steps = [(record["epoch"], record["step"]) for record in records(log) if record["event"] == "step"]
    assert steps == [(epoch, step) for epoch in (1, 2, 3) for step in range(1, 12)]
    resumed = json.loads(out)

    assert run("--epochs", 3, "--format", "json") == 0
    assert json.loads(said.readouterr().out)["epochs"] == resumed["epochs"]


def test_a_call_that_goes_no_further_leaves_the_files_of_another_training(said: Any, tmp_path: Path) -> None:
    file, log = tmp_path / "a.pt", tmp_path / "log.jsonl"
    for path in (file, log):
        path.write_text("of another training", "utf-8")
    assert run("--checkpoint", file, "--log", log) == 2
    assert f"{file} is there already; --resume goes on with it" in said.readouterr().err
    assert {path.read_text("utf-8") for path in (file, log)} == {"of another training"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--data", "digts"], "there is no data source 'digts'; did you mean digits?"),
        (["--resume"], "--resume goes on from a checkpoint: say which with --checkpoint FILE"),
        (["--lr", "nan"], "lr is nan; it must be above 0"),
        (["--variant", "papr"], "there is no variant of alexnet 'papr'; did you mean paper?"),
        (
            ["--log", "missing/log.jsonl"],
            "the log missing/log.jsonl cannot be written: No such file or directory",
        ),
    ],
)
def test_what_is_wrong_is_said_in_a_line(
    arguments: list[str], message: str, said: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(*arguments) == 2
    out, err = said.readouterr()
    assert out == ""
    assert err.splitlines()[-1] == f"error: {message}"
    assert "Traceback" not in err
