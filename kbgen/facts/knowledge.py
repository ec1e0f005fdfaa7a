"""All that is known, ready to be asked: facts by subject and property, and the phrases of every lexicon."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Literal

from msgspec import Struct

from kbgen.facts.fact import Fact, Key, Lexicon, Name, PropertyName
from kbgen.facts.gazetteer import Gazetteer
from kbgen.phrases import Mention, Phrasebook, letters, stem

Sort = Literal[
    "subject",
    "part",
    "step",
    "variant",
    "noun",
    "term",
    "label",
    "unit",
    "shape",
    "reversed",
    "when",
    "value",
    "filler",
    "another",
    "modifier",
    "topic",
]


MAX_NAME_CHARS = 60
"""A value that is longer is a sentence, not a name to look for."""

_FURTHER = re.compile(r"[-‐‑]?\d{1,3}(?!\d)|[-‐‑]v\d")
"""What makes another name of a name: *ResNet-101*, *Inception-v3*."""


class Sense(Struct, frozen=True):
    """What a phrase stands for."""

    sort: Sort
    id: str
    """Of a subject, part or step its id, else the name of a property; of a value the value itself."""


class Knowledge:
    """Facts and the words for them.

    Parameters
    ----------
    facts
        Of all sources; where two say something about one property, the first is asked first.
    lexicons
        Of all sources.
    """

    def __init__(self, facts: Iterable[Fact], lexicons: Iterable[Lexicon]) -> None:
        self.facts: dict[Key, list[Fact]] = {}
        for fact in facts:
            self.facts.setdefault((fact.subject, fact.property), []).append(fact)
        self._keys: dict[str, list[Key]] = {}
        for key in self.facts:
            self._keys.setdefault(key[0], []).append(key)
        books = list(lexicons)
        self.subjects: dict[str, Name] = _merged(name for book in books for name in book.subjects)
        self.parts: dict[str, Name] = {name.id: name for book in books for name in book.parts}
        self.steps: dict[str, Name] = {name.id: name for book in books for name in book.steps}
        self.variants: dict[str, Name] = {name.id: name for book in books for name in book.variants}
        self.terms: dict[str, PropertyName] = {
            term.property: term for book in reversed(books) for term in book.terms
        }
        self._filling = tuple(dict.fromkeys(word for book in books for word in book.fillers))
        self._nouns = tuple(dict.fromkeys(word for book in books for word in book.nouns))
        self._another = tuple(dict.fromkeys(word for book in books for word in book.another))
        self._modifiers = tuple(dict.fromkeys(word for book in books for word in book.modifiers))
        self._topics = tuple(dict.fromkeys(word for book in books for word in book.topics))
        self._passing = frozenset(stem(word) for book in books for word in book.passing)
        self._refining: dict[str, list[str]] = {}
        for term in self.terms.values():
            for other in term.refines:
                self._refining.setdefault(other, []).append(term.property)
        self._conditions = tuple(name for name, term in self.terms.items() if term.condition)
        self.bare = tuple(name for name, term in self.terms.items() if term.bare)
        self.owners = tuple(name for name, term in self.terms.items() if term.owner)

    @cached_property
    def _book(self) -> Phrasebook[Sense]:
        return Phrasebook(_with_shorter(list(self._phrases())))

    @cached_property
    def rivals(self) -> Mapping[str, Mapping[str, set[str]]]:
        """For each property that has names for values, the values with the subjects they are right for."""
        found: dict[str, dict[str, set[str]]] = {}
        for (subject, name), facts in self.facts.items():
            for fact in facts:
                if fact.kind == "name":
                    for value in fact.values():
                        found.setdefault(name, {}).setdefault(value.value, set()).add(subject)
        for term in self.terms.values():
            for other in term.others:
                found.setdefault(term.property, {}).setdefault(other, set())
        return found

    @cached_property
    def with_names(self) -> frozenset[str]:
        """The subjects of which something is known in names."""
        return frozenset(
            subject
            for (subject, _), facts in self.facts.items()
            if any(fact.kind in {"name", "list"} for fact in facts)
        )

    def _phrases(self) -> Iterable[tuple[str, Sense]]:
        named: tuple[tuple[Sort, Mapping[str, Name]], ...] = (
            ("subject", self.subjects),
            ("part", self.parts),
            ("step", self.steps),
            ("variant", self.variants),
        )
        for sort, names in named:
            for name in names.values():
                yield from ((phrase, Sense(sort, name.id)) for phrase in name.names)
        plain: tuple[tuple[Sort, Sequence[str]], ...] = (
            ("filler", self._filling),
            ("noun", self._nouns),
            ("another", self._another),
            ("modifier", self._modifiers),
            ("topic", self._topics),
        )
        for sort, words in plain:
            yield from ((word, Sense(sort, word)) for word in words)
        for term in self.terms.values():
            yield from self._phrases_of(term)
        for values in self.rivals.values():
            yield from ((value, Sense("value", value)) for value in values if len(value) < MAX_NAME_CHARS)

    @staticmethod
    def _phrases_of(term: PropertyName) -> Iterator[tuple[str, Sense]]:
        spoken: tuple[tuple[Sort, tuple[str, ...]], ...] = (
            ("term", term.words),
            ("label", term.labels),
            ("unit", term.units),
            ("shape", term.shapes),
            ("reversed", term.reversed),
            ("when", term.when),
        )
        for sort, phrases in spoken:
            yield from ((phrase, Sense(sort, term.property)) for phrase in phrases)

    # ---------------------------------------------------------------- words

    def mentions(self, text: str) -> list[Mention[Sense]]:
        """Return what is mentioned in some words, in order."""
        return [
            found
            for found in self._book.find(text)
            if found.entry.sort != "subject" or self._is_name(text, found.start, found.end, found.entry.id)
        ]

    def _is_name(self, text: str, start: int, end: int, subject: str) -> bool:
        """Tell whether a phrase is the name of a subject here: *ResNet-101* is not *ResNet*."""
        name = self.subjects[subject]
        written = text[start:end]
        if name.exact and written not in name.names:
            return False
        if written not in name.cased and any(written.casefold() == each.casefold() for each in name.cased):
            return False
        return not (text[end - 1].isalpha() and _FURTHER.match(text, end))

    def may_mention(self, text: str) -> bool:
        """Tell whether some words may name a subject that something is known of; ``False`` is certain."""
        return self._gazetteer.may_contain(text)

    @cached_property
    def _gazetteer(self) -> Gazetteer:
        return Gazetteer(
            name
            for subject, name in self.subjects.items()
            if subject in self._keys or name.family in self._keys
        )

    def named(self, text: str) -> tuple[str, ...]:
        """Return the subjects whose name the words are, and nothing else."""
        stripped = text.strip(" *_:.\"'“”()[]")
        return tuple(
            mention.entry.id
            for mention in self.mentions(stripped)
            if mention.entry.sort == "subject" and mention.end - mention.start >= len(stripped)
        )

    def subjects_titled(self, text: str) -> tuple[str, ...]:
        """Return the subjects whose work has a title that stands in some words."""
        written = f" {' '.join(letters(text))} "
        return tuple(subject for title, subject in self._titles if title in written)

    @cached_property
    def _titles(self) -> Sequence[tuple[str, str]]:
        return [
            (f" {' '.join(words)} ", subject)
            for (subject, name), facts in self.facts.items()
            if name == "title"
            for fact in facts
            for value in fact.values()
            if len(words := letters(value.value)) > 2
        ]

    def passes(self, word: str) -> bool:
        """Tell whether a word stands in an order without being a step of it: the *input*."""
        return stem(word) in self._passing

    def step_kind(self, step: str) -> str:
        """Return the kind of a step of an order: ``relu`` for ``relu1`` and for ``conv1_relu``."""
        if step in self.steps:
            return step
        named = (run for run in reversed(re.findall(r"[a-z]+", step)) if run in self.steps)
        return next(named, re.sub(r"[\d_.]+$", "", step))

    def orders_of(self, subject: str) -> list[Fact]:
        """Return what is known about the order of something, as its first source says it."""
        return [facts[0] for _, facts in self.facts_of(subject) if facts[0].kind == "order"]

    def sort_of(self, subject: str) -> str:
        """Return what a subject is an example of; nothing where nobody says."""
        name = self.subjects.get(subject) or self.subjects.get(subject.partition(".")[0])
        return name.sort if name else ""

    # ---------------------------------------------------------------- facts

    def about(self, subject: str, name: str) -> list[Fact]:
        """Return what is known about a property of a subject; ``[]`` for nothing."""
        return self.facts.get((subject, name), [])

    def facts_of(self, subject: str) -> list[tuple[Key, list[Fact]]]:
        """Return all that is known about a subject, by property."""
        return [(key, self.facts[key]) for key in self._keys.get(subject, ())]

    def relatives(self, subject: str) -> list[str]:
        """Return the subjects under and above one: ``alexnet.caffe`` for ``alexnet``, and the other way."""
        root = subject.partition(".")[0]
        return [other for other in self._keys if other != subject and other.partition(".")[0] == root]

    # ---------------------------------------------------------------- what a property of a subject may be

    def keys(self, subject: str, name: str, part: str) -> list[Key]:
        """Return the keys that a property of a subject, or of a part of it, may stand for.

        Where nothing is known of the subject alone, its family speaks for it, and the property that is
        meant instead.
        """
        term, who = self.terms.get(name), self.subjects.get(subject)
        found = self._own_keys(subject, name, part)
        if found:
            return found + [
                key for other in (term.also if term else ()) for key in self._own_keys(subject, other, part)
            ]
        others = [
            key for other in (term.instead if term else ()) for key in self._own_keys(subject, other, part)
        ]
        if who and who.family:
            others += self._own_keys(who.family, name, part)
        return others

    def _own_keys(self, subject: str, name: str, part: str) -> list[Key]:
        group = self.parts[part].members if part in self.parts else ()
        if group and not any(
            key.startswith(f"{each}.") for each in group for _, key in self._keys.get(subject, ())
        ):
            part = ""  # a group that this subject is not said to have
        if part:
            for each in (part, *(self.parts[part].members if part in self.parts else ())):
                for joint in (".", "_"):
                    if self.about(subject, f"{each}{joint}{name}"):
                        members = self.parts[part].members if each != part else (part,)
                        return [
                            (subject, f"{one}{joint}{name}")
                            for one in members
                            if self.about(subject, f"{one}{joint}{name}")
                        ]
            return [] if self._is_of_parts(subject, name) else self._whole(subject, name)
        return self._whole(subject, name) or [(subject, key) for key in self._by_end.get((subject, name), ())]

    def _whole(self, subject: str, name: str) -> list[Key]:
        return [(subject, name)] if self.about(subject, name) else []

    def _is_of_parts(self, subject: str, name: str) -> bool:
        """Tell whether a property is one of parts too: a clause about a part hardly means the whole."""
        return (subject, name) in self._by_end or name in self._ends

    @cached_property
    def _by_end(self) -> Mapping[Key, list[str]]:
        found: dict[Key, list[str]] = {}
        for subject, name in self.facts:
            if "." in name:
                found.setdefault((subject, name.rpartition(".")[2]), []).append(name)
        return found

    @cached_property
    def _ends(self) -> frozenset[str]:
        return frozenset(name for _, name in self._by_end)

    # ---------------------------------------------------------------- circumstances

    def qualified(self, subject: str, mentions: Sequence[Mention[Sense]]) -> str | None:
        """Return the variant of a subject that words narrow it to; ``None`` for one that nobody knows."""
        for mention in mentions:
            if mention.entry.sort == "variant":
                narrow = [f"{subject}{joint}{mention.entry.id}" for joint in (".", "-")]
                found = next((each for each in narrow if each in self._keys), None)
                if found:
                    return found
                sort = self.variants[mention.entry.id].sort
                if sort and subject in self._keys and self.sort_of(subject) == sort:
                    return None
        return subject

    def refined(self, name: str, mentions: Sequence[Mention[Sense]]) -> str:
        """Return the property that another becomes beside some words: an error *on the validation set*."""
        written = {m.entry.id for m in mentions if m.entry.sort == "when"}
        return next((other for other in self._refining.get(name, ()) if other in written), name)

    def under_other_conditions(self, subject: str, mentioned: Sequence[str]) -> bool:
        """Tell whether something is mentioned in the place of what the facts of a subject hold under."""
        for name in self._conditions:
            held = self.value_subjects(subject, name)
            sorts = {self.sort_of(each) for each in held}
            if any(
                each not in held
                and each != subject
                and self.sort_of(each) in sorts
                and not self.is_related(each, held)
                for each in mentioned
            ):
                return True
        return False

    def value_subjects(self, subject: str, name: str) -> set[str]:
        """Return the subjects that are the values of a property."""
        key = (subject, name)
        if key not in self._value_subjects:
            values = [v.value for fact in self.about(*key) if fact.kind == "name" for v in fact.values()]
            values += [
                name
                for fact in self.about(*key)
                if fact.kind == "list"
                for v in fact.values()
                for name in v.value.split(", ")
            ]
            self._value_subjects[key] = {each for value in values for each in self.named(value)}
        return self._value_subjects[key]

    @cached_property
    def _value_subjects(self) -> dict[Key, set[str]]:
        return {}

    def is_related(self, subject: str, others: Iterable[str]) -> bool:
        """Tell whether a subject is a variant of one of others, or one of them is one of it."""
        family = self.subjects[subject].family if subject in self.subjects else ""
        return any(
            subject.startswith(f"{other}.")
            or other.startswith(f"{subject}.")
            or (other in self.subjects and subject in {family, self.subjects[other].family})
            or other == family
            for other in others
        )

    def years_of(self, subjects: Iterable[str]) -> set[str]:
        """Return the years that stand in the facts about some subjects."""
        return {year for subject in subjects for year in self._years(subject)}

    def _years(self, subject: str) -> frozenset[str]:
        if subject not in self._known_years:
            self._known_years[subject] = frozenset(
                year
                for key in self._keys.get(subject, ())
                for fact in self.facts[key]
                if fact.kind in {"year", "date", "name"}
                for value in fact.values()
                for year in re.findall(r"\b(?:1[5-9]|20)\d\d\b", value.value)
            )
        return self._known_years[subject]

    @cached_property
    def _known_years(self) -> dict[str, frozenset[str]]:
        return {}

    def needs_mention(self, key: Key, mentioned: Sequence[str]) -> bool:
        """Tell whether a property speaks of something that would have to be named beside it, and is not."""
        term = self.terms.get(key[1])
        held = {each for name in (term.needs if term else ()) for each in self.value_subjects(key[0], name)}
        return bool(held) and held.isdisjoint(mentioned)

    def compares(self, name: str) -> bool:
        """Tell whether a property is a factor or a difference."""
        return name in self.terms and self.terms[name].compares

    def is_ordinal(self, name: str) -> bool:
        """Tell whether a property is a place in an order."""
        return name in self.terms and self.terms[name].ordinal

    @cached_property
    def comparatives(self) -> tuple[tuple[str, str, int], ...]:
        """The words that compare a property, each with it, and 1 or -1 for more or less of it."""
        return tuple(
            (word, term.property, sign)
            for term in self.terms.values()
            for written, sign in ((term.more, 1), (term.less, -1))
            for word in written
        )


_SMALL = re.compile(r"\s(?:in|on|at|by|with|for|of)$", re.IGNORECASE)


def _with_shorter(phrases: Sequence[tuple[str, Sense]]) -> Iterator[tuple[str, Sense]]:
    """Yield phrases, and those that end in a preposition with what they mean without it too.

    The longest phrase is found at each place: *released in* of one source would hide *released* of another.
    """
    yield from phrases
    meanings: dict[str, list[Sense]] = {}
    for phrase, word in phrases:
        if word.sort in {"term", "label"}:
            meanings.setdefault(phrase.casefold(), []).append(word)
    for phrase in list(meanings):
        shorter = _SMALL.sub("", phrase)
        if shorter != phrase:
            yield from ((phrase, word) for word in meanings.get(shorter, ()))


def _merged(names: Iterable[Name]) -> dict[str, Name]:
    """Join what several lexicons say of one subject: the first is believed, and all its names count."""
    found: dict[str, Name] = {}
    for name in names:
        found.setdefault(name.id, name)
    return found
