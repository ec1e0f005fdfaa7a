"""Unlinked mentions: where a note says the title or an alias of another and does not link to it."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import Struct

from kbgen.graph.build import Graph
from kbgen.graph.note_graph import directed_notes
from kbgen.graph.queries.row import Row
from kbgen.links.model import LinkedNote, LinkedVault
from kbgen.links.name_index import fold, spelling
from kbgen.notes.model import Statement
from kbgen.notes.statements import line_of, words
from kbgen.processes import parallel_map
from kbgen.vault.paths import NOTE_ENDING, name_of

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
"""Scripts that put no space between words: each character may begin or end one."""
_SPACED = re.compile(rf"[^\W{_UNSPACED}]")
_LETTER = re.compile(
    r".[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f]*", re.DOTALL
)
"""A character with the marks above and below it."""
_PART_OF_NAMES = frozenset("+#*=<>&|^~-")
"""Signs that a longer name may go on with: ``C+`` is no ``C++``."""
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
_CHUNK_NOTES, _MIN_PARALLEL_NOTES = 250, 1_500
"""Notes at a time, and notes from which another process saves more than it takes to begin."""
_MAX_CONTEXT_CHARS = 60
"""Characters of the words around a name, on either side."""
_SPACES = re.compile(r"\s+")


class _Name(Struct, frozen=True):
    text: str
    notes: Mapping[str, str]
    """Which note bears it, by its spelling; ``""`` stands for every spelling that is not there."""
    before: int
    """Characters before its first word."""


class _Folded(Struct, frozen=True):
    """A text as names are compared, and where each of its characters comes from."""

    text: str
    places: Sequence[int] | None
    """None where each stands in its own place."""

    def place(self, at: int) -> int:
        """Return the place in the text as it is written."""
        return at if self.places is None else self.places[at]


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

    Names are compared as links compare them: ``STRASSE`` is ``Straße``. Code, formulas and what is a link
    already do not count, nor does a name of a single character, or one that several notes bear; where only
    case tells those apart, it counts as it is spelled. Of two names that begin at one place the longer
    counts, but for the names of the note itself. A name that ends in a sign ends there: ``C++11`` is no
    ``C++``.

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
    notes = directed_notes(graph)
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
    with parallel_map(
        lambda span: [list(_by_note(note, names)) for note in notes[span.start : span.stop]],
        len(notes),
        chunk=_CHUNK_NOTES,
        least=_MIN_PARALLEL_NOTES,
        workers=workers,
    ) as parts:
        found = [each for part in parts for each in part]
    for note, mentioned in zip(notes, found, strict=True):
        yield from ((str(note.path), first.note, times, first) for times, first in mentioned)


def _by_note(note: LinkedNote, names: _Names) -> Iterator[tuple[int, _Mention]]:
    found: dict[str, list[_Mention]] = defaultdict(list)
    for mention in _in_note(note, names):
        found[mention.note].append(mention)
    yield from ((len(found[target]), found[target][0]) for target in sorted(found))


def _names_by_word(graph: Graph) -> _Names:
    notes_with_name: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for node, data in graph.nodes.items():
        if data["kind"] == "note":
            stem = name_of(node).removesuffix(NOTE_ENDING)
            for name in (data["title"], stem, *data["aliases"]):
                written = spelling(_SPACES.sub(" ", name.strip()))
                notes_with_name[fold(written)][written].add(node)
    names: dict[str, dict[str, list[_Name]]] = {}
    for name in sorted(notes_with_name, key=lambda name: (-len(name), name)):
        first = _WORD.search(name)
        notes = _notes_by_spelling(notes_with_name[name])
        if first and len(name) > 1 and notes:
            second = _WORD.search(name, first.end())
            by_second = names.setdefault(first[0], {})
            by_second.setdefault(second[0] if second else "", []).append(_Name(name, notes, first.start()))
    return names


def _notes_by_spelling(notes_with_name: Mapping[str, Collection[str]]) -> Mapping[str, str]:
    """Return which note a name means in which spelling; ``""`` is any, where one note alone bears it."""
    notes = {node for nodes in notes_with_name.values() for node in nodes}
    if len(notes) == 1:
        return {"": notes.pop()}
    return {written: next(iter(nodes)) for written, nodes in notes_with_name.items() if len(nodes) == 1}


def _in_note(note: LinkedNote, names: _Names) -> Iterator[_Mention]:
    for statement in note.content.statements:
        if statement.kind != "code":
            yield from _in_statement(note, statement, names)


def _in_statement(note: LinkedNote, statement: Statement, names: _Names) -> Iterator[_Mention]:
    text = words(note.content, statement).replace("\n", " ")
    folded = _folded(text)
    flat = folded.text
    tokens = _WORD.findall(flat)
    candidates = [_candidates(names, one, two) for one, two in zip(tokens, [*tokens, ""][1:], strict=True)]
    if not any(candidates):  # so it is nearly always
        return
    excluded = _excluded(statement)
    end = 0
    for word, some in zip(_WORD.finditer(flat), candidates, strict=True):
        for name in some:
            start = word.start() - name.before
            if start < end or not _is_whole(flat, name.text, start):
                continue
            first, last = folded.place(start), folded.place(start + len(name.text))
            meant = name.notes.get("") or name.notes.get(spelling(text[first:last]))
            if meant is None or meant == str(note.path) or _overlaps(excluded, first, last):
                continue
            yield _Mention(meant, line_of(statement, first), _excerpt(text, first, last))
            end = start + len(name.text)
            break


def _candidates(names: _Names, first: str, second: str) -> Sequence[_Name]:
    """Return the names that begin with two words, or are no more than the first of them."""
    by_second = names.get(first)
    if by_second is None:
        return ()
    alone = by_second.get("", ())
    return [*by_second.get(second, ()), *alone] if second else alone


def _excerpt(text: str, start: int, stop: int) -> str:
    """Return the words around a name, cut between words."""
    before, after = text[:start], text[stop:]
    if len(before) > _MAX_CONTEXT_CHARS:
        before = "…" + before[-_MAX_CONTEXT_CHARS:].partition(" ")[2]
    if len(after) > _MAX_CONTEXT_CHARS:
        after = after[:_MAX_CONTEXT_CHARS].rpartition(" ")[0] + "…"
    return before + text[start:stop] + after


def _excluded(statement: Statement) -> list[tuple[int, int]]:
    """Return the places of links, code and formulas."""
    spans = list(zip(statement.links[1::3], statement.links[2::3], strict=True))
    return spans + list(zip(statement.verbatim[::2], statement.verbatim[1::2], strict=True))


def _overlaps(excluded: Sequence[tuple[int, int]], start: int, stop: int) -> bool:
    return any(begin < stop and start < end for begin, end in excluded)


def _is_whole(flat: str, name: str, start: int) -> bool:
    """Tell whether a name stands at a place, and no word goes on over either end."""
    if start < 0 or not flat.startswith(name, start):
        return False
    before, after = flat[start - 1 : start] if start else "", flat[start + len(name) :][:1]
    return not (_continues(name[-1], after) or _continues(name[0], before))


def _continues(end: str, beside: str) -> bool:
    """Tell whether a name with this sign at its end is only a part where that stands beside it.

    >>> _continues("t", "s"), _continues("+", "1"), _continues("+", "+")
    (True, True, True)
    >>> _continues("t", "."), _continues("漢", "字")
    (False, False)
    """
    if not beside or beside.isspace():
        return False
    if _SPACED.match(end):
        return _SPACED.match(beside) is not None
    if _WORD.match(end):
        return False
    return _SPACED.match(beside) is not None or (end == beside and end in _PART_OF_NAMES)


def _folded(text: str) -> _Folded:
    """Return a text as links compare names."""
    if text.isascii():
        return _Folded(text.lower(), None)
    folded = fold(text)
    if len(folded) == len(text) and unicodedata.is_normalized("NFC", text):
        return _Folded(folded, None)  # case folding never shortens, so nothing has moved
    parts: list[str] = []
    places: list[int] = []
    for found in _LETTER.finditer(text):
        part = fold(found[0])
        parts.append(part)
        places += [found.start()] * len(part)
    return _Folded("".join(parts), [*places, len(text)])
