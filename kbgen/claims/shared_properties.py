"""Find the facts of both sides of a comparison: the property that its words mean, where all sides have it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kbgen.claims.comparison import Operands
from kbgen.claims.comparison_grammar import ComparisonLexicon
from kbgen.facts.fact import NUMBERS, Fact, Key
from kbgen.facts.knowledge import Knowledge
from kbgen.quantities.extraction import Quantity
from kbgen.quantities.measures import conversion, unit_of_measure

_DATED = frozenset({"year", "date"})
_KINDS = NUMBERS | {"date", "rate"}
_UNLIKE = frozenset({"rate", "points", "duration"})
"""Kinds that compare with their own alone."""
_WORDS_ASIDE = "total overall max maximum top mean average full year date of official net gross in"
_QUALIFIERS = frozenset(_WORDS_ASIDE.split())
"""Words of a property's name that do not tell what it is."""


class SharedProperties:
    """What several subjects have in common.

    Parameters
    ----------
    knowledge
        What is known.
    lexicon
        The words that compare.
    """

    def __init__(self, knowledge: Knowledge, lexicon: ComparisonLexicon) -> None:
        self.knowledge = knowledge
        self.lexicon = lexicon

    def paired(
        self, one: str, others: Sequence[str], names: Sequence[str], theirs: Sequence[str]
    ) -> tuple[Operands, ...]:
        """Return the facts of one subject under some names, beside those of the others under theirs."""
        same = list(names) == list(theirs)
        found: list[Operands] = []
        for mine, name in ((self.keys(one, name), name) for name in names):
            for match in (name,) if same else theirs:
                rest = [self.keys(other, match) for other in others]
                if not mine or not all(rest) or not all(self._fit(mine[0], keys[0]) for keys in rest):
                    continue
                if not same or all(keys[0][1] == mine[0][1] for keys in rest):
                    found.append(Operands(mine, tuple(rest)))
        return tuple(found) or (self.matching(one, others, names) if same else ())

    def matching(
        self, one: str, others: Sequence[str], names: Collection[str], *, dated: bool = False
    ) -> tuple[Operands, ...]:
        """Return the properties under some everyday names that all have."""
        found = []
        for (subject, name), _ in self.knowledge.facts_of(one):
            if name not in names and everyday(name) not in names:
                continue
            if dated and not self.is_date((subject, name)):
                continue
            mine = self.keys(subject, name)
            rest = [self.keys(other, name) for other in others]
            if mine and all(rest) and all(self._fit(mine[0], keys[0]) for keys in rest):
                found.append(Operands(mine, tuple(rest)))
        return tuple(found)

    def keys(self, subject: str, name: str) -> tuple[Key, ...]:
        """Return the facts that a property of a subject as a whole stands for; none that are no amounts."""
        found = self.knowledge.keys(subject, name, "")
        if not found or found[0][0] != subject or "." in found[0][1]:
            return ()
        keys = [key for key in found if self._counts(key)]
        return tuple(keys) if keys[:1] == found[:1] else ()

    def _counts(self, key: Key) -> bool:
        fact = self.knowledge.about(*key)[0]
        special = self.knowledge.is_ordinal(key[1]) or self.knowledge.compares(key[1])
        return fact.kind in _KINDS and not special

    def _fit(self, one: Key, other: Key) -> bool:
        mine, theirs = self.knowledge.about(*one)[0], self.knowledge.about(*other)[0]
        return one != other and _fit_together(mine, theirs)

    def dated(self, operands: Sequence[Operands]) -> bool:
        """Tell whether any of some facts are dates."""
        return any(self.is_date(operand.one[0]) for operand in operands)

    def is_date(self, key: Key) -> bool:
        """Tell whether a fact is a date; a year long ago may be kept as any other number."""
        fact = self.knowledge.about(*key)[0]
        plain = fact.kind in {"count", "discrete"} and not fact.unit
        return fact.kind in _DATED or (plain and everyday(key[1]) in self.lexicon.dates)

    def measures(self, quantity: Quantity, operand: Operands) -> bool:
        """Tell whether a quantity can be a difference of two facts."""
        fact = self.knowledge.about(*operand.one[0])[0]
        if self.is_date(operand.one[0]):
            return quantity.form == "duration"
        if quantity.form == "duration" or fact.kind == "duration":
            return quantity.form == fact.kind
        if fact.kind in {"rate", "points"}:
            return quantity.form == "points"
        if quantity.unit:
            return bool(fact.unit) and conversion(quantity.unit, fact.unit) is not None
        return quantity.form == "number" and (not fact.unit or unit_of_measure(fact.unit) is None)


def everyday(name: str) -> str:
    """Return the name of a property without its unit and what does not tell what it is.

    Examples
    --------
    >>> everyday("founded_year"), everyday("length_m"), everyday("max_speed"), everyday("year")
    ('founded', 'length', 'speed', 'year')
    """
    parts = name.split("_")
    if len(parts) > 1 and unit_of_measure(parts[-1]):
        parts = parts[:-1]
    telling = [part for part in parts if part not in _QUALIFIERS]
    return " ".join(telling or parts)


def _fit_together(one: Fact, other: Fact) -> bool:
    """Tell whether two facts are of one kind and one dimension."""
    if {one.kind, other.kind} & _DATED:
        return {one.kind, other.kind} <= _DATED | {"count"}
    if one.kind != other.kind and {one.kind, other.kind} & _UNLIKE:
        return False
    return one.unit == other.unit or conversion(other.unit, one.unit) is not None
