"""One file that somebody asked for, written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from kbgen import interrupts
from kbgen.errors import UsageError, is_outside_error, refused


def write_atomically(path: Path, text: str) -> None:
    """Write a text to a file. Killed or refused on the way, what was there before is there still.

    Parameters
    ----------
    path
        A link stays, and what it leads to is written; so does what is no file, such as ``/dev/stdout``.
    text
        Written as UTF-8, its line ends as they are.

    Raises
    ------
    UsageError
        If it is a folder, or its folder is not there.
    OutsideError
        If the machine refuses.
    """
    real = Path(os.path.realpath(path))
    try:
        if real.exists() and not (real.is_file() and os.access(real.parent, os.W_OK)):
            real.write_bytes(text.encode())
        else:
            with interrupts.defer_signals():
                _exchange(real, text.encode())
    except OSError as error:
        if is_outside_error(error):
            raise refused(error, "write", str(path)) from error
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error


def _exchange(path: Path, content: bytes) -> None:
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
    if path.exists() and not os.access(path, os.W_OK):
        path.open("ab").close()  # says why not
    handle, name = tempfile.mkstemp(prefix=".kbgen-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _umask() -> int:
    # The system tells it only to those who change it.
    mask = os.umask(0)
    os.umask(mask)
    return mask
