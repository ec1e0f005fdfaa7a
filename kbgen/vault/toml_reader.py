"""TOML's properties, as Hugo and Zola keep them between ``+++``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from datetime import date, datetime, time

from kbgen.diagnostics import Fault
from kbgen.vault.nodes import Entry, Mapping, Node, Scalar, Sequence, readable
from kbgen.vault.yaml_core_schema import ScalarKind

MAX_TOML_CHARS = 20_000
"""Characters of TOML that are read at all; the time for a key of many levels is quadratic."""

_KEY = re.compile(r"(?P<indent>[ \t]*)(?P<table>\[+)?[ \t]*(?P<quote>[\"']?)(?P<name>[^\"'=\n\].]+)")

_PLACE = re.compile(
    r"(?P<reason>.*?)(?: \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\))"
)


def read_toml(source: str, faults: list[Fault]) -> tuple[Entry, ...]:
    """Return the properties that can be read, in order; tell of those that cannot.

    Parameters
    ----------
    source
        What stands between the fences, from the end of the first one on, so that its lines count
        as those of the file.
    faults
        What is wrong is put here.
    """
    if len(source) > MAX_TOML_CHARS:
        faults.append(Fault("KB101", 1, 1, f"The front matter is longer than {MAX_TOML_CHARS:,} characters."))
        return ()
    try:
        return _entries(source)
    except RecursionError:
        faults.append(Fault("KB101", 1, 1, "The front matter nests too deeply."))
        return ()
    except ValueError as error:
        faults.append(_explained(error))
    return tuple(_line_by_line(source))


def _line_by_line(source: str) -> Iterable[Entry]:
    """Yield what single lines say, up to the first table."""
    for number, line in enumerate(source.split("\n"), 1):
        if line.lstrip().startswith("["):
            return
        try:
            yield from _entries(line, number)
        except (ValueError, RecursionError):
            continue


def _entries(source: str, first_line: int = 1) -> tuple[Entry, ...]:
    places: dict[str, tuple[int, int]] = {}
    for number, line in enumerate(source.split("\n"), first_line):
        if found := _KEY.match(line):
            places.setdefault(found["name"].strip(), (number, found.start("quote") + 1))
    return tuple(
        Entry(readable(name), _node(value, *place), *place)
        for name, value in tomllib.loads(source).items()
        for place in (places.get(name, (1, 1)),)
    )


def _node(value: object, line: int, column: int) -> Node:
    if isinstance(value, dict):
        pairs = tuple((readable(name), _node(item, line, column)) for name, item in value.items())
        return Mapping(pairs, line, column)
    if isinstance(value, list):
        items = tuple(_node(item, line, column) for item in value)
        return Sequence(items, flow=False, line=line, column=column)
    text, kind = _scalar(value)
    return Scalar(text, kind, kind != "string", line, column)


def _scalar(value: object) -> tuple[str, ScalarKind]:
    if isinstance(value, bool):
        return str(value).lower(), "bool"
    if isinstance(value, datetime):
        return value.isoformat(), "datetime"
    if isinstance(value, date | time):
        return value.isoformat(), "date" if isinstance(value, date) else "string"
    if isinstance(value, int | float):
        return str(value), "int" if isinstance(value, int) else "float"
    return readable(str(value)), "string"


def _explained(error: ValueError) -> Fault:
    found = _PLACE.fullmatch(str(error))
    reason = found["reason"] if found else str(error)
    line, column = (int(found["line"] or 1), int(found["column"] or 1)) if found else (1, 1)
    return Fault("KB101", line, column, f"The front matter is not TOML: {readable(reason)}.")
