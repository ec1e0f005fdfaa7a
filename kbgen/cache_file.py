"""One SQLite file of what can always be made again: damaged, foreign or of other code, it is begun anew."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_OURS = "SELECT * FROM ({}) WHERE EXISTS (SELECT 1 FROM about WHERE name = 'fingerprint' AND value = ?)"
"""Another build may begin the file anew meanwhile; what it keeps there has the same keys and is not ours."""

_ABOUT = "CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value BLOB NOT NULL)"


class DamagedError(Exception):
    """Something that was kept is not as it was written, or no longer there."""


class CacheFile:
    """A connection to the file, and named values in it.

    Parameters
    ----------
    path
        The file; None keeps nothing.
    fingerprint
        Of all that its content depends on; a file with another is begun anew.
    tables
        Statements that make the tables of those who keep more than named values, by their names.
    """

    def __init__(self, path: Path | None, fingerprint: bytes, tables: Mapping[str, str]) -> None:
        self._path = path
        self._fingerprint = fingerprint
        self._tables = {"about": _ABOUT, **tables}
        self._owner = os.getpid()
        self._is_closed = False
        self._readers: dict[int, sqlite3.Connection] = {}
        """By the process that opened it; none closes that of another."""
        self.lasting = False
        """Whether what is kept is there for the next command."""
        self._connection = self._opened()

    def value(self, name: str) -> bytes:
        """Return what was written under a name, nothing if nothing was."""
        rows = self.rows("SELECT value FROM about WHERE name = ?", (name,))
        return next((value for (value,) in rows), b"")

    def rows(self, query: str, values: Sequence[str | bytes] = ()) -> Iterator[Sequence[Any]]:
        """Yield the rows of a query, as many as can be read; damage is met where it lies.

        There are none where another build has begun the file anew. May be called in a fork, which must not
        touch the connection of its parent, and when the file was let go of.
        """
        query, values = _OURS.format(query), (*values, self._fingerprint)
        if os.getpid() != self._owner or self._is_closed:
            with contextlib.suppress(sqlite3.Error):
                yield from self._reader().execute(query, values)
            return
        try:
            yield from self._connection.execute(query, values)
        except sqlite3.DatabaseError as error:
            self._connection.close()
            if _is_damaged(error):
                self._remove()
            self._connection = self._opened()

    def save(self, values: Mapping[str, bytes], write: Callable[[sqlite3.Connection], None]) -> bool:
        """Write all or nothing, and tell whether it was written.

        A full disk costs the memory, not the build; so does another build that took the file over with
        other options.

        Parameters
        ----------
        values
            By name.
        write
            Called last; writes into tables of its own.
        """
        with contextlib.suppress(sqlite3.Error), self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            if self.value("fingerprint") != self._fingerprint:
                return False
            connection.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", sorted(values.items()))
            write(connection)
            return True
        return False

    def close(self) -> None:
        """Let go of the file; it is written no more, and opened again if somebody reads it."""
        self._is_closed = True
        self._connection.close()

    def _reader(self) -> sqlite3.Connection:
        """Return a connection of this process that is only read."""
        reader = self._readers.get(os.getpid())
        if reader is None:
            # It makes no file; by its end it puts the journals away, as none could that may not write.
            place = f"{self._path.absolute().as_uri()}?mode=rw" if self.lasting and self._path else ":memory:"
            reader = self._readers[os.getpid()] = sqlite3.connect(place, timeout=10, uri=True)
            weakref.finalize(self, reader.close)
        return reader

    def _opened(self) -> sqlite3.Connection:
        self.lasting = False
        if self._path is not None:
            for _ in range(2):
                try:
                    connection = self._prepared(sqlite3.connect(self._path, timeout=10))
                except sqlite3.DatabaseError as error:
                    if not _is_damaged(error):
                        break  # held by another build, or not ours to write: do without
                    self._remove()
                else:
                    self.lasting = True
                    return connection
        return self._prepared(sqlite3.connect(":memory:"))

    def _prepared(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(_ABOUT)
            row = connection.execute("SELECT value FROM about WHERE name = 'fingerprint'").fetchone()
            if row is None or row[0] != self._fingerprint:
                with connection:
                    connection.execute("BEGIN IMMEDIATE")
                    for name, statement in self._tables.items():
                        connection.execute(f"DROP TABLE IF EXISTS {name}")
                        connection.execute(statement)
                    connection.execute("INSERT INTO about VALUES ('fingerprint', ?)", (self._fingerprint,))
        except BaseException:
            connection.close()
            raise
        return connection

    def _remove(self) -> None:
        """Put away the file, and its journals: what it holds can be made again."""
        if self._path is not None:
            for name in (self._path, Path(f"{self._path}-wal"), Path(f"{self._path}-shm")):
                with contextlib.suppress(OSError):
                    name.unlink(missing_ok=True)


def decoded(decoder: msgspec.msgpack.Decoder[T], record: bytes) -> T:
    """Return a record that was kept.

    Raises
    ------
    DamagedError
        If it is none of its type.
    """
    try:
        return decoder.decode(record)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DamagedError from error


def _is_damaged(error: sqlite3.DatabaseError) -> bool:
    """Tell whether a file is broken, no database at all, or one with other tables than ours."""
    primary = error.sqlite_errorcode & 0xFF
    return primary in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}
