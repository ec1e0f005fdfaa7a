"""Notes that are alike by what they are joined to, and links that may be missing, each with its reason."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import fsum, log
from typing import Literal

from msgspec import Struct

from kbgen.graph.build import Graph
from kbgen.graph.joined import LEADING, Joined, joined
from kbgen.graph.queries.row import DIGITS, Row
from kbgen.graph.queries.unlinked import mention_counts
from kbgen.links.model import LinkedVault
from kbgen.notes.statements import words
from kbgen.vault.paths import VaultPath

MOST_PAIRS = 1_000
"""Pairs of a whole vault that are listed."""
_NAMED = 3
"""Notes that a reason names."""

Pair = tuple[str, str]
Near = Mapping[str, frozenset[str]]


class Shared(Struct, frozen=True):
    """What two notes have in common."""

    jaccard: float
    """Share of all their neighbours that are neighbours of both."""
    adamic_adar: float
    """Sum over those neighbours of 1 / log of how many neighbours each has."""
    cocited: int
    """Notes that lead to both."""
    reason: str
    """In words, by title."""


def similar(graph: Graph, note: str | None = None, *, vault: LinkedVault | None = None) -> list[Row]:
    """List notes that are joined to the same others and not to each other, those most alike first.

    Parameters
    ----------
    graph
        As :func:`kbgen.graph.build.build_graph` makes it.
    note
        Id of the note to compare with; None for the :data:`MOST_PAIRS` pairs of the vault that are most
        alike, among those that a note with at most :data:`LEADING` neighbours brings together.
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
    whole = joined(graph)
    near = whole.near
    pairs = _best_of_all(whole, "jaccard") if note is None else _around(near, note)
    best = _best(pairs, lambda pair: (_jaccard(near, pair), _adamic_adar(near, pair)))
    quotes = _Quotes(vault)
    rows: list[Row] = []
    for one, two in best:
        shared = shared_by(whole, one, two)
        rows.append(
            {
                "id": one,
                "to": two,
                "value": shared.jaccard,
                "adamic-adar": shared.adamic_adar,
                "cocited": shared.cocited,
                "reason": shared.reason,
                "text": quotes.of(_leading(whole, one, two), one, two),
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
    whole = joined(graph)
    near = whole.near
    found = {} if vault is None else mention_counts(graph, vault, workers=workers)
    named = {
        pair: said
        for pair, said in found.items()
        if pair[1] not in near[pair[0]] and (note is None or note in pair)
    }
    alike = _best_of_all(whole, "adamic-adar") if note is None else _around(near, note)
    pairs = dict.fromkeys(_facing(pair, named) for pair in [*named, *alike])

    def score(pair: Pair) -> tuple[float, float]:
        strength = _adamic_adar(near, pair)
        return strength + (pair in named) + (pair[::-1] in named), strength

    rows: list[Row] = []
    for one, two in _best(pairs, score):
        value, strength = score((one, two))
        reasons = [_naming(graph, named, (one, two)), _naming(graph, named, (two, one))]
        reasons.append(shared_by(whole, one, two).reason)
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


def _facing(pair: Pair, named: Mapping[Pair, tuple[int, int]]) -> Pair:
    """Return a pair with the note first that names the other."""
    turned = pair[::-1]
    return turned if turned in named and (pair not in named or turned < pair) else pair


def _naming(graph: Graph, named: Mapping[Pair, tuple[int, int]], pair: Pair) -> str:
    if pair not in named:
        return ""
    one, two = (graph.nodes[node]["title"] for node in pair)
    return f"{one} names {two} on line {named[pair][1]}"


def related(whole: Joined, note: str, most: int) -> list[tuple[str, str]]:
    """Return the notes that one has most in common with and is not joined to, each with the reason.

    Like :func:`missing_links`, but notes with more than :data:`LEADING` neighbours are not among them and
    bring none together, and a single neighbour in common is no reason.

    Parameters
    ----------
    whole
        The vault.
    note
        Id of a note.
    most
        How many at most.

    Examples
    --------
    >>> from kbgen.graph.queries.row import example
    >>> related(joined(example("I>A I>B A>C B>C")), "A", 3)
    [('B', 'both lead to C; I leads to both')]
    """
    near = whole.near
    found = Counter(
        other
        for middle in near[note]
        if len(near[middle]) <= LEADING
        for other in near[middle]
        if len(near[other]) <= LEADING
    )
    apart = found.keys() - near[note] - {note}
    pairs = ((other, note) for other in apart if found[other] > 1)
    best = _best(pairs, lambda pair: (_adamic_adar(near, pair), _jaccard(near, pair)), most)
    return [(other, shared_by(whole, other, note).reason) for other, _ in best]


def shared_by(whole: Joined, one: str, two: str) -> Shared:
    """Return what two notes of a vault have in common."""
    leading = _leading(whole, one, two)
    led = sorted(whole.notes.succ[one].keys() & whole.notes.succ[two].keys())
    others = sorted((whole.near[one] & whole.near[two]) - {*leading, *led})
    reasons = []
    if led:
        reasons.append(f"both lead to {_listed(whole.graph, led)}")
    if leading:
        reasons.append(f"{_listed(whole.graph, leading)} {'leads' if len(leading) == 1 else 'lead'} to both")
    if others:
        reasons.append(f"{_listed(whole.graph, others)} {'lies' if len(others) == 1 else 'lie'} between")
    return Shared(
        jaccard=round(_jaccard(whole.near, (one, two)), DIGITS),
        adamic_adar=round(_adamic_adar(whole.near, (one, two)), DIGITS),
        cocited=len(leading),
        reason="; ".join(reasons),
    )


def _leading(whole: Joined, one: str, two: str) -> list[str]:
    """Return the notes that lead to both of two."""
    return sorted(whole.notes.pred[one].keys() & whole.notes.pred[two].keys())


def _listed(graph: Graph, nodes: Sequence[str]) -> str:
    titles = [graph.nodes[node]["title"] for node in nodes[:_NAMED]]
    more = len(nodes) - len(titles)
    return ", ".join(titles) + (f" and {more} more" if more else "")


def _best_of_all(whole: Joined, by: Literal["jaccard", "adamic-adar"]) -> Iterable[Pair]:
    from kbgen.graph.common import best_pairs  # noqa: PLC0415 - scipy takes 0.3 s, and a site needs none

    return best_pairs(whole.tied, by, MOST_PAIRS)


def _around(near: Near, note: str) -> Iterator[Pair]:
    """Yield pairs of a note and each that has a neighbour in common with it and is not joined to it."""
    found = {other for middle in near[note] for other in near[middle]}
    yield from ((other, note) for other in sorted(found - near[note] - {note}))


def _best(
    pairs: Iterable[Pair], score: Callable[[Pair], tuple[float, float]], most: int = MOST_PAIRS
) -> list[Pair]:
    scored = ((tuple(-round(each, DIGITS) for each in score(pair)), pair) for pair in pairs)
    return [pair for _, pair in heapq.nsmallest(most, scored)]


def _jaccard(near: Near, pair: Pair) -> float:
    one, two = near[pair[0]], near[pair[1]]
    common = len(one & two)
    return common / (len(one) + len(two) - common) if common else 0.0


def _adamic_adar(near: Near, pair: Pair) -> float:
    # fsum: the same whatever the order of a set
    return fsum(1 / log(len(near[node])) for node in near[pair[0]] & near[pair[1]])


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
                (cited, words(note.compiled, statement).replace("\n", " "))
                for statement in note.compiled.statements
                if len(cited := {str(note.links[index].path) for index in statement.links[::3]}) > 1
            ]
        return self._citing[node]
