"""A Dask cluster: processes on other machines that do shares of the work; the one place that knows Dask."""

from __future__ import annotations

import contextlib
import logging
import time
import warnings
from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

from kbgen.errors import ConfigError
from kbgen.fingerprint import code_digest
from kbgen.shares import Workers

if TYPE_CHECKING:
    from distributed import Client

# ruff: noqa: PLC0415 - Dask takes seconds to load, and most commands leave the cluster alone

_ANSWER = 10.0
"""Seconds in which a scheduler, and its workers, must answer."""

_PATIENCE = 5.0
"""Seconds without any worker: one that died is begun again by its nanny in less."""

_LOGGERS = ("distributed", "distributed.client", "tornado.application")
"""Which print what we say in our own words."""

_LOG = logging.getLogger(__name__)


class Cluster:
    """The workers behind a scheduler; nobody is asked before there is work.

    Parameters
    ----------
    address
        Of the scheduler, such as ``tcp://scheduler:8786``.

    Raises
    ------
    ConfigError
        If Dask is not installed.
    """

    def __init__(self, address: str) -> None:
        if not _is_installed():
            raise ConfigError(
                '"workers.cluster" is set, and the package "distributed" is not installed',
                "install it: pip install 'kbgen[cluster]'",
            )
        self._address = address
        self._is_gone = False
        self._said: set[str] = set()

    @contextlib.contextmanager
    def connected(self) -> Iterator[Workers | None]:
        """Connect to those workers that have our code; None where there are none, which is said once."""
        with contextlib.ExitStack() as stack:
            yield None if self._is_gone else stack.enter_context(self._connected())

    @contextlib.contextmanager
    def _connected(self) -> Iterator[Workers | None]:
        with _quiet():
            from distributed import Client

            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # of other versions: ours are compared below
                    client = Client(self._address, timeout=_ANSWER, set_as_default=False, name="kbgen")
            except (OSError, ValueError, RuntimeError):
                self._leave("does not answer")
                yield None
                return
            try:
                yield self._workers(client)
            finally:
                client.close(timeout=_ANSWER)

    def _workers(self, client: Client) -> Workers | None:
        able = self._able(client)
        if not able:
            return None
        everybody = client.nthreads()
        only = [] if len(able) == len(everybody) else able
        seen = time.monotonic()

        def are_there() -> bool:
            nonlocal seen
            try:
                there = client.status == "running" and set(client.nthreads())
            except Exception:  # noqa: BLE001 - of a connection that ends just now
                there = False
            if there and (not only or not there.isdisjoint(only)):
                seen = time.monotonic()
            return time.monotonic() - seen < _PATIENCE

        return Workers(
            executor=client.get_executor(pure=False, **({"workers": only} if only else {})),
            number=sum(everybody[worker] for worker in able),
            share=lambda data: client.scatter(data, broadcast=True, hash=False, workers=only or None),
            are_there=are_there,
            warn=self._warn,
            leave=self._leave,
        )

    def _able(self, client: Client) -> list[str]:
        """Return the addresses of the workers that have our code."""
        try:
            found = client.run(code_digest, on_error="return", callback_timeout=_ANSWER)
        except Exception:  # noqa: BLE001 - whatever it is, they cannot be used
            self._leave("has workers that do not answer")
            return []
        able = [worker for worker, digest in found.items() if digest == code_digest()]
        if not found:
            self._leave("has no workers")
        elif not able:
            self._leave("has no worker with this version of kbgen, of its packages and of Python")
        elif len(able) < len(found):
            self._say(
                f"has {len(found) - len(able)} of {len(found)} workers with another version of kbgen, "
                "of its packages or of Python: they are not used"
            )
        return able

    def _leave(self, reason: str) -> None:
        self._is_gone = True
        self._warn(reason)

    def _warn(self, reason: str) -> None:
        self._say(f"{reason}: what it should do is done here")

    def _say(self, what: str) -> None:
        if what not in self._said:
            self._said.add(what)
            _LOG.warning("The cluster at %s %s.", self._address, what)


def _is_installed() -> bool:
    try:
        return find_spec("distributed") is not None
    except ImportError:
        return False


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Let Dask say nothing, and send as much at once as there is to send."""
    import dask
    import distributed  # noqa: F401 (sets the levels of its loggers)

    loggers = [logging.getLogger(name) for name in _LOGGERS]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        with dask.config.set({"distributed.admin.large-graph-warning-threshold": "10GiB"}):
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
