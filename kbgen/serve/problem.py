"""Why the site is not as its sources are: the error of a build with its place, for the page that is open."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from kbgen.config import Config
from kbgen.errors import KbgenError
from kbgen.site.theme import layers

_PLACED = re.compile(
    r"(?P<file>(?:[A-Za-z]:[\\/])?[^:\n]+):(?P<line>[0-9]+)(?::[0-9]+)?: (?P<message>.+)", re.DOTALL
)
_AROUND = 3
"""Lines shown before and after the one that is wrong."""
_LONGEST_LINE = 300
_LARGEST_FILE = 1 << 20


class SourceLine(Struct, frozen=True):
    """A line of a file, as its author wrote it."""

    number: int
    text: str


class Problem(Struct, frozen=True):
    """What keeps a site from being built."""

    message: str
    hint: str
    place: str = ""
    """File and line, as far as they are known: ``templates/note.html:12``."""
    line: int = 0
    """From 1; 0 where none is known."""
    source: tuple[SourceLine, ...] = ()
    """The lines around it."""


def problem_of(error: KbgenError, find: Callable[[str], Path | None]) -> Problem:
    """Return an error in parts.

    Parameters
    ----------
    error
        Its message begins with file and line where one of them is to blame.
    find
        Finds the file that a message names.
    """
    placed = _PLACED.fullmatch(error.message)
    if placed is None:
        return Problem(error.message, error.hint)
    line = int(placed["line"])
    path = find(placed["file"])
    return Problem(
        message=placed["message"],
        hint=error.hint,
        place=error.message[: placed.start("message")].rstrip(": "),
        line=line,
        source=() if path is None else _lines_around(path, line),
    )


def find_file(name: str, config: Config, cwd: Path) -> Path | None:
    """Return the file that a message names: from the working directory, a template, or a table of facts."""
    templates = [folder.parent / name for folder in layers(config)]
    tables = [path for path in config.verify.tables if path.name == name]
    return next((path for path in (cwd / name, *templates, *tables) if path.is_file()), None)


def _lines_around(path: Path, line: int) -> tuple[SourceLine, ...]:
    try:
        if path.stat().st_size > _LARGEST_FILE:
            return ()
        lines = path.read_text("utf-8-sig", "replace").rstrip("\n").split("\n")
    except OSError:
        return ()
    first = max(line - _AROUND, 1)
    shown = lines[first - 1 : line + _AROUND]
    return tuple(SourceLine(number, text[:_LONGEST_LINE]) for number, text in enumerate(shown, first))
