"""Compiled notes, remembered by the hash of their bytes, in one SQLite file.

The records are MessagePack, read back with their types: no code runs, and a file that is
damaged, foreign or of another version is put aside and begun again, never trusted.
A file's size and time only save hashing it; they never stand for its content when the
file changed so lately that another change could hide behind the same time.
"""

from __future__ import annotations

import functools
import sqlite3
import time
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

import msgspec

from kbgen.notes.compiler import CompileOptions
from kbgen.notes.model import CompiledNote
from kbgen.vault.paths import VaultPath

_SCHEMA = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS note (key BLOB PRIMARY KEY, record BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS file (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, key BLOB NOT NULL
) WITHOUT ROWID;
"""

_SETTLED_NS = 2_000_000_000
"""A file changed less than this before it was read may change again within one tick."""

_DECODER = msgspec.msgpack.Decoder(CompiledNote)
_ENCODER = msgspec.msgpack.Encoder()


def content_key(source: bytes) -> bytes:
    """Return what a note's bytes are remembered by."""
    return blake2b(source, digest_size=20).digest()


@functools.cache
def code_fingerprint() -> bytes:
    """Hash everything that decides how a note is compiled or a page made: our code and the parsers."""
    digest = blake2b(digest_size=20)
    for package in ("markdown-it-py", "nh3", "pygments", "pyyaml", "jinja2"):
        digest.update(f"{package} {version(package)}\n".encode())
    root = Path(__file__).parent.parent
    digest.update((root / "__init__.py").read_bytes())  # it holds the version
    for path in sorted(root.rglob("*.py")):
        stat = path.stat()
        digest.update(f"{path.relative_to(root).as_posix()} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.digest()


def encode(note: CompiledNote) -> bytes:
    """Return a note as it is stored."""
    return _ENCODER.encode(note)


class NoteStore:
    """What the last builds compiled.

    Parameters
    ----------
    path
        The SQLite file; None keeps nothing.
    options
        Compile options; notes compiled with others do not count.
    """

    def __init__(self, path: Path | None, options: CompileOptions) -> None:
        fingerprint = code_fingerprint() + msgspec.msgpack.encode(options)
        self._connection = _open(path, fingerprint)
        self._new: list[tuple[bytes, bytes]] = []

    def stats(self) -> dict[VaultPath, tuple[int, int, bytes]]:
        """Return size, time and key of every file as it was last read."""
        rows = self._connection.execute("SELECT path, size, mtime_ns, key FROM file")
        return {VaultPath(path): (size, mtime_ns, key) for path, size, mtime_ns, key in rows}

    def load(self, keys: Iterable[bytes]) -> dict[bytes, CompiledNote]:
        """Return the notes that are known, by key. A record that cannot be read is not known."""
        wanted = set(keys)
        if not wanted:
            return {}
        found: dict[bytes, CompiledNote] = {}
        for key, record in self._connection.execute("SELECT key, record FROM note"):
            if key in wanted:
                try:
                    found[key] = _DECODER.decode(record)
                except (msgspec.DecodeError, UnicodeDecodeError):
                    continue
        return found

    def add(self, key: bytes, record: bytes) -> CompiledNote:
        """Remember a compiled note and return it."""
        self._new.append((key, record))
        return _DECODER.decode(record)

    def read(self, name: str) -> bytes | None:
        """Return what was written under a name, None if nothing was."""
        row = self._connection.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        return None if row is None else bytes(row[0])

    def save(self, files: Mapping[VaultPath, tuple[int, int, bytes]], about: Mapping[str, bytes]) -> None:
        """Write down what this build learned, and forget what no file needs any more.

        Parameters
        ----------
        files
            Size, time in nanoseconds and key of each file that was read.
        about
            Named values for the next build.
        """
        now = time.time_ns()
        settled = [
            (path, size, mtime_ns, key)
            for path, (size, mtime_ns, key) in sorted(files.items())
            if now - mtime_ns > _SETTLED_NS
        ]
        keys = {key for _, _, key in files.values()}
        with self._connection as connection:
            connection.executemany("INSERT OR REPLACE INTO note VALUES (?, ?)", self._new)
            if dict.fromkeys(files) != dict.fromkeys(self.stats()) or len(settled) < len(files) or self._new:
                connection.execute("DELETE FROM file")
                connection.executemany("INSERT INTO file VALUES (?, ?, ?, ?)", settled)
                known = [row[0] for row in connection.execute("SELECT key FROM note")]
                connection.executemany(
                    "DELETE FROM note WHERE key = ?", [(k,) for k in known if k not in keys]
                )
            connection.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", sorted(about.items()))
        self._new = []

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def _open(path: Path | None, fingerprint: bytes) -> sqlite3.Connection:
    if path is not None:
        for _ in range(2):
            try:
                return _prepared(sqlite3.connect(path, timeout=10), fingerprint)
            except sqlite3.OperationalError:
                break  # held by another build, or not ours to write: do without
            except sqlite3.DatabaseError:
                # Damaged, or no database at all: what it holds can be made again.
                try:
                    path.unlink(missing_ok=True)
                except OSError:
                    break
    return _prepared(sqlite3.connect(":memory:"), fingerprint)


def _prepared(connection: sqlite3.Connection, fingerprint: bytes) -> sqlite3.Connection:
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(_SCHEMA)
        row = connection.execute("SELECT value FROM about WHERE name = 'fingerprint'").fetchone()
        if row is None or bytes(row[0]) != fingerprint:
            with connection:
                for table in ("about", "note", "file"):
                    connection.execute(f"DELETE FROM {table}")  # noqa: S608 (three fixed names)
                connection.execute("INSERT INTO about VALUES ('fingerprint', ?)", (fingerprint,))
    except BaseException:
        connection.close()
        raise
    return connection
