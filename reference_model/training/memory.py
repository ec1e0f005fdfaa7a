"""Whether a training step fits into the memory that is free, found out before anything is allocated."""

import os
from pathlib import Path

import torch

from reference_model.analysis import Summary
from reference_model.errors import NotEnoughMemory

GROUP = Path("/sys/fs/cgroup")
"""Where Linux says how much memory a container may use."""


def free_bytes(device: torch.device) -> int | None:
    """Ask how much memory is free on a device; ``None`` where the system does not tell."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        return free
    if device.type != "cpu":
        return None
    found = [size for size in (_available(), _group()) if size is not None]
    return min(found, default=None)


def _available() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    except OSError:
        lines = []
    for line in lines:
        name, _, value = line.partition(":")
        if name == "MemAvailable":
            return int(value.split()[0]) * 1024
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):  # macOS, Windows
        return None


def _group() -> int | None:
    try:
        limit, used = (int((GROUP / name).read_text("ascii")) for name in ("memory.max", "memory.current"))
    except (OSError, ValueError):  # no group, or "max"
        return None
    return max(0, limit - used)


def check(summary: Summary, batch: int, free: int | None, *, processes: int = 1, where: str = "cpu") -> None:
    """Refuse a batch that does not fit.

    Parameters
    ----------
    summary
        The network worked out; gives the estimate (`Summary.training_bytes`, float32).
    batch
        Images to a step in one process.
    free
        Bytes that one process may take; ``None``: not known, and nothing is checked.
    processes
        Of the training; the message speaks of the whole batch.
    where
        The device, for the message.

    Raises
    ------
    NotEnoughMemory
        With the estimate, what is free, and the largest batch that fits.
    """
    needed = summary.training_bytes(batch)
    if free is None or needed <= free:
        return
    fixed = summary.training_bytes(0)
    largest = (free - fixed) // (summary.training_bytes(1) - fixed)
    fits = (
        f"the largest batch that fits is {largest * processes:,}"
        if largest >= 1
        else "not even a batch of one image to a process fits; try a smaller --width or --size"
    )
    each = f" in each of {processes} processes" if processes > 1 else ""
    raise NotEnoughMemory(
        f"a batch of {batch * processes:,} needs about {_spell(needed)}{each}, "
        f"and {_spell(free)} are free on {where}; {fits}"
    )


def _spell(size: int) -> str:
    return f"{size / 1e9:,.2f} GB" if size >= 1e9 else f"{size / 1e6:,.1f} MB"
