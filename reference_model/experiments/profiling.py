"""Where the time of a step goes: the kernels that take most of it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch.profiler import ProfilerActivity, profile

from reference_model.experiments.timing import wait

PROFILED_CALLS = 3
MAX_KERNELS = 8

_LABELS = ("##", "ProfilerStep", "Optimizer.", "Torch-Compiled", "CompiledFunction")
# Ranges that are marked in the code; they are listed beside the kernels that they contain.


@dataclass(frozen=True, slots=True)
class KernelTime:
    """A kernel by the profiler's name, its share of the time of all kernels, and how often a step runs it."""

    name: str
    share: float
    calls: float


def kernels(call: Callable[[], object], device: torch.device) -> tuple[KernelTime, ...]:
    """List the kernels that take most time, most first; none where the profiler does not work.

    Parameters
    ----------
    call
        A step, warmed up.
    device
        Whose kernels are listed: on a GPU its kernels, on a processor torch's operators.
    """
    on_gpu = device.type == "cuda"
    activities = [ProfilerActivity.CPU, *([ProfilerActivity.CUDA] if on_gpu else [])]
    try:
        with profile(activities=activities, acc_events=True) as profiler:
            for _ in range(PROFILED_CALLS):
                call()
            wait(device)
        times: Counter[str] = Counter()
        counts: Counter[str] = Counter()
        for event in profiler.key_averages():
            if on_gpu and (event.device_type.name != "CUDA" or event.key.startswith(_LABELS)):
                continue
            # On a processor, code that the compiler wrote stands under such a label and nowhere else.
            name = "generated code" if event.key.startswith("## Call Compiled") else event.key
            times[name] += event.self_device_time_total if on_gpu else event.self_cpu_time_total
            counts[name] += event.count
    except Exception:  # noqa: BLE001, a profiler needs rights that not every machine gives; times stand without
        return ()
    total = sum(times.values())
    return tuple(
        KernelTime(name, time / total, counts[name] / PROFILED_CALLS)
        for name, time in times.most_common(MAX_KERNELS)
        if time
    )
