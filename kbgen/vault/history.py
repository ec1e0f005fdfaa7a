"""When notes were made and changed, as the Git history of their vault has it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct

from kbgen.diagnostics import Diagnostic, Fault, diagnostic
from kbgen.vault.paths import VaultPath

_LOG = (
    "log",
    "-z",
    "--topo-order",
    "--format=%x01%as",
    "--name-status",
    "--no-color",
    "--no-ext-diff",
    "-M",
    "--diff-filter=AMRTD",
    "--relative",
    "--",
    ".",
)
"""Commits, the newest first, each with the names of the files that it changed."""


class Dates(Struct, frozen=True, gc=False):
    """Calendar dates (ISO) of the first and last commit, as the clock of their author had it."""

    created: str
    modified: str


class History(Struct, frozen=True):
    """The dates of every file that Git knows, and what stood in the way."""

    dates: Mapping[VaultPath, Dates] = MappingProxyType({})
    diagnostics: tuple[Diagnostic, ...] = ()


class _Repository(Struct, frozen=True):
    git: Path
    """The folder of this work tree: its HEAD."""
    common: Path
    """The folder that all work trees share: refs, and the mark of a shallow clone."""


def git_dates(vault: Path) -> History:
    """Read the dates of all files of a vault with one call of ``git log``.

    A renamed file keeps the dates of its earlier names. No repository, no commit or no
    Git gives no dates; so does a shallow clone, which would date every file to the
    edge of what was fetched (KB128).
    """
    repository = _repository(vault)
    if repository is None:
        return History()
    if (repository.common / "shallow").exists():
        fault = Fault(
            "KB128",
            1,
            1,
            "the Git history is shallow: no dates are taken from it",
            "fetch it whole: git fetch --unshallow (fetch-depth: 0 in a workflow)",
        )
        return History(diagnostics=(diagnostic(".", fault),))
    log = _git(vault, *_LOG)
    return History(dates=MappingProxyType(_dates(log)))


def head(vault: Path) -> str:
    """Return a text that changes whenever the history may have; ``""`` without one.

    Reads two small files and starts no process, so that a build with nothing to do can ask.
    """
    repository = _repository(vault)
    if repository is None:
        return ""
    commit = _text(repository.git / "HEAD").strip()
    if commit.startswith("ref: "):
        ref = commit.removeprefix("ref: ")
        commit = _text(repository.common / ref).strip() or _packed(repository.common, ref)
    seen = (
        commit,
        _text(repository.common / "reftable" / "tables.list"),
        _text(repository.common / "shallow"),
    )
    return hashlib.blake2b("\0".join(seen).encode(errors="replace"), digest_size=16).hexdigest()


def _dates(log: str) -> dict[VaultPath, Dates]:
    """Fold a log, newest commit first, into the dates of each present name."""
    created: dict[str, str] = {}
    modified: dict[str, str] = {}
    current: dict[str, str | None] = {}
    """Today's name of an earlier one; None for a name that another file had before."""
    date = ""
    fields = iter(log.split("\0"))
    for field in fields:
        if field.startswith("\x01"):
            date = field[1:]
            continue
        status = field.strip()[:1]
        if not status:
            continue
        earlier = next(fields, "")
        path = next(fields, "") if status == "R" else earlier
        name = current.get(path, path)
        if name is not None:
            modified[name] = max(date, modified.get(name, date))
            created[name] = min(date, created.get(name, date))
        if status == "R":
            current[earlier] = name
            current[path] = None
    return {
        VaultPath(unicodedata.normalize("NFC", name)): Dates(created[name], modified[name])
        for name in sorted(created)
    }


def _git(vault: Path, *arguments: str) -> str:
    # Variables such as GIT_DIR would point to another repository. A clone without
    # blobs must not fetch them for the comparison of renamed files.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}
    command = ("git", "-C", str(vault), "-c", "log.showSignature=false", "-c", "core.fsmonitor=false")
    try:
        done = subprocess.run(
            (*command, *arguments),
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError:
        return ""
    return done.stdout.decode(errors="surrogateescape") if done.returncode == 0 else ""


def _repository(vault: Path) -> _Repository | None:
    """Find the repository around a vault as Git does, without starting it."""
    start = Path(os.path.realpath(vault))
    for folder in (start, *start.parents):
        mark = folder / ".git"
        if mark.is_file():  # a work tree of its own, or a submodule
            git = folder / _text(mark).removeprefix("gitdir:").strip()
        elif (mark / "HEAD").is_file():
            git = mark
        else:
            continue
        shared = _text(git / "commondir").strip()
        return _Repository(git, git / shared if shared else git)
    return None


def _packed(common: Path, ref: str) -> str:
    for line in _text(common / "packed-refs").splitlines():
        commit, _, name = line.partition(" ")
        if name == ref:
            return commit
    return ""


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
