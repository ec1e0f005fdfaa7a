"""Make edits of a note whose places are described by hand, and tell of each whether it is still right.

The judgement rests on the description alone: a list of right values for each place. Random choices are
seeded, so that the edits are the same every time.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from msgspec import Struct

from tests.tables import rows

SEED = 20260127


class Edit(Struct, frozen=True):
    """An edited note."""

    what: str
    text: str
    first: int
    """The lines, from 1, on one of which a wrong edit must be refuted."""
    last: int
    right: bool


def edits(note: str, document: str) -> Iterator[Edit]:
    """Yield all edits of a note.

    Parameters
    ----------
    note
        The text.
    document
        The description of its places, in tests/fixtures.
    """
    lines = note.split("\n")
    yield from _numbers(lines, document)
    for section in ("Words for numbers", "Names", "Steps"):
        yield from _words(lines, document, section)
    yield from _whole_lines(lines, document)
    yield from _cells(lines, document)
    yield from _passages(lines, document)


def _replaced(lines: Sequence[str], line: int, old: str, new: str) -> str:
    before = lines[line - 1]
    assert old in before, f"line {line} has no {old!r}: {before}"
    return "\n".join([*lines[: line - 1], before.replace(old, new, 1), *lines[line:]])


# ---------------------------------------------------------------- numbers


def _numbers(lines: Sequence[str], document: str) -> Iterator[Edit]:
    choose = random.Random(SEED)  # noqa: S311, seeded on purpose
    for row in rows(document, "Numbers"):
        line, text, number = int(row["line"]), row["text"], row["number"]
        seen = {number}
        for other in [*_mistyped(number, choose), *row["other"].split()]:
            if other not in seen and Decimal(other):
                seen.add(other)
                new = text.replace(number, other, 1)
                right = _is_right(Decimal(other), row["right"])
                yield Edit(f"{line}: {text} → {new}", _replaced(lines, line, text, new), line, line, right)
        for unit in row["units"].split():
            space = (
                " " if len(unit) > 1 and not text[text.find(number) + len(number) :].startswith(" ") else ""
            )
            new = text.replace(row["unit"], f"{space}{unit}", 1)
            yield Edit(f"{line}: {text} → {new}", _replaced(lines, line, text, new), line, line, right=False)


def _mistyped(number: str, choose: random.Random) -> Iterator[str]:
    """Yield a number with digits exchanged, one digit changed, and ten times as large or as small."""
    digits = [index for index, character in enumerate(number) if character.isdigit()]
    for one, two in pairwise(digits):
        if one or number[two] != "0":
            changed = list(number)
            changed[one], changed[two] = changed[two], changed[one]
            if changed != list(number) and changed[0] != "0":
                yield "".join(changed)
    for index in digits:
        for step in (1, -1, choose.randint(2, 8)):
            digit = str((int(number[index]) + step) % 10)
            if index or digit != "0":
                yield f"{number[:index]}{digit}{number[index + 1 :]}"
    yield f"{Decimal(number) * 10:f}".rstrip("0").rstrip(".") if "." in number else f"{number}0"
    if "." in number or number.endswith("0"):
        yield f"{(Decimal(number) / 10).normalize():f}"


def _is_right(value: Decimal, right: str) -> bool:
    for each in right.split():
        low, dots, high = each.partition("..")
        if Decimal(low) <= value <= Decimal(high if dots else low):
            return True
    return False


# ---------------------------------------------------------------- words


def _words(lines: Sequence[str], document: str, section: str) -> Iterator[Edit]:
    for row in rows(document, section):
        line, text = int(row["line"]), row["text"]
        for column in ("right", "wrong"):
            for new in filter(None, (each.strip() for each in row[column].split(";"))):
                what = f"{line}: {text} → {new}"
                yield Edit(what, _replaced(lines, line, text, new), line, line, right=column == "right")


def _whole_lines(lines: Sequence[str], document: str) -> Iterator[Edit]:
    for row in rows(document, "Lines"):
        first, last = int(row["first"]), int(row["last"])
        changed = list(lines)
        match row["edit"]:
            case "exchange":
                changed[first - 1], changed[last - 1] = changed[last - 1], changed[first - 1]
            case "delete":
                del changed[first - 1 : last]
            case _:
                changed[last:last] = lines[first - 1 : last]
        what = f"{row['edit']} {first} {last}"
        yield Edit(what, "\n".join(changed), first - 1, last + 1, row["right"] == "yes")


def _cells(lines: Sequence[str], document: str) -> Iterator[Edit]:
    for row in rows(document, "Cells"):
        one, two, other, another = int(row["line"]), row["text"], int(row["line 2"]), row["text 2"]
        marked = _replaced(lines, one, two, "\0").split("\n")
        marked = _replaced(marked, other, another, two).split("\n")
        text = "\n".join(marked).replace("\0", another)
        first, last = sorted((one, other))
        yield Edit(f"{one}: {two} ↔ {other}: {another}", text, first, last, row["right"] == "yes")


def _passages(lines: Sequence[str], document: str) -> Iterator[Edit]:
    for row in rows(document, "Passages"):
        first, _, last = row["lines"].partition("-")
        words = re.sub(r"\s*⏎\s*", "\n", row["words"].replace("¦", "|")).split("\n")
        text = "\n".join([*lines[: int(first) - 1], *words, *lines[int(last or first) :]])
        yield Edit(
            f"{row['lines']}: {row['words']}",
            text,
            int(first),
            int(first) + len(words),
            row["right"] == "yes",
        )
