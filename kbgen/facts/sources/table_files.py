"""Facts that a user brings: TOML or CSV files with subject, property, value, unit and source."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from kbgen.errors import ConfigError, is_outside_error, refused
from kbgen.facts.sources.entries import FIELDS, NEEDED, Entry, known_of, nearest_hint, quoted
from kbgen.facts.sources.source import Known, Request

_ENTRY = re.compile(r"^[ \t]*\[\[[ \t]*fact[ \t]*\]\]", re.MULTILINE)
_TOML_PLACE = re.compile(
    r"(?P<message>.*?) \(at (?:line (?P<line>\d+), column \d+|end of document)\)", re.DOTALL
)


def known(request: Request) -> Known:
    """Return the facts of the tables that the config names."""
    return read_tables(request.settings.paths)


def read_tables(paths: Iterable[Path]) -> Known:
    """Read tables of facts.

    Parameters
    ----------
    paths
        TOML files with ``[[fact]]`` entries, or CSV files with the fields as the names of columns.

    Returns
    -------
    Known
        The facts, and the words by which their subjects and properties are known.

    Raises
    ------
    ConfigError
        If a file is not there or cannot be read, or an entry is not right; names the file and the line.
    """
    return known_of(_entries(path) for path in paths)


def _entries(path: Path) -> Iterator[Entry]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(f"{path.name}: there is no such table of facts") from None
    except OSError as problem:
        if is_outside_error(problem):
            raise refused(problem, "read", path.name) from None
        raise ConfigError(f"{path.name}: the table of facts cannot be read: {problem.strerror}") from None
    except UnicodeDecodeError as problem:
        line = problem.object[: problem.start].count(b"\n") + 1
        raise ConfigError(f"{path.name}:{line}: the table of facts is not UTF-8") from None
    match path.suffix.casefold():
        case ".csv":
            yield from _of_csv(path.name, text)
        case ".toml":
            yield from _of_toml(path.name, text)
        case _:
            raise ConfigError(
                f"{path.name}: a table of facts is TOML or CSV", "name a file that ends in .toml or .csv"
            )


def _of_toml(name: str, text: str) -> Iterator[Entry]:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        found = _TOML_PLACE.fullmatch(str(problem))
        line = int(found["line"]) if found and found["line"] else text.count("\n") + 1
        message = found["message"] if found else str(problem)
        raise ConfigError(f"{name}:{line}: this is not TOML: {message}") from None
    for key in data:
        if key != "fact":
            raise ConfigError(f"{name}: unknown key {quoted(key)}", nearest_hint(key, ("fact",)))
    entries = data.get("fact", [])
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise ConfigError(f"{name}: facts are a list of tables", "begin each with [[fact]]")
    lines = [text.count("\n", 0, found.start()) + 1 for found in _ENTRY.finditer(text)]
    for number, entry in enumerate(entries):
        # Facts may also be written as one inline list, which has no lines of its own.
        place = f"{name}:{lines[number]}" if len(lines) == len(entries) else f"{name}, fact {number + 1}"
        yield Entry(place, entry)


def _of_csv(name: str, text: str) -> Iterator[Entry]:
    reader = csv.reader(text.splitlines(), strict=True)
    try:
        head = [each.strip() for each in next(reader, [])]
        for needed in NEEDED:
            if needed not in head:
                found = ", ".join(each for each in head if each) or "nothing"
                raise ConfigError(f"{name}:1: there is no column {quoted(needed)}", f"found {found}")
        for name_of_column in head:
            if name_of_column and name_of_column not in FIELDS:
                raise ConfigError(
                    f"{name}:1: unknown column {quoted(name_of_column)}", nearest_hint(name_of_column, FIELDS)
                )
        for row in reader:
            if len(row) > len(head):
                raise ConfigError(
                    f"{name}:{reader.line_num}: expected {len(head)} values, found {len(row)}",
                    "put a value with a comma between quotes",
                )
            fields = {key: value.strip() for key, value in zip(head, row, strict=False) if value.strip()}
            if fields:
                yield Entry(f"{name}:{reader.line_num}", fields)
    except csv.Error as problem:
        raise ConfigError(f"{name}:{reader.line_num}: this is not CSV: {problem}") from None
