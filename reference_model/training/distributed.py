"""The processes of one training, and what they have to agree on.

``torchrun --nproc-per-node N -m reference_model train …`` starts N of them. Each has the whole network and
its share of every batch; the gradients are averaged. One process alone is the same with N = 1.
"""

import os
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import torch
from torch import Tensor
from torch import distributed as dist

from reference_model.errors import ReferenceModelError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Processes:
    """One process among those of a training.

    Parameters
    ----------
    device
        Where this process computes.
    rank, world
        Its number, and how many there are.
    on_this_machine
        How many share this machine.
    """

    device: torch.device
    rank: int = 0
    world: int = 1
    on_this_machine: int = 1

    @property
    def is_first(self) -> bool:
        """Whether this one prints and saves."""
        return self.rank == 0

    def total(self, values: Tensor) -> Tensor:
        """Add up what all have."""
        if self.world == 1:
            return values
        here = values.to(self.device, copy=True)
        dist.all_reduce(here)
        return here

    def mean(self, values: Tensor) -> Tensor:
        """Average what all have."""
        return self.total(values) / self.world

    def any(self, flag: bool) -> bool:  # noqa: FBT001, it is what the question is about
        """Tell whether it is so for one of them at least."""
        return flag if self.world == 1 else bool(self.total(torch.tensor(int(flag))))

    def smallest(self, value: int | None) -> int | None:
        """Give the smallest number of all that know one."""
        known = [found for found in self._all(value) if found is not None]
        return min(known, default=None)

    def union(self, names: AbstractSet[str]) -> AbstractSet[str]:
        """Put the names together that all have."""
        return frozenset().union(*self._all(names))

    def from_first(self, make: Callable[[], T]) -> T:
        """Let the first process make something and give it to all."""
        if self.world == 1:
            return make()
        box = [make() if self.is_first else None]
        dist.broadcast_object_list(box, src=0, device=self.device)
        return cast("T", box[0])

    def _all(self, value: T) -> list[T]:
        if self.world == 1:
            return [value]
        found: list[Any] = [None] * self.world
        dist.all_gather_object(found, value)
        return found


@contextmanager
def process_group(device: str | None = None) -> Iterator[Processes]:
    """Join the processes that ``torchrun`` started, if it did, and leave them in the end.

    Parameters
    ----------
    device
        ``"cpu"``, ``"cuda"``, …; left out: a GPU where there is one, else the CPU.

    Raises
    ------
    ReferenceModelError
        If torch does not see the device.
    """
    world = int(os.environ.get("WORLD_SIZE", "1"))
    if world == 1:
        yield Processes(find_device(device))
        return
    local_rank = int(os.environ.get("LOCAL_RANK", "0"))
    here = find_device(device, local_rank)
    # Functions of this module have the group as their default value. If DistributedDataParallel loads it
    # once there is a group, the group's threads outlive it, and abort a process that ends while they run.
    import torch.distributed.nn.functional  # noqa: PLC0415, a second that one process need not wait for

    if here.type == "cuda":
        torch.cuda.set_device(here)
        dist.init_process_group("nccl", device_id=here)
    else:
        dist.init_process_group("gloo")
    try:
        yield Processes(here, dist.get_rank(), world, int(os.environ.get("LOCAL_WORLD_SIZE", world)))
    finally:
        dist.destroy_process_group()


def find_device(name: str | None, local_rank: int | None = None) -> torch.device:
    """Find a device by its name.

    Parameters
    ----------
    name
        As torch writes it; ``None``: a GPU where there is one, else the CPU.
    local_rank
        Number of the process on this machine, where there are several: each gets a GPU of its own.

    Raises
    ------
    ReferenceModelError
        Names the devices that torch sees.
    """
    gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    seen = ["cpu", *(f"cuda:{number}" for number in range(gpus))]
    if torch.backends.mps.is_available():
        seen.append("mps")
    sees = f"torch sees: {', '.join(seen)}"
    if name is None:
        name = "cuda" if gpus else "cpu"
    try:
        device = torch.device(name)
    except RuntimeError:
        raise ReferenceModelError(f"there is no device {name!r}; {sees}") from None
    if device.type == "cuda" and ":" not in name:
        device = torch.device("cuda", local_rank or 0)
    elif device.type == "cuda" and local_rank is not None:
        raise ReferenceModelError(f"each of several processes takes a GPU of its own: say cuda, not {name}")
    if str(device) not in seen:
        raise ReferenceModelError(f"there is no device {device}; {sees}")
    return device
