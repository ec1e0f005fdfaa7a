"""Chosen nodes and answers as tables for people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kbgen.graph.build import Graph
from kbgen.graph.note_graph import InducedSubgraph, directed_notes, induced_subgraph
from kbgen.graph.queries.catalogue import Answer
from kbgen.reporting import counted, escape_controls, padded, width_of

_MAX_LISTED = 40
"""Notes whose links the table lists below; the data formats have all."""
_MAX_CELL_CHARS = 160
"""Characters of a cell; the data formats have all."""
_BELOW = ("reason", "path", "text")
"""What is too long for a column."""
_IDS = frozenset({"id", "to", "from", "path"})
"""Columns that hold paths of notes."""
_ARROW = " → "
_ENDING = re.compile(rf"\.md(?=$|{_ARROW})")


def chosen_table(graph: Graph, chosen: Sequence[str]) -> str:
    """Return the chosen nodes with their tags and links, and how they hang together.

    Parameters
    ----------
    graph
        The whole graph: links in and out are counted in it.
    chosen
        Ids of nodes, in the order to list them.
    """
    notes = directed_notes(graph)
    rows = [("note", "tags", "in", "out")]
    for node in chosen:
        tags = " ".join(f"#{tag}" for tag in graph.nodes[node]["tags"])
        links = (str(notes.in_degree(node)), str(notes.out_degree(node))) if node in notes else ("", "")
        shown = _shown(node, path=graph.nodes[node]["kind"] == "note")
        rows.append((shown, escape_controls(tags), *links))
    return _aligned(rows, numbers={2, 3}) + "\n" + _summary(induced_subgraph(notes, chosen))


def answer_table(answer: Answer) -> str:
    """Return the rows of an answer, below them what they mean, and what else there is to know."""
    return (
        _rows(answer)
        + "\n"
        + "".join(f"{escape_controls(line)}\n" for line in (answer.meaning, *answer.remarks, *answer.summary))
    )


def _rows(answer: Answer) -> str:
    if not answer.rows:
        return "none\n"
    columns = [name for name in answer.rows[0] if name not in _BELOW]
    rows = [[answer.of if name == "id" else name for name in columns]]
    ids = _IDS if answer.of == "note" else frozenset[str]()
    rows += [[_cell(row[name], path=name in ids) for name in columns] for row in answer.rows]
    numbers = [place for place, name in enumerate(columns) if not isinstance(answer.rows[0][name], str)]
    first, *lines = _aligned(rows, numbers=numbers).splitlines(keepends=True)
    below = (
        "".join(f"    {_cell(row[name], path=name in ids)}\n" for name in _BELOW if row.get(name))
        for row in answer.rows
    )
    return first + "".join(map("".join, zip(lines, below, strict=True)))


def _cell(value: str | float, *, path: bool) -> str:
    if isinstance(value, float):
        return f"{value:.6f}"
    return _shown(value, path=path) if isinstance(value, str) else str(value)


def _shown(text: str, *, path: bool = True) -> str:
    """Return a text for a cell, paths of notes without their ending."""
    text = escape_controls(_ENDING.sub("", text) if path else text)
    return text if len(text) <= _MAX_CELL_CHARS else text[: _MAX_CELL_CHARS - 1] + "…"


def _aligned(rows: Sequence[Sequence[str]], *, numbers: Iterable[int]) -> str:
    """Align columns; those that hold numbers stand to the right."""
    widths = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
    right = set(numbers)
    lines = []
    for row in rows:
        cells = [
            padded(cell, width, right=place in right)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip() + "\n")
    return "".join(lines)


def _summary(subgraph: InducedSubgraph) -> str:
    """Say how some notes hang together."""
    links = sum(map(len, subgraph.successors.values()))
    totals = (
        f"{counted(subgraph.notes, 'note')}, {counted(links, 'link')} among them, "
        f"{counted(subgraph.components, 'group')}\n"
    )
    lines = [
        f"  {_shown(source)}{_ARROW}{', '.join(map(_shown, targets))}\n"
        for source, targets in subgraph.successors.items()
    ]
    more = f"  and {counted(len(lines) - _MAX_LISTED, 'note')} more\n" if len(lines) > _MAX_LISTED else ""
    return totals + "".join(lines[:_MAX_LISTED]) + more
