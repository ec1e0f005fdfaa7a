"""11.8 A note of twice the length compiles in about twice the time: ratios, never seconds."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import pytest

from kbgen.notes.compiler import compile_note
from kbgen.notes.model import CompileOptions

SIZE = 200_000
"""Characters at which what is quadratic is by far the larger part."""

MOST = 2.6
"""Times as long for twice as much. What is quadratic takes four times as long; other work on the machine
spoils a measurement now and then."""

RUNS: dict[str, str] = {
    "brackets": "[",
    "wikilinks": "[[",
    "embeds": "![[",
    "images": "![",
    "brackets in a quote": "> [",
    "brackets in a list": "- [",
    "brackets and numbers": "[1",
    "notes in words": "^[a] ",
    "notes in words of lines": "^[a]\n",
    "links": "[a](b) ",
    "emphasis": "*a **b ",
    "comments": "%%a ",
    "quotes": ">",
    "quotes in lines": "> a\n>",
}

BUILT: dict[str, Callable[[int], str]] = {
    "brackets in a cell": lambda size: "|a|b|\n|-|-|\n|x|" + "[" * size + "|\n",
    "brackets in a footnote": lambda size: "[^q]\n\n[^q]: " + "[" * size,
    "brackets in a heading": lambda size: "# " + "[" * size,
    "brackets in a callout": lambda size: "> [!note] " + "[" * size,
    "longer and longer backticks": lambda size: " ".join(
        "`" * run for run in range(1, int((2 * size) ** 0.5))
    ),
    "longer and longer backticks and a comment": lambda size: (
        "x %% " + " ".join("`" * run for run in range(1, int((2 * size) ** 0.5))) + "\n\nx %%"
    ),
    "one bracket closes": lambda size: "[" * size + "]",
    "one bracket closed before": lambda size: "]" + "[" * size,
}


def seconds(note: bytes) -> float:
    """Return the processor time of one compilation."""
    gc.collect()
    gc.disable()
    try:
        begun = time.process_time()
        compile_note(note, CompileOptions())
        return time.process_time() - begun
    finally:
        gc.enable()


CASES = {name: lambda size, piece=piece: piece * (size // len(piece)) for name, piece in RUNS.items()} | BUILT


@pytest.mark.parametrize("built", CASES.values(), ids=CASES)
def test_twice_the_note_takes_about_twice_as_long(built: Callable[[int], str]) -> None:
    once, twice = built(SIZE).encode(), built(2 * SIZE).encode()
    for _ in range(3):
        before, after = seconds(once), seconds(twice)
        if after < MOST * before:
            return
    pytest.fail(f"{before:.3f} s, then {after:.3f} s")
