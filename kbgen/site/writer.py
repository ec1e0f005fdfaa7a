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
import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from stat import S_ISDIR
from typing import BinaryIO, NoReturn, Self

import msgspec
from msgspec import Struct

from kbgen import interrupts
from kbgen.errors import OutputError, OutsideFault, refused
from kbgen.vault.paths import SitePath, folder_of
from kbgen.vault.scan import MANIFEST_NAME

STAGING = ".kbgen-staging"
_LOCK = ".kbgen-lock"
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
"""What a disk says that cannot give a file a second name."""

_PATIENCE = 10
"""Tenths of a second to wait for the workers of a build that was killed, which hold its lock, to end."""


class Written(Struct, frozen=True, array_like=True, gc=False):
    """A file of the output, as it was when kbgen wrote it."""

    source: str
    """Hash of what it was made from; another hash means that it must be made again."""
    size: int
    mtime_ns: int


class Manifest(Struct, frozen=True):
    """What kbgen wrote into a folder."""

    schema: str = "kbgen.manifest/1"
    state: str = ""
    """Hash of all that the site was made from; empty while a build is placing files."""
    files: dict[SitePath, Written] = {}


_NO_PLACE = re.compile(r"^/|[\\:\0]|(^|/)\.{0,2}(/|$)")
"""In a path that no build writes: a manifest that has one must not lead us out of its folder."""


Staged = tuple[SitePath, Written]
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
    OutsideFault
        If another build is writing there, or the machine refuses.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.staging = folder / STAGING
        self.before: Mapping[SitePath, Written] = {}
        self.state = ""
        """Hash of all that the site as it stands was made from, where that is known."""
        self._lock: int | None = None
        self._ends = contextlib.ExitStack()

    def __enter__(self) -> Self:
        with outside():
            _refuse_foreign(self.folder)
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = _lock(self.folder / _LOCK)
            try:
                manifest = read_manifest(self.folder)
                self.before, self.state = manifest.files, manifest.state
                shutil.rmtree(self.staging, ignore_errors=True)
                self._ends.enter_context(interrupts.unfinished(str(self.staging)))
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
        return _is_untouched(self.folder, path, known)

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
        with outside(), interrupts.held():
            self._check_places(new, gone)
            self._check_folders({folder_of(path) for path in (*new, *gone)})
            try:
                self._exchange(new, gone, Manifest(state=state, files=files))
            except BaseException:
                self._put_back(new, gone)
                raise
        return Changes(written=len(new), unchanged=len(files) - len(new), removed=len(gone))

    def _exchange(self, new: Mapping[SitePath, Written], gone: Iterable[SitePath], after: Manifest) -> None:
        if new or gone:
            # From here on a killed build is repaired by the next one: it knows all that may be there.
            _write_manifest(self.folder, Manifest(files={**self.before, **new}))
        for path in gone:
            self._take_away(path)
        _remove_empty_folders(self.folder, gone)
        made: set[str] = set()
        for path in new:
            self._place(path, made)
        _write_manifest(self.folder, after)

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
            _write_manifest(self.folder, Manifest(state=self.state, files=dict(self.before)))

    def _check_folders(self, folders: Iterable[str]) -> None:
        """Refuse before anything is changed where a folder may not be written to."""
        for name in sorted(folders):
            folder = self.folder / name
            if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))

    def _check_places(self, new: Mapping[SitePath, Written], gone: Iterable[SitePath]) -> None:
        """Refuse to write over a file that is not ours."""
        going = frozenset(gone)
        folded = {path.casefold(): path for path in self.before}
        folders: set[str] = set()
        for path in sorted(new):
            if self._is_foreign(path, going, folded):
                self._refuse(path)
            folder = folder_of(path)
            while folder and folder not in folders:
                folders.add(folder)
                folder = folder_of(folder)
        for folder in sorted(folders - going):
            place = self.folder / folder
            if os.path.lexists(place) and not place.is_dir():
                self._refuse(folder)

    def _is_foreign(self, path: SitePath, going: frozenset[str], folded: Mapping[str, SitePath]) -> bool:
        place = os.path.join(self.folder, path)  # noqa: PTH118 (called for every page)
        try:
            mode = os.lstat(place).st_mode
        except OSError:
            return False
        if S_ISDIR(mode):
            inside = [file for file in Path(place).rglob("*") if not file.is_dir()]
            return not inside or not going.issuperset(
                file.relative_to(self.folder).as_posix() for file in inside
            )
        if path in self.before:
            return False
        # A disk that does not know case shows our own page under a name that changed in case alone.
        known = folded.get(path.casefold())
        return known is None or not _same(place, os.path.join(self.folder, known))  # noqa: PTH118

    def _refuse(self, path: str) -> NoReturn:
        raise OutputError(
            f"{self.folder / path} is in the way: kbgen did not write it.",
            "Move it elsewhere, or choose another output folder.",
        )

    def _stage(
        self, path: SitePath, write: Callable[[BinaryIO], object], source: Callable[[], str]
    ) -> Staged:
        name = self._staged(path)
        with outside(str(self.folder / path)):
            with open(name, "wb") as stream:  # noqa: PTH123
                write(stream)
            stat = os.stat(name)  # noqa: PTH116
        return path, Written(source(), stat.st_size, stat.st_mtime_ns)

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


def read_manifest(folder: Path) -> Manifest:
    """Return what kbgen wrote into a folder; nothing if there is no manifest that can be trusted."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST_NAME).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return Manifest()
    sound = manifest.schema == Manifest().schema and not any(map(_NO_PLACE.search, manifest.files))
    return manifest if sound else Manifest()


def untouched(folder: Path, files: Mapping[SitePath, Written]) -> bool:
    """Tell whether all files are as kbgen wrote them."""
    return all(_is_untouched(folder, path, known) for path, known in files.items())


def _is_untouched(folder: Path, path: SitePath, known: Written) -> bool:
    try:
        stat = os.stat(os.path.join(folder, path))  # noqa: PTH116, PTH118 (called for every page)
    except OSError:
        return False
    return stat.st_size == known.size and stat.st_mtime_ns == known.mtime_ns


def _write_manifest(folder: Path, manifest: Manifest) -> None:
    temporary = folder / STAGING / MANIFEST_NAME
    with outside(str(folder / MANIFEST_NAME)):
        temporary.write_bytes(msgspec.json.encode(manifest, order="sorted"))
    temporary.replace(folder / MANIFEST_NAME)


def _refuse_foreign(folder: Path) -> None:
    if folder.is_symlink() and not folder.exists():
        raise OutputError(f"{folder} is a link to nothing.")
    if not folder.exists():
        return
    if not folder.is_dir():
        raise OutputError(f"{folder} is a file, not a folder.")
    foreign = sorted(entry.name for entry in os.scandir(folder) if not entry.name.startswith(".kbgen"))
    if foreign and not read_manifest(folder).files:
        some = ", ".join(foreign[:3]) + (" …" if len(foreign) > 3 else "")
        raise OutputError(
            f"{folder} holds files that kbgen did not write: {some}",
            "Choose an empty folder with -o, or empty this one yourself.",
        )


def _same(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)  # noqa: PTH121
    except OSError:
        return False


def _remove_empty_folders(root: Path, gone: Iterable[str]) -> None:
    folders = {parent for path in gone for parent in Path(path).parents if parent != Path()}
    for folder in sorted(folders, key=lambda folder: -len(folder.parts)):
        with contextlib.suppress(OSError):
            (root / folder).rmdir()


def _lock(path: Path) -> int | None:
    """Hold the output against a second build; the system lets go when the process ends."""
    try:
        import fcntl  # noqa: PLC0415 (not on Windows, where two builds at once are not kept apart)
    except ImportError:
        return None
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    for _ in range(_PATIENCE):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.1)
        else:
            return descriptor
    os.close(descriptor)
    raise OutsideFault(f"Another build is writing to {path.parent}.", "Wait until it ends.")


@contextlib.contextmanager
def outside(file: str = "") -> Iterator[None]:
    """Turn what the machine refuses into one sentence, about a file where the system names none."""
    try:
        yield
    except OSError as error:
        raise refused(error, "write", "" if error.filename else file) from error
