"""The store of notes gives back what was compiled, content by content, and forgets what no file needs."""

from __future__ import annotations

import gc
import os
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from kbgen.cache_file import CacheFile
from kbgen.errors import OutsideError
from kbgen.notes.compiler import compile_note
from kbgen.notes.linkage import linkage
from kbgen.notes.model import CompiledNote, CompileOptions, Content
from kbgen.notes.store import TABLES, EncodedNote, NoteStore, StoredNote, content_key, encode
from kbgen.processes import can_fork, parallel_map
from kbgen.vault.paths import VaultPath
from kbgen.vault.scan import VaultFile

OLD, LISTED = 0, 10**18
NOTE = compile_note(b"# A note", CompileOptions())


def never(source: bytes) -> CompiledNote:
    raise AssertionError(f"compiled again: {source!r}")


def again(source: bytes) -> CompiledNote:
    return compile_note(source, CompileOptions())


def file_at(folder: Path, name: str, time: int = OLD) -> VaultFile:
    path = folder / name
    path.write_bytes(name.encode())
    return VaultFile(VaultPath(name), str(path), len(name), time, time)


def key_of(file: VaultFile) -> bytes:
    return content_key(file.path.encode())


def compiled(file: VaultFile) -> CompiledNote:
    return again(file.path.encode())


@pytest.fixture
def files(tmp_path: Path) -> Sequence[VaultFile]:
    return [file_at(tmp_path, f"{name}.md") for name in "abc"]


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[CacheFile]:
    with closing(CacheFile(tmp_path / "c.sqlite", b"1", TABLES)) as opened:
        yield opened


def filled(
    cache: CacheFile, files: Sequence[VaultFile], compile_again: Callable[[bytes], CompiledNote] = never
) -> NoteStore:
    """Return a store to which all files were added."""
    store = NoteStore(cache, files, LISTED, compile_again)
    for file in files:
        store.add(file.path, key_of(file), encode(compiled(file)))
        assert store.outline(file.path, key_of(file)) == compiled(file).outline
    return store


def saved(
    cache: CacheFile, files: Sequence[VaultFile], compile_again: Callable[[bytes], CompiledNote] = never
) -> NoteStore:
    """Return a store of which nothing is in memory: the file has all that was added to it."""
    store = filled(cache, files)
    assert cache.save({}, store.write)
    store.written()
    return NoteStore(cache, files, LISTED, compile_again)


def noted(store: NoteStore, file: VaultFile) -> StoredNote:
    return store.note(file.path, key_of(file), compiled(file).outline)


def in_file(folder: Path, table: str) -> dict[bytes, bytes]:
    """Return what another process sees in the file."""
    with closing(sqlite3.connect(folder / "c.sqlite")) as connection:
        return dict(connection.execute(f"SELECT key, record FROM {table}").fetchall())  # noqa: S608 - ours


def test_notes_are_known_by_their_content_and_files_by_their_times(tmp_path: Path) -> None:
    files = [file_at(tmp_path, "a.md"), file_at(tmp_path, "b.md"), file_at(tmp_path, "new.md", LISTED)]
    keys = [content_key(file.path.encode()) for file in files]
    wanted = {key: file.path for file, key in zip(files, keys, strict=True)}
    with closing(CacheFile(tmp_path / "c.sqlite", b"1", TABLES)) as cache:
        store = NoteStore(cache, files, LISTED, never)
        assert store.is_empty()
        assert not store.linkages()
        for file, key in zip(files, keys, strict=True):
            store.add(file.path, key, encode(NOTE))
        assert store.load(wanted) == dict.fromkeys(keys, NOTE.outline)
        assert store.linkages() == dict.fromkeys(keys, linkage(NOTE.outline))
        assert not store.settled()
        assert cache.save({}, store.write)
    for path in tmp_path.glob("*.md"):
        path.write_bytes(b"other")
    with closing(CacheFile(tmp_path / "c.sqlite", b"1", TABLES)) as cache:
        store = NoteStore(cache, files, LISTED, never)
        assert not store.is_empty()
        assert store.load(wanted) == dict.fromkeys(keys, NOTE.outline)
        assert store.linkages() == dict.fromkeys(keys, linkage(NOTE.outline))
        for file, key in zip(files, keys, strict=True):
            assert store.note(file.path, key, NOTE.outline).load() == NOTE.content
        found = [store.key(file.path) for file in files]
        assert found == [*keys[:2], content_key(b"other")], "times that are too new stand for nothing"
        store.forget(files[0].path)
        assert cache.save({}, store.write)
        assert set(store.linkages()) == {keys[1]}
        assert all(set(in_file(tmp_path, table)) == {keys[1]} for table in EncodedNote.__struct_fields__)


def test_a_note_has_its_outline_its_key_and_its_content(cache: CacheFile, files: Sequence[VaultFile]) -> None:
    for store in (filled(cache, files), saved(cache, files)):
        for file in files:
            note = noted(store, file)
            assert (note.outline, note.key, note.load()) == (
                compiled(file).outline,
                content_key(Path(file.real).read_bytes()),
                compiled(file).content,
            )


Damage = Callable[[Path, str, bytes], None]


def put(folder: Path, table: str, key: bytes, record: bytes, checksum: int | None = None) -> None:
    """Put something else into the file as the outline or the content of a note."""
    with closing(sqlite3.connect(folder / "c.sqlite")) as connection, connection:
        connection.execute(f"UPDATE {table} SET record = ? WHERE key = ?", (record, key))  # noqa: S608 - ours
        if checksum is not None:
            connection.execute(f"UPDATE {table} SET checksum = ? WHERE key = ?", (checksum, key))  # noqa: S608


def damaged(folder: Path, table: str, key: bytes) -> None:
    put(folder, table, key, in_file(folder, table)[key].replace(b"a.md", b"b.md"))


def of_another_type(folder: Path, table: str, key: bytes) -> None:
    record = msgspec.msgpack.encode(["html"])
    put(folder, table, key, record, zlib.crc32(record, zlib.crc32(key)))


def of_another_note(folder: Path, table: str, key: bytes) -> None:
    put(folder, table, key, getattr(encode(NOTE), table))


def gone(folder: Path, table: str, key: bytes) -> None:
    with closing(sqlite3.connect(folder / "c.sqlite")) as connection, connection:
        connection.execute(f"DELETE FROM {table} WHERE key = ?", (key,))  # noqa: S608 - ours


def spoilt(folder: Path, table: str, key: bytes, damage: Damage) -> None:
    before = in_file(folder, table)
    damage(folder, table, key)
    assert in_file(folder, table) != before


def counting() -> tuple[list[bytes], Callable[[bytes], CompiledNote]]:
    """Return a function that compiles, and the sources that it was given, which grow."""
    sources: list[bytes] = []

    def counted(source: bytes) -> CompiledNote:
        sources.append(source)
        return again(source)

    return sources, counted


DAMAGE: list[Damage] = [damaged, of_another_type, of_another_note, gone]


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_content_that_cannot_be_read_back_is_compiled_again(
    cache: CacheFile, files: Sequence[VaultFile], tmp_path: Path, damage: Damage
) -> None:
    sources, counted = counting()
    store = saved(cache, files, counted)
    spoilt(tmp_path, "content", key_of(files[0]), damage)
    assert [noted(store, file).load() for file in files] == [compiled(file).content for file in files]
    assert sources == [b"a.md"]


@pytest.mark.parametrize("damage", DAMAGE)
def test_an_outline_that_cannot_be_read_back_is_compiled_again(
    cache: CacheFile, files: Sequence[VaultFile], tmp_path: Path, damage: Damage
) -> None:
    sources, counted = counting()
    store = saved(cache, files, counted)
    spoilt(tmp_path, "outline", key_of(files[0]), damage)
    wanted = {key_of(file): file.path for file in files}
    assert store.load(wanted) == {key_of(file): compiled(file).outline for file in files}
    assert sources == [b"a.md"]
    assert [store.outline(file.path, key_of(file)) for file in files] == [
        compiled(file).outline for file in files
    ]
    assert sources == [b"a.md", b"a.md"]


def another_hash(folder: Path, table: str, key: bytes) -> None:
    put(folder, table, key, b"x" * 16)


@pytest.mark.parametrize("damage", [another_hash, of_another_note, gone])
def test_a_note_whose_linkage_cannot_be_read_back_is_not_known(
    cache: CacheFile, files: Sequence[VaultFile], tmp_path: Path, damage: Damage
) -> None:
    store = saved(cache, files)
    damage(tmp_path, "linkage", key_of(files[0]))
    known = {key_of(file): linkage(compiled(file).outline) for file in files}
    del known[key_of(files[0])]
    assert store.linkages() == known


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("change", [lambda path: path.write_bytes(b"b.md"), Path.unlink])
def test_a_content_is_never_that_of_another_text(
    cache: CacheFile,
    files: Sequence[VaultFile],
    tmp_path: Path,
    damage: Damage,
    change: Callable[[Path], object],
) -> None:
    store = saved(cache, files)
    damage(tmp_path, "content", key_of(files[0]))
    change(tmp_path / "a.md")
    note = noted(store, files[0])
    with pytest.raises(OutsideError, match=r"^a\.md changed while it was read\.") as raised:
        note.load()
    assert raised.value.hint == "Run the command again."
    assert noted(store, files[1]).load() == compiled(files[1]).content


def test_a_content_that_can_be_read_back_needs_no_file(
    cache: CacheFile, files: Sequence[VaultFile], tmp_path: Path
) -> None:
    store = saved(cache, files)
    (tmp_path / "a.md").unlink()
    assert noted(store, files[0]).load() == compiled(files[0]).content


def test_contents_are_written_before_they_are_too_many(
    cache: CacheFile, files: Sequence[VaultFile], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [encode(compiled(file)) for file in files]
    least = len(records[0].content) + len(records[1].content) - 1
    monkeypatch.setattr("kbgen.notes.store._MAX_UNWRITTEN", least)
    store = NoteStore(cache, files, LISTED, never)
    store.add(files[0].path, key_of(files[0]), records[0])
    assert in_file(tmp_path, "content") == {}
    store.add(files[1].path, key_of(files[1]), records[1])
    assert store._new == {}
    store.add(files[2].path, key_of(files[2]), records[2])
    written = {key_of(file): record for file, record in zip(files[:2], records, strict=False)}
    assert in_file(tmp_path, "content") == {key: record.content for key, record in written.items()}
    assert in_file(tmp_path, "outline") == {key: record.outline for key, record in written.items()}
    assert [noted(store, file).load() for file in files] == [compiled(file).content for file in files]
    # A build that is ended here leaves what the next one need not compile.
    after = NoteStore(cache, files, LISTED, never)
    assert after.linkages().keys() == written.keys()
    outlines = {key_of(file): compiled(file).outline for file in files[:2]}
    assert after.load({key_of(file): file.path for file in files[:2]}) == outlines
    assert noted(after, files[1]).load() == compiled(files[1]).content
    assert cache.save({}, store.write)
    assert len(in_file(tmp_path, "content")) == len(in_file(tmp_path, "outline")) == 3


def test_contents_that_cannot_be_written_are_held(
    cache: CacheFile, files: Sequence[VaultFile], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kbgen.notes.store._MAX_UNWRITTEN", 0)
    full = "BEGIN SELECT RAISE(FAIL, 'full'); END"
    with closing(sqlite3.connect(tmp_path / "c.sqlite")) as connection, connection:
        connection.execute(f"CREATE TRIGGER full BEFORE INSERT ON content {full}")
    store = filled(cache, files)
    assert in_file(tmp_path, "outline") == {}, "all or nothing"
    assert [noted(store, file).load() for file in files] == [compiled(file).content for file in files]


def loaded_in_forks(
    store: NoteStore, files: Sequence[VaultFile], begin: Callable[[], None] = lambda: None
) -> list[tuple[int, Content]]:
    """Return the content of each note as a process of its own loads it, with the number of that process."""
    notes = [noted(store, file) for file in files]
    parent = os.getpid()

    def load(span: range) -> list[tuple[int, Content]]:
        if os.getpid() != parent:
            begin()
        time.sleep(0.02)  # so that both do some
        return [(os.getpid(), notes[number].load()) for number in span]

    with parallel_map(load, len(notes), chunk=1, least=1, workers=2) as results:
        return [each for result in results for each in result]


@pytest.mark.skipif(not can_fork(), reason="there are no forks here")
def test_a_fork_reads_contents_and_leaves_the_connection_of_its_parent_alone(
    cache: CacheFile, files: Sequence[VaultFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = saved(cache, files)
    # In a fork alone: what is not there cannot be touched.
    found = loaded_in_forks(store, files, lambda: monkeypatch.setattr(cache, "_connection", None))
    assert [content for _, content in found] == [compiled(file).content for file in files]
    assert {process for process, _ in found} - {os.getpid()}
    assert cache._readers == {}
    assert noted(store, files[0]).load() == compiled(files[0]).content


@pytest.mark.skipif(not can_fork(), reason="there are no forks here")
def test_a_fork_compiles_again_what_it_cannot_read_back(
    cache: CacheFile, files: Sequence[VaultFile], tmp_path: Path
) -> None:
    store = saved(cache, files, again)
    damaged(tmp_path, "content", key_of(files[0]))
    (tmp_path / "c.sqlite").rename(tmp_path / "elsewhere")
    found = loaded_in_forks(store, files)
    assert [content for _, content in found] == [compiled(file).content for file in files]
    assert not (tmp_path / "c.sqlite").exists()


@pytest.mark.parametrize("where", [None, "missing/c.sqlite"])
def test_where_nothing_lasts_contents_are_held(
    files: Sequence[VaultFile], tmp_path: Path, where: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kbgen.notes.store._MAX_UNWRITTEN", 0)
    with closing(CacheFile(tmp_path / where if where else None, b"1", TABLES)) as cache:
        assert not cache.lasting
        store = filled(cache, files)
        cache.save({}, store.write)
        store.written()
        for file in files:
            Path(file.real).unlink()
        wanted = [compiled(file).content for file in files]
        if can_fork():
            assert [content for _, content in loaded_in_forks(store, files)] == wanted
        assert [noted(store, file).load() for file in files] == wanted
        assert not list(cache.rows("SELECT key FROM content")), "once is enough"


def test_contents_can_be_read_when_the_file_was_let_go_of(
    cache: CacheFile, files: Sequence[VaultFile], tmp_path: Path
) -> None:
    store = saved(cache, files)
    wanted = [compiled(file).content for file in files]
    cache.close()
    assert [path.name for path in tmp_path.glob("c.sqlite*")] == ["c.sqlite"]
    assert noted(store, files[0]).load() == wanted[0]
    if can_fork():
        assert [content for _, content in loaded_in_forks(store, files[1:])] == wanted[1:]
    assert noted(store, files[2]).load() == wanted[2]
    assert not cache.save({"a": b"x"}, lambda _: None)


def test_what_is_read_late_leaves_no_journal(files: Sequence[VaultFile], tmp_path: Path) -> None:
    late = CacheFile(tmp_path / "c.sqlite", b"1", TABLES)
    store = saved(late, files)
    late.close()
    assert noted(store, files[0]).load() == compiled(files[0]).content
    del late, store
    gc.collect()
    assert [path.name for path in tmp_path.glob("c.sqlite*")] == ["c.sqlite"]


def test_contents_at_hand_are_read_once(cache: CacheFile, files: Sequence[VaultFile], tmp_path: Path) -> None:
    store = saved(cache, files)
    first = noted(store, files[0]).load()
    gone(tmp_path, "content", key_of(files[0]))
    assert noted(store, files[0]).load() is first


def test_a_note_is_kept_in_three_records() -> None:
    record = encode(NOTE)
    outline, content = msgspec.msgpack.encode(NOTE.outline), msgspec.msgpack.encode(NOTE.content)
    assert record == EncodedNote(linkage(NOTE.outline), outline, content)
    assert b"<h1" not in record.outline
