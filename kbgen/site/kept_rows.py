"""Rows of one build with their traces, in parts: one of which no row read what has changed is not decoded."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Generic, Protocol, TypeVar, cast

import msgspec

from kbgen.cache_file import CacheFile, DamagedError
from kbgen.traces import id_bytes, reads_any, union

_PARTS = 1024
"""Of each table: few are read ten times as fast as one for each row, and many are not written often."""

_FEW = 64
"""Ids that are looked for one by one."""

_ENCODER = msgspec.msgpack.Encoder()


class Traced(Protocol):
    """What was made, and what it read."""

    @property
    def name(self) -> Hashable:
        """Which it is: a text or a tuple of texts."""

    @property
    def trace(self) -> bytes:
        """As :meth:`kbgen.traces.Recorder.trace` has it."""


R = TypeVar("R", bound=Traced)


def table_of(name: str) -> str:
    """Return the statement that makes a table for such rows."""
    return f"""CREATE TABLE IF NOT EXISTS {name} (
        part INTEGER PRIMARY KEY, checksum INTEGER NOT NULL, reads BLOB NOT NULL, record BLOB NOT NULL)"""


class Parts(Generic[R]):
    """Rows by part and name as far as they are read, and by part the trace of all that its rows read."""

    def __init__(self, traces: dict[int, bytes] | None = None) -> None:
        self.traces = traces
        """None as long as they are not read."""
        self.rows: dict[int, dict[Hashable, R]] = {}

    def put(
        self, connection: sqlite3.Connection, table: str, changed: Mapping[int, dict[Hashable, R]]
    ) -> None:
        """Take over parts that have changed, and write them down."""
        traces = {part: union(row.trace for row in rows.values()) for part, rows in changed.items()}
        self.rows.update(changed)
        self.traces = {**(self.traces or {}), **traces}
        records = ((part, traces[part], _ENCODER.encode([*rows.values()])) for part, rows in changed.items())
        connection.executemany(
            f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?, ?)",  # noqa: S608 - a table of ours
            ((part, _checksum(trace, record), trace, record) for part, trace, record in records),
        )


class KeptRows(Generic[R]):
    """Rows of one build with their traces, read part by part where some row of a part read what has changed.

    Parameters
    ----------
    cache
        The file.
    table
        Their table.
    decoder
        Of a part.
    parts
        What of them is at hand.
    count
        Returns how many parts there are, as long as the file has those of that build.
    """

    def __init__(
        self,
        cache: CacheFile,
        table: str,
        decoder: msgspec.msgpack.Decoder[list[R]],
        parts: Parts[R],
        count: Callable[[], int],
    ) -> None:
        self._cache = cache
        self._table = table
        self._decoder = decoder
        self._parts = parts
        self._count = count

    def all(self) -> dict[Any, R]:
        """Return all rows by their names.

        Raises
        ------
        DamagedError
            If some are not as they were written, or are not there; the same for all that follow.
        """
        if len(self._parts.rows) < len(self._traces()):
            query = f"SELECT part, checksum, reads, record FROM {self._table}"  # noqa: S608 - a table of ours
            self._read(self._cache.rows(query))
        return {name: row for part in self._traces() for name, row in self._part(part).items()}

    def readers(self, changed: frozenset[int]) -> list[R]:
        """Return all rows whose value read something that has changed."""
        # A few ids among the thousands of a part are seen sooner as bytes, though perhaps across two others.
        ids = [id_bytes(each) for each in changed] if len(changed) <= _FEW else None
        parts = [
            part
            for part, trace in self._traces().items()
            if (reads_any(trace, changed) if ids is None else any(each in trace for each in ids))
        ]
        return [row for part in parts for row in self._part(part).values() if reads_any(row.trace, changed)]

    def row(self, name: Hashable) -> R | None:
        """Return the row of a name."""
        return self._part(_part(name)).get(name)

    def changed(self, new: Mapping[Any, R], gone: Iterable[Hashable]) -> dict[int, dict[Hashable, R]]:
        """Return the parts that are another than they were.

        Parameters
        ----------
        new
            Rows by their names.
        gone
            Names of those that are there no more.
        """
        self._traces()  # of all parts, which are counted when some are put
        found: dict[int, dict[Hashable, R]] = {}
        for name in gone:
            self._copied(_part(name), found).pop(name, None)
        for name, row in new.items():
            self._copied(_part(name), found)[name] = row
        return found

    def _copied(self, part: int, found: dict[int, dict[Hashable, R]]) -> dict[Hashable, R]:
        if part not in found:
            found[part] = dict(self._part(part))
        return found[part]

    def _traces(self) -> Mapping[int, bytes]:
        if self._parts.traces is None:
            rows = self._cache.rows(f"SELECT part, reads FROM {self._table}")  # noqa: S608 - ours
            found: dict[int, bytes] = dict((*row,) for row in rows)
            if self._count() != len(found):
                raise DamagedError(self._table)
            self._parts.traces = found
        return self._parts.traces

    def _part(self, part: int) -> dict[Hashable, R]:
        if part not in self._traces():
            return {}
        if part not in self._parts.rows:
            query = f"SELECT part, checksum, reads, record FROM {self._table} WHERE part = ?"  # noqa: S608 - ours
            self._read(self._cache.rows(query, (str(part),)))
        if part not in self._parts.rows:
            raise DamagedError(self._table)
        return self._parts.rows[part]

    def _read(self, rows: Iterable[Sequence[Any]]) -> None:
        """Read those parts that are as they were written."""
        traces = self._traces()
        for part, checksum, trace, record in rows:
            if checksum == _checksum(trace, record) and trace == traces.get(part):
                with suppress(msgspec.DecodeError, UnicodeDecodeError):
                    self._parts.rows[part] = {row.name: row for row in self._decoder.decode(record)}
        self._count()


def _checksum(trace: bytes, record: bytes) -> int:
    return zlib.crc32(record, zlib.crc32(trace))


def _part(name: Hashable) -> int:
    words = name if isinstance(name, str) else "\0".join(cast("tuple[str, ...]", name))
    return zlib.crc32(words.encode(errors="surrogatepass")) % _PARTS
