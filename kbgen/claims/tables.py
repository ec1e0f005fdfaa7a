"""Read a table: one head or label names the subject or its part, the other the property.

A cell binds its value only where every word of the head and of the label is understood. A head that counts
rows, or speaks of another year or data set, binds nothing.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from kbgen.claims.clauses import BoundValue, Holder, clauses, segment, values_at
from kbgen.claims.grammar import Construction, phrase
from kbgen.claims.mention_detection import detect_mentions
from kbgen.claims.passages import Passage
from kbgen.claims.tokens import TaggedText, tag_text
from kbgen.facts.knowledge import Knowledge, Sense
from kbgen.phrases import Mention
from kbgen.quantities.extraction import Quantity, in_units
from kbgen.quantities.measures import unit_of_measure
from kbgen.quantities.units import unit_of

_CELL = Construction("table", "a cell", refutes=True, values=("sized", "count", "measure", "bare"))
_REMARK = Construction("table", "a remark in a cell", refutes=True, values=("sized", "count", "measure"))
_LABEL = "(?: [STPKVdmloinjkYLFaqGW{}b/TQc] )+ $"
_INDEX = re.compile(
    r"\W*(?:no|nr|num|idx|index|id|rank|step|s/n|sr|sl|row|order|position|line|page|ref|stage|block)?\W*(?:no)?\W*#?\W*",
    re.IGNORECASE,
)
_VALUE_HEAD = re.compile(
    r"\W*(?:values?|details?|figures?|numbers?|data|facts?|answers?|amounts?|results?|counts?|info(?:rmation)?|"
    r"descriptions?|specifications?|settings?|quantity)?\W*",
    re.IGNORECASE,
)
_TOTAL = re.compile(r"\W*(?:grand )?(?:total|sum|overall|all|in total|altogether)\b.*", re.IGNORECASE)
_UNIT = re.compile(r"\s*[(\[,]\s*(?:in\s)?([^()\[\],]{1,16}?)\s*[)\]]?$")
_LOOKED_AT = 60
_SENTENCE = 10
"""Words of a cell that is a sentence rather than a value with a remark."""
_FIRST_COLUMNS = 3


class Label(Struct, frozen=True):
    """What the words of a head or of a row's first cell name."""

    words: str = ""
    subjects: tuple[str, ...] = ()
    """All that the one name in it may stand for."""
    part: str = ""
    property: tuple[Sense, ...] = ()
    understood: bool = False
    blocked: bool = False
    """Whether it speaks of another one: another implementation, an example."""
    compared: bool = False
    """Whether it compares: *vs the Ada*, *per deck*."""
    mentions: tuple[Mention[Sense], ...] = ()
    year: str = ""
    exact: bool = False
    """Whether it is the name of a subject or part, and nothing else."""

    @builtins.property  # `property` is a field here
    def subject(self) -> str:
        """The likeliest of :attr:`subjects`."""
        return self.subjects[0] if self.subjects else ""


class CellValue(Struct, frozen=True):
    """A value of a cell, with all that its place says of it."""

    passage: Passage
    bound: BoundValue
    mentions: tuple[Mention[Sense], ...]
    """What the head and the label mention, and the words beside the value."""
    cell: tuple[Mention[Sense], ...]
    """All that the cell mentions."""
    years: tuple[str, ...]
    column: int


class Grid:
    """The rows of one table.

    Parameters
    ----------
    knowledge
        What is known, and the words for it.
    rows
        Of the table, without its head.
    """

    def __init__(self, knowledge: Knowledge, rows: Sequence[Passage]) -> None:
        self.knowledge = knowledge
        self.rows = rows
        self.heads = [self.label(head) for head in rows[0].heads]
        self._labels: dict[str, Label] = {}

    def label(self, text: str) -> Label:
        """Read the words of a head or of a label."""
        stripped = text.strip(" *_:\t")
        stripped = stripped.strip("# ") or stripped  # Param #
        if not stripped or len(stripped) > 120:
            return Label(stripped)
        if _TOTAL.fullmatch(stripped):
            return Label(stripped, understood=True)
        unit = _UNIT.search(stripped)
        named = (
            stripped[: unit.start()] if unit and (unit_of_measure(unit[1]) or unit_of(stripped)) else stripped
        )
        mentions = detect_mentions(self.knowledge, named)
        line = tag_text(named, 0, len(named), mentions)
        if line is None:
            return Label(stripped)
        tags = [token.tags for token in line.tokens]
        names = [token for token in line.tokens if "S" in token.tags]
        ids = [token.ids("subject") for token in names]
        subjects = [each for each in ids[0] if all(each in other for other in ids)] if ids else []
        part = next((m.entry.id for m in mentions if m.entry.sort == "part"), "")
        entries = tuple(m.entry for m in mentions if m.entry.sort in {"term", "label", "unit", "shape"})
        properties = [{e.id for e in token.entries} for token in line.tokens if "T" in token.tags]
        if properties and not set.intersection(*properties):
            entries = ()  # the depth resolution is neither
        exact = "d? m* V? [SP] (?: (?: V? K)? k? $ | { [YcjSLV]* } $ )"
        return Label(
            stripped,
            tuple(subjects) if phrase("(?: d? m* V? S | d? m* T o d? S )").match(line.text) else (),
            part,
            entries,
            understood=phrase(_LABEL).match(line.text) is not None,
            blocked=any("v" in each for each in tags),
            compared=any("x" in each and "T" not in each for each in tags),
            mentions=tuple(mentions),
            year=next((stripped[t.start : t.end] for t in line.tokens if "Y" in t.tags), ""),
            exact=phrase(exact).match(line.text) is not None,
        )

    def cell_label(self, row: Passage, column: int) -> Label:
        """Read a cell as a label."""
        words = self.text(row, column)
        if words not in self._labels:
            self._labels[words] = self.label(words)
        return self._labels[words]

    @staticmethod
    def text(row: Passage, column: int) -> str:
        """Return the words of a cell."""
        if not 0 <= column < len(row.cells):
            return ""
        cell = row.cells[column]
        return row.words[cell.start : cell.end]

    @cached_property
    def names(self) -> int:
        """The column with the names of what the rows are about; -1 for none."""
        width = max(len(row.cells) for row in self.rows)
        looked = self.rows[:_LOOKED_AT]
        for column in range(min(width, _FIRST_COLUMNS)):
            if column < len(self.heads) and self.heads[column].subject:
                continue
            labels = [self.cell_label(row, column) for row in looked]
            named = sum(label.exact for label in labels)
            if named and 2 * named >= len(labels):
                return column
        return -1

    @cached_property
    def labels(self) -> int:
        """The column with the properties that the rows are about; -1 for none."""
        width = max(len(row.cells) for row in self.rows)
        looked = self.rows[:_LOOKED_AT]
        for column in range(min(width, 2)):
            labels = [self.cell_label(row, column) for row in looked]
            named = sum(bool(label.property) and not re.match(r"\W*\d", label.words) for label in labels)
            if 2 * named >= len(labels):
                return column
        return -1


def cell_values(grid: Grid, row: Passage) -> Iterator[CellValue]:
    """Yield the values of a row.

    Parameters
    ----------
    grid
        The table.
    row
        One of its rows.
    """
    names = grid.names
    first = grid.cell_label(row, 0)
    if names < 0 and len(grid.rows) > 1 and first.exact and not first.property:
        names = 0
    own = names if names >= 0 else grid.labels
    label = grid.cell_label(row, own)
    if label.blocked or (names >= 0 and not label.exact):
        return
    for column in range(len(row.cells)):
        head = grid.heads[column] if column < len(grid.heads) else Label()
        if column == own or head.blocked:
            continue
        if names >= 0:
            yield from _of_name(grid, row, column, head, label)
        elif grid.labels >= 0:
            yield from _of_property(grid, row, column, head, label)
        else:
            yield from _of_heads(grid, row, column, head)


def _of_name(grid: Grid, row: Passage, column: int, head: Label, label: Label) -> Iterator[CellValue]:
    """Read a cell of a row that is about a subject or a part."""
    if not head.compared and head.subject and label.subject and not {*head.subjects} & {*label.subjects}:
        return
    holder = Holder(label.subjects or (() if head.compared else head.subjects), label.part or head.part)
    named = head.property and head.understood and not head.compared and not is_counter(grid, column, head)
    binding = "parts" if holder.part else "table"
    yield from values_in(grid, row, column, holder, head.property if named else (), (head, label), binding)


def _of_property(grid: Grid, row: Passage, column: int, head: Label, label: Label) -> Iterator[CellValue]:
    """Read a cell of a row that is about a property."""
    if not label.property or not label.understood:
        return
    if not head.understood and not _VALUE_HEAD.fullmatch(head.words):
        return
    if head.property and not head.subject and not _VALUE_HEAD.fullmatch(head.words):
        return
    holder = Holder(head.subjects or label.subjects, head.part or label.part)
    binding = "table" if head.subject else "parts" if holder.part else "label"
    yield from values_in(grid, row, column, holder, label.property, (head, label), binding)


def _of_heads(grid: Grid, row: Passage, column: int, head: Label) -> Iterator[CellValue]:
    """Read a cell of the only row of a table: its heads are the properties of what stands above."""
    if len(grid.rows) > 1 or not head.property or not head.understood or is_counter(grid, column, head):
        return
    if sum(bool(each.property) for each in grid.heads) < 2:
        return  # a timeline of one row
    holder = Holder(head.subjects, head.part)
    yield from values_in(grid, row, column, holder, head.property, (head,), "label")


def is_counter(grid: Grid, column: int, head: Label) -> bool:
    """Tell whether a column numbers the rows."""
    if head.words and _INDEX.fullmatch(head.words):
        return True
    found = [re.fullmatch(r"\s*(\d{1,3})\.?\s*", grid.text(row, column)) for row in grid.rows]
    numbers = [int(each[1]) for each in found if each]
    return len(numbers) == len(grid.rows) > 2 and numbers == list(
        range(numbers[0], numbers[0] + len(numbers))
    )


def values_in(
    grid: Grid,
    row: Passage,
    column: int,
    holder: Holder,
    meant: tuple[Sense, ...],
    labels: Sequence[Label],
    binding: str = "parts",
) -> Iterator[CellValue]:
    """Yield the values of a cell.

    Parameters
    ----------
    grid, row, column
        Where it stands.
    holder
        What it is about.
    meant
        What its head or label may mean.
    labels
        Its head, its label, or both.
    binding
        The construction that binds it.
    """
    cell = row.cells[column]
    mentions = detect_mentions(grid.knowledge, row.words[cell.start : cell.end])
    shifted = [Mention(m.start + cell.start, m.end + cell.start, m.entry) for m in mentions]
    line = tag_text(row.words, cell.start, cell.end, shifted)
    if line is None or not any(token.quantity for token in line.tokens):
        return
    beside = [m for label in labels for m in label.mentions]
    years = tuple(label.year for label in labels if label.year)
    for bound in _bound(line, holder, meant, binding):
        first, last = segment(line, bound.at)
        here = [m for m in shifted if first <= m.start and m.end <= last]
        quantity = _in_units(bound.quantity, labels)
        yield CellValue(
            row, replace(bound, quantity=quantity), (*beside, *here), tuple(shifted), years, column
        )


def _bound(line: TaggedText, holder: Holder, meant: tuple[Sense, ...], binding: str) -> Iterator[BoundValue]:
    """Yield the values of a cell: first those of its head or label, then those that bring their own words."""
    seen: set[int] = set()
    starts = [0, *(found.end() for found in phrase("[{ckejnz]").finditer(line.text))]
    for start in starts:
        versus = phrase("x (?= [NYXD] )").match(line.text, start)
        position = versus.end() if versus else start
        read = values_at(
            line, position, _CELL if meant and not start else _REMARK, meant if not start else ()
        )
        in_sentence = start > 0 and len(line.tokens) > _SENTENCE
        for number, value in enumerate(read[0] if read else ()):
            own = bool(meant) and not start and not number and value.form in {"bare", "count"}
            closed = bool(read and read[2]) or number + 1 < len(read[0] if read else ())
            closed = closed and value.firm and not in_sentence
            for at, words in value.tokens:
                token = line.tokens[at]
                if token.quantity is not None and at not in seen:
                    seen.add(at)
                    entries = tuple(dict.fromkeys((*words, *meant))) if own else words
                    form = "bare" if own else value.form
                    yield BoundValue(binding, holder, token.quantity, entries, closed, form, at)
    if not meant:
        for bound in clauses(line, implied=True, fragment=True):
            if bound.at not in seen and not bound.holder.subjects:
                seen.add(bound.at)
                yield replace(bound, holder=holder, binding=binding)


def _in_units(quantity: Quantity, labels: Sequence[Label]) -> Quantity:
    """Read ``60`` under *Params (M)* as 60 million."""
    if quantity.form != "number" or quantity.scaled:
        return quantity
    for label in labels:
        unit = unit_of(label.words)
        if unit and label.property:
            return in_units(quantity, unit)
        words = _UNIT.search(label.words)
        if words and label.property and not quantity.unit and unit_of_measure(words[1]):
            return replace(quantity, unit=words[1], plain=False)
    return quantity
