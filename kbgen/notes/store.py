"""Compiled notes, remembered by the hash of their bytes: the outline of each at hand, its content on demand.

The records are MessagePack, read back with their types: no code runs, and one that is damaged is made again,
never trusted. A file's size and times only save reading it; they never stand for its content when the
file changed so lately that another change could hide behind the same time.
"""

from __future__ import annotations

import contextlib
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, partial
from hashlib import blake2b
from typing import BinaryIO, TypeVar

import msgspec
from msgspec import Struct

from kbgen.cache_file import CacheFile
from kbgen.errors import OutsideError
from kbgen.notes.linkage import linkage
from kbgen.notes.model import CompiledNote, Content, Outline
from kbgen.vault.paths import VaultPath
from kbgen.vault.scan import VaultFile

TABLES = {
    "outline": """CREATE TABLE IF NOT EXISTS outline (
        key BLOB PRIMARY KEY, checksum INTEGER NOT NULL, record BLOB NOT NULL)""",
    "linkage": """CREATE TABLE IF NOT EXISTS linkage (
        key BLOB PRIMARY KEY, checksum INTEGER NOT NULL, record BLOB NOT NULL)""",
    "content": """CREATE TABLE IF NOT EXISTS content (
        key BLOB PRIMARY KEY, checksum INTEGER NOT NULL, record BLOB NOT NULL)""",
    "file": """CREATE TABLE IF NOT EXISTS file (
        path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL,
        key BLOB NOT NULL) WITHOUT ROWID""",
}
"""What the cache file must have for a store of notes."""

_SETTLED_NS = 2_000_000_000
"""A file changed less than this before it was listed may change again within one tick of a coarse clock."""

_MAX_UNWRITTEN = 8_000_000
"""Bytes of contents that are held until they are written."""

_AT_HAND = 64
"""Contents that a process has at hand: that of a page, and those that it embeds."""

T = TypeVar("T")

_OUTLINES = msgspec.msgpack.Decoder(Outline)
_CONTENTS = msgspec.msgpack.Decoder(Content)
_ENCODER = msgspec.msgpack.Encoder()


class StoredNote(Struct, frozen=True):
    """A note as whoever links it gets it."""

    outline: Outline
    key: bytes
    """Of the bytes of its file."""
    load: Callable[[], Content]


def stored(note: CompiledNote, key: bytes = b"") -> StoredNote:
    """Return a note that stands in no store."""
    return StoredNote(note.outline, key, lambda: note.content)


class EncodedNote(Struct, frozen=True, array_like=True):
    """A compiled note as it is kept."""

    linkage: bytes
    outline: bytes
    content: bytes


def content_key(source: bytes) -> bytes:
    """Return what a file's bytes are remembered by."""
    return blake2b(source, digest_size=20).digest()


def encode(note: CompiledNote) -> EncodedNote:
    """Return a note as it is kept."""
    outline = note.outline
    return EncodedNote(linkage(outline), _ENCODER.encode(outline), _ENCODER.encode(note.content))


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
    compile_again
        Compiles the bytes of a note whose content cannot be read back.
    """

    def __init__(
        self,
        cache: CacheFile,
        files: Iterable[VaultFile],
        listed_ns: int,
        compile_again: Callable[[bytes], CompiledNote],
    ) -> None:
        self._cache = cache
        self._listed_ns = listed_ns
        self._files = {file.path: file for file in files}
        self._compile_again = compile_again
        self._new: dict[bytes, EncodedNote] = {}
        """Those that are not written yet."""
        self._unwritten = 0
        self._content = lru_cache(_AT_HAND)(self._read_content)
        self._before = {
            path: (path, *row)
            for path, *row in cache.rows("SELECT path, size, mtime_ns, ctime_ns, key FROM file")
        }
        """Rows that are written."""
        self._writing = self._before
        self._keys: dict[VaultPath, bytes] = {
            path: self._before[path][-1]
            for path, file in self._files.items()
            if path in self._before and self._before[path][:-1] == _stamp(file)
        }
        self._linkages: dict[bytes, bytes] | None = None
        self._is_written = len(self._keys) == len(self._before)
        """Whether the file has all that is known of the files of the vault."""

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
            self._is_written = False
        return key

    def is_empty(self) -> bool:
        """Tell whether no note is known at all, so that there is no use in asking for one."""
        return not any(True for _ in self._cache.rows("SELECT 1 FROM linkage LIMIT 1"))

    def linkages(self) -> dict[bytes, bytes]:
        """Return the linkage of every note that is known, by key."""
        if self._linkages is None:
            rows = self._cache.rows("SELECT key, checksum, record FROM linkage")
            known = {key: record for key, checksum, record in rows if checksum == _checksum(key, record)}
            self._linkages = known | {key: record.linkage for key, record in self._new.items()}
        return self._linkages

    def load(self, wanted: Mapping[bytes, VaultPath]) -> dict[bytes, Outline]:
        """Return outlines by key, each of a file that has this content. One that is damaged is made again."""
        found = {key: _OUTLINES.decode(record.outline) for key, record in self._new.items() if key in wanted}
        for key, checksum, record in self._cache.rows("SELECT key, checksum, record FROM outline"):
            if key in wanted and checksum == _checksum(key, record):
                # The checksum holds against damage, the types against a record of other code.
                with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
                    found[key] = _OUTLINES.decode(record)
        for key in wanted.keys() - found.keys():
            found[key] = self._compiled_again(key, wanted[key]).outline
        return found

    def outline(self, path: VaultPath, key: bytes) -> Outline:
        """Return one outline, as :meth:`load` does."""
        if key in self._new:
            return _OUTLINES.decode(self._new[key].outline)
        return self._read(_OUTLINES, "outline", key) or self._compiled_again(key, path).outline

    def add(self, path: VaultPath, key: bytes, record: EncodedNote) -> None:
        """Remember what a file's note was compiled to."""
        self._keys[path] = key
        self._is_written = False
        self._new[key] = record
        if self._linkages is not None:
            self._linkages[key] = record.linkage
        self._unwritten += len(record.content)
        if self._unwritten > _MAX_UNWRITTEN:
            self.flush()

    def note(self, path: VaultPath, key: bytes, outline: Outline) -> StoredNote:
        """Return a note that finds its content here."""
        return StoredNote(outline, key, partial(self._content, key, path))

    def _read_content(self, key: bytes, path: VaultPath) -> Content:
        if key in self._new:
            return _CONTENTS.decode(self._new[key].content)
        return self._read(_CONTENTS, "content", key) or self._compiled_again(key, path).content

    def _read(self, decoder: msgspec.msgpack.Decoder[T], table: str, key: bytes) -> T | None:
        """Return a record of a note if it is as it was written."""
        query = f"SELECT checksum, record FROM {table} WHERE key = ?"  # noqa: S608 - a table of ours
        for checksum, record in self._cache.rows(query, (key,)):
            if checksum == _checksum(key, record):
                # The checksum holds against damage, the types against a record of other code.
                with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
                    return decoder.decode(record)
        return None

    def _compiled_again(self, key: bytes, path: VaultPath) -> CompiledNote:
        """Compile a note whose record cannot be read back.

        Raises
        ------
        OutsideError
            If its file has changed meanwhile.
        """
        try:
            with open(self._files[path].real, "rb") as stream:  # noqa: PTH123 (as above)
                source = stream.read()
        except OSError:
            source = b""
        if content_key(source) != key:
            raise OutsideError(f"{path} changed while it was read.", "Run the command again.")
        return self._compile_again(source)

    def flush(self) -> None:
        """Write notes down, so that they need not be held; where nothing lasts they are held."""
        self._unwritten = 0
        if self._cache.lasting and self._new and self._cache.save({}, self._write_notes):
            self._new = {}

    def _write_notes(self, connection: sqlite3.Connection) -> None:
        for table in EncodedNote.__struct_fields__:
            records = ((key, getattr(record, table)) for key, record in self._new.items())
            rows = [(key, _checksum(key, record), record) for key, record in records]
            connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)", rows)  # noqa: S608

    def forget(self, path: VaultPath) -> None:
        """Forget a file that is there no more."""
        self._keys.pop(path, None)
        self._is_written = False

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
        if not self._cache.lasting or (self._is_written and not self._new):
            return
        rows = {
            path: (*_stamp(self._files[path]), key)
            for path, key in self._keys.items()
            if self._is_settled(path)
        }
        self._write_notes(connection)
        changed = [row for path, row in rows.items() if self._before.get(path) != row]
        connection.executemany("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?)", changed)
        gone = [(path,) for path in self._before.keys() - rows.keys()]
        connection.executemany("DELETE FROM file WHERE path = ?", gone)
        keys = set(self._keys.values())
        unneeded = [row for row in connection.execute("SELECT key FROM linkage") if row[0] not in keys]
        for table in EncodedNote.__struct_fields__:
            connection.executemany(f"DELETE FROM {table} WHERE key = ?", unneeded)  # noqa: S608 - ours
        self._writing = rows
        self._linkages = None

    def written(self) -> None:
        """Let go of what was written: the file has it."""
        if self._cache.lasting:
            self._new = {}
            self._before, self._is_written = self._writing, True

    def _is_settled(self, path: VaultPath) -> bool:
        file = self._files[path]
        return self._listed_ns - max(file.mtime_ns, file.ctime_ns) > _SETTLED_NS


def file_key(stream: BinaryIO) -> bytes:
    """Return :func:`content_key` of a file that need not fit into memory."""
    digest = blake2b(digest_size=20)
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
    return digest.digest()


def _stamp(file: VaultFile) -> tuple[str, int, int, int]:
    """Return what changes with a file's content, and whose that is."""
    return file.path, file.size, file.mtime_ns, file.ctime_ns


def _checksum(key: bytes, record: bytes) -> int:
    return zlib.crc32(record, zlib.crc32(key))
