"""What a site is made from, watched: by what the system tells, and by looking where it tells nothing."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from msgspec import Struct
from watchfiles._rust_notify import RustNotify  # what its own watch() uses, documented for others to use

from kbgen.config import Config
from kbgen.serve.changes import Changes
from kbgen.serve.network_folders import is_inside, network_kind
from kbgen.serve.polling import Poller

STEP_MILLISECONDS = 10
"""Between two looks at what the system told. What is told within two belongs together."""
GROUP_MILLISECONDS = 50
"""The longest that one event waits for others."""
_TOLD_MILLISECONDS = 60_000
_AGAIN_MILLISECONDS = 300
"""After which a new folder is told of again: what it gets before it is watched, no system tells."""

_SETTINGS = frozenset({(".obsidian", "app.json"), (".obsidian", "templates.json")})
"""What a build reads of what has a dot before its name."""


class Watched(Struct, frozen=True):
    """What is watched; all paths are real ones."""

    folders: tuple[str, ...]
    """With all that is in them."""
    files: tuple[str, ...]
    """By themselves, whether they are there or not."""
    ignored: tuple[str, ...]
    """Folders that kbgen writes to."""
    identities: tuple[tuple[int, int], ...]
    """Which folders they are: one that was put in place of another must be watched anew."""


def watched_by(config: Config, config_files: Iterable[Path]) -> Watched:
    """Return what a site is made from.

    Parameters
    ----------
    config
        The settings.
    config_files
        Where a config file is, or would be read if it were there.
    """
    named = [config.vault, *([config.templates] if config.templates else [])]
    folders = tuple(os.path.realpath(folder) for folder in named)
    files = (*config_files, *config.verify.tables)
    ours = (config.output, *([config.cache] if config.cache else []))
    return Watched(
        folders=folders,
        files=tuple(dict.fromkeys(os.path.realpath(path) for path in files)),
        ignored=tuple(os.path.realpath(folder) for folder in ours),
        identities=tuple(_identity(folder) for folder in folders),
    )


def matters(watched: Watched, path: str) -> bool:
    """Tell whether a change of a path may change the site, so far as its name can tell.

    Parameters
    ----------
    watched
        What is watched.
    path
        Of a file or folder.
    """
    if any(is_inside(path, folder) for folder in watched.ignored):
        return False
    for folder in watched.folders:
        if is_inside(path, folder):
            parts = Path(path[len(folder) :].strip(os.sep)).parts
            hidden = any(part.startswith(".") for part in parts)
            if not hidden or parts in _SETTINGS or parts == (".obsidian",):
                return True
    return False


class Watcher:
    """Tells of changes until it is closed; whatever changes after it was made is told.

    Parameters
    ----------
    watched
        What to watch.
    changes
        Told what is found.
    poll
        Whether to look, and not to rely on the system.
    say
        Told, once, why the system cannot be relied on.
    """

    def __init__(self, watched: Watched, changes: Changes, *, poll: bool, say: Callable[[str], None]) -> None:
        self._watched, self._changes, self._say = watched, changes, say
        self._ended = threading.Event()
        self._pollers = [Poller((), watched.files, partial(matters, watched), changes)]
        if poll:
            self._look()
            return
        kinds = filter(None, map(network_kind, watched.folders))
        if kind := next(kinds, ""):
            self._look(f"a folder of another machine ({kind}) tells nothing of its changes")
            return
        try:
            told = RustNotify(
                list(watched.folders),
                False,  # no words of its own
                False,  # no polling: it sees no second change within a second
                0,
                True,  # with all that is in them
                True,  # folders that may not be read are left out
            )
        except (OSError, RuntimeError) as error:
            self._look(str(error))
            return
        threading.Thread(target=self._listen, args=(told,), daemon=True).start()

    def close(self) -> None:
        """Watch no more."""
        self._ended.set()
        for poller in self._pollers:
            poller.close()

    def _listen(self, told: RustNotify) -> None:
        folders: set[str] = set()
        with contextlib.closing(told):
            while True:
                longest = _AGAIN_MILLISECONDS if folders else _TOLD_MILLISECONDS
                try:
                    found = told.watch(GROUP_MILLISECONDS, STEP_MILLISECONDS, longest, self._ended)
                except (OSError, RuntimeError) as error:
                    self._look(str(error))
                    return
                if found == "stop":
                    return
                if isinstance(found, set):
                    changed = {path for _, path in found if matters(self._watched, path)}
                    self._changes.add(changed)
                    folders |= set(filter(os.path.isdir, changed))
                else:
                    self._changes.add(folders)
                    folders = set()

    def _look(self, reason: str = "") -> None:
        if reason:
            self._say(reason)
        folders = self._watched.folders
        self._pollers.append(Poller(folders, (), partial(matters, self._watched), self._changes))
        # What changed before the first look is not told by a later one.
        if reason:
            self._changes.add(folders)


def _identity(folder: str) -> tuple[int, int]:
    try:
        stat = os.stat(folder)  # noqa: PTH116 (a text)
    except OSError:
        return (0, 0)
    return stat.st_dev, stat.st_ino
