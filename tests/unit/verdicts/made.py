"""Findings out of thin air, for tests of what is made of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from kbgen.facts.sources.loading import SourceFailure
from kbgen.verdicts.outcome import LocatedFinding, LocatedNumber, Outcome
from kbgen.verification.finding import Coverage, Finding
from kbgen.verification.note_result import UnreadNumber

PLAIN: dict[str, Any] = {
    "path": "Mars.md",
    "line": 3,
    "column": 10,
    "text": "3",
    "subject": "mars",
    "property": "moons",
    "operator": "=",
    "claimed": "3",
    "reference": "2",
    "unit": "",
    "verdict": "refuted",
    "agreement": "",
    "derivation": "published",
    "evidence": "counted",
    "source": "IAU",
    "message": "mars.moons is 2, not 3.",
    "binding": "has",
    "severity": "error",
}
UNKNOWN: dict[str, Any] = {
    "verdict": "not enough info",
    "severity": "info",
    "reference": "",
    "derivation": "",
    "evidence": "",
    "source": "",
    "message": "Nothing is known about this.",
}


def placed(*, folder: str = "/notes", known: bool = False, **fields: Any) -> LocatedFinding:
    """Return a refuted claim, but for what is said otherwise."""
    finding = Finding(**{**PLAIN, **fields})
    return LocatedFinding(finding, Path(folder, finding.path), finding.path, known=known)


def outcome_of(*findings: LocatedFinding, **fields: Any) -> Outcome:
    """Return an outcome with some findings."""
    return Outcome(
        findings, **{"coverage": Coverage(5, len(findings)), "looked_at": (Path("/notes"),), **fields}
    )


TEXT = st.text(max_size=40)
OUTCOMES = st.builds(
    lambda findings, missed, failures: outcome_of(
        *findings,
        missed=tuple(LocatedNumber(path, UnreadNumber(path, line, text)) for path, line, text in missed),
        failures=tuple(SourceFailure(*each) for each in failures),
    ),
    st.lists(
        st.builds(
            lambda verdict, known, **fields: placed(
                known=known and verdict == "refuted",
                verdict=verdict,
                severity="error" if verdict == "refuted" else "info",
                **fields,
            ),
            verdict=st.sampled_from(["supported", "refuted", "not enough info"]),
            known=st.booleans(),
            path=st.text(min_size=1, max_size=20).filter(lambda path: "\0" not in path),
            line=st.integers(1, 10**6),
            column=st.integers(1, 10**6),
            text=TEXT,
            subject=TEXT,
            property=TEXT,
            operator=st.sampled_from(["=", "~", ">=", "order", "shape"]),
            reference=TEXT,
            agreement=st.sampled_from(["", "exact", "rounded"]),
            derivation=st.sampled_from(["", "computed"]),
            evidence=TEXT,
            source=TEXT,
            message=TEXT,
        ),
        max_size=6,
    ),
    st.lists(st.tuples(st.text(min_size=1, max_size=9), st.integers(1, 99), TEXT), max_size=4),
    st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=2),
)
