"""``kbgen graph`` from end to end: what it prints where, and with which exit code it ends."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest

from kbgen import cli
from tests.commands import command_cases, dots, write_files

CASES = Path(__file__).parent / "commands.md"


def cases_with_files() -> list[Any]:
    """Return the cases; one without files has those of the last case with some."""
    found: list[Any] = []
    last = ""
    for case in command_cases(CASES):
        files, *rest = case.values
        last = files or last
        found.append(pytest.param(last, *rest, id=case.id))
    return found


def test_every_case_is_read() -> None:
    assert dots(CASES) == 3 * len(command_cases(CASES))


@pytest.mark.parametrize(("files", "command", "wanted"), cases_with_files())
def test_commands(
    files: str,
    command: str,
    wanted: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    write_files(files)
    code = cli.main(shlex.split(command))
    said = capsys.readouterr()
    answer = Path("answer.txt")
    written = f"--- answer.txt\n{answer.read_text(encoding='utf-8')}" if answer.is_file() else ""
    assert f"exit {code}\n--- stdout\n{said.out}--- stderr\n{said.err}{written}" == wanted
