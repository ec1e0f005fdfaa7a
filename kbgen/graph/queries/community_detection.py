"""The question for communities: notes that are joined more among themselves than to the rest."""

from __future__ import annotations

from kbgen.graph.build import Graph
from kbgen.graph.communities import Community, find_communities
from kbgen.graph.note_graph import NoteGraph, note_graph
from kbgen.graph.queries.row import Row


def communities(graph: Graph) -> list[Row]:
    """Tell for each note the community that it belongs to, the largest first.

    Notes that no link joins to another belong to none and are left out.

    Returns
    -------
    list of Row
        ``id``, ``value`` (the community's number, from 1) and ``name``.

    Examples
    --------
    >>> from kbgen.graph.queries.row import example
    >>> [(row["id"], row["name"]) for row in communities(example("A>B A>C B>C D>E F"))]
    [('A', 'A, B'), ('B', 'A, B'), ('C', 'A, B'), ('D', 'D, E'), ('E', 'D, E')]
    """
    return [
        {"id": node, "value": number, "name": each.name}
        for number, each in enumerate(communities_of(note_graph(graph)), start=1)
        for node in each.members
    ]


def communities_of(whole: NoteGraph) -> list[Community]:
    """Return the communities of a graph, as :func:`kbgen.graph.communities.find_communities` finds them."""
    notes = {node: whole.graph.nodes[node] for node in whole.undirected}
    return find_communities(
        [(one, two, data["count"]) for one, two, data in whole.undirected.edges(data=True)],
        {node: data["title"] for node, data in notes.items()},
        {node: data["tags"] for node, data in notes.items()},
    )
