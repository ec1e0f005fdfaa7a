"""Tell which shares of wrong edits are flagged, and of right rewrites left alone.

``python -m tests.claims.shares`` prints them, what did not pass, and what each construction contributed.
"""

# ruff: noqa: T201 - it is a command as well

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from msgspec import Struct

from kbgen.verification.finding import Finding
from tests.claims.choices import FIXTURES, Variant, lines, notes, variants
from tests.claims.edits import edits
from tests.claims.tally import Outcome, of_strangers, outcomes, table
from tests.claims.verifier import refuted, shown, verify_text

SHARED = Path(__file__).resolve().parents[3] / "shared"
SEED_NOTE = SHARED / "seed" / "AlexNet.md"
STRANGERS = SHARED / "real-notes"


class Trial(Struct, frozen=True):
    """One note that was verified, and whether the outcome is as it must be."""

    kind: str
    what: str
    right: bool
    """Whether the note is right, so that nothing may be flagged."""
    passed: bool
    findings: tuple[str, ...] = ()
    """What was found, where it did not pass."""
    misled: bool = False
    """Whether a wrong value was called right."""
    came: tuple[Outcome, ...] = ()
    """What each construction contributed that was not there before the edit."""


def phrasings() -> Iterator[Trial]:
    """Try each claim of the documents of phrasings, with its right and its wrong values."""
    for kind, cases in (("sentences", lines("phrasings.md")), ("notes", notes("notes.md"))):
        for title, text in cases:
            first: Sequence[Finding] = ()
            for variant in variants(title, text):
                found = verify_text(variant.title, variant.text)
                wrong = refuted(found)
                came = outcomes(found, before=first, right=variant.right)
                first = first or found
                flagged = any(each.line == variant.line for each in wrong)
                passed = not wrong if variant.right else flagged
                words = variant.text.split("\n")[variant.line - 1]
                misled = not variant.right and any(_stands_there(each, variant) for each in found)
                said = tuple(map(shown, found))
                yield Trial(kind, f"{title}: {words}", variant.right, passed, said, misled, came)


def _stands_there(finding: Finding, variant: Variant) -> bool:
    """Tell whether a finding calls the value of a place right, and nothing that lies in it."""
    return (
        finding.verdict == "supported"
        and (finding.line, finding.column) == (variant.line, variant.column)
        and len(finding.text) >= len(variant.value)
    )


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
        found = verify_text(title, text)
        wrong = refuted(found)
        # Nobody says whether what is supported here is meant.
        came = tuple((name, came) for name, came in outcomes(found, right=True) if came != "right")
        yield Trial(
            "other sentences", f"{title}: {text}", True, not wrong, tuple(map(shown, wrong)), came=came
        )


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
    plain = verify_text(title, text)
    before = refuted(plain)
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
        came = outcomes(found, before=plain, right=edit.right)
        yield Trial("edits", edit.what, edit.right, passed, tuple(map(shown, here)), came=came)


def _is_placed(finding: Finding, before: Sequence[Finding]) -> bool:
    return any(each.line == finding.line for each in before)


def unedited(title: str, text: str) -> Iterator[Outcome]:
    """Yield what each construction contributes to a note that is right."""
    yield from outcomes(verify_text(title, text), right=True)


def main() -> None:
    """Print the shares, what did not pass, and what each construction contributed."""
    own = (FIXTURES / "own.md").read_text("utf-8")
    fixtures = [*phrasings(), *unread(), *silent(), *note_edits("AlexNet", own, "claims/own-places.md")]
    seed: list[Trial] = []
    if SEED_NOTE.is_file():
        seed += note_edits(SEED_NOTE.stem, SEED_NOTE.read_text("utf-8"), "claims/places.md")
    _print_shares([*fixtures, *seed])
    print("\nour fixtures", table([*unedited("AlexNet", own), *_came(fixtures)]), sep="\n")
    if STRANGERS.is_dir():
        print("\nnotes of strangers", table(of_strangers(STRANGERS)), sep="\n")
    if seed:
        print("\nedits of the seed note", table(_came(seed)), sep="\n")


def _came(trials: Sequence[Trial]) -> Iterator[Outcome]:
    for trial in trials:
        yield from trial.came


def _print_shares(trials: Sequence[Trial]) -> None:
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
