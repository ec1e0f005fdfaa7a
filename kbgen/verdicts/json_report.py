"""The object ``kbgen.verify/1``: every finding with the fields that scripts rely on."""

from __future__ import annotations

from typing import Any

from kbgen.reporting import json_text
from kbgen.verdicts.outcome import LocatedFinding, Outcome

_NAMES = """
    path line column text subject property operator claimed reference unit
    verdict agreement derivation evidence source message binding
"""
_FIELDS = tuple(_NAMES.split())


def as_json(found: Outcome) -> str:
    """Write the object; the same bytes for the same findings."""
    return json_text(
        {
            "schema": "kbgen.verify/1",
            "summary": {
                "claims": len(found.findings),
                "supported": found.count("supported"),
                "refuted": found.count("refuted") + found.count("refuted", known=True),
                "not_enough_info": found.count("not enough info"),
                "numbers_seen": found.coverage.seen,
                "numbers_claimed": found.coverage.claimed,
            },
            "findings": [_fields(each) for each in found.findings],
        }
    )


def _fields(each: LocatedFinding) -> dict[str, Any]:
    fields = {name: getattr(each.finding, name) for name in _FIELDS}
    return {**fields, "severity": each.severity}
