"""Count for each construction how often it bound a value, and how often what came of that was right."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from kbgen.verification.finding import Finding
from tests.claims.verifier import verify_text

Came = Literal["right", "wrong", "refuted rightly", "refuted wrongly", ""]
"""What came of a bound value; nothing where it was not judged, or nobody says whether rightly."""
Outcome = tuple[str, Came]
"""A construction, and what came of a value that it bound."""

_COLUMNS: tuple[Came, ...] = ("right", "wrong", "refuted rightly", "refuted wrongly")


def outcomes(found: Sequence[Finding], *, before: Sequence[Finding] = (), right: bool) -> tuple[Outcome, ...]:
    """Return what came of the findings in a text.

    Parameters
    ----------
    found
        The findings.
    before
        Those of the text before an edit, which are not counted again.
    right
        Whether the text is right; else the edit is wrong. What is newly supported is so wrongly only
        where nothing is refuted: else it may be what a wrong edit has left right.
    """
    old = {_what(each) for each in before}
    new = [each for each in found if _what(each) not in old]
    told = not right and any(each.verdict == "refuted" for each in new)
    return tuple(
        (each.binding, "" if told and each.verdict == "supported" else _came(each, right=right))
        for each in new
    )


def _what(each: Finding) -> tuple[str, str, str, str, str]:
    return each.text, each.subject, each.property, each.verdict, each.binding


def _came(each: Finding, *, right: bool) -> Came:
    match each.verdict:
        case "supported":
            return "right" if right else "wrong"
        case "refuted":
            return "refuted wrongly" if right else "refuted rightly"
        case _:
            return ""


def of_strangers(folder: Path) -> Iterator[Outcome]:
    """Yield what came of notes that strangers wrote, where their findings were judged by hand.

    Parameters
    ----------
    folder
        Holds ``judged.json`` and the notes.
    """
    for note in json.loads((folder / "judged.json").read_text("utf-8")):
        text = (folder / note["id"] / note["name"]).read_text("utf-8", errors="replace")
        judged: dict[tuple[Any, ...], Came] = {}
        for kind, came in (("right_supports", "right"), ("wrong_supports", "wrong")):
            judged.update({(*_place(each), "supported"): came for each in note[kind]})
        arguable = {_place(each) for each in note["arguable"]}
        for found in verify_text(Path(note["name"]).stem, text):
            place = found.line, found.text, found.subject, found.property
            if found.verdict != "refuted":
                yield found.binding, judged.get((*place, found.verdict), "")
            elif any(_is_error(found, each) for each in note["errors"]):
                yield found.binding, "refuted rightly"
            else:
                yield found.binding, "" if place in arguable else "refuted wrongly"


def _place(each: Mapping[str, Any]) -> tuple[Any, ...]:
    return each["line"], each["text"], each["subject"], each["property"]


def _is_error(found: Finding, error: Mapping[str, Any]) -> bool:
    key = f"{found.subject}.{found.property}"
    same = found.line == error["line"] and re.search(error["text"], found.text)
    return bool(same and re.search(error["about"], key))


def table(counted: Iterable[Outcome]) -> str:
    """Write how often each construction bound a value, and what came of it.

    Examples
    --------
    >>> print(table([("has", "right"), ("has", ""), ("is", "refuted rightly")]))
    construction  bound  right  wrong  refuted rightly  refuted wrongly
    has               2      1      0                0                0
    is                1      0      0                1                0
    all               3      1      0                1                0
    """
    tally = Counter(counted)
    heads = ("construction", "bound", *_COLUMNS)
    rows = {name: _row(name, tally) for name in sorted({name for name, _ in tally})}
    rows["all"] = [sum(column) for column in zip(*rows.values(), strict=True)]
    lines = ["  ".join(heads)]
    for name, numbers in rows.items():
        cells = [f"{n:>{len(head)}}" for n, head in zip(numbers, heads[1:], strict=True)]
        lines.append("  ".join([f"{name:<{len(heads[0])}}", *cells]))
    return "\n".join(lines)


def _row(name: str, tally: Mapping[Outcome, int]) -> list[int]:
    bound = sum(n for (each, _), n in tally.items() if each == name)
    return [bound, *(tally.get((name, came), 0) for came in _COLUMNS)]
