"""Read drawn sequences as claims: ``Conv1 → ReLU → LRN → Pool`` says what follows what.

A sequence names parts of a subject (conv1) and kinds of steps (ReLU). Each part with what follows it is one
claim, and the order of the parts is another. Kinds of steps that a sequence never names are left out on
purpose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from kbgen.claims.assertions import asserts
from kbgen.claims.claim import Claim
from kbgen.claims.passages import Passage
from kbgen.facts.fact import Fact, Key
from kbgen.facts.knowledge import Knowledge, Word
from kbgen.phrases import Mention

ARROW = re.compile(r"[ \t]{0,8}(?:→|⟶|➔|➜|⇒|↓|=>|-{1,3}>)[ \t]{0,8}")
_NUMBER = re.compile(r"[ -]?(\d{1,3})(?![\d×x.%])")
_GAP = re.compile(r"…|\.\.\.|\betc\b")

_ORDER = "order"

MOST_STEPS = 2000
"""A sequence that is longer is a dump of data."""

Read = tuple[Passage, Sequence[Mention[Word]]]
"""A passage with what it mentions."""


class Step(Struct, frozen=True):
    """A step of a drawn sequence."""

    passage: int
    start: int
    end: int
    id: str
    part: bool


class Drawing(Struct, frozen=True):
    """A drawn sequence, with what is said beside it."""

    steps: tuple[Step, ...]
    subjects: tuple[str, ...]
    """Named in the same passages."""
    gaps: bool
    """Whether it says that it leaves something out."""


def drawings(passages: Sequence[Read]) -> Iterator[Drawing]:
    """Yield the sequences that are drawn in a text; lines of code or items of a list that touch are one."""
    block: list[Read] = []
    for passage, mentions in passages:
        touches = block and _touch(block[-1][0], passage)
        if block and not touches:
            yield from _drawing(block)
            block = []
        if touches or passage.kind == "code" or ARROW.search(passage.words):
            block.append((passage, mentions))
    if block:
        yield from _drawing(block)


def _touch(one: Passage, two: Passage) -> bool:
    return (
        two.kind == one.kind
        and two.kind in {"code", "item"}
        and two.number == one.number + 1
        and two.level == one.level
    )


def _drawing(block: Sequence[Read]) -> Iterator[Drawing]:
    if not any(ARROW.search(passage.words) for passage, _ in block):
        return
    if block[0][0].kind not in {"code", "row"} and not asserts(block[0][0].words):
        return
    steps = [step for passage, mentions in block for step in _steps(passage, mentions)]
    if not 1 < len(steps) <= MOST_STEPS:
        return
    subjects = dict.fromkeys(
        m.entry.id
        for passage, mentions in block
        for m in mentions
        if m.entry.sort == "subject"
        and not any(s.passage == passage.number and s.start == m.start for s in steps)
    )
    yield Drawing(tuple(steps), tuple(subjects), any(_GAP.search(passage.words) for passage, _ in block))


def _steps(passage: Passage, mentions: Sequence[Mention[Word]]) -> Iterator[Step]:
    """Yield the step that stands between each two arrows."""
    here = [m for m in mentions if m.entry.sort in {"part", "step"}]
    start = at = 0
    for arrow in (*ARROW.finditer(passage.words), None):
        end = arrow.start() if arrow else len(passage.words)
        while at < len(here) and here[at].start < start:
            at += 1
        last = at
        while last < len(here) and here[last].end <= end:
            last += 1
        inside = here[at:last]
        best = next((m for m in inside if m.entry.sort == "part"), inside[0] if inside else None)
        if best:
            numbered = _NUMBER.match(passage.words, best.end) if best.entry.sort == "step" else None
            if numbered:  # Conv6: a part that nobody knows
                name = f"{best.entry.id}{numbered[1]}"
                yield Step(passage.number, best.start, numbered.end(), name, part=True)
            else:
                yield Step(passage.number, best.start, best.end, best.entry.id, best.entry.sort == "part")
        start = arrow.end() if arrow else end


def order_claims(
    knowledge: Knowledge, drawing: Drawing, words: Mapping[int, str], about: Sequence[str]
) -> Iterator[Claim]:
    """Yield the claims of a sequence.

    Parameters
    ----------
    knowledge
        What is known.
    drawing
        The sequence.
    words
        The words of each passage, by its number.
    about
        What it may be about where it does not say so, the likeliest first.
    """
    kinds = {step.id for step in drawing.steps if not step.part}
    sorts = {knowledge.sort_of(each) for each in about} - {""}
    others = [each for each in drawing.subjects if knowledge.sort_of(each) in sorts or not sorts]
    for subject in others[:1] or about:
        whole = _whole(knowledge, subject, drawing, detailed=bool(kinds))
        groups = list(_groups(knowledge, subject, drawing.steps))
        if not whole and not groups:
            continue
        for key, steps in groups:
            alone = len(steps) == 1
            if alone and steps[0] is drawing.steps[-1]:
                continue  # what follows the last is not drawn
            if not alone or _expected(knowledge.about(*key)[0].value, steps[0].id, kinds) != [steps[0].id]:
                yield _claim(key, steps, kinds, words)
        if whole:
            yield _claim(*whole, set(), words)
        return
    yield from _loose(knowledge, drawing.steps, words, others[:1] or about, kinds)


def _claim(key: Key, steps: Sequence[Step], kinds: set[str], words: Mapping[int, str]) -> Claim:
    first = steps[0]
    end = max(step.end for step in steps if step.passage == first.passage)
    named = tuple(step.id for step in steps)
    # The kinds that count are kept with the claim: what the author never draws is not missing.
    counted = tuple(f"?{kind}" for kind in sorted(kinds))
    return Claim(
        first.passage,
        first.start,
        end,
        words[first.passage][first.start : end],
        (key,),
        steps=named + counted,
        binding="chain",
        firm=True,
    )


def _groups(knowledge: Knowledge, subject: str, steps: Sequence[Step]) -> Iterator[tuple[Key, list[Step]]]:
    """Yield each part that has an order of its own, with the steps up to the next part."""
    current: list[Step] = []
    for step in steps:
        if step.part:
            if current:
                yield (subject, f"{current[0].id}.{_ORDER}"), current
            current = [step] if knowledge.about(subject, f"{step.id}.{_ORDER}") else []
        elif current:
            current.append(step)
    if current:
        yield (subject, f"{current[0].id}.{_ORDER}"), current


def _whole(
    knowledge: Knowledge, subject: str, drawing: Drawing, *, detailed: bool
) -> tuple[Key, list[Step]] | None:
    """Return the parts of a sequence as a claim about their order, from the first that is out of place on."""
    for (_, name), facts in knowledge.facts_of(subject):
        if facts[0].kind != "order" or "." in name or name == _ORDER:
            continue
        right = facts[0].value.split(" > ")
        kinds = {kind_of(each) for each in right}
        parts = [
            step for step in drawing.steps if step.id in right or (step.part and kind_of(step.id) in kinds)
        ]
        if len(parts) < 2:
            continue
        named = [step.id for step in parts]
        wanted = right
        if drawing.gaps or (2 * len(set(named)) <= len(right) and not detailed):
            wanted = [each for each in right if each in named]
        elif 2 * len(set(named)) <= len(right):
            first = right.index(named[0]) if named[0] in right else 0
            wanted = right[first : first + len(named)]
        wrong = next((n for n, step in enumerate(parts) if n >= len(wanted) or step.id != wanted[n]), None)
        if wrong is None and len(parts) < len(wanted):
            wrong = len(parts) - 1
        return (subject, name), parts[wrong:] + parts[:wrong] if wrong else parts
    return None


def _loose(
    knowledge: Knowledge,
    steps: Sequence[Step],
    words: Mapping[int, str],
    subjects: Sequence[str],
    kinds: set[str],
) -> Iterator[Claim]:
    """Read steps without a part: right if they follow one another so anywhere, wrong if nowhere."""
    loose = [step for step in steps if not step.part]
    if len(loose) < 2 or len(kinds) != len(loose):
        return
    for subject in subjects:
        keys = [
            key
            for key, facts in knowledge.facts_of(subject)
            if facts[0].kind == "order"
            and key[1].endswith(_ORDER)
            and kinds <= {kind_of(each) for each in facts[0].value.split(" > ")}
            and len(_expected(facts[0].value, "", kinds)) == len(loose)
        ]
        if keys:
            first = loose[0]
            last = [step for step in loose if step.passage == first.passage][-1]
            text = words[first.passage][first.start : last.end]
            named = (*(step.id for step in loose), *(f"?{kind}" for kind in sorted(kinds)))
            yield Claim(
                first.passage,
                first.start,
                last.end,
                text,
                tuple(keys),
                steps=named,
                binding="chain",
                firm=True,
            )
            return


def kind_of(step: str) -> str:
    """Return the kind of a step: ``relu`` for ``relu1``.

    Examples
    --------
    >>> kind_of("relu1"), kind_of("pool5_2"), kind_of("prob")
    ('relu', 'pool', 'prob')
    """
    return re.sub(r"[\d_.]+$", "", step)


def _expected(value: str, part: str, kinds: set[str]) -> list[str]:
    """Return the steps of a fact as a sequence would name them that knows some kinds alone."""
    return [
        step if step == part else kind_of(step)
        for step in value.split(" > ")
        if step == part or kind_of(step) in kinds
    ]


def agrees(claim: Claim, fact: Fact) -> tuple[bool, str, str]:
    """Compare a claimed sequence with a fact.

    Parameters
    ----------
    claim
        With steps.
    fact
        Of the kind ``order``.

    Returns
    -------
    tuple
        Whether they agree, the reason of the accepted value, and the value it was held against.
    """
    named = [step for step in claim.steps if not step.startswith("?")]
    kinds = {step[1:] for step in claim.steps if step.startswith("?")}
    for value in fact.values():
        steps = value.value.split(" > ")
        if kinds:
            part = named[0] if named[0] in steps else ""
            right = _expected(value.value, part, kinds)
        else:
            right = steps if 2 * len(set(named)) > len(steps) else [each for each in steps if each in named]
        if named == right:
            return True, value.reason, value.value
    return False, "", fact.value
