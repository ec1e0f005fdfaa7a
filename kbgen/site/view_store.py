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

from kbgen.cache_file import CacheFile, DamagedError
from kbgen.traces import Derived
from kbgen.vault.paths import SitePath

TABLES = {
    "plan": """CREATE TABLE IF NOT EXISTS plan (
        name TEXT PRIMARY KEY, checksum INTEGER NOT NULL, record BLOB NOT NULL) WITHOUT ROWID""",
    "view": """CREATE TABLE IF NOT EXISTS view (
        part INTEGER PRIMARY KEY, checksum INTEGER NOT NULL, record BLOB NOT NULL)""",
    "derived": """CREATE TABLE IF NOT EXISTS derived (
        part INTEGER PRIMARY KEY, checksum INTEGER NOT NULL, record BLOB NOT NULL)""",
}
"""What the cache file must have for them."""

Table = dict[str, bytes]
"""Records by their names; of what is no table, the one record without a name."""


class MadeView(Struct, frozen=True, array_like=True):
    """The view of a page as it was made: its hash, and what it read."""

    kind: str
    key: str
    digest: bytes
    features: tuple[str, ...]
    """What the page needs of the theme."""
    trace: bytes


_ENCODER = msgspec.msgpack.Encoder()
_TABLE = msgspec.msgpack.Decoder(dict[str, bytes])
_VIEWS = msgspec.msgpack.Decoder(dict[SitePath, MadeView])
_DERIVED = msgspec.msgpack.Decoder(list[Derived])

_PARTS = 256
"""Rows that views share, and what was derived: few are read ten times as fast as one for each."""


_SEAL = "views"
"""The name by which the seal is kept."""

_OF_NO_BUILD = b"-"
"""Is no seal."""


class _Seal(Struct, frozen=True, array_like=True):
    """What says that rows belong together."""

    build: bytes
    """Which no other build has."""
    derived: int
    """Rows of what was derived: where one is missing, what is in it may have changed unseen."""
    plan: bytes


_SEALS = msgspec.msgpack.Decoder(tuple[int, _Seal])


class ViewMemory:
    """What a process has read or written of one build: its next build need not read that again."""

    def __init__(self) -> None:
        self.sealed = b""
        """The seal of that build."""
        self.tables: dict[str, Table] = {}
        self.views: dict[int, dict[SitePath, MadeView]] = {}
        self.derived: dict[int, list[Derived]] = {}
        """Both by part, with all parts or none."""

    def turn_to(self, sealed: bytes) -> None:
        """Forget what is of another build."""
        if sealed != self.sealed:
            self.sealed = sealed
            self.tables, self.views, self.derived = {}, {}, {}


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
        self._next: NextViews | None = None

    def plan(self) -> bytes:
        """Return what the last build kept of its plan besides the tables, nothing if it kept nothing.

        It comes first: what is read next is of the same build.
        """
        self._memory.turn_to(self._cache.value(_SEAL))
        seal = _read_seal(self._memory.sealed)
        return b"" if seal is None else seal.plan

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
        rows = list(self._cache.rows("SELECT checksum, record FROM plan WHERE name = ?", (name,)))
        self._check_seal(name)
        for checksum, record in rows:
            if checksum == zlib.crc32(record):
                with suppress(msgspec.DecodeError, UnicodeDecodeError):
                    table = self._memory.tables[name] = _TABLE.decode(record)
                    return table
        raise DamagedError(name)

    def views(self) -> dict[SitePath, MadeView]:
        """Return all views that can be read; a page without one is made."""
        if not self._memory.views:
            self._memory.views = self._read_views()
        return {path: view for part in self._memory.views.values() for path, view in part.items()}

    def _read_views(self) -> dict[int, dict[SitePath, MadeView]]:
        found: dict[int, dict[SitePath, MadeView]] = {}
        for part, checksum, record in self._cache.rows("SELECT part, checksum, record FROM view"):
            if checksum == zlib.crc32(record):
                with suppress(msgspec.DecodeError, UnicodeDecodeError):
                    found[part] = _VIEWS.decode(record)
        self._check_seal("view")
        return found

    def derived(self) -> list[Derived]:
        """Return all that was derived."""
        if not self._memory.derived:
            self._memory.derived = self._read_derived()
        return [each for part in self._memory.derived.values() for each in part]

    def _read_derived(self) -> dict[int, list[Derived]]:
        found: dict[int, list[Derived]] = {}
        for part, checksum, record in self._cache.rows("SELECT part, checksum, record FROM derived"):
            if checksum != zlib.crc32(record):
                raise DamagedError("derived")
            try:
                found[part] = _DERIVED.decode(record)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise DamagedError("derived") from error
        if len(found) != self._check_seal("derived").derived:
            raise DamagedError("derived")
        return found

    def keep(self, following: NextViews) -> None:
        """Have something kept when the cache is saved next."""
        self._next = following

    def write(self, connection: sqlite3.Connection) -> None:
        """Write down what is to be kept; the connection is in the midst of a transaction."""
        new = self._next
        if new is None or not self._cache.lasting:
            return
        memory = self._memory
        if not new.whole and self._cache.value(_SEAL) != memory.sealed:
            return
        if new.whole:
            for table in TABLES:
                connection.execute(f"DELETE FROM {table}")  # noqa: S608 - a table of ours
            memory.turn_to(_OF_NO_BUILD)
        # If this comes to no good end, what is in memory is of no build in the file.
        memory.sealed = _OF_NO_BUILD
        memory.tables |= new.tables
        _put(connection, "plan", ((name, _ENCODER.encode(table)) for name, table in new.tables.items()))
        parts = _put_views(memory.views, new)
        _put(connection, "view", ((part, _ENCODER.encode(memory.views[part])) for part in parts))
        parts = _put_derived(memory.derived, new)
        _put(connection, "derived", ((part, _ENCODER.encode(memory.derived[part])) for part in parts))
        (derived,) = connection.execute("SELECT count(*) FROM derived").fetchone()
        seal = _Seal(os.urandom(16), derived, new.plan)
        memory.sealed = _ENCODER.encode((zlib.crc32(_ENCODER.encode(seal)), seal))
        connection.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (_SEAL, memory.sealed))

    def written(self) -> None:
        """Let go of what was written."""
        self._next = None


class NextViews(Struct, frozen=True):
    """What a build has to be kept."""

    whole: bool
    """Whether all that was kept before counts no more."""
    plan: bytes
    """What is kept of the plan besides its tables."""
    tables: Mapping[str, Table]
    """Tables of the plan that are new; the same for the next two."""
    views: Mapping[SitePath, MadeView]
    derived: Iterable[Derived]
    gone: Iterable[SitePath]
    """Pages that are there no more."""
    dropped: Iterable[Derived]


def _put_views(views: dict[int, dict[SitePath, MadeView]], new: NextViews) -> set[int]:
    """Bring views to what they will be, and return the parts that are another than they were."""
    for path in new.gone:
        views.get(_part(path), {}).pop(path, None)
    for path, view in new.views.items():
        views.setdefault(_part(path), {})[path] = view
    return {_part(path) for path in (*new.gone, *new.views)} & views.keys()


def _put_derived(derived: dict[int, list[Derived]], new: NextViews) -> set[int]:
    """Do the same for what was derived."""
    fresh: dict[int, dict[tuple[str, str], Derived]] = {}
    for each in new.derived:
        fresh.setdefault(_part(each.key), {})[each.name] = each
    gone = {each.name for each in new.dropped}
    touched = fresh.keys() | {_part(key) for _, key in gone}
    for part in touched:
        before = {each.name: each for each in derived.get(part, ()) if each.name not in gone}
        derived[part] = [*(before | fresh.get(part, {})).values()]
    return touched


def _read_seal(kept: bytes) -> _Seal | None:
    """Return a seal if it is as it was written."""
    with suppress(msgspec.DecodeError):
        checksum, seal = _SEALS.decode(kept)
        if checksum == zlib.crc32(_ENCODER.encode(seal)):
            return seal
    return None


def _put(connection: sqlite3.Connection, table: str, rows: Iterable[tuple[str | int, bytes]]) -> None:
    checked = ((name, zlib.crc32(record), record) for name, record in rows)
    connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)", checked)  # noqa: S608


def _part(name: str) -> int:
    return zlib.crc32(name.encode(errors="surrogatepass")) % _PARTS
