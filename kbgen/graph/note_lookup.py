"""The note that a name means: by its path, its file's name, its title or an alias."""

from __future__ import annotations

from collections.abc import Sequence

from kbgen.errors import UsageError
from kbgen.graph.build import Graph
from kbgen.graph.filter import unknown
from kbgen.graph.node_names import names_of
from kbgen.links.name_index import fold, spelling
from kbgen.vault.paths import with_md, without_md


def find_note(graph: Graph, name: str) -> str:
    """Return the id of the note that a name means.

    Parameters
    ----------
    graph
        Where to look.
    name
        A path, with or without ``.md``, a file's name, a title or an alias; case does not count.

    Raises
    ------
    UsageError
        If there is none, or several bear that name; the message names the nearest, or all of them.
    """
    notes = [node for node, data in graph.nodes.items() if data["kind"] == "note"]
    if name in graph and graph.nodes[name]["kind"] == "note":
        return name
    found = _notes_with_name(graph, notes, name)
    if len(found) > 1:
        raise UsageError(f'several notes are called "{name}"', f"give one of these: {', '.join(found)}")
    if not found:
        names = {without_md(each) for node in notes for each in names_of(graph, node)}
        raise unknown("note", name, names | {each.rpartition("/")[2] for each in names})
    return found[0]


def _notes_with_name(graph: Graph, notes: Sequence[str], name: str) -> list[str]:
    """Return the notes that a name means, by their path, else their file's name, else any name.

    One that is spelled so comes before one in another case, and a name as it is before the name of a file
    without its ending: ``x.md`` is ``x.md``, and ``x.md.md`` where there is none.
    """
    by_path = {node: (node,) for node in notes}
    by_file = {node: (node.rpartition("/")[2],) for node in notes}
    by_any = {node: tuple(names_of(graph, node)) for node in notes}
    for compared in (spelling, fold):
        for names_by_note in (by_path, by_file, by_any):
            for wanted in (compared(name), compared(with_md(name)), compared(without_md(name))):
                found = [node for node, names in names_by_note.items() if wanted in map(compared, names)]
                if found:
                    return found
    return []
