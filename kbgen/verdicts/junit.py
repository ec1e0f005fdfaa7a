"""Findings as test results: a JUnit report with a suite a note and a case a claim."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from itertools import groupby

from kbgen.reporting import escape_controls
from kbgen.verdicts.outcome import LocatedFinding, Outcome
from kbgen.verdicts.wording import claimed, reference

_NOT_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
"""What no XML may hold, besides the control characters that are written out."""


def junit(found: Outcome) -> str:
    """Write the report: refuted claims are failures, known and unchecked ones are skipped.

    The name of a case says what is claimed, not where, so that a case is the same after a line was added.
    """
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="kbgen verify" {_counts(found.findings)}>',
    ]
    by_file = sorted(found.findings, key=lambda each: each.shown)
    for shown, group in groupby(by_file, key=lambda each: each.shown):
        cases = tuple(group)
        lines.append(f'  <testsuite name="{_text(shown)}" {_counts(cases)}>')
        for each in cases:
            lines += _case(each)
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>", ""])


def _counts(cases: tuple[LocatedFinding, ...]) -> str:
    failures = sum(each.refuted for each in cases)
    skipped = sum(each.finding.verdict != "supported" for each in cases) - failures
    return f'tests="{len(cases)}" failures="{failures}" errors="0" skipped="{skipped}"'


def _case(each: LocatedFinding) -> Iterator[str]:
    finding = each.finding
    opening = (
        f'    <testcase classname="{_text(each.shown)}" name="{_text(f"{each.key}: {claimed(each)}")}" '
        f'file="{_text(each.shown)}" line="{finding.line}"'
    )
    if finding.verdict == "supported":
        yield f"{opening}/>"
        return
    yield f"{opening}>"
    if each.refuted:
        lines = (
            f"{each.shown}:{finding.line}:{finding.column}",
            f"claimed: {claimed(each)}",
            f"reference: {reference(each)}",
            f"{finding.derivation}: {finding.evidence}",
            f"source: {finding.source}",
        )
        yield f'      <failure type="refuted" message="{_text(finding.message)}">'
        yield "\n".join(_text(line) for line in lines) + "</failure>"
    else:
        why = "refuted, and known in the baseline" if each.known else f"not enough info: {finding.message}"
        yield f'      <skipped message="{_text(why)}"/>'
    yield "    </testcase>"


def _text(words: str) -> str:
    return escape(_NOT_XML.sub("�", escape_controls(words)))
