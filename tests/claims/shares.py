"""Tell the shares of wrong edits flagged and right rewrites left alone: ``python -m tests.claims.shares``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from tests.claims.choices import lines, notes, variants
from tests.claims.edits import edits
from tests.claims.verifier import refuted, shown, verify_text

SEED_NOTE = Path(__file__).resolve().parents[3] / "shared" / "seed" / "AlexNet.md"


class Trial(Struct, frozen=True):
    """One note that was verified, and whether the outcome is as it must be."""

    kind: str
    what: str
    right: bool
    """Whether the note is right, so that nothing may be flagged."""
    passed: bool
    findings: tuple[str, ...] = ()
    """What was found, where it did not pass."""


def phrasings() -> Iterator[Trial]:
    """Try each claim of the documents of phrasings, with its right and its wrong values."""
    for kind, cases in (("sentences", lines("phrasings.md")), ("notes", notes("notes.md"))):
        for title, text in cases:
            for variant in variants(title, text):
                found = verify_text(variant.title, variant.text)
                wrong = refuted(found)
                passed = not wrong if variant.right else any(each.line == variant.line for each in wrong)
                words = variant.text.split("\n")[variant.line - 1]
                yield Trial(kind, f"{title}: {words}", variant.right, passed, tuple(map(shown, found)))


def unread() -> Iterator[Trial]:
    """Try whether each right claim is also read, and not left alone for want of understanding."""
    for title, text in lines("phrasings.md"):
        for variant in variants(title, text):
            if variant.right:
                found = verify_text(variant.title, variant.text)
                read = any(each.verdict == "supported" for each in found)
                yield Trial("right ones read", f"{title}: {variant.text}", True, read)


def silent() -> Iterator[Trial]:
    """Try what says nothing wrong of anything known."""
    for title, text in lines("silent.md"):
        found = refuted(verify_text(title, text))
        yield Trial("other sentences", f"{title}: {text}", True, not found, tuple(map(shown, found)))


def seed_edits(note: Path = SEED_NOTE, document: str = "claims/places.md") -> Iterator[Trial]:
    """Try the edits of a note: something new must be refuted on a changed line, or nothing at all."""
    text = note.read_text("utf-8")
    before = {(each.line, each.subject, each.property) for each in refuted(verify_text(note.stem, text))}
    for edit in edits(text, document):
        found = verify_text(note.stem, edit.text)
        new = [each for each in refuted(found) if (each.line, each.subject, each.property) not in before]
        if edit.right:
            moved = {(subject, name) for _, subject, name in before}
            passed = all((each.subject, each.property) in moved for each in new)
        else:
            changed = [each for each in refuted(found) if edit.first <= each.line <= edit.last]
            passed = any(each in new or _differs(each, edit.text, text) for each in changed)
        here = [each for each in found if edit.first <= each.line <= edit.last or each in new]
        yield Trial("edits of the seed note", edit.what, edit.right, passed, tuple(map(shown, here)))


def _differs(finding: object, text: str, before: str) -> bool:
    """Tell whether a finding that was there before says something else now."""
    line = finding.line  # type: ignore[attr-defined]
    old = [each for each in refuted(verify_text("AlexNet", before)) if each.line == line]
    return bool(old) and finding not in old and text != before


def main() -> None:
    """Print the shares, and what did not pass."""
    trials = [*phrasings(), *unread(), *silent()]
    if SEED_NOTE.is_file():
        trials += seed_edits()
    groups: dict[tuple[str, bool], list[Trial]] = {}
    for trial in trials:
        groups.setdefault((trial.kind, trial.right), []).append(trial)
    for (_, right), group in groups.items():
        for trial in group:
            if not trial.passed:
                said = "".join(f"    {line}\n" for line in trial.findings)
                sys.stdout.write(f"{'flagged' if right else 'missed'}: {trial.what}\n{said}")
    for (kind, right), group in groups.items():
        passed = sum(trial.passed for trial in group)
        share = "left alone" if right else "flagged"
        sys.stdout.write(f"{kind}, {'right' if right else 'wrong'}: {passed} of {len(group)} {share}\n")
    sys.exit(0)


if __name__ == "__main__":
    main()
