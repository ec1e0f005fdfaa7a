"""All wrong edits must be flagged and all right rewrites left alone; see ``tests/claims/shares.py``."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.claims import shares
from tests.claims.choices import FIXTURES
from tests.claims.shares import Trial
from tests.claims.verifier import refuted, shown, verify_text


def failures(trials: Iterator[Trial]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        ("flagged" if trial.right else "missed", trial.what, trial.findings)
        for trial in trials
        if not trial.passed
    ]


@pytest.mark.parametrize(
    "trials", [shares.phrasings, shares.unread, shares.silent], ids=lambda each: each.__name__
)
def test_each_is_told_right_from_wrong(trials: Callable[[], Iterator[Trial]]) -> None:
    assert failures(trials()) == []


def test_edits_of_our_own_note() -> None:
    note = FIXTURES / "own.md"
    title, text = "AlexNet", note.read_text("utf-8")
    assert [shown(each) for each in refuted(verify_text(title, text))] == []
    assert failures(shares.note_edits(title, text, "claims/own-places.md")) == []


@pytest.mark.skipif(not shares.SEED_NOTE.is_file(), reason="the seed note is not there")
def test_edits_of_the_seed_note() -> None:
    text = shares.SEED_NOTE.read_text("utf-8")
    assert failures(shares.note_edits(shares.SEED_NOTE.stem, text, "claims/places.md", every=2)) == []


def test_there_are_enough_of_them() -> None:
    right = sum(trial.right for trial in shares.phrasings())
    assert right >= 150
