"""Notes that are alike by what they are joined to, and links that may be missing, each with its reason."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal

from kbgen.graph.build import Graph
from kbgen.graph.note_graph import NoteGraph, note_graph
from kbgen.graph.note_links import (
    DIGITS,
    Neighbours,
    adamic_adar,
    common_predecessors,
    jaccard,
    shared_neighbours,
)
from kbgen.graph.queries.row import Row
from kbgen.graph.queries.unlinked_mentions import mention_counts
from kbgen.links.model import LinkedVault
from kbgen.notes.statements import words
from kbgen.vault.paths import VaultPath

MAX_PAIRS = 1_000
"""Pairs of a whole vault that are listed."""

Pair = tuple[str, str]


def similar(graph: Graph, note: str | None = None, *, vault: LinkedVault | None = None) -> list[Row]:
    """List notes that are joined to the same others and not to each other, those most alike first.

    Parameters
    ----------
    graph
        As :func:`kbgen.graph.build.build_graph` makes it.
    note
        Id of the note to compare with; None for the :data:`MAX_PAIRS` pairs of the vault that are most
        alike, among those that a note with at most ``MAX_DEGREE`` neighbours brings together.
    vault
        The vault itself, to quote the sentence that cites both.

    Returns
    -------
    list of Row
        ``id`` and ``to`` (``note``, where one is given), ``value`` (the Jaccard coefficient of their
        neighbours), ``adamic-adar``, ``cocited`` (notes that lead to both), ``reason``, and ``text``, a
        sentence that cites both.

    Notes
    -----
    The numbers are those of :func:`networkx.jaccard_coefficient` and :func:`networkx.adamic_adar_index`
    over the notes joined either way.

    Examples
    --------
    >>> from kbgen.graph.queries.row import example
    >>> for row in similar(example("I>A I>B A>C B>C"), "A"):
    ...     print(row["id"], row["value"], row["cocited"], row["reason"])
    B 1.0 1 both lead to C; I leads to both
    """
    whole = note_graph(graph)
    links = whole.links
    adjacency = links.adjacency
    pairs = _best_pairs_of_vault(whole, "jaccard") if note is None else _two_hop_pairs(adjacency, note)
    best = _best_pairs(pairs, lambda pair: (jaccard(adjacency, *pair), adamic_adar(adjacency, *pair)))
    quotes = _Quotes(vault)
    rows: list[Row] = []
    for one, two in best:
        shared = shared_neighbours(links, one, two)
        rows.append(
            {
                "id": one,
                "to": two,
                "value": shared.jaccard,
                "adamic-adar": shared.adamic_adar,
                "cocited": shared.cocited,
                "reason": shared.reason,
                "text": quotes.of(common_predecessors(links, one, two), one, two),
            }
        )
    return rows


def missing_links(
    graph: Graph, note: str | None = None, *, vault: LinkedVault | None = None, workers: int = 1
) -> list[Row]:
    """List pairs of notes that nothing joins though much speaks for a link, with the reason.

    Parameters
    ----------
    graph, note
        As for :func:`similar`.
    vault
        The vault itself, to look for notes that are named without a link.
    workers
        Processes at most, for large vaults.

    Returns
    -------
    list of Row
        ``id`` and ``to``, ``value`` (the Adamic-Adar index, and one for each note of the two that names
        the other), ``adamic-adar`` and ``reason``. Where one names the other, ``id`` is the one that names.

    Examples
    --------
    >>> from kbgen.graph.queries.row import example
    >>> for row in missing_links(example("I>A I>B A>C B>C")):
    ...     print(row["id"], row["to"], row["reason"])
    A B both lead to C; I leads to both
    C I A, B lie between
    """
    whole = note_graph(graph)
    links = whole.links
    adjacency = links.adjacency
    found = {} if vault is None else mention_counts(graph, vault, workers=workers)
    named = {
        pair: mention
        for pair, mention in found.items()
        if pair[1] not in adjacency[pair[0]] and (note is None or note in pair)
    }
    alike = _best_pairs_of_vault(whole, "adamic-adar") if note is None else _two_hop_pairs(adjacency, note)
    pairs = dict.fromkeys(_mention_first(pair, named) for pair in [*named, *alike])

    def score(pair: Pair) -> tuple[float, float]:
        strength = adamic_adar(adjacency, *pair)
        return strength + (pair in named) + (pair[::-1] in named), strength

    rows: list[Row] = []
    for one, two in _best_pairs(pairs, score):
        value, strength = score((one, two))
        reasons = [_mention_reason(graph, named, (one, two)), _mention_reason(graph, named, (two, one))]
        reasons.append(shared_neighbours(links, one, two).reason)
        rows.append(
            {
                "id": one,
                "to": two,
                "value": round(value, DIGITS),
                "adamic-adar": round(strength, DIGITS),
                "reason": "; ".join(filter(None, reasons)),
            }
        )
    return rows


def _mention_first(pair: Pair, named: Mapping[Pair, tuple[int, int]]) -> Pair:
    """Return a pair with the note first that names the other."""
    turned = pair[::-1]
    return turned if turned in named and (pair not in named or turned < pair) else pair


def _mention_reason(graph: Graph, named: Mapping[Pair, tuple[int, int]], pair: Pair) -> str:
    if pair not in named:
        return ""
    one, two = (graph.nodes[node]["title"] for node in pair)
    return f"{one} names {two} on line {named[pair][1]}"


def _best_pairs_of_vault(whole: NoteGraph, by: Literal["jaccard", "adamic-adar"]) -> Iterable[Pair]:
    from kbgen.graph import link_prediction  # noqa: PLC0415 - scipy takes 0.3 s, and a site needs none

    return link_prediction.best_pairs(whole.undirected, by, MAX_PAIRS)


def _two_hop_pairs(adjacency: Neighbours, note: str) -> Iterator[Pair]:
    """Yield pairs of a note and each that has a neighbour in common with it and is not joined to it."""
    found = {other for middle in adjacency[note] for other in adjacency[middle]}
    yield from ((other, note) for other in sorted(found - adjacency[note] - {note}))


def _best_pairs(
    pairs: Iterable[Pair], score: Callable[[Pair], tuple[float, float]], most: int = MAX_PAIRS
) -> list[Pair]:
    scored = ((tuple(-round(each, DIGITS) for each in score(pair)), pair) for pair in pairs)
    return [pair for _, pair in heapq.nsmallest(most, scored)]


class _Quotes:
    """Sentences that cite two notes at once."""

    def __init__(self, vault: LinkedVault | None) -> None:
        self._vault = vault
        self._citing: dict[str, list[tuple[set[str], str]]] = {}

    def of(self, leading: Iterable[str], one: str, two: str) -> str:
        """Return the first sentence of some notes that cites both; ``""`` if there is none."""
        for node in leading:
            for cited, text in self._sentences(node):
                if one in cited and two in cited:
                    return text
        return ""

    def _sentences(self, node: str) -> list[tuple[set[str], str]]:
        if self._vault is None:
            return []
        if node not in self._citing:
            note = self._vault.notes[VaultPath(node)]
            self._citing[node] = [
                (cited, words(note.content, statement).replace("\n", " "))
                for statement in note.content.statements
                if len(cited := {str(note.links[index].path) for index in statement.links[::3]}) > 1
            ]
        return self._citing[node]
