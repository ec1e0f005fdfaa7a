"""Quantities against facts: what agrees, is wrong, is too near to say, and is of another kind."""

from __future__ import annotations

import pytest

from kbgen.facts.compare import ComparisonResult, compare
from kbgen.facts.fact import Fact
from kbgen.facts.sources.values import value_of
from kbgen.quantities.extraction import Quantity, quantities, with_unit
from kbgen.quantities.measures import unit_behind
from tests.tables import rows


def fact_of(written: str) -> Fact:
    value = value_of(written)
    assert value is not None
    return Fact("a", "b", value.text, value.unit, value.kind, value.accepted, "declared", written, "")


def quantity_of(text: str) -> Quantity:
    (found,) = quantities(text)
    behind = unit_behind(text, found.end)
    return with_unit(found, behind[0]) if behind else found


def called(outcome: ComparisonResult | None) -> str:
    if outcome is None:
        return "none"
    return "agrees" if outcome.agrees else "near" if outcome.near else "refuted"


@pytest.mark.parametrize(
    "row",
    rows("claims/compare.md", "Declared in a note"),
    ids=lambda row: f"{row['declared']} against {row['text']}",
)
def test_a_text_against_what_a_note_declares(row: dict[str, str]) -> None:
    assert called(compare(quantity_of(row["text"]), fact_of(row["declared"]))) == row["outcome"]
