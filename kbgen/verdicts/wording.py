"""The two sides of a finding as people read them: what is claimed, and what it was held against."""

from __future__ import annotations

from kbgen.facts.wording import format_fact
from kbgen.verdicts.outcome import LocatedFinding

_BOUNDS = {">=": "at least ", ">": "more than ", "<=": "at most ", "<": "less than "}


def claimed(each: LocatedFinding) -> str:
    """Return what is claimed in the author's words, with the bound that stands before them."""
    text = " ".join(each.finding.text.split())
    complete = "+" in text or each.finding.binding == "order"
    return text if complete else _BOUNDS.get(each.finding.operator, "") + text


def reference(each: LocatedFinding) -> str:
    """Return what the claim was held against."""
    finding = each.finding
    if finding.operator == "order":
        return finding.reference.replace(" > ", " → ")
    if each.fact is None:
        return finding.reference
    return format_fact(each.fact, finding.reference)
