"""What notes say of the parts of something: their order, and tables with a row for each."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from kbgen.verification.finding import Finding
from tests.claims.choices import FIXTURES
from tests.claims.verifier import verify_text

CASE = re.compile(r"^## (.+?)\n\n````note ([^\n]+)\n(.*?)^````\n\n```\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def cases(document: str) -> list[object]:
    text = (FIXTURES / document).read_text("utf-8")
    found = CASE.findall(text)
    assert len(found) == text.count("````note")
    return [pytest.param(title, note, wanted, id=name) for name, title, note, wanted in found]


def shown(findings: Iterable[Finding]) -> str:
    found = sorted((f.line, f.text, f"{f.subject}.{f.property}", f.verdict) for f in findings)
    return "".join(f'{line} "{text}" {key} {verdict}\n' for line, text, key, verdict in found)


@pytest.mark.parametrize(("title", "note", "wanted"), cases("chains.md"))
def test_drawn_orders(title: str, note: str, wanted: str) -> None:
    assert shown(each for each in verify_text(title, note) if each.operator == "order") == wanted


@pytest.mark.parametrize(("title", "note", "wanted"), cases("part-tables.md"))
def test_tables_of_parts(title: str, note: str, wanted: str) -> None:
    assert shown(verify_text(title, note)) == wanted
