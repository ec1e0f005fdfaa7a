"""What earlier builds compiled is used where it is sound, and never trusted where it is not."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec
import pytest

from kbgen import fingerprint
from kbgen.build_cache import BuildCache
from kbgen.errors import OutsideError
from kbgen.fingerprint import code_fingerprint
from kbgen.notes.compiler import compile_note
from kbgen.notes.model import CompileOptions
from kbgen.notes.store import content_key, encode
from kbgen.site.writer import Output
from kbgen.vault.media_size import Size, media_size
from kbgen.vault.paths import VaultPath
from kbgen.vault.scan import VaultFile

if TYPE_CHECKING:
    from tests.engine.conftest import Project

VAULT = {f"N{number}.md": f"# Title {number}\n\n[[N{(number + 1) % 20}]] words" for number in range(20)}
LISTED = 10**18


@pytest.fixture
def built(project: Project) -> Project:
    project.write(VAULT)
    assert project.build().compiled == len(VAULT)
    return project


def cache(project: Project) -> Path:
    (path,) = (project.root / ".kbgen").glob("*.sqlite")
    return path


def change(project: Project, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(cache(project))) as connection, connection:
        connection.execute(statement, values)


def records(project: Project, table: str = "outline") -> Iterator[tuple[bytes, bytes]]:
    with closing(sqlite3.connect(cache(project))) as connection:
        yield from connection.execute(f"SELECT key, record FROM {table} ORDER BY key").fetchall()  # noqa: S608 - ours


def overwritten(path: Path, start: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(content)


def other_database(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE about (something_else)")
        connection.execute("CREATE TABLE outline (x)")


DAMAGE: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "no database": lambda path: path.write_bytes(b"somebody's diary\n" * 999),
    "cut short": lambda path: os.truncate(path, path.stat().st_size // 2),
    "broken within": lambda path: overwritten(path, 4096, b"\xff" * (path.stat().st_size - 4096)),
    "broken at its end": lambda path: overwritten(path, path.stat().st_size - 8192, b"\xa5" * 8192),
    "broken head": lambda path: overwritten(path, 0, b"\0" * 100),
    "another database": other_database,
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_cache_is_begun_again(built: Project, damage: Callable[[Path], object]) -> None:
    damage(cache(built))
    built.write({"N3.md": "changed"})
    assert built.build().notes == len(VAULT)
    assert built.tree() == built.clean()
    built.build()  # damage that is met late costs the file, and the next build what that held
    again = built.build()
    assert (again.compiled, again.cached) == (0, len(VAULT))


def test_a_cache_of_other_code(built: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kbgen.build_cache.code_fingerprint", lambda: b"another version")
    assert built.build().compiled == len(VAULT)
    assert built.build().compiled == 0


@pytest.mark.parametrize("setting", ["unsafe_html = true", 'embeds.frames = ["a.example"]'])
def test_a_cache_of_other_options(built: Project, setting: str) -> None:
    built.configure(setting)
    assert built.build().compiled == len(VAULT)
    assert built.build().compiled == 0


BAD_RECORDS = {
    "random bytes": b"\x93\x01\x02",
    "another type": msgspec.msgpack.encode({"html": "x"}),
    "a field too few": msgspec.msgpack.encode(["html"]),
}
OTHER_NOTE = encode(compile_note(b"what is not in the vault", CompileOptions()))


@pytest.mark.parametrize("record", [*BAD_RECORDS.values(), OTHER_NOTE.linkage], ids=[*BAD_RECORDS, "another"])
def test_a_linkage_with_wrong_bytes_is_not_trusted(built: Project, record: bytes) -> None:
    key, _ = next(records(built, "linkage"))
    change(built, "UPDATE linkage SET record = ? WHERE key = ?", record, key)
    assert built.build().compiled == 1
    assert built.tree() == built.clean()


@pytest.mark.parametrize("record", [*BAD_RECORDS.values(), OTHER_NOTE.outline], ids=[*BAD_RECORDS, "another"])
@pytest.mark.parametrize("edit", ["N3 in other words", "[[N7]] where nobody led"])
def test_an_outline_with_wrong_bytes_is_not_trusted(built: Project, edit: str, record: bytes) -> None:
    key, _ = next(records(built))
    change(built, "UPDATE outline SET record = ? WHERE key = ?", record, key)
    assert built.build("other").compiled == 0, "its linkage is known"
    assert built.tree("other") == built.clean()
    built.write({"N3.md": edit})
    assert built.build().compiled == 1
    assert built.tree() == built.clean()


@pytest.mark.parametrize("record", [*BAD_RECORDS.values(), OTHER_NOTE.content], ids=[*BAD_RECORDS, "another"])
def test_a_content_with_wrong_bytes_is_not_trusted(built: Project, record: bytes) -> None:
    key, _ = next(records(built, "content"))
    change(built, "UPDATE content SET record = ? WHERE key = ?", record, key)
    assert built.build("other").compiled == 0, "its outline is known"
    assert built.tree("other") == built.clean()


def test_a_content_that_is_gone_is_compiled_again(built: Project) -> None:
    change(built, "DELETE FROM content")
    assert built.build("other", jobs=2).compiled == 0
    assert built.tree("other") == built.clean()


@pytest.mark.parametrize("table", ["outline", "content"])
def test_a_single_flipped_bit(built: Project, table: str) -> None:
    for key, record in records(built, table):
        assert b"words" in record
        change(
            built,
            f"UPDATE {table} SET record = ? WHERE key = ?",  # noqa: S608 - ours
            record.replace(b"words", b"wordz"),
            key,
        )
    assert built.build("other").compiled == 0, "their linkages are known"
    assert b"wordz" not in b"".join(built.tree("other").values())
    assert built.tree("other") == built.clean()


@pytest.mark.parametrize("record", BAD_RECORDS.values(), ids=BAD_RECORDS)
def test_an_outline_of_another_type_is_made_again(tmp_path: Path, record: bytes) -> None:
    """Its checksum fits, so only its type can tell."""
    key = content_key(b"x")
    (tmp_path / "x.md").write_bytes(b"x")
    file = VaultFile(VaultPath("x.md"), str(tmp_path / "x.md"), 1, 0, 0)
    note = compile_note(b"x", CompileOptions())
    with closing(BuildCache(tmp_path / "s.sqlite", CompileOptions(), [file], LISTED)) as cache:
        cache.notes.add(file.path, key, msgspec.structs.replace(encode(note), outline=record))
        cache.save()
    with closing(BuildCache(tmp_path / "s.sqlite", CompileOptions(), [file], LISTED)) as cache:
        assert cache.notes.load({key: file.path}) == {key: note.outline}
        assert cache.notes.outline(file.path, key) == note.outline
        (tmp_path / "x.md").write_bytes(b"y")
        with pytest.raises(OutsideError, match=r"^x\.md changed while it was read\."):
            cache.notes.load({key: file.path})
        cache.notes.add(file.path, key, encode(note))
        cache.save()
        assert cache.notes.load({key: file.path}) == {key: note.outline}


def test_what_no_file_needs_is_forgotten(built: Project) -> None:
    (built.vault / "N0.md").unlink()
    built.write({"N1.md": "changed"})
    built.build()
    needed = {content_key(path.read_bytes()) for path in built.vault.iterdir()}
    assert {key for key, _ in records(built)} == needed
    assert {key for key, _ in records(built, "content")} == needed


def test_a_touched_file_is_not_compiled_again(built: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kbgen.notes.store._SETTLED_NS", -1)
    for path in built.vault.iterdir():
        path.touch()
    assert built.build().compiled == 0


def test_a_cache_that_cannot_be_made(project: Project) -> None:
    project.write(VAULT)
    (project.root / ".kbgen").write_text("in the way", encoding="utf-8")
    assert project.build().compiled == len(VAULT)
    assert project.tree() == project.clean()


def test_a_cache_that_is_a_folder(built: Project) -> None:
    path = cache(built)
    for file in path.parent.glob("*.sqlite*"):
        file.unlink()
    path.mkdir()
    assert built.build().compiled == len(VAULT)
    assert path.is_dir()


def test_a_cache_that_may_not_be_written(built: Project) -> None:
    built.write({"N3.md": "changed"})
    for path in (cache(built).parent.glob("*"), [cache(built).parent]):
        for each in path:
            each.chmod(0o500 if each.is_dir() else 0o400)
    try:
        assert built.build().notes == len(VAULT)
    finally:
        cache(built).parent.chmod(0o700)
    assert built.tree() == built.clean()


@pytest.mark.parametrize("table", ["outline", "content"])
def test_a_full_disk_costs_the_memory_not_the_build(built: Project, table: str) -> None:
    full = "BEGIN SELECT RAISE(FAIL, 'full'); END"
    with closing(sqlite3.connect(cache(built))) as connection, connection:
        connection.execute(f"CREATE TRIGGER full BEFORE INSERT ON {table} {full}")
    built.write({"N3.md": "changed"})
    assert built.build().compiled == 1
    assert built.tree() == built.clean()


def test_no_cache_leaves_nothing(project: Project) -> None:
    project.write(VAULT)
    project.build(use_cache=False)
    assert not (project.root / ".kbgen").exists()


def test_a_build_with_other_options_that_took_the_cache_over(tmp_path: Path) -> None:
    """What the first compiled must not pass for the second's."""
    path = tmp_path / "s.sqlite"
    file = VaultFile(VaultPath("x.md"), str(tmp_path / "x.md"), 1, 0, 0)
    source = b"<b onclick='x()'>b</b>"
    first, second = CompileOptions(unsafe_html=True), CompileOptions()
    slow = BuildCache(path, first, [file], LISTED)
    with closing(BuildCache(path, second, [file], LISTED)):
        slow.notes.add(file.path, content_key(source), encode(compile_note(source, first)))
        slow.save()
        slow.close()
    with closing(BuildCache(path, second, [file], LISTED)) as cache:
        assert cache.notes.linkages() == {}
        assert cache.notes.is_empty()


def test_a_content_of_a_build_that_took_the_cache_over_is_not_read(tmp_path: Path) -> None:
    """What the second compiled must not pass for the first's: it may have let anything through."""
    path = tmp_path / "s.sqlite"
    source = b"<b onclick='x()'>b</b>"
    (tmp_path / "x.md").write_bytes(source)
    file = VaultFile(VaultPath("x.md"), str(tmp_path / "x.md"), len(source), 0, 0)
    first, second = CompileOptions(), CompileOptions(unsafe_html=True)
    key, note = content_key(source), compile_note(source, first)
    assert note.content != compile_note(source, second).content
    with closing(BuildCache(path, first, [file], LISTED)) as slow:
        slow.notes.add(file.path, key, encode(note))
        slow.save()
        with closing(BuildCache(path, second, [file], LISTED)) as fast:
            fast.notes.add(file.path, key, encode(compile_note(source, second)))
            fast.save()
        assert slow.notes.note(file.path, key, note.outline).load() == note.content


# --- two builds at once ---------------------------------------------------------------

COMMAND = [sys.executable, "-m", "kbgen", "build", "vault", "--jobs", "1", "-o"]


def test_two_builds_at_once_with_one_cache(project: Project) -> None:
    project.write(VAULT)
    outputs = [f"site{number}" for number in range(3)]
    builds = [
        subprocess.Popen([*COMMAND, output], cwd=project.root, stderr=subprocess.DEVNULL)
        for output in outputs
    ]
    assert [build.wait() for build in builds] == [0, 0, 0]
    clean = project.clean()
    assert all(project.tree(output) == clean for output in outputs)
    command = [*COMMAND, "site0", "--format", "json"]
    again = subprocess.run(command, cwd=project.root, capture_output=True, check=True)
    assert json.loads(again.stdout)["compiled"] == 0


def test_a_build_into_an_output_that_another_one_holds(built: Project) -> None:
    before = built.tree()
    built.write({"N3.md": "changed"})
    command = [*COMMAND, "site"]
    with Output(built.site):
        second = subprocess.run(command, cwd=built.root, capture_output=True, text=True, check=False)
    assert second.returncode == 3
    assert f"Another build is writing to {built.site}." in second.stderr
    assert "Traceback" not in second.stderr
    assert built.tree() == before


def test_two_builds_at_once_into_one_output(project: Project) -> None:
    """Whichever is first: none fails otherwise than by a lock that is held, and the site is whole."""
    project.write({f"Note {number}.md": "All work and no play. " * 3000 for number in range(60)})
    builds = [subprocess.Popen([*COMMAND, "site"], cwd=project.root, stderr=subprocess.DEVNULL) for _ in "12"]
    assert sorted(build.wait() for build in builds) in ([0, 0], [0, 3])
    assert project.tree() == project.clean()


def test_a_build_sets_marks_in_what_an_earlier_one_compiled(project: Project) -> None:
    moons = '[[fact]]\nsubject = "Mars"\nproperty = "moons"\nvalue = 2\n'
    (project.root / "facts.toml").write_text(moons, encoding="utf-8")
    project.configure('[verify]\nfacts = []\ntables = ["facts.toml"]\n')
    project.write({"Mars.md": "Mars has 2 moons.", "Io.md": "# Io\n\n[[Mars]] has 3 moons."})
    project.write({"Other.md": "![[Io#Io]]"})
    project.build()
    assert project.tree() == project.clean()
    (project.root / "facts.toml").write_text(moons.replace("Mars", "Venus"), encoding="utf-8")
    report = project.build()
    assert report.compiled == 0
    assert b"data-verdict" not in project.tree()["Io.html"]
    (project.root / "facts.toml").write_text(moons, encoding="utf-8")
    project.write({"Io.md": "# Io\n\n[[Mars]] has 3 moons, and Mars has 2 moons."})
    assert project.build().compiled == 1
    assert b"data-verdict" in project.tree()["Io.html"]
    assert project.tree() == project.clean()


def test_a_table_of_facts_that_changes_makes_the_pages_anew_that_show_it(project: Project) -> None:
    moons = '[[fact]]\nsubject = "Mars"\nproperty = "moons"\nvalue = {}\n'
    table = project.root / "facts.toml"
    table.write_text(moons.format(2), encoding="utf-8")
    project.configure('[verify]\nfacts = []\ntables = ["facts.toml"]\n')
    project.write({"Mars.md": "Mars has 2 moons.", "Other.md": "Words."})
    for path in project.vault.iterdir():
        os.utime(path, (1, 1))
    project.build()
    os.utime(table, (1, 1))
    assert project.build().rendered == 0, "what a table says counts, not when it was written"
    table.write_text(moons.format(3), encoding="utf-8")
    report = project.build()
    assert report.compiled == 0
    assert report.rendered == 2, "the note and the page of claims"
    assert b'data-verdict="refuted"' in project.tree()["Mars.html"]


def test_a_picture_is_measured_once_and_one_of_another_size_makes_its_pages_anew(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[str] = []
    measure = media_size

    def counted(stream: BinaryIO, extension: str) -> Size:
        measured.append(extension)
        return measure(stream, extension)

    monkeypatch.setattr("kbgen.site.media_sizes.media_size", counted)
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="20"/>'
    project.write({"A.md": "![[d.svg]]", "B.md": "![[A]]", "C.md": "Words.", "d.svg": drawing.format(30)})
    for path in project.vault.iterdir():
        os.utime(path, (1, 1))
    project.build()
    assert b'width="30" height="20"' in project.tree()["A.html"]
    project.write({"C.md": "Other words."})
    project.build()
    assert measured == ["svg"], "its bytes are the same"
    project.write({"d.svg": drawing.format(40)})
    report = project.build()
    assert measured == ["svg", "svg"]
    assert report.rendered == 2, "the note and the one that embeds it"
    assert b'width="40" height="20"' in project.tree()["B.html"]
    assert project.tree() == project.clean()


def test_a_package_of_another_version_makes_everything_anew(
    built: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in built.vault.iterdir():
        os.utime(path, (1, 1))
    built.build()
    assert built.build().rendered == 0
    installed = tmp_path / "igraph-99.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: igraph\nVersion: 99.0\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    code_fingerprint.cache_clear()
    report = built.build()
    code_fingerprint.cache_clear()
    assert report.compiled == len(VAULT)
    assert report.rendered >= len(VAULT)


def test_every_package_that_is_needed_counts() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    needed = sorted(line.partition(">")[0] for line in project["project"]["dependencies"])
    assert fingerprint._required() == needed
    assert all(fingerprint._metadata(package) for package in needed)
