"""Why a command stops, as a tree in which every error knows its exit code.

    KbgenError
    ├── UsageError (2)        the call is wrong; nothing was written
    │   ├── ConfigError       kbgen.toml or an option says something impossible
    │   ├── VaultError        the vault is missing, a file, or cannot be found
    │   └── OutputError       the output folder holds somebody's files
    ├── TemplateFault (2)     a template cannot be rendered: note and template line are named
    └── OutsideFault (3)      disk full, no permission, a lock held

A fault in a *note* is never an exception: it is a :class:`kbgen.diagnostics.Diagnostic`.
"""

from __future__ import annotations


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


class TemplateFault(UsageError):
    """A template fails: the message names the page, the template and its line."""


class OutsideFault(KbgenError):
    """The machine refuses: disk full, no permission, a lock held by another build."""

    exit_code = 3
