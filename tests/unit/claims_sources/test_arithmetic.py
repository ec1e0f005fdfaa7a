"""What a text says of itself, case by case."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kbgen.config import Config, VerifyConfig
from kbgen.pipeline import verify

FIXTURES = Path(__file__).parents[2] / "fixtures/claims_sources"
CASE = re.compile(r"^## (.+?)\n\n````note\n(.*?)^````\n\n```\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def cases() -> list[object]:
    text = (FIXTURES / "arithmetic.md").read_text("utf-8")
    found = CASE.findall(text)
    assert len(found) == text.count("````note\n")
    return [pytest.param(note, wanted, id=name) for name, note, wanted in found]


def findings(folder: Path, note: str) -> str:
    (folder / "Note.md").write_text(note, encoding="utf-8")
    config = Config(
        vault=folder,
        output=folder / "site",
        cache=folder / "cache",
        verify=VerifyConfig(facts=("arithmetic",)),
    )
    found = verify(config, notes=[folder / "Note.md"])
    assert not found.failures
    return "".join(
        f'{each.line}:{each.column} {each.verdict} {each.property} "{each.text}" {each.reference}\n'
        for each in found.findings
    )


@pytest.mark.parametrize(("note", "wanted"), cases())
def test_a_text_is_held_against_itself(tmp_path: Path, note: str, wanted: str) -> None:
    assert findings(tmp_path, note) == wanted
