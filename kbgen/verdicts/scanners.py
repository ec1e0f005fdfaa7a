"""Findings for code scanners and pull requests: a SARIF log, and annotations of GitHub."""

from __future__ import annotations

import json
from collections import Counter
from hashlib import blake2b
from typing import Any

from kbgen.diagnostics import Rule, Severity
from kbgen.reporting import annotation, sarif_location, sarif_log
from kbgen.verdicts.outcome import LocatedFinding, Outcome
from kbgen.verdicts.wording import claimed

RULES = {
    "refuted": Rule("refuted-claim", "RefutedClaim", "error", "A note claims what a known fact contradicts."),
    "not enough info": Rule(
        "unchecked-claim", "UncheckedClaim", "info", "A note makes a claim about which nothing is known."
    ),
}
"""What is reported, by verdict."""

_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}


def sarif(found: Outcome) -> str:
    """Write a SARIF 2.1.0 log with all claims that are refuted or could not be checked.

    A result is recognised again by what it claims, not by its line. What the baseline knows is marked as
    suppressed. A source of facts that failed is a notification of the run.
    """
    order = {verdict: number for number, verdict in enumerate(RULES)}
    seen: Counter[str] = Counter()
    results = []
    for each in found.findings:
        rule = RULES.get(each.finding.verdict)
        if rule is None:
            continue
        fingerprint = _fingerprint(each)
        seen[fingerprint] += 1
        result: dict[str, Any] = {
            "ruleId": rule.code,
            "ruleIndex": order[each.finding.verdict],
            "level": _LEVELS[each.finding.severity],
            "message": {"text": _message(each)},
            "locations": [sarif_location(each.shown, each.finding.line, each.finding.column)],
            "partialFingerprints": {"claim/v1": f"{fingerprint}:{seen[fingerprint]}"},
        }
        if each.known:
            result["suppressions"] = [{"kind": "external", "justification": "listed in the baseline"}]
        results.append(result)
    notifications = [
        {"level": "warning", "message": {"text": f"{failure.message} {failure.hint}".strip()}}
        for failure in found.failures
    ]
    invocation = {"executionSuccessful": True, "toolExecutionNotifications": notifications}
    return sarif_log(RULES.values(), {"invocations": [invocation], "results": results})


def _fingerprint(each: LocatedFinding) -> str:
    finding = each.finding
    identity = json.dumps([each.shown, finding.subject, finding.property, finding.text])
    return blake2b(identity.encode(), digest_size=16).hexdigest()


def github(found: Outcome) -> str:
    """Write annotations for all claims that are refuted or could not be checked; known ones are left out."""
    return "".join(
        annotation(
            each.severity,
            (each.shown, each.finding.line, each.finding.column),
            RULES[each.finding.verdict].code,
            _message(each),
        )
        for each in found.findings
        if each.finding.verdict in RULES and not each.known
    )


def _message(each: LocatedFinding) -> str:
    finding = each.finding
    if finding.verdict != "refuted":
        return f"{claimed(each)}: {finding.message}"
    source = f"{finding.source} ({finding.derivation})" if finding.source else finding.derivation
    return f"{finding.message}\n{source}"
