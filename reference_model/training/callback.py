"""What a training calls as it goes, to show or to log how far it has come."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class EpochResult:
    """What one pass over the training images came to."""

    number: int  # from 1
    loss: float  # mean over its steps
    lr: float  # of its last step
    top1: float  # error on the test images, centre crop, in percent
    top5: float


class Callback(Protocol):
    """Called by a training; of several processes, by the first alone."""

    def say(self, text: str) -> None:
        """Take a message."""

    def begin(self, epoch: int, done: int, steps: int) -> None:
        """Begin an epoch: its number from 1, steps already taken, steps in all."""

    def steps(self, epoch: int, first: int, losses: list[float], lr: float) -> None:
        """Take the losses of some steps, the first one's number from 1, and the learning rate of the last."""

    def epoch(self, epoch: EpochResult, seconds: float) -> None:
        """Take an epoch's result."""


class NoCallback:
    """A callback that does nothing."""

    def say(self, text: str) -> None:
        """Do nothing."""

    def begin(self, epoch: int, done: int, steps: int) -> None:
        """Do nothing."""

    def steps(self, epoch: int, first: int, losses: list[float], lr: float) -> None:
        """Do nothing."""

    def epoch(self, epoch: EpochResult, seconds: float) -> None:
        """Do nothing."""
