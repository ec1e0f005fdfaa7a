"""A finding: a claim, what it was held against, and what came of it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from kbgen.claims.claim import LOOSE
from kbgen.facts.compare import Agreement
from kbgen.facts.fact import Derivation
from kbgen.notes.source_map import SourceSpan
from kbgen.vault.paths import VaultPath

Verdict = Literal["supported", "refuted", "not enough info"]
Operator = Literal["=", "~", ">=", "<=", "<", ">", "order", "shape"]


class Finding(Struct, frozen=True):
    """One claim with its verdict; the fields are those of ``kbgen verify --format json``."""

    path: VaultPath
    line: int
    column: int
    text: str
    subject: str
    property: str
    operator: Operator
    claimed: str
    reference: str
    unit: str
    verdict: Verdict
    agreement: Agreement
    derivation: Derivation | Literal[""]
    evidence: str
    source: str
    message: str
    severity: Literal["error", "warning", "info"]
    binding: str = LOOSE
    """The construction that binds it, or ``loose``."""
    remark: str = ""
    """What the message says beyond the two values; no field of the output."""
    statement: int = -1
    """Index of the statement that makes the claim; -1 for a property."""
    start: int = 0
    end: int = 0
    """Where the claimed value stands in the words of the statement."""
    stretches: tuple[SourceSpan, ...] = ()
    """Where its words stand in the file; none where a change would change more than words."""
    before: str = ""
    after: str = ""
    """Words around it."""

    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Order findings by where they stand."""
        return self.path, self.line, self.column, self.subject, self.property


class Coverage(Struct, frozen=True):
    """How much of what a text says in numbers could be read, and checked."""

    seen: int
    """Numbers in the rendered text and the properties."""
    claimed: int
    """Those that became part of a claim."""
