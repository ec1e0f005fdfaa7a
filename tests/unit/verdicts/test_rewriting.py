"""Whatever value is put into whatever notation, it is read back, and as precise as its author was."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from kbgen.facts.compare import compare
from kbgen.facts.fact import Fact, Kind, plain_decimal
from kbgen.quantities.extraction import Quantity, in_kelvin, quantities, with_unit
from kbgen.quantities.measures import conversion, unit_behind
from kbgen.verdicts.notation import numbers
from kbgen.verdicts.outcome import LocatedFinding
from kbgen.verdicts.rewriting import rewritten
from tests.unit.verdicts.made import placed

KINDS: dict[str, tuple[Kind, tuple[tuple[str, str], ...]]] = {
    "°C": ("quantity", (("", " °C"), ("", " °F"), ("", " K"), ("", " degrees Celsius"))),
    "m": ("quantity", (("", " m"), ("", " km"), ("", " ft"), ("", ""), ("about ", " m"))),
    "parameters": ("count", (("", " parameters"), ("~", ""), ("more than ", " parameters"))),
    "": ("rate", (("", "%"), ("", " %"), ("less than ", " per cent"), ("", ""))),
    "s": ("duration", (("", " days"), ("", " h"), ("", " minutes"), ("up to ", " years"))),
    "points": ("points", (("", " points"),)),
}
"""For each unit of a fact the kind of its value, and words before and behind a claimed number."""

NUMBERS = (
    *("7", "66M", "15.4", "60,000", "6.6e7", "6.6 × 10^7", "12 thousand", "0.25", "1 000", ".05", "0.000"),
    *("−80", "-5", "minus 12.5", "+3", "sixty-six million", "forty-two", "1½", "9.1", "12,345.67", "300"),
)


def read(before: str, text: str, after: str) -> Quantity | None:
    words = f"It is {before}{text}{after} then"
    found = [each for each in quantities(words) if each.start <= len("It is " + before) < each.end]
    if not found:
        return None
    unit = unit_behind(words, found[0].end)
    return with_unit(found[0], unit[0]) if unit and not found[0].unit else found[0]


def finding(text: str, quantity: Quantity, fact: Fact) -> LocatedFinding:
    scale = Decimal(100) if fact.kind == "points" else Decimal(1)
    if fact.kind == "rate" and quantity.form == "number" and abs(quantity.value) >= 1:
        scale = Decimal("0.01")
    fields: dict[str, Any] = {
        "text": text,
        "operator": quantity.operator,
        "reference": fact.value,
        "unit": fact.unit,
    }
    return replace(placed(claimed=plain_decimal(quantity.low * scale), **fields), fact=fact)


VALUES = st.decimals(-(10**9), 10**9, allow_nan=False, places=3) | st.sampled_from(
    [Decimal(text) for text in ("0.003", "0.153", "60965224", "-80", "0", "8126", "0.0000001", "4.7E+17")]
)


@given(VALUES, st.sampled_from(sorted(KINDS)), st.integers(0, 9), st.sampled_from(NUMBERS))
def test_a_correction_says_what_the_fact_says(value: Decimal, unit: str, which: int, number: str) -> None:
    kind, phrases = KINDS[unit]
    before, after = phrases[which % len(phrases)]
    if kind == "count":
        value = abs(value).to_integral_value()
    elif kind != "quantity":
        value = abs(value)
    fact = Fact("a", "b", plain_decimal(value), unit, kind, (), "published", "", "")
    written = read(before, number, after)
    assume(written is not None and written.low == written.high)
    assert written is not None
    outcome = compare(written, fact)
    assume(outcome is not None and not outcome.agrees)
    for text in rewritten(finding(number, written, fact), f"It is {before}", f"{after} then", None):
        again = read(before, text, after)
        assert again is not None
        again = in_kelvin(again) if again.kelvin and unit == "°C" else again
        told = compare(again, fact)
        assert told is not None
        assert told.agrees
        assert not value or again.low, f"{text} is nought, and {value} is not"
        (taken,) = numbers(number)
        (new,) = numbers(text)
        per_unit = again.low / new.value if new.value else Decimal(1)
        meant = value / 100 if kind == "points" else value
        if kind == "rate" and again.form == "number" and again.low >= 1:
            meant = value * 100  # "Error rate: 15.3"
        into = conversion(fact.unit, again.unit) if again.unit and fact.unit else None
        meant = into.of(meant) if into else meant
        allowed = taken.unit * abs(per_unit) * (Decimal("0.5") if again.operator in {"=", "~"} else 1)
        assert abs(again.low - meant) <= allowed * Decimal("1.000001")


@pytest.mark.parametrize(
    ("value", "written", "wanted"),
    [
        ("0.003", "0.25", "0.003"),
        ("0.003", "7.0", "0.003"),
        ("0.153", "0.4", "0.15"),
        ("8126", "9,000", "8,100"),
        ("-80", "80", "-80"),
        ("-80", "−65", "−80"),
        ("80", "−65", "80"),
        ("2.25", "1½", "2.3"),
        ("12345678", "66 thousand", "12346 thousand"),
    ],
)
def test_what_is_written_first(value: str, written: str, wanted: str) -> None:
    fact = Fact("a", "b", value, "", "quantity", (), "published", "", "")
    quantity = read("", written, "")
    assert quantity is not None
    assert next(rewritten(finding(written, quantity, fact), "It is ", " then", None)) == wanted
