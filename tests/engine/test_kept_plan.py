"""What the last build kept of its plan and its views is used where it is whole, and never where it is not."""

from __future__ import annotations

import shutil
import sqlite3
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from kbgen.build_report import BuildReport
from kbgen.cache_file import CacheFile
from kbgen.site import view_store

if TYPE_CHECKING:
    from tests.engine.conftest import Project, Tree

CONFIG = '[verify]\nfacts = []\ntables = ["facts.toml"]\n'
FACTS = '[[fact]]\nsubject = "Mars"\nproperty = "moons"\nvalue = 2\n'
VAULT = {
    "A.md": (
        "---\naliases: [Alpha]\ncreated: 2026-01-02\n---\n"
        "This is A. It has #a/tag.\n\nIt leads to [[B]] and [[C]].\n"
    ),
    "B.md": "This is B, beside [[C]] and [[Nobody]].\n\n## Part\n\nMars has 2 moons.\n",
    "C.md": "This is C.\n\n![[B#Part]]\n\n[[A]] and [[Private]] and [[Hidden]]. #a\n",
    "F/D.md": "This is D. It leads to [[A]] and [[B#Part]]. #b\n",
    "F/E.md": "This is E, with `fact: mars.moons` and [[A]] and [[D]].\n",
    "Private.md": "---\npublish: false\n---\n[[A]]\n",
    "Hidden.md": "---\nunlisted: true\n---\nThis is hidden. [[A]]\n",
}

EDITS: dict[str, Mapping[str, str]] = {
    "a sentence": {"A.md": VAULT["A.md"].replace("This is A.", "This was A.")},
    "words beside a link": {"F/E.md": VAULT["F/E.md"].replace("This is E", "This was E")},
    "a link": {"A.md": VAULT["A.md"] + "\n[[D]] as well.\n"},
}


class Kept:
    """A project with a site and what its build kept, to which every test returns."""

    def __init__(self, project: Project) -> None:
        self.project = project
        (project.root / "facts.toml").write_text(FACTS, encoding="utf-8")
        project.configure(CONFIG)
        project.write(VAULT)
        project.build(base_url="https://example.org")
        self._clean: dict[str, Tree] = {}
        for folder in ("site", ".kbgen"):
            shutil.copytree(project.root / folder, project.root.parent / folder)
        (self.cache,) = (project.root / ".kbgen").glob("*.sqlite")

    def back(self) -> None:
        for folder in ("site", ".kbgen"):
            shutil.rmtree(self.project.root / folder)
            shutil.copytree(self.project.root.parent / folder, self.project.root / folder)
        self.project.write(VAULT)

    def change(self, statement: str, *values: object) -> None:
        with closing(sqlite3.connect(self.cache)) as connection, connection:
            connection.execute(statement, values)

    def rows(self, table: str) -> list[tuple[str | bytes, bytes]]:
        key = {"plan": "name", "view": "part", "derived": "part", "about": "name"}[table]
        record = "value" if table == "about" else "record"
        with closing(sqlite3.connect(self.cache)) as connection:
            return connection.execute(f"SELECT {key}, {record} FROM {table} ORDER BY {key}").fetchall()  # noqa: S608 - ours

    def build(self, edit: str) -> BuildReport:
        self.project.write(EDITS[edit])
        return self.project.build(base_url="https://example.org")

    def clean(self, edit: str) -> Tree:
        if edit not in self._clean:
            shutil.rmtree(self.project.root / "clean", ignore_errors=True)
            self.project.build("clean", use_cache=False, base_url="https://example.org")
            self._clean[edit] = self.project.tree("clean")
        return self._clean[edit]

    def holds_after(self, edit: str) -> None:
        """Hold the site after an edit against that of a build that knows nothing, and so the next one."""
        self.build(edit)
        assert self.project.tree() == self.clean(edit)
        self.project.write(VAULT)
        self.project.build(base_url="https://example.org")
        assert self.project.tree() == self.clean("")


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory, new_project: Callable[[Path], Project]) -> Kept:
    kept = Kept(new_project(tmp_path_factory.mktemp("kept") / "project"))
    kept.clean("")
    return kept


@pytest.fixture
def kept(once: Kept) -> Kept:
    once.back()
    return once


def record(change: Callable[[bytes], bytes], *, fits: bool = False) -> Callable[[Kept, str, object], None]:
    """Return what makes another record of a row; its checksum may fit, so that only its type can tell."""

    def damage(kept: Kept, table: str, key: object) -> None:
        column = {"plan": "name", "view": "part", "derived": "part"}[table]
        new = change(dict(kept.rows(table))[key])  # type: ignore[index]
        statement = f"UPDATE {table} SET record = ? WHERE {column} = ?"  # noqa: S608 - ours
        kept.change(statement, new, key)
        if fits:
            statement = f"UPDATE {table} SET checksum = ? WHERE {column} = ?"  # noqa: S608 - ours
            kept.change(statement, zlib.crc32(new), key)

    return damage


def gone(kept: Kept, table: str, key: object) -> None:
    column = {"plan": "name", "view": "part", "derived": "part"}[table]
    kept.change(f"DELETE FROM {table} WHERE {column} = ?", key)  # noqa: S608 - ours


DAMAGE: dict[str, Callable[[Kept, str, object], None]] = {
    "gone": gone,
    "a flipped bit": record(lambda old: bytes([*old[:-1], old[-1] ^ 1])),
    "cut short": record(lambda old: old[:-1]),
    "empty": record(lambda _: b""),
    "another type": record(lambda _: msgspec.msgpack.encode(7), fits=True),
    "no text": record(lambda old: old[:1] + b"\xd9\x01\xff", fits=True),
}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
@pytest.mark.parametrize("name", [".backlinks", ".vault.notes", ".dates", ".menu", "keys", "diagnostics"])
def test_a_table_of_the_plan_that_cannot_be_read(
    kept: Kept, name: str, damage: Callable[[Kept, str, object], None], edit: str
) -> None:
    damage(kept, "plan", name)
    kept.holds_after(edit)


def test_each_table_of_the_plan_may_be_missing(kept: Kept) -> None:
    names = [name for name, _ in kept.rows("plan")]
    assert len(names) > 20
    for name in names:
        kept.back()
        gone(kept, "plan", name)
        kept.build("a sentence")
        assert kept.project.tree() == kept.clean("a sentence"), name


def of_another_type(content: bytes) -> bytes:
    """Return a table whose records are another's."""
    table = msgspec.msgpack.decode(content)
    return msgspec.msgpack.encode(dict.fromkeys(table, msgspec.msgpack.encode([7, "x"])))


def test_each_table_of_the_plan_may_hold_records_of_another_type(kept: Kept) -> None:
    for name, _ in kept.rows("plan"):
        kept.back()
        record(of_another_type, fits=True)(kept, "plan", name)
        kept.build("a sentence")
        assert kept.project.tree() == kept.clean("a sentence"), name


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("table", ["view", "derived"])
@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_rows_that_cannot_be_read(
    kept: Kept, table: str, damage: Callable[[Kept, str, object], None], edit: str
) -> None:
    """Every second one; which others read them nobody can tell then."""
    rows = kept.rows(table)
    assert len(rows) > 8
    for key, _ in rows[::2]:
        damage(kept, table, key)
    kept.holds_after(edit)


def test_each_row_of_what_was_derived_may_be_missing(kept: Kept) -> None:
    """Its id stands in traces of views, and nothing that it read is in them."""
    rows = [key for key, row in kept.rows("derived") if b"note_description" in row or b"_mentions" in row]
    assert len(rows) > 4
    for key in rows:
        kept.back()
        gone(kept, "derived", key)
        for edit in ("a sentence", "words beside a link"):
            kept.project.write(VAULT)
            kept.build(edit)
            assert kept.project.tree() == kept.clean(edit), key


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("table", view_store.TABLES)
def test_a_table_that_is_gone(kept: Kept, table: str, edit: str) -> None:
    kept.change(f"DROP TABLE {table}")
    kept.holds_after(edit)


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("table", view_store.TABLES)
def test_a_table_that_is_empty(kept: Kept, table: str, edit: str) -> None:
    kept.change(f"DELETE FROM {table}")  # noqa: S608 - ours
    kept.holds_after(edit)


@pytest.mark.parametrize("edit", EDITS)
def test_each_named_value_may_be_damaged_or_gone(kept: Kept, edit: str) -> None:
    names = [str(name) for name, _ in kept.rows("about")]
    assert {"views", "known in public", "verified in public"} <= {*names}
    for name in names:
        old = dict(kept.rows("about"))[name]
        for new in (b"", old[:-1], old[: len(old) // 2], bytes([*old[:-1], old[-1] ^ 1]), b"\x92\x01\x02"):
            kept.back()
            kept.change("UPDATE about SET value = ? WHERE name = ?", new, name)
            kept.build(edit)
            assert kept.project.tree() == kept.clean(edit), (name, new[-20:])


def flipped(old: bytes) -> Sequence[bytes]:
    """Return a value with a bit flipped here and there."""
    places = range(0, len(old), max(1, len(old) // 12))
    return [old[:place] + bytes([old[place] ^ 1]) + old[place + 1 :] for place in places]


@pytest.mark.parametrize("name", ["views", "known in public", "verified in public"])
def test_a_single_flipped_bit_in_a_named_value(kept: Kept, name: str) -> None:
    old = dict(kept.rows("about"))[name]
    for new in flipped(old):
        kept.back()
        kept.change("UPDATE about SET value = ? WHERE name = ?", new, name)
        kept.build("words beside a link")
        assert kept.project.tree() == kept.clean("words beside a link")


# --- another build writes meanwhile ------------------------------------------------------


def test_what_another_build_wrote_meanwhile_is_not_read(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its tables are of another vault: of this one, with another edit."""
    first = CacheFile.value
    done: list[str] = []

    def other_first(cache: CacheFile, name: str) -> bytes:
        found = first(cache, name)
        if name == "views" and not done:
            done.append(name)
            kept.project.write(EDITS["a link"])
            kept.project.build("other", base_url="https://example.org")
            kept.project.write({**VAULT, **EDITS["words beside a link"]})
        return found

    monkeypatch.setattr(CacheFile, "value", other_first)
    kept.build("words beside a link")
    assert done
    assert kept.project.tree() == kept.clean("words beside a link")
    kept.project.write(VAULT)
    for output in ("site", "other"):
        kept.project.build(output, base_url="https://example.org")
        assert kept.project.tree(output) == kept.clean("")


def test_nothing_is_put_beside_what_another_build_wrote(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends first, and with another vault; the next build reads what is of one of them."""
    save = CacheFile.save
    done: list[str] = []

    def saved(
        cache: CacheFile, values: Mapping[str, bytes], write: Callable[[sqlite3.Connection], None]
    ) -> bool:
        if "sizes" in values and not done:
            done.append("other")
            kept.project.write({**VAULT, **EDITS["a link"]})
            kept.project.build("other", base_url="https://example.org")
            kept.project.write({**VAULT, **EDITS["words beside a link"]})
        return save(cache, values, write)

    monkeypatch.setattr(CacheFile, "save", saved)
    kept.build("words beside a link")
    assert done
    assert kept.project.tree() == kept.clean("words beside a link")
    for edit in ("a sentence", "words beside a link", "a link"):
        kept.project.write(VAULT)
        for output in ("site", "other"):
            kept.project.write(EDITS[edit])
            kept.project.build(output, base_url="https://example.org")
            assert kept.project.tree(output) == kept.clean(edit), (edit, output)


# --- beside the vault --------------------------------------------------------------------


def test_a_new_file_of_the_theme_takes_not_the_place_of_a_picture_of_the_vault(project: Project) -> None:
    """The theme moves away, and the picture stays where it was."""
    project.configure('title = "T"\ntemplates = "own"\n')
    own = project.root / "own" / "static"
    own.mkdir(parents=True)
    project.write({"A.md": "![[static/x.png]]", "static/x.png": b"of the vault"})
    project.build()
    (own / "x.png").write_bytes(b"of the theme")
    project.build()
    assert project.tree() == project.clean()
    assert (project.site / "static" / "x.png").read_bytes() == b"of the vault"
