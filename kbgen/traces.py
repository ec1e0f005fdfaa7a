"""What a derived value read: verifying traces, after *Build Systems à la Carte*.

A page, and much of what stands on it, is a function of records that it reads by name. It is given these
records behind a :class:`Recorder`, which notes every name that is read, so nobody writes down what depends
on what, and what is not read through it cannot be reached. A value whose reads are all as they were is
what it was; one that is worked out again and comes out the same stops there (early cutoff).

A trace is a set of 32-bit checksums of names. Two names that share one cost work that was not needed, and
never leave out any.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from hashlib import blake2b
from typing import Any, Generic, Protocol, TypeVar, cast

import msgspec
from msgspec import Struct

R = TypeVar("R")
K = TypeVar("K", bound=str)
V = TypeVar("V")
T = TypeVar("T")

_MAX_AGAIN = 2_000
"""Values that are worked out again one after the other."""

_WHOLE = "\0"
"""Stands for all names of a table, and their order."""

_ENCODER = msgspec.msgpack.Encoder()


def name_id(table: str, name: str = _WHOLE) -> int:
    """Return what a name of a table is known by in traces; without a name, the table as a whole."""
    return zlib.crc32(name.encode(errors="surrogatepass"), zlib.crc32(table.encode(errors="surrogatepass")))


class Derived(Struct, frozen=True, array_like=True):
    """A value that was worked out, and what it read."""

    function: str
    record: str
    """What its function was given: the record itself, or one within it, by its name in traces."""
    key: str
    digest: bytes
    trace: bytes

    @property
    def name(self) -> tuple[str, str]:
        """Which value it is."""
        return self.function, self.key

    @property
    def id(self) -> int:
        """What the value is known by in the traces of others; in a large vault some share one."""
        return name_id(self.function, self.key)


def digest(value: object) -> bytes:
    """Return the hash of a value of records, tuples, mappings and texts; sets have no order to hash."""
    return blake2b(_ENCODER.encode(value), digest_size=16).digest()


def id_bytes(number: int) -> bytes:
    """Return an id as it stands in traces."""
    return array("I", [number]).tobytes()


def union(traces: Iterable[bytes]) -> bytes:
    """Return the trace of all that several values read."""
    return array("I", {*array("I", b"".join(traces))}).tobytes()


def reads_any(trace: bytes, changed: frozenset[int]) -> bool:
    """Tell whether a value read something that has changed."""
    return not changed.isdisjoint(array("I", trace))


class Recorder:
    """Notes what is read, and remembers what was derived on the way."""

    def __init__(self) -> None:
        self.reads: set[int] = set()
        self.rows: list[Derived] = []
        """What was derived since somebody took them away."""
        self._known: dict[tuple[str, str], Any] = {}

    def trace(self) -> bytes:
        """Return what was read since the last call."""
        found = array("I", sorted(self.reads)).tobytes()
        self.reads = set()
        return found

    def derive(self, function: str, record: str, key: str, work: Callable[[], T]) -> T:
        """Return a value, worked out once for all who read it, each of whom is noted to have read it."""
        if (function, key) not in self._known:
            outside, self.reads = self.reads, set()
            try:
                value = self._known[function, key] = work()
            except BaseException:
                self.reads |= outside  # whoever goes on without the value has read all of that
                raise
            self.rows.append(Derived(function, record, key, digest(value), self.trace()))
            self.reads = outside
        self.reads.add(name_id(function, key))
        return cast("T", self._known[function, key])


def recorded(record: R, recorder: Recorder, constant: frozenset[str] = frozenset()) -> R:
    """Return a record of which everything that is read is noted.

    Parameters
    ----------
    record
        A struct of values, of mappings from texts to values, and of more such structs.
    recorder
        Notes what is read.
    constant
        Fields that never change while what was derived is kept.
    """
    return cast("R", _RecordedStruct(record, "", recorder, constant))


def tables_of(
    record: object, constant: frozenset[str] = frozenset(), name: str = ""
) -> Iterator[tuple[str, object]]:
    """Yield all that can be read of a record, mappings and values, each by its name in traces."""
    for field in cast("Struct", record).__struct_fields__:
        if field in constant:
            continue
        value, inner = getattr(record, field), f"{name}.{field}"
        if _is_opened(value):
            yield from tables_of(value, frozenset(), inner)
        else:
            yield inner, value


def _is_opened(value: object) -> bool:
    """Tell whether a value is looked into: one that holds mappings is no value of its own."""
    return isinstance(value, Struct) and any(
        isinstance(getattr(value, field), Mapping) for field in value.__struct_fields__
    )


class _RecordedStruct:
    """Stands for a struct; a method of the struct runs on this, so that what it reads is noted too."""

    def __init__(self, record: object, name: str, recorder: Recorder, constant: frozenset[str]) -> None:
        self._record = record
        self._table = name
        self._constant = constant
        self._recorder = recorder

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - it stands for any struct
        record, recorder = self._record, self._recorder
        described = getattr(type(record), name)
        table = f"{self._table}.{name}"
        if name not in cast("Struct", record).__struct_fields__:
            found = described.__get__(self)
            if isinstance(described, property):
                return found
        else:
            value = getattr(record, name)
            if name in self._constant:
                found = value
            elif isinstance(value, Mapping):
                found = _RecordedMapping(value, table, recorder)
            elif _is_opened(value):
                found = _RecordedStruct(value, table, recorder, frozenset())
            else:
                recorder.reads.add(name_id(table))
                return value
        self.__dict__[name] = found
        return found


class _NameIds(dict[object, int]):
    """What the names of a table are known by in traces, each worked out where it is first asked for."""

    def __init__(self, table: str) -> None:
        super().__init__()
        self._table = table

    def __missing__(self, name: object) -> int:
        found = self[name] = name_id(self._table, str(name))
        return found


class _RecordedMapping(Mapping[K, V], Generic[K, V]):
    """Stands for a mapping."""

    def __init__(self, values: Mapping[K, V], table: str, recorder: Recorder) -> None:
        self._values = values
        self._recorder = recorder
        self._whole = name_id(table)
        self._ids = _NameIds(table)

    def __getitem__(self, name: K) -> V:
        self._recorder.reads.add(self._ids[name])
        return self._values[name]

    def get(self, name: K, default: Any = None) -> Any:  # noqa: ANN401 - as Mapping has it
        self._recorder.reads.add(self._ids[name])
        return self._values.get(name, default)

    def __contains__(self, name: object) -> bool:
        self._recorder.reads.add(self._ids[name])
        return name in self._values

    def __iter__(self) -> Iterator[K]:
        self._recorder.reads.add(self._whole)
        return iter(self._values)

    def __len__(self) -> int:
        self._recorder.reads.add(self._whole)
        return len(self._values)

    def items(self) -> Any:  # noqa: ANN401 - a view of any mapping
        self._recorder.reads.add(self._whole)
        return self._values.items()

    def values(self) -> Any:  # noqa: ANN401 - a view of any mapping
        self._recorder.reads.add(self._whole)
        return self._values.values()


def derived(function: Callable[[R, K], V]) -> Callable[[R, K], V]:
    """Let what a function makes of a recorded record and a key be remembered with what it read.

    Of a record that nobody records it is worked out each time.
    """
    name = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def remembered(record: R, key: K) -> V:
        if not isinstance(record, _RecordedStruct):
            return function(record, key)
        recorder, table = record._recorder, record._table  # noqa: SLF001 - a struct may have these names
        return recorder.derive(name, table, key, lambda: function(record, key))

    _FUNCTIONS[name] = remembered
    return remembered


_FUNCTIONS: dict[str, Callable[[Any, Any], Any]] = {}
"""All derived functions by their names."""


class DerivedAgain(Struct, frozen=True):
    """What came of working out again what read something that has changed."""

    changed: frozenset[int]
    """What has changed, with the values that came out otherwise."""
    rows: tuple[Derived, ...]
    """What was worked out."""
    dropped: tuple[Derived, ...]
    """What can be worked out no more, or waits until somebody asks for it."""


class KeptDerived(Protocol):
    """All that was derived from a record as it was."""

    def readers(self, changed: frozenset[int]) -> Iterable[Derived]:
        """Return all rows whose value read something that has changed."""

    def row(self, name: tuple[str, str]) -> Derived | None:
        """Return the row of a value by its :attr:`Derived.name`."""


def derived_again(
    record: object, constant: frozenset[str], kept: KeptDerived, changed: frozenset[int]
) -> DerivedAgain:
    """Work out again what read something that has changed; what comes out as it was stops there.

    Parameters
    ----------
    record, constant
        As for :func:`recorded`, as it is now.
    kept
        What was derived from it as it was.
    changed
        What has changed in it.
    """
    recorder = Recorder()
    now = recorded(record, recorder, constant)
    asked: set[tuple[str, str]] = set()
    dropped: list[Derived] = []
    new = changed
    while stale := [row for row in kept.readers(new) if row.name not in asked]:
        asked.update(row.name for row in stale)
        begin = len(recorder.rows)
        # So many are worked out where they are read, in processes.
        few = len(stale) <= _MAX_AGAIN
        dropped += [row for row in stale if not (few and _again(now, row))]
        # Some read others, which were worked out again on the way and are as they were.
        made = ((row, kept.row(row.name)) for row in recorder.rows[begin:])
        different = {row.id for row, before in made if before is None or before.digest != row.digest}
        new = frozenset(different | {row.id for row in dropped}) - changed
        changed |= new
    return DerivedAgain(changed, tuple(recorder.rows), tuple(dropped))


def _again(record: object, row: Derived) -> bool:
    """Work a value out once more; False where its function is gone, or what it is about."""
    function = _FUNCTIONS.get(row.function)
    if function is None:
        return False
    try:
        for name in filter(None, row.record.split(".")):
            record = getattr(record, name)
        function(record, row.key)
    except (AttributeError, KeyError):  # the note, the folder or the tag is there no more
        return False
    return True
