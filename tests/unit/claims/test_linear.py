"""Twice the text, about twice the time: ratios of processor time, never seconds."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import pytest

from kbgen.quantities.extraction import quantities
from tests.claims.verifier import verify_text

RUNS = 3
MOST = 3.0
"""Times as long for twice as much; a quadratic part that matters would make it four."""

NOTES: dict[str, Callable[[int], str]] = {
    "sentences": lambda size: "AlexNet has 60 million parameters and 8 layers.\n\n" * size,
    "one paragraph": lambda size: "AlexNet has 60M parameters. " * size,
    "list items": lambda size: "- **Parameters**: 60M\n" * size,
    "rows": lambda size: "| Model | Parameters |\n|---|---|\n" + "| AlexNet | 60M |\n" * size,
    "columns": lambda size: f"|{'a|' * size}\n|{'-|' * size}\n|{'60M|' * size}\n",
    "steps": lambda size: "```\n" + "→ Conv1 (96 filters) → ReLU\n" * size + "```\n",
    "numbers without an end": lambda size: "AlexNet has " + "9" * 40 * size,
    "names without an end": lambda size: "AlexNet " * 10 * size,
}


def seconds(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


@pytest.mark.parametrize("kind", NOTES)
def test_reading_takes_as_long_as_the_text(kind: str) -> None:
    size = 150
    small, large = NOTES[kind](size), NOTES[kind](2 * size)
    verify_text("AlexNet", "Words.")  # what is known is loaded once
    ratios = [
        seconds(lambda: verify_text("AlexNet", large)) / seconds(lambda: verify_text("AlexNet", small))
        for _ in range(RUNS)
    ]
    assert min(ratios) < MOST


def test_a_million_digits_cost_no_more_than_reading_them() -> None:
    small, large = "9" * 500_000, "9" * 1_000_000
    ratios = [
        seconds(lambda: list(quantities(large))) / seconds(lambda: list(quantities(small)))
        for _ in range(RUNS)
    ]
    assert min(ratios) < MOST
