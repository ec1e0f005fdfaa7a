"""Work that is shared with processes: every span is done once, and the results come in order."""

from __future__ import annotations

import os
import time

import pytest

from kbgen.processes import can_fork, parallel_map

pytestmark = pytest.mark.skipif(not can_fork(), reason="where nothing forks all is done in one process")


@pytest.mark.parametrize("workers", [2, 3])
@pytest.mark.parametrize("number", [2, 3, 40])
def test_each_span_is_done_once_and_comes_in_order(number: int, workers: int) -> None:
    with parallel_map(lambda span: [*span], number, chunk=1, least=2, workers=workers) as found:
        assert [*found] == [[each] for each in range(number)]


def test_the_parent_works_as_well() -> None:
    def work(_span: range) -> int:
        time.sleep(0.02)
        return os.getpid()

    with parallel_map(work, 20, chunk=1, least=2, workers=2) as found:
        assert len({*found}) == 2
    with parallel_map(work, 20, chunk=1, least=2, workers=2) as found:
        assert os.getpid() in found


def test_a_fault_is_met_in_whichever_process_it_is_made() -> None:
    def work(span: range) -> int:
        time.sleep(0.01)
        return 1 // (span.start - 19)

    with pytest.raises(ZeroDivisionError), parallel_map(work, 20, chunk=1, least=2, workers=2) as found:
        list(found)


def test_few_are_done_here() -> None:
    with parallel_map(lambda _: os.getpid(), 3, chunk=1, least=4, workers=2) as found:
        assert [*found] == [os.getpid()] * 3
