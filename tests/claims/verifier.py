"""Verify a piece of text as a note, with all that is known; what is known is loaded once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from kbgen.config import VerifyConfig
from kbgen.facts.sources.loading import load
from kbgen.links.model import UNRESOLVED, LinkedNote
from kbgen.notes.compiler import compile_note
from kbgen.notes.model import CompileOptions
from kbgen.notes.store import stored
from kbgen.vault.paths import VaultPath
from kbgen.verification.checking import Checker
from kbgen.verification.finding import Finding
from kbgen.verification.locating import findings


@cache
def _checker() -> Checker:
    known, failures = load(VerifyConfig())
    assert not failures, failures
    return Checker(known)


def verify_text(title: str, text: str) -> Sequence[Finding]:
    """Return the findings in a note with a title, which is read alone."""
    note = stored(compile_note(text.encode(), CompileOptions(hard_breaks=True)))
    links = tuple(UNRESOLVED for _ in note.outline.links)
    linked = LinkedNote(VaultPath(f"{title}.md"), title, note.outline, links, "", note.key, note.load)
    checked = _checker().check(linked)
    return list(findings(linked, checked.judged, checked.passages))


def refuted(found: Sequence[Finding]) -> list[Finding]:
    """Return the findings that refute something."""
    return [each for each in found if each.verdict == "refuted"]


def shown(finding: Finding) -> str:
    """Write a finding on one line."""
    return (
        f"{finding.line}: {finding.text!r} {finding.subject}.{finding.property} {finding.operator} "
        f"{finding.claimed}, known {finding.reference}, {finding.verdict}"
    )
