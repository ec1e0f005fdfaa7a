"""The note that the project began from: every claim in it, and the answers to one-word edits of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbgen.verification.finding import Finding
from tests.claims.verifier import refuted, verify_text
from tests.tables import rows

NOTE = Path(__file__).parents[4] / "shared" / "seed" / "AlexNet.md"
TEXT = NOTE.read_text("utf-8") if NOTE.is_file() else ""

pytestmark = pytest.mark.skipif(not TEXT, reason="the seed note is not there")


def places(text: str) -> set[tuple[int, str]]:
    return {(each.line, f"{each.subject}.{each.property}") for each in refuted(verify_text("AlexNet", text))}


def covers(finding: Finding, text: str) -> bool:
    return text in finding.text or finding.text in text


@pytest.mark.parametrize(
    "row", rows("claims/seed.md", "Supported"), ids=lambda row: f"{row['line']} {row['text']}"
)
def test_each_right_claim_is_supported(row: dict[str, str]) -> None:
    line = [each for each in verify_text("AlexNet", TEXT) if each.line == int(row["line"])]
    found = [each for each in line if covers(each, row["text"])]
    assert found
    assert {each.verdict for each in found if each.text == row["text"]} <= {"supported"}
    assert any(each.verdict == "supported" and each.source and each.evidence for each in found)


def test_two_lines_are_refuted_once_each() -> None:
    wrong = refuted(verify_text("AlexNet", TEXT))
    expected = rows("claims/seed.md", "Refuted")
    assert [(each.line, each.operator) for each in wrong] == [(int(row["line"]), "order") for row in expected]


def test_columns_are_those_of_the_source() -> None:
    lines = TEXT.split("\n")
    for each in verify_text("AlexNet", TEXT):
        assert lines[each.line - 1].startswith(each.text[0], each.column - 1)


@pytest.mark.parametrize(
    "row", rows("claims/samples.md", "Edits"), ids=lambda row: f"{row['line']} {row['old']} to {row['new']}"
)
def test_a_one_word_edit_is_answered(row: dict[str, str]) -> None:
    lines = TEXT.split("\n")
    number = int(row["line"])
    assert row["old"] in lines[number - 1]
    lines[number - 1] = lines[number - 1].replace(row["old"], row["new"], 1)
    news = places("\n".join(lines)) - places(TEXT)
    if row["answer"] == "flag":
        assert number in {line for line, _ in news}
    else:
        assert news == set()
