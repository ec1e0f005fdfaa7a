"""Hold a folder against a second build."""

from __future__ import annotations

import os
import time
from pathlib import Path

from kbgen.errors import OutsideError

_ATTEMPTS = 10
"""A tenth of a second apart: the workers of a build that was killed hold its lock until they end."""


def hold(path: Path) -> int | None:
    """Take the lock at a path and return its descriptor; the system lets go when the process ends."""
    try:
        import fcntl  # noqa: PLC0415 (not on Windows, where two builds at once are not kept apart)
    except ImportError:
        return None
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    for _ in range(_ATTEMPTS):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.1)
        else:
            return descriptor
    os.close(descriptor)
    raise OutsideError(f"Another build is writing to {path.parent}.", "Wait until it ends.")
