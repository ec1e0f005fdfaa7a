"""Find changes by looking: for folders whose system tells nothing, and for single files."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping

from kbgen.serve.changes import Changes

LEAST_PAUSE_SECONDS = 0.25
PAUSE_FOR_WORK = 6
"""Looking may take a seventh of the time: in a large folder it is done less often."""

Stamp = tuple[int, int, int]
"""Time of the last change, size, and which file it is: one that was put in place of another is another."""


class Poller:
    """Looks for changes in a thread of its own until it is closed.

    Parameters
    ----------
    folders
        Looked through with all that is in them.
    files
        Looked at, whether they are there or not.
    matters
        Whether something in a folder matters; what does not is not looked into.
    changes
        Told what is found.
    """

    def __init__(
        self,
        folders: tuple[str, ...],
        files: tuple[str, ...],
        matters: Callable[[str], bool],
        changes: Changes,
    ) -> None:
        self._folders, self._files, self._matters, self._changes = folders, files, matters, changes
        self._ended = threading.Event()
        self._seen = self._look()
        threading.Thread(target=self._watch, daemon=True).start()

    def close(self) -> None:
        """Look no more."""
        self._ended.set()

    def _watch(self) -> None:
        pause = LEAST_PAUSE_SECONDS
        while not self._ended.wait(pause):
            begun = time.monotonic()
            seen = self._look()
            self._changes.add(different(self._seen, seen))
            self._seen = seen
            pause = max(LEAST_PAUSE_SECONDS, PAUSE_FOR_WORK * (time.monotonic() - begun))

    def _look(self) -> Mapping[str, Stamp]:
        found: dict[str, Stamp] = {}
        for path in self._files:
            with contextlib.suppress(OSError):
                found[path] = _stamp(os.stat(path))  # noqa: PTH116 (called many times a second)
        for folder in self._folders:
            found.update(_walk(folder, self._matters))
        return found


def different(before: Mapping[str, Stamp], after: Mapping[str, Stamp]) -> Iterator[str]:
    """Yield what came, went or changed.

    >>> sorted(different({"a": (1, 1, 1), "b": (1, 1, 2)}, {"b": (2, 1, 2), "c": (1, 1, 3)}))
    ['a', 'b', 'c']
    """
    for path in before.keys() | after.keys():
        if before.get(path) != after.get(path):
            yield path


def _walk(folder: str, matters: Callable[[str], bool]) -> Iterator[tuple[str, Stamp]]:
    """Yield each file below a folder, and each folder with no time: what is in it tells."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if not matters(entry.path):
                continue
            with contextlib.suppress(OSError):
                if entry.is_dir(follow_symlinks=False):
                    yield entry.path, (0, 0, entry.inode())
                    yield from _walk(entry.path, matters)
                else:
                    yield entry.path, _stamp(entry.stat(follow_symlinks=False))


def _stamp(stat: os.stat_result) -> Stamp:
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
