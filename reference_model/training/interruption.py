"""Ctrl-C that lets a step be finished."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

INTERRUPTED = 130
"""Exit code of a command ended with Ctrl-C, as in a shell."""


@contextmanager
def interruptible(answer: str) -> Iterator[Callable[[], bool]]:
    """Give a function that tells whether Ctrl-C was pressed.

    Pressed again, it ends the program at once; but not under ``torchrun``, which passes each Ctrl-C on to
    processes that have had it from the terminal.

    Parameters
    ----------
    answer
        Written to stderr when it is pressed.
    """
    pressed = False

    def press(number: int, frame: FrameType | None) -> None:
        nonlocal pressed
        if pressed and "WORLD_SIZE" not in os.environ:
            signal.default_int_handler(number, frame)
        if not pressed:
            pressed = True
            # Not through sys.stderr, in the middle of a write to which this may be.
            os.write(2, answer.encode())

    before = signal.signal(signal.SIGINT, press)
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, before)
