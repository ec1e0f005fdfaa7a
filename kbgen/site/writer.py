"""Write a site: only what changed, each file whole or not at all, and nothing that is not ours.

A manifest in the output says which files kbgen wrote and from what. A build first puts
every new file into a staging folder beside them, then writes down in the manifest what
it is about to place, then renames file by file. Killed at any moment, it leaves whole
pages, of this build or the last, and a manifest from which the next build goes on. Where
the machine refuses on the way, what was there before is put back.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, Self

from msgspec import Struct

from kbgen import interrupts
from kbgen.errors import refused
from kbgen.site.foreign_files import check_output, check_places, check_writable
from kbgen.site.lock import hold
from kbgen.site.manifest import Manifest, ManifestEntry, is_untouched, read_manifest, write_manifest
from kbgen.vault.paths import SitePath, folder_of
from kbgen.vault.scan import MANIFEST_NAME

STAGING = ".kbgen-staging"
_LOCK = ".kbgen-lock"
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
"""What a disk says that cannot give a file a second name."""

Staged = tuple[SitePath, ManifestEntry]
"""A file that waits beside the site."""


class Changes(Struct, frozen=True):
    """What a build did to the output."""

    written: int
    unchanged: int
    removed: int


class Output:
    """The output folder while a build owns it; use as a context.

    Parameters
    ----------
    folder
        Made if it is not there.

    Raises
    ------
    OutputError
        If the folder holds files and no manifest says that kbgen filled it.
    OutsideError
        If another build is writing there, or the machine refuses.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.staging = folder / STAGING
        self.before: Mapping[SitePath, ManifestEntry] = {}
        self.state = ""
        """Hash of all that the site as it stands was made from, where that is known."""
        self._lock: int | None = None
        self._ends = contextlib.ExitStack()

    def __enter__(self) -> Self:
        with outside_errors():
            check_output(self.folder)
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = hold(self.folder / _LOCK)
            try:
                manifest = read_manifest(self.folder)
                self.before, self.state = manifest.files, manifest.state
                shutil.rmtree(self.staging, ignore_errors=True)
                self._ends.enter_context(interrupts.remove_on_signal(str(self.staging)))
                self.staging.mkdir()
            except BaseException:
                self.__exit__()
                raise
        return self

    def __exit__(self, *_error: object) -> None:
        shutil.rmtree(self.staging, ignore_errors=True)
        self._ends.close()
        if self._lock is not None:
            os.close(self._lock)

    def is_current(self, path: SitePath, source: str) -> bool:
        """Tell whether a file was made from the same source and nobody touched it since."""
        known = self.before.get(path)
        if known is None or known.source != source:
            return False
        return is_untouched(self.folder, path, known)

    def standing(self, path: SitePath) -> str:
        """Return the source of the file that stands on the site, ``""`` where none does as it was written."""
        known = self.before.get(path)
        return known.source if known is not None and is_untouched(self.folder, path, known) else ""

    def stage(self, path: SitePath, content: bytes, source: str) -> Staged:
        """Put a file's new bytes beside the site, to be placed by :meth:`place`."""
        return self._stage(path, lambda stream: stream.write(content), lambda: source)

    def stage_copy(self, path: SitePath, original: BinaryIO) -> Staged:
        """Put a copy of an open file beside the site; its source is the hash of what was copied."""
        digest = blake2b(digest_size=20)

        def copy(stream: BinaryIO) -> None:
            while chunk := original.read(1 << 20):
                digest.update(chunk)
                stream.write(chunk)

        return self._stage(path, copy, digest.hexdigest)

    def place(self, staged: Iterable[Staged], kept: Iterable[SitePath], state: str) -> Changes:
        """Put the staged files in their places and take away what the site has no more.

        Parameters
        ----------
        staged
            What :meth:`stage` returned.
        kept
            Files of the last build that stay as they are.
        state
            Hash of all that the site is made from.
        """
        new = dict(staged)
        files = {path: self.before[path] for path in kept} | new
        gone = sorted(self.before.keys() - files.keys())
        with outside_errors(), interrupts.defer_signals():
            check_places(self.folder, self.before, new, gone)
            check_writable(self.folder, {folder_of(path) for path in (*new, *gone)})
            try:
                self._exchange(new, gone, Manifest(state=state, files=files))
            except BaseException:
                self._put_back(new, gone)
                raise
        return Changes(written=len(new), unchanged=len(files) - len(new), removed=len(gone))

    def _exchange(
        self, new: Mapping[SitePath, ManifestEntry], gone: Iterable[SitePath], after: Manifest
    ) -> None:
        if new or gone:
            # From here on a killed build is repaired by the next one: it knows all that may be there.
            self._write_manifest(Manifest(files={**self.before, **new}))
        for path in gone:
            self._take_away(path)
        _remove_empty_folders(self.folder, gone)
        made: set[str] = set()
        for path in new:
            self._place(path, made)
        self._write_manifest(after)

    def _write_manifest(self, manifest: Manifest) -> None:
        with outside_errors(str(self.folder / MANIFEST_NAME)):
            write_manifest(self.folder, manifest, self.staging)

    def _put_back(self, new: Iterable[SitePath], gone: Iterable[SitePath]) -> None:
        """Undo an exchange that did not come to its end, as far as the machine lets us."""
        for path in new:
            with contextlib.suppress(OSError):
                if path in self.before and os.path.lexists(self._kept(path)):
                    os.replace(self._kept(path), os.path.join(self.folder, path))  # noqa: PTH105, PTH118
                elif not os.path.lexists(self._staged(path)):  # it was placed where nothing was
                    (self.folder / path).unlink()
        _remove_empty_folders(self.folder, new)
        for path in gone:
            if os.path.lexists(self._kept(path)):
                with contextlib.suppress(OSError):
                    (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
                    os.replace(self._kept(path), self.folder / path)  # noqa: PTH105
        with contextlib.suppress(OSError):
            self._write_manifest(Manifest(state=self.state, files=dict(self.before)))

    def _stage(
        self, path: SitePath, write: Callable[[BinaryIO], object], source: Callable[[], str]
    ) -> Staged:
        name = self._staged(path)
        with outside_errors(os.path.join(self.folder, path)):  # noqa: PTH118 (called for every page)
            with open(name, "wb") as stream:  # noqa: PTH123
                write(stream)
            stat = os.stat(name)  # noqa: PTH116
        return path, ManifestEntry(source(), stat.st_size, stat.st_mtime_ns)

    def _place(self, path: SitePath, made: set[str]) -> None:
        target = os.path.join(self.folder, path)  # noqa: PTH118 (called for every page)
        folder = os.path.dirname(target)  # noqa: PTH120
        if folder not in made:
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103
            made.add(folder)
        if path in self.before:
            self._keep(path, target)
        os.replace(self._staged(path), target)  # noqa: PTH105

    def _keep(self, path: SitePath, target: str) -> None:
        """Keep what was there by a second name, until all is in its place."""
        with contextlib.suppress(FileNotFoundError):
            try:
                os.link(target, self._kept(path))
            except OSError as error:
                if error.errno not in _NO_LINKS:
                    raise
                shutil.copy2(target, self._kept(path), follow_symlinks=False)

    def _take_away(self, path: SitePath) -> None:
        """Take away a page; what somebody put in its place meanwhile stays, if it is a folder."""
        place = self.folder / path
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            if place.is_symlink() or not place.is_dir():
                os.replace(place, self._kept(path))  # noqa: PTH105

    def _staged(self, path: SitePath) -> str:
        return os.path.join(self.staging, staged_name(path))  # noqa: PTH118 (called for every page)

    def _kept(self, path: SitePath) -> str:
        return self._staged(path) + "-"


def staged_name(path: SitePath) -> str:
    """Return a flat, short name for a staged file."""
    return blake2b(path.encode(), digest_size=12).hexdigest()


def _remove_empty_folders(root: Path, gone: Iterable[str]) -> None:
    folders = {parent for path in gone for parent in Path(path).parents if parent != Path()}
    for folder in sorted(folders, key=lambda folder: -len(folder.parts)):
        with contextlib.suppress(OSError):
            (root / folder).rmdir()


@contextlib.contextmanager
def outside_errors(file: str = "") -> Iterator[None]:
    """Turn what the machine refuses into one sentence, about a file where the system names none."""
    try:
        yield
    except OSError as error:
        raise refused(error, "write", "" if error.filename else file) from error
