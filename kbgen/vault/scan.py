"""Which files a vault has: one pass over its folders, nothing opened.

Not part of a vault: names that begin with a dot, the output folder and any other
folder that kbgen filled, templates that override the theme, and ``kbgen.toml``.

Links of the file system are followed inside the vault only, and a folder link inside
a linked folder is not: that bounds the walk however the links are laid. A name that
is not UTF-8 cannot stand in a link, an address or JSON, so its file is left out. All
that is left out against expectation is reported as KB124.
"""

from __future__ import annotations

import errno
import os
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct

from kbgen.config import Config
from kbgen.diagnostics import Diagnostic, Fault, diagnostic, in_order
from kbgen.errors import refused
from kbgen.settings.file import CONFIG_NAME
from kbgen.vault.ignore import AppSettings, exclusion, read_settings
from kbgen.vault.paths import VaultPath, is_note, name_of

MANIFEST_NAME = ".kbgen-manifest.json"
"""Its presence says that kbgen filled a folder."""


class VaultFile(Struct, frozen=True, gc=False):
    """A file of the vault, not yet read."""

    path: VaultPath
    """Its identity. Where two names are the same in NFC, the later by bytes ends in ``~2``."""
    real: str
    """Where to open it."""
    size: int
    mtime_ns: int
    ctime_ns: int
    """Unlike the other time it cannot be set back, so no change of content hides from it."""


class VaultFiles(Struct, frozen=True):
    """The files of a vault, each list sorted by path."""

    notes: tuple[VaultFile, ...]
    others: tuple[VaultFile, ...]
    ignored: tuple[VaultPath, ...]
    """Files that exist and are never read, because the app's filters or the config say so."""
    settings: AppSettings
    diagnostics: tuple[Diagnostic, ...]


class _Folder(Struct, frozen=True, gc=False):
    """A folder to walk; paths of the vault end in ``/`` but for the root's ``""``."""

    path: str
    """NFC."""
    raw: str
    """The same as the disk spells it."""
    real: str
    origin: str
    """Where it really is in the vault; other than ``raw`` behind a link."""
    linked: bool = False


class _Found(Struct, frozen=True, gc=False):
    path: str
    raw: str
    entry: os.DirEntry[str]
    hidden: bool


class _Skipped(Exception):  # noqa: N818 - no error, but a reason
    """Why an entry is left out."""


class _Walk(Struct, frozen=True):
    """What a walk knows, and the lists that it fills."""

    root: str
    own: frozenset[str]
    left_out: Callable[[str], bool]
    found: list[_Found]
    faults: list[Diagnostic]
    stack: list[_Folder]


def scan(config: Config) -> VaultFiles:
    """List the files of a vault.

    Nothing here raises for what it meets on the way: what cannot be used is left out and
    reported. About 5 microseconds a file.

    Raises
    ------
    OutsideError
        If the vault itself cannot be listed any more.
    """
    root = os.path.realpath(config.vault)
    settings = read_settings(config.vault)
    walk = _Walk(
        root=root,
        own=_own(config, root),
        left_out=exclusion(settings, config.ignore),
        found=[],
        faults=list(settings.diagnostics),
        stack=[_Folder("", "", str(config.vault), "")],
    )
    while walk.stack:
        _visit(walk, walk.stack.pop())
    require_vault(config)

    notes: list[VaultFile] = []
    others: list[VaultFile] = []
    ignored: list[VaultPath] = []
    for path, found in _identified(walk.found):
        if found.hidden:
            ignored.append(path)
            continue
        try:
            stat = found.entry.stat()
        except OSError as error:
            walk.faults.append(_fault(path, f"it cannot be read: {error.strerror}"))
            continue
        file = VaultFile(path, found.entry.path, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
        (notes if is_note(found.path) else others).append(file)
    return VaultFiles(tuple(notes), tuple(others), tuple(ignored), settings, in_order(walk.faults))


def require_vault(config: Config) -> None:
    """Stop where a vault went away meanwhile: a drive that is pulled out is no vault without notes.

    Raises
    ------
    OutsideError
        If it cannot be listed any more.
    """
    try:
        os.scandir(config.vault).close()
    except OSError as error:
        raise refused(error, "read", f"the vault {config.vault} any more") from error


def _own(config: Config, root: str) -> frozenset[str]:
    """Return what in the vault is kbgen's, not the author's, by its path on the disk."""
    own = {CONFIG_NAME}
    for folder in (config.output, config.templates, config.cache):
        inside = None if folder is None else _inside(os.path.realpath(folder), root)
        if inside:
            own.add(inside)
    return frozenset(own)


def _inside(path: str, root: str) -> str | None:
    """Return the path from the root with ``/``; None outside of it, ``""`` at it."""
    if path == root:
        return ""
    prefix = root.rstrip(os.sep) + os.sep
    return path[len(prefix) :].replace(os.sep, "/") if path.startswith(prefix) else None


def _visit(walk: _Walk, folder: _Folder) -> None:
    try:
        with os.scandir(folder.real) as listing:
            entries = list(listing)
    except OSError as error:
        walk.faults.append(_fault(folder.path.rstrip("/"), f"the folder cannot be read: {error.strerror}"))
        return
    if folder.path and any(entry.name == MANIFEST_NAME for entry in entries):
        return
    for entry in entries:
        name = entry.name
        if name.startswith("."):
            continue
        try:
            _take(walk, folder, entry, name if name.isascii() else _text(name))
        except _Skipped as reason:
            walk.faults.append(_fault(folder.path + name, str(reason)))
        except OSError as error:
            walk.faults.append(_fault(folder.path + name, f"it cannot be read: {error.strerror}"))


def _text(name: str) -> str:
    try:
        name.encode()
    except UnicodeEncodeError:
        raise _Skipped("its name is not UTF-8") from None
    return unicodedata.normalize("NFC", name)


def _take(walk: _Walk, folder: _Folder, entry: os.DirEntry[str], name: str) -> None:
    """Put an entry on the list of files, or on the stack of folders."""
    path, raw, origin = folder.path + name, folder.raw + entry.name, folder.origin + entry.name
    if origin in walk.own:
        return
    if entry.is_symlink():
        _take_link(walk, folder, entry, path, raw)
    elif entry.is_dir(follow_symlinks=False):
        walk.stack.append(_Folder(path + "/", raw + "/", entry.path, origin + "/", folder.linked))
    elif entry.is_file(follow_symlinks=False):
        hidden = walk.left_out(path) or (folder.linked and _hidden_at(walk, origin))
        walk.found.append(_Found(path, raw, entry, hidden))
    elif not walk.left_out(path):
        raise _Skipped("it is no regular file")


def _take_link(walk: _Walk, folder: _Folder, entry: os.DirEntry[str], path: str, raw: str) -> None:
    if walk.left_out(path):
        if entry.is_file():
            walk.found.append(_Found(path, raw, entry, hidden=True))
        return
    try:
        target = os.path.realpath(entry.path, strict=True)
    except OSError as error:
        cycle = error.errno == errno.ELOOP
        raise _Skipped("it is a link in a circle" if cycle else "it is a link to nothing") from None
    origin = _inside(target, walk.root)
    if origin is None:
        raise _Skipped("it is a link out of the vault")
    if _not_content(walk, origin):
        raise _Skipped("it is a link to what is not part of the vault")
    if entry.is_file():
        walk.found.append(_Found(path, raw, entry, _hidden_at(walk, origin)))
    elif not entry.is_dir():
        raise _Skipped("it is no regular file")
    elif folder.linked:
        raise _Skipped("it is a folder link inside a linked folder")
    elif _inside(os.path.realpath(folder.real), target) is not None:
        raise _Skipped("it is a link to a folder around it")
    else:
        walk.stack.append(_Folder(path + "/", raw + "/", entry.path, origin + "/", linked=True))


def _hidden_at(walk: _Walk, origin: str) -> bool:
    """Say whether a file is left out under its real name: a link must not bring it back."""
    return walk.left_out(unicodedata.normalize("NFC", origin))


def _not_content(walk: _Walk, origin: str) -> bool:
    """Say whether the target of a link is in a folder that the walk would not enter."""
    parts = origin.split("/") if origin else []
    above = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
    return (
        any(part.startswith(".") for part in parts)
        or any(step in walk.own for step in above)
        or any(Path(walk.root, step, MANIFEST_NAME).exists() for step in above)
    )


def _identified(found: list[_Found]) -> list[tuple[VaultPath, _Found]]:
    """Sort files by path and tell those apart whose names are the same in NFC."""
    # Names are UTF-8 by now, so the order of characters is the order of bytes.
    found.sort(key=lambda file: (file.path, file.raw))
    taken = {file.path for file in found}
    identified: list[tuple[VaultPath, _Found]] = []
    last = ""
    for file in found:
        path = file.path
        number = 1
        while file.path == last and path in taken:
            number += 1
            path = f"{file.path}~{number}"
        taken.add(path)
        last = file.path
        identified.append((VaultPath(path), file))
    return sorted(identified, key=lambda pair: pair[0])


def unicode_variants(files: VaultFiles) -> Iterator[Diagnostic]:
    """Yield a fault for each file whose name is that of another but for its Unicode form (KB108)."""
    for file in (*files.notes, *files.others):
        first, tilde, number = file.path.rpartition("~")
        if tilde and number.isdecimal():
            real = unicodedata.normalize("NFC", name_of(file.real.replace(os.sep, "/")))
            if real == name_of(first):
                message = f"The name of this file differs from that of {first} in its Unicode form alone."
                hint = "Links lead to the first; rename one of them."
                yield diagnostic(file.path, Fault("KB108", 1, 1, message, hint))


def _fault(path: str, reason: str) -> Diagnostic:
    shown = path.encode(errors="backslashreplace").decode()
    return diagnostic(shown, Fault("KB124", 1, 1, f"left out: {reason}"))
