"""Facts that are written as entries: subject, property, value, unit and source, in a table or a database."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isfinite
from typing import cast, get_args

from msgspec import Struct

from kbgen.errors import ConfigError
from kbgen.facts.fact import (
    Accepted,
    Fact,
    Kind,
    Lexicon,
    Name,
    PropertyName,
    as_text,
    interval,
    plain_decimal,
)
from kbgen.facts.slug import slug
from kbgen.facts.sources.source import Known
from kbgen.facts.sources.values import FactValue, value_of
from kbgen.nearest import nearest
from kbgen.quantities.measurement import measurement
from kbgen.quantities.measures import conversion

FIELDS = ("subject", "property", "value", "unit", "source", "kind", "aliases", "names", "accepted")
"""``aliases`` are other names of the property, ``names`` of the subject."""

NEEDED = ("subject", "property", "value")
_RANGE = re.compile(r"(\d)\s?\.\.\s?(\d)")
_WORDS: frozenset[Kind] = frozenset({"name", "order", "list"})


class Entry(Struct, frozen=True):
    """A fact as it is written, with its place for messages."""

    place: str
    fields: Mapping[str, object]
    """By their names; one that is None, as a database has it, is left out."""


def known_of(tables: Iterable[Iterable[Entry]]) -> Known:
    """Return what the entries of some tables say.

    Parameters
    ----------
    tables
        The entries of each; within one no fact may have two values.

    Returns
    -------
    Known
        The facts, and the words by which their subjects and properties are known.

    Raises
    ------
    ConfigError
        If an entry is not right; names its place.
    """
    facts: list[Fact] = []
    names: dict[str, dict[str, None]] = {}
    words: dict[str, dict[str, None]] = {}
    for entries in tables:
        seen: dict[str, tuple[str, Fact]] = {}
        for written in entries:
            entry = _without_nones(written)
            _check(entry)
            fact = _fact(entry)
            place, before = seen.setdefault(fact.key, (entry.place, fact))
            if (before.value, before.unit) != (fact.value, fact.unit):
                raise ConfigError(
                    f"{entry.place}: {fact.key} has another value already in {place}",
                    "give further right values in `accepted`, each with its reason",
                )
            facts.append(fact)
            subject, name = str(entry.fields["subject"]), str(entry.fields["property"])
            for word in (subject, *_listed(entry, "names")):
                names.setdefault(fact.subject, {})[word] = None
            for word in (name.replace("_", " "), *_listed(entry, "aliases")):
                words.setdefault(fact.property, {})[word] = None
    lexicon = Lexicon(
        tuple(Name(subject, tuple(found)) for subject, found in names.items()),
        steps=_steps(facts),
        terms=tuple(PropertyName(name, tuple(found)) for name, found in words.items()),
    )
    return Known(tuple(facts), lexicon)


def _without_nones(entry: Entry) -> Entry:
    if None not in entry.fields.values():
        return entry
    return Entry(entry.place, {name: value for name, value in entry.fields.items() if value is not None})


def _steps(facts: Iterable[Fact]) -> tuple[Name, ...]:
    """Return the steps of the orders, each under its own name."""
    orders = (value.value for fact in facts if fact.kind == "order" for value in fact.values())
    return tuple(
        Name(step, (step,)) for step in dict.fromkeys(s for order in orders for s in order.split(" > "))
    )


def _check(entry: Entry) -> None:
    """Refuse what an entry cannot say, with what it should."""
    for name in entry.fields:
        if name not in FIELDS:
            raise ConfigError(f"{entry.place}: unknown field {quoted(name)}", nearest_hint(name, FIELDS))
    for name in NEEDED:
        if entry.fields.get(name, "") == "":
            raise ConfigError(
                f"{entry.place}: there is no {name}", "a fact needs subject, property and value"
            )
    for name in ("subject", "property", "unit", "source", "kind"):
        if not isinstance(entry.fields.get(name, ""), str):
            raise ConfigError(f"{entry.place}: {name} should be text, found {_kind_of(entry.fields[name])}")
    _check_value(entry, "value", entry.fields["value"])
    for name in ("subject", "property"):
        if not slug(str(entry.fields[name]), "-"):
            raise ConfigError(
                f"{entry.place}: {name} should have letters or digits, found {quoted(entry.fields[name])}"
            )
    kinds = get_args(Kind)
    kind = entry.fields.get("kind", kinds[0])
    if kind not in kinds:
        raise ConfigError(f"{entry.place}: unknown kind {quoted(kind)}", nearest_hint(str(kind), kinds))


def _check_value(entry: Entry, name: str, value: object) -> None:
    good = isinstance(value, str | int | float | dt.date) and not isinstance(value, bool)
    if not good or (isinstance(value, float) and not isfinite(value)):
        raise ConfigError(
            f"{entry.place}: {name} should be a number, a date or text, found {_kind_of(value)}"
        )


def _fact(entry: Entry) -> Fact:
    fields = entry.fields
    unit = str(fields.get("unit", "")).strip()
    value = _value(entry, "value", fields["value"], unit)
    shown = _text(fields["value"])
    return Fact(
        subject=slug(str(fields["subject"]), "-"),
        property=slug(str(fields["property"]), "_"),
        value=value.text,
        unit=value.unit,
        kind=value.kind,
        accepted=(*_accepted(entry, unit, value), *value.accepted),
        derivation="published",
        evidence=shown if not unit or shown.endswith(unit) else f"{shown} {unit}",
        source=str(fields.get("source", "")) or entry.place,
    )


def _value(entry: Entry, name: str, raw: object, unit: str) -> FactValue:
    """Return a value in the unit of its entry, with the kind that is named, else what it looks like."""
    text = _RANGE.sub(r"\1–\2", _text(raw))
    kind = cast("Kind | None", entry.fields.get("kind"))
    if kind in _WORDS:
        return FactValue(text, unit, kind)
    own = measurement(text)
    written = own is not None and (own.unit != "" or own.quantity.form not in {"number", "times"})
    found = value_of(text if written or not unit else f"{text} {unit}")
    if found is None:
        found = value_of(text)
        if found is None:
            if unit or kind:
                raise ConfigError(f"{entry.place}: {name} should be a number, found {quoted(text)}")
            return FactValue(text, "", "order" if " > " in text else "name")
        if unit:  # a unit that nothing is known of is compared with itself
            accepted = tuple(Accepted(each.value, f"{each.reason} {unit}") for each in found.accepted)
            found = FactValue(found.text, unit, "quantity", accepted)
    if written and unit and found.unit != unit and own is not None and own.unit:
        found = _converted(entry, found, unit)
    return FactValue(found.text, found.unit, kind or found.kind, found.accepted)


def _converted(entry: Entry, value: FactValue, unit: str) -> FactValue:
    into = conversion(value.unit, unit)
    bounds = interval(value.text)
    if into is None or bounds is None:
        raise ConfigError(
            f"{entry.place}: the value is in {value.unit}, which is no {unit}",
            "leave out one of the two units",
        )

    def converted(text: str) -> str:
        return "..".join(plain_decimal(into.of(each)) for each in dict.fromkeys(interval(text) or ()))

    accepted = tuple(Accepted(converted(each.value), each.reason) for each in value.accepted)
    return FactValue(converted(value.text), unit, value.kind, accepted)


def _accepted(entry: Entry, unit: str, value: FactValue) -> Iterator[Accepted]:
    """Yield the further right values: a list of tables in TOML, ``value: reason; value: reason`` in CSV."""
    given = entry.fields.get("accepted", [])
    if isinstance(given, str):
        parts = (each.partition(":") for each in given.split(";") if each.strip())
        given = [{"value": one.strip(), "reason": other.strip()} for one, _, other in parts]
    if not isinstance(given, list):
        raise ConfigError(f"{entry.place}: accepted should be a list, found {_kind_of(given)}")
    for each in cast("list[object]", given):
        if (
            not isinstance(each, dict)
            or set(each) != {"value", "reason"}
            or not isinstance(each["reason"], str)
        ):
            raise ConfigError(
                f"{entry.place}: accepted should be a list of {{ value, reason }}, found {_shown(each)}"
            )
        _check_value(entry, "the accepted value", each["value"])
        other = _value(entry, "the accepted value", each["value"], unit)
        if (other.kind in _WORDS) != (value.kind in _WORDS):
            kind = "words" if value.kind in _WORDS else "a number"
            raise ConfigError(
                f"{entry.place}: the accepted value should be {kind}, found {_shown(each['value'])}"
            )
        yield Accepted(other.text, each["reason"])


def _listed(entry: Entry, name: str) -> Iterator[str]:
    """Yield other names: a list of texts in TOML, with semicolons between them in CSV."""
    value = entry.fields.get(name, [])
    names = value.split(";") if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        raise ConfigError(f"{entry.place}: {name} should be a list of texts, found {_shown(value)}")
    yield from (each.strip() for each in names if each.strip())


def _text(value: object) -> str:
    return value.isoformat()[:10] if isinstance(value, dt.date) else as_text(value).strip()


def quoted(value: object) -> str:
    """Return what was written, between quotes."""
    return f'"{value}"'


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return f"{{ {', '.join(map(str, value))} }}"
    return quoted(value) if isinstance(value, str) else str(value)


def _kind_of(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return f"{value}"


def nearest_hint(word: str, known: Sequence[str]) -> str:
    """Return a hint with the nearest known word, else with all of them."""
    near = nearest(word, known)
    return f"did you mean {quoted(near)}?" if near else f"known: {', '.join(known)}"
