"""Run one command as a whole process and tell what it took, with all processes that it started."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from msgspec import Struct


class Command(Struct, frozen=True):
    """What to run: arguments, working directory, and variables beside those of this process."""

    arguments: Sequence[str]
    home: Path
    variables: Mapping[str, str] = {}
    expected: frozenset[int] = frozenset({0})
    """Exit codes that count as done."""


class Run(Struct, frozen=True):
    """What one process took; CPU seconds are those of its children, too."""

    wall: float
    cpu: float
    printed: bytes = b""


def run(command: Command) -> Run:
    """Time one process, start and end included.

    Raises
    ------
    SystemExit
        If it fails: there is no use in the figures of a build that did not work.
    """
    with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = begin(command, printed, said)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        _require_success(command, process, said)
        printed.seek(0)
        return Run(wall, usage.ru_utime + usage.ru_stime, printed.read())


@contextmanager
def running(command: Command) -> Iterator[subprocess.Popen[bytes]]:
    """Give a process while it runs; its end is waited for."""
    with tempfile.TemporaryFile() as said:
        process = begin(command, said, said)
        try:
            yield process
        finally:
            process.wait()
        _require_success(command, process, said)


def begin(command: Command, printed: IO[bytes], said: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start a process as the leader of a group of its own, by which its children are known."""
    variables = {**os.environ, **command.variables}
    variables.pop("PYTHONDONTWRITEBYTECODE", None)  # else every process would compile all of kbgen again
    return subprocess.Popen(
        command.arguments,
        cwd=command.home,
        env=variables,
        stdout=printed,
        stderr=said,
        start_new_session=True,
    )


def _require_success(command: Command, process: subprocess.Popen[bytes], said: IO[bytes]) -> None:
    if process.returncode not in command.expected:
        said.seek(0)
        shown = " ".join(map(str, command.arguments))
        sys.exit(f"{shown}\nended with {process.returncode}\n{said.read().decode(errors='replace')}")
