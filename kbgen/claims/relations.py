"""Read names as claims: who is what, what is called how, who did what to whom.

In a row, in a field and beside a word that names the relation, another value is a contradiction: an advisor
who is called the lead author, a card of another number, a company that bought what another one did. In
other text a right name is a claim, and another one is none, for it may be there for any reason.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from kbgen.claims.assertions import asserts, denied
from kbgen.claims.claim import Claim
from kbgen.claims.grids import Label, read_label
from kbgen.claims.pieces import Piece
from kbgen.claims.subjects import Contexts
from kbgen.facts.fact import Key
from kbgen.facts.knowledge import Knowledge, Word
from kbgen.facts.naming import opposite_place, right_place, rival_place
from kbgen.phrases import Mention

_FIELD = re.compile(r"^[\s*_>•(\[-]*(?P<label>[^:—–=]{2,40}?)[\s*_]*(?::{1,2}|\s[–—=])[\s*_]+")
_ENTRY = re.compile(r"^[\s*_>•-]*(?P<name>[^:—–(]{2,40}?)[\s*_]*(?:\s[–—-]\s|:\s|\s\()[\s*_]*")
_COPULA = re.compile(
    r"[\s*_]*(?:(?:was|is|were|as|be|became|acted|served|the|its|their|an?|by|of|to|at|from|called|named|"
    r"namely|for|in|"
    r"then|also|who|which|two|three|four|five|one|later|[–—:,(=-]|[\w.]+['’]s)[\s*_]*)*",
    re.IGNORECASE,
)
_IS = re.compile(r"\b(?:is|was|were|are|became)\b", re.IGNORECASE)
_LIST = re.compile(r"[\s*_]*(?:,|and|&|, and)?[\s*_:]*")
_FIRST_CELLS = 12
_LETTERS = re.compile(r"[^\W\d_]{2}")
_NEAR = re.compile(r"[^.;:?!()]{0,48}")
_OWNS = re.compile(r"[ \u00a0]|['’]s?\s|[\s*_]*(?::|said:?|says:?|put it:)[\s*_]*[\"“]")


class Slot(Struct, frozen=True):
    """Words in which a value of some properties may stand."""

    start: int
    end: int
    names: tuple[str, ...]
    subjects: tuple[str, ...]
    strict: bool
    """Whether another value there is a contradiction."""


def name_claims(
    knowledge: Knowledge, contexts: Contexts, read: Sequence[Piece], taken: Sequence[tuple[int, int]]
) -> Iterator[Claim]:
    """Yield the claims of a passage that something has a name.

    Parameters
    ----------
    knowledge, contexts
        What is known, and what the passages are about.
    read
        The pieces of one passage.
    taken
        Spans of words that are claims already.
    """
    seen: set[tuple[int, Key]] = set()
    for piece in read:
        if piece.prose and not asserts(piece.text):
            continue
        for claim in _of_piece(knowledge, contexts, piece):
            if any(low <= claim.start and claim.end <= high for low, high in taken):
                continue
            if (claim.start, claim.keys[0]) not in seen:
                seen.add((claim.start, claim.keys[0]))
                yield claim


def _of_piece(knowledge: Knowledge, contexts: Contexts, piece: Piece) -> Iterator[Claim]:
    if not piece.here and not _may_be_value(piece):
        return
    yield from _owners(knowledge, piece)
    if piece.passage.kind == "row":
        slots = list(_cells(knowledge, contexts, piece))
    else:
        slots = list(_fields(knowledge, contexts, piece))
        if not slots or not slots[0].strict:
            yield from _relations(knowledge, contexts, piece)
    if piece.passage.kind == "row":
        yield from _relations(knowledge, contexts, piece)
    for slot in slots:
        keys = [(s, n) for s in slot.subjects for n in slot.names if _has_names(knowledge, s, n)]
        claim = _claim(knowledge, piece, slot.start, slot.end, keys, strict=slot.strict)
        if claim:
            yield claim


def _may_be_value(piece: Piece) -> bool:
    """Tell whether a piece without anything known may hold a value: one of the first cells, with a word."""
    return (
        piece.passage.kind == "row"
        and piece.column < _FIRST_CELLS
        and _LETTERS.search(piece.words, piece.start, piece.end) is not None
    )


def _has_names(knowledge: Knowledge, subject: str, name: str) -> bool:
    return any(fact.kind == "name" for fact in knowledge.about(subject, name))


def _claim(
    knowledge: Knowledge, piece: Piece, start: int, end: int, keys: Sequence[Key], *, strict: bool
) -> Claim | None:
    if not keys:
        return None
    said = piece.words[start:end]
    inside = [m for m in piece.near if start <= m.start and m.end <= end]
    place = opposite_place(knowledge, keys, said) if strict else None
    place = place or right_place(knowledge, keys, said, inside, start)
    if place is None and strict:
        place = rival_place(knowledge, keys, said, inside, start)
    if place is None or (piece.prose and denied(piece.words[piece.start : start + place[0]])):
        return None
    text = said[place[0] : place[1]]
    who = next((m.entry.id for m in inside if m.entry.sort == "subject" and m.start - start == place[0]), "")
    return Claim(
        *(piece.passage.number, start + place[0], start + place[1], text, tuple(keys)),
        name=text,
        subject=who,
        binding="name",
        firm=strict,
    )


# ---------------------------------------------------------------- fields and cells


def _fields(knowledge: Knowledge, contexts: Contexts, piece: Piece) -> Iterator[Slot]:
    """Yield what stands behind a label, before a description, or anywhere."""
    words, start = piece.words, piece.start
    subjects = contexts.of(piece)
    named = tuple(dict.fromkeys(m.entry.id for m in piece.of_sort("subject")))
    found = _FIELD.match(words[start : piece.end])
    if found:
        label = read_label(knowledge, found["label"])
        owners = label.subjects or subjects
        if label.terms:
            yield Slot(start + found.end(), piece.end, label.terms, tuple(dict.fromkeys(owners)), strict=True)
            return
    entry = _ENTRY.match(words[start : piece.end])
    label = read_label(knowledge, entry["name"]) if entry else Label()
    if entry and label.known:
        closing = words.find(")", start + entry.end(), piece.end) if "(" in entry[0] else -1
        end = closing if closing >= 0 else piece.end
        for subject in label.subjects:
            for name in _named_properties(knowledge, subject):
                strict = name in knowledge.terms and bool(knowledge.terms[name].labels)
                yield Slot(start + entry.end(), end, (name,), (subject,), strict=strict)
    if not any(m.entry.sort in {"subject", "value"} for m in piece.here):
        return
    for subject in dict.fromkeys([*named, *subjects]):
        for name in _named_properties(knowledge, subject):
            pass


def _named_properties(knowledge: Knowledge, subject: str) -> list[str]:
    """Return the properties of a subject that have names for values."""
    return [name for (_, name), facts in knowledge.facts_of(subject) if facts[0].kind == "name"]


def _cells(knowledge: Knowledge, contexts: Contexts, piece: Piece) -> Iterator[Slot]:
    column, grid, labels = piece.column, piece.grid, piece.row.labels
    naming = grid.names if grid is not None else -1
    row = tuple(
        dict.fromkeys(
            s
            for n, label in enumerate(labels)
            if n != column and (label.known or n == naming) and (n == naming or not label.terms)
            for s in label.subjects
        )
    )
    head = grid.heads[column] if grid is not None and column < len(grid.heads) else None
    owners = row or (head.subjects if head and head.subjects else contexts.of(piece))
    if column == naming and grid is not None and grid.by_property and not (head and head.terms):
        owners = contexts.of(piece)
    names: list[str] = list(head.terms) if head else []
    for number, label in enumerate(labels):
        if number not in {column, naming} and label.terms and (number == 0 or not names):
            names += label.terms
    if names and owners:
        for name in dict.fromkeys(names):
            yield Slot(piece.start, piece.end, (name,), owners, strict=True)
    if not any(m.entry.sort in {"subject", "value"} for m in piece.here):
        return
    for subject in row or contexts.of(piece)[:1]:
        for name in _named_properties(knowledge, subject):
            if name not in names:
                distinctive = bool(row) and name in knowledge.terms and knowledge.terms[name].distinctive
                yield Slot(piece.start, piece.end, (name,), (subject,), strict=distinctive)


# ---------------------------------------------------------------- relations


def _relations(knowledge: Knowledge, contexts: Contexts, piece: Piece) -> Iterator[Claim]:
    """Yield the claims that a word for a relation makes with the names beside it."""
    for mention in piece.of_sort("term", "reversed"):
        name = mention.entry.id
        if name not in knowledge.rivals:
            yield from _listed(knowledge, contexts, piece, mention)
            continue
        backwards = mention.entry.sort == "reversed"
        subject = _holder(knowledge, contexts, piece, mention, backwards=backwards)
        if subject is None:
            continue
        keys = [(subject, name)]
        span = _value_span(knowledge, piece, mention, keys[0], backwards=backwards)
        if span is None:
            span = _named_first(knowledge, piece, keys[0])
        if span:
            many = name in knowledge.terms and knowledge.terms[name].many
            claim = _claim(
                knowledge,
                piece,
                *span,
                keys,
                strict=not many and (not piece.prose or piece.passage.kind == "item"),
            )
            if claim:
                yield claim


def _listed(knowledge: Knowledge, contexts: Contexts, piece: Piece, term: Mention[Word]) -> Iterator[Claim]:
    """Yield each name of a list behind a word: *written by A, B and C*."""
    named = piece.of_sort("subject")
    holders = (*(m.entry.id for m in named if m.end <= term.start), *contexts.of(piece))
    key = next(((each, term.entry.id) for each in holders if knowledge.holds(each, term.entry.id)), None)
    if key is None or term.entry.sort == "reversed":
        return
    sorts = {knowledge.sort_of(each) for each in knowledge.holds(*key)}
    end = term.end
    for mention in named:
        if mention.start < term.end or knowledge.sort_of(mention.entry.id) not in sorts:
            continue
        if not _LIST.fullmatch(piece.words, end, mention.start):
            return
        end = mention.end
        text = piece.words[mention.start : mention.end]
        place = (mention.start, mention.end)
        yield Claim(
            piece.passage.number,
            *place,
            text,
            (key,),
            name=text,
            subject=mention.entry.id,
            binding="name",
            firm=False,
        )


def _holder(
    knowledge: Knowledge, contexts: Contexts, piece: Piece, term: Mention[Word], *, backwards: bool
) -> str | None:
    """Return whose property it is: what is named nearest, behind the word if that has its value before it."""
    name = term.entry.id
    named = [m for m in piece.of_sort("subject") if _has_names(knowledge, m.entry.id, name)]
    before = [m.entry.id for m in reversed(named) if m.end <= term.start]
    after = [m.entry.id for m in named if m.start >= term.end]
    if backwards:
        return (
            after[0] if after else next((s for s in contexts.about if _has_names(knowledge, s, name)), None)
        )
    outside = [
        m.entry.id
        for m in piece.row.beside(piece.start, piece.end)
        if m.entry.sort == "subject" and _has_names(knowledge, m.entry.id, name)
    ]
    others = [
        m
        for m in piece.of_sort("subject")
        if m.end <= term.start and knowledge.sort_of(m.entry.id) in contexts.own_sorts
    ]
    context = [] if others else [s for s in contexts.of(piece) if _has_names(knowledge, s, name)]
    return next(iter([*before, *after, *outside, *context]), None)


def _value_span(
    knowledge: Knowledge, piece: Piece, term: Mention[Word], key: Key, *, backwards: bool
) -> tuple[int, int] | None:
    """Return where the value stands: right behind the word for the relation, or right before it."""
    words = piece.words
    held = knowledge.holds(*key)
    sorts = {knowledge.sort_of(each) for each in held} - {""}
    values = knowledge.rivals.get(key[1], {})
    fitting = [
        m
        for m in piece.here
        if (m.entry.sort == "subject" and m.entry.id != key[0] and knowledge.sort_of(m.entry.id) in sorts)
        or (m.entry.sort == "value" and m.entry.id in values)
    ]
    after = next((m for m in fitting if m.start >= term.end), None)
    before = next((m for m in reversed(fitting) if m.end <= term.start), None)
    if backwards:
        if (
            before
            and len(words[before.end : term.start].split()) <= 2
            and _NEAR.fullmatch(words, before.end, term.start)
        ):
            return before.start, before.end
        return None
    copula = before is not None and _COPULA.fullmatch(words[before.end : term.start]) is not None
    if (
        before
        and copula
        and (
            _IS.search(words[before.end : term.start])
            or not (after and _COPULA.fullmatch(words[term.end : after.start]))
        )
    ):
        return before.start, before.end
    if (
        after
        and _NEAR.fullmatch(words, term.end, after.start)
        and len(words[term.end : after.start].split()) <= 5
    ):
        return after.start, after.end
    if any(re.search(r"\d", value) for value in values):
        near = words[max(piece.start, term.start - 40) : min(piece.end, term.end + 40)]
        place = (
            rival_place(knowledge, [key], near, (), 0)
            if not right_place(knowledge, [key], near, (), 0)
            else None
        )
        if place:
            begin = max(piece.start, term.start - 40)
            return begin + place[0], begin + place[1]
    return None


def _named_first(knowledge: Knowledge, piece: Piece, key: Key) -> tuple[int, int] | None:
    """Return the name that a row or an entry begins with, if it can be the value: *Google | acquired …*."""
    if not any(m.entry.sort == "subject" and m.entry.id == key[0] for m in piece.here):
        return None
    sorts = {knowledge.sort_of(each) for each in knowledge.holds(*key)} - {""}
    first = next((m for m in piece.near if m.entry.sort == "subject"), None)
    if first is None or first.entry.id == key[0] or knowledge.sort_of(first.entry.id) not in sorts:
        return None
    entry = piece.passage.kind == "row" and first.end <= piece.start
    if piece.passage.kind == "item":
        entry = _ENTRY.match(piece.words) is not None and not re.search(r"\w", piece.words[: first.start])
    return (first.start, first.end) if entry else None


def _owners(knowledge: Knowledge, piece: Piece) -> Iterator[Claim]:
    """Yield what a name right before another one says: *Hinton's DNNresearch*, *NVIDIA GTX 580*."""
    named = piece.of_sort("subject")
    for one, two in itertools.pairwise(named):
        gap = piece.words[one.end : two.start]
        if not _OWNS.fullmatch(gap):
            continue
        sort = knowledge.sort_of(one.entry.id)
        keys = [
            (two.entry.id, name)
            for name in knowledge.owners
            if sort in {knowledge.sort_of(each) for each in knowledge.holds(two.entry.id, name)}
        ]
        if keys:
            text = piece.words[one.start : one.end]
            yield Claim(
                piece.passage.number,
                one.start,
                one.end,
                text,
                tuple(keys),
                name=text,
                subject=one.entry.id,
                binding="owner",
                firm=True,
            )
