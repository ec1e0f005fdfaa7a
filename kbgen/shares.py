"""Shares of work, handed to any executor; what is not done there is done here."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from itertools import chain, islice
from typing import Any, TypeVar

from msgspec import Struct

from kbgen.fingerprint import code_digest

S = TypeVar("S")
T = TypeVar("T")

_LOOK = 1.0
"""Seconds after which somebody who waits looks whether there is anybody left to wait for."""


class RefusedError(Exception):
    """Workers cannot do a share as it would be done here; the message says why, as the end of a sentence."""


class Workers(Struct, frozen=True):
    """Those who do shares of work elsewhere. They have nothing of ours in memory, but what they are sent."""

    executor: Executor
    number: int
    """How many shares they do at a time."""
    share: Callable[[object], Any]
    """Sends something to all of them; what is returned stands for it among the arguments of a share."""
    are_there: Callable[[], bool]
    """Tells whether there is anybody left."""
    warn: Callable[[str], None]
    """Told why something is done here; says it once."""
    leave: Callable[[str], None]
    """Told why they are asked no more."""


def refuse_other(code: bytes) -> None:
    """Do nothing for somebody whose code is not that of this worker.

    Raises
    ------
    RefusedError
        If :func:`kbgen.fingerprint.code_digest` is another here.
    """
    if code != code_digest():
        raise RefusedError("has a worker with another version of kbgen, of its packages or of Python")


def in_order(
    workers: Workers,
    work: Callable[..., object],
    shares: Iterable[S],
    sent: Callable[[S], tuple[object, ...]],
    received: Callable[[S, Any], T],
    here: Callable[[S], T],
) -> Iterator[T]:
    """Begin some shares of work, and yield what comes of each, in their order.

    Parameters
    ----------
    workers
        Who is to do them.
    work
        A function of a module, which workers find by its name.
    shares
        All of them. Each is asked for when workers will soon be free for it, so that what they are sent need
        not fit into memory.
    sent
        Arguments of ``work`` for a share.
    received
        Makes of a share and of what a worker returned for it what is to be yielded.
    here
        Does a share in this process: one that a worker refuses or fails with, and where there are no workers
        any more, all that are left. An error that is not the worker's own is met here again.
    """
    left = iter(shares)
    begun: deque[tuple[S, Future[Any]]] = deque()

    def begin(share: S) -> None:
        arguments = sent(share)
        try:
            future = workers.executor.submit(work, *arguments)
        except Exception:  # noqa: BLE001 - of an executor that is just lost
            future = Future()
            future.cancel()
        begun.append((share, future))

    def results() -> Iterator[T]:
        while begun:
            share, future = begun.popleft()
            try:
                found = received(share, _result(future, workers))
            except (CancelledError, _NobodyError) as error:
                lost = isinstance(error, CancelledError)
                workers.leave("was lost" if lost else "has no worker left")
                yield from map(here, chain([share], (share for share, _ in begun), left))
                return
            except Exception as error:  # noqa: BLE001 - whatever a worker met, it is done once more
                found = here(share)
                workers.warn(_reason(error))
            for following in islice(left, 1):
                begin(following)
            yield found

    # Twice as many as there are workers would do, but that we ourselves have other work between two looks.
    for share in islice(left, 8 * workers.number):
        begin(share)
    return results()


class _NobodyError(Exception):
    """Nobody is left who could do a share."""


def _result(future: Future[Any], workers: Workers) -> object:
    while True:
        try:
            return future.result(timeout=_LOOK)
        except TimeoutError:
            if future.done():  # the work itself ran out of some time
                raise
            if not workers.are_there():
                raise _NobodyError from None


def _reason(error: Exception) -> str:
    if isinstance(error, RefusedError):
        return str(error)
    return f"failed with a share ({type(error).__name__}: {error})".partition("\n")[0]
