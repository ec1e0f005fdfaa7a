"""Shares of work on any executor: what comes of them is what would come of them here."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from kbgen.shares import RefusedError, Workers, in_order, refuse_other

FATES = ("done", "fails", "refused", "ends")


class FatedExecutor(Executor):
    """Does each share, or what else is its fate; once it ends, it takes none and finishes none."""

    def __init__(self, fates: Sequence[str]) -> None:
        self._fates = iter(fates)
        self.has_ended = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        fate = next(self._fates, "done")
        future: Future[Any] = Future()
        if self.has_ended or fate == "ends":
            self.has_ended = True
            future.cancel()
        elif fate == "done":
            future.set_result(fn(*args, **kwargs))
        else:
            future.set_exception(RefusedError("is shy") if fate == "refused" else OSError("a worker died"))
        return future


def double(number: int) -> int:
    return 2 * number


def workers(executor: Executor, said: list[str], *, there: bool = True) -> Workers:
    return Workers(executor, 2, lambda data: data, lambda: there, said.append, said.append)


def sent(number: int) -> tuple[object, ...]:
    return (number,)


@given(st.lists(st.sampled_from(FATES), max_size=60))
def test_whatever_becomes_of_workers_all_is_done_in_order(fates: list[str]) -> None:
    said: list[str] = []
    here: list[int] = []

    def done_here(number: int) -> str:
        here.append(number)
        return f"{number}: {2 * number}"

    def received(number: int, found: int) -> str:
        return f"{number}: {found}"

    found = list(
        in_order(workers(FatedExecutor(fates), said), double, range(len(fates)), sent, received, done_here)
    )
    assert found == [f"{number}: {2 * number}" for number in range(len(fates))]
    end = fates.index("ends") if "ends" in fates else len(fates)
    left = [number for number, fate in enumerate(fates[:end]) if fate != "done"]
    assert here == [*left, *range(end, len(fates))]
    assert bool(said) == bool(here)
    assert "was lost" not in said[:-1]


def test_shares_are_asked_for_as_workers_get_free() -> None:
    asked: list[int] = []

    def shares() -> Any:
        for number in range(100):
            asked.append(number)
            yield number

    results = in_order(workers(FatedExecutor([]), []), double, shares(), sent, lambda _, found: found, double)
    assert len(asked) == 16
    assert next(results) == 0
    assert len(asked) == 17
    assert list(results) == [2 * number for number in range(1, 100)]


def test_nobody_waits_for_workers_that_are_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kbgen.shares._LOOK", 0.01)
    said: list[str] = []
    until = threading.Event()
    with ThreadPoolExecutor(1) as hanging:
        results = in_order(
            workers(hanging, said, there=False),
            lambda number: until.wait(60) and number,
            range(3),
            sent,
            lambda _, found: found,
            double,
        )
        assert list(results) == [0, 2, 4]
        until.set()
    assert said == ["has no worker left"]


def test_an_error_of_the_work_itself_is_met_here_once_more() -> None:
    def faulty(number: int) -> int:
        raise ValueError(number)

    said: list[str] = []
    failing = workers(FatedExecutor(["fails"]), said)
    with pytest.raises(ValueError, match="3"):
        list(in_order(failing, faulty, [3], sent, lambda _, found: found, faulty))
    assert not said  # nothing was done here


def test_other_code_is_refused() -> None:
    with pytest.raises(RefusedError, match="another version of kbgen"):
        refuse_other(b"other")
