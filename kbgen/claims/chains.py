"""Find the sequences of steps that a text draws: with arrows, as a row of names, or a line for each.

A sequence is read as a whole: between two arrows stands a step, what goes in or comes out, or something that
nobody knows, and a sequence that holds such a thing is not understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from kbgen.claims.passages import Passage
from kbgen.claims.steps import Step, StepReader, StepSpan
from kbgen.facts.knowledge import Sense
from kbgen.phrases import Mention

ARROW = re.compile(r"[ \t]{0,8}(?:→|⟶|➔|➜|➡|⇒|⟹|⇨|▶|►|↓|⬇|=>|-{1,3}>)[ \t]{0,8}")
_DOWN = re.compile(r"[\s|│┃v▼↓⬇]+")
_GAP = re.compile(r"…|\.\.\.|\betc\b")
_LEAD = re.compile(r":\s*[*_`]*\s*\S")
_WEAK = re.compile(r"[\s*_`]*[\])}]?[\s*_`]*([-–>|,]|(?<=[\])}])(?=\s*[\[({]))[\s*_`]*[\[({]?[\s*_`]*")
"""What joins steps that are drawn in a row without arrows."""
_IN_CODE = frozenset(">|")
"""Marks that mean something else in a sentence."""

MAX_STEPS = 2000
"""A sequence that is longer is a dump of data."""
MIN_STEPS = 4
"""Steps of a sequence that is drawn without arrows."""

Read = tuple[Passage, Sequence[Mention[Sense]]]
"""A passage with what it mentions."""

Form = Literal["arrows", "row", "lines"]


class Chain(Struct, frozen=True):
    """A drawn sequence."""

    form: Form
    steps: tuple[Step, ...]
    """Without what passes through."""
    place: Passage
    """Where it begins."""
    lead: tuple[int, int]
    """The words of the first passage before its first step."""
    understood: bool
    """Whether each step is one that is known."""
    first: bool
    """Whether it begins with what goes in."""
    last: bool
    """Whether it ends with what comes out."""
    gaps: bool
    """Whether it says that it leaves something out."""

    @property
    def passages(self) -> int:
        """How many passages it goes over."""
        return len({step.passage for step in self.steps})


class _Line(Struct, frozen=True):
    """A line of a passage."""

    passage: Passage
    mentions: Sequence[Mention[Sense]]
    start: int
    end: int
    line: int
    words: str
    arrow: int
    """Where its first arrow begins in its words; -1 for none."""


def chains(steps: StepReader, passages: Sequence[Read]) -> Iterator[Chain]:
    """Yield the sequences that a text draws.

    Parameters
    ----------
    steps
        Reads the words between two arrows.
    passages
        With what they mention, in order.
    """
    lines = [line for passage, mentions in passages for line in _lines(passage, mentions)]
    taken: set[tuple[int, int]] = set()
    for run in _runs(lines):
        chain = _drawn(steps, run)
        taken.update((line.passage.number, line.start) for line in run)
        if chain:
            yield chain
    for line in lines:
        if (line.passage.number, line.start) not in taken:
            yield from _rows(steps, line)
    yield from _lists(steps, [line for line in lines if line.passage.kind in {"item", "code"}], taken)


def _lines(passage: Passage, mentions: Sequence[Mention[Sense]]) -> Iterator[_Line]:
    if passage.kind in {"row", "head"}:
        for cell in passage.cells:
            words = passage.words[cell.start : cell.end]
            yield _Line(passage, mentions, cell.start, cell.end, passage.line, words, _first_arrow(words))
        return
    start = 0
    for number, words in enumerate(passage.words.split("\n")):
        if words.strip():
            end = start + len(words)
            yield _Line(passage, mentions, start, end, passage.line + number, words, _first_arrow(words))
        start += len(words) + 1


# ------------------------------------------------------------------ arrows


def _runs(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    """Yield the lines that make one drawing with arrows."""
    if all(line.arrow < 0 for line in lines) and sum(map(_is_down, lines)) < 2:
        return  # no run of them is drawn
    run: list[_Line] = []
    for line in lines:
        if run and _goes_on(run[-1], line):
            run.append(line)
            continue
        if _is_drawn(run):
            yield run
        run = [line]
    if _is_drawn(run):
        yield run


def _is_drawn(run: Sequence[_Line]) -> bool:
    return any(line.arrow >= 0 for line in run) or sum(map(_is_down, run)) > 1


def _goes_on(one: _Line, two: _Line) -> bool:
    if not _touch(one, two):
        return False
    if _is_down(one) or _is_down(two) or ARROW.match(two.words.lstrip()) or _ends_with_arrow(one):
        return True
    drawn = one.arrow >= 0 and two.arrow >= 0
    return drawn and two.line - one.line < 2 and not _LEAD.search(two.words[: two.arrow])


def _touch(one: _Line, two: _Line) -> bool:
    if one.passage is two.passage:
        return one.passage.kind not in {"row", "head"}
    kind = two.passage.kind
    return (
        kind == one.passage.kind
        and kind in {"code", "item"}
        and two.passage.number == one.passage.number + 1
        and two.passage.level == one.passage.level
    )


def _is_down(line: _Line) -> bool:
    return line.passage.kind == "code" and _DOWN.fullmatch(line.words) is not None


def _ends_with_arrow(line: _Line) -> bool:
    if line.arrow < 0:
        return False
    *_, last = ARROW.finditer(line.words)
    return not line.words[last.end() :].strip()


def _first_arrow(words: str) -> int:
    """Return where an arrow begins in a line; -1 for none, which is told at a glance of most."""
    found = ARROW.search(words) if ">" in words or not words.isascii() else None
    return found.start() if found else -1


def _drawn(steps: StepReader, run: Sequence[_Line]) -> Chain | None:
    found: list[Step] = []
    for number, line in enumerate(run):
        if _is_down(line):
            continue
        cuts = [each.span() for each in ARROW.finditer(line.passage.words, line.start, line.end)]
        starts = [line.start, *(end for _, end in cuts)]
        ends = [*(start for start, _ in cuts), line.end]
        prose = line.passage.kind != "code"
        for at, (start, end) in enumerate(zip(starts, ends, strict=True)):
            lead = not number and not at and bool(cuts)
            trail = prose and at == len(cuts) and number + 1 == len(run)
            place = StepSpan(line.passage.number, line.passage.words, start, end, lead=lead, trail=trail)
            found += steps.of(place, line.mentions)
        if len(found) > MAX_STEPS:
            return None
    gaps = any(_GAP.search(line.words) for line in run)
    return _chain("arrows", found, run[0], gaps=gaps)


def _chain(form: Form, found: Sequence[Step], line: _Line, *, gaps: bool) -> Chain | None:
    known = [step for step in found if step.known]
    if len(known) < 2:
        return None
    first, last = not found[0].known, not found[-1].known
    inner = found[first : len(found) - last]
    ends = (*found[:first], *found[len(found) - last :])
    closed = all(step.closed if step.known else step.passing for step in inner)
    understood = closed and all(step.passing or step.closed for step in ends)
    begin = found[0].start if found[0].passage == line.passage.number else line.start
    return Chain(
        form, tuple(known), line.passage, (line.start, begin), understood, first=first, last=last, gaps=gaps
    )


# ------------------------------------------------------------------ rows of names


def _rows(steps: StepReader, line: _Line) -> Iterator[Chain]:
    """Yield the runs of at least four steps with the same mark between each two."""
    words = line.passage.words
    found = [
        step
        for each in _pieces(line)
        for step in steps.of(StepSpan(line.passage.number, words, *each), line.mentions)
        if step.known
    ]
    run: list[Step] = []
    mark = ""
    for step in found:
        joint = _WEAK.fullmatch(words[run[-1].end : step.start]) if run else None
        joins = joint[1] or "[]" if joint else ""
        if run and joint and (not mark or joins == mark) and _counts(line, run[-1].end, joint, joins):
            mark = joins
        else:
            yield from _row(line, run, mark)
            run, mark = [], ""
        run.append(step)
    yield from _row(line, run, mark)


def _pieces(line: _Line) -> Iterator[tuple[int, int]]:
    """Yield where each mention of a step stands, with the number behind it."""
    words = line.passage.words
    for mention in line.mentions:
        if mention.entry.sort in {"step", "part"} and line.start <= mention.start < line.end:
            number = re.compile(r"\d{0,2}").match(words, mention.end, line.end)
            yield mention.start, number.end() if number else mention.end


def _counts(line: _Line, place: int, joint: re.Match[str], mark: str) -> bool:
    """Tell whether a mark joins steps where it stands."""
    coded = line.passage.kind == "code" or any(a <= place <= b for a, b in line.passage.masked)
    if mark in _IN_CODE:
        return coded
    if mark == ",":
        return any(sign in joint[0] for sign in ")]}")
    return True


def _row(line: _Line, run: Sequence[Step], mark: str) -> Iterator[Chain]:
    once = [step for step, before in zip(run, [None, *run], strict=False) if before is None or step != before]
    if len(once) < MIN_STEPS:
        return
    words = line.passage.words
    before, after = words[line.start : once[0].start], words[once[-1].end : line.end]
    sign = "" if mark == "[]" else re.escape(mark)
    cut = bool(sign) and (
        re.search(rf"\w[\s*_`\])}}]*{sign}[\s*_`\[({{]*$", before) is not None
        or re.match(rf"[\s*_`\])}}]*{sign}[\s*_`\[({{]*\w", after) is not None
    )
    chain = _chain("row", once, line, gaps=bool(_GAP.search(line.words)))
    if chain:
        yield replace(chain, understood=chain.understood and not cut, first=False, last=False)


# ------------------------------------------------------------------ a line for each


def _lists(steps: StepReader, lines: Sequence[_Line], taken: set[tuple[int, int]]) -> Iterator[Chain]:
    """Yield lists of steps, each with what is said of it."""
    block: list[_Line] = []
    for line in lines:
        if (line.passage.number, line.start) in taken or line.start:
            continue
        if block and not _follows(block[-1], line):
            yield from _list(steps, block)
            block = []
        if not block or line.passage.level == block[0].passage.level:
            block.append(line)
    yield from _list(steps, block)


def _follows(one: _Line, two: _Line) -> bool:
    """Tell whether a line belongs to the list of another; what is nested in it may stand between."""
    same = one.passage.kind == two.passage.kind and one.passage.sections == two.passage.sections
    return same and (
        two.passage.level > one.passage.level
        or (two.passage.level == one.passage.level and two.passage.parents == one.passage.parents)
    )


def _list(steps: StepReader, block: Sequence[_Line]) -> Iterator[Chain]:
    found: list[Step] = []
    for line in block:
        words = line.passage.words
        head = re.compile(r"[^:(\[–—=]{1,60}").match(words, line.start, line.end)
        end = head.end() if head else line.end
        found += steps.of(StepSpan(line.passage.number, words, line.start, end), line.mentions)
    numbered = [step for step in found if step.number or step.part]
    if len(numbered) < MIN_STEPS or len(numbered) < len([step for step in found if step.known]):
        return
    chain = _chain("lines", found, block[0], gaps=any(_GAP.search(line.words) for line in block))
    if chain:
        yield chain
