"""What notes say of the parts of something: their order, and tables with a row for each."""

from __future__ import annotations

import re

import pytest

from tests.claims.choices import FIXTURES
from tests.claims.verifier import verify_text

CASE = re.compile(r"^## (.+?)\n\n````note ([^\n]+)\n(.*?)^````\n\n```\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def cases(document: str) -> list[object]:
    text = (FIXTURES / document).read_text("utf-8")
    found = CASE.findall(text)
    assert len(found) == text.count("````note")
    return [pytest.param(title, note, wanted, id=name) for name, title, note, wanted in found]


@pytest.mark.parametrize(("title", "note", "wanted"), cases("chains.md"))
def test_drawn_orders(title: str, note: str, wanted: str) -> None:
    found = sorted(
        f'{each.line} "{each.text}" {each.subject}.{each.property} {each.verdict}'
        for each in verify_text(title, note)
        if each.operator == "order"
    )
    assert "\n".join(found) == wanted.rstrip("\n")
