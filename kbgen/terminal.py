"""The two streams of a command: the result goes to stdout, all that is said beside it to stderr."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self, TextIO

from kbgen.errors import refused

BAR_CELLS = 24
"""Width of a progress bar."""
REDRAW_SECONDS = 0.1
"""Between two drawings of a progress bar: faster only flickers."""


def emit(text: str) -> None:
    """Write a result to stdout.

    A reader that has gone away (``| head``) is no fault: the rest is dropped.

    Raises
    ------
    OutsideError
        If stdout leads to a file that cannot be written.
    """
    try:
        _write(sys.stdout, text)
    except OSError as error:
        raise refused(error, "write", "standard output") from error


def say(text: str) -> None:
    """Write to stderr; where nobody can read it, there is no point in failing."""
    try:
        _write(sys.stderr, text)
    except OSError:
        _silence(sys.stderr)


def prepare() -> None:
    """Make both streams write the same bytes on every system, whatever stands in the text."""
    for stream in (sys.stdout, sys.stderr):
        # Both are None where a program has no console at all.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def close() -> None:
    """Write out what is left, so that Python has nothing to complain of when it ends."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            _silence(stream)


def is_coloured(stream: TextIO | None) -> bool:
    """Tell whether to colour: on a terminal, unless ``NO_COLOR`` is set to something."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR")


def is_terminal(stream: TextIO | None) -> bool:
    """Tell whether somebody reads a stream as it is written, on something that can move its cursor."""
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def _write(stream: TextIO | None, text: str) -> None:
    if stream is None:
        return
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        _silence(stream)
    except OSError:
        _silence(stream)
        raise


def _silence(stream: TextIO) -> None:
    # What the stream still holds would fail again when Python ends, and loudly.
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, stream.fileno())
    os.close(sink)


@contextlib.contextmanager
def _warnings_said(before: str) -> Iterator[None]:
    """Say on stderr what the library warns of meanwhile."""
    import logging  # noqa: PLC0415 (--help must not wait for it)

    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(f"{before}Warning: %(message)s"))
    logger = logging.getLogger(__name__.partition(".")[0])
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


class ProgressBar:
    """How far a build is, on one line of a terminal that is wiped at the end; under it what it warns of.

    Nothing is drawn where stderr is no terminal.

    Parameters
    ----------
    clock
        Seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._drawn = float("-inf")
        self._stage = ""
        self._visible = is_terminal(sys.stderr)
        self._ends = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self._ends.enter_context(_warnings_said("\r\x1b[K" if self._visible else ""))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._visible and self._stage:
            say("\r\x1b[K")
        self._ends.close()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Draw, unless the last drawing was a moment ago and of the same stage."""
        now = self._clock()
        if not self._visible or (stage == self._stage and now - self._drawn < REDRAW_SECONDS):
            return
        self._stage, self._drawn = stage, now
        line = stage
        if total:
            filled = BAR_CELLS * min(done, total) // total
            line = f"{stage:<8} {'█' * filled}{'░' * (BAR_CELLS - filled)} {done}/{total}"
        say(f"\r\x1b[K{line[: shutil.get_terminal_size().columns - 1]}")
