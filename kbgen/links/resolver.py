"""What the name in a link means: exact path, own folder, shortest path, alias, in that order."""

from __future__ import annotations

from collections.abc import Iterable

from kbgen.links.model import Resolution
from kbgen.links.name_index import NameIndex, fold, shortest, spelling
from kbgen.vault.paths import VaultPath, folder_of, name_of, with_md, without_md

NOWHERE = Resolution(None)


def resolve(index: NameIndex, source: VaultPath, target: str, *, use_aliases: bool) -> Resolution:
    """Resolve the name in a link.

    Parameters
    ----------
    index
        All files of the vault.
    source
        The file that holds the link; of it, only the folder matters.
    target
        The name as written, without heading or block; ``""`` is the source itself.
    use_aliases
        Let an alias stand for its note where no file has the name.

    Returns
    -------
    Resolution
        ``others`` names the files that the winner beat. An alias of several notes
        resolves to none of them: ``path`` is None, ``alias`` True, ``others`` the notes.

    Examples
    --------
    >>> paths = [VaultPath(path) for path in ("zzzz/Note.md", "a/b/Note.md", "a/b/S.md")]
    >>> index = NameIndex(paths, {})
    >>> resolve(index, VaultPath("other/T.md"), "note", use_aliases=True).path
    'a/b/Note.md'
    >>> resolve(index, VaultPath("other/T.md"), "x/Note", use_aliases=True).path is None
    True
    """
    if not target:
        return Resolution(source)
    folder = folder_of(source)
    if _is_anchored(target):
        place = _place(folder, target)
        return _at(index, place) or NOWHERE if place else NOWHERE
    # The literal name first: ``plan.pdf`` means the PDF, not a note ``plan.pdf.md``.
    for name in (target, with_md(target)):
        found = _exactly(index, name) or _by_tail(index, folder, name)
        if found is not None:
            return found
    return _by_alias(index, target) if use_aliases else NOWHERE


def suggest(index: NameIndex, target: str) -> str:
    """Return the name that an unresolved link most likely means; ``""`` if none is near.

    >>> index = NameIndex([VaultPath("a/Note.md"), VaultPath("a/AlexNet.md")], {})
    >>> suggest(index, "wrong/Note"), suggest(index, "Alexnets"), suggest(index, "qqqq")
    ('a/Note', 'AlexNet', '')
    """
    name = name_of(target)
    for tail in (name, with_md(name)):
        namesakes = index.ending_in(tail)
        if namesakes.paths:
            # The name is right and the folder is wrong, so the folder is what to show.
            return without_md(namesakes.first)
    if notes := index.with_alias(target):
        return index.link_to(notes[0])
    similar = index.most_similar(without_md(fold(name)))
    return "" if similar is None else index.link_to(similar)


def _is_anchored(target: str) -> bool:
    """Tell whether a target names one place, from the root or from the source's folder."""
    return target.startswith("/") or ("." in target and not {".", ".."}.isdisjoint(target.split("/")))


def _place(folder: str, target: str) -> str:
    """Return the path that an anchored target names; ``""`` for a folder or above the root."""
    steps = target.split("/")
    if steps[-1] in {"", ".", ".."}:
        return ""
    place = folder.split("/") if folder and steps[0] else []
    for step in steps:
        if step == "..":
            if not place:
                return ""
            place.pop()
        elif step not in {"", "."}:
            place.append(step)
    return "/".join(place)


def _at(index: NameIndex, place: str) -> Resolution | None:
    return _exactly(index, place) or _exactly(index, with_md(place))


def _exactly(index: NameIndex, place: str) -> Resolution | None:
    """RS-01, and RS-10 where only case tells two files apart."""
    found = index.at(place)
    if len(found) < 2:
        return Resolution(found[0]) if found else None
    wanted = spelling(place)
    same = [path for path in found if spelling(path) == wanted] or _in_this_case(found, place)
    return Resolution(same[0]) if same else _choose(min(found, key=shortest), found, tuple(found), place)


def _by_tail(index: NameIndex, folder: str, name: str) -> Resolution | None:
    """RS-02 to RS-05."""
    candidates = index.ending_in(name)
    if len(candidates.paths) < 2:
        return Resolution(candidates.paths[0]) if candidates.paths else None
    near = candidates.below(folder) if folder else ()
    first = min(near, key=shortest) if near else candidates.first
    case_variants = [path for path in index.at(first) if not near or path.startswith(folder + "/")]
    return _choose(first, case_variants, candidates.paths, name)


def _by_alias(index: NameIndex, target: str) -> Resolution:
    """RS-12."""
    notes = index.with_alias(target)
    if len(notes) == 1:
        return Resolution(notes[0], alias=True)
    return Resolution(None, notes, alias=True) if notes else NOWHERE


def _choose(
    first: VaultPath, case_variants: Iterable[VaultPath], candidates: tuple[VaultPath, ...], name: str
) -> Resolution:
    """Take the first choice, or the one of its case variants that is written in this case."""
    return Resolution(next(iter(_in_this_case(case_variants, name)), first), candidates)


def _in_this_case(paths: Iterable[VaultPath], name: str) -> list[VaultPath]:
    written = without_md(spelling(name))
    return [path for path in paths if ("/" + without_md(spelling(path))).endswith("/" + written)]
