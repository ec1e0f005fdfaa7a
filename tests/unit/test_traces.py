"""What a derived value read is noted name by name, and what read nothing that changed is taken over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from kbgen import traces
from kbgen.site.plan_tables import differences, encoded_table
from kbgen.traces import (
    Derived,
    DerivedAgain,
    Recorder,
    derived,
    derived_again,
    digest,
    name_id,
    reads_any,
    recorded,
    tables_of,
)


class Shelf(Struct, frozen=True):
    """Books with their pages, of one owner."""

    owner: str
    pages: Mapping[str, int]
    places: Mapping[str, frozenset[str]] = {}

    def longest(self) -> int:
        return max(self.pages.values(), default=0)

    def pages_of(self, book: str) -> int:
        return self.pages[book]

    @property
    def greeting(self) -> str:
        return f"Hello, {self.owner}"


class Room(Struct, frozen=True):
    """A shelf in a room."""

    number: int
    shelf: Shelf
    guests: Mapping[str, str] = {}
    address: str = "nowhere"


ROOM = Room(7, Shelf("Ann", {"a": 10, "b": 20, "c": 30}, {"a": frozenset({"x"})}), {"g": "Bob"})
CONSTANT = frozenset({"address"})


def noted(read: Callable[[Room], object]) -> tuple[object, set[int]]:
    """Return what a function reads, and what is noted of it."""
    recorder = Recorder()
    found = read(recorded(ROOM, recorder, CONSTANT))
    return found, recorder.reads


READS: dict[str, tuple[Callable[[Room], object], object, set[int]]] = {
    "nothing": (lambda room: room.shelf, None, set()),
    "a record": (lambda room: room.guests["g"], "Bob", {name_id(".guests", "g")}),
    "a record by get": (lambda room: room.guests.get("g"), "Bob", {name_id(".guests", "g")}),
    "a record that is missing": (lambda room: room.guests.get("h", "-"), "-", {name_id(".guests", "h")}),
    "whether there is a record": (lambda room: "h" in room.guests, False, {name_id(".guests", "h")}),
    "what is no text": (lambda room: None in room.guests, False, {name_id(".guests", "None")}),
    "the names": (lambda room: list(room.guests), ["g"], {name_id(".guests")}),
    "how many": (lambda room: len(room.guests), 1, {name_id(".guests")}),
    "whether there are any": (lambda room: bool(room.guests), True, {name_id(".guests")}),
    "all records": (lambda room: list(room.guests.values()), ["Bob"], {name_id(".guests")}),
    "all items": (lambda room: dict(room.guests.items()), {"g": "Bob"}, {name_id(".guests")}),
    "a copy": (
        lambda room: dict(room.guests),
        {"g": "Bob"},
        {name_id(".guests"), name_id(".guests", "g")},
    ),
    "whether two are the same": (lambda room: room.guests == {"g": "Bob"}, True, {name_id(".guests")}),
    "names in a view of them": (lambda room: "h" in room.guests.keys(), False, {name_id(".guests", "h")}),  # noqa: SIM118 - the view
    "a value": (lambda room: room.number, 7, {name_id(".number")}),
    "a record within": (lambda room: room.shelf.pages["b"], 20, {name_id(".shelf.pages", "b")}),
    "a value within": (lambda room: room.shelf.owner, "Ann", {name_id(".shelf.owner")}),
    "what a method reads": (lambda room: room.shelf.longest(), 30, {name_id(".shelf.pages")}),
    "what a method with words reads": (
        lambda room: room.shelf.pages_of("c"),
        30,
        {name_id(".shelf.pages", "c")},
    ),
    "what a property reads": (lambda room: room.shelf.greeting, "Hello, Ann", {name_id(".shelf.owner")}),
    "a constant": (lambda room: room.address, "nowhere", set()),
    "two things": (
        lambda room: (room.number, room.guests["g"]),
        (7, "Bob"),
        {name_id(".number"), name_id(".guests", "g")},
    ),
}


@pytest.mark.parametrize(("read", "value", "names"), READS.values(), ids=READS)
def test_what_is_read_is_noted_by_name(
    read: Callable[[Room], object], value: object, names: set[int]
) -> None:
    found, reads = noted(read)
    assert reads == names
    if value is not None:
        assert found == value


def test_it_is_noted_each_time() -> None:
    """What was looked up for one value is looked up for the next, too."""
    recorder = Recorder()
    room = recorded(ROOM, recorder, CONSTANT)
    readers: list[Callable[[], object]] = [
        lambda: room.number,
        lambda: room.shelf.owner,
        lambda: room.shelf.pages["a"],
        room.shelf.longest,
        lambda: room.shelf.greeting,
        lambda: len(room.guests),
    ]
    for read in readers:
        first, second = (read(), recorder.trace()), (read(), recorder.trace())
        assert first == second
        assert len(first[1]) == 4, "one name"


def test_a_missing_record_fails_as_it_does_without() -> None:
    recorder = Recorder()
    room = recorded(ROOM, recorder, CONSTANT)
    with pytest.raises(KeyError):
        room.guests["h"]
    assert recorder.reads == {name_id(".guests", "h")}
    with pytest.raises(AttributeError):
        room.cellar  # type: ignore[attr-defined]  # noqa: B018 - it must fail


@pytest.mark.parametrize(
    "past",
    [
        lambda room: msgspec.structs.replace(room, number=8),
        msgspec.structs.asdict,
        lambda room: msgspec.structs.astuple(room.shelf),
        msgspec.msgpack.encode,
        lambda room: msgspec.msgpack.encode(room.guests),
        lambda room: room.guests | {},
        lambda room: hash(room.guests),
        list,
    ],
)
def test_nothing_is_read_past_it(past: Callable[[Any], object]) -> None:
    """What would look at a struct from outside, where nothing could be noted, is refused."""
    with pytest.raises((TypeError, AttributeError)):
        noted(past)


def test_what_is_noted_is_what_tables_are_called() -> None:
    tables = dict(tables_of(ROOM, CONSTANT))
    assert tables == {
        ".number": 7,
        ".shelf.owner": "Ann",
        ".shelf.pages": ROOM.shelf.pages,
        ".shelf.places": ROOM.shelf.places,
        ".guests": ROOM.guests,
    }
    _, reads = noted(
        lambda room: (
            room.number,
            room.shelf.owner,
            len(room.shelf.pages),
            len(room.shelf.places),
            len(room.guests),
        )
    )
    assert reads == set(map(name_id, tables))


def test_a_trace_holds_what_was_read_since_the_last() -> None:
    recorder = Recorder()
    room = recorded(ROOM, recorder, CONSTANT)
    assert room.number == 7
    first = recorder.trace()
    assert room.guests["g"] == "Bob"
    second = recorder.trace()
    assert recorder.trace() == b""
    assert reads_any(first, frozenset({name_id(".number")}))
    assert not reads_any(first, frozenset({name_id(".guests", "g")}))
    assert reads_any(second, frozenset({name_id(".guests", "g"), 1}))
    assert not reads_any(second, frozenset())
    assert not reads_any(b"", frozenset({name_id(".number")}))


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    st.text(st.characters(exclude_characters="\0")),
)
def test_any_name_has_an_id_a_lone_surrogate_too(table: str, name: str) -> None:
    """Files may have names that are no UTF-8."""
    assert 0 <= name_id(table, name) < 1 << 32
    recorder = Recorder()
    shelf = recorded(Shelf("", {name: 1}), recorder)
    assert name in shelf.pages
    assert recorder.reads == {name_id(".pages", name)}


# --- derived values ---------------------------------------------------------------------


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Note what is worked out; functions that a test derives are known in it alone."""
    monkeypatch.setattr(traces, "_FUNCTIONS", dict(traces._FUNCTIONS))
    done: list[str] = []
    _CALLS.append(done)
    yield done
    _CALLS.remove(done)


_CALLS: list[list[str]] = []


def said(*words: str) -> None:
    for done in _CALLS:
        done.append(" ".join(words))


@derived
def parity(shelf: Shelf, book: str) -> str:
    """Say whether a book has an even number of pages."""
    said("parity", book)
    return "odd" if shelf.pages[book] % 2 else "even"


@derived
def label(room: Room, book: str) -> str:
    """Say it of a book in a room, in words."""
    said("label", book)
    return f"{book} is {parity(room.shelf, book)}"


@derived
def guest(room: Room, name: str) -> str:
    """Return a guest, if there is one."""
    said("guest", name)
    return room.guests.get(name, "nobody")


def derived_of(room: Room, read: Callable[[Room], object]) -> tuple[list[Derived], bytes]:
    """Return what is derived when somebody reads, and the trace of who does."""
    recorder = Recorder()
    read(recorded(room, recorder, CONSTANT))
    return recorder.rows, recorder.trace()


def changed(before: Room, after: Room) -> frozenset[int]:
    old, new = (
        {name: encoded_table(value) for name, value in tables_of(room, CONSTANT)} for room in (before, after)
    )
    return frozenset(differences(old, new))


def again(before: Room, after: Room, rows: list[Derived]) -> DerivedAgain:
    return derived_again(after, CONSTANT, Rows(rows), changed(before, after))


class Rows:
    """What was derived, in memory."""

    def __init__(self, rows: Iterable[Derived]) -> None:
        self._rows = {row.name: row for row in rows}

    def readers(self, changed: frozenset[int]) -> list[Derived]:
        return [row for row in self._rows.values() if reads_any(row.trace, changed)]

    def row(self, name: tuple[str, str]) -> Derived | None:
        return self._rows.get(name)


def with_pages(**pages: int) -> Room:
    shelf = msgspec.structs.replace(ROOM.shelf, pages={**ROOM.shelf.pages, **pages})
    return msgspec.structs.replace(ROOM, shelf=shelf)


def id_of(function: Callable[..., object], key: str) -> int:
    return name_id(f"{function.__module__}.{function.__qualname__}", key)


def test_it_is_worked_out_once_for_all_who_read_it(calls: list[str]) -> None:
    recorder = Recorder()
    room = recorded(ROOM, recorder, CONSTANT)
    first = label(room, "a"), recorder.trace()
    second = label(room, "a"), recorder.trace()
    assert calls == ["label a", "parity a"]
    assert first == second
    assert first[0] == "a is even"
    assert reads_any(first[1], frozenset({id_of(label, "a")}))
    assert not reads_any(first[1], frozenset({name_id(".shelf.pages", "a"), id_of(parity, "a")}))


def test_of_a_record_that_nobody_records_it_is_worked_out_each_time(calls: list[str]) -> None:
    assert [label(ROOM, "a"), label(ROOM, "a")] == ["a is even", "a is even"]
    assert calls == ["label a", "parity a"] * 2


def test_each_value_has_the_trace_of_what_it_read_itself() -> None:
    rows, _ = derived_of(ROOM, lambda room: (room.number, label(room, "a")))
    inner, outer = rows
    assert (inner.id, outer.id) == (id_of(parity, "a"), id_of(label, "a"))
    assert (inner.record, outer.record) == (".shelf", "")
    assert (inner.digest, outer.digest) == (digest("even"), digest("a is even"))
    assert inner.trace == name_id(".shelf.pages", "a").to_bytes(4, "little")
    assert outer.trace == inner.id.to_bytes(4, "little")


def test_what_read_nothing_that_changed_stays(calls: list[str]) -> None:
    rows, _ = derived_of(ROOM, lambda room: (label(room, "a"), label(room, "b"), guest(room, "x")))
    calls.clear()
    found = again(ROOM, with_pages(c=31), rows)
    assert calls == []
    assert (found.rows, found.dropped) == ((), ())
    assert found.changed == changed(ROOM, with_pages(c=31))


def test_a_value_that_comes_out_the_same_stops_there(calls: list[str]) -> None:
    rows, trace = derived_of(ROOM, lambda room: label(room, "a"))
    calls.clear()
    found = again(ROOM, with_pages(a=12), rows)
    assert calls == ["parity a"], "what read it is not worked out again"
    assert [row.id for row in found.rows] == [id_of(parity, "a")]
    assert found.dropped == ()
    assert not reads_any(trace, found.changed)


def test_a_value_that_comes_out_otherwise_is_passed_on(calls: list[str]) -> None:
    rows, trace = derived_of(ROOM, lambda room: (label(room, "a"), label(room, "b")))
    calls.clear()
    found = again(ROOM, with_pages(a=11), rows)
    assert calls == ["parity a", "label a"]
    assert {id_of(parity, "a"), id_of(label, "a")} <= found.changed
    assert not {id_of(parity, "b"), id_of(label, "b")} & found.changed
    assert {row.id: row.digest for row in found.rows} == {
        id_of(parity, "a"): digest("odd"),
        id_of(label, "a"): digest("a is odd"),
    }
    assert reads_any(trace, found.changed)


def test_a_key_that_is_gone_is_dropped() -> None:
    rows, trace = derived_of(ROOM, lambda room: label(room, "a"))
    shelf = msgspec.structs.replace(ROOM.shelf, pages={"b": 20, "c": 30})
    found = again(ROOM, msgspec.structs.replace(ROOM, shelf=shelf), rows)
    assert {row.id for row in found.dropped} == {id_of(parity, "a"), id_of(label, "a")}
    assert found.rows == ()
    assert reads_any(trace, found.changed)


def test_who_goes_on_where_a_value_fails_has_read_what_it_read() -> None:
    def read(room: Room) -> object:
        assert room.number == 7
        assert room.guests["g"] == "Bob"
        with pytest.raises(KeyError):
            label(room, "z")
        return room.shelf.owner

    rows, trace = derived_of(ROOM, read)
    assert rows == []
    for name in (
        name_id(".number"),
        name_id(".guests", "g"),
        name_id(".shelf.pages", "z"),
        name_id(".shelf.owner"),
    ):
        assert reads_any(trace, frozenset({name}))


def test_a_record_that_was_missing_and_comes_is_seen() -> None:
    rows, trace = derived_of(ROOM, lambda room: guest(room, "h"))
    found = again(ROOM, msgspec.structs.replace(ROOM, guests={"g": "Bob", "h": "Eve"}), rows)
    assert [row.digest for row in found.rows] == [digest("Eve")]
    assert reads_any(trace, found.changed)


ONE, TWO = "plumless", "buckeroo"
"""Names with the same checksum, whatever stands before them."""


@pytest.mark.parametrize("name", [ONE, TWO])
@pytest.mark.parametrize("order", [(ONE, TWO), (TWO, ONE)])
def test_of_two_values_with_one_checksum_none_is_left_out(name: str, order: tuple[str, str]) -> None:
    """In a large vault there are some."""
    assert id_of(guest, ONE) == id_of(guest, TWO)
    room = msgspec.structs.replace(ROOM, guests={ONE: "Bob", TWO: "Bob"})
    rows, trace = derived_of(room, lambda room: [guest(room, each) for each in order])
    assert len(rows) == 2
    after = msgspec.structs.replace(ROOM, guests={ONE: "Bob", TWO: "Bob", name: "Eve"})
    found = again(room, after, rows)
    assert digest("Eve") in {row.digest for row in found.rows}
    assert reads_any(trace, found.changed)


def test_a_function_that_is_gone_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, _ = derived_of(ROOM, lambda room: guest(room, "g"))
    monkeypatch.setattr(traces, "_FUNCTIONS", {})
    found = again(ROOM, msgspec.structs.replace(ROOM, guests={"g": "Eve"}), rows)
    assert found.dropped == tuple(rows)
    assert id_of(guest, "g") in found.changed


def test_more_than_can_be_worked_out_in_a_row_are_left_to_their_readers(
    calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(traces, "_MAX_AGAIN", 1)
    rows, trace = derived_of(ROOM, lambda room: (parity(room.shelf, "a"), parity(room.shelf, "b")))
    calls.clear()
    found = again(ROOM, with_pages(a=12, b=22), rows)
    assert calls == []
    assert found.rows == ()
    assert found.dropped == tuple(rows)
    assert reads_any(trace, found.changed), "they may come out otherwise, so their readers are asked again"


def test_what_reads_one_that_was_left_is_worked_out_again(
    calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(traces, "_MAX_AGAIN", 1)
    rows, trace = derived_of(ROOM, lambda room: (parity(room.shelf, "b"), label(room, "a")))
    calls.clear()
    found = again(ROOM, with_pages(a=12, b=21), rows)
    assert calls == ["label a", "parity a"]
    assert {row.id for row in found.rows} == {id_of(label, "a"), id_of(parity, "a")}
    assert {row.id for row in found.dropped} == {id_of(parity, "a"), id_of(parity, "b")}
    assert reads_any(trace, found.changed)


@pytest.mark.parametrize("key", ["a", "", ".", "\udcff", "\0"])
def test_any_key_may_be_derived(key: str) -> None:
    room = msgspec.structs.replace(ROOM, guests={key: "Bob"})
    rows, trace = derived_of(room, lambda room: guest(room, key))
    found = again(room, msgspec.structs.replace(ROOM, guests={key: "Eve"}), rows)
    assert [row.digest for row in found.rows] == [digest("Eve")]
    assert reads_any(trace, found.changed)


# --- what is taken over equals what is worked out anew ----------------------------------------

KEYS = st.sampled_from("abcd")
STORES = st.builds(
    Room,
    st.integers(0, 2),
    st.builds(
        Shelf,
        st.sampled_from(["Ann", "Eve"]),
        st.dictionaries(KEYS, st.integers(0, 3)),
        st.dictionaries(KEYS, st.frozensets(KEYS, max_size=2), max_size=3),
    ),
    st.dictionaries(KEYS, st.sampled_from(["Bob", "Cy"])),
)

Step = tuple[str, str]
PROGRAMS = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from(
                [
                    "pages",
                    "get",
                    "in",
                    "len",
                    "names",
                    "sum",
                    "place",
                    "number",
                    "longest",
                    "owner",
                    "derived",
                ]
            ),
            KEYS,
        ),
        max_size=3,
    ),
    min_size=1,
    max_size=5,
)
_PROGRAM: list[list[Step]] = []
"""What the functions below do: each may read those before it."""


def did(room: Room, step: Step, number: int) -> object:
    """Do one step of a function."""
    what, key = step
    shelf = room.shelf
    steps: dict[str, Callable[[], object]] = {
        "pages": lambda: shelf.pages[key],
        "get": lambda: room.guests.get(key),
        "in": lambda: key in shelf.places,
        "len": lambda: len(room.guests),
        "names": lambda: list(shelf.pages),
        "sum": lambda: sum(shelf.pages.values()),
        "place": lambda: sorted(shelf.places.get(key, ())),
        "number": lambda: room.number,
        "longest": lambda: shelf.longest() > 1,
        "owner": lambda: shelf.greeting,
        "derived": lambda: run(room, str(number - 1)) if number else run_in(shelf, key),
    }
    return steps[what]()


@derived
def run(room: Room, number: str) -> list[object]:
    """Run the function of a number."""
    return [did(room, step, int(number)) for step in _PROGRAM[int(number)]]


@derived
def run_in(shelf: Shelf, key: str) -> bool:
    """Say whether there is a book; it often comes out the same."""
    return shelf.pages.get(key, 0) > 1


def outcome(room: Room, number: int) -> object:
    try:
        return run(room, str(number))
    except KeyError as error:
        return f"no {error}"


class View(Struct):
    """What somebody made of a function, as the site keeps a page."""

    digest: bytes
    trace: bytes


def made(room: Room, number: int, recorder: Recorder) -> View:
    recorder.reads.clear()
    return View(digest(outcome(recorded(room, recorder, CONSTANT), number)), recorder.trace())


@given(STORES, st.lists(STORES, min_size=1, max_size=3), PROGRAMS, st.sampled_from([0, 1, 2_000]))
def test_what_is_taken_over_is_what_would_be_worked_out(
    first: Room, later: list[Room], program: list[list[Step]], most: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(traces, "_MAX_AGAIN", most)
        _PROGRAM[:] = program
        recorder = Recorder()
        views = [made(first, number, recorder) for number in range(len(program))]
        kept = {row.id: row for row in recorder.rows}
        before = first
        for room in later:
            found = again(before, room, list(kept.values()))
            for row in found.dropped:
                kept.pop(row.id, None)
            kept |= {row.id: row for row in found.rows}
            recorder = Recorder()
            for number, view in enumerate(views):
                if reads_any(view.trace, found.changed):
                    views[number] = made(room, number, recorder)
            kept |= {row.id: row for row in recorder.rows}
            anew = Recorder()
            assert [view.digest for view in views] == [
                made(room, number, anew).digest for number in range(len(program))
            ]
            # What is remembered is what it would be, too: the next build goes on from it.
            fresh = {row.id: row.digest for row in anew.rows}
            assert all(kept[each].digest == fresh[each] for each in fresh.keys() & kept.keys())
            before = room
