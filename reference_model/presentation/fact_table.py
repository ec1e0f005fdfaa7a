"""Facts written for people: as a table of lines that fit a terminal, as one card, or as Markdown."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby
from textwrap import wrap

from reference_model.factbook.fact import Fact, Value

COLUMNS = 100
_MAX_VALUE_WIDTH = 32
_PREFIXES = (("P", 15), ("T", 12), ("G", 9), ("M", 6), ("k", 3))
_SCALED = frozenset({"B", "B/s", "FLOP/s", "Hz"})
_TIMES = (("days", 86_400), ("hours", 3_600), ("minutes", 60))


def text(facts: Sequence[Fact]) -> str:
    """Write a line for each fact under its subject, none wider than 100 columns; one alone becomes a `card`.

    Parameters
    ----------
    facts
        At least one.

    Returns
    -------
    str
        Lines, the last one ended, by subject and property.
    """
    if len(facts) == 1:
        return card(facts[0])
    facts = sorted(facts, key=lambda fact: (fact.subject, fact.property))
    rows = [(f"  {fact.property}", _cut(format_fact(fact)), fact.derivation, fact.source) for fact in facts]
    names, values, known = (max(len(row[column]) for row in rows) for column in range(3))
    rest = COLUMNS - names - values - known - 6
    lines: list[str] = []
    for subject, group in groupby(zip(facts, rows, strict=True), key=lambda pair: pair[0].subject):
        lines += ["", subject] if lines else [subject]
        for _, (name, value, how, source) in group:
            lines.append(f"{name:<{names}}  {value:>{values}}  {how:<{known}}  {_end(source, rest)}".rstrip())
    return "\n".join(lines) + "\n"


def card(fact: Fact) -> str:
    """Write all that is known of one fact."""
    parts = [
        ("value", format_fact(fact)),
        *(("also right", f"{format_value(fact, other.value)} ({other.reason})") for other in fact.accepted),
        ("known", f"{fact.derivation}: {fact.evidence}"),
        ("source", fact.source),
    ]
    lines = [fact.key]
    for label, phrase in parts:
        indent = " " * 14
        lines += wrap(
            f"  {label:<12}{phrase}",
            COLUMNS,
            subsequent_indent=indent,
            break_on_hyphens=False,
            drop_whitespace=True,
        )
    return "\n".join(lines) + "\n"


def markdown(facts: Iterable[Fact]) -> str:
    """Write a table in Markdown (GitHub's), with evidence and further right values."""
    lines = [
        "| fact | value | also right | known | evidence | source |",
        "| --- | ---: | --- | --- | --- | --- |",
    ]
    for fact in facts:
        others = "; ".join(f"{format_value(fact, other.value)}: {other.reason}" for other in fact.accepted)
        cells = (f"`{fact.key}`", format_fact(fact), others, fact.derivation, fact.evidence, fact.source)
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(lines) + "\n"


def format_fact(fact: Fact) -> str:
    """Write a fact's value for people: ``60,965,224``, ``15.3 %``, ``5 to 6 days``.

    A unit that the property's name ends with is left out.
    """
    return format_value(fact, fact.value)


def format_value(fact: Fact, value: Value) -> str:
    """Write a value as that of a fact is written, for the values that are right too."""
    if fact.kind in {"date", "list", "name", "order", "year"}:
        return str(value)
    if fact.kind == "shape":
        return str(value).replace("x", "×")
    low, dots, high = str(value).partition("..")
    ends = [Decimal(end) for end in (low, high) if end]
    factor, unit = _scale(fact, max(ends, key=abs))
    numbers = [_number(end / factor, rounded=factor != 1 and fact.kind != "rate") for end in ends]
    words = " to ".join(numbers)
    if dots and len(ends) == 1:
        words = f"over {words}" if low else f"up to {words}"
    return f"{words} {unit}".rstrip()


def _scale(fact: Fact, value: Decimal) -> tuple[Decimal, str]:
    """Choose by what to divide and the unit that comes of it."""
    if fact.kind == "rate" and not fact.unit:
        return Decimal("0.01"), "%"
    if fact.kind == "duration":
        return next(
            ((Decimal(size), name) for name, size in _TIMES if value >= 2 * size), (Decimal(1), fact.unit)
        )
    if fact.unit in _SCALED:
        for prefix, power in _PREFIXES:
            if abs(value) >= Decimal(10) ** power:
                return Decimal(10) ** power, f"{prefix}{fact.unit}"
    return Decimal(1), "" if fact.unit and fact.property.endswith(fact.unit) else fact.unit


def _number(value: Decimal, *, rounded: bool) -> str:
    if rounded:
        value = value.quantize(Decimal("0.001")) if value < 10 else value.quantize(Decimal("0.1"))
    plain = f"{value:,f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _cut(phrase: str) -> str:
    return phrase if len(phrase) <= _MAX_VALUE_WIDTH else f"{phrase[: _MAX_VALUE_WIDTH - 1].rstrip()}…"


def _end(source: str, width: int) -> str:
    """Keep the end of a source, where year and section stand."""
    return source if len(source) <= width else f"…{source[len(source) - max(width, 1) + 1 :].lstrip()}"
