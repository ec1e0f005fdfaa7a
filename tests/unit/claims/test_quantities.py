"""Numbers in any notation, against what they say."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbgen.facts.fact import plain_decimal
from kbgen.quantities import extraction
from kbgen.quantities.extraction import Quantity, may_hold, quantities
from tests.tables import rows


def only(text: str) -> Quantity:
    (found,) = quantities(text)
    return found


def value(quantity: Quantity) -> str:
    if quantity.form == "shape":
        return "x".join(map(str, quantity.sides))
    if quantity.form == "date":
        return quantity.date
    low, high = plain_decimal(quantity.low), plain_decimal(quantity.high)
    return low if low == high else f"{low}..{high}"


@pytest.mark.parametrize("row", rows("claims/quantities.md", "Numbers"), ids=lambda row: row["text"])
def test_a_number_is_read(row: dict[str, str]) -> None:
    found = only(row["text"])
    assert (found.form, value(found), found.operator) == (row["form"], row["value"], row["operator"] or "=")


@pytest.mark.parametrize("row", rows("claims/quantities.md", "Shapes and dates"), ids=lambda row: row["text"])
def test_a_shape_or_date_is_read(row: dict[str, str]) -> None:
    found = only(row["text"])
    assert (found.form, value(found)) == (row["form"], row["value"])


@pytest.mark.parametrize("row", rows("claims/quantities.md", "Signs"), ids=lambda row: row["text"])
def test_a_sign_is_read(row: dict[str, str]) -> None:
    assert value(only(row["text"])) == row["value"]


@pytest.mark.parametrize("row", rows("claims/quantities.md", "Two units"), ids=lambda row: row["text"])
def test_two_units_are_one_quantity(row: dict[str, str]) -> None:
    found = only(row["text"])
    assert (value(found), found.unit) == (row["value"], row["unit"])


@pytest.mark.parametrize("row", rows("claims/quantities.md", "Several"), ids=lambda row: row["text"])
def test_several_are_told_apart(row: dict[str, str]) -> None:
    found = list(quantities(row["text"]))
    assert [plain_decimal(each.low) if each.form == "date" else value(each) for each in found] == row[
        "values"
    ].split()


@pytest.mark.parametrize("row", rows("claims/quantities.md", "Not quantities"), ids=lambda row: row["text"])
def test_what_is_none_is_left_alone(row: dict[str, str]) -> None:
    assert list(quantities(row["text"])) == []


def test_from_one_to_another_is_no_range() -> None:
    assert [value(each) for each in quantities("from 26.2% to 15.3%")] == ["0.262", "0.153"]


@given(st.integers(0, 10**12), st.sampled_from(["{}", "{:,}", "of {} or so", "({})"]))
def test_a_whole_number_is_read_as_it_is_written(number: int, template: str) -> None:
    found = only(template.format(number))
    assert found.low == found.high == Decimal(number)
    assert template.format(number)[found.start : found.end].strip("()").replace(",", "") == str(number)


@given(st.text(max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    ends = 0
    for each in quantities(text):
        assert ends <= each.start < each.end <= len(text)
        ends = each.end


PIECES = (
    "one",
    "Ten",
    "forty-two",
    "second",
    "\u017feven",
    "9",
    "\u00b2",
    "place",
    "came",
    "K",
    "x",
    " ",
    "-",
    "_",
    "\u00e9",
    "days",
    ".",
)


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_a_text_that_may_hold_no_quantity_holds_none(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(extraction, "may_hold", lambda _text: True)
        found = list(quantities(text))
    assert may_hold(text) or not found
