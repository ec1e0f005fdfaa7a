"""Look at a group of processes while it runs: how much memory it holds, and how many of it are busy.

Works where the system has ``/proc``. Each kind of look is a run of its own, since looking costs time.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct
from processes import Command, running

AVAILABLE = Path("/proc/self/smaps_rollup").exists()
BEAT = 0.02
"""Seconds between two looks."""
BUSY = frozenset("RD")
"""States of a process that has something to do: it runs, waits for a processor, or for a disk."""


class Parallelism(Struct, frozen=True):
    """How much of a build could use more cores than it had."""

    wall: float
    serial: float
    """Seconds in which no more than one process of the group was busy."""
    work: float
    """Seconds of work, at most as many at once as there are cores, in the rest of the time."""
    cores: int

    def wall_on(self, cores: int) -> float:
        """Return the seconds to expect on so many cores, by Amdahl's law: the serial part stays as it is."""
        return self.serial + self.work / cores


def peak_memory(command: Command) -> float:
    """Return the most memory that a process and its children held at once, in MiB.

    Pages that processes share count once (PSS).
    """
    peak = 0
    with running(command) as process:
        while process.poll() is None:
            peak = max(peak, sum(map(_pss, group(process.pid))))
            time.sleep(BEAT)
    return peak / 1024


def parallelism(command: Command, cores: int) -> Parallelism:
    """Find in which part of its time only one process of a group was busy.

    Between two looks a group is taken to be as it was at the first. A busy process counts as one, however
    many threads it has, so that what numpy or a thread does beside Python is not seen.
    """
    serial = work = 0.0
    with running(command) as process:
        start = last = time.perf_counter()
        while process.poll() is None:
            busy = sum(state(pid) in BUSY for pid in group(process.pid))
            time.sleep(BEAT)
            now = time.perf_counter()
            if busy > 1:
                work += min(busy, cores) * (now - last)
            else:
                serial += now - last
            last = now
    return Parallelism(last - start, serial, work, cores)


def group(leader: int) -> Iterator[int]:
    """Yield the processes of a group."""
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if os.getpgid(int(entry.name)) == leader:
                    yield int(entry.name)


def state(pid: int) -> str:
    """Return the letter for what a process does; ``""`` where it has ended."""
    with contextlib.suppress(OSError):
        return (
            Path(f"/proc/{pid}/stat")
            .read_text(encoding="utf-8", errors="replace")
            .rpartition(")")[2]
            .split()[0]
        )
    return ""


def _pss(pid: int) -> int:
    """Return the memory of a process in KiB, 0 where it has ended."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as lines:  # noqa: PTH123 - as quick as can be
        return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
    return 0
