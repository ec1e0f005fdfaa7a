"""Time two commands in turn, as whole processes, so that the machine is the same for both."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

KBGEN = (sys.executable, "-m", "kbgen")


class Timed(NamedTuple):
    """A command and the name of its row."""

    name: str
    command: Sequence[str]


def pair(home: Path, timed: Timed, peer: Timed, runs: int) -> None:
    """Print medians of seconds, wall and CPU, and their ratios.

    Parameters
    ----------
    home
        The working directory; its folder ``site`` is emptied before each run.
    timed, peer
        Commands.
    runs
        Of each; one more comes first and is not counted, as it fills what is remembered.
    """
    times: dict[str, list[tuple[float, float]]] = {timed.name: [], peer.name: []}
    for run in range(runs + 1):
        for each in (timed, peer):
            shutil.rmtree(home / "site", ignore_errors=True)
            found = _time(home, each.command)
            if run:
                times[each.name].append(found)
    medians = {
        label: tuple(map(statistics.median, zip(*found, strict=True))) for label, found in times.items()
    }
    for label, (wall, cpu) in medians.items():
        print(f"{label:24} {wall:6.2f} s wall {cpu:6.2f} s CPU")
    wall, cpu = (one / two for one, two in zip(medians[timed.name], medians[peer.name], strict=True))
    print(f"{'':24} {wall:6.2f}        {cpu:6.2f}     times the peer\n")


def _time(home: Path, command: Sequence[str]) -> tuple[float, float]:
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, 1}:  # 1: something was found
        sys.exit(f"{command!r} ended with {process.returncode}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime
