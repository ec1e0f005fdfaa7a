"""What came of checking one note: findings, and how much of what it says in numbers could be read."""

from __future__ import annotations

from msgspec import Struct

from kbgen.vault.paths import VaultPath
from kbgen.verification.finding import Finding


class UnreadNumber(Struct, frozen=True, array_like=True):
    """A number that was not read as a claim."""

    path: VaultPath
    line: int
    text: str


class NoteResult(Struct, frozen=True, array_like=True):
    """What came of one note."""

    findings: tuple[Finding, ...]
    seen: int
    """How many numbers stand in it."""
    claimed: int
    """How many of them are part of a claim."""
    concerned: bool
    """Whether it is about, or may speak of, something that is known; else no fact had a say in it."""
    missed: tuple[UnreadNumber, ...] = ()
    """The others, where somebody asked for them."""
