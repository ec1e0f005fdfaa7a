"""The notes that changed last, by the dates that are known of them."""

from __future__ import annotations

from typing import Literal

from kbgen.site.plan import Plan
from kbgen.traces import derived
from kbgen.vault.paths import VaultPath

MAX_LATEST = 20

Readers = Literal["people", "machines"]
"""Search engines and feeds are not told of every note that lists name."""


def last_date(plan: Plan, path: VaultPath) -> str:
    """Return when a note changed, else when it was made, ``""`` where neither is known."""
    dates = plan.dates[path]
    return dates.modified or dates.created


@derived
def latest(plan: Plan, readers: Readers) -> tuple[VaultPath, ...]:
    """Return the notes that changed last, up to :data:`MAX_LATEST`, the very last first.

    Parameters
    ----------
    plan
        The site.
    readers
        Who is to be told.
    """
    told = (path for path, indexed in plan.listed.items() if indexed or readers == "people")
    dated = [(date, path) for path in told if (date := last_date(plan, path))]
    dated.sort(reverse=True)
    return tuple(path for _, path in dated[:MAX_LATEST])
