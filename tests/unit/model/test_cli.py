"""The command line: what goes to which stream, and with which exit code a command ends."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from reference_model import cli
from reference_model.errors import NotEnoughMemory

COMMANDS = ("summary", "facts", "train", "bench", "ablate")


def fail_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def analyse(*_: object) -> None:
        raise error

    monkeypatch.setattr("reference_model.analysis.analyse", analyse)


def test_help_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    said = capsys.readouterr()
    assert re.findall(r"^  ([a-z]+)  ", said.out, re.MULTILINE) == list(COMMANDS)
    assert said.err == ""


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_of_a_terminals_width(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([command, "--help"]) == 0
    said = capsys.readouterr()
    assert f"Usage: python -m reference_model {command}" in said.out
    assert max(map(len, said.out.splitlines())) <= 100


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert re.fullmatch(r"reference_model(, not installed| \d+\.\d+\S*)\n", capsys.readouterr().out)


@pytest.mark.parametrize(
    "arguments", ["sumary", "summary --fromat json", "summary --format pdf", "summary --batch 0"]
)
def test_a_call_that_cannot_be_read(arguments: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(arguments.split()) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "Error" in said.err
    assert "Traceback" not in said.err


def test_a_problem_of_the_callers_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_with(monkeypatch, NotEnoughMemory("3 GB would be needed, and 2 GB are free"))
    assert cli.main(["summary"]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "error: 3 GB would be needed, and 2 GB are free\n")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "a.svg"), "a.svg: No space left on device"),
        (PermissionError(errno.EACCES, "Permission denied", "a.svg"), "a.svg: Permission denied"),
        (MemoryError(), "there is not enough memory; try a smaller batch"),
        (
            type("OutOfMemoryError", (RuntimeError,), {})("CUDA"),
            "there is not enough memory; try a smaller batch",
        ),
    ],
)
def test_what_the_machine_refuses_is_one_line(
    error: Exception, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_with(monkeypatch, error)
    assert cli.main(["summary"]) == 3
    assert capsys.readouterr().err == f"error: {said}\n"


def test_a_fault_of_our_own_leaves_its_traceback_in_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    fail_with(monkeypatch, ZeroDivisionError("by zero"))
    assert cli.main(["summary"]) == 3
    said = capsys.readouterr().err
    assert said.startswith("error: this is a fault of reference_model itself: ZeroDivisionError: by zero")
    (file,) = tmp_path.iterdir()
    assert str(file) in said
    assert "Traceback" in file.read_text(encoding="utf-8")
    assert said.count("\n") == 1


def test_ctrl_c_ends_as_in_a_shell(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_with(monkeypatch, KeyboardInterrupt())
    assert cli.main(["summary"]) == 130
    assert "Traceback" not in capsys.readouterr().err


def test_a_command_chooses_its_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, typer.Exit(1))
    assert cli.main(["summary"]) == 1


@pytest.mark.skipif(os.name == "nt", reason="pipes close otherwise there")
@pytest.mark.parametrize("arguments", ["summary", "summary --model resnet152 --format svg", "--help"])
def test_a_closed_pipe_ends_quietly(arguments: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "reference_model", *arguments.split()]
    try:
        ended = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(writer)
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_help_and_summary_load_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from reference_model.cli import main\n"
        "codes = [main(['--help']), main(['train', '--help']), main(['summary'])]\n"
        "codes += [main(['summary', '--format', kind]) for kind in ('json', 'markdown', 'svg')]\n"
        "heavy = {'torch', 'numpy', 'sklearn', 'PIL', 'rich', 'kbgen'} & set(sys.modules)\n"
        "print(codes, sorted(heavy), file=sys.stderr)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stderr == "[0, 0, 0, 0, 0, 0] []\n"


def test_output_is_utf8_whatever_the_system_says() -> None:
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "reference_model", "summary"]
    ended = subprocess.run(command, capture_output=True, env=environment, check=True)
    assert "96×55×55" in ended.stdout.decode("utf-8")
