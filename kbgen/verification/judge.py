"""Judge one claim: what is known about what it speaks of, and whether that agrees."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from kbgen.claims.claim import LOOSE, Claim
from kbgen.claims.comparison import Comparison
from kbgen.claims.orders import agrees as order_agrees
from kbgen.facts.compare import Agreement, ComparisonResult, compare
from kbgen.facts.fact import Fact, Key, interval, plain_decimal
from kbgen.facts.knowledge import Knowledge
from kbgen.facts.name_matching import find_phrase
from kbgen.facts.wording import format_fact
from kbgen.quantities.extraction import Quantity
from kbgen.verification.comparison_judge import judge_comparison
from kbgen.verification.finding import Operator, Verdict

_PROSE = frozenset({"has", "is", "described", "reached", "verb", "of", "apposition"})
"""Constructions of sentences: what a variant or relative has is not held against the subject there."""


class Judgement(Struct, frozen=True):
    """What came of a claim."""

    key: Key
    operator: Operator
    claimed: str
    verdict: Verdict
    fact: Fact | None
    reference: str = ""
    agreement: Agreement = ""
    message: str = ""
    remark: str = ""
    """What the message says beyond the two values: whose value it is, and what else would be right."""
    binding: str = ""
    """How firmly it was bound after all; nothing where the claim says so itself."""
    severity: Literal["error", "warning", "info"] = "info"


def judge(
    claim: Claim, knowledge: Knowledge, tolerances: Mapping[str, Decimal] | None = None
) -> Judgement | None:
    """Hold a claim against what is known.

    Parameters
    ----------
    claim
        What a text states.
    knowledge
        What is known.
    tolerances
        Shares by key of a fact, that replace the slack of its kind.

    Returns
    -------
    Judgement or None
        ``None`` where the claim cannot be compared with anything that is known: it was misread.
    """
    if claim.comparison:
        return _compared(claim, claim.comparison, knowledge)
    best: Judgement | None = None
    for key in claim.keys:
        for fact in knowledge.about(*key):
            result = _result(claim, fact, (tolerances or {}).get(fact.key), knowledge)
            if result is None:
                continue
            if result.agrees:
                if claim.binding == LOOSE or (_is_bound(claim, result) and not claim.firm):
                    return loose(claim, key, fact)
                return _judgement(claim, key, fact, result, "")
            best = best or _judgement(claim, key, fact, result, _near_miss(claim, key, knowledge))
            break  # sources are believed in order: what the first one refutes, a later one does not rescue
    if best is None and not any(knowledge.about(*key) for key in claim.keys):
        return _undecided(claim, claim.keys[0], None, "Nothing is known about this.")
    return best


def _compared(claim: Claim, comparison: Comparison, knowledge: Knowledge) -> Judgement | None:
    found = judge_comparison(comparison, knowledge)
    if found is None:
        return None
    if found.holds == "perhaps":
        return replace(loose(claim, found.key, found.fact), operator=comparison.operator)
    right = found.holds == "yes"
    remark = f"{found.text}."
    return Judgement(
        key=found.key,
        operator=comparison.operator,
        claimed=comparison.claimed,
        verdict="supported" if right else "refuted",
        fact=found.fact,
        reference=found.fact.value,
        agreement="equivalent" if right else "",
        message=remark if right else f"{remark} So it is not {claim.text}.",
        remark=remark,
        severity="info" if right else "error",
    )


def judge_against(claim: Claim, fact: Fact) -> Judgement | None:
    """Hold a claim against one fact; ``None`` if the two cannot be compared."""
    result = _result(claim, fact)
    return None if result is None else _judgement(claim, (fact.subject, fact.property), fact, result, "")


def _result(
    claim: Claim, fact: Fact, tolerance: Decimal | None = None, knowledge: Knowledge | None = None
) -> ComparisonResult | None:
    if claim.quantity:
        return compare(claim.quantity, fact, tolerance)
    if claim.order:
        if fact.kind != "order":
            return None
        kind_of = knowledge.step_kind if knowledge else str
        right, reason, value = order_agrees(claim.order, fact, kind_of)
        return ComparisonResult(right, ("equivalent" if reason else "exact") if right else "", reason, value)
    if fact.kind == "list" and knowledge and claim.subject:
        among = claim.subject in knowledge.value_subjects(fact.subject, fact.property)
        return ComparisonResult(among, "exact" if among else "", reference=fact.value)
    if fact.kind != "name":
        return None
    for each in fact.values():
        if find_phrase(each.value, claim.name):
            return ComparisonResult(
                True, "exact" if each.value == fact.value else "equivalent", each.reason, each.value
            )
    if knowledge and claim.subject and claim.subject in knowledge.value_subjects(fact.subject, fact.property):
        return ComparisonResult(True, "equivalent", "another name of it", fact.value)
    return ComparisonResult(False, reference=fact.value)


def _judgement(claim: Claim, key: Key, fact: Fact, result: ComparisonResult, near: str) -> Judgement:
    reference = result.reference or fact.value
    if result.agrees:
        remark = f"{result.reason[:1].upper()}{result.reason[1:]}." if result.reason else ""
        return Judgement(
            key=key,
            operator=_operator(claim),
            claimed=_claimed(claim, fact),
            verdict="supported",
            fact=fact,
            reference=reference,
            agreement=result.agreement,
            message=remark,
            remark=remark,
        )
    if result.near:
        return _undecided(claim, key, fact, f"Too near to {format_fact(fact, reference)} to be called wrong.")
    if not claim.firm or (
        near and (claim.binding in _PROSE or (claim.binding == "item" and fact.kind == "count"))
    ):
        return loose(claim, key, fact)
    others = [f"{format_fact(fact, each.value)} ({each.reason})" for each in fact.accepted]
    also = f"Right too: {'; '.join(others)}." if others else ""
    remark = " ".join(each for each in (near, also) if each)
    return Judgement(
        key=key,
        operator=_operator(claim),
        claimed=_claimed(claim, fact),
        verdict="refuted",
        fact=fact,
        reference=reference,
        message=f"{fact.key} is {format_fact(fact, reference)}, not {claim.text}."
        + (f" {remark}" if remark else ""),
        remark=remark,
        severity="error",
    )


def _is_telling(claim: Claim, result: ComparisonResult) -> bool:
    """Tell whether a number is so near to that of a relative that it must be meant: 62.4M, not 40M."""
    if result.agreement == "rounded" and claim.quantity is not None:
        ratio = _ratio(claim.quantity, result)
        return ratio is not None and abs(ratio - 1) <= Decimal("0.01")
    return result.agreement in {"exact", "rounded", "equivalent"}


def _is_bound(claim: Claim, result: ComparisonResult) -> bool:
    """Tell whether a claim says no more than *at least* or *at most* something far away: easily right."""
    quantity = claim.quantity
    if quantity is None or quantity.operator in {"=", "~"}:
        return False
    ratio = _ratio(quantity, result)
    return ratio is None or not Decimal("0.8") <= ratio <= Decimal("1.25")


def _ratio(quantity: Quantity, result: ComparisonResult) -> Decimal | None:
    """Return how many times the reference a number is; ``None`` where that says nothing."""
    known = interval(result.reference)
    if known is None or not known[0].is_finite() or not known[0]:
        return None
    return quantity.value / known[0]


def loose(
    claim: Claim, key: Key, fact: Fact | None, why: str = "Not bound firmly enough to be judged."
) -> Judgement:
    """Return that a value only stands near what it may be about."""
    return replace(_undecided(claim, key, fact, why), binding=LOOSE)


def _undecided(claim: Claim, key: Key, fact: Fact | None, why: str) -> Judgement:
    claimed = _claimed(claim, fact) if fact else ""
    return Judgement(key, _operator(claim), claimed, "not enough info", fact, message=why, remark=why)


def _near_miss(claim: Claim, key: Key, knowledge: Knowledge) -> str:
    """Say whose value it is, where a kindred subject has it."""
    subject, name = key
    for other in knowledge.relatives(subject):
        for fact in knowledge.about(other, name):
            result = _result(claim, fact, knowledge=knowledge)
            if result and result.agrees and _is_telling(claim, result):
                names = knowledge.subjects[other].names if other in knowledge.subjects else ()
                called = names[0] if names else other
                return f"It is right for {called}."
    return ""


def _operator(claim: Claim) -> Operator:
    if claim.order:
        return "order"
    if claim.quantity is None:
        return "="
    return (
        "shape"
        if claim.quantity.form == "shape" and len(claim.quantity.sides) > 2
        else claim.quantity.operator
    )


def _claimed(claim: Claim, fact: Fact) -> str:
    """Write the claimed value as the contract does."""
    if claim.order:
        return " > ".join(claim.order.steps)
    quantity = claim.quantity
    if quantity is None:
        return claim.name
    if quantity.form == "shape":
        return "x".join(map(str, quantity.sides))
    if quantity.form == "date":
        return quantity.date
    scale = _scale(quantity, fact)
    low, high = plain_decimal(quantity.low * scale), plain_decimal(quantity.high * scale)
    return low if low == high else f"{low}..{high}"


def _scale(quantity: Quantity, fact: Fact) -> Decimal:
    if fact.kind == "points" and quantity.form in {"percent", "points"}:
        return Decimal(100)
    if fact.kind == "rate" and quantity.form == "number" and quantity.value >= 1:
        return Decimal("0.01")
    return Decimal(1)
