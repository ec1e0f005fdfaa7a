"""Why a command stops, as a tree in which every error knows its exit code.

    KbgenError
    ├── UsageError (2)        the call is wrong; nothing was written
    │   ├── ConfigError       kbgen.toml or an option says something impossible
    │   ├── VaultError        the vault is missing, a file, or cannot be found
    │   └── OutputError       the output folder holds somebody's files
    ├── TemplateError (2)     a template cannot be rendered: note and template line are named
    └── OutsideError (3)      disk full, no permission, a lock held

A fault in a *note* is never an exception: it is a :class:`kbgen.diagnostics.Diagnostic`.
"""

from __future__ import annotations

import errno

_WHAT_TO_DO = {
    "Allow it, or choose another place.": ("EACCES", "EPERM"),
    "Choose a place on another disk.": ("EROFS",),
    "Make room there, and run it again.": ("ENOSPC", "EDQUOT"),
    "It is larger than this disk or this user may write.": ("EFBIG",),
    "Try with --jobs 1.": ("EMFILE", "ENFILE", "ENOMEM", "EAGAIN"),
    "Look whether the disk or the network drive is there.": ("EIO", "ENODEV", "ENXIO", "ESTALE", "ETIMEDOUT"),
    "Wait until the other program ends.": ("EBUSY", "ETXTBSY", "ENOLCK", "EDEADLK"),
}

_HINTS = {
    getattr(errno, name): hint
    for hint, names in _WHAT_TO_DO.items()
    for name in names
    if hasattr(errno, name)
}
"""What the machine may refuse. Other errors of the system, such as a file that is not
there, mean that kbgen did not look."""


class KbgenError(Exception):
    """Base of all errors that kbgen raises on purpose.

    Parameters
    ----------
    message
        One sentence for a person: what is wrong and where.
    hint
        What would be right, or the nearest candidate; may be empty.
    """

    exit_code = 3

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(KbgenError):
    """The command was called in a way that cannot work; nothing was written."""

    exit_code = 2


class ConfigError(UsageError):
    """The configuration cannot be read or says something that is not possible."""


class VaultError(UsageError):
    """There is no vault where one was named."""


class OutputError(UsageError):
    """Writing to the output folder would destroy files that kbgen did not make."""


class TemplateError(UsageError):
    """A template fails: the message names the page, the template and its line."""


class OutsideError(KbgenError):
    """The machine refuses: disk full, no permission, a lock held by another build."""

    exit_code = 3


def is_outside_error(error: OSError) -> bool:
    """Tell whether the machine refuses, and not a call of ours that could not have worked."""
    return error.errno in _HINTS


def refused(error: OSError, doing: str, name: str = "") -> OutsideError:
    """Return the fault that says what the machine refuses, where, and what may be done.

    Parameters
    ----------
    error
        What the system said.
    doing
        What was tried: ``write``, ``read``.
    name
        The file or folder; the one that the system names where this is empty.
    """
    place = name or error.filename2 or error.filename or ""
    shown = f" {place}" if place else ""
    hint = _HINTS.get(error.errno or 0, "")
    return OutsideError(f"Cannot {doing}{shown}: {error.strerror or error}.", hint)
