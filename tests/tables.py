"""Read the tables of a document, so that expected figures stand where people can check them."""

from __future__ import annotations

import re
from pathlib import Path

FIXTURES = Path(__file__).parent / "fixtures"


def rows(document: str, section: str) -> list[dict[str, str]]:
    """Return the rows of the table under a heading of a document in tests/fixtures, by column."""
    text = (FIXTURES / document).read_text("utf-8")
    found = re.search(rf"^## {re.escape(section)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found is not None, f"{document} has no section {section!r}"
    lines = [line for line in found[1].splitlines() if line.startswith("|")]
    head, _, *body = [
        [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip("|"))]
        for line in lines
    ]
    return [dict(zip(head, cells, strict=True)) for cells in body]


def number(text: str) -> int:
    """Read a whole number with separators."""
    return int(text.replace(",", ""))
