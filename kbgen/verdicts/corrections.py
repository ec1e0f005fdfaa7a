"""Corrections: what to write where, as a diff to look at and as changed files; nothing but claimed values."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from pathlib import Path

from msgspec import Struct

from kbgen.atomic_write import write_atomically
from kbgen.errors import OutsideError
from kbgen.verdicts.correction_check import Check
from kbgen.verdicts.outcome import LocatedFinding, Outcome
from kbgen.verdicts.rewriting import rewritten, suits
from kbgen.verification.finding import Finding

_LINE_END = re.compile(r"\r\n|\r|\n")


class Edit(Struct, frozen=True):
    """Characters of a file that give way to others."""

    start: int
    end: int
    text: str


class Correction(Struct, frozen=True):
    """A claim, and what would be right in its place."""

    placed: LocatedFinding
    text: str
    edit: Edit


class Declined(Struct, frozen=True):
    """A claim that nothing is proposed for, and why."""

    placed: LocatedFinding
    reason: str


class Corrected(Struct, frozen=True):
    """A file before and after."""

    file: Path
    shown: str
    before: str
    """With the byte order mark and the line ends of the file."""
    after: str


class Proposal(Struct, frozen=True):
    """Everything that can be corrected, and what cannot."""

    files: tuple[Corrected, ...]
    corrections: tuple[Correction, ...]
    declined: tuple[Declined, ...]


def propose(found: Outcome, tolerances: Mapping[str, Decimal], check: Check) -> Proposal:
    """Say what would be right in the place of each refuted claim that the baseline does not know.

    Parameters
    ----------
    found
        What came of verifying.
    tolerances
        Slack by key of a fact.
    check
        Verifies a corrected text.
    """
    files: list[Corrected] = []
    corrections: list[Correction] = []
    declined: list[Declined] = []
    ordered = sorted(found.findings, key=lambda each: each.file)
    for file, group in groupby(ordered, key=lambda each: each.file):
        findings = tuple(group)
        if not any(each.refuted for each in findings):
            continue
        source = _text_of(file)
        if source is None:
            declined += [Declined(each, "the file is not clean UTF-8") for each in findings if each.refuted]
            continue
        made, without = _in_one_file(findings, source, tolerances)
        made, after, failed = _checked(made, source, file.name, check)
        corrections += made
        declined += [*without, *failed]
        if made:
            files.append(Corrected(file, findings[0].shown, source, after))
    return Proposal(tuple(files), tuple(corrections), tuple(declined))


def _in_one_file(
    findings: Sequence[LocatedFinding], source: str, tolerances: Mapping[str, Decimal]
) -> tuple[list[Correction], list[Declined]]:
    made: list[Correction] = []
    declined: list[Declined] = []
    for each in findings:
        if not each.refuted:
            continue
        result = _correction(each, findings, source, tolerances)
        if isinstance(result, Declined):
            declined.append(result)
        elif _overlaps(result.edit, made):
            declined.append(Declined(each, "another correction touches the same words; try again after it"))
        elif all(other.edit != result.edit for other in made):
            made.append(result)
    return made, declined


def _checked(
    made: Sequence[Correction], source: str, name: str, check: Check
) -> tuple[list[Correction], str, list[Declined]]:
    """Keep the corrections that are right when the corrected text is verified."""
    kept = list(made)
    failed: list[Declined] = []
    while kept:
        after = applied(source, (each.edit for each in kept))
        refuted = check(name, after)
        wrong = [each for each in kept if _place_after(each, kept) in refuted]
        if not wrong:
            return kept, after, failed
        failed += [Declined(each.placed, "the right value contradicts something else here") for each in wrong]
        kept = [each for each in kept if each not in wrong]
    return [], source, failed


def _place_after(correction: Correction, made: Iterable[Correction]) -> tuple[int, int]:
    """Return line and column of a claim once the edits before it in its line were made."""
    line, column = correction.placed.finding.line, correction.placed.finding.column
    moved = sum(
        len(other.edit.text) - (other.edit.end - other.edit.start)
        for other in made
        if other.placed.finding.line == line and other.edit.start < correction.edit.start
    )
    return line, column + moved


def _text_of(file: Path) -> str | None:
    try:
        return file.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return None
    except OSError as error:
        raise OutsideError(f"{file.name}: the note cannot be read: {error.strerror}") from error


def _overlaps(edit: Edit, made: Iterable[Correction]) -> bool:
    return any(
        other.edit != edit and edit.start <= other.edit.end and other.edit.start <= edit.end for other in made
    )


def applied(source: str, edits: Iterable[Edit]) -> str:
    """Return a text with some characters replaced.

    Examples
    --------
    >>> applied("66M and 15.4%", [Edit(1, 2, "1"), Edit(11, 12, "3")])
    '61M and 15.3%'
    """
    for edit in sorted(edits, key=lambda each: -each.start):
        source = source[: edit.start] + edit.text + source[edit.end :]
    return source


# --- one claim ----------------------------------------------------------------------


def _correction(
    each: LocatedFinding, findings: Sequence[LocatedFinding], source: str, tolerances: Mapping[str, Decimal]
) -> Correction | Declined:
    finding = each.finding
    if finding.derivation == "arithmetic":
        if finding.subject != "text":
            return Declined(each, "two places of the note disagree, and nothing says which is right")
        if any(other.refuted and other.finding.derivation != "arithmetic" for other in findings):
            return Declined(each, "it hangs on numbers that are wrong themselves; try again after them")
    places = _places(source, finding)
    if places is None:
        in_link = finding.statement >= 0 and not finding.stretches
        return Declined(
            each,
            "it is part of a link" if in_link else "its words do not stand in the source as they are read",
        )
    before, after = finding.before, finding.after
    # One value may be held against several facts, and must suit all of them.
    same = [
        other
        for other in findings
        if (other.finding.line, other.finding.column, other.finding.text)
        == (finding.line, finding.column, finding.text)
        and other.finding.verdict != "not enough info"
    ]
    for text in rewritten(each, before, after, tolerances.get(each.key)):
        if text == finding.text or not all(
            other is each or suits(other, text, before, after, tolerances.get(other.key)) for other in same
        ):
            continue
        edit = _edit(source, places, finding.text, text)
        if edit is None:
            return Declined(each, "marks stand among the characters that would change")
        return Correction(each, text, edit)
    return Declined(each, "no notation for the right value is safe here")


def _places(source: str, finding: Finding) -> list[int] | None:
    """Return where each character of a claim stands in the source; ``None`` if it stands nowhere."""
    starts = _line_starts(source)
    if not finding.stretches or finding.stretches[-1].line > len(starts):
        return None
    return [
        starts[stretch.line - 1] + stretch.column - 1 + further
        for stretch in finding.stretches
        for further in range(stretch.end - stretch.start)
    ]


@functools.lru_cache(maxsize=1)
def _line_starts(source: str) -> list[int]:
    """Return where each line begins; all claims of a file ask one after the other."""
    return [1 if source.startswith("\ufeff") else 0, *(found.end() for found in _LINE_END.finditer(source))]


def _edit(source: str, places: Sequence[int], old: str, new: str) -> Edit | None:
    """Return the fewest characters that must change; ``None`` if marks stand among them."""
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    changed = new[head : len(new) - tail]
    last = len(old) - tail
    if head == last:
        start = end = places[head - 1] + 1 if head else places[0]
        stands = source[start - 1] == old[head - 1] if head else source[start] == old[0]
    else:
        start, end = places[head], places[last - 1] + 1
        stands = source[start:end] == old[head:last]
    return Edit(start, end, changed) if stands else None


def _shared(one: str, two: str) -> int:
    """Return how many characters two texts begin with in common."""
    return next(
        (n for n, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two))
    )


# --- files --------------------------------------------------------------------------


def diff(files: Iterable[Corrected]) -> str:
    """Write a unified diff, which ``git apply`` and ``patch -p1`` take in the working directory."""
    return "".join(line for each in files for line in _diff(each))


def _diff(each: Corrected) -> Iterator[str]:
    # A name with a space ends at a tab.
    name = f"{each.shown}\t" if " " in each.shown else each.shown
    lines = difflib.unified_diff(
        _lines(each.before), _lines(each.after), fromfile=f"a/{name}", tofile=f"b/{name}", n=3
    )
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    return [found[0] for found in re.finditer(r"[^\n]*\n|[^\n]+", text)]


def write(each: Corrected) -> None:
    """Write a corrected file, whole or not at all.

    Raises
    ------
    OutsideError
        If the file is another by now, or the system does not let us write.
    """
    try:
        now = each.file.read_bytes()
    except OSError as error:
        raise OutsideError(f"{each.shown} cannot be written: {error.strerror}") from error
    if now != each.before.encode():
        raise OutsideError(f"{each.shown} was changed meanwhile", "start again")
    write_atomically(each.file, each.after)
