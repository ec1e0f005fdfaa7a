"""Names: every file of a vault by its last segment, by its path and by its aliases."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from kbgen.vault.paths import VaultPath, extension_of, name_of, stem_of, without_md

MIN_SIMILARITY = 0.75
"""Share of letters that must agree: one typing error in four letters, and no more."""


MAX_COMPARED = 400
"""Names that are all compared with one that no file has; of more only the nearest in the alphabet."""

MAX_NEIGHBOURS = 32
"""Names on each side of one in the alphabet that are compared with it."""

LAST = "\U0010ffff"
"""Sorts behind every character of a path."""


def spelling(name: str) -> str:
    r"""Return a name as it is compared where case counts: NFC, no-break space as space.

    >>> spelling("cafe\u0301\u00a0bar")
    'café bar'
    """
    if name.isascii():
        return name
    return unicodedata.normalize("NFC", name).replace("\u00a0", " ")


def fold(name: str) -> str:
    """Return a name as links compare it: its spelling, without case.

    >>> fold("Straße") == fold("STRASSE")
    True
    """
    return spelling(name).casefold()


def wanted_name(target: str) -> str:
    r"""Return the name that a link wants which leads to no file: NFC, without ``.md``.

    >>> wanted_name("cafe\u0301.MD")
    'café'
    """
    return without_md(unicodedata.normalize("NFC", target))


def shortest(path: VaultPath) -> tuple[int, VaultPath]:
    """Order by characters, not folders; then by code points (RS-03, RS-04)."""
    return len(path), path


def nearest(wanted: str, choices: Sequence[str]) -> int | None:
    """Return the position of the choice most like a name, or None if none is like it.

    The first of equals wins.
    """
    # A vault without a broken link never pays for this import.
    from rapidfuzz import process  # noqa: PLC0415
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    found = process.extractOne(wanted, choices, scorer=OSA.normalized_similarity, score_cutoff=MIN_SIMILARITY)
    return None if found is None else found[2]


def bucket(name: str) -> tuple[str, str]:
    """Return the first letter and the extension, which a name shares with those suggested for it.

    Few mistype the first letter, and a vault with thousands of notes not yet written
    must not be compared with all of itself for each of them. A note is no picture.

    >>> bucket("node.js"), bucket("dr. who")
    (('n', 'js'), ('d', ''))
    """
    extension = extension_of(name)
    return name[:1], extension if extension.isalnum() else ""


class Namesakes:
    """Files that one name may mean, in order, and the first choice among them, found once for all links."""

    def __init__(self, paths: tuple[VaultPath, ...]) -> None:
        self.paths = paths

    @cached_property
    def first(self) -> VaultPath:
        """The shortest path."""
        return min(self.paths, key=shortest)

    def below(self, folder: str) -> tuple[VaultPath, ...]:
        """Return those in or under a folder."""
        if not folder:
            return self.paths
        begin = bisect_left(self.paths, folder + "/")
        return self.paths[begin : bisect_left(self.paths, folder + "/" + LAST, begin)]


class CandidateNames:
    """Names that are worth comparing with one that is unknown.

    Of many names only those are compared that stand near it in the alphabet, read forwards or
    backwards: one typing error leaves the beginning or the end as it was. So a vault with as
    many unknown names as known ones takes twice as long for twice as many, not four times.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names

    @cached_property
    def _forwards(self) -> list[tuple[str, int]]:
        return sorted((name, position) for position, name in enumerate(self.names))

    @cached_property
    def _backwards(self) -> list[tuple[str, int]]:
        return sorted((name[::-1], position) for position, name in enumerate(self.names))

    def nearest(self, name: str) -> int | None:
        """Return the position of the name most like one, the first of equals; None if none is like it."""
        if len(self.names) <= MAX_COMPARED:
            return nearest(name, self.names)
        chosen: set[int] = set()
        for alphabet, begin in ((self._forwards, name), (self._backwards, name[::-1])):
            here = bisect_left(alphabet, (begin,))
            chosen.update(at for _, at in alphabet[max(here - MAX_NEIGHBOURS, 0) : here + MAX_NEIGHBOURS])
        positions = sorted(chosen)
        position = nearest(name, [self.names[each] for each in positions])
        return None if position is None else positions[position]


class NameIndex:
    """Every file that a link can mean, hidden ones too, built once for a vault.

    Parameters
    ----------
    paths
        Notes, attachments, and files that exist but are never published.
    aliases
        The aliases of each note.
    """

    def __init__(self, paths: Iterable[VaultPath], aliases: Mapping[VaultPath, Sequence[str]]) -> None:
        self._by_path: dict[str, list[VaultPath]] = {}
        self._by_name: dict[str, list[tuple[str, VaultPath]]] = {}
        for path in sorted(set(paths)):
            folded = fold(path)
            self._by_path.setdefault(folded, []).append(path)
            self._by_name.setdefault(name_of(folded), []).append((folded, path))
        found: dict[str, dict[VaultPath, None]] = {}
        for path in sorted(aliases):
            for alias in aliases[path]:
                found.setdefault(without_md(fold(alias)), {})[path] = None
        self._by_alias = {alias: tuple(files) for alias, files in found.items()}
        self._backwards: dict[str, list[tuple[str, VaultPath]]] = {}
        self._namesakes: dict[str, Namesakes] = {}

    def at(self, place: str) -> Sequence[VaultPath]:
        """Return the files at exactly this path; several where only case tells them apart."""
        return self._by_path.get(fold(place), ())

    def ending_in(self, tail: str) -> Namesakes:
        """Return the files whose path ends in these whole segments."""
        folded = fold(tail)
        found = self._namesakes.get(folded)
        if found is None:
            found = self._namesakes[folded] = Namesakes(tuple(self._ending_in(folded)))
        return found

    def _ending_in(self, folded: str) -> list[VaultPath]:
        name = name_of(folded)
        named = self._by_name.get(name, ())
        if "/" not in folded or not named:
            return [path for _, path in named]
        if name not in self._backwards:
            self._backwards[name] = sorted((_backwards(whole), path) for whole, path in named)
        first = _backwards(folded)
        begin = bisect_left(self._backwards[name], (first,))
        end = bisect_left(self._backwards[name], (first + LAST,))
        return sorted(path for _, path in self._backwards[name][begin:end])

    def with_alias(self, alias: str) -> tuple[VaultPath, ...]:
        """Return the notes that have an alias, in order."""
        return self._by_alias.get(without_md(fold(alias)), ())

    def link_to(self, path: VaultPath) -> str:
        """Return what to write in a link to a file: its name if no other has it, else its path."""
        alone = len(self._by_name[name_of(fold(path))]) == 1
        return stem_of(path) if alone else without_md(path)

    def most_similar(self, name: str) -> VaultPath | None:
        """Return the file whose name, or an alias, is most like a folded name; None if none is."""
        if bucket(name) not in self._buckets:
            return None
        names, paths = self._buckets[bucket(name)]
        position = names.nearest(name)
        return None if position is None else paths[position]

    @cached_property
    def _buckets(self) -> dict[tuple[str, str], tuple[CandidateNames, list[VaultPath]]]:
        """Names and aliases with the files that have them, by :func:`bucket`."""
        named = {(without_md(name), files[0][1]) for name, files in self._by_name.items()}
        named |= {(alias, files[0]) for alias, files in self._by_alias.items()}
        buckets: dict[tuple[str, str], tuple[list[str], list[VaultPath]]] = {}
        for name, path in sorted(named):
            names, paths = buckets.setdefault(bucket(name), ([], []))
            names.append(name)
            paths.append(path)
        return {key: (CandidateNames(names), paths) for key, (names, paths) in buckets.items()}


def _backwards(folded: str) -> str:
    """Return a path from its last segment to its first, so that equal ends stand together."""
    return "/".join(reversed(folded.split("/"))) + "/"
