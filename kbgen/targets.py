"""What is to be verified: a vault, or notes that are each read alone; and the settings for it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from kbgen.config import Config, load
from kbgen.errors import ConfigError, UsageError, VaultError, is_outside_error, refused
from kbgen.nearest import nearest
from kbgen.settings.file import CONFIG_NAME
from kbgen.vault.paths import is_note_file


class Target(Struct, frozen=True):
    """A vault, or notes; neither where nothing was named."""

    vault: Path | None = None
    notes: tuple[Path, ...] = ()
    """Absolute, each once, in the order named."""


def target_of(paths: Sequence[Path], cwd: Path) -> Target:
    """Tell a vault from notes.

    Parameters
    ----------
    paths
        From the command line, relative to the working directory.
    cwd
        The working directory.

    Raises
    ------
    VaultError
        If one is not there, or is neither a folder nor a note.
    UsageError
        If two vaults are named, or a vault and notes.
    """
    folders: dict[Path, Path] = {}
    notes: dict[Path, Path] = {}
    for path in paths:
        place = Path(os.path.abspath(cwd / path))  # noqa: PTH100 - a note behind a link keeps its name
        if _is_folder(place, path):
            folders.setdefault(place, path)
        else:
            notes.setdefault(place, path)
    named = [path.as_posix() for path in folders.values()]
    if folders and notes:
        note = next(iter(notes.values())).as_posix()
        raise UsageError(
            f"{named[0]} is a vault and {note} a note, and one of the two is verified at a time",
            "name the vault alone, or notes alone",
        )
    if len(folders) > 1:
        raise UsageError(f"{named[0]} and {named[1]} are two vaults, and one is verified at a time")
    return Target(next(iter(folders), None), tuple(notes))


def _is_folder(place: Path, named: Path) -> bool:
    try:
        if place.is_dir():
            return True
        if place.is_file():
            if is_note_file(place.name):
                return False
            raise VaultError(
                f"{named.as_posix()} is no note", "name a folder, or files with names that end in .md"
            )
    except OSError as error:
        if is_outside_error(error):
            raise refused(error, "read", named.as_posix()) from error
        raise VaultError(f"{named.as_posix()} cannot be read: {error.strerror}") from error
    raise VaultError(f"there is no vault and no note at {named.as_posix()}", _similar(place, named))


def _similar(place: Path, named: Path) -> str:
    """Name what is there and most like a path that is not, from the deepest folder that is."""
    missing = list(named.parts)
    kept: list[str] = []
    folder = place
    while missing and not folder.is_dir():
        kept.insert(0, missing.pop())
        folder = folder.parent
    if not kept:
        return ""
    try:
        there = [entry.name for entry in folder.iterdir() if not entry.name.startswith(".")]
    except OSError:
        return ""
    wanted = there if len(kept) > 1 else [name for name in there if _may_be_meant(folder / name)]
    near = nearest(kept[0], wanted)
    if near is None:
        return ""
    guess = Path(*missing, near, *kept[1:])
    shown = guess if (folder / near / Path(*kept[1:])).exists() else Path(*missing, near)
    return f'did you mean "{shown.as_posix()}"?'


def _may_be_meant(path: Path) -> bool:
    return is_note_file(path.name) or path.is_dir()


def settings_of(target: Target, config_file: Path | None, cwd: Path) -> Config:
    """Find and read the settings.

    Those of a note are those of its vault: the nearest folder upward with ``kbgen.toml`` or
    ``.obsidian``, else its own folder.

    Parameters
    ----------
    target
        What is to be verified.
    config_file
        From the command line.
    cwd
        The working directory.

    Raises
    ------
    UsageError
        As :func:`kbgen.config.load` does; and if notes have different settings.
    """
    if not target.notes:
        return _load(target.vault, config_file, cwd)
    homes = dict.fromkeys(home_of(note) or note.parent for note in target.notes)
    configs = [_load(home, config_file, cwd) for home in homes]
    first = configs[0]
    for other in configs[1:]:
        if replace(other, vault=first.vault, title=first.title, output=first.output) != first:
            raise ConfigError(
                "the notes lie in vaults with different settings",
                "verify them one vault after the other, or name one file with --config",
            )
    return first


def home_of(note: Path) -> Path | None:
    """Return the vault of a note: the nearest folder upward with ``kbgen.toml`` or ``.obsidian``."""
    for folder in note.parents:
        if (folder / CONFIG_NAME).is_file() or (folder / ".obsidian").is_dir():
            return folder
    return None


def _load(vault: Path | None, config_file: Path | None, cwd: Path) -> Config:
    return load(vault=vault, output=None, config_file=config_file, base_url=None, cwd=cwd, writes=False)
