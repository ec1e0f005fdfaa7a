"""Verify a corrected note before anybody is shown it: a value that suits its fact may contradict its note."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from kbgen import pipeline
from kbgen.config import Config

Check = Callable[[str, str], frozenset[tuple[int, int]]]
"""Given the name of a note and its text, returns line and column of what is refuted in it."""


def correction_checker(config: Config) -> Check:
    """Return a function that verifies a text as the note of a name, read by itself."""

    def check(name: str, text: str) -> frozenset[tuple[int, int]]:
        with tempfile.TemporaryDirectory(prefix="kbgen-") as folder:
            note = Path(folder, name)
            note.write_bytes(text.encode())
            found = pipeline.verify(config, notes=[note])
        return frozenset((each.line, each.column) for each in found.findings if each.verdict == "refuted")

    return check
