"""A fact, and what a source of facts brings with it: the names under which people speak of its subjects.

A source is anything that has a function ``facts()``, and perhaps ``lexicon()`` and ``confirm()``; it need
not know kbgen. Its records are taken over by the names of their fields.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Literal, cast

from msgspec import Struct

from kbgen.vault.paths import VaultPath

Kind = Literal[
    "count",
    "date",
    "discrete",
    "duration",
    "list",
    "name",
    "order",
    "points",
    "quantity",
    "rate",
    "setting",
    "shape",
    "year",
]
"""Which kind of value it is, and so how near another must come to agree; see :mod:`kbgen.facts.compare`."""

Key = tuple[str, str]
"""Subject and property."""

Derivation = Literal["computed", "measured", "published", "declared", "arithmetic"]

NUMBERS: frozenset[Kind] = frozenset(
    {"count", "discrete", "duration", "points", "quantity", "rate", "setting", "year"}
)


class Accepted(Struct, frozen=True):
    """A further value that is right, and why."""

    value: str
    reason: str


class Fact(Struct, frozen=True):
    """What is known about one property of one subject."""

    subject: str
    """Dotted lower-case name."""
    property: str
    value: str
    """As text: a decimal in the base unit, ``low..high``, ``224x224x3``, steps joined by `` > ``, words."""
    unit: str
    kind: Kind
    accepted: tuple[Accepted, ...]
    derivation: Derivation
    evidence: str
    source: str
    path: VaultPath | None = None
    """The note that declares it."""
    line: int = 0

    @builtins.property  # `property` is a field here
    def key(self) -> str:
        """Subject and property in one name."""
        return f"{self.subject}.{self.property}"

    def values(self) -> tuple[Accepted, ...]:
        """Return all right values, the fact's own first, which needs no reason."""
        return (Accepted(self.value, ""), *self.accepted)


class PropertyName(Struct, frozen=True):
    """A property, and the words by which it is known."""

    property: str
    """Its name, or the end of one: ``filters`` stands for ``conv1.filters`` too."""
    words: tuple[str, ...]
    labels: tuple[str, ...] = ()
    """Words that mean it as the label of a row, column or field, but too little in a sentence."""
    units: tuple[str, ...] = ()
    """Words that mean it right behind a number alone: 96 *filters*, 8 *layers*."""
    shapes: tuple[str, ...] = ()
    """Words that mean it beside a shape alone: 11×11 *filters*."""
    reversed: tuple[str, ...] = ()
    """Words with the value before them and the subject behind: *Google* acquired *DNNresearch*."""
    others: tuple[str, ...] = ()
    """Values that other things have for it, and that no fact names."""
    when: tuple[str, ...] = ()
    """Words that make it of the property that it refines: an error *on the validation set*."""
    refines: tuple[str, ...] = ()
    """The properties that become this one beside the words of :attr:`when`."""
    instead: tuple[str, ...] = ()
    """The properties that may be meant where a subject does not have this one."""
    also: tuple[str, ...] = ()
    """Properties whose values are right as well, since people mix them up without harm."""
    needs: tuple[str, ...] = ()
    """Properties of which a value must be named beside it: a year in which somebody hired says not whom."""
    ordinal: bool = False
    """Whether it is a place in an order: *second* place."""
    many: bool = False
    """Whether a subject may have several values, of which the facts know some: whom a company hired."""
    dated: str = ""
    """The property that says in which year it came about, where there may be other values for other years."""
    within: bool = False
    """Whether it is what the subject is to something else, and means nothing where that is not spoken of."""
    compares: bool = False
    """Whether it is a factor or a difference, so that *12 times fewer* is a value of it."""
    condition: bool = False
    """Whether the other facts hold under it alone: an error on one data set says nothing of another."""
    distinctive: bool = False
    """Whether a value of it in a row about something else is wrong, whatever the head of its column says."""
    owner: bool = False
    """Whether it is what stands before the subject's name: *Hinton's* company, an *NVIDIA* card."""
    more: tuple[str, ...] = ()
    """Words that say of one subject that it has more of it than another: *deeper*."""
    less: tuple[str, ...] = ()
    """Words that say that it has less."""
    bare: bool = False
    """Whether a large number in parentheses behind a name is a value of it: AlexNet (60M)."""


class Name(Struct, frozen=True):
    """A subject, a part of one or a step, and the names by which it is known."""

    id: str
    names: tuple[str, ...]
    sort: str = ""
    """What it is an example of, such as ``model`` or ``company``: names of one sort exclude one another."""
    bare: tuple[str, ...] = ()
    """Properties that a bare number behind this part may stand for: ``FC6 (4096)``, the first that fits."""
    exact: bool = False
    """Known in this case only: the title of a note may be a common word."""
    cased: tuple[str, ...] = ()
    """Those of the names that are known in this case only: *SuperVision* is no *supervision*."""
    family: str = ""
    """The family it belongs to, which stands in where nothing is known of it alone."""
    members: tuple[str, ...] = ()
    """Of a part that is a group, the parts in it."""


class Lexicon(Struct, frozen=True):
    """The words of a source."""

    subjects: tuple[Name, ...] = ()
    parts: tuple[Name, ...] = ()
    """Parts that many subjects have: ``conv1`` is the ``conv1.…`` of a subject's properties."""
    steps: tuple[Name, ...] = ()
    """Kinds of steps in an order, by the beginning of the step's name: ``relu`` for ``relu1``."""
    terms: tuple[PropertyName, ...] = ()
    variants: tuple[Name, ...] = ()
    """Words that narrow any subject: ``one-network`` makes ``alexnet.one-network`` of ``alexnet``."""
    nouns: tuple[str, ...] = ()
    """Words for the things that the facts are about: *the model*, *the company* is the note's own subject."""
    fillers: tuple[str, ...] = ()
    """Nouns that may stand behind a number without changing what it counts: 4 *pixels*, 128 *examples*."""
    passing: tuple[str, ...] = ()
    """Words that stand in an order and are no step of it: what goes in, and what comes out."""
    another: tuple[str, ...] = ()
    """Words of another one than the subject: what implements it again, what else it learns from."""
    modifiers: tuple[str, ...] = ()
    """Words before what is counted, or before a property, that change neither: *trainable* parameters."""
    topics: tuple[str, ...] = ()
    """Words of headings and heads that say what is told, not of whom."""


def by_property(facts: Iterable[Fact]) -> list[Fact]:
    """Return facts with those about one property together, each property where it is first spoken of."""
    found: dict[Key, list[Fact]] = {}
    for fact in facts:
        found.setdefault((fact.subject, fact.property), []).append(fact)
    return [fact for alike in found.values() for fact in alike]


def take_over(foreign: Iterable[Any]) -> tuple[Fact, ...]:
    """Make our records of another package's, by the names of their fields."""
    return tuple(
        Fact(
            subject=each.subject,
            property=each.property,
            value=as_text(each.value),
            unit=each.unit,
            kind=cast("Kind", each.kind),
            accepted=tuple(Accepted(as_text(other.value), other.reason) for other in each.accepted),
            derivation=each.derivation,
            evidence=each.evidence,
            source=each.source,
        )
        for each in foreign
    )


def as_text(value: object) -> str:
    """Write a value of a fact as the contract does.

    Examples
    --------
    >>> as_text(60965224), as_text(0.153), as_text(1e-4), as_text("224x224x3"), as_text(4.7e17)
    ('60965224', '0.153', '0.0001', '224x224x3', '470000000000000000')
    """
    if isinstance(value, int | float | Decimal):
        return plain_decimal(Decimal(str(value)))
    return str(value)


def plain_decimal(value: Decimal) -> str:
    """Write a number out, without exponent and without zeros that say nothing."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def interval(text: str) -> tuple[Decimal, Decimal] | None:
    """Read a number or a range ``low..high``, open at either end; ``None`` for other text."""
    low, dots, high = text.partition("..")
    try:
        first = Decimal(low) if low else Decimal("-Infinity")
        last = (Decimal(high) if high else Decimal("Infinity")) if dots else first
    except ArithmeticError:
        return None
    return (first, last) if low or high else None
