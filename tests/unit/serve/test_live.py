"""What an open page is told, whenever it asks."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from kbgen.serve import live as live_module
from kbgen.serve.live import Finding, Live, Message
from kbgen.serve.problem import Problem


@pytest.fixture
def live() -> Live:
    found = Live(Path("site"), "")
    found.built(frozenset({"a.html", "b.html"}), ())
    return found


def told(live: Live, build: str) -> Message:
    message = next(live.messages(build, 0))
    assert message is not None
    return message


def test_a_page_of_the_last_build_needs_nothing(live: Live) -> None:
    assert told(live, live.build) == Message(live.build, (), None, ())


def test_a_page_of_an_older_build_catches_up(live: Live) -> None:
    first = live.build
    live.built(frozenset({"a.html"}), ())
    second = live.build
    live.built(frozenset({"c.html"}), ())
    assert told(live, first).changed == ("a.html", "c.html")
    assert told(live, second).changed == ("c.html",)
    assert told(live, first).build == live.build


@pytest.mark.parametrize(
    "build", ["", "-", "x-1", "1", "{run}-", "{run}-99", "{run}--1", "{run}-1-1", "{run}-²"]
)
def test_a_page_of_another_run_is_made_anew(live: Live, build: str) -> None:
    run = live.build.partition("-")[0]
    assert told(live, build.format(run=run)).changed is None


def test_two_runs_differ(live: Live) -> None:
    assert Live(Path("site"), "").build.partition("-")[0] != live.build.partition("-")[0]


def test_after_too_many_builds_or_changes_everything_is_made_anew(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_module, "_REMEMBERED", 3)
    monkeypatch.setattr(live_module, "_LISTED", 4)
    first = live.build
    live.built(frozenset("ab"), ())
    live.built(frozenset("cde"), ())
    assert told(live, first).changed is None, "five are too many"
    second = live.build
    for name in "xyz":
        live.built(frozenset(name), ())
    assert told(live, second).changed == ("x", "y", "z")
    live.built(frozenset("x"), ())
    assert told(live, second).changed is None, "four are too many builds"
    third = live.build
    live.built(frozenset("abcdef"), ())
    assert told(live, third).changed is None
    live.built(None, ())
    assert told(live, third).changed is None


def test_a_problem_changes_no_page_and_goes_with_the_next_build(live: Live) -> None:
    build, problem = live.build, Problem("broken", "mend it")
    live.failed(problem)
    assert told(live, build) == Message(build, (), problem, ())
    live.built(frozenset(), ())
    assert told(live, build) == Message(build, (), None, ())


def test_a_page_that_listens_is_told_once_of_each(live: Live) -> None:
    messages = live.messages(live.build, 30)
    first = next(messages)
    assert first is not None
    assert first.changed == ()
    finding = Finding("a.md:1:1", "x")

    def act() -> None:
        live.built(frozenset({"a.html"}), (finding,))

    thread = threading.Thread(target=act)
    thread.start()
    second = next(messages)
    thread.join()
    assert second is not None
    assert (second.changed, second.findings) == (("a.html",), (finding,))
    live.failed(Problem("broken", ""))
    third = next(messages)
    assert third is not None
    assert third.changed == ()


def test_a_page_is_not_told_what_it_knows(live: Live) -> None:
    messages = live.messages(live.build, 0.01)
    assert next(messages) is not None
    live.built(frozenset(), ())
    assert next(messages) is None
    live.failed(Problem("broken", ""))
    assert next(messages) is not None
    live.failed(Problem("broken", ""))
    assert next(messages) is None


def test_an_event_is_one_line(live: Live) -> None:
    live.failed(Problem("two\nlines\r\n", ""))
    first, second, *rest = told(live, live.build).event().split(b"\n")
    assert first == b"id: " + live.build.encode()
    assert second.startswith(b'data: {"build":')
    assert rest == [b"", b""]
    assert b"\r" not in second
