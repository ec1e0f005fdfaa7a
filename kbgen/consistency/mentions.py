"""Two mentions of one figure that cannot both be right, where nothing else is known of it.

Both must speak of what the whole note is about: beside its opening words, under a heading that names it, or
under one such as *Quick stats*. A label that comes back elsewhere may be another's: the price of the next
product.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from kbgen.claims.claim import Claim
from kbgen.claims.passages import Passage
from kbgen.consistency.cells import Field, number_between
from kbgen.consistency.derived import TEXT, Derived, derived
from kbgen.facts.compare import compare
from kbgen.facts.fact import Fact
from kbgen.facts.knowledge import Knowledge
from kbgen.facts.slug import slug
from kbgen.facts.sources.values import value_of
from kbgen.quantities.extraction import Quantity

_SUMMARY = re.compile(
    r"\W*(?:the\s)?(?:quick|key|basic|main|short)?\s?(?:stats?|statistics|facts?|figures?|numbers|data|summary|overview|"
    r"at a glance|tl;?dr|infobox|in numbers|in brief|in short|recap|profile|specs?|specifications?)\W*",
    re.IGNORECASE,
)
_OPENING = re.compile(r"\W*(?P<name>[^\W\d][^\n.:;,—–|]{1,59}?)\s(?:—|–|is|was|are|were)\s")
_MAX_LABEL_CHARS = 40
"""Of a label; what is longer is a sentence."""


def contradicting_mentions(
    blocks: Iterable[Sequence[Field]],
    passages: Sequence[Passage],
    claims: Sequence[Claim],
    knowledge: Knowledge,
) -> Iterator[Derived]:
    """Yield the later of two mentions that disagree, with the earlier one as the fact."""
    labels: dict[str, list[Field]] = {}
    for block in blocks:
        for field in block:
            if field.label and len(field.label) <= _MAX_LABEL_CHARS:
                labels.setdefault(field.label.casefold(), []).append(field)
    pairs = {slug(label, "_"): found for label, found in labels.items() if len(found) == 2}
    if not pairs:
        return
    known = {
        (claim.passage, claim.start) for claim in claims if any(knowledge.about(*key) for key in claim.keys)
    }
    names = _names(passages)
    for key, (one, two) in pairs.items():
        if _about_the_note(one.passage, names) and _about_the_note(two.passage, names) and _apart(one, two):
            yield from _against(key, one, two, known)


def _apart(one: Field, two: Field) -> bool:
    """Tell whether two fields stand in two places, not in one table for two things."""
    first, second = one.passage, two.passage
    return first.sections != second.sections


def _names(passages: Sequence[Passage]) -> list[str]:
    """Return what the text calls its subject: its first heading of the first level, and its opening words."""
    names = [p.words.strip() for p in passages if p.kind == "heading" and p.level == 1][:1]
    opening = next((p for p in passages if p.kind == "paragraph" and p.number >= 0), None)
    found = _OPENING.match(opening.words) if opening else None
    return [*names, found["name"]] if found else names


def _about_the_note(passage: Passage, names: Sequence[str]) -> bool:
    if passage.parents or passage.number < 0:
        return False
    return all(
        _SUMMARY.fullmatch(heading)
        or any(re.search(rf"\b{re.escape(name)}\b", heading, re.IGNORECASE) for name in names)
        for heading in passage.sections
    )


def _against(key: str, one: Field, two: Field, known: set[tuple[int, int]]) -> Iterator[Derived]:
    first, second = (_only_number(field) for field in (one, two))
    if first is None or second is None:
        return
    if (two.passage.number, second.start) in known or (one.passage.number, first.start) in known:
        return
    if first.form != second.form or first.operator != "=" or second.operator != "=":
        return
    written = one.passage.words[first.start : first.end]
    value = value_of(written)
    if value is None:
        return
    fact = Fact(TEXT, key, value.text, value.unit, value.kind, value.accepted, "arithmetic", "", "")
    outcome = compare(second, fact)
    if outcome is not None and not outcome.agrees and not outcome.near:
        evidence = f"{one.label}: {written} in line {one.passage.line}"
        yield derived(two.passage, second, key, (value.text, value.kind), evidence, value.accepted)


def _only_number(field: Field) -> Quantity | None:
    found = number_between(field.passage, field.start, field.end)
    return found.quantity if found and not found.unit else None
