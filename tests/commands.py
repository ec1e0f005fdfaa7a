"""Read documents of commands: the files that there are, what is typed, and all that comes of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

_CASE = re.compile(r"(?m)^(.+)\n\.\n((?s:.*?))^\$ kbgen ?(.*)\n\.\n((?s:.*?))^\.$")


def command_cases(document: Path) -> list[Any]:
    """Return every case: its files, the command, and what is wanted."""
    text = document.read_text(encoding="utf-8")
    return [pytest.param(*rest, id=title) for title, *rest in _CASE.findall(text)]


def dots(document: Path) -> int:
    """Count the lines that part a case; three for each, if all are read."""
    return len(re.findall(r"(?m)^\.$", document.read_text(encoding="utf-8")))


def write_files(files: str) -> None:
    """Write the files of a case into the working directory."""
    _, *parts = re.split(r"(?m)^-- (.+) --\n", files)
    for name, text in zip(parts[::2], parts[1::2], strict=True):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")
