"""Where nothing is known: words for subjects and properties, as the texts themselves use them.

Subjects are what notes are called, what a sentence begins with before *is* or *has*, and the heads of rows.
Properties are nouns behind numbers, nouns before *of 12* or *is 12*, labels, heads of columns and the keys of
properties. It is the widest lexicon that a text can have, so what the grammar binds with it shows what the
grammar reads.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from msgspec import Struct

from kbgen.claims.assertions import sentences
from kbgen.claims.candidate_keys import candidate_properties, is_year
from kbgen.claims.clauses import BoundValue
from kbgen.claims.function_words import function_words
from kbgen.claims.grammar import phrase
from kbgen.claims.passages import Passage
from kbgen.claims.patterns import WordPattern
from kbgen.claims.tokens import TaggedText, Token, tag_text
from kbgen.facts.fact import Key, Lexicon, Name, PropertyName
from kbgen.facts.knowledge import MAX_NAME_CHARS, Knowledge, Sense
from kbgen.facts.slug import slug
from kbgen.links.model import LinkedNote
from kbgen.phrases import Mention, stem
from kbgen.vault.paths import stem_of

_DIGIT = re.compile(r"\d")
_WRITTEN = re.compile(r"[^\W\d_]{2}")
"""What has letters enough to be a name."""
_COUNTED = phrase("[NYX] j? m* (?P<noun1>u) (?P<noun2>u)? (?P<noun3>u)? (?![uU])")
_NAMED = phrase("(?P<noun1>u) (?P<noun2>u)? (?: o d? | b | q | k ) a* d? a* [NYXD]")
_OF = phrase("d [mu]* (?P<noun1>u) o [^NYXDOecxhb]{1,5} b a* [NYXD]")
_DONE = phrase("[bcnUSz] l* (?P<noun1>u) l* [ify]? d? a* [YD]")
_BEGUN = phrase("<opening> d? (?P<name>U) (?P<more>U)* l* (?: { [^{}]* } )? c? z? l* [hbr]")
_SORT = phrase("d? [US] [US]? [US]? l* b d m* u? u? (?P<noun>u) (?![uU])")
_MAX_LABEL_WORDS = 4
"""Words of a label at most."""


class _Words(Struct, frozen=True):
    """What the texts call a property, by the place in which they say so."""

    counted: set[str]
    """Behind a number."""
    sentences: set[str]
    """Before *of* or *is* and a number, or as a verb before a year."""
    labels: set[str]


def vocabulary(notes: Iterable[tuple[LinkedNote, Sequence[Passage]]]) -> Lexicon:
    """Return the words by which some notes call subjects and properties.

    Parameters
    ----------
    notes
        Each with its passages.
    """
    subjects: dict[str, dict[str, None]] = {}
    found = _Words(set(), set(), set())
    begun: dict[str, None] = {}
    within: Counter[str] = Counter()
    nouns: set[str] = set()
    for note, passages in notes:
        for name in _titles(note, passages):
            subjects.setdefault(slug(name, "-"), {}).setdefault(name)
        for name in _heads(passages, found):
            subjects.setdefault(slug(name, "-"), {}).setdefault(name)
        for passage in passages:
            if passage.kind in {"row", "head"}:
                continue
            for line in _lines(passage):
                _properties(line, found)
                _label(passage, line, found)
                _beginning(line, begun, within, nouns)
    for name in begun:
        if _stands_for_itself(name, within):
            subjects.setdefault(slug(name, "-"), {}).setdefault(name)
    return Lexicon(
        subjects=tuple(Name(id_, tuple(names), exact=True) for id_, names in subjects.items() if id_),
        terms=tuple(_terms(found)),
        nouns=tuple(sorted(nouns)),
    )


def open_keys(
    knowledge: Knowledge,
    bound: BoundValue,
    subjects: Sequence[str],
    parts: Sequence[str],
    mentions: Sequence[Mention[Sense]],  # noqa: ARG001, the parameters of candidate_keys
    *,
    prose: bool,
) -> tuple[tuple[Key, ...], bool]:
    """Return what a bound value is said of, known or not; the parameters are those of ``candidate_keys``."""
    quantity = bound.quantity
    if quantity.form in {"ordinal", "times"} and prose:
        return (), False
    if quantity.form == "date" and bound.form == "count":
        return (), False
    if bound.binding in {"bracket", "dated"} and bound.form == "bare":
        return ((subjects[0], "year"),) if is_year(quantity) and not parts else (), True
    for name in (name for names in candidate_properties(bound) for name in names if name in knowledge.terms):
        return tuple((subjects[0], f"{part}.{name}" if part else name) for part in parts or ("",)), True
    return (), False


# ---------------------------------------------------------------- subjects


def _titles(note: LinkedNote, passages: Sequence[Passage]) -> Iterator[str]:
    """Yield what a note is called: its title, file name, aliases and first heading."""
    first = next((each.words for each in passages if each.kind == "heading" and each.level == 1), "")
    for name in (note.title, stem_of(note.path), *note.compiled.aliases, first.strip()):
        if _WRITTEN.search(name) and len(name) < MAX_NAME_CHARS:
            yield name


def _beginning(line: TaggedText, begun: dict[str, None], within: Counter[str], nouns: set[str]) -> None:
    """Note the name with which a sentence begins, the words within it, and the noun for what it is."""
    words = line.words
    found = _BEGUN.match(line.text)
    if found:
        first = line.index(found.start("name"))
        last = line.index(found.start("more")) if found["more"] else first
        name = words[line.tokens[first].start : line.tokens[last].end]
        if _WRITTEN.search(name) and len(name) < MAX_NAME_CHARS:
            begun.setdefault(name)
    within.update(words[token.start : token.end] for token in line.tokens[1:] if token.tags in {"U", "u"})
    kind = _SORT.match(line.text)
    if kind:
        nouns.add(_phrase_at(line, [line.index(kind.start("noun"))]))


def _stands_for_itself(name: str, within: Counter[str]) -> bool:
    """Tell whether what a sentence begins with is a name, and so is mostly written large within others."""
    first, *_ = name.split()
    return within[first] > within[first.casefold()]


# ---------------------------------------------------------------- tables


def _heads(passages: Sequence[Passage], found: _Words) -> Iterator[str]:
    """Yield the heads of rows that are names, and note the other heads of tables as properties."""
    tables: dict[int, list[Passage]] = {}
    for passage in passages:
        if passage.kind == "row":
            tables.setdefault(passage.table, []).append(passage)
    for rows in tables.values():
        cells = [[row.words[cell.start : cell.end].strip() for cell in row.cells] for row in rows]
        width = max(map(len, cells))
        figures = [
            any(column < len(row) and _DIGIT.search(row[column]) for row in cells) for column in range(width)
        ]
        if not any(figures[1:]):
            continue
        firsts = [row[0] for row in cells if row and _is_name(row[0])]
        heads = [
            _plain_label(head)
            for head, holds in zip(rows[0].heads[1:], figures[1:], strict=False)
            if holds and not _is_topic(head)
        ]
        if any(heads):
            yield from firsts
            found.labels.update(head for head in heads if head)
        else:
            found.labels.update(label for first in firsts if (label := _plain_label(first)))


def _is_topic(head: str) -> bool:
    """Tell whether a head says no more than that values stand below it."""
    return any(
        len(each.words) == 1 and "G" in each.tags for each in function_words().get(head.casefold(), ())
    )


def _is_name(cell: str) -> bool:
    return (
        _WRITTEN.search(cell) is not None
        and len(cell.split()) <= _MAX_LABEL_WORDS
        and len(cell) < MAX_NAME_CHARS
    )


_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|[^\w\s'’-]+|\b\d+\b")


def _plain_label(text: str) -> str:
    """Return a label without what stands in brackets and without numbers; ``""`` for what is no label.

    A label has a noun at its end.

    Examples
    --------
    >>> _plain_label("Height (m)"), _plain_label("Cabins, in all"), _plain_label("12")
    ('height', 'cabins in all', '')
    """
    plain = " ".join(_ASIDE.sub(" ", text).casefold().split())
    parts = plain.split()
    named = bool(parts) and len(parts) <= _MAX_LABEL_WORDS and _is_noun(parts[0]) and _is_noun(parts[-1])
    return plain if named and _WRITTEN.search(plain) else ""


def _is_noun(word: str) -> bool:
    """Tell whether a word is none of the small ones that only join others."""
    return not any(
        len(each.words) == 1 and set(each.tags) - set("m") for each in function_words().get(word, ())
    )


# ---------------------------------------------------------------- properties


def _lines(passage: Passage) -> Iterator[TaggedText]:
    for start, end in sentences(passage.words):
        line = tag_text(passage.words, start, end, ())
        if line is not None and line.tokens:
            yield line


def _properties(line: TaggedText, found: _Words) -> None:
    for match in _COUNTED.finditer(line.text):
        places = _places(line, match)
        found.counted.update({_phrase_at(line, places), _phrase_at(line, places[-1:])})
    for expression in (_NAMED, _OF, _DONE):
        for match in expression.finditer(line.text):
            places = _places(line, match)
            found.sentences.update({_phrase_at(line, places), _phrase_at(line, places[-1:])})


def _label(passage: Passage, line: TaggedText, found: _Words) -> None:
    """Note what stands before the colon of a line or of a property."""
    if passage.kind not in {"item", "paragraph", "property"}:
        return
    label = _colon().match(line.text)
    if label and any(token.quantity for token in line.tokens):
        last = line.tokens[line.index(label.end()) - 1]
        plain = _plain_label(line.words[line.start : last.start])
        if plain:
            found.labels.add(plain)


@cache
def _colon() -> WordPattern:
    return phrase("[^NYXDOekcq{]{1,4} (?: { [^{}]* } )? [kq] a* d? a* (?=[NYXD])")


def _places(line: TaggedText, match: re.Match[str]) -> Sequence[int]:
    return [
        line.index(match.start(group))
        for group in match.re.groupindex
        if group.startswith("noun") and match[group]
    ]


def _phrase_at(line: TaggedText, places: Sequence[int]) -> str:
    tokens: Sequence[Token] = [line.tokens[place] for place in places]
    return " ".join(line.words[token.start : token.end] for token in tokens).casefold()


def _terms(found: _Words) -> Iterator[PropertyName]:
    """Yield a term for each property, with all the places in which its words may stand."""
    properties: dict[str, tuple[set[str], set[str], set[str]]] = {}
    for number, phrases in enumerate((found.sentences, found.labels, found.counted)):
        for each in phrases:
            if not _WRITTEN.search(each) or not _is_noun(each.split()[-1]):
                continue
            key = "_".join(stem(word) for word in re.findall(r"[^\W_]+", each))
            properties.setdefault(key, (set(), set(), set()))[number].add(each)
    for key in sorted(properties):
        words, labels, counted = properties[key]
        yield PropertyName(
            key, tuple(sorted(words)), labels=tuple(sorted(labels)), units=tuple(sorted(counted))
        )
