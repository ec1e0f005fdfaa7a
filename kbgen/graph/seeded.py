"""igraph with random numbers that are the same on every run."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator

SEED = 0
"""Of every measure that draws random numbers."""


@contextlib.contextmanager
def seeded() -> Iterator[None]:
    """Let igraph draw the same random numbers each time; afterwards it draws others again."""
    import igraph  # noqa: PLC0415 - who only wants to know the seed need not wait for it

    igraph.set_random_number_generator(random.Random(SEED))  # noqa: S311 - nothing secret
    try:
        yield
    finally:
        igraph.set_random_number_generator(random)
