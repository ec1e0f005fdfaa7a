"""Worker processes: how many, started the cheap way, and gone when the one that started them is."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from kbgen import interrupts
from kbgen.errors import OutsideError

T = TypeVar("T")

_AHEAD = 3
"""Spans that a process is given, so that it need not wait while this one is at work."""


def worker_count(jobs: int) -> int:
    """Return how many processes to use; 0 asks for as many as there are processors."""
    if jobs:
        return jobs
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def can_fork() -> bool:
    """Tell whether a new process begins with everything that this one has in memory."""
    return "fork" in multiprocessing.get_all_start_methods()


@contextlib.contextmanager
def pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Give processes to hand work to.

    A fork starts with our modules loaded; where there is none, a new process loads them.

    Raises
    ------
    OutsideError
        If the system ended one of them.
    """
    context = multiprocessing.get_context("fork" if can_fork() else "spawn")
    processes = ProcessPoolExecutor(workers, context, initializer=_begin)
    try:
        with (
            interrupts.defer_signals()
        ):  # a worker is not to be met by Ctrl-C before it knows whom to leave it to
            processes.submit(os.getpid)  # begins all forks
        yield processes
    except BrokenProcessPool as error:
        raise OutsideError(
            "A worker process was ended from outside.", "Perhaps memory ran out: try --jobs 1."
        ) from error
    finally:
        processes.shutdown(cancel_futures=True)


@contextlib.contextmanager
def parallel_map(
    work: Callable[[range], T],
    number: int,
    *,
    chunk: int,
    least: int,
    workers: int,
    before: Callable[[], None] = lambda: None,
) -> Iterator[Iterator[T]]:
    """Begin work on numbered things, span by span; what is given yields the results in order.

    Parameters
    ----------
    work
        Is given some of the numbers. A fork finds it, and all it needs, where its parent left it; a new
        process would have to be sent it. So where there are no forks the work is done here.
    number
        How many things there are.
    chunk
        How many make a span.
    least
        Things from which another process saves more than it takes to begin.
    workers
        Processes at most, this one among them: what it would copy for one more is memory.
    before
        Done once for all forks, before they begin.

    Raises
    ------
    OutsideError
        If the system ended a process.
    """
    spans = [range(start, min(start + chunk, number)) for start in range(0, number, chunk)]
    if workers < 2 or number < least or not can_fork():
        yield map(work, spans)
        return
    before()
    _Inherited.work = work
    try:
        with pool(workers - 1) as processes:
            yield _shared(work, spans, processes, _AHEAD * (workers - 1))
    finally:
        del _Inherited.work  # it holds a whole vault


def _shared(
    work: Callable[[range], T], spans: Sequence[range], processes: Executor, most: int
) -> Iterator[T]:
    """Yield what comes of spans, in order: processes do them from the beginning, this one from the end.

    Parameters
    ----------
    work
        What is to be done.
    spans
        With what.
    processes
        Who do it as well.
    most
        How many spans they are given before they have done one.
    """
    left = deque(range(len(spans)))
    given: dict[int, Future[Any]] = {}
    done: dict[int, T] = {}
    for number in range(len(spans)):
        while number not in done:
            free = most - sum(not future.done() for future in given.values())
            for each in [left.popleft() for _ in range(min(free, len(left)))]:
                given[each] = processes.submit(_do, spans[each])
            if not left or (number in given and given[number].done()):
                done[number] = given.pop(number).result()
            else:
                last = left.pop()
                done[last] = work(spans[last])
        yield done.pop(number)


class _Inherited:
    """What a fork finds where its parent left it."""

    work: Callable[[range], Any]


def _do(span: range) -> object:
    return _Inherited.work(span)


def _begin() -> None:
    # Ctrl-C reaches every process of a terminal; the parent alone answers it.
    interrupts.ignore_in_worker()
    # A worker whose parent was killed would wait for work for ever, and hold the output's lock.
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
