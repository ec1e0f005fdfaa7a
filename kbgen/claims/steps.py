"""Read words as steps: ``Conv1 (96 filters)`` is a part, ``max pool`` a kind, ``POOL3`` the third of one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec import Struct

from kbgen.claims.tokens import tag_text
from kbgen.facts.knowledge import Knowledge, Sense
from kbgen.phrases import Mention

_NUMBER = re.compile(r"[-_]?([1-9]\d?)(?![\d×x%])(?!\.\d)(?![^\W_])|[ ]([1-9]\d?)(?=\s*(?:$|[\])},;:(]))")
_COUNTER = re.compile(r"[-_ ]\d{1,4}(?:-\d{1,4})?(?![\d×x.%])")
_SHORT = re.compile(r"[A-Z]{1,3}(?=\d{0,2}\b)")
_NUMBERING = re.compile(
    r"(?:\(?\d{1,3}(?:\.\d{1,3})*[.):]|[-+*•●▪■►‣·○◦├└│┃|─]+|step \d{1,3}[:.]?)\s*", re.IGNORECASE
)
_JOINED = re.compile(r"[\s*_`]*(?:[+&/]|,|\band\b|\bwith\b)[\s*_`]*", re.IGNORECASE)
_REMARK = re.compile(r"[\s*_`]*(?:\([^()]{0,120}\)|\[[^\[\]]{0,120}\])")
_UNDERSTOOD = frozenset("dmNYXTFVKaoiwcjk{}/GnqtlqD")
_WORD = re.compile(r"[^\W_]+")


class Step(Struct, frozen=True):
    """A step that some words name."""

    passage: int
    start: int
    end: int
    """Without what stands in parentheses behind it."""
    kind: str = ""
    """As in the lexicon; empty where nobody knows it."""
    part: str = ""
    """The part that the words are a name of."""
    number: str = ""
    """Which one of its kind, as its author counts."""
    passing: bool = False
    """Whether it is none: what goes in, comes out, or only changes its form."""
    closed: bool = True
    """Whether every word beside it is understood."""

    @property
    def known(self) -> bool:
        """Whether it is a step of a known kind."""
        return bool(self.kind or self.part)


class StepSpan(Struct, frozen=True):
    """Where the words of steps stand."""

    passage: int
    words: str
    """Of the whole passage."""
    start: int
    end: int
    lead: bool = False
    """Whether a sentence may stand before them."""
    trail: bool = False
    """Whether a sentence may go on behind them."""


class StepReader:
    """Reads steps.

    Parameters
    ----------
    knowledge
        What is known, and the words for it.
    short
        What the author abbreviates: *pooling (P)*.
    """

    def __init__(self, knowledge: Knowledge, short: Mapping[str, str] | None = None) -> None:
        self.knowledge = knowledge
        self.short = short or {}

    def of(self, place: StepSpan, mentions: Sequence[Mention[Sense]]) -> list[Step]:
        """Return the steps that some words name, one after another.

        Parameters
        ----------
        place
            Of the words.
        mentions
            What is mentioned in the passage.

        Returns
        -------
        list of Step
            A single one that is not known where they name none; ``[]`` where there are no words.
        """
        start, end = _trimmed(place.words, place.start, place.end)
        if start >= end:
            return []
        named = list(self._named(place, start, end, mentions))
        if not named:
            return [self._other(place, start, end)]
        if place.lead:
            named = _joined_last(place.words, named)
            start = named[0].start
        elif place.trail:
            named = _joined_first(place.words, named)
            end = _edge(place.words, named[-1].end, end)
        closed = _is_joined(place.words, named) and self._understood(place, start, end, named, mentions)
        return [Step(*_fields(each), closed=closed) for each in named]

    def _named(
        self, place: StepSpan, start: int, end: int, mentions: Sequence[Mention[Sense]]
    ) -> Iterator[Step]:
        words = place.words
        remarks = [found.span() for found in _REMARK.finditer(words, start, end) if found.start() > start]
        taken = start
        for mention in self._candidates(words, start, end, mentions):
            if mention.start < taken or any(a <= mention.start < b for a, b in remarks):
                continue
            part, kind, number, stop = "", "", "", mention.end
            if mention.entry.sort == "part":
                part, kind = mention.entry.id, self.knowledge.step_kind(mention.entry.id)
            else:
                kind = mention.entry.id
                if words[mention.end - 1].isdigit() or _has_digit(words[mention.start : mention.end]):
                    counter = _COUNTER.match(words, mention.end, end)  # conv2d_1: how programs name them
                    stop = counter.end() if counter else stop
                elif numbered := _NUMBER.match(words, mention.end, end):
                    number, stop = numbered[1] or numbered[2], numbered.end()
            yield Step(place.passage, mention.start, stop, kind, part, number)
            taken = stop

    def _candidates(
        self, text: str, start: int, end: int, mentions: Sequence[Mention[Sense]]
    ) -> Iterator[Mention[Sense]]:
        """Yield the steps and parts that are mentioned; a group of parts is none of them."""
        here = [
            m
            for m in mentions
            if start <= m.start
            and m.end <= end
            and (
                m.entry.sort == "step"
                or (m.entry.sort == "part" and not self.knowledge.parts[m.entry.id].members)
            )
        ]
        found = sorted(here, key=lambda m: (m.start, -m.end, m.entry.sort))
        spans = {m.start for m in found}
        for short in _SHORT.finditer(text, start, end):
            kind = self.short.get(short[0])
            if kind and short.start() not in spans and not text[max(0, short.start() - 1)].isalnum():
                found.append(Mention(short.start(), short.end(), Sense("step", kind)))
        yield from sorted(found, key=lambda m: m.start)

    def _other(self, place: StepSpan, start: int, end: int) -> Step:
        """Read words that name no step: the input, a shape, or something that nobody knows."""
        words = place.words[start:end]
        bare = words.strip(" *_`:.")
        wrapped = bare[:1] in "([{" and bare[-1:] in ")]}"
        plain = _REMARK.sub(" ", words) if not wrapped else words
        lowered = [word.casefold() for word in _WORD.findall(plain) if not word[0].isdigit()]
        passes = self.knowledge.passes
        if place.lead and lowered:
            passing = passes(lowered[-1])
        else:
            passing = all(passes(word) or len(word) == 1 for word in lowered)
        return Step(place.passage, start, end, passing=passing, closed=wrapped)

    def _understood(
        self,
        place: StepSpan,
        start: int,
        end: int,
        named: Sequence[Step],
        mentions: Sequence[Mention[Sense]],
    ) -> bool:
        line = tag_text(place.words, start, end, mentions)
        if line is None:
            return False
        remarks = [found.span() for found in _REMARK.finditer(place.words, start, end)]
        spans = [*((step.start, step.end) for step in named), *remarks]
        return all(
            token.quantity is not None
            or set(token.tags) & _UNDERSTOOD
            or self.knowledge.passes(place.words[token.start : token.end])
            or any(a <= token.start < b for a, b in spans)
            for token in line.tokens
        )


def abbreviations(knowledge: Knowledge, text: str, mentions: Sequence[Mention[Sense]]) -> dict[str, str]:
    """Return what a text abbreviates the kinds of steps to: *Max-pooling (P)*.

    Parameters
    ----------
    knowledge
        What is known, and the words for it.
    text
        Of a passage.
    mentions
        What is mentioned in them.
    """
    found = {}
    for mention in mentions:
        short = re.compile(r"\s?\(([A-Z]{1,3})\)").match(text, mention.end)
        if short and mention.entry.sort == "step" and mention.entry.id in knowledge.steps:
            found[short[1]] = mention.entry.id
    return found


def step_name(step: Step, order: Sequence[str], knowledge: Knowledge) -> str:
    """Return which step a name or a number means: by the subject's own names, or as its author counts.

    Parameters
    ----------
    step
        As it is written.
    order
        The steps of a subject.
    knowledge
        Of which kind each of them is.

    Returns
    -------
    str
        The kind alone for a step without name or number; nothing for a block of several.
    """
    if not step.part and not step.number:
        return step.kind
    name = step.part or f"{step.kind}{step.number}"
    if name in order:
        return name
    if any(each.startswith(f"{name}_") for each in order):
        return ""
    alike = [each for each in order if knowledge.step_kind(each) == step.kind]
    count = int(step.number or 0)
    return alike[count - 1] if 0 < count <= len(alike) else name


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in "*_`"):
        end -= 1
    numbering = _NUMBERING.match(text, start, end)
    return (numbering.end() if numbering else start), end


def _joined_last(text: str, named: Sequence[Step]) -> list[Step]:
    """Return the steps that stand last, and what is joined to them."""
    kept = [named[-1]]
    for step in reversed(named[:-1]):
        if not _joint(text, step, kept[0]):
            break
        kept.insert(0, step)
    return kept


def _joined_first(text: str, named: Sequence[Step]) -> list[Step]:
    kept = [named[0]]
    for step in named[1:]:
        if not _joint(text, kept[-1], step):
            break
        kept.append(step)
    return kept


def _is_joined(text: str, named: Sequence[Step]) -> bool:
    return all(_joint(text, one, two) for one, two in pairwise(named))


def _joint(text: str, one: Step, two: Step) -> bool:
    between = _REMARK.sub("", text[one.end : two.start])
    return _JOINED.fullmatch(between) is not None


def _edge(text: str, start: int, end: int) -> int:
    """Return where the clause of a step ends, and the sentence goes on."""
    remark = _REMARK.match(text, start, end)
    begin = remark.end() if remark else start
    found = re.compile(r"[,;:.!?—–)]").search(text, begin, end)
    return found.start() if found else end


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _fields(step: Step) -> tuple[int, int, int, str, str, str, bool]:
    return step.passage, step.start, step.end, step.kind, step.part, step.number, step.passing
