"""Compiled notes, remembered by the hash of their bytes.

The records are MessagePack, read back with their types: no code runs, and one that is damaged is made again,
never trusted. A file's size and times only save reading it; they never stand for its content when the
file changed so lately that another change could hide behind the same time.
"""

from __future__ import annotations

import contextlib
import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any, BinaryIO

import msgspec

from kbgen.cache_file import CacheFile
from kbgen.notes.model import CompiledNote
from kbgen.vault.paths import VaultPath
from kbgen.vault.scan import VaultFile

TABLES = {
    "note": """CREATE TABLE IF NOT EXISTS note (
        key BLOB PRIMARY KEY, checksum INTEGER NOT NULL, record BLOB NOT NULL) WITHOUT ROWID""",
    "file": """CREATE TABLE IF NOT EXISTS file (
        path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL,
        key BLOB NOT NULL) WITHOUT ROWID""",
}
"""What the cache file must have for a store of notes."""

_SETTLED_NS = 2_000_000_000
"""A file changed less than this before it was listed may change again within one tick of a coarse clock."""

_DECODER = msgspec.msgpack.Decoder(CompiledNote)
_ENCODER = msgspec.msgpack.Encoder()


def content_key(source: bytes) -> bytes:
    """Return what a file's bytes are remembered by."""
    return blake2b(source, digest_size=20).digest()


def encode(note: CompiledNote) -> bytes:
    """Return a note as it is stored."""
    return _ENCODER.encode(note)


class NoteStore:
    """What the last builds compiled, and which content each file had.

    Parameters
    ----------
    cache
        The file with the :data:`TABLES`; what it holds was compiled with the options of this build.
    files
        The files of the vault as they were listed.
    listed_ns
        When listing them began, as :func:`time.time_ns` has it.
    """

    def __init__(self, cache: CacheFile, files: Iterable[VaultFile], listed_ns: int) -> None:
        self._cache = cache
        self._listed_ns = listed_ns
        self._files = {file.path: file for file in files}
        self._new: dict[bytes, bytes] = {}
        self._before = list(cache.rows("SELECT path, size, mtime_ns, ctime_ns, key FROM file"))
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
        return not any(True for _ in self._cache.rows("SELECT 1 FROM note LIMIT 1"))

    def load(self, keys: Iterable[bytes]) -> dict[bytes, CompiledNote]:
        """Return the notes that are known, by key. A record that is not as it was written is not known."""
        wanted = set(keys)
        if not wanted:
            return {}
        found: dict[bytes, CompiledNote] = {}
        for key, checksum, record in self._cache.rows("SELECT key, checksum, record FROM note"):
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

    def settled(self) -> bool:
        """Tell whether no file changed so lately that its times say nothing."""
        return all(map(self._is_settled, self._keys))

    def write(self, connection: sqlite3.Connection) -> None:
        """Write down what this build learned, and forget what no file needs any more.

        Parameters
        ----------
        connection
            In the midst of a transaction, of which this is the end. May be called again when more is learned;
            what is written already is not written twice.
        """
        rows: list[Sequence[Any]] = [
            (path, *_stamp(self._files[path]), key)
            for path, key in sorted(self._keys.items())
            if self._is_settled(path)
        ]
        if not self._new and rows == self._before:
            return
        notes = [(key, _checksum(key, record), record) for key, record in self._new.items()]
        connection.executemany("INSERT OR REPLACE INTO note VALUES (?, ?, ?)", notes)
        connection.execute("DELETE FROM file")
        connection.executemany("INSERT INTO file VALUES (?, ?, ?, ?, ?)", rows)
        keys = set(self._keys.values())
        unneeded = [row for row in connection.execute("SELECT key FROM note") if row[0] not in keys]
        connection.executemany("DELETE FROM note WHERE key = ?", unneeded)
        self._new, self._before = {}, rows

    def _is_settled(self, path: VaultPath) -> bool:
        file = self._files[path]
        return self._listed_ns - max(file.mtime_ns, file.ctime_ns) > _SETTLED_NS


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
