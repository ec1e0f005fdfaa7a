"""What the vault itself declares: the typed properties of a note are facts about what the note is about.

A number, a date or a text that is one quantity counts. What programs and their users keep there does not
(`created`, `order`, `sr-due`), nor what says where something is found rather than how it is (`chapter`,
`isbn`). A name that two notes bear says of neither what it is, and a note that is named by a date is a page
of a diary.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from kbgen.facts.fact import Fact, Lexicon, Name, PropertyName
from kbgen.facts.slug import slug
from kbgen.facts.sources.source import Known, Request
from kbgen.facts.sources.values import FactValue, value_of
from kbgen.links.model import LinkedNote
from kbgen.notes.model import Property
from kbgen.quantities.measures import unit_of_measure
from kbgen.vault.paths import VaultPath, stem_of

_ABOUT_THE_NOTE = """
    created creation updated update modified modification edited reviewed review added accessed
    retrieved archived imported synced sync visited checked completed done due scheduled deadline
    reminder start end next last timestamp datetime version revision schema draft publish published
    permalink status progress priority rank rating stars position sort order nav sidebar index layout
    class cssclass cssclasses theme banner cover icon zoom opacity color colour words wordcount views
    reads todo week weekday day month quarter mood
"""
_PLACES = """
    id uid uuid guid cid isbn issn doi pmid arxiv ean upc sku asin imdb tmdb tvdb goodreads steam phone
    tel mobile fax zip postcode postal plz lat lng lon latitude longitude coordinates location port ip
    extension room chapter chapters section volume issue season episode part edition track disc page
    shelf
"""
_PLUGINS = "sr dg kanban excalidraw linter bc zotero readwise dataview obsidian"

_TOOLS = frozenset(f"{_ABOUT_THE_NOTE} {_PLACES} {_PLUGINS}".split())
"""Words of a property's name that make it one for tools."""

_AMBIGUOUS = frozenset({"width", "height", "weight", "size", "depth", "level"})
"""Properties that are for tools as well, unless they have a unit: the weight of a page in a menu."""

_EVERYDAY = """
    year date time age number count amount total value score points price cost size pages members
    duration length quantity rate rating rated type kind special vintage death birth event level grade
    strength power range speed weight height width depth health armor armour damage attack defense
    defence mana gold magic stage start goals wins losses games matches results parts people rooms items
    set sets series books films albums tracks minutes hours days weeks months years percent share average
    min max mean low high first second third final full half distance temperature pressure area volume
    mass capacity content effort difficulty intensity dose reach save skill skills hit hits challenge
    distance players servings serves yield portions calories
"""
_EVERYDAY_WORDS = frozenset(_EVERYDAY.split())
"""Names of properties that stand in any sentence: without a unit they count as the label of a value alone."""

_ALSO: Mapping[str, tuple[str, ...]] = {
    "born": ("born", "date of birth", "birth date", "birthday", "year of birth"),
    "died": ("died", "date of death"),
    "founded": ("founded", "established", "founding year", "year founded", "founding date"),
    "released": ("released", "release date"),
}
"""Everyday names of one property; which of them a vault uses is its own matter."""

_SYNONYMS = {word.replace(" ", "_"): words for words in _ALSO.values() for word in words}

_SHARES = frozenset({"error", "rate", "share", "percent", "percentage", "pct", "accuracy"})
_PER_CENT = re.compile(r"(?:[1-9]\d?|100)(?:\.\d+)?")
"""What is hardly meant as a fraction."""

_DIARY = re.compile(r"[\W\d_]*|\d{4}-(?:\d\d\b|[WQ]\d).*")
_MAY_BE_VALUE = re.compile(r"[\d$€£¥]")
_TYPES = frozenset({"number", "date", "datetime", "text"})


def known(request: Request) -> Known:
    """Return the facts that properties declare."""
    declaring = {
        path: found
        for path, note in request.notes.items()
        if (found := list(_declared(note))) and not _is_diary(note)
    }
    if not declaring:
        return Known()
    notes_with_name = _notes_with_name(request.notes, declaring)
    taken: set[str] = set()
    facts: list[Fact] = []
    subjects: list[Name] = []
    terms: dict[str, PropertyName] = {}
    subject_of: dict[VaultPath, str] = {}
    for path, declared in declaring.items():
        note = request.notes[path]
        own = tuple(name for name in _names(note) if len(notes_with_name[name]) == 1)
        subject = _unique(_subject(note, alone=note.title in own), taken)
        subject_of[path] = subject
        subjects.append(Name(subject, own, exact=True))
        for each, name, value in declared:
            facts.append(_fact(note, subject, each, name, value))
            terms.setdefault(name, _property_name(name, value))
    return Known(tuple(facts), Lexicon(tuple(subjects), terms=tuple(terms.values())), subject_of=subject_of)


def _is_diary(note: LinkedNote) -> bool:
    return _DIARY.fullmatch(note.title) is not None


def _names(note: LinkedNote) -> dict[str, None]:
    return dict.fromkeys([note.title, stem_of(note.path), *note.compiled.aliases])


def _notes_with_name(
    notes: Mapping[VaultPath, LinkedNote], declaring: Mapping[VaultPath, object]
) -> dict[str, set[VaultPath]]:
    """Return, for each name of a declaring note, all notes that bear it."""
    notes_with_name: dict[str, set[VaultPath]] = {
        name: set() for path in declaring for name in _names(notes[path])
    }
    for path, note in notes.items():
        for name in _names(note):
            if name in notes_with_name:
                notes_with_name[name].add(path)
    return notes_with_name


def _subject(note: LinkedNote, *, alone: bool) -> str:
    """Return the key of what a note is about, with its folders where another has the same title."""
    if alone:
        return slug(note.title, "-")
    *folders, _ = note.path.split("/")
    return ".".join(slug(each, "-") for each in [*folders, stem_of(note.path)])


def _unique(subject: str, taken: set[str]) -> str:
    """Return a key that no other note has: two titles may differ in case or signs alone."""
    name, number = subject, 1
    while name in taken:
        number += 1
        name = f"{subject}-{number}"
    taken.add(name)
    return name


def _declared(note: LinkedNote) -> Iterator[tuple[Property, str, FactValue]]:
    """Yield the properties that state something, each with its name as a key, and its value."""
    for each in note.compiled.properties:
        if each.kind not in _TYPES or each.many or len(each.values) != 1:
            continue
        text = each.values[0].text
        # Most properties of most vaults are words; what they are called is not looked at.
        if not _MAY_BE_VALUE.search(text) or each.values[0].link >= 0:
            continue
        name = _key(each.name)
        if not name:
            continue
        unit = _unit(name.split("_"), text)
        value = value_of(text + unit) or (value_of(text) if unit else None)
        if value is None or value.operator != "=":
            continue
        if name in _AMBIGUOUS and not value.unit:
            continue
        yield each, name, value


@lru_cache(4096)  # a vault has few names of properties
def _key(name: str) -> str:
    """Return the key of a property; ``""`` for one that is no statement."""
    key = slug(name, "_")
    return "" if key == "date" or not _TOOLS.isdisjoint(key.split("_")) else key


def _unit(words: Sequence[str], text: str) -> str:
    """Return the unit that a property's name has for its number: ``height_m``, ``error_rate: 15.3``."""
    if len(words) > 1 and unit_of_measure(words[-1]):
        return f" {words[-1]}"
    return " %" if words[-1] in _SHARES and _PER_CENT.fullmatch(text) else ""


def _fact(note: LinkedNote, subject: str, declared: Property, name: str, value: FactValue) -> Fact:
    return Fact(
        subject=subject,
        property=name,
        value=value.text,
        unit=value.unit,
        kind=value.kind,
        accepted=value.accepted,
        derivation="declared",
        evidence=f"{declared.name}: {declared.values[0].text}",
        source=f"{note.path}, line {declared.line}",
        path=note.path,
        line=declared.line,
    )


def _property_name(name: str, value: FactValue) -> PropertyName:
    words = name.split("_")
    if value.unit and len(words) > 1 and words[-1] == value.unit:
        words = words[:-1]
    phrase = " ".join(words)
    phrases = _SYNONYMS.get(name, (phrase,))
    if name in _EVERYDAY_WORDS and not value.unit:
        return PropertyName(name, (), labels=phrases)
    return PropertyName(name, phrases)
