"""Refuse to write where a file stands that kbgen did not write, or where the machine lets us not."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from stat import S_ISDIR
from typing import NoReturn

from kbgen.errors import OutputError
from kbgen.site.manifest import ManifestEntry, read_manifest
from kbgen.vault.paths import SitePath, folder_of


def check_output(folder: Path) -> None:
    """Refuse a folder that holds files, where no manifest says that kbgen filled it."""
    if folder.is_symlink() and not folder.exists():
        raise OutputError(f"{folder} is a link to nothing.")
    if not folder.exists():
        return
    if not folder.is_dir():
        raise OutputError(f"{folder} is a file, not a folder.")
    foreign = sorted(entry.name for entry in os.scandir(folder) if not entry.name.startswith(".kbgen"))
    if foreign and not read_manifest(folder).files:
        shown = ", ".join(foreign[:3]) + (" …" if len(foreign) > 3 else "")
        raise OutputError(
            f"{folder} holds files that kbgen did not write: {shown}",
            "Choose an empty folder with -o, or empty this one yourself.",
        )


def check_writable(root: Path, folders: Iterable[str]) -> None:
    """Refuse before anything is changed where a folder may not be written to."""
    for name in sorted(folders):
        folder = root / name
        if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))


def check_places(
    root: Path, ours: Mapping[SitePath, ManifestEntry], new: Iterable[SitePath], gone: Iterable[SitePath]
) -> None:
    """Refuse to write over a file that is not ours."""
    going = frozenset(gone)
    folded = {path.casefold(): path for path in ours}
    folders: set[str] = set()
    for path in sorted(new):
        if _is_foreign(root, path, ours, going, folded):
            _refuse(root, path)
        folder = folder_of(path)
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder_of(folder)
    for folder in sorted(folders - going):
        place = root / folder
        if os.path.lexists(place) and not place.is_dir():
            _refuse(root, folder)


def _is_foreign(
    root: Path,
    path: SitePath,
    ours: Mapping[SitePath, ManifestEntry],
    going: frozenset[str],
    folded: Mapping[str, SitePath],
) -> bool:
    place = os.path.join(root, path)  # noqa: PTH118 (called for every page)
    try:
        mode = os.lstat(place).st_mode
    except OSError:
        return False
    if S_ISDIR(mode):
        inside = [file for file in Path(place).rglob("*") if not file.is_dir()]
        return not inside or not going.issuperset(file.relative_to(root).as_posix() for file in inside)
    if path in ours:
        return False
    # A disk that does not know case shows our own page under a name that changed in case alone.
    known = folded.get(path.casefold())
    return known is None or not _same(place, os.path.join(root, known))  # noqa: PTH118


def _refuse(root: Path, path: str) -> NoReturn:
    raise OutputError(
        f"{root / path} is in the way: kbgen did not write it.",
        "Move it elsewhere, or choose another output folder.",
    )


def _same(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)  # noqa: PTH121
    except OSError:
        return False
