"""The store of notes gives back what was compiled, and forgets what no file needs."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from kbgen.cache_file import CacheFile
from kbgen.notes.compiler import compile_note
from kbgen.notes.model import CompileOptions
from kbgen.notes.store import TABLES, NoteStore, content_key, encode
from kbgen.vault.paths import VaultPath
from kbgen.vault.scan import VaultFile

OLD, LISTED = 0, 10**18
NOTE = compile_note(b"# A note", CompileOptions())


def file_at(folder: Path, name: str, time: int = OLD) -> VaultFile:
    path = folder / name
    path.write_bytes(name.encode())
    return VaultFile(VaultPath(name), str(path), len(name), time, time)


def test_notes_are_known_by_their_content_and_files_by_their_times(tmp_path: Path) -> None:
    files = [file_at(tmp_path, "a.md"), file_at(tmp_path, "b.md"), file_at(tmp_path, "new.md", LISTED)]
    keys = [content_key(file.path.encode()) for file in files]
    with closing(CacheFile(tmp_path / "c.sqlite", b"1", TABLES)) as cache:
        store = NoteStore(cache, files, LISTED)
        assert store.is_empty()
        assert not store.load(keys)
        for file, key in zip(files, keys, strict=True):
            assert store.add(file.path, key, encode(NOTE)) == NOTE
        assert not store.settled()
        assert cache.save({}, store.write)
    for path in tmp_path.glob("*.md"):
        path.write_bytes(b"other")
    with closing(CacheFile(tmp_path / "c.sqlite", b"1", TABLES)) as cache:
        store = NoteStore(cache, files, LISTED)
        assert store.load(keys) == dict.fromkeys(keys, NOTE)
        found = [store.key(file.path) for file in files]
        assert found == [*keys[:2], content_key(b"other")], "times that are too new stand for nothing"
        store.forget(files[0].path)
        assert cache.save({}, store.write)
        assert set(store.load(keys)) == {keys[1]}
