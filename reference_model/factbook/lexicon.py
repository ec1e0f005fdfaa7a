"""The words by which people speak of the subjects and properties of the facts."""

import tomllib
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from reference_model.models import MODELS


@dataclass(frozen=True, slots=True)
class Name:
    """A subject, a part of one, a step or a variant, and the names by which it is known.

    Parameters
    ----------
    id
        As in the keys of facts.
    names
        In any order; case, hyphens and plurals make no difference.
    sort
        What it is an example of: ``model``, ``person``, ``company``.
    bare
        The properties that a number alone behind a part's name may stand for: fc6 (4096).
    exact
        Known in this case only, since in another it is a common word.
    cased
        Those of the names for which that holds, where it does not for all.
    family
        The family of a subject, whose facts stand in for those that it lacks.
    members
        Of a part that is a group, the parts in it.
    """

    id: str
    names: tuple[str, ...]
    sort: str = ""
    bare: tuple[str, ...] = ()
    exact: bool = False
    cased: tuple[str, ...] = ()
    family: str = ""
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PropertyWords:
    """A property and the words for it.

    Parameters
    ----------
    property
        As in the keys of facts, without the part before its dot.
    words
        Mean it wherever they stand.
    labels
        Mean it as the label of a row, a column or a field, but too little in a sentence.
    units
        Mean it right behind a number alone.
    shapes
        Mean it beside a shape alone: 11×11 filters.
    reversed
        Have the value before them and the subject behind: Google acquired DNNresearch.
    others
        Values that other things have for it, and that no fact names: universities.
    when, refines
        Words beside which other properties become this one: an error on the validation set.
    instead
        The properties that may be meant where a subject does not have this one.
    also
        Properties whose values are right as well: many papers call multiply-adds FLOPs.
    needs
        Properties of which a value must be named beside it: the year in which somebody hired whom.
    ordinal
        It is a place in an order: second place.
    many
        A subject may have several values, of which the facts know some: whom a company hired.
    dated
        The property with the year in which it came about, where there may be others for other years.
    within
        It is what the subject is to something else: the role of a person in a work.
    compares
        It is a factor or a difference: 12 times fewer.
    condition
        The other facts hold under it alone: on this data set, on this card.
    distinctive
        A value of it in a row about something else is wrong, whatever the head of its column says.
    owner
        It is what stands before the subject's name: Hinton's company, an NVIDIA card.
    more, less
        Words that say of one subject that it has more of it, or less, than another: deeper, smaller.
    bare
        A large number in parentheses behind a name is a value of it: AlexNet (60M).
    """

    property: str
    words: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    shapes: tuple[str, ...] = ()
    reversed: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    refines: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    ordinal: bool = False
    many: bool = False
    dated: str = ""
    within: bool = False
    compares: bool = False
    condition: bool = False
    distinctive: bool = False
    owner: bool = False
    more: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All words.

    Parameters
    ----------
    subjects, parts, steps, terms
        What has names.
    variants
        Words that narrow any subject: one network, of several.
    nouns
        Words for what the facts are about: *the network* is the one that a text is about.
    fillers
        Nouns behind a number that do not change what it counts: pixels, examples.
    passing
        Words that stand in an order and are no step of it: the input, the labels.
    another
        Words that speak of another network: who implements it again, what else it learns from.
    modifiers
        Words before what is counted that change nothing: *trainable* parameters.
    topics
        Words of headings that say what is told, not of which network.
    """

    subjects: tuple[Name, ...]
    parts: tuple[Name, ...]
    steps: tuple[Name, ...]
    terms: tuple[PropertyWords, ...]
    variants: tuple[Name, ...]
    nouns: tuple[str, ...]
    fillers: tuple[str, ...]
    passing: tuple[str, ...]
    another: tuple[str, ...]
    modifiers: tuple[str, ...]
    topics: tuple[str, ...]


Entry = TypeVar("Entry", Name, PropertyWords)


@cache
def lexicon() -> Lexicon:
    """Return the words that come with this package, as ``lexicon.toml`` has them."""
    data = tomllib.loads(files("reference_model.factbook").joinpath("lexicon.toml").read_text("utf-8"))
    return Lexicon(
        subjects=tuple(map(_in_family, _entries(Name, data["subjects"]))),
        parts=_entries(Name, data["parts"]),
        steps=_entries(Name, data["steps"]),
        terms=_entries(PropertyWords, data["terms"]),
        variants=_entries(Name, data["variants"]),
        nouns=tuple(data["nouns"]),
        fillers=tuple(data["fillers"]),
        passing=tuple(data["passing"]),
        another=tuple(data["another"]),
        modifiers=tuple(data["modifiers"]),
        topics=tuple(data["topics"]),
    )


def _in_family(subject: Name) -> Name:
    model = MODELS.get(subject.id)
    return replace(subject, family=model.family) if model else subject


def _entries(record: type[Entry], table: dict[str, dict[str, Any]]) -> tuple[Entry, ...]:
    first = fields(record)[0].name
    return tuple(
        record(**{first: name, **{field: _frozen(value) for field, value in entry.items()}})
        for name, entry in table.items()
    )


def _frozen(value: Any) -> Any:  # noqa: ANN401, a value of TOML
    return tuple(value) if isinstance(value, list) else value
