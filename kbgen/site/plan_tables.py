"""A plan as tables of bytes: kept for the next build, compared with its plan, read by records.

What traces call a record is what it is called here (:func:`kbgen.traces.tables_of`), so that what differs
between two builds is just what a trace can ask for.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import cache, partial
from types import MappingProxyType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

from kbgen.cache_file import DamagedError, decoded
from kbgen.links.model import HiddenBy, LinkedNote, ResolvedLink
from kbgen.links.publish import CutLink
from kbgen.notes.model import Mark
from kbgen.site.plan import CONSTANT, Plan
from kbgen.site.view_store import Table
from kbgen.traces import name_id, tables_of
from kbgen.vault.paths import VaultPath

K = TypeVar("K", bound=str)
V = TypeVar("V")
T = TypeVar("T")

NOTES, CUT = ".vault.notes", ".vault.cut"

_ENCODER = msgspec.msgpack.Encoder()


class NoteVersion(Struct, frozen=True, array_like=True):
    """All that the page of a note depends on besides the records of others."""

    key: bytes
    """Of the bytes of its file."""
    title: str
    links: tuple[ResolvedLink, ...]
    cut: tuple[CutLink, ...]
    marks: tuple[Mark, ...] = ()
    hidden_by: HiddenBy = ""


_VERSIONS = msgspec.msgpack.Decoder(NoteVersion)


def version_of(note: LinkedNote, cut: tuple[CutLink, ...]) -> NoteVersion:
    """Return the version of a public note."""
    return NoteVersion(note.key, note.title, note.links, cut, note.marks, note.hidden_by)


def decode_version(record: bytes) -> NoteVersion:
    """Return a version again."""
    return decoded(_VERSIONS, record)


def encode(value: object) -> bytes:
    """Return a record as bytes; the same record gives the same bytes."""
    return _ENCODER.encode(sorted(value) if isinstance(value, frozenset) else value)


def encoded(plan: Plan, known: Mapping[VaultPath, bytes] = MappingProxyType({})) -> dict[str, Table]:
    """Return all tables of a plan.

    Parameters
    ----------
    plan
        The plan.
    known
        Versions of notes, as far as somebody has encoded them.
    """
    cut = plan.vault.cut
    found: dict[str, Table] = {}
    for name, value in tables_of(plan, CONSTANT):
        if name == NOTES:
            notes = plan.vault.notes.items()
            found[name] = {
                path: known.get(path) or encode(version_of(note, cut.get(path, ()))) for path, note in notes
            }
        else:
            found[name] = encoded_table(value)
    return found


def encoded_table(value: object) -> Table:
    """Return one table, or one value that is none."""
    if isinstance(value, Mapping):
        return {str(name): encode(record) for name, record in value.items()}
    return {"": encode(value)}


def differences(before: Mapping[str, Table], after: Mapping[str, Table]) -> Iterator[int]:
    """Yield what is not the same in some tables, as traces know it."""
    for table, new in after.items():
        old = before.get(table, {})
        if table in before and is_same(old, new):
            continue
        yield name_id(table)
        for name in old.keys() | new.keys():
            if old.get(name) != new.get(name):
                yield name_id(table, name)


def is_same(one: Table, two: Table) -> bool:
    """Tell whether two tables have the same records in the same order."""
    return one == two and list(one) == list(two)


def decoded_tables(record: type[T], prefix: str, read: Callable[[str], Table]) -> T:
    """Return a record whose mappings are tables, all of it read at once.

    Parameters
    ----------
    record
        Its type.
    prefix
        Its name in traces.
    read
        Reads a table by its name.
    """
    fields: dict[str, Any] = {}
    for name, kind in _types(cast("Hashable", record)).items():
        table = f"{prefix}.{name}"
        if _is_table(kind):
            decoder = _decoder(get_args(kind)[1])
            fields[name] = {key: decoded(decoder, value) for key, value in read(table).items()}
        else:
            fields[name] = _value(table, kind, read(table))
    return record(**fields)


MakeNote = Callable[[VaultPath, NoteVersion], LinkedNote]


def restored(constant: Mapping[str, object], read: Callable[[str], Table], note: MakeNote) -> Plan:
    """Return a plan that reads its records where they are asked for.

    Parameters
    ----------
    constant
        The fields that no table has.
    read
        Reads a table by its name.
    note
        Makes a note from its version.
    """
    plan: Plan = _restored(Plan, "", constant, read, note)
    return plan


def _restored(
    record: type[Any],
    prefix: str,
    constant: Mapping[str, object],
    read: Callable[[str], Table],
    note: MakeNote,
) -> Any:  # noqa: ANN401 - a record of the type that is asked for
    fields: dict[str, Any] = {}
    for name, kind in _types(cast("Hashable", record)).items():
        table = f"{prefix}.{name}"
        if not prefix and name in constant:
            fields[name] = constant[name]
        elif table == NOTES:
            fields[name] = KeptTable(read, table, partial(_note, note))
        elif _is_table(kind):
            fields[name] = KeptTable(read, table, partial(_record, _decoder(get_args(kind)[1])))
        elif _holds_tables(kind):
            fields[name] = _restored(kind, table, constant, read, note)
        else:
            fields[name] = _value(table, kind, read(table))
    return record(**fields)


def _value(table: str, kind: Any, records: Table) -> Any:  # noqa: ANN401 - a value of the type that is asked for
    if "" not in records:
        raise DamagedError(table)
    return decoded(_decoder(kind), records[""])


def _note(make: MakeNote, path: str, record: bytes) -> LinkedNote:
    return make(VaultPath(path), decode_version(record))


def _record(decoder: msgspec.msgpack.Decoder[Any], _name: str, record: bytes) -> Any:  # noqa: ANN401
    return decoded(decoder, record)


class KeptTable(Mapping[K, V]):
    """A table that is read when something in it is asked for, and decoded record by record.

    Parameters
    ----------
    read
        Reads a table by its name.
    table
        Its name.
    decode
        Makes a record of its name and its bytes.
    """

    def __init__(self, read: Callable[[str], Table], table: str, decode: Callable[[str, bytes], V]) -> None:
        self._read = read
        self._table = table
        self._decode = decode
        self._decoded: dict[str, V] = {}
        self._records: Table | None = None

    def _all(self) -> Table:
        if self._records is None:
            self._records = self._read(self._table)
        return self._records

    def __getitem__(self, name: K) -> V:
        """Return a record."""
        if name not in self._decoded:
            self._decoded[name] = self._decode(name, self._all()[name])
        return self._decoded[name]

    def __contains__(self, name: object) -> bool:
        """Tell whether there is a record of this name."""
        return name in self._all()

    def __iter__(self) -> Iterator[K]:
        """Yield all names, in order."""
        return iter(self._all())  # type: ignore[arg-type]  # names are texts of any kind

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self._all())


@cache
def _types(record: Hashable) -> dict[str, Any]:
    return get_type_hints(record)  # a type of records


@cache
def _decoder(kind: Any) -> msgspec.msgpack.Decoder[Any]:  # noqa: ANN401 - a type or a union of some
    return msgspec.msgpack.Decoder(kind)


def _is_table(kind: Any) -> bool:  # noqa: ANN401 - a type or a union of some
    return get_origin(kind) in {dict, Mapping}


def _holds_tables(kind: Any) -> bool:  # noqa: ANN401 - a type or a union of some
    return isinstance(kind, type) and issubclass(kind, Struct) and any(map(_is_table, _types(kind).values()))
