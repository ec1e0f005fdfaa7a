"""The cache file keeps values of the same code, and nothing of any other."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from kbgen.cache_file import CacheFile


def test_a_file_of_other_code_is_begun_anew_and_not_written_by_the_old(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    with closing(CacheFile(path, b"1", {})) as old:
        assert old.save({"a": b"x"}, lambda _: None)
        assert old.value("a") == b"x"
        with closing(CacheFile(path, b"2", {})) as new:
            assert new.value("a") == b""
            assert not old.save({"a": b"y"}, lambda _: None)
            assert new.value("a") == b""


def test_without_a_file_nothing_lasts() -> None:
    with closing(CacheFile(None, b"1", {})) as cache:
        assert not cache.lasting
        assert cache.save({"a": b"x"}, lambda _: None)
        assert cache.value("a") == b"x"
