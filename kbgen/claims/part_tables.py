"""Read a table that has a row for each part of something, named or in the order of the parts.

Whose parts they are shows first: of the subject and its variants the one whose figures fit best is meant.
Only where that is the subject itself is another figure a wrong one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from kbgen.claims.claim import Claim
from kbgen.claims.clauses import BoundValue, Holder
from kbgen.claims.mention_detection import detect_mentions
from kbgen.claims.passages import Passage
from kbgen.claims.scope import Scope
from kbgen.claims.steps import Step, StepReader, StepSpan, step_name
from kbgen.claims.tables import CellValue, Grid, Label, is_counter, values_in
from kbgen.facts.compare import compare
from kbgen.facts.knowledge import Knowledge, Sense
from kbgen.phrases import Mention
from kbgen.quantities.extraction import quantities
from kbgen.quantities.tuples import tuple_shape

_MIN_PARTS = 3
"""Rows that must be parts."""
_MORE = 2
"""Figures that must agree with a variant beyond those of the subject: one may be an error."""
_COLUMNS = 3
"""The first so many may hold the names of the parts."""

Bind = Callable[[CellValue, Scope], Claim | None]
"""Makes a claim of a value."""


class _Named(Struct, frozen=True):
    """The column with the steps, and what stands in it."""

    column: int
    steps: Mapping[int, Step]
    """By number of the row: those that are known, or pass."""


class _Reading(Struct, frozen=True):
    """A table as one of some subject."""

    claims: Mapping[int, list[Claim]]
    """By number of the row."""
    right: frozenset[tuple[int, int]]
    """Where the figures stand that agree."""
    judged: int

    @property
    def fits(self) -> bool:
        """Whether most of it is right."""
        return bool(self.right) and 3 * len(self.right) >= 2 * self.judged


class PartClaims(Struct, frozen=True):
    """What a table with a row for each part says."""

    claims: Mapping[int, list[Claim]]
    """By number of the row."""
    own: bool
    """Whether it speaks of the subject itself."""


def part_claims(knowledge: Knowledge, grid: Grid, scope: Scope, bind: Bind) -> PartClaims | None:
    """Read a table with a row for each part.

    Parameters
    ----------
    knowledge
        What is known.
    grid
        The table.
    scope
        What it is about by its place.
    bind
        Makes a claim of a value.

    Returns
    -------
    PartClaims or None
        ``None`` for a table of something else.
    """
    if not scope.subject or any(head.subject for head in grid.heads):
        return None
    named = _named(knowledge, grid)
    if named is None:
        return None
    meant = next((each for each in (scope.subject, *scope.also) if knowledge.orders_of(each)), scope.subject)
    readings: dict[str, _Reading] = {}
    for subject in (meant, *_kindred(knowledge, meant)):
        parts = _parts(knowledge, subject, grid, named)
        if parts is not None:
            read_as = Scope(subject, firm=scope.firm)
            readings[subject] = _reading(knowledge, grid, named, parts, read_as, bind)
    if not readings:
        return PartClaims({}, own=False) if _is_sequence(knowledge, meant, named) else None
    own = readings.get(meant)
    best = max(readings.values(), key=lambda reading: len(reading.right))
    if own and own.fits and len(best.right) < len(own.right) + _MORE:
        better = [reading.right for reading in readings.values() if len(reading.right) > len(own.right)]
        others = frozenset().union(*better) - own.right
        return PartClaims(
            {
                row: [replace(claim, firm=claim.firm and _place(claim) not in others) for claim in found]
                for row, found in own.claims.items()
            },
            own=True,
        )
    if best.fits:
        open_ = {row: [replace(claim, firm=False) for claim in found] for row, found in best.claims.items()}
        return PartClaims(open_, own=False)
    return PartClaims({}, own=False)


def _is_sequence(knowledge: Knowledge, subject: str, named: _Named) -> bool:
    """Tell whether rows are parts of some order, by their kinds alone: then none stands for all of a kind."""
    kinds = [step.kind for step in named.steps.values() if step.known and not step.part and not step.number]
    return len(kinds) > len(set(kinds)) and bool(knowledge.orders_of(subject))


def _kindred(knowledge: Knowledge, subject: str) -> list[str]:
    """Return the variants of a subject, and the members of a family."""
    return [
        *knowledge.relatives(subject),
        *(name.id for name in knowledge.subjects.values() if name.family == subject),
    ]


def _named(knowledge: Knowledge, grid: Grid) -> _Named | None:
    """Find the column that names a step in most rows."""
    steps = StepReader(knowledge)
    width = max(len(row.cells) for row in grid.rows)
    best: _Named | None = None
    count = _MIN_PARTS - 1
    for column in range(min(width, _COLUMNS)):
        found = {row.number: step for row in grid.rows if (step := _step(steps, row, column))}
        known = sum(step.known for step in found.values())
        if known > count and 2 * known >= len(grid.rows):
            best, count = _Named(column, found), known
    return best


def _step(steps: StepReader, row: Passage, column: int) -> Step | None:
    if column >= len(row.cells):
        return None
    cell = row.cells[column]
    mentions = _mentions(steps.knowledge, row, column)
    found = steps.of(StepSpan(row.number, row.words, cell.start, cell.end), mentions)
    return (
        found[0] if len(found) == 1 and (found[0].passing or (found[0].known and found[0].closed)) else None
    )


def _mentions(knowledge: Knowledge, row: Passage, column: int) -> list[Mention[Sense]]:
    cell = row.cells[column]
    found = detect_mentions(knowledge, row.words[cell.start : cell.end])
    return [Mention(m.start + cell.start, m.end + cell.start, m.entry) for m in found]


def _parts(knowledge: Knowledge, subject: str, grid: Grid, named: _Named) -> dict[int, str] | None:
    """Tell which part of a subject each row is: by the sequence of kinds, or by name."""
    wholes = [fact.value.split(" > ") for fact in knowledge.orders_of(subject) if "." not in fact.property]
    order = max(wholes, key=len, default=[])
    kinds = {knowledge.step_kind(step) for step in order}
    rows = [row.number for row in grid.rows if row.number in named.steps]
    known = [number for number in rows if named.steps[number].kind in kinds]
    present = [named.steps[number].kind for number in known]
    right = [step for step in order if knowledge.step_kind(step) in set(present)]
    last = rows[-1] if rows and named.steps[rows[-1]].passing else -1
    if last >= 0 and len(known) + 1 == len(right):  # what comes out is the last part
        known, present = [*known, last], [*present, knowledge.step_kind(right[-1])]
    if [knowledge.step_kind(step) for step in right] == present and len(set(present)) > 1:
        found = dict(zip(known, right, strict=True))
        found |= {number: step.part for number, step in named.steps.items() if step.part in order}
    else:
        names = {number: step_name(named.steps[number], order, knowledge) for number in known}
        found = {number: name for number, name in names.items() if name in order}
    return found if len(found) >= _MIN_PARTS else None


def _reading(
    knowledge: Knowledge, grid: Grid, named: _Named, parts: Mapping[int, str], scope: Scope, bind: Bind
) -> _Reading:
    claims: dict[int, list[Claim]] = {}
    right: set[tuple[int, int]] = set()
    judged = 0
    for row in grid.rows:
        step = named.steps.get(row.number)
        if row.number not in parts and (step is None or not step.passing):
            continue
        for value in _values(grid, row, named.column, parts.get(row.number, "")):
            claim = bind(value, scope)
            keys = [] if claim is None else _of_part(claim, value.bound.holder.part)
            if claim is None or not keys:
                continue
            outcomes = [
                compare(value.bound.quantity, fact) for key in keys for fact in knowledge.about(*key)[:1]
            ]
            if any(outcomes):
                judged += 1
                if any(outcome.agrees for outcome in outcomes if outcome):
                    right.add(_place(claim))
                claims.setdefault(row.number, []).append(replace(claim, keys=tuple(keys)))
    return _Reading(claims, frozenset(right), judged)


def _place(claim: Claim) -> tuple[int, int]:
    return claim.passage, claim.start


def _of_part(claim: Claim, part: str) -> list[tuple[str, str]]:
    """Return the keys of a claim that are about a part; what only the whole has is not meant."""
    return [key for key in claim.keys if key[1].startswith((f"{part}.", f"{part}_")) or not part]


def _values(grid: Grid, row: Passage, names: int, part: str) -> Iterator[CellValue]:
    """Yield the values of a row that is about a part, or about what goes in."""
    label = grid.cell_label(row, names)
    for column, cell in enumerate(row.cells):
        head = grid.heads[column] if column < len(grid.heads) else Label()
        if column == names or head.blocked or is_counter(grid, column, head):
            continue
        usable = head.property and head.understood and not head.compared
        words = _own(grid, column, head) if usable else ()
        shape = tuple_shape(row.words, cell.start, cell.end)
        if not part:
            words = label.property  # what goes in
            if not words or column != _first_shape(grid, row):
                continue
        holder = Holder((), part)
        if shape is not None:
            bound = BoundValue("parts", holder, shape, words, True, "bare", 0)
            yield CellValue(row, bound, (*head.mentions, *label.mentions), (), (), column)
        else:
            yield from values_in(grid, row, column, holder, words, (head,))


def _first_shape(grid: Grid, row: Passage) -> int:
    """Return the first column with sides of something; -1 for none."""
    for column, cell in enumerate(row.cells):
        words = grid.text(row, column)
        if tuple_shape(row.words, cell.start, cell.end) or any(q.sides for q in quantities(words)):
            return column
    return -1


def _own(grid: Grid, column: int, head: Label) -> tuple[Sense, ...]:
    """Return the properties that a head means; one that another head names outright is not a vague one's."""
    outright = {
        entry.id
        for other, each in enumerate(grid.heads)
        if other != column
        for entry in each.property
        if entry.sort in {"term", "shape"}
    }
    meant = {entry.id for entry in head.property if entry.sort in {"term", "shape"}}
    return tuple(entry for entry in head.property if entry.id in meant or entry.id not in outright)
