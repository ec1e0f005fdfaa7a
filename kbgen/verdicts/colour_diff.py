"""A diff on a terminal: added and removed lines in colour, and nothing in them that commands the terminal."""

from __future__ import annotations

from typing import TextIO

from kbgen import terminal
from kbgen.reporting import escape_controls

_COLOURS = {"+": "\x1b[32m", "-": "\x1b[31m", "@": "\x1b[36m"}


def colour_diff(diff: str, stream: TextIO | None) -> str:
    """Return a diff as it is for a file or a pipe, which may apply it, and made safe for a terminal."""
    if not terminal.is_terminal(stream):
        return diff
    lines = [escape_controls(line.removesuffix("\r")) for line in diff.split("\n")]
    if terminal.is_coloured(stream):
        lines = [f"{_COLOURS[line[0]]}{line}\x1b[0m" if line[:1] in _COLOURS else line for line in lines]
    return "\n".join(lines)
