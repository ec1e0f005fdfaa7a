"""Read the documents of phrasings: texts in which some places have right values and wrong ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

FIXTURES = Path(__file__).parents[1] / "fixtures" / "claims"

_PLACE = re.compile(r"\{([^{}\n]*\|[^{}\n]*)\}")
_NOTE = re.compile(r"^````note ([^\n]+)\n(.*?)^````", re.MULTILINE | re.DOTALL)


class Variant(Struct, frozen=True):
    """A note with one place filled in one way, and the right values everywhere else."""

    title: str
    text: str
    line: int
    """Of the place, from 1."""
    right: bool
    column: int = 0
    """Of the place, from 1; 0 for the note with nothing but right values."""
    value: str = ""
    """What stands there."""


def lines(document: str) -> Iterator[tuple[str, str]]:
    """Yield each line of a document that is a note, with the title above it."""
    title = ""
    for line in (FIXTURES / document).read_text("utf-8").splitlines():
        if line.startswith("## "):
            title = line[3:]
        elif title and line and not line.startswith("#"):
            yield title, line


def notes(document: str) -> Iterator[tuple[str, str]]:
    """Yield the title and the text of each block of a document that is a note."""
    for found in _NOTE.finditer((FIXTURES / document).read_text("utf-8")):
        yield found[1], found[2]


def variants(title: str, text: str) -> Iterator[Variant]:
    """Yield the note with all right values, then with each further value in its place."""
    places = [(found.span(), _values(found[1])) for found in _PLACE.finditer(text)]
    first = [right[0] for _, (right, _) in places]
    yield Variant(title, _filled(text, places, first), 1, right=True)
    for index, ((start, _), (right, wrong)) in enumerate(places):
        line = text.count("\n", 0, start) + 1
        for value in (*right[1:], *wrong):
            values = [*first[:index], value, *first[index + 1 :]]
            filled = _filled(text, places, values)
            column = _start(places, values, index, text) - filled.rfind(
                "\n", 0, _start(places, values, index, text)
            )
            yield Variant(title, filled, line, value not in wrong, column, value)


def _start(
    places: list[tuple[tuple[int, int], tuple[list[str], list[str]]]],
    values: list[str],
    index: int,
    text: str,
) -> int:
    """Return where the value of a place begins in the text that is filled."""
    return len(_filled(text[: places[index][0][0]], places[:index], values[:index]))


def _values(words: str) -> tuple[list[str], list[str]]:
    right, *wrong = words.split("|")
    return right.split("="), wrong


def _filled(
    text: str, places: list[tuple[tuple[int, int], tuple[list[str], list[str]]]], values: list[str]
) -> str:
    parts, at = [], 0
    for ((start, end), _), value in zip(places, values, strict=True):
        parts += [text[at:start], value]
        at = end
    return "".join([*parts, text[at:]])
