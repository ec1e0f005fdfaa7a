"""How a training is run: what decides how long it takes, and not what comes out, but for rounding."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """The choices.

    Parameters
    ----------
    device
        As torch names it; left out: a GPU where there is one, else the CPU.
    workers
        Processes that decode a folder's images, for each process that trains.
    channels_last
        Keep the channels of a pixel side by side.
    compile
        With ``torch.compile``; not deterministic, it then draws dropout's masks in its own way.
    fused
        One kernel for the update of all weights.
    deterministic
        Only algorithms that give the same bits each time, where torch has one.
    """

    device: str | None = None
    workers: int = 0
    channels_last: bool = False
    compile: bool = False
    fused: bool = False
    deterministic: bool = True

    @property
    def layout(self) -> torch.memory_format:
        """Of images in memory."""
        return torch.channels_last if self.channels_last else torch.contiguous_format


@contextmanager
def reproducible(device: torch.device, *, deterministic: bool) -> Iterator[None]:
    """Keep random numbers to ourselves, and have the same bits each time where that can be had."""
    before = (
        torch.are_deterministic_algorithms_enabled(),
        torch.is_deterministic_algorithms_warn_only_enabled(),
        torch.backends.cudnn.benchmark,
    )
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        if deterministic:
            # cuBLAS sums in one order only with a workspace of fixed size; read when it is first used.
            os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
            torch.use_deterministic_algorithms(True, warn_only=True)
        torch.backends.cudnn.benchmark = not deterministic
        try:
            yield
        finally:
            torch.use_deterministic_algorithms(before[0], warn_only=before[1])
            torch.backends.cudnn.benchmark = before[2]
