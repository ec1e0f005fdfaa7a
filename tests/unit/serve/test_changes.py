"""When a build begins: a save at once, a burst when it is over, and nothing is lost."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbgen.serve.changes import CALM_SECONDS, LONGEST_SECONDS, QUIET_SECONDS, Changes, pause_before


def builds(saves: Sequence[float], took: float) -> list[tuple[float, int]]:
    """Return when builds begin, and how many of the saves each is the first to have."""
    found: list[tuple[float, int]] = []
    free, before = 0.0, float("-inf")
    waiting: list[float] = []
    left = list(saves)
    now = 0.0
    while left or waiting:
        if not waiting:
            now = max(left[0], free)
        waiting += [save for save in left if save <= now]
        left = [save for save in left if save > now]
        pause = pause_before(now, waiting[0], waiting[-1], before)
        if pause > 0:
            # A further save wakes it, as it does in Changes.
            now = min([now + pause, *left[:1]])
            continue
        found.append((now, len(waiting)))
        before = waiting[-1]
        waiting = []
        free = now = now + took
    return found


@pytest.mark.parametrize("took", [0.0, 0.03, 0.3, 1.5])
@pytest.mark.parametrize("between", [0.0, 0.001, 0.05, 0.1])
def test_ten_saves_in_a_second_are_one_or_two_builds(between: float, took: float) -> None:
    found = builds([5 + between * number for number in range(10)], took)
    assert found[0][0] == 5, "the first is seen at once"
    assert len(found) <= 2
    assert sum(saves for _, saves in found) == 10


def test_saves_now_and_then_are_each_built_at_once() -> None:
    saves = [1.0, 2.0, 4.0, 7.0]
    assert builds(saves, 0.05) == [(save, 1) for save in saves]


def test_what_changes_while_a_build_runs_is_built_after_it() -> None:
    assert builds([1.0, 1.5], 3.0) == [(1.0, 1), (4.0, 1)]


def test_a_burst_without_end_is_built_now_and_then() -> None:
    found = builds([0.1 * number for number in range(100)], 0.05)
    starts = [start for start, _ in found]
    assert all(later - sooner <= LONGEST_SECONDS + 0.3 for sooner, later in itertools.pairwise(starts))
    assert len(found) < 9


@given(
    gaps=st.lists(st.floats(0, 3), min_size=1, max_size=40),
    took=st.floats(0, 2),
)
def test_law_every_save_is_built_and_none_waits_for_long(gaps: list[float], took: float) -> None:
    saves, now = [], 0.0
    for gap in gaps:
        now += gap
        saves.append(now)
    found = builds(saves, took)
    assert sum(number for _, number in found) == len(saves)
    assert found[-1][0] >= saves[-1]
    assert found[-1][0] <= saves[-1] + took + LONGEST_SECONDS + QUIET_SECONDS
    assert found[0][0] - saves[0] <= 1e-6


def test_calm_is_longer_than_quiet() -> None:
    """Else a burst that ends would begin another."""
    assert QUIET_SECONDS < CALM_SECONDS


def test_nothing_is_lost_between_threads() -> None:
    changes = Changes()
    names = [[f"{writer}-{number}" for number in range(200)] for writer in range(4)]

    def write(own: list[str]) -> None:
        for name in own:
            changes.add([name])

    writers = [threading.Thread(target=write, args=(own,)) for own in names]
    for writer in writers:
        writer.start()
    seen: set[str] = set()
    while len(seen) < 800:
        taken = changes.take(30)
        assert taken, "nothing came any more"
        assert not taken & seen
        seen |= taken
    for writer in writers:
        writer.join()


def test_nothing_comes_of_nothing() -> None:
    changes = Changes()
    changes.add([])
    assert changes.take(0.01) == frozenset()
