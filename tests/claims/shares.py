"""Tell which shares of wrong edits are flagged, and of right rewrites left alone.

``python -m tests.claims.shares`` prints them, and what did not pass.
"""

# ruff: noqa: T201 - it is a command as well

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from msgspec import Struct

from kbgen.verification.finding import Finding
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
                flagged = any(each.line == variant.line for each in wrong)
                passed = not wrong if variant.right else flagged
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


def note_edits(title: str, text: str, document: str, *, every: int = 1) -> Iterator[Trial]:
    """Try the edits of a note: something new must be refuted on a changed line, or nothing at all.

    Parameters
    ----------
    title, text
        The note.
    document
        What is right at each of its places.
    every
        Of so many edits one is tried.
    """
    before = refuted(verify_text(title, text))
    places = {(each.line, each.subject, each.property) for each in before}
    moved = {(each.subject, each.property) for each in before}
    for edit in islice(edits(text, document), 0, None, every):
        found = verify_text(title, edit.text)
        new = [each for each in refuted(found) if (each.line, each.subject, each.property) not in places]
        if edit.right:
            passed = all((each.subject, each.property) in moved for each in new)
        else:
            # Where the note was wrong before, it must be wrong in another way.
            changed = [each for each in refuted(found) if edit.first <= each.line <= edit.last]
            passed = any(each in new or (each not in before and _is_placed(each, before)) for each in changed)
        here = [each for each in found if edit.first <= each.line <= edit.last or each in new]
        yield Trial("edits", edit.what, edit.right, passed, tuple(map(shown, here)))


def _is_placed(finding: Finding, before: Sequence[Finding]) -> bool:
    return any(each.line == finding.line for each in before)


def main() -> None:
    """Print the shares, and what did not pass."""
    trials = [*phrasings(), *unread(), *silent()]
    if SEED_NOTE.is_file():
        trials += note_edits(SEED_NOTE.stem, SEED_NOTE.read_text("utf-8"), "claims/places.md")
    groups: dict[tuple[str, bool], list[Trial]] = {}
    for trial in trials:
        groups.setdefault((trial.kind, trial.right), []).append(trial)
    for (_, right), group in groups.items():
        for trial in group:
            if not trial.passed:
                print("flagged:" if right else "missed:", trial.what, *trial.findings, sep="\n    ")
    for (kind, right), group in groups.items():
        passed = sum(trial.passed for trial in group)
        share = "left alone" if right else "flagged"
        print(f"{kind}, {'right' if right else 'wrong'}: {passed} of {len(group)} {share}")


if __name__ == "__main__":
    main()
