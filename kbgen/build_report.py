"""What a build tells of itself: counts, times, and what is wrong in the notes."""

from __future__ import annotations

import time

from msgspec import Struct

from kbgen.diagnostics import Diagnostic

STAGES = ("scan", "compile", "link", "graph", "render", "write", "search")


class Seconds(Struct, frozen=True):
    """How long each stage took."""

    scan: float = 0.0
    compile: float = 0.0
    link: float = 0.0
    graph: float = 0.0
    render: float = 0.0
    write: float = 0.0
    search: float = 0.0
    total: float = 0.0


class BuildReport(Struct, frozen=True):
    """What a build read, made and found; field names are those of the JSON output."""

    notes: int
    pages: int
    attachments: int
    links: int
    unresolved: int
    compiled: int
    cached: int
    rendered: int
    written: int
    unchanged: int
    removed: int
    seconds: Seconds
    diagnostics: tuple[Diagnostic, ...]


class Stopwatch:
    """The time that each stage took."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self._laps = dict.fromkeys(STAGES, 0.0)

    def lap(self, stage: str) -> None:
        """Count the time since the last call to a stage."""
        now = time.perf_counter()
        self._laps[stage] += now - self._last
        self._last = now

    def seconds(self) -> Seconds:
        """Return all times, to the millisecond."""
        total = time.perf_counter() - self._start
        return Seconds(**{stage: round(took, 3) for stage, took in self._laps.items()}, total=round(total, 3))
