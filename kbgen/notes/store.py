"""Compiled notes, remembered by the hash of their bytes, in one SQLite file.

The records are MessagePack, read back with their types: no code runs, and a file that is
damaged, foreign or of another version is put aside and begun again, never trusted.
A file's size and times only save reading it; they never stand for its content when the
file changed so lately that another change could hide behind the same time.
"""

from __future__ import annotations

import contextlib
import functools
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from kbgen.notes.model import CompiledNote, CompileOptions
from kbgen.vault.paths import VaultPath
from kbgen.vault.scan import VaultFile

_TABLES = {
    "about": """CREATE TABLE IF NOT EXISTS about (
        name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID""",
    "note": """CREATE TABLE IF NOT EXISTS note (
        key BLOB PRIMARY KEY, checksum INTEGER NOT NULL, record BLOB NOT NULL) WITHOUT ROWID""",
    "file": """CREATE TABLE IF NOT EXISTS file (
        path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL,
        key BLOB NOT NULL) WITHOUT ROWID""",
}

_SETTLED_NS = 2_000_000_000
"""A file changed less than this before it was listed may change again within one tick of a coarse clock."""

_DECODER = msgspec.msgpack.Decoder(CompiledNote)
_ENCODER = msgspec.msgpack.Encoder()

_PACKAGES = (*("imagesize", "jinja2", "markdown-it-py", "networkx", "nh3", "pygments", "pyyaml"),)
"""Whose version may change a note or a page."""


def content_key(source: bytes) -> bytes:
    """Return what a file's bytes are remembered by."""
    return blake2b(source, digest_size=20).digest()


@functools.cache
def code_fingerprint() -> bytes:
    """Hash everything that decides how a note is compiled or a page made: our code and the parsers."""
    digest = blake2b(digest_size=20)
    for package in _PACKAGES:
        digest.update(f"{package} {version(package)}\n".encode())
    root = Path(__file__).parent.parent
    digest.update((root / "__init__.py").read_bytes())  # it holds the version
    for path in sorted((*root.rglob("*.py"), *root.rglob("*.toml"))):
        stat = path.stat()
        digest.update(f"{path.relative_to(root).as_posix()} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.digest()


def encode(note: CompiledNote) -> bytes:
    """Return a note as it is stored."""
    return _ENCODER.encode(note)


class NoteStore:
    """What the last builds compiled, and which content each file had.

    Parameters
    ----------
    path
        The SQLite file; None keeps nothing.
    options
        Compile options; notes compiled with others do not count.
    files
        The files of the vault as they were listed.
    listed_ns
        When listing them began, as :func:`time.time_ns` has it.
    """

    def __init__(
        self, path: Path | None, options: CompileOptions, files: Iterable[VaultFile], listed_ns: int
    ) -> None:
        self._path = path
        self._fingerprint = code_fingerprint() + msgspec.msgpack.encode(options)
        self._listed_ns = listed_ns
        self._files = {file.path: file for file in files}
        self._connection = _open(path, self._fingerprint)
        self._new: dict[bytes, bytes] = {}
        self._noted: dict[str, bytes] = {}
        self._before = list(self._rows("SELECT path, size, mtime_ns, ctime_ns, key FROM file"))
        self._keys: dict[VaultPath, bytes] = {
            VaultPath(path): key
            for path, *stamp, key in self._before
            if path in self._files and stamp == _stamp(self._files[path])
        }

    def key(self, path: VaultPath) -> bytes:
        """Return the key of a file's content; the file is read only if it changed.

        Raises
        ------
        OSError
            If it cannot be read.
        """
        key = self._keys.get(path)
        if key is None:
            with open(self._files[path].real, "rb") as stream:  # noqa: PTH123 (a Path for each of 50,000 files)
                key = self._keys[path] = file_key(stream)
        return key

    def is_empty(self) -> bool:
        """Tell whether no note is known at all, so that there is no use in asking for one."""
        return not any(True for _ in self._rows("SELECT 1 FROM note LIMIT 1"))

    def load(self, keys: Iterable[bytes]) -> dict[bytes, CompiledNote]:
        """Return the notes that are known, by key. A record that is not as it was written is not known."""
        wanted = set(keys)
        if not wanted:
            return {}
        found: dict[bytes, CompiledNote] = {}
        for key, checksum, record in self._rows("SELECT key, checksum, record FROM note"):
            if key in wanted and checksum == _checksum(key, record):
                # The checksum holds against damage, the types against a record of other code.
                with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
                    found[key] = _DECODER.decode(record)
        return found

    def add(self, path: VaultPath, key: bytes, record: bytes) -> CompiledNote:
        """Remember what a file's note was compiled to, and return it."""
        self._keys[path] = key
        self._new[key] = record
        return _DECODER.decode(record)

    def forget(self, path: VaultPath) -> None:
        """Forget a file that is there no more."""
        self._keys.pop(path, None)

    def read(self, name: str) -> bytes:
        """Return what was written under a name, nothing if nothing was."""
        return next(
            (value for (value,) in self._rows("SELECT value FROM about WHERE name = ?", (name,))), b""
        )

    def note_down(self, name: str, value: bytes) -> None:
        """Have a named value written when the store is saved next."""
        self._noted[name] = value

    @property
    def lasting(self) -> bool:
        """Whether what is kept is there for the next build."""
        return self._path is not None

    def settled(self) -> bool:
        """Tell whether no file changed so lately that its times say nothing."""
        return all(map(self._is_settled, self._keys))

    def save(self, about: Mapping[str, bytes]) -> None:
        """Write down what this build learned, and forget what no file needs any more.

        May be called again when more is learned; what is written already is not written twice.
        A full disk costs the memory, not the build; so does another build that took the file
        over with other options.

        Parameters
        ----------
        about
            Named values for the next build.
        """
        rows: list[Sequence[Any]] = [
            (path, *_stamp(self._files[path]), key)
            for path, key in sorted(self._keys.items())
            if self._is_settled(path)
        ]
        with contextlib.suppress(sqlite3.Error), self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            if self.read("fingerprint") != self._fingerprint:
                return
            if self._new or rows != self._before:
                notes = [(key, _checksum(key, record), record) for key, record in self._new.items()]
                connection.executemany("INSERT OR REPLACE INTO note VALUES (?, ?, ?)", notes)
                connection.execute("DELETE FROM file")
                connection.executemany("INSERT INTO file VALUES (?, ?, ?, ?, ?)", rows)
                keys = set(self._keys.values())
                unneeded = [row for row in connection.execute("SELECT key FROM note") if row[0] not in keys]
                connection.executemany("DELETE FROM note WHERE key = ?", unneeded)
            values = sorted({**self._noted, **about}.items())
            connection.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", values)
            self._new, self._noted, self._before = {}, {}, rows

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _is_settled(self, path: VaultPath) -> bool:
        file = self._files[path]
        return self._listed_ns - max(file.mtime_ns, file.ctime_ns) > _SETTLED_NS

    def _rows(self, query: str, values: Sequence[str | bytes] = ()) -> Iterator[Sequence[Any]]:
        """Yield the rows of a query, as many as can be read; damage is met where it lies."""
        try:
            yield from self._connection.execute(query, values)
        except sqlite3.DatabaseError as error:
            self._connection.close()
            if _is_damaged(error):
                _remove(self._path)
            self._connection = _open(self._path, self._fingerprint)


def file_key(stream: BinaryIO) -> bytes:
    """Return :func:`content_key` of a file that need not fit into memory."""
    digest = blake2b(digest_size=20)
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
    return digest.digest()


def _stamp(file: VaultFile) -> list[int]:
    """Return what changes with a file's content."""
    return [file.size, file.mtime_ns, file.ctime_ns]


def _checksum(key: bytes, record: bytes) -> int:
    return zlib.crc32(record, zlib.crc32(key))


def _open(path: Path | None, fingerprint: bytes) -> sqlite3.Connection:
    if path is not None:
        for _ in range(2):
            try:
                return _prepared(sqlite3.connect(path, timeout=10), fingerprint)
            except sqlite3.DatabaseError as error:
                if not _is_damaged(error):
                    break  # held by another build, or not ours to write: do without
                _remove(path)
    return _prepared(sqlite3.connect(":memory:"), fingerprint)


def _is_damaged(error: sqlite3.DatabaseError) -> bool:
    """Tell whether a file is broken, no database at all, or one with other tables than ours."""
    primary = error.sqlite_errorcode & 0xFF
    return primary in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}


def _remove(path: Path | None) -> None:
    """Put away a file that is damaged, and its journals: what it holds can be made again."""
    if path is not None:
        for name in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
            with contextlib.suppress(OSError):
                name.unlink(missing_ok=True)


def _prepared(connection: sqlite3.Connection, fingerprint: bytes) -> sqlite3.Connection:
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(_TABLES["about"])
        row = connection.execute("SELECT value FROM about WHERE name = 'fingerprint'").fetchone()
        if row is None or row[0] != fingerprint:
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                for name, columns in _TABLES.items():
                    connection.execute(f"DROP TABLE IF EXISTS {name}")
                    connection.execute(columns)
                connection.execute("INSERT INTO about VALUES ('fingerprint', ?)", (fingerprint,))
    except BaseException:
        connection.close()
        raise
    return connection
