"""A plan as tables of bytes reads as the plan does, record by record, and two tell just where they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, cast, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbgen import planned
from kbgen.cache_file import DamagedError
from kbgen.links.model import LinkedDocument, LinkedNote
from kbgen.links.publish import PublicVault
from kbgen.notes.document import CompiledDocument
from kbgen.site.annotations import (
    Annotations,
    Chart,
    Definitions,
    Diagram,
    Filling,
    NoteFigures,
    Point,
    UnknownBinding,
    UnlinkedFact,
)
from kbgen.site.annotations import Table as FactTable
from kbgen.site.plan import CONSTANT, Plan
from kbgen.site.plan_tables import (
    NOTES,
    NoteVersion,
    differences,
    encode,
    encoded,
    encoded_table,
    is_same,
    restored,
    version_of,
)
from kbgen.site.view_store import Table
from kbgen.site.views import AnnotatedFigure
from kbgen.traces import name_id, tables_of
from kbgen.vault.paths import VaultPath
from tests.planned_site import planned_site

if TYPE_CHECKING:
    from kbgen.notes.store import NoteStore

TOML = 'base_url = "https://example.org"\n[verify]\nfacts = ["vault"]\ntables = ["facts.toml"]\n'
FACTS = """
[[fact]]
subject = "Mars"
property = "moons"
value = 2

[[fact]]
subject = "Earth"
property = "moons"
value = 1
"""
DRAWING = "---\nexcalidraw-plugin: parsed\n---\n# Text Elements\nWords ^abc\n\n%%\n# Drawing\n%%\n"
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"/>'
VAULT: dict[str, str | bytes] = {
    "Index.md": "---\naliases: [Start, Première]\ncreated: 2026-01-02\n---\n"
    "[[Mars]] [[F/Venus|her]] #a/b [[Nobody#x]]\n",
    "Mars.md": "---\nmass: 3\nup: '[[Index]]'\n---\nMars has 2 moons, and not 3 moons.\n\n"
    "![[Index]] [[Private]] %%[[x]]%%\n\n## Part\n\nText. ^block\n",
    "F/Venus.md": "---\npermalink: v\nnoindex: true\n---\n`fact: mars.moons` and `fact: mars.size`\n\n"
    "![[p.svg|20]] #A #c\n\n```facts\nmars\n```\n",
    "F/index.md": "# Folder\n\n[[Mars#Part]] [[Mars#^block]] [[Mars#Gone]]\n",
    "F/G/Deep.md": "---\nimage: p.svg\ndescription: Deep down\n---\n"
    "[[Venus]] [[D.excalidraw]] ![[D.excalidraw]]\n",
    "Unlisted.md": "---\nunlisted: true\n---\n`fact: mars.moons` [[Mars]]\n",
    "Private.md": "---\npublish: false\n---\n[[Mars]] #secret\n",
    "D.excalidraw.md": DRAWING,
    "D.excalidraw.svg": PICTURE,
    "D.excalidraw.dark.svg": PICTURE,
    "p.svg": PICTURE,
    "unused.png": b"x",
    "Board.canvas": '{"nodes": [{"id": "1", "type": "file", "file": "Mars.md"}], "edges": []}',
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, NoteStore]:
    root = tmp_path_factory.mktemp("plan")
    (root / "facts.toml").write_text(FACTS, encoding="utf-8")
    site, store = planned_site(root, VAULT, TOML)
    return with_every_filling(site.plan), store


def with_every_filling(plan: Plan) -> Plan:
    """Return a plan whose annotations have all that may be filled in, which no single vault brings about."""
    figure = AnnotatedFigure(
        9, "supported", "2", "Mars: moons", "2", "published", "", "table", "", filled=True
    )
    fillings: tuple[Filling, ...] = (
        figure,
        UnlinkedFact("2"),
        UnknownBinding("No fact is called x."),
        FactTable("c", ("", "n"), (("a", "1"),), ("", "1")),
        Definitions("c", (("a", "1", ""),)),
        Diagram("c", "<svg/>", "a {}"),
        Chart(
            "c",
            "t",
            "x",
            "y",
            x_share=True,
            y_share=False,
            points=(Point("a", "1998", 1.5, 2.0, "1.5", "2"),),
        ),
    )
    assert {type(each) for each in fillings} == set(get_args(Filling))
    path = VaultPath("Index.md")
    figures = NoteFigures(((figure,),), {(0, 1): (figure,), (2, 0): ()}, fillings)
    notes = {**plan.annotations.notes, path: figures}
    return msgspec.structs.replace(
        plan, annotations=Annotations(notes, plan.annotations.coverage, ("a source",))
    )


def read_back(plan: Plan, store: NoteStore, tables: Mapping[str, Table] | None = None) -> Plan:
    constant = {field: getattr(plan, field) for field in CONSTANT}
    kept = encoded(plan) if tables is None else tables
    return restored(constant, kept.__getitem__, partial(planned._public_note, store))


def values(record: object) -> Iterator[tuple[str, object]]:
    """Yield all records of a plan one by one, by name, in order."""
    for table, value in tables_of(record, CONSTANT):
        if isinstance(value, Mapping):
            for name in value:
                yield f"{table} {name}", plain(value[name])
        else:
            yield table, value


def plain(value: object) -> object:
    """Return a record as it can be compared: what loads the content of a note is no part of it."""
    if isinstance(value, LinkedNote):
        return (*msgspec.structs.astuple(msgspec.structs.replace(value, load=None)), value.content)
    return value


def test_the_vault_has_something_in_every_table(made: tuple[Plan, NoteStore]) -> None:
    """Else there would be nothing to compare."""
    plan, _ = made
    empty = {name for name, value in tables_of(plan, CONSTANT) if not value}
    of_vault = {"documents", "diagnostics", "faults", "embed_faults", "hidden_files"}
    assert empty == {f".vault.{name}" for name in of_vault} | {
        ".addresses.documents",
        ".addresses.diagnostics",
    }
    assert any(note.marks for note in plan.vault.notes.values())
    assert plan.vault.drawings[VaultPath("D.excalidraw.md")].dark
    assert plan.listed.keys() < plan.vault.notes.keys()


def test_a_plan_that_is_read_back_reads_the_same(made: tuple[Plan, NoteStore]) -> None:
    plan, store = made
    again = read_back(plan, store)
    assert list(values(again)) == list(values(plan))
    assert encoded(again) == encoded(plan)


def test_it_is_of_the_same_types(made: tuple[Plan, NoteStore]) -> None:
    plan, store = made
    again = read_back(plan, store)
    assert isinstance(again, Plan)
    assert isinstance(again.vault, PublicVault)
    assert again.config is plan.config
    assert again.annotations.any() == plan.annotations.any()
    for _, value in tables_of(again, CONSTANT):
        if isinstance(value, Mapping):
            assert all(name in value for name in value)
            assert "\0" not in value
            assert value.get("\0") is None
            with pytest.raises(KeyError):
                value["\0"]
            assert len(value) == len(list(value))


def test_its_notes_are_cut_as_they_were(made: tuple[Plan, NoteStore]) -> None:
    """What is private in a note is in the store, and in no record that is read back."""
    plan, store = made
    note = read_back(plan, store).vault.notes[VaultPath("Mars.md")]
    assert [link.target for link in note.compiled.links if link.hidden] == [""]
    assert "Private" not in [link.target for link in note.compiled.links]
    assert note.marks == plan.vault.notes[VaultPath("Mars.md")].marks != ()


def test_a_table_is_read_when_something_in_it_is_asked_for(made: tuple[Plan, NoteStore]) -> None:
    plan, store = made
    asked: list[str] = []
    tables = encoded(plan)

    def read(name: str) -> Table:
        asked.append(name)
        return tables[name]

    constant = {field: getattr(plan, field) for field in CONSTANT}
    again = restored(constant, read, partial(planned._public_note, store))
    mappings = {name for name, value in tables_of(plan, CONSTANT) if isinstance(value, Mapping)}
    assert not mappings & {*asked}
    assert again.titles[VaultPath("Mars.md")] == "Mars"
    assert again.titles[VaultPath("Index.md")] == "Index"
    assert mappings & {*asked} == {".titles"}
    assert asked.count(".titles") == 1


@pytest.mark.parametrize("name", [".titles", NOTES, ".dates", ".annotations.notes", ".backlinks"])
def test_a_record_of_another_type_is_not_believed(made: tuple[Plan, NoteStore], name: str) -> None:
    plan, store = made
    for record in (b"", b"\x93\x01\x02", msgspec.msgpack.encode(True), b"\xa1\xff"):
        tables = encoded(plan)
        tables[name] = dict.fromkeys(tables[name], record)
        table = dict(tables_of(read_back(plan, store, tables), CONSTANT))[name]
        assert isinstance(table, Mapping)
        with pytest.raises(DamagedError):
            table[next(iter(table))]


class Sheet(CompiledDocument, frozen=True):
    """A document of a kind that keeps more than all do."""

    cells: tuple[str, ...] = ()


@pytest.mark.xfail(
    strict=True, reason="a kind of document with pages would lose what its record adds; there is none as yet"
)
def test_a_document_keeps_what_its_kind_adds(made: tuple[Plan, NoteStore]) -> None:
    plan, store = made
    path = VaultPath("S.sheet")
    sheet = LinkedDocument(path, "S", Sheet(title="S", cells=("a", "b")), (), "")
    vault = msgspec.structs.replace(plan.vault, documents={path: sheet})
    again = read_back(msgspec.structs.replace(plan, vault=vault), store)
    assert again.vault.documents[path] == sheet


def test_a_document_that_adds_nothing_is_the_same(made: tuple[Plan, NoteStore]) -> None:
    plan, store = made
    path = VaultPath("S.sheet")
    document = LinkedDocument(path, "S", CompiledDocument(title="S", text="words"), (), "draft")
    vault = msgspec.structs.replace(plan.vault, documents={path: document})
    assert read_back(msgspec.structs.replace(plan, vault=vault), store).vault.documents == {path: document}


# --- differences ---------------------------------------------------------------------------


def named(before: Mapping[str, Table], after: Mapping[str, Table], *names: tuple[str, ...]) -> None:
    assert sorted(differences(before, after)) == sorted(name_id(*name) for name in names)


OLD: Mapping[str, Table] = {"t": {"a": b"1", "b": b"2"}, "u": {"a": b"1"}, "v": {"": b"x"}}


def test_the_same_tables_do_not_differ() -> None:
    named(OLD, {name: dict(table) for name, table in OLD.items()})


@pytest.mark.parametrize(
    ("table", "names"),
    [
        ({"a": b"1", "b": b"3"}, ["b"]),
        ({"a": b"1"}, ["b"]),
        ({"a": b"1", "b": b"2", "c": b"3"}, ["c"]),
        ({"c": b"3"}, ["a", "b", "c"]),
        ({"b": b"2", "a": b"1"}, []),
        ({"b": b"2", "a": b"3"}, ["a"]),
        ({}, ["a", "b"]),
    ],
)
def test_what_differs_is_named_the_order_with_the_table(table: Table, names: list[str]) -> None:
    named(OLD, {**OLD, "t": table}, ("t",), *(("t", name) for name in names))


def test_a_value_that_is_no_table_differs_as_a_whole() -> None:
    named(OLD, {**OLD, "v": {"": b"y"}}, ("v",), ("v", ""))


def test_a_table_that_is_new_differs_in_all_its_records() -> None:
    named(OLD, {**OLD, "w": {"a": b"1", "b": b"2"}}, ("w",), ("w", "a"), ("w", "b"))
    named(OLD, {**OLD, "w": {}}, ("w",))


def test_a_table_that_is_not_asked_about_does_not_differ() -> None:
    named(OLD, {"u": {"a": b"2"}}, ("u",), ("u", "a"))


TABLES = st.dictionaries(st.sampled_from("abcd"), st.sampled_from([b"1", b"2"]))


@given(TABLES, TABLES)
def test_a_reader_of_a_name_is_told_just_when_it_reads_something_else(old: Table, new: Table) -> None:
    found = set(differences({"t": old}, {"t": new}))
    for name in "abcd":
        assert (name_id("t", name) in found) == (old.get(name) != new.get(name))
    assert (name_id("t") in found) == (list(old.items()) != list(new.items()))
    assert is_same(old, new) == (not found)


def test_the_same_set_gives_the_same_bytes() -> None:
    names = [f"n{number}" for number in range(50)]
    assert encode(frozenset(names)) == encode(frozenset(reversed(names)))
    assert encoded_table({"a": frozenset(names)}) == {"a": encode(sorted(names))}


def test_all_of_a_note_that_its_page_depends_on_is_in_its_version(made: tuple[Plan, NoteStore]) -> None:
    """What is left is in the bytes of its file, of which the version has the hash."""
    known = {"path", "compiled", "load"}
    assert {*LinkedNote.__struct_fields__} - known == {*NoteVersion.__struct_fields__} - {"cut"}
    plan, _ = made
    for path, note in plan.vault.notes.items():
        cut = plan.vault.cut.get(path, ())
        for field in {*LinkedNote.__struct_fields__} - known:
            other = {"title": "x", "key": b"x", "links": (), "marks": (), "hidden_by": "draft"}[field]
            changed = msgspec.structs.replace(note, **cast("Any", {field: other}))
            same = getattr(note, field) == other
            assert (version_of(changed, cut) == version_of(note, cut)) == same
