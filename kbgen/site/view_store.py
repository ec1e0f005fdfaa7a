"""What the last build made: the tables of its plan, the hash and trace of each view, and of what was derived.

All of it is of one build: when it is written it is all as it was then, so that a trace need not hold what it
read but only its name. A seal says which build that was; where another build has written meanwhile nothing is
read any more, and nothing is put beside what that one wrote.
"""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress

import msgspec
from msgspec import Struct

from kbgen.cache_file import CacheFile, DamagedError, decoded
from kbgen.site.kept_rows import KeptRows, Parts, R, table_of
from kbgen.traces import Derived
from kbgen.vault.paths import SitePath

TABLES = {
    "plan": """CREATE TABLE IF NOT EXISTS plan (
        name TEXT NOT NULL, part INTEGER NOT NULL, checksum INTEGER NOT NULL, record BLOB NOT NULL,
        PRIMARY KEY (name, part))""",
    "view": table_of("view"),
    "derived": table_of("derived"),
}
"""What the cache file must have for them."""

Table = dict[str, bytes]
"""Records by their names; of what is no table, the one record without a name."""


class MadeView(Struct, frozen=True, array_like=True):
    """The view of a page as it was made: its hash, and what it read."""

    name: SitePath
    """Its page."""
    kind: str
    key: str
    digest: bytes
    features: tuple[str, ...]
    """What the page needs of the theme."""
    trace: bytes


_ENCODER = msgspec.msgpack.Encoder()
_TABLE = msgspec.msgpack.Decoder(dict[str, bytes])

_RECORDS = 256
"""Records of a table that lie together, as they follow each other."""

_SEAL = "views"
"""The name by which the seal is kept."""

_PLAN = "plan"
"""The table of the one record that is kept of a plan besides its tables."""

_OF_NO_BUILD = b"-"
"""Is no seal."""


class _Seal(Struct, frozen=True, array_like=True):
    """What says that rows belong together."""

    build: bytes
    """Which no other build has."""
    parts: dict[str, int]
    """How many there are of each table: where one is missing, what is in it may have changed unseen."""


_SEALS = msgspec.msgpack.Decoder(tuple[int, _Seal])


_VIEWS = msgspec.msgpack.Decoder(list[MadeView])
_DERIVED = msgspec.msgpack.Decoder(list[Derived])


class ViewMemory:
    """What a process has read or written of one build: its next build need not read that again."""

    def __init__(self) -> None:
        self.sealed = b""
        """The seal of that build."""
        self.tables: dict[str, Table] = {}
        self.views: Parts[MadeView] = Parts()
        self.derived: Parts[Derived] = Parts()

    def turn_to(self, sealed: bytes) -> None:
        """Forget what is of another build."""
        if sealed != self.sealed:
            self.sealed = sealed
            self.tables, self.views, self.derived = {}, Parts(), Parts()


class ViewStore:
    """What the last build kept, and what this one will.

    Parameters
    ----------
    cache
        The file with the :data:`TABLES`.
    memory
        What this process has of it.
    """

    def __init__(self, cache: CacheFile, memory: ViewMemory) -> None:
        self._cache = cache
        self._memory = memory
        self._tables: Mapping[str, Table] | None = None
        self._next: NextViews | None = None

    def plan(self) -> bytes:
        """Return what the last build kept of its plan besides the tables, nothing if it kept nothing.

        It comes first: what is read next is of the same build.
        """
        self._memory.turn_to(self._cache.value(_SEAL))
        with suppress(DamagedError):
            return self.table(_PLAN)[""]
        return b""

    def _check_seal(self, name: str) -> _Seal:
        """Return the seal if it is still that of the build that is read."""
        now = self._cache.value(_SEAL)
        seal = _read_seal(now)
        if seal is None or now != self._memory.sealed:
            raise DamagedError(name)
        return seal

    def table(self, name: str) -> Table:
        """Return a table of the plan.

        Raises
        ------
        DamagedError
            If it is not as it was written, or is not there; the same for the next two.
        """
        if name in self._memory.tables:
            return self._memory.tables[name]
        query = "SELECT checksum, record FROM plan WHERE name = ? ORDER BY part"
        rows = list(self._cache.rows(query, (name,)))
        found: Table = {}
        if len(rows) != self._check_seal(name).parts.get(name):
            raise DamagedError(name)
        for checksum, record in rows:
            if checksum != zlib.crc32(record):
                raise DamagedError(name)
            part = decoded(_TABLE, record)
            found |= part
        self._memory.tables[name] = found
        return found

    def views(self) -> KeptRows[MadeView]:
        """Return all views."""
        return self._rows("view", _VIEWS, self._memory.views)

    def derived(self) -> KeptRows[Derived]:
        """Return all that was derived."""
        return self._rows("derived", _DERIVED, self._memory.derived)

    def _rows(self, table: str, decoder: msgspec.msgpack.Decoder[list[R]], parts: Parts[R]) -> KeptRows[R]:
        return KeptRows(self._cache, table, decoder, parts, lambda: self._check_seal(table).parts[table])

    @property
    def lasting(self) -> bool:
        """Whether what is kept is there for the next build."""
        return self._cache.lasting

    def begin_anew(self, tables: Mapping[str, Table]) -> None:
        """Have all tables of a plan kept when the cache is saved next, and nothing that was kept before."""
        self._tables = tables

    def keep(self, following: NextViews) -> None:
        """Have the rest kept when the cache is saved next; only this makes it count."""
        self._next = following

    def write(self, connection: sqlite3.Connection) -> None:
        """Write down what is to be kept; the connection is in the midst of a transaction."""
        if not self._cache.lasting:
            return
        if self._tables is not None:
            self._write_tables(connection, self._tables)
        if self._next is not None:
            self._write_next(connection, self._next)

    def _write_tables(self, connection: sqlite3.Connection, tables: Mapping[str, Table]) -> None:
        for table in TABLES:
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 - a table of ours
        self._memory.turn_to(_OF_NO_BUILD + os.urandom(16))
        self._memory.views, self._memory.derived = Parts({}), Parts({})
        _put_tables(connection, {}, tables)
        connection.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (_SEAL, self._memory.sealed))

    def _write_next(self, connection: sqlite3.Connection, new: NextViews) -> None:
        memory = self._memory
        if self._cache.value(_SEAL) != memory.sealed:
            return
        try:
            views = self.views().changed({view.name: view for view in new.views.values()}, new.gone)
            derived = self.derived().changed(
                {row.name: row for row in new.derived}, [row.name for row in new.dropped]
            )
        except DamagedError:  # the next build begins anew
            connection.execute("DELETE FROM about WHERE name = ?", (_SEAL,))
            return
        # If this comes to no good end, what is in memory is of no build in the file.
        memory.sealed = _OF_NO_BUILD
        tables = {**new.tables, _PLAN: {"": new.plan}}
        _put_tables(connection, memory.tables, tables)
        memory.tables |= tables
        memory.views.put(connection, "view", views)
        memory.derived.put(connection, "derived", derived)
        parts = dict(connection.execute("SELECT name, count(*) FROM plan GROUP BY name"))
        rows = {"view": len(memory.views.traces or ()), "derived": len(memory.derived.traces or ())}
        seal = _Seal(os.urandom(16), parts | rows)
        memory.sealed = _ENCODER.encode((zlib.crc32(_ENCODER.encode(seal)), seal))
        connection.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (_SEAL, memory.sealed))

    def written(self) -> None:
        """Let go of what was written."""
        self._tables = self._next = None


class NextViews(Struct, frozen=True):
    """What a build has to be kept."""

    plan: bytes
    """What is kept of the plan besides its tables."""
    tables: Mapping[str, Table]
    """Tables of the plan that are new; the same for the next two."""
    views: Mapping[SitePath, MadeView]
    derived: Iterable[Derived]
    gone: Iterable[SitePath]
    """Pages that are there no more."""
    dropped: Iterable[Derived]


def _put_tables(
    connection: sqlite3.Connection, before: Mapping[str, Table], tables: Mapping[str, Table]
) -> None:
    """Write tables, but for the parts that are as they were."""
    for name, table in tables.items():
        old, new = [*before.get(name, {}).items()], [*table.items()]
        parts = range(max(1, -(-len(new) // _RECORDS)))
        spans = [slice(part * _RECORDS, (part + 1) * _RECORDS) for part in parts]
        changed = [part for part in parts if name not in before or old[spans[part]] != new[spans[part]]]
        records = ((part, _ENCODER.encode(dict(new[spans[part]]))) for part in changed)
        connection.executemany(
            "INSERT OR REPLACE INTO plan VALUES (?, ?, ?, ?)",
            ((name, part, zlib.crc32(record), record) for part, record in records),
        )
        connection.execute("DELETE FROM plan WHERE name = ? AND part >= ?", (name, len(parts)))


def _read_seal(kept: bytes) -> _Seal | None:
    """Return a seal if it is as it was written."""
    with suppress(msgspec.DecodeError):
        checksum, seal = _SEALS.decode(kept)
        if checksum == zlib.crc32(_ENCODER.encode(seal)):
            return seal
    return None
