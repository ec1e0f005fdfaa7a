"""Ctrl-C, or a request to end: one line, nothing half done, and the exit code that says so."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType

_SAID = {signal.SIGINT: b"interrupted\n", signal.SIGTERM: b"ended\n"}

_unfinished: set[str] = set()
"""Folders that hold what is not finished, and are of no use to anybody."""


def install_handlers() -> None:
    """Let the process of a command end at once where it is asked to.

    An exception would have to find its way out of imports, callbacks of libraries and the clearing up of
    pools, and some of them swallow it or print it. Nothing of ours needs it: files are placed whole, and
    what is in work lies in a folder of its own.
    """
    for number in _SAID:
        # A command in the background of a shell is not asked by Ctrl-C.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _end)


@contextlib.contextmanager
def remove_on_signal(folder: str) -> Iterator[None]:
    """Say that a folder is to go where the process ends meanwhile."""
    _unfinished.add(folder)
    try:
        yield
    finally:
        _unfinished.discard(folder)


@contextlib.contextmanager
def defer_signals() -> Iterator[None]:
    """Let Ctrl-C wait for a short work that must be done wholly or not at all.

    A process that is forked meanwhile forgets it. Holding it back with a mask would not do: the system
    would give it to a thread of some library.
    """
    if threading.current_thread() is not threading.main_thread():  # no other is ever interrupted
        yield
        return
    came: list[int] = []
    before = {number: signal.getsignal(number) for number in _SAID}
    for number, handler in before.items():
        if callable(handler):
            signal.signal(number, lambda number, _frame: came.append(number))
    try:
        yield
    finally:
        for number, handler in before.items():
            if callable(handler):
                signal.signal(number, handler)
        if came:
            signal.raise_signal(came[0])


def ignore_in_worker() -> None:
    """In a worker process, begun while signals were held: leave Ctrl-C to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _end(number: int, _frame: FrameType | None) -> None:
    for each in _SAID:
        signal.signal(each, signal.SIG_IGN)
    # Where it is just being imported, it has begun no worker, and lacks its functions.
    workers = getattr(sys.modules.get("multiprocessing"), "active_children", tuple)
    for worker in workers():
        worker.kill()
        worker.join()
    if _unfinished:
        import shutil  # noqa: PLC0415 (this module is loaded before all others)

        for folder in _unfinished:
            shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):
        # A progress bar may stand on the line.
        wipe = b"\r\x1b[K" if os.isatty(2) and os.environ.get("TERM") != "dumb" else b""
        os.write(2, wipe + _SAID[signal.Signals(number)])
    os._exit(128 + number)
