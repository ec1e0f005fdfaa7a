"""How long it takes from a save to the new bytes of the page while ``kbgen serve`` runs."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edits import Subject, sentence
from processes import Command, begin, run
from record import Saves
from workspace import Workspace, apply

SAVES = 20
PATIENCE = 120.0
"""Seconds after which no change is expected any more; a first build is waited for ten times as long."""
LOOK = 0.002
"""Seconds between two looks at the page."""
PAUSE = 0.5
"""Seconds of rest after a page has changed, as between two saves of somebody who writes; and a little more
each time, so that saves fall anywhere between two looks of a server that looks now and then."""


class NotMeasuredError(Exception):
    """There is no figure, and why."""


class NotSeenError(NotMeasuredError):
    """A save did not change its page in time."""


def saves(workspace: Workspace, subject: Subject, words: Iterator[str]) -> Saves:
    """Save a note again and again, with one other sentence, and wait for its page each time.

    Raises
    ------
    NotMeasuredError
        If there is no such command, or it does not answer.
    """
    kbgen = [sys.executable, "-m", "kbgen"]
    told = run(Command([*kbgen, "--help"], workspace.home)).printed.decode()
    if " serve " not in told:
        raise NotMeasuredError("this kbgen has no command serve")
    port = _free_port()
    command = Command([*kbgen, "serve", str(workspace.vault), "--port", str(port)], workspace.home)
    with _server(command) as process:
        _wait_for_port(process, port)
        _wait_for_page(process, subject, words)
        took: list[float] = []
        for number in range(SAVES):
            time.sleep(PAUSE + number * 0.017)
            took.append(_save(process, subject, next(words), PATIENCE))
    apply({subject.note: subject.text.encode()})
    return Saves(SAVES, *(round(each, 4) for each in (statistics.median(took), min(took), max(took))))


@contextmanager
def _server(command: Command) -> Iterator[subprocess.Popen[bytes]]:
    with tempfile.TemporaryFile() as said:
        process = begin(command, said, said)
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGINT)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _wait_for_port(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.perf_counter() + 10 * PATIENCE
    while time.perf_counter() < end:
        _require_running(process)
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise NotMeasuredError("kbgen serve did not open its port")


def _wait_for_page(process: subprocess.Popen[bytes], subject: Subject, words: Iterator[str]) -> None:
    """Save until a save is seen: the port may be open before the vault is watched."""
    for _ in range(10):
        with contextlib.suppress(NotSeenError):
            _save(process, subject, next(words), PATIENCE)
            return
    raise NotMeasuredError("kbgen serve did not see a save")


def _save(process: subprocess.Popen[bytes], subject: Subject, words: str, patience: float) -> float:
    new = sentence(words)
    change = subject.with_sentence(new)
    before = _stamp(subject.page)
    start = time.perf_counter()
    apply(change)
    while time.perf_counter() - start < patience:
        stamp = _stamp(subject.page)
        if stamp != before:
            before = stamp
            with contextlib.suppress(FileNotFoundError):
                if new.encode() in subject.page.read_bytes():
                    return time.perf_counter() - start
        time.sleep(LOOK)
        _require_running(process)
    raise NotSeenError(f"a save did not change {subject.page.name} in {patience:.0f} s")


def _stamp(page: Path) -> tuple[int, int]:
    with contextlib.suppress(FileNotFoundError):
        found = page.stat()
        return found.st_ino, found.st_mtime_ns
    return 0, 0


def _require_running(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        raise NotMeasuredError(f"kbgen serve ended with {process.returncode}")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
