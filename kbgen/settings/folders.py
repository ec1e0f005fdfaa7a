"""The folders of a build: where its vault, output and cache are, and whether they may be used."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

from kbgen.errors import OutputError, VaultError, is_outside_error, refused
from kbgen.nearest import did_you_mean


def absolute(path: Path) -> Path:
    """Return an absolute path without ``..`` in it."""
    # Not resolve(): a vault behind a link keeps the name that its owner gave it.
    return Path(os.path.abspath(path))  # noqa: PTH100


def relative_to_cwd(path: Path, cwd: Path) -> str:
    """Return a path as it is named from the working directory."""
    return path.relative_to(cwd).as_posix() if path.is_relative_to(cwd) else path.as_posix()


def default_vault(cwd: Path) -> Path | None:
    """Return the vault that is meant where none is named: ``./vault``, else a folder with ``.obsidian``."""
    if (cwd / "vault").is_dir():
        return cwd / "vault"
    return cwd if (cwd / ".obsidian").is_dir() else None


def check_vault(vault: Path, cwd: Path) -> None:
    """Refuse a vault that is not there or cannot be listed.

    Parameters
    ----------
    vault
        Its folder.
    cwd
        The working directory, from where it is named.

    Raises
    ------
    VaultError
        If it is missing, a file, or not readable.
    OutsideError
        If the machine refuses.
    """
    shown = relative_to_cwd(vault, cwd)
    try:
        with os.scandir(vault):
            return
    except FileNotFoundError:
        raise VaultError(f"there is no vault at {shown}", _similar_folder(vault)) from None
    except NotADirectoryError:
        raise VaultError(f"the vault must be a folder, and {shown} is a file") from None
    except OSError as error:
        if is_outside_error(error):
            raise refused(error, "read", shown) from error
        raise VaultError(f"the vault {shown} cannot be read: {error.strerror}") from error


def default_cache(folder: Path, vault: Path) -> Path | None:
    """Return ``.kbgen`` beside the config, else a folder of the user's own cache: a vault is its owner's."""
    real = Path(os.path.realpath(vault))
    if not Path(os.path.realpath(folder)).is_relative_to(real):
        return folder / ".kbgen"
    home = _user_cache()
    if home is None or Path(os.path.realpath(home)).is_relative_to(real):
        return None
    return home / "kbgen" / hashlib.blake2b(os.fsencode(real), digest_size=8).hexdigest()


def _user_cache() -> Path | None:
    """Return where programs of this user keep what they can make again; None where nobody says."""
    home = os.path.expanduser("~")  # noqa: PTH111 - Path.home() raises where there is none
    places = (os.environ.get("XDG_CACHE_HOME", ""), os.path.join(home, ".cache"))  # noqa: PTH118
    if sys.platform == "win32":
        places = (os.environ.get("LOCALAPPDATA", ""),)
    elif sys.platform == "darwin":
        places = (os.environ.get("XDG_CACHE_HOME", ""), os.path.join(home, "Library", "Caches"))  # noqa: PTH118
    # A path that is not absolute would be another one in every folder; XDG says to pass over it.
    return next((Path(place) for place in places if os.path.isabs(place)), None)  # noqa: PTH117


def _similar_folder(vault: Path) -> str:
    try:
        beside = [entry.name for entry in vault.parent.iterdir() if entry.is_dir()]
    except OSError:
        return ""
    return did_you_mean(vault.name, (name for name in beside if not name.startswith(".")))


def check_output(output: Path, vault: Path, cwd: Path) -> None:
    """Refuse an output that would be written over the vault, or into a file.

    Parameters
    ----------
    output, vault
        Their folders.
    cwd
        The working directory, from where the output is named.

    Raises
    ------
    OutputError
        If it is the vault, holds it, or is no folder.
    OutsideError
        If the machine refuses.
    """
    shown = relative_to_cwd(output, cwd)
    real_output, real_vault = Path(os.path.realpath(output)), Path(os.path.realpath(vault))
    if real_output == real_vault:
        raise OutputError(f"the output folder {shown} is the vault itself", "name another with --output")
    if real_vault.is_relative_to(real_output):
        raise OutputError(f"the output folder {shown} holds the vault", "name another with --output")
    try:
        blocked = any(part.exists() and not part.is_dir() for part in (real_output, *real_output.parents))
    except OSError as error:
        if is_outside_error(error):
            raise refused(error, "use", shown) from error
        raise OutputError(f"the output folder {shown} cannot be used: {error.strerror}") from error
    if blocked:
        raise OutputError(f"the output must be a folder, and {shown} is a file or inside of one")
