"""Find out which subject a text speaks of: the nearest that is named and fits, else that of its context.

A name behind *than* or *unlike* is what something is compared with, not what is spoken of. Where a sentence
is about something that nobody knows, the note's own subject is not meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from kbgen.claims.assertions import about_others, clause_start, strangers
from kbgen.claims.passages import Passage
from kbgen.claims.pieces import Piece
from kbgen.facts.knowledge import Knowledge, Word
from kbgen.phrases import Mention

_COMPARED = re.compile(
    r"\b(?:than|as|unlike|like|before|after|over|beyond|against|versus|vs\.?|compared (?:to|with)|"
    r"contrast to|relative to|"
    r"similar to|close to|differs? from|behind|ahead of|next to|together with|beat|beats|outperform(?:s|"
    r"ed)?|lost to|improv(?:es|ed) on|succeed(?:s|ed)|"
    r"replac(?:es|ed))\s+(?:the\s+|an?\s+|its\s+)?$",
    re.IGNORECASE,
)
_SPOKEN_OF = re.compile(r"[’']s\b|\s?\(|,?\s(?:which|that|who|with|has|had|is|was)\b|:", re.IGNORECASE)
_OF = re.compile(
    r"^[\s*_]*(?:(?!and\b|or\b|but\b|was\b|were\b|is\b|\w+ed\b)[^\W\d_][\w-]*[\s*_]+){0,4}?(?:for|in|of|"
    r"by|at)[\s*_]+(?:the[\s*_]+)?$",
    re.IGNORECASE,
)
_LEADS_IN = re.compile(
    r"^\W*(?:with|at|having|counting|boasting|despite|by|in|for|thanks|given|using|because|among|from|a|"
    r"an|the|what|how|there|of|after|over)\b",
    re.IGNORECASE,
)
_OPENS = re.compile(r"[\s*_\"“]*(?:in|on|by|since)\s(?:[A-Za-z]+\s)?", re.IGNORECASE)
_PREDICATE = re.compile(
    r"[\s*_]+(?:also |still |only |never |first |once )?(?:has|had|have|is|was|were|are|came|contains?|"
    r"uses?|used|introduced|"
    r"needs?|needed|required|requires?|consists?|started|appeared|followed)\b",
    re.IGNORECASE,
)
_IN_STRANGER = re.compile(
    r"^[\s*_]*(?:[^\W\d_][\w-]*[\s*_]+){0,3}?(?:for|in|of|by|at|on)[\s*_]+(?:the[\s*_]+)?(?=[A-Z])"
)
_BETWEEN = re.compile(r"[,;:—–(]|\b(?:and|but|while|whereas|which|or)\b", re.IGNORECASE)


class Candidates(Struct, frozen=True):
    """The subjects that something may be about, the likeliest first."""

    named: tuple[str, ...] = ()
    """In the piece itself, in its row, or by its column."""
    context: tuple[str, ...] = ()
    """By what stands above, or by the title."""
    explicit: bool = False
    """Whether the first is named beside it."""
    closed: bool = False
    """Whether the sentence is about the first, so that what it says is not said of the context."""
    alike: int = 1
    """How many of the first are as likely as each other."""


class Contexts:
    """What passages are about by what stands above them.

    Parameters
    ----------
    knowledge
        What is known.
    about
        The subjects of the whole text.
    """

    def __init__(self, knowledge: Knowledge, about: Sequence[str]) -> None:
        self.knowledge = knowledge
        self.about = tuple(about)
        self._of: dict[tuple[str, ...], tuple[str, ...]] = {}

    def of(self, piece: Piece) -> tuple[str, ...]:
        """Return the subjects of the nearest heading or item above that names one, else those of the text."""
        above = (*piece.passage.sections, *piece.passage.parents)
        if above not in self._of:
            self._of[above] = self._read(above)
        return self._of[above]

    def answers(self, passage: Passage) -> bool:
        """Tell whether a passage that mentions nothing may be the value of what stands above it."""
        above = passage.parents or passage.sections
        return bool(above) and len(passage.words) < 80 and bool(self.knowledge.mentions(above[-1]))

    def _read(self, above: tuple[str, ...]) -> tuple[str, ...]:
        found: list[str] = []
        for words in reversed(above):
            mentions = self.knowledge.mentions(words)
            subjects = [m.entry.id for m in mentions if m.entry.sort == "subject"]
            found += subjects
            if any(self.knowledge.sort_of(each) in self.own_sorts for each in subjects):
                return tuple(dict.fromkeys(found))
            spans = [(m.start, m.end) for m in mentions]
            if not subjects and any(
                re.search(r"[A-Z0-9]", name[1:])
                for name in strangers(f". {words}", 0, len(words) + 2, [(a + 2, b + 2) for a, b in spans])
            ):
                return tuple(dict.fromkeys(found))
        return tuple(dict.fromkeys([*found, *self.about]))

    @property
    def own_sorts(self) -> frozenset[str]:
        """Of what sort the text's own subjects are: another one of it takes their place."""
        sorts = {self.knowledge.sort_of(each) for each in self.about}
        return frozenset(sorts - {""}) or frozenset(
            {"model", "person", "company", "dataset", "event", "hardware"}
        )


def candidates(
    knowledge: Knowledge, contexts: Contexts, piece: Piece, start: int, end: int, topic: Topic
) -> Candidates | None:
    """Return the subjects that a value may be about; ``None`` where it is about something that nobody knows.

    Parameters
    ----------
    knowledge
        What is known.
    contexts
        What the passages are about by what stands above them.
    piece
        Where the value stands.
    start, end
        Its span.
    topic
        What the sentence before was about.
    """
    inside, alike = _inside(knowledge, piece, start, end)
    context = contexts.of(piece)
    if piece.passage.kind == "row":
        return _of_row(piece, inside, context)
    spans = [(m.start, m.end) for m in piece.here]
    explicit = bool(inside)
    if not explicit and piece.prose and _elsewhere(piece, start, end, spans):
        return None
    if not explicit and topic.set:
        if topic.subjects is None:
            return None
        context = (*topic.subjects, *context)
    closed = (
        explicit
        and piece.prose
        and (
            _is_grammatical(knowledge, piece, start)
            or _OPENS.fullmatch(piece.words, piece.start, start) is not None
        )
    )
    return Candidates(tuple(dict.fromkeys(inside)), () if closed else context, explicit, closed, alike)


def _is_grammatical(knowledge: Knowledge, piece: Piece, start: int) -> bool:
    """Tell whether a thing is named right before the verb: then the sentence is about it alone."""
    begin = clause_start(piece.words, piece.start, start)
    named = [
        m
        for m in piece.of_sort("subject")
        if begin <= m.start and m.end <= start and not _is_compared(piece, m)
    ]
    return any(
        _PREDICATE.match(piece.words, m.end) and knowledge.sort_of(m.entry.id) not in {"person", ""}
        for m in named[:1]
    )


def _inside(knowledge: Knowledge, piece: Piece, start: int, end: int) -> tuple[list[str], int]:
    """Return the subjects named in the piece that a value may be about, and how many of them are alike."""
    words = piece.words
    named = piece.of_sort("subject")
    found: list[Mention[Word]] = []
    alike = 1
    after = [m for m in named if m.start >= end]
    attributive = after and any(
        end <= m.start <= end + 1 and after[0].start - m.end in {0, 1} for m in piece.of_sort("term", "unit")
    )  # "the 152-layer ResNet"
    if attributive or (
        after and _OF.match(words[end : after[0].start]) and not strangers_between(words, end, after[0].start)
    ):
        found.append(after[0])
    before = [m for m in named if m.end <= start and not _is_compared(piece, m)]
    if len(before) > 1:
        one, two = before[-2:]
        same = knowledge.sort_of(one.entry.id) == knowledge.sort_of(two.entry.id)
        if not found and same and not _BETWEEN.search(words, one.end, two.start):
            alike = 2
    found += reversed(before)
    if not before and not found and _OPENS.fullmatch(words, piece.start, start):
        found += [m for m in after if not _is_compared(piece, m)]
    elif not before and after and not found and _LEADS_IN.match(piece.text):
        parted = (
            "," not in words[end : after[0].start]
            or any(end <= q.start < after[0].start for q in piece.numbers)
            or "(" in words[end : after[0].start]
        )
        found += [m for m in after[:1] if not parted and not _is_compared(piece, m)]
    return [m.entry.id for m in found], alike


def strangers_between(words: str, start: int, end: int) -> bool:
    """Tell whether a proper name stands between two places."""
    return any(True for _ in strangers(f". {words[start:end]}", 2, end - start + 2, ()))


def _is_compared(piece: Piece, mention: Mention[Word]) -> bool:
    """Tell whether a name is only what something else is compared with."""
    before = piece.words[max(piece.start, mention.start - 30) : mention.start]
    return _COMPARED.search(before) is not None and not _SPOKEN_OF.match(piece.words, mention.end)


def _elsewhere(piece: Piece, start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Tell whether a sentence without a known subject is about an unknown one."""
    words = piece.words
    begin = clause_start(words, piece.start, start)
    label = re.match(r"[\s*_>]*([^:.;]{2,60}?)[\s*_]*:{1,2}[\s*_]", words[begin:start])
    after = words[end : piece.end]
    right = _IN_STRANGER.match(after)
    if right and next(
        strangers(
            f". {after}",
            right.end() + 2,
            len(after[: right.end() + 30]) + 2,
            [(a - end + 2, b - end + 2) for a, b in spans],
        ),
        None,
    ):
        name = next(
            strangers(
                f". {after}",
                right.end() + 2,
                len(after[: right.end() + 30]) + 2,
                [(a - end + 2, b - end + 2) for a, b in spans],
            )
        )
        if after[right.end() : right.end() + len(name)] == name:
            return True
    if label:
        begin += label.end()
        inner = [(a, b) for a, b in spans]
        if any(re.search(r"[A-Z0-9]", name[1:]) for name in strangers(words, piece.start, begin, inner)):
            return True
    inside = [m for m in piece.here if begin <= m.start < start]
    return about_others(
        words[begin:start],
        [(m.start - begin, m.end - begin) for m in inside],
        [
            (m.start - begin, m.end - begin)
            for m in inside
            if m.entry.sort not in {"when", "reversed", "filler", "noun"}
        ],
        [(m.start - begin, m.end - begin) for m in inside if m.entry.sort == "part"],
        [(m.start - begin, m.end - begin) for m in inside if m.entry.sort == "noun"],
    )


class Topic(Struct, frozen=True):
    """What the last sentence was about, which the next one calls *it*."""

    set: bool = False
    subjects: tuple[str, ...] | None = ()
    """``None`` for something that nobody knows."""
    parts: tuple[str, ...] = ()


def next_topic(piece: Piece, topic: Topic) -> Topic:
    """Return the topic behind a sentence."""
    text = piece.text
    named = [m for m in piece.of_sort("subject") if m.start - piece.start < 60 and not _is_compared(piece, m)]
    verb = re.search(
        r"\b(?:has|had|have|holds?|costs?|is|was|were|are|came|won|uses?|used|took|followed|replaced|"
        r"needs?|got|took)\b",
        text,
    )
    head = text[: verb.start()] if verb else text[:60]
    parts = tuple(m.entry.id for m in piece.of_sort("part") if m.end - piece.start <= len(head) + 1)
    if parts and verb and not (named and named[0].end - piece.start <= len(head) + 1):
        return Topic(topic.set, topic.subjects, parts[:1])
    if named and named[0].end - piece.start <= len(head) + 1:
        return Topic(set=True, subjects=(named[0].entry.id,))
    if any(
        re.search(r"[A-Z0-9]", name[1:])
        for name in strangers(
            f". {head}",
            0,
            len(head) + 2,
            [(m.start - piece.start + 2, m.end - piece.start + 2) for m in piece.here],
        )
    ):
        return Topic(set=True, subjects=None)
    return topic


def _of_row(piece: Piece, inside: list[str], context: tuple[str, ...]) -> Candidates | None:
    grid, passage = piece.grid, piece.passage
    row: list[str] = []
    head: tuple[str, ...] = ()
    if grid is not None:
        if 0 <= grid.names < len(passage.cells) and grid.names != piece.column:
            cell = passage.cells[grid.names]
            words = passage.words[cell.start : cell.end]
            label = piece.row.label(grid.names)
            if not (label.subjects or label.part or label.whole or label.terms) and re.search(r"\w", words):
                return None
            if label.subjects and not label.known and _other_form(words):
                return None
            row += label.subjects
        if piece.column < len(grid.heads):
            head = grid.heads[piece.column].subjects
            if not head and not grid.heads[piece.column].terms and _names_someone(piece):
                return None
    if not row:
        row = [m.entry.id for m in piece.row.beside(piece.start, piece.end) if m.entry.sort == "subject"]
    named = tuple(dict.fromkeys([*inside, *head, *row]))
    return Candidates(named, context, bool(named))


def _other_form(words: str) -> bool:
    """Tell whether a label names a form of something that is not the thing itself: *AlexNet without LRN*."""
    return (
        re.search(
            r"\b(?:without|w/o|no|minus|plus|like|style|based|variant|modified|half|small|tiny)\b|\+",
            words,
            re.IGNORECASE,
        )
        is not None
    )


def _names_someone(piece: Piece) -> bool:
    """Tell whether the head of a column is a name that nobody knows, among heads that are known names."""
    grid = piece.grid
    head = piece.passage.heads[piece.column] if piece.column < len(piece.passage.heads) else ""
    return grid is not None and grid.by_subject and re.search(r"\w", head) is not None
