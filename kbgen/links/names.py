"""Names: every file of a vault by its last segment, by its path and by its aliases."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from kbgen.vault.paths import VaultPath, extension_of, is_note, name_of, stem_of

CUTOFF = 0.75
"""Share of letters that must agree: one typing error in four letters, and no more."""


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


def without_md(name: str) -> str:
    """Drop the extension of a note, in any case.

    >>> without_md("a/v1.2.MD"), without_md("a/b.pdf")
    ('a/v1.2', 'a/b.pdf')
    """
    return name[:-3] if is_note(name) else name


def wanted_name(target: str) -> str:
    r"""Return the name that a link wants which leads to no file: NFC, without ``.md``.

    >>> wanted_name("cafe\u0301.MD")
    'café'
    """
    return without_md(unicodedata.normalize("NFC", target))


def nearest(wanted: str, choices: Sequence[str]) -> int | None:
    """Return the position of the choice most like a name, or None if none is like it.

    The first of equals wins.
    """
    # A vault without a broken link never pays for this import.
    from rapidfuzz import process  # noqa: PLC0415
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    found = process.extractOne(wanted, choices, scorer=OSA.normalized_similarity, score_cutoff=CUTOFF)
    return None if found is None else found[2]


def shelf(name: str) -> tuple[str, str]:
    """Return the first letter and the extension, which a name shares with those suggested for it.

    Few mistype the first letter, and a vault with thousands of notes not yet written
    must not be compared with all of itself for each of them. A note is no picture.

    >>> shelf("node.js"), shelf("dr. who")
    (('n', 'js'), ('d', ''))
    """
    extension = extension_of(name)
    return name[:1], extension if extension.isalnum() else ""


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
        self._by_alias: dict[str, dict[VaultPath, None]] = {}
        for path in sorted(aliases):
            for alias in aliases[path]:
                self._by_alias.setdefault(without_md(fold(alias)), {})[path] = None

    def at(self, place: str) -> Sequence[VaultPath]:
        """Return the files at exactly this path; several where only case tells them apart."""
        return self._by_path.get(fold(place), ())

    def ending_in(self, tail: str) -> list[VaultPath]:
        """Return the files whose path ends in these whole segments, in order."""
        folded = fold(tail)
        named = self._by_name.get(name_of(folded), ())
        if "/" not in folded:
            return [path for _, path in named]
        below = "/" + folded
        return [path for whole, path in named if whole == folded or whole.endswith(below)]

    def called(self, alias: str) -> tuple[VaultPath, ...]:
        """Return the notes that bear an alias, in order."""
        return tuple(self._by_alias.get(without_md(fold(alias)), ()))

    def link_to(self, path: VaultPath) -> str:
        """Return what to write in a link to a file: its name if no other bears it, else its path."""
        alone = len(self._by_name[name_of(fold(path))]) == 1
        return stem_of(path) if alone else without_md(path)

    @cached_property
    def likely(self) -> dict[tuple[str, str], tuple[list[str], list[VaultPath]]]:
        """Names and aliases with the files that bear them, on the shelves of :func:`shelf`."""
        named = {(without_md(name), files[0][1]) for name, files in self._by_name.items()}
        named |= {(alias, next(iter(files))) for alias, files in self._by_alias.items()}
        shelves: dict[tuple[str, str], tuple[list[str], list[VaultPath]]] = {}
        for name, path in sorted(named):
            names, paths = shelves.setdefault(shelf(name), ([], []))
            names.append(name)
            paths.append(path)
        return shelves
