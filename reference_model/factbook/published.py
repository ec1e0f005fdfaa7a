"""Read `published.toml`: what papers, official pages, programs and the press print.

The table is checked when it is read, since a figure that is misspelt there would be believed.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from reference_model.errors import BadRecord, UnknownName
from reference_model.factbook.fact import KINDS, Accepted, Fact, by_key, fits, is_key

FILE = Path(__file__).with_name("published.toml")

_TABLES = {"sources", "subject", "accept"}
_SUBJECT = {"name", "source", "facts"}
_ACCEPT = {"key", "values"}
_NEEDED = {"property", "value", "kind"}
_OPTIONAL = {"unit", "source", "at", "evidence", "accepted"}


@dataclass(frozen=True, slots=True)
class Published:
    """What the table holds.

    Parameters
    ----------
    facts
        In the order of the file.
    accepted
        Further values that are right for facts computed elsewhere, by their keys.
    """

    facts: tuple[Fact, ...]
    accepted: dict[str, tuple[Accepted, ...]]


@cache
def published() -> Published:
    """Read the package's own table.

    Raises
    ------
    BadRecord
        As `read_file`.
    """
    return read_file(FILE)


def read_file(path: Path) -> Published:
    """Read a table of published figures.

    Parameters
    ----------
    path
        A TOML file; its form is described at the top of `published.toml`.

    Raises
    ------
    BadRecord
        If it cannot be read, or an entry is not as expected: names the file, the key, what was found and what
        was expected.
    """
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise BadRecord(f"{path}: cannot be read: {problem}") from None
    try:
        return _published(found)
    except BadRecord as problem:
        raise BadRecord(f"{path}: {problem}") from None


def _published(found: dict[str, Any]) -> Published:
    _check_names("the table", found, _TABLES, set())
    sources = found["sources"]
    for name in sources if isinstance(sources, dict) else ():
        _text("sources", sources, name)
    subjects = _list("the table", found, "subject")
    facts = by_key(fact for subject in subjects for fact in _subject(subject, sources))
    accepted: dict[str, tuple[Accepted, ...]] = {}
    for entry in _list("the table", found, "accept"):
        _check_names("accept", entry, _ACCEPT, set())
        key = _text("accept", entry, "key")
        if key in accepted:
            raise BadRecord(f"accept: {key} is there twice")
        accepted[key] = _accepted(f"accept: {key}", _list(key, entry, "values"))
    return Published(tuple(facts.values()), accepted)


def _subject(found: object, sources: dict[str, str]) -> Iterator[Fact]:
    subject = _check_names("subject", found, _SUBJECT, set())
    name = _text("subject", subject, "name")
    default = _text(name, subject, "source")
    for number, entry in enumerate(_list(name, subject, "facts"), start=1):
        fact = _check_names(f"{name}, fact {number}", entry, _NEEDED, _OPTIONAL)
        key = f"{name}.{_text(f'{name}, fact {number}', fact, 'property')}"
        if not is_key(key):
            raise BadRecord(f"{key}: expected a dotted lower-case name such as alexnet.conv1.filters")
        for field in fact.keys() & {"unit", "source", "at", "evidence"}:
            _text(key, fact, field)
        kind = fact["kind"]
        if kind not in KINDS:
            raise BadRecord(f"{key}: {UnknownName('kind', str(kind), KINDS)}")
        accepted = _accepted(key, _list(key, fact, "accepted"))
        for value in (fact["value"], *(other.value for other in accepted)):
            if not fits(kind, value):
                raise BadRecord(f"{key}: {value!r} is no {kind}; expected {KINDS[kind]}")
        source = fact.get("source", default)
        if source not in sources:
            raise BadRecord(f"{key}: {UnknownName('source', source, sources)}")
        yield Fact(
            subject=name,
            property=fact["property"],
            value=fact["value"],
            unit=fact.get("unit", ""),
            kind=kind,
            accepted=accepted,
            derivation="published",
            evidence=fact.get("evidence", "as printed there"),
            source=f"{sources[source]}, {fact['at']}" if "at" in fact else sources[source],
        )


def _accepted(where: str, found: list[Any]) -> tuple[Accepted, ...]:
    for pair in found:
        match pair:
            case [int() | float() | str(), str(reason)] if reason:
                continue
        raise BadRecord(f"{where}: accepted is {pair!r}; expected a value and a reason: [60_000_000, '…']")
    return tuple(Accepted(value, reason) for value, reason in found)


def _check_names(where: str, found: object, needed: set[str], optional: set[str]) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise BadRecord(f"{where}: {found!r} is no table")
    missing, unknown = sorted(needed - set(found)), sorted(set(found) - needed - optional)
    if unknown:
        raise BadRecord(f"{where}: {UnknownName('field', unknown[0], needed | optional)}")
    if missing:
        raise BadRecord(f"{where} lacks {', '.join(missing)}")
    return found


def _list(where: str, found: dict[str, Any], name: str) -> list[Any]:
    value = found.get(name, [])
    if not isinstance(value, list):
        raise BadRecord(f"{where}: {name} is {value!r}; expected a list")
    return value


def _text(where: str, found: dict[str, Any], name: str) -> str:
    value = found[name]
    if not isinstance(value, str) or not value.strip():
        raise BadRecord(f"{where}: {name} is {value!r}; expected a string that is not empty")
    return value
