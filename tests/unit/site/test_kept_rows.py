"""Rows in parts: what has read something that changed is found without a look at the others."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import hypothesis.strategies as st
import msgspec
import pytest
from hypothesis import given

from kbgen.cache_file import CacheFile, DamagedError
from kbgen.site.kept_rows import KeptRows, Parts, table_of
from kbgen.traces import Derived, reads_any

DECODER = msgspec.msgpack.Decoder(list[Derived])
TABLE = {"derived": table_of("derived")}

ids = st.integers(0, 2**32 - 1)
reads = st.dictionaries(st.text(max_size=3), st.frozensets(st.integers(0, 40) | ids, max_size=8), max_size=12)


def row(key: str, read: frozenset[int]) -> Derived:
    return Derived("f", "", key, b"", array("I", sorted(read)).tobytes())


def rows(read: Mapping[str, frozenset[int]]) -> dict[tuple[str, str], Derived]:
    return {("f", key): row(key, found) for key, found in read.items()}


def kept(cache: CacheFile, parts: Parts[Derived], count: int | None = None) -> KeptRows[Derived]:
    number = len(parts.traces or ()) if count is None else count
    return KeptRows(cache, "derived", DECODER, parts, lambda: number)


def written(cache: CacheFile, read: Mapping[str, frozenset[int]]) -> int:
    """Write rows, and return how many parts they have."""
    parts: Parts[Derived] = Parts({})
    changed = kept(cache, parts).changed(rows(read), ())
    assert cache.save({}, lambda connection: parts.put(connection, "derived", changed))
    return len(parts.traces or ())


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[CacheFile]:
    with closing(CacheFile(tmp_path / "c.sqlite", b"1", TABLE)) as found:
        yield found


@given(reads, st.frozensets(st.integers(0, 40) | ids, max_size=100))
def test_readers_are_those_whose_trace_has_what_changed(
    read: Mapping[str, frozenset[int]], changed: frozenset[int]
) -> None:
    with closing(CacheFile(None, b"1", TABLE)) as cache:
        found = kept(cache, Parts(), written(cache, read)).readers(changed)
    wanted = [each for each in rows(read).values() if reads_any(each.trace, changed)]
    assert sorted(each.key for each in found) == sorted(each.key for each in wanted)


@given(reads, reads, st.lists(st.text(max_size=3), max_size=4))
def test_what_is_put_is_what_there_is(
    before: Mapping[str, frozenset[int]], new: Mapping[str, frozenset[int]], gone: list[str]
) -> None:
    names = [("f", key) for key in gone]
    with closing(CacheFile(None, b"1", TABLE)) as cache:
        parts: Parts[Derived] = Parts()
        changed = kept(cache, parts, written(cache, before)).changed(rows(new), names)
        assert cache.save({}, lambda connection: parts.put(connection, "derived", changed))
        count = len(parts.traces or ())
        again = kept(cache, Parts(), count)
        wanted = {name: each for name, each in rows(before).items() if name not in names} | rows(new)
        assert again.all() == kept(cache, parts, count).all() == wanted
        assert all(again.row(name) == each for name, each in wanted.items())


def test_a_part_that_read_nothing_of_it_is_not_even_decoded(cache: CacheFile, tmp_path: Path) -> None:
    count = written(cache, {"a": frozenset({1}), "b": frozenset({2})})
    with closing(sqlite3.connect(tmp_path / "c.sqlite")) as connection, connection:
        connection.execute(
            "UPDATE derived SET record = x'00' WHERE reads = ?", (row("b", frozenset({2})).trace,)
        )
    found = kept(cache, Parts(), count)
    assert [each.key for each in found.readers(frozenset({1}))] == ["a"]
    with pytest.raises(DamagedError):
        found.readers(frozenset({2}))
    with pytest.raises(DamagedError):
        found.all()


def test_a_part_that_is_gone_is_missed(cache: CacheFile, tmp_path: Path) -> None:
    count = written(cache, {"a": frozenset({1}), "b": frozenset({2})})
    with closing(sqlite3.connect(tmp_path / "c.sqlite")) as connection, connection:
        connection.execute("DELETE FROM derived WHERE reads = ?", (row("b", frozenset({2})).trace,))
    with pytest.raises(DamagedError):
        kept(cache, Parts(), count).readers(frozenset({1}))
