"""Time whole ``kbgen build`` processes: ``python benchmarks/build.py 1000 10000 [VAULT ...]``.

Each vault, generated or given, is built cold, again with nothing changed, and with one note changed.
Plain markdown-it-py renders the same notes in the same run, for a ratio that carries over to other machines.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO

import msgspec
from msgspec import Struct

from vault import write_vault

COLD, UNCHANGED, CHANGED, PEER = "cold", "nothing changed", "one note changed", "markdown-it-py alone"
STAGES = ("scan", "compile", "link", "graph", "render", "write", "search")
PACKAGES = ("kbgen", "markdown-it-py", "jinja2", "msgspec", "networkx", "nh3", "pygments", "pyyaml")
PEER_SCRIPT = Path(__file__).with_name("markdown_only.py")
BEAT = 0.02
"""Seconds between two looks at the memory of a process."""
SETTLED = 3
"""Seconds after which kbgen trusts the time of a file to tell that it is the same."""


class Run(Struct, frozen=True):
    """One process, with those it started."""

    wall: float
    cpu: float
    stages: dict[str, float]


class Times(Struct, frozen=True):
    """Several runs of the same thing: medians, and how far they lie apart."""

    runs: int
    wall: float
    wall_least: float
    wall_most: float
    cpu: float
    notes_a_second: float
    peak_mib: float
    stages: dict[str, float]
    """Seconds by stage; ``other`` is what no stage counts: the start and end of the interpreter, mostly."""


class Result(Struct, frozen=True):
    """What one vault took; ``ratio`` is the cold build against the peer."""

    vault: str
    notes: int
    megabytes: float
    times: dict[str, Times]
    ratio_wall: float
    ratio_cpu: float


class Record(Struct, frozen=True):
    """All results, and where they come from."""

    schema: str
    date: str
    remark: str
    machine: dict[str, str | int | float]
    versions: dict[str, str]
    results: list[Result]


# --- running ------------------------------------------------------------------------


class Site:
    """A vault of our own to build and change, with the site and what kbgen remembers."""

    def __init__(self, folder: Path, vault: Path, jobs: int) -> None:
        self.vault = vault
        self.notes = sorted(vault.rglob("*.md"))
        self._folder = folder
        self._jobs = jobs
        self._edits = 0

    def command(self, state: str) -> list[str]:
        """Bring everything to a state, and return what is to be timed."""
        if state == PEER:
            self._remove("peer")
            return [sys.executable, str(PEER_SCRIPT), str(self.vault), "peer"]
        if state == COLD:
            self._remove("site")
            self._remove(".kbgen")
            time.sleep(SETTLED)
        elif state == CHANGED:
            self._edit()
        command = [sys.executable, "-m", "kbgen", "build", str(self.vault), "-o", "site", "--format", "json"]
        return [*command, "--jobs", str(self._jobs)]

    def run(self, state: str) -> Run:
        """Time one process, start and end included."""
        command = self.command(state)
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as said:
            start = time.perf_counter()
            process = self._start(command, output, said)
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            _succeeded(process, said)
            output.seek(0)
            report = output.read()
        seconds = {} if state == PEER else json.loads(report)["seconds"]
        stages = {stage: seconds.get(stage, 0.0) for stage in STAGES}
        stages["other"] = wall - sum(stages.values())
        return Run(wall, usage.ru_utime + usage.ru_stime, stages)

    def peak_memory(self, state: str) -> float:
        """Return the most memory that one process and its children held at once, in MiB.

        A run of its own, since looking costs time. Pages that processes share count once (PSS).
        """
        peak = 0
        with tempfile.TemporaryFile() as said:
            process = self._start(self.command(state), said, said)
            while process.poll() is None:
                peak = max(peak, sum(_pss(pid) for pid in _group(process.pid)))
                time.sleep(BEAT)
            _succeeded(process, said)
        return peak / 1024

    def _start(self, command: Sequence[str], output: IO[bytes], said: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, cwd=self._folder, stdout=output, stderr=said, start_new_session=True)

    def _edit(self) -> None:
        self._edits += 1
        note = self.notes[len(self.notes) // 2]
        with note.open("a", encoding="utf-8") as stream:
            stream.write(f"\nA sentence more, the {self._edits}th.\n")

    def _remove(self, name: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(self._folder / name)


def _succeeded(process: subprocess.Popen[bytes], said: IO[bytes]) -> None:
    if process.returncode:
        said.seek(0)
        sys.exit(f"{process.args!r} ended with {process.returncode}\n{said.read().decode(errors='replace')}")


def _group(leader: int) -> Iterator[int]:
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if os.getpgid(int(entry.name)) == leader:
                    yield int(entry.name)


def _pss(pid: int) -> int:
    """Return the memory of a process in KiB, 0 where it has ended."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as lines:  # noqa: PTH123 - as quick as can be
        return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
    return 0


def measure(site: Site, name: str, runs: int) -> Result:
    """Time every state of one vault, one after the other, several times over."""
    states = (COLD, UNCHANGED, CHANGED, PEER)
    found: dict[str, list[Run]] = {state: [] for state in states}
    for _ in range(runs):
        for state in states:
            found[state].append(site.run(state))
    has_proc = Path("/proc/self/smaps_rollup").exists()
    peaks = {state: site.peak_memory(state) if has_proc else 0.0 for state in states}
    times = {state: _times(found[state], len(site.notes), peaks[state]) for state in states}
    return Result(
        vault=name,
        notes=len(site.notes),
        megabytes=round(sum(path.stat().st_size for path in site.notes) / 1e6, 1),
        times=times,
        ratio_wall=round(times[COLD].wall / times[PEER].wall, 2),
        ratio_cpu=round(times[COLD].cpu / times[PEER].cpu, 2),
    )


def _times(runs: Sequence[Run], notes: int, peak: float) -> Times:
    walls = [run.wall for run in runs]
    wall = statistics.median(walls)
    middle = min(runs, key=lambda run: abs(run.wall - wall))
    return Times(
        runs=len(runs),
        wall=round(wall, 3),
        wall_least=round(min(walls), 3),
        wall_most=round(max(walls), 3),
        cpu=round(statistics.median(run.cpu for run in runs), 3),
        notes_a_second=round(notes / wall),
        peak_mib=round(peak),
        stages={stage: round(seconds, 3) for stage, seconds in middle.stages.items()},
    )


# --- telling ------------------------------------------------------------------------


def table(result: Result) -> str:
    """Write a result for people; the stages are shares of the whole."""
    head = f"{result.vault}: {result.notes:,} notes, {result.megabytes} MB"
    columns = f"{'':22}{'seconds':>9}{'notes/s':>10}{'CPU s':>8}{'MiB':>7}   "
    lines = [head, columns + "".join(f"{stage:>9}" for stage in (*STAGES, "other"))]
    for state, times in result.times.items():
        line = f"{state:22}{times.wall:9.2f}{times.notes_a_second:10,.0f}"
        line += f"{times.cpu:8.2f}{times.peak_mib:7,.0f}   "
        if state != PEER:
            line += "".join(f"{seconds / times.wall:9.0%}" for seconds in times.stages.values())
        lines.append(line)
    lines.append(f"cold / markdown-it-py alone: {result.ratio_wall} in time, {result.ratio_cpu} in CPU time")
    return "\n".join(lines) + "\n"


def heading(record: Record) -> str:
    """Write where results come from."""
    machine = ", ".join(f"{name} {value}" for name, value in record.machine.items())
    versions = ", ".join(f"{name} {value}" for name, value in record.versions.items())
    return f"{record.date}. {record.remark}\n{machine}\n{versions}\n"


def machine() -> dict[str, str | int | float]:
    """Describe the machine, without its name."""
    processor = platform.processor() or platform.machine()
    with contextlib.suppress(OSError), open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123
        processor = next(
            (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), processor
        )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": processor,
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        "memory GiB": round(memory, 1),
        "load at the start": round(os.getloadavg()[0], 2),
    }


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description="Time whole kbgen builds.")
    parser.add_argument(
        "vaults", nargs="*", default=["1000"], help="numbers of notes to generate, or folders"
    )
    parser.add_argument("--runs", type=int, default=3, help="how often; medians are told")
    parser.add_argument("--jobs", type=int, default=0, help="processes of a build; 0: as many as pay")
    parser.add_argument("--seed", type=int, default=1, help="of generated vaults")
    parser.add_argument("--remark", default="", help="what a reader of the record must know")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the record there too")
    options = parser.parse_args()

    record = Record(
        schema="kbgen.benchmark/1",
        date=datetime.now(UTC).date().isoformat(),
        remark=options.remark,
        machine=machine(),
        versions={"Python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
        results=[],
    )
    print(heading(record), flush=True)
    for wanted in options.vaults:
        with tempfile.TemporaryDirectory() as folder:
            vault = Path(folder) / "vault"
            if wanted.isdigit():
                name = f"generated, seed {options.seed}"
                write_vault(vault, int(wanted), options.seed)
            else:
                name = Path(wanted).resolve().name
                shutil.copytree(wanted, vault, ignore=shutil.ignore_patterns(".git"))
            result = measure(Site(Path(folder), vault, options.jobs), name, options.runs)
        record.results.append(result)
        print(table(result), flush=True)
        if options.json:
            options.json.write_bytes(msgspec.json.format(msgspec.json.encode(record)) + b"\n")


if __name__ == "__main__":
    main()
