"""How the vault grew, month by month, as its Git history has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from kbgen.graph.build import Graph
from kbgen.graph.note_graph import directed_notes
from kbgen.graph.queries.row import Row
from kbgen.vault.history import Dates


def growth(graph: Graph, dates: Mapping[str, Dates]) -> list[Row]:
    """Count the notes that are here today, and the links among them, by the month in which they were there.

    Parameters
    ----------
    graph
        As :func:`kbgen.graph.build.build_graph` makes it.
    dates
        Dates of files by path, as :func:`kbgen.vault.history.git_dates` reads them. Notes without a date
        are not counted.

    Returns
    -------
    list of Row
        ``id`` (the month), ``value`` (notes at its end), ``new`` (notes made in it) and ``links`` (pairs
        of notes joined, one way, of which both were there). Months without a new note are left out.

    Examples
    --------
    >>> from kbgen.graph.queries.row import example
    >>> made = {"A": Dates("2024-01-03", ""), "B": Dates("2024-03-01", "")}
    >>> growth(example("A>B"), made)[-1]
    {'id': '2024-03', 'value': 2, 'new': 1, 'links': 1}
    """
    notes = directed_notes(graph)
    month = {node: dates[node].created[:7] for node in notes if node in dates}
    new = Counter(month.values())
    joined = Counter(
        max(month[source], month[target])
        for source, target in notes.edges()
        if source in month and target in month
    )
    rows: list[Row] = []
    total = links = 0
    for each in sorted(new):
        total += new[each]
        links += joined[each]  # a link is as old as the younger of its notes
        rows.append({"id": each, "value": total, "new": new[each], "links": links})
    return rows
