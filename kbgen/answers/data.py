"""Chosen nodes and answers as data: JSON and CSV."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from kbgen.graph.build import Graph, to_json
from kbgen.graph.queries.catalogue import Answer
from kbgen.graph.queries.row import Row

_EDGE = ("source", "target", "kind", "key", "count")
_SIGNS = re.compile(r'[,"\r\n]')


def graph_json(graph: Graph, chosen: Iterable[str]) -> str:
    """Return the chosen nodes and the edges among them in the schema ``kbgen.graph/1``."""
    return json.dumps(to_json(graph.subgraph(chosen)), ensure_ascii=False, indent=2) + "\n"


def answer_json(answer: Answer) -> str:
    """Return an answer in the schema ``kbgen.answer/1``."""
    found = {"schema": "kbgen.answer/1", "question": answer.question, "rows": list(answer.rows)}
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def graph_csv(graph: Graph, chosen: Iterable[str]) -> str:
    """Return the edges among the chosen nodes."""
    return _csv(_EDGE, to_json(graph.subgraph(chosen))["edges"])


def answer_csv(answer: Answer) -> str:
    """Return the rows of an answer."""
    return _csv(answer.columns, answer.rows)


def _csv(columns: Sequence[str], rows: Iterable[Row]) -> str:
    lines = [columns, *([row[name] for name in columns] for row in rows)]
    return "".join(",".join(map(_field, line)) + "\n" for line in lines)


def _field(value: str | float | None) -> str:
    """Return a value as it stands in a row; Python's writer leaves a carriage return without quotes."""
    text = "" if value is None else str(value)
    return '"' + text.replace('"', '""') + '"' if _SIGNS.search(text) else text
