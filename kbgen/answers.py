"""What ``kbgen graph`` prints: a table for people, JSON, or CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence

from kbgen.graph.build import Graph, to_json
from kbgen.graph.queries import Answer, Row, Together, between_notes, together
from kbgen.reporting import counted, visible

_LISTED = 40
"""Notes whose links the table lists below; the data formats have all."""
_ARROW = " → "


def chosen_table(graph: Graph, chosen: Sequence[str]) -> str:
    """Return the chosen nodes with their tags and links, and how they hang together.

    Parameters
    ----------
    graph
        The whole graph: links in and out are counted in it.
    chosen
        Ids of nodes, in the order to list them.
    """
    notes = between_notes(graph)
    rows = [("note", "tags", "in", "out")]
    for node in chosen:
        tags = " ".join(f"#{tag}" for tag in graph.nodes[node]["tags"])
        links = (str(notes.in_degree(node)), str(notes.out_degree(node))) if node in notes else ("", "")
        rows.append((visible(_name(node)), visible(tags), *links))
    return _aligned(rows, numbers=2) + "\n" + _among(together(notes, chosen))


def answer_table(answer: Answer) -> str:
    """Return the rows of an answer, and below them what they mean."""
    columns = list(answer.rows[0]) if answer.rows else ["id", "value"]
    rows = [("note" if name == "id" else name for name in columns)]
    rows += [(visible(_name(str(value))) for value in row.values()) for row in answer.rows]
    body = _aligned([tuple(row) for row in rows], numbers=len(columns) - 1) if answer.rows else "none\n"
    return f"{body}\n{answer.meaning}\n"


def graph_json(graph: Graph, chosen: Iterable[str]) -> str:
    """Return the chosen nodes and the edges among them in the schema ``kbgen.graph/1``."""
    return json.dumps(to_json(graph.subgraph(chosen)), ensure_ascii=False, indent=2) + "\n"


def answer_json(question: str, rows: Sequence[Row]) -> str:
    """Return an answer in the schema ``kbgen.answer/1``."""
    said = {"schema": "kbgen.answer/1", "question": question, "rows": list(rows)}
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def graph_csv(graph: Graph, chosen: Iterable[str]) -> str:
    """Return the edges among the chosen nodes."""
    columns = ("source", "target", "kind", "key", "count")
    return _csv(columns, to_json(graph.subgraph(chosen))["edges"])


def answer_csv(rows: Sequence[Row]) -> str:
    """Return the rows of an answer."""
    return _csv(tuple(rows[0]) if rows else ("id", "value"), rows)


def _csv(columns: Sequence[str], rows: Iterable[Row]) -> str:
    written = io.StringIO()
    out = csv.writer(written, lineterminator="\n")
    out.writerow(columns)
    out.writerows([row[name] for name in columns] for row in rows)
    return written.getvalue()


def _name(node: str) -> str:
    return node.removesuffix(".md")


def _aligned(rows: Sequence[Sequence[str]], *, numbers: int) -> str:
    """Align columns; the last ones hold numbers and stand to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    first = len(widths) - numbers
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if number >= first else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip() + "\n")
    return "".join(lines)


def _among(joined: Together) -> str:
    """Say how some notes hang together."""
    links = sum(map(len, joined.targets.values()))
    said = (
        f"{counted(joined.notes, 'note')}, {counted(links, 'link')} among them, "
        f"{counted(joined.groups, 'group')}\n"
    )
    lines = [
        f"  {visible(_name(source))}{_ARROW}{', '.join(visible(_name(node)) for node in targets)}\n"
        for source, targets in joined.targets.items()
    ]
    more = f"  and {counted(len(lines) - _LISTED, 'note')} more\n" if len(lines) > _LISTED else ""
    return said + "".join(lines[:_LISTED]) + more
