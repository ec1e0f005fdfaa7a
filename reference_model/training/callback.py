"""What a training tells those who look on."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Epoch:
    """What one pass over the training images came to."""

    number: int  # from 1
    loss: float  # mean over its steps
    lr: float  # of its last step
    top1: float  # error on the test images, centre crop, in percent
    top5: float


class Watcher(Protocol):
    """Somebody who looks on. In several processes, only at the first."""

    def say(self, text: str) -> None:
        """Hear something about the training."""

    def begin(self, epoch: int, done: int, steps: int) -> None:
        """See an epoch begin: its number from 1, steps already taken, steps in all."""

    def steps(self, epoch: int, first: int, losses: list[float], lr: float) -> None:
        """See the losses of some steps, the first one's number from 1, and the learning rate of the last."""

    def epoch(self, epoch: Epoch, seconds: float) -> None:
        """See an epoch's result."""


class Nobody:
    """A watcher who does not look."""

    def say(self, text: str) -> None:
        """Do nothing."""

    def begin(self, epoch: int, done: int, steps: int) -> None:
        """Do nothing."""

    def steps(self, epoch: int, first: int, losses: list[float], lr: float) -> None:
        """Do nothing."""

    def epoch(self, epoch: Epoch, seconds: float) -> None:
        """Do nothing."""
