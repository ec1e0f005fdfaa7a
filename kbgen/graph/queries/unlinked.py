"""Unlinked mentions: where a note says the title or an alias of another and does not link to it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import Struct

from kbgen.graph.build import Graph
from kbgen.graph.joined import between_notes
from kbgen.graph.queries.row import Row
from kbgen.links.model import LinkedNote, LinkedVault
from kbgen.notes.model import CompiledNote, Statement
from kbgen.notes.statements import line_of, words
from kbgen.processes import shared

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
"""Scripts that put no space between words: each character may begin or end one."""
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
_CHUNK, _WORTH_A_PROCESS = 250, 1_500
"""Notes at a time, and notes from which another process saves more than it takes to begin."""
_AROUND = 60
"""Characters of the words around a name, on either side."""
_SPACES = re.compile(r"\s+")


class _Name(Struct, frozen=True):
    text: str
    note: str
    before: int
    """Characters before its first word."""


_Names = Mapping[str, Mapping[str, Sequence[_Name]]]
"""By their first word, then by their second, ``""`` where there is none; the longest first."""


class _Mention(Struct, frozen=True):
    note: str
    line: int
    text: str
    """The name with the words around it."""


def mentions(
    graph: Graph, vault: LinkedVault, *, of: Collection[str] | None = None, workers: int = 1
) -> list[Row]:
    """List where notes are named in others without a link: by title, file's name or alias, as whole words.

    Code, formulas and what is a link already do not count, nor does a name that several notes bear, or one
    of a single character. Of two names that begin at one place the longer counts.

    Parameters
    ----------
    graph
        The graph of the vault.
    vault
        The vault itself, for its words.
    of
        Ids of the notes whose mentions are wanted; None for all.
    workers
        Processes at most, for large vaults.

    Returns
    -------
    list of Row
        ``id`` (the note that is named), ``from`` (the note that names it), ``value`` (how often), ``line``
        and ``text`` of the first time, and ``linked``: ``yes`` where the same note links to it elsewhere.
    """
    notes = between_notes(graph)
    rows: list[Row] = []
    for source, target, times, first in _all_mentions(graph, vault, workers):
        if of is not None and target not in of:
            continue
        linked = "yes" if notes.has_edge(source, target) else "no"
        rows.append(
            {
                "id": target,
                "from": source,
                "value": times,
                "line": first.line,
                "linked": linked,
                "text": first.text,
            }
        )
    return sorted(rows, key=lambda row: (row["linked"], -int(row["value"]), row["id"], row["from"]))


def mention_counts(
    graph: Graph, vault: LinkedVault, *, workers: int = 1
) -> Mapping[tuple[str, str], tuple[int, int]]:
    """Return for each pair of a note and one that it names: how often, and on which line first."""
    return {
        (source, target): (times, first.line)
        for source, target, times, first in _all_mentions(graph, vault, workers)
    }


def _all_mentions(graph: Graph, vault: LinkedVault, workers: int) -> Iterator[tuple[str, str, int, _Mention]]:
    """Yield for each note and each that it names: how often, and the first time."""
    names = _names_by_word(graph)
    notes = list(vault.notes.values())
    with shared(
        lambda span: [list(_by_note(note, names)) for note in notes[span.start : span.stop]],
        len(notes),
        chunk=_CHUNK,
        least=_WORTH_A_PROCESS,
        workers=workers,
    ) as parts:
        found = [each for part in parts for each in part]
    for note, mentioned in zip(notes, found, strict=True):
        yield from ((str(note.path), first.note, times, first) for times, first in mentioned)


def _by_note(note: LinkedNote, names: _Names) -> Iterator[tuple[int, _Mention]]:
    found: dict[str, list[_Mention]] = defaultdict(list)
    for mention in _in_note(note, names):
        if mention.note != str(note.path):
            found[mention.note].append(mention)
    yield from ((len(found[target]), found[target][0]) for target in sorted(found))


def _names_by_word(graph: Graph) -> _Names:
    bearers: dict[str, set[str]] = defaultdict(set)
    for node, data in graph.nodes.items():
        if data["kind"] == "note":
            stem = node.rpartition("/")[2].removesuffix(".md")
            for name in (data["title"], stem, *data["aliases"]):
                bearers[_flat(_SPACES.sub(" ", name.strip()))].add(node)
    names: dict[str, dict[str, list[_Name]]] = {}
    for name in sorted(bearers, key=lambda name: (-len(name), name)):
        first = _WORD.search(name)
        if first and len(name) > 1 and len(bearers[name]) == 1:
            (node,) = bearers[name]
            second = _WORD.search(name, first.end())
            by_second = names.setdefault(first[0], {})
            by_second.setdefault(second[0] if second else "", []).append(_Name(name, node, first.start()))
    return names


def _in_note(note: LinkedNote, names: _Names) -> Iterator[_Mention]:
    for statement in note.compiled.statements:
        if statement.kind != "code":
            yield from _in_statement(note.compiled, statement, names)


def _in_statement(note: CompiledNote, statement: Statement, names: _Names) -> Iterator[_Mention]:
    said = words(note, statement).replace("\n", " ")
    flat = _flat(said)
    spoken = _WORD.findall(flat)
    possible = [_beginning(names, one, two) for one, two in zip(spoken, [*spoken, ""][1:], strict=True)]
    if not any(possible):  # so it is nearly always
        return
    taken = _taken(statement)
    end = 0
    for word, some in zip(_WORD.finditer(flat), possible, strict=True):
        for name in some:
            start = word.start() - name.before
            stop = start + len(name.text)
            if start >= end and _stands(flat, name.text, start) and not _overlaps(taken, start, stop):
                yield _Mention(name.note, line_of(note, statement, start), _excerpt(said, start, stop))
                end = stop
                break


def _beginning(names: _Names, first: str, second: str) -> Sequence[_Name]:
    """Return the names that begin with two words, or are no more than the first of them."""
    by_second = names.get(first)
    if by_second is None:
        return ()
    alone = by_second.get("", ())
    return [*by_second.get(second, ()), *alone] if second else alone


def _excerpt(said: str, start: int, stop: int) -> str:
    """Return the words around a name, cut between words."""
    before, after = said[:start], said[stop:]
    if len(before) > _AROUND:
        before = "…" + before[-_AROUND:].partition(" ")[2]
    if len(after) > _AROUND:
        after = after[:_AROUND].rpartition(" ")[0] + "…"
    return before + said[start:stop] + after


def _taken(statement: Statement) -> list[tuple[int, int]]:
    """Return the places of links, code and formulas."""
    spans = list(zip(statement.links[1::3], statement.links[2::3], strict=True))
    return spans + list(zip(statement.verbatim[::2], statement.verbatim[1::2], strict=True))


def _overlaps(taken: Sequence[tuple[int, int]], start: int, stop: int) -> bool:
    return any(begin < stop and start < end for begin, end in taken)


def _stands(flat: str, name: str, start: int) -> bool:
    """Tell whether a name stands at a place, and no word goes on over either end."""
    stop = start + len(name)
    return flat.startswith(name, start) and not (_goes_on(flat, start) or _goes_on(flat, stop))


def _goes_on(flat: str, at: int) -> bool:
    if not 0 < at < len(flat):
        return False
    word = _WORD.match(flat, at - 1, at + 1)
    return word is not None and word.end() == at + 1


def _flat(text: str) -> str:
    """Return a text without its case, each character in its place."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := one.lower()) == 1 else one for one in text)
