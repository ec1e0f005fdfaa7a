"""Sentences that compare two known things: what is right is never refuted, and most of what is wrong is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from kbgen.claims.comparison import BINDINGS
from kbgen.claims.comparison_grammar import clause_patterns
from kbgen.config import VerifyConfig
from kbgen.facts.sources.loading import load
from kbgen.facts.sources.table_files import read_tables
from kbgen.links.model import UNRESOLVED, LinkedNote
from kbgen.notes.compiler import compile_note
from kbgen.notes.model import CompileOptions
from kbgen.notes.store import stored
from kbgen.vault.paths import VaultPath
from kbgen.verification.checking import Checker

FIXTURE = (Path(__file__).parents[1] / "fixtures/claims/comparisons.md").read_text("utf-8")


def lines(heading: str) -> Sequence[str]:
    """Return the lines under a heading of the fixture."""
    section = re.search(rf"^## {heading}\n\n(.*?)(?=^## |\Z)", FIXTURE, re.MULTILINE | re.DOTALL)
    assert section
    return [line for line in section[1].splitlines() if line]


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Checker:
    table = tmp_path_factory.mktemp("facts") / "facts.toml"
    facts = re.search(r"^```toml\n(.*?)^```", FIXTURE, re.MULTILINE | re.DOTALL)
    assert facts
    table.write_text(facts[1], encoding="utf-8")
    known, failures = load(VerifyConfig(facts=("reference_model",)))
    assert not failures
    return Checker([read_tables([table]), *known])


def verdicts(checker: Checker, sentence: str, before: str = "") -> set[str]:
    """Return the verdicts on what a sentence compares, with what else is refuted in it."""
    note = stored(compile_note(f"# Notes\n\n{before}\n\n{sentence}\n".encode(), CompileOptions()))
    links = tuple(UNRESOLVED for _ in note.outline.links)
    linked = LinkedNote(VaultPath("Notes.md"), "Notes", note.outline, links, "", note.key, note.load)
    judged = checker.check(linked).judged
    return {what.verdict for claim, what in judged if claim.binding in BINDINGS or what.verdict == "refuted"}


@pytest.mark.parametrize("sentence", lines("Right"))
def test_what_is_right_is_not_refuted(checker: Checker, sentence: str) -> None:
    assert "refuted" not in verdicts(checker, sentence)


@pytest.mark.parametrize("sentence", lines("Neither"))
def test_what_cannot_be_told_is_left_open(checker: Checker, sentence: str) -> None:
    assert verdicts(checker, sentence) <= {"not enough info"}


def test_most_of_what_is_wrong_is_refuted(checker: Checker) -> None:
    wrong = lines("Wrong")
    missed = [sentence for sentence in wrong if "refuted" not in verdicts(checker, sentence)]
    assert len(missed) * 4 <= len(wrong), missed


def test_most_of_what_is_right_is_supported(checker: Checker) -> None:
    right = lines("Right")
    missed = [sentence for sentence in right if "supported" not in verdicts(checker, sentence)]
    assert len(missed) * 4 <= len(right), missed


@pytest.mark.parametrize("sentence", [each for form in clause_patterns() for each in form.examples])
def test_the_grammar_reads_its_own_examples(checker: Checker, sentence: str) -> None:
    assert len(verdicts(checker, sentence, "In the harbour: the Ada, the Ella.")) == 1
