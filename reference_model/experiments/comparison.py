"""What can be said of two settings that were each run several times: first numbers, then words from them.

Runs are paired: both settings are run with the same seeds, so that a pair shares its initial weights and
the order of its images, and what a lucky start gives to one it gives to the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean, stdev

NOT_SEEN = "no difference seen"


@dataclass(frozen=True)
class Runs:
    """One setting, run several times.

    Parameters
    ----------
    name, label
        For programs and for people: ``relu`` and ``ReLU``.
    values
        One a seed; ``None`` for a run that did not get there.
    note
        What else is to be known, such as the learning rate that was chosen.
    """

    name: str
    label: str
    values: tuple[float | None, ...]
    note: str = ""

    @cached_property
    def reached(self) -> tuple[float, ...]:
        """Values of the runs that got there."""
        return tuple(value for value in self.values if value is not None)

    @cached_property
    def mean(self) -> float | None:
        """Mean over the runs; ``None`` if one did not get there, for the mean of the others would flatter."""
        return fmean(self.reached) if len(self.reached) == len(self.values) else None

    @cached_property
    def spread(self) -> float | None:
        """Standard deviation (n - 1) over the runs; ``None`` where there is no mean, and for a single run."""
        return spread(self.reached) if self.mean is not None else None


@dataclass(frozen=True)
class Difference:
    """How far two settings lie apart, seed by seed.

    Parameters
    ----------
    name
        For programs: ``error_saved``.
    values
        The second setting less the first; one a seed.
    """

    name: str
    values: tuple[float, ...]

    @cached_property
    def mean(self) -> float:
        """Mean over the pairs."""
        return fmean(self.values)

    @cached_property
    def spread(self) -> float | None:
        """Standard deviation (n - 1) over the pairs; ``None`` for a single one."""
        return spread(self.values)

    @cached_property
    def seen(self) -> bool:
        """Whether the mean is larger than the spread.

        With five pairs that is a t of 2.2 and more, with ten of 3.2: a rule of thumb on the careful side,
        not a proof. A single pair shows nothing, for nobody knows how far a second would be from it.
        """
        return self.spread is not None and abs(self.mean) > self.spread


def spread(values: Sequence[float]) -> float | None:
    """Give the standard deviation (n - 1), or ``None`` for fewer than two values."""
    return stdev(values) if len(values) > 1 else None


def describe(difference: Difference, less: str, more: str, unit: str) -> str:
    """Say what a difference shows, and never more.

    Parameters
    ----------
    difference
        Of two settings.
    less, more
        What a difference below and above zero means: ``"lower with normalisation"``.
    unit
        Written behind the numbers: ``"points"``.

    Examples
    --------
    >>> describe(Difference("saved", (1.0, 1.2, 1.1)), "lower", "higher", "points")
    'higher by 1.10 ± 0.10 points in 3 pairs of runs'
    >>> describe(Difference("saved", (1.0, -1.2, 1.1)), "lower", "higher", "points")
    'no difference seen: 0.30 points, within the spread of ± 1.30 of 3 pairs of runs'
    >>> describe(Difference("saved", (1.0,)), "lower", "higher", "points")
    'no difference seen: one pair of runs has no spread to compare 1.00 points with'
    """
    pairs = len(difference.values)
    size = f"{abs(difference.mean):.2f}"
    if difference.spread is None:
        return f"{NOT_SEEN}: one pair of runs has no spread to compare {size} {unit} with"
    apart = f"{difference.spread:.2f}"
    if not difference.seen:
        return f"{NOT_SEEN}: {size} {unit}, within the spread of ± {apart} of {pairs} pairs of runs"
    return f"{less if difference.mean < 0 else more} by {size} ± {apart} {unit} in {pairs} pairs of runs"
