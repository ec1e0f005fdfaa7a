"""Read names in tables: under a head, beside a label, or as what a row says of the name it begins with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kbgen.claims.claim import Claim
from kbgen.claims.named_values import closed, named_value_at, named_values_in, value_of_cell
from kbgen.claims.passages import Passage
from kbgen.claims.predicates import Context, SubjectMention, claim_of, described, keys_with_names
from kbgen.claims.scope import Scope
from kbgen.claims.tables import Grid, Label
from kbgen.claims.tokens import TaggedText, tag_text
from kbgen.facts.knowledge import Knowledge, Sense
from kbgen.phrases import Mention

_LABELS = frozenset({"term", "label", "unit"})
_COLUMNS = 12
_WORD = re.compile(r"[^\W\d_]+|\d+")
_WORDS_OF_SAYING = 3
"""Words from which a value is a saying, that nobody writes by chance."""


def named_cells(
    knowledge: Knowledge, grid: Grid, row: Passage, mentions: Sequence[Mention[Sense]], scope: Scope
) -> Iterator[Claim]:
    """Yield what the cells of a row name.

    Parameters
    ----------
    knowledge
        What is known.
    grid
        The table.
    row
        One of its rows.
    mentions
        What is mentioned in it.
    scope
        What it is about by its place.
    """
    names = grid.names
    first = grid.cell_label(row, 0)
    if names < 0 and len(grid.rows) > 1 and first.exact and first.subject:
        names = 0
    own = names if names >= 0 else grid.labels
    label = grid.cell_label(row, own)
    if label.blocked:
        return
    sort = knowledge.sort_of(scope.subject)
    named = {m.entry.id for m in mentions if m.entry.sort == "subject"} - {scope.subject}
    clear = not sort or all(knowledge.sort_of(each) != sort for each in named)
    for column in range(min(len(row.cells), _COLUMNS)):
        head = grid.heads[column] if column < len(grid.heads) else Label()
        line = _line(row, column, mentions)
        if head.blocked or line is None or not line.tokens:
            continue
        context = Context(row, line, scope, clear=clear, sure=clear, binding="table")
        if column == own:
            yield from _of_saying(knowledge, context)
        elif names >= 0 and label.exact and label.subject:
            yield from _of_name(knowledge, context, head, _actor(row, own, mentions, label))
        elif names < 0:
            yield from _of_label(knowledge, context, head, label)
            yield from _of_saying(knowledge, context)


def _actor(row: Passage, column: int, mentions: Sequence[Mention[Sense]], label: Label) -> SubjectMention:
    line = _line(row, column, mentions)
    if line is None:
        return SubjectMention(label.subject, TaggedText(row.words, 0, 0, (), "", ()), -1)
    return SubjectMention(
        label.subject, line, next((n for n, t in enumerate(line.tokens) if "S" in t.tags), -1)
    )


def _line(row: Passage, column: int, mentions: Sequence[Mention[Sense]]) -> TaggedText | None:
    cell = row.cells[column]
    return tag_text(row.words, cell.start, cell.end, mentions)


def _of_name(knowledge: Knowledge, context: Context, head: Label, actor: SubjectMention) -> Iterator[Claim]:
    """Yield what a cell says of the name of its row."""
    line = context.line
    yield from described(knowledge, context, actor, 0, whole=False)
    keys = keys_with_names(knowledge, actor.subject, head.property, _LABELS)
    if keys and head.understood and not head.compared:
        found = named_values_in(knowledge, keys, line)
        for value in found:
            yield claim_of(knowledge, context, value, "table", firm=closed(line, value))
        if found:
            return
    for key, facts in knowledge.facts_of(actor.subject):
        if facts[0].kind == "name":
            one = value_of_cell(knowledge, [key], line)
            distinctive = key[1] in knowledge.terms and knowledge.terms[key[1]].distinctive
            if one and (one.right or distinctive):
                yield claim_of(knowledge, context, one, "table", firm=distinctive)


def _of_label(knowledge: Knowledge, context: Context, head: Label, label: Label) -> Iterator[Claim]:
    """Yield what a cell says of the property of its row, or of its head where there is one row alone."""
    if head.words and not head.understood and not head.subject:
        return
    subject = head.subject or label.subject or context.scope.subject
    firm = bool(head.subject or label.subject) or context.scope.firm
    properties = label.property or head.property
    keys = keys_with_names(knowledge, subject, properties, _LABELS)
    for value in named_values_in(knowledge, keys, context.line) if keys and label.understood else ():
        sure = firm and closed(context.line, value)
        yield claim_of(knowledge, context, value, "table", firm=sure)


def _of_saying(knowledge: Knowledge, context: Context) -> Iterator[Claim]:
    """Yield a value of several words that nobody writes by chance, with which a cell begins."""
    for key, facts in knowledge.facts_of(context.scope.subject):
        if facts[0].kind == "name":
            value = named_value_at(knowledge, [key], context.line, 0)
            words = context.line.words[value.start : value.end] if value and value.right else ""
            if value and len(_WORD.findall(words)) >= _WORDS_OF_SAYING:
                yield claim_of(knowledge, context, value, "table", firm=False)
