"""How long something takes on a device: warmed up, waited for, measured several times."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from statistics import median, stdev

import torch


@dataclass(frozen=True, slots=True)
class Effort:
    """How carefully to measure.

    Parameters
    ----------
    warm_up
        Calls before the clock runs: they choose algorithms, fill caches and raise the clock rate.
    repeats
        Measurements, of which the median is taken.
    seconds
        Length of each measurement: as many calls as fill it; 0: one call.
    """

    warm_up: int = 3
    repeats: int = 5
    seconds: float = 0.3


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds a call: the median of the repeats and their standard deviation."""

    seconds: float
    spread: float
    repeats: int


def time_calls(call: Callable[[], object], device: torch.device, effort: Effort) -> Timing:
    """Measure a call.

    Parameters
    ----------
    call
        What to measure; its result is thrown away.
    device
        Waited for before the clock starts and before it stops: a GPU works on after Python has gone on.
    effort
        How carefully.
    """
    for _ in range(effort.warm_up):
        call()
    calls = 1
    if effort.seconds:
        once = _elapsed(call, 1, device)
        calls = max(1, ceil(effort.seconds / max(once, 1e-6)))
    times = [_elapsed(call, calls, device) / calls for _ in range(effort.repeats)]
    return Timing(median(times), stdev(times) if len(times) > 1 else 0.0, len(times))


def _elapsed(call: Callable[[], object], calls: int, device: torch.device) -> float:
    wait(device)
    begin = time.perf_counter()
    for _ in range(calls):
        call()
    wait(device)
    return time.perf_counter() - begin


def wait(device: torch.device) -> None:
    """Wait until a device has done all that it was given; a processor always has."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()
