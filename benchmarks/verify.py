"""Time what checking claims costs: ``python benchmarks/verify.py VAULT [--runs 7]``.

Whole processes in turn, on a copy of the vault: `verify` beside `check`, both with what is remembered of the
notes, and a cold build with its marks beside one without any source of facts.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

NO_FACTS = "[verify]\nfacts = []\n"
KBGEN = (sys.executable, "-m", "kbgen")


def main() -> None:
    """Print medians of seconds, wall and CPU, and the ratio of each pair."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("vault", type=Path)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        vault = home / "vault"
        shutil.copytree(options.vault, vault, ignore=shutil.ignore_patterns(".git", ".kbgen"))
        plain = home / "plain.toml"
        plain.write_text(NO_FACTS, encoding="utf-8")
        build = (*KBGEN, "build", str(vault), "-o", str(home / "site"), "--no-cache")
        _pair(
            *(home, "verify", (*KBGEN, "verify", str(vault))),
            *("check", (*KBGEN, "check", str(vault)), options.runs),
        )
        _pair(
            *(home, "build --no-cache", build),
            *("the same, facts = []", (*build, "--config", str(plain)), options.runs),
        )


def _pair(home: Path, name: str, command: Sequence[str], peer: str, beside: Sequence[str], runs: int) -> None:
    times: dict[str, list[tuple[float, float]]] = {name: [], peer: []}
    for run in range(runs + 1):
        for label, each in ((name, command), (peer, beside)):
            shutil.rmtree(home / "site", ignore_errors=True)
            found = _time(home, each)
            if run:  # the first fills what is remembered
                times[label].append(found)
    medians = {
        label: tuple(map(statistics.median, zip(*found, strict=True))) for label, found in times.items()
    }
    for label, (wall, cpu) in medians.items():
        print(f"{label:24} {wall:6.2f} s wall {cpu:6.2f} s CPU")
    wall, cpu = (one / two for one, two in zip(medians[name], medians[peer], strict=True))
    print(f"{'':24} {wall:6.2f}        {cpu:6.2f}     times the peer\n")


def _time(home: Path, command: Sequence[str]) -> tuple[float, float]:
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, 1}:  # 1: something was found
        sys.exit(f"{command!r} ended with {process.returncode}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
