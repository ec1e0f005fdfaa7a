"""Which facts a bound value may be about: the properties that its words may mean, of the subject it has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from kbgen.claims.clauses import BoundValue
from kbgen.facts.compare import fits
from kbgen.facts.fact import Key, interval
from kbgen.facts.knowledge import Knowledge, Sense
from kbgen.phrases import Mention
from kbgen.quantities.extraction import Quantity

_LABELLED = frozenset({"label", "table", "parts", "property", "item"})
_MIN_IN_BRACKET = 10
"""A smaller number behind the name of a part is a number of the part."""
_MAX_DISCRETE = 10_000
"""What is counted one by one is not written with a scale from here on."""
_OWN_YEAR = "year"
"""The property that a year in parentheses behind a name is."""


class KeyFinder(Protocol):
    """A way to tell what a bound value may be about; :func:`candidate_keys` is one."""

    def __call__(
        self,
        knowledge: Knowledge,
        bound: BoundValue,
        subjects: Sequence[str],
        parts: Sequence[str],
        mentions: Sequence[Mention[Sense]],
        *,
        prose: bool,
    ) -> tuple[tuple[Key, ...], bool]:
        """Return the keys, and whether they are surely the only ones."""


def candidate_properties(bound: BoundValue) -> Iterator[tuple[str, ...]]:
    """Yield the properties that the words of a value may mean: those as likely as each other together."""
    shape = bound.quantity.form == "shape"
    if bound.form == "sized" or shape:
        wanted = [{"shape", "term"}, {"label"}] if shape else [{"unit", "term"}]
    elif bound.form == "count":
        wanted = [{"unit"}, {"term"}]
    else:
        wanted = [{"term"}, {"unit"}]
    if bound.binding in _LABELLED:
        wanted += [{"term", "unit"}, {"label"}] if bound.form != "count" else [{"label"}]
    for sorts in wanted:
        names = tuple(dict.fromkeys(entry.id for entry in bound.property if entry.sort in sorts))
        if names:
            yield names


def candidate_keys(
    knowledge: Knowledge,
    bound: BoundValue,
    subjects: Sequence[str],
    parts: Sequence[str],
    mentions: Sequence[Mention[Sense]],
    *,
    prose: bool,
) -> tuple[tuple[Key, ...], bool]:
    """Return the keys of the facts that a bound value may be about.

    Parameters
    ----------
    knowledge
        What is known.
    bound
        The value.
    subjects
        What it is said of: all that its name may stand for, the likeliest first.
    parts
        The parts of the subject that it is said of; none for the whole.
    mentions
        All that is mentioned beside the value.
    prose
        Whether it stands in a sentence.

    Returns
    -------
    tuple
        The keys, the likeliest first, and whether they are surely the only ones that may be meant.
    """
    if bound.binding in {"bracket", "dated"} and bound.form == "bare":
        keys = tuple(k for each in subjects for k in _of_bracket(knowledge, bound, each, parts))
        return keys, bool(parts) or bound.quantity.scaled or all(name == _OWN_YEAR for _, name in keys)
    for names in candidate_properties(bound):
        found: list[Key] = []
        for each in subjects:
            for name in names:
                refined = knowledge.refined(name, mentions)
                for part in parts or ("",):
                    found += [
                        key
                        for key in knowledge.keys(each, refined, part)
                        if plausible(knowledge, bound.quantity, key, prose=prose)
                    ]
        if bound.quantity.form == "date":  # who says the day is held against what knows the day
            found = [key for key in found if knowledge.about(*key)[0].kind == "date"] or found
        if found:
            if _of_any(knowledge, found):
                return (), False
            return tuple(dict.fromkeys(found)), _is_sure(knowledge, bound, parts, found)
    if bound.binding == "bracket" and parts:  # FC8 (1000 classes), where the part has units
        return _of_bracket(knowledge, bound, subjects[0], parts), False
    return (), False


def _is_sure(knowledge: Knowledge, bound: BoundValue, parts: Sequence[str], keys: Sequence[Key]) -> bool:
    """Tell whether a value can be about nothing but some keys."""
    groups = all(part in knowledge.parts and knowledge.parts[part].members for part in parts)
    if bound.quantity.form == "shape" and groups and not (bound.holder.subjects or bound.holder.part):
        # A window may be one of any part.
        return all(knowledge.about(*key)[0].kind == "shape" for key in keys)
    several = len(keys) > 1 and any("." in name for _, name in keys)
    return not several or bool(parts)


def _of_any(knowledge: Knowledge, keys: Sequence[Key]) -> bool:
    """Tell whether a value may be one of any of several parts, which have different ones."""
    values: dict[Key, set[str]] = {}
    for subject, name in keys:
        values.setdefault((subject, name.rpartition(".")[2]), set()).add(
            knowledge.about(subject, name)[0].value
        )
    return any(len(each) > 1 for each in values.values())


def _of_bracket(
    knowledge: Knowledge, bound: BoundValue, subject: str, parts: Sequence[str]
) -> tuple[Key, ...]:
    """Read a number alone in parentheses: *AlexNet (2012)*, *AlexNet (60M)*, *FC6 (4096)*."""
    quantity = bound.quantity
    if parts:
        if quantity.plain and quantity.low < _MIN_IN_BRACKET:
            return ()  # Hall (3) is the third hall
        for name in (n for part in parts if part in knowledge.parts for n in knowledge.parts[part].bare):
            keys = [
                key
                for part in parts
                for key in knowledge.keys(subject, name, part)
                if plausible(knowledge, quantity, key, prose=False)
            ]
            if keys:
                return tuple(keys)
        return ()
    if is_year(quantity):
        return _year_of(knowledge, subject)
    if quantity.scaled:
        return tuple(key for name in knowledge.bare for key in knowledge.keys(subject, name, ""))
    return ()


def _year_of(knowledge: Knowledge, subject: str) -> tuple[Key, ...]:
    """Return what a year beside a name is: the thing's own, or the only one that is known of it."""
    if knowledge.about(subject, _OWN_YEAR):
        return ((subject, _OWN_YEAR),)
    dated = [key for key, facts in knowledge.facts_of(subject) if facts[0].kind in {"year", "date"}]
    return tuple(dated) if len(dated) == 1 else ()


def plausible(knowledge: Knowledge, quantity: Quantity, key: Key, *, prose: bool) -> bool:
    """Tell whether a number can be a value of a property at all, before asking whether it is right."""
    fact = knowledge.about(*key)[0]
    kind = fact.kind
    if kind in {"year", "date"}:
        return quantity.form == "date" or (quantity.plain and 100 <= quantity.low <= 30_000)
    if quantity.form == "date" or kind in {"name", "order", "list"}:
        return False
    if (
        quantity.scaled
        and kind == "discrete"
        and (known := interval(fact.value))
        and known[1] < _MAX_DISCRETE
    ):
        return False  # FC layers: 58.6M counts something else
    ordinal = knowledge.is_ordinal(key[1])
    if (quantity.form == "ordinal") != ordinal and (quantity.form == "ordinal" or prose):
        return False
    if (
        kind == "rate"
        and quantity.form == "number"
        and (quantity.value > 100 or (prose and quantity.value > 1))
    ):
        return False
    if prose and quantity.form == "number" and fact.unit == "B":
        return False
    if quantity.form == "times" and kind in {"rate", "points", "duration"}:
        return False
    return fits(quantity, fact)


def is_year(quantity: Quantity) -> bool:
    """Tell whether a number alone may be a year."""
    return quantity.plain and quantity.form == "number" and 1000 <= quantity.low < 2200
