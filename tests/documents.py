"""Read the cases of front matter, which two tests share: what is read, and what it means."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

FIXTURES = Path(__file__).parent / "fixtures" / "front_matter"

CASE = re.compile(r"^## (.+?)\n\n````note\n(.*?)\n````\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def front_matter_cases(kind: str) -> list[Any]:
    """Return every case with a block of that language: the note's source and the expected outcome."""
    found = []
    for path in sorted(FIXTURES.glob("*.md")):
        for name, source, outcomes in CASE.findall(path.read_text("utf-8")):
            expected = re.search(rf"^```{kind}\n(.*?)^```", outcomes, re.MULTILINE | re.DOTALL)
            if expected:
                note = source.replace("␠", " ").replace("⇥", "\t")
                found.append(pytest.param(note, yaml.safe_load(expected[1]), id=f"{path.stem} {name}"))
    return found
