"""No right value is flagged and no wrong one ticked, and enough is read; see ``tests/claims/shares.py``.

What nothing binds is left open, so not every wrong value is flagged. The shares that are say how much is
read; they may grow, and fall only with a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from tests.claims import shares
from tests.claims.choices import FIXTURES
from tests.claims.shares import Trial
from tests.claims.verifier import refuted, shown, verify_text

FLAGGED = {"sentences": 0.5, "notes": 0.85, "own": 0.75, "seed": 0.925}
"""Shares of wrong values that must be flagged; measured on 30 November 2026: 0.54, 0.90, 0.77 and 0.93."""
READ = 0.85
"""Share of right sentences in which something is supported; measured: 0.88."""


def failures(trials: Iterator[Trial] | Sequence[Trial]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [("flagged", trial.what, trial.findings) for trial in trials if trial.right and not trial.passed]


def flagged(trials: Sequence[Trial]) -> float:
    wrong = [trial.passed for trial in trials if not trial.right]
    return sum(wrong) / len(wrong)


@pytest.mark.parametrize("trials", [shares.phrasings, shares.silent], ids=lambda each: each.__name__)
def test_nothing_right_is_flagged(trials: Callable[[], Iterator[Trial]]) -> None:
    assert failures(trials()) == []


def test_wrong_values_are_flagged_or_left_open() -> None:
    trials = list(shares.phrasings())
    assert [(trial.what, trial.findings) for trial in trials if trial.misled] == []
    for kind in ("sentences", "notes"):
        assert flagged([trial for trial in trials if trial.kind == kind]) >= FLAGGED[kind]
    assert sum(trial.right for trial in trials) >= 150


def test_right_values_are_read() -> None:
    read = [trial.passed for trial in shares.unread()]
    assert sum(read) / len(read) >= READ


def test_edits_of_our_own_note() -> None:
    title, text = "AlexNet", (FIXTURES / "own.md").read_text("utf-8")
    assert [shown(each) for each in refuted(verify_text(title, text))] == []
    trials = list(shares.note_edits(title, text, "claims/own-places.md"))
    assert failures(trials) == []
    assert flagged(trials) >= FLAGGED["own"]


@pytest.mark.skipif(not shares.SEED_NOTE.is_file(), reason="the seed note is not there")
def test_edits_of_the_seed_note() -> None:
    text = shares.SEED_NOTE.read_text("utf-8")
    trials = list(shares.note_edits(shares.SEED_NOTE.stem, text, "claims/places.md", every=2))
    assert failures(trials) == []
    assert flagged(trials) >= FLAGGED["seed"]
