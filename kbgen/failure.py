"""Why a command stops: any exception as a message and an exit code, our own faults with a traceback."""

from __future__ import annotations

import platform
import sys
import tempfile
import traceback

from kbgen import __version__, reporting, terminal
from kbgen.errors import KbgenError, OutsideError, is_outside_error, refused


def report_failure(error: Exception) -> int:
    """Say why a command stops, and return its exit code."""
    known = explained(error)
    terminal.say(reporting.fault(known.message, known.hint, colour=terminal.is_coloured(sys.stderr)))
    return known.exit_code


def explained(error: Exception) -> KbgenError:
    """Return an error with a message for people; of a fault of our own the traceback is kept in a file."""
    if isinstance(error, KbgenError):
        return error
    return _from_outside(error) or _own_fault(error)


def _from_outside(error: Exception) -> OutsideError | None:
    if isinstance(error, MemoryError):
        return OutsideError("there is not enough memory", "Try with --jobs 1.")
    if isinstance(error, OSError) and is_outside_error(error):
        return refused(error, "use" if error.filename else "go on")
    return None


def _own_fault(error: Exception) -> KbgenError:
    trace = "".join(traceback.format_exception(error))
    kind = f"{type(error).__name__}: {error}".partition("\n")[0]
    message = f"this is a fault of kbgen itself, not of your notes: {kind}"
    try:
        handle, name = tempfile.mkstemp(prefix="kbgen-", suffix=".txt")
        with open(handle, "w", encoding="utf-8", errors="backslashreplace") as file:  # noqa: PTH123 - a handle
            file.write(f"kbgen {__version__}, Python {platform.python_version()}, {platform.platform()}\n")
            file.write(f"{sys.argv}\n\n{trace}")
    except OSError:
        terminal.say(trace)
        return KbgenError(message, "please report it with the traceback above")
    return KbgenError(message, f"please report it with the traceback, which is in {name}")
