"""Words that take a value away from a subject do so, and those that look like them do not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate

import pytest

from tests.claims.choices import FIXTURES
from tests.claims.ships import claims, shown

_MARKED = re.compile(r"([«‹])(.*?)[»›]")
_OPEN = "~ "
"""Before a line that is still read in the wrong way; who puts that right takes the sign out."""
_KINDS = {"# ": "heading", "- ": "item"}


def _lines() -> Iterator[tuple[str, str]]:
    title = ""
    for line in (FIXTURES / "kinds.md").read_text("utf-8").splitlines():
        if line.startswith("## "):
            title = line[3:]
        elif title and line:
            yield title, line


LINES = [
    pytest.param(
        line.removeprefix(_OPEN),
        id=f"{title}: {line.removeprefix(_OPEN)}",
        marks=[pytest.mark.xfail(strict=True)] if line.startswith(_OPEN) else [],
    )
    for title, line in _lines()
]


@pytest.mark.parametrize("line", LINES)
def test_marked_values(line: str) -> None:
    kind = _KINDS.get(line[:2], "footnote" if line.startswith("[^") else "paragraph")
    marked = line.removeprefix("# ").removeprefix("- ")
    text = _MARKED.sub(r"\2", marked)
    gone = accumulate((2 for _ in _MARKED.finditer(marked)), initial=0)
    wanted = {
        found.start() - before: found[1] == "‹"
        for found, before in zip(_MARKED.finditer(marked), gone, strict=False)
    }
    firm = {each.start: shown(each) for each in claims(text, kind) if each.firm}
    assert {place for place in firm if not wanted.get(place, True)} == set(), firm
    assert {place for place, bound in wanted.items() if bound and place not in firm} == set(), firm
