"""Changes that wait for a build: when to begin one, so that a save is seen at once and a burst costs one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable

CALM_SECONDS = 0.5
"""A change that comes so long after the last one is the first of its kind, and is built at once."""
QUIET_SECONDS = 0.2
"""How long it must be quiet in a burst of changes before they are built."""
LONGEST_SECONDS = 2.0
"""How long a burst may keep a build waiting."""


class Changes:
    """Paths that changed since they were last asked for; any thread may add to them.

    Parameters
    ----------
    clock
        Seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._condition = threading.Condition()
        self._waiting: set[str] = set()
        self._first = self._last = self._before = float("-inf")

    def add(self, paths: Iterable[str]) -> None:
        """Take note of changes."""
        found = set(paths)
        if not found:
            return
        with self._condition:
            now = self._clock()
            if not self._waiting:
                self._first = now
            self._last = now
            self._waiting |= found
            self._condition.notify_all()

    def take(self, seconds: float) -> frozenset[str]:
        """Return what changed once it is time to build, nothing if nothing does within some seconds."""
        with self._condition:
            if not self._condition.wait_for(lambda: bool(self._waiting), seconds):
                return frozenset()
            while (pause := pause_before(self._clock(), self._first, self._last, self._before)) > 0:
                self._condition.wait(pause)
            taken = frozenset(self._waiting)
            self._waiting.clear()
            self._before = self._last
        return taken


def pause_before(now: float, first: float, last: float, before: float) -> float:
    """Return for how long a build waits for further changes, in seconds; nothing or less is now.

    Parameters
    ----------
    now
        The time.
    first, last
        When the first and the last change came that wait.
    before
        When the last one came that was built; minus infinity if there was none.

    Examples
    --------
    >>> pause_before(9.0, 9.0, 9.0, 3.0), pause_before(9.0, 9.0, 9.0, 8.9), pause_before(9.0, 6.5, 8.9, 6.4)
    (0.0, 0.2, -0.5)
    """
    if first - before > CALM_SECONDS:
        return 0.0
    return round(min(last + QUIET_SECONDS, first + LONGEST_SECONDS) - now, 6)
