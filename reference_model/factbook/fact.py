"""One fact: a figure with its unit, what else is right, how it is known and where it stands."""

import builtins
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from reference_model.errors import BadRecord
from reference_model.vocabulary import Derivation

Value: TypeAlias = int | float | str
Kind: TypeAlias = Literal[
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

DERIVATIONS: dict[Derivation, str] = {
    "computed": "read off a specification, or worked out by arithmetic",
    "measured": "from a record of this package, with its device, versions and spread",
    "published": "as a paper, a page or a program prints it",
}

KINDS: dict[Kind, str] = {
    "count": "a large number of things, often rounded: parameters, MACs, images",
    "date": "a day or a month: 2013-03-12, 2013-11",
    "discrete": "a small number that is right or wrong: filters, layers, GPUs, crops",
    "duration": "a time in seconds",
    "list": "names joined by commas; their order is of no account",
    "name": "a name or a phrase",
    "order": "steps in their order, joined by ' > '",
    "points": "a difference of two rates in percentage points: 15.3 % is 10.9 points below 26.2 %",
    "quantity": "a measure on a scale, right to the digits written: bytes, FLOP/s, Hz, factors, BLEU",
    "rate": "a share as a fraction of one: 15.3 % is 0.153",
    "setting": "a constant that somebody chose, right or wrong: a learning rate, a probability",
    "shape": "of one example, height x width x channels, joined by x: 224x224x3; or features alone: 4096",
    "year": "a year of our era",
}
"""What sort of number a fact is. It decides how near another number must come to agree with it."""

_NUMBERS = frozenset({"count", "discrete", "duration", "points", "quantity", "rate", "setting"})
_DECIMAL = r"-?\d+(?:\.\d+)?"
_RANGE = re.compile(rf"(?:{_DECIMAL})?\.\.(?:{_DECIMAL})?")
_TEXTS = {
    "date": re.compile(r"\d{4}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?"),
    "list": re.compile(r"[^,>\s][^,>]*(?:, [^,>\s][^,>]*)+"),
    "name": re.compile(r"\S(?:.*\S)?"),
    "order": re.compile(r"[^>\s]+(?: [^>\s]+)*(?: > [^>\s]+(?: [^>\s]+)*)*"),
    "shape": re.compile(r"[1-9]\d*(?:x[1-9]\d*)*"),
}
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:[-_][a-z0-9]+)*)*\.[a-z0-9]+(?:_[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Accepted:
    """Another value that is right too, and why."""

    value: Value
    reason: str


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known about one property of one subject.

    Parameters
    ----------
    subject
        Dotted lower-case name with hyphens: ``alexnet``, ``alexnet.ungrouped``, ``geoffrey-hinton``.
    property
        Dotted lower-case name with underscores, a layer's name before the dot: ``parameters``,
        ``conv1.filters``.
    value
        In base units, without prefixes: seconds, bytes, FLOP; a share as a fraction of one. A number, a name
        or one of the written forms of `KINDS`. A range is ``432000..518400``; ``15000000..`` has no
        upper end.
    unit
        ``parameters``, ``MACs``, ``s``, ``B``, ``px``, ``points``; empty where there is none.
    kind
        One of `KINDS`.
    accepted
        Further values that are right, each with its reason: a paper's own rounding, another way to count,
        another member of a family.
    derivation
        One of `DERIVATIONS`.
    evidence
        How it comes out, with the numbers; and what is easily mistaken for it.
    source
        Paper and section, page, program or record.
    """

    subject: str
    property: str
    value: Value
    unit: str
    kind: Kind
    accepted: tuple[Accepted, ...]
    derivation: Derivation
    evidence: str
    source: str

    @builtins.property  # `property` is a field here
    def key(self) -> str:
        """Subject and property in one name: ``alexnet.conv1.filters``."""
        return f"{self.subject}.{self.property}"


def by_key(facts: Iterable[Fact]) -> dict[str, Fact]:
    """Put facts under their keys, in their order.

    Raises
    ------
    BadRecord
        If a key is there twice.
    """
    found: dict[str, Fact] = {}
    for fact in facts:
        other = found.setdefault(fact.key, fact)
        if other is not fact:
            raise BadRecord(
                f"{fact.key} is there twice, {other.derivation} ({other.source}) and {fact.derivation} "
                f"({fact.source}); expected one fact for a key"
            )
    return found


def is_key(key: str) -> bool:
    """Say whether a name is written as keys of facts are.

    Examples
    --------
    >>> is_key("alexnet.conv1.filters"), is_key("AlexNet.filters")
    (True, False)
    """
    return _KEY.fullmatch(key) is not None


def fits(kind: Kind, value: object) -> bool:
    """Say whether a value is written as its kind demands.

    Examples
    --------
    >>> fits("duration", "432000..518400"), fits("shape", "224x224x3"), fits("rate", "15.3%")
    (True, True, False)
    """
    if isinstance(value, bool):
        return False
    if kind == "year":
        return isinstance(value, int) and 1900 <= value <= 2100
    if kind in _NUMBERS:
        return isinstance(value, int | float) or (isinstance(value, str) and _is_range(value))
    return isinstance(value, str) and _TEXTS[kind].fullmatch(value) is not None


def _is_range(text: str) -> bool:
    if _RANGE.fullmatch(text) is None:
        return False
    low, _, high = text.partition("..")
    return bool(low or high) and (not low or not high or float(low) < float(high))
