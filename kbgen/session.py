"""What a command works with while it runs: settings, the files of the vault, what was kept, and a clock."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Iterator

from msgspec import Struct

from kbgen.build_cache import BuildCache, open_cache
from kbgen.build_report import Stopwatch
from kbgen.cluster import Cluster
from kbgen.config import Config
from kbgen.processes import worker_count
from kbgen.site.view_store import ViewMemory
from kbgen.vault.scan import VaultFiles

Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, and how much there is."""


def silent(_stage: str, _done: int, _total: int) -> None:
    """Say nothing."""


class Session(Struct, frozen=True):
    """All that the stages of a command share."""

    config: Config
    files: VaultFiles
    cache: BuildCache
    workers: int
    """Processes of this machine at most."""
    cluster: Cluster | None
    """Those of others, where the settings name any."""
    progress: Progress
    clock: Stopwatch


@contextlib.contextmanager
def session(
    config: Config,
    *,
    jobs: int,
    use_cache: bool,
    progress: Progress,
    clock: Stopwatch | None = None,
    memory: ViewMemory | None = None,
) -> Iterator[Session]:
    """List the files of the vault, open what was kept of it, and close that at the end.

    Parameters
    ----------
    config
        The settings. They may name a cluster, and an error of the config says so where there is no Dask.
    jobs
        Processes at most; 0 for as many as there are processors.
    use_cache
        Whether to use what earlier commands kept, and to keep what this one finds.
    progress
        Told how far the command is.
    clock
        Runs already, where one does.
    memory
        What this process has of the last build.
    """
    clock = clock or Stopwatch()
    cluster = Cluster(config.workers.cluster) if config.workers.cluster else None
    with without_collector():
        files, cache = open_cache(config, use_cache=use_cache, memory=memory)
        with contextlib.closing(cache):
            clock.lap("scan")
            yield Session(config, files, cache, worker_count(jobs), cluster, progress, clock)


@contextlib.contextmanager
def without_collector() -> Iterator[None]:
    """Do without the cycle collector: it walks all notes again and again and finds nothing."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
