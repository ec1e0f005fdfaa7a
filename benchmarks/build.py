"""Time whole ``kbgen build`` processes beside their peers: ``python benchmarks/build.py 1000 10000 bundled``.

Each vault is built cold, with nothing changed and after one edit of each kind, in turn with Hugo and with
plain markdown-it-py, so that the ratios carry over to other machines. README.md says how to read the table.
"""

from __future__ import annotations

import argparse
import functools
import itertools
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from machine import machine, versions
from measuring import ROWS, measure
from record import SCHEMA, Record, Result, Scaling
from report import heading, scaling, table
from rows import COLD, HUGO
from workspace import prepare

RESULTS = Path(__file__).with_name("results")


def main() -> None:
    """Measure what the command line names."""
    options = _options()
    record = Record(
        schema=SCHEMA,
        date=datetime.now(UTC).date().isoformat(),
        remark=options.remark,
        machine=machine(),
        versions=versions(),
        results=[],
        scaling=[],
    )
    files = _files(options.record, record.date) if options.record else None
    text = heading(record)
    print(text, flush=True)
    generated: list[Result] = []
    for wanted in options.vaults:
        with tempfile.TemporaryDirectory() as folder:
            say = functools.partial(_say, wanted)
            say("building once")
            workspace = prepare(Path(folder), wanted, jobs=options.jobs, seed=options.seed)
            result = measure(workspace, options.only, options.runs, say)
        record.results.append(result)
        generated += [result] if wanted.isdigit() else []
        record = msgspec.structs.replace(record, scaling=[*_scaling(generated)])
        print(table(result), flush=True)
        text += f"\n{table(result)}"
        if files:
            files[0].write_text(text + _last(record), encoding="utf-8")
            files[1].write_bytes(msgspec.json.format(msgspec.json.encode(record)) + b"\n")
    print(_last(record).lstrip(), end="", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time whole kbgen builds beside their peers.")
    parser.add_argument(
        "vaults",
        nargs="*",
        default=["1000", "bundled"],
        help="numbers of notes to generate, folders, or the word bundled; 1000 bundled where none is named",
    )
    parser.add_argument("--runs", type=int, default=3, help="how often; medians are told")
    parser.add_argument(
        "--only",
        type=_rows,
        default=ROWS,
        metavar="ROWS",
        help=f"of {', '.join(ROWS)}; with commas. Ratios need hugo and markdown among them",
    )
    parser.add_argument(
        "--jobs", type=int, default=0, help="processes of kbgen, workers of Hugo; 0: as many as pay"
    )
    parser.add_argument("--seed", type=int, default=1, help="of generated vaults")
    parser.add_argument("--remark", default="", help="what a reader of the record must know")
    parser.add_argument(
        "--record",
        nargs="?",
        type=Path,
        const=RESULTS,
        metavar="FOLDER",
        help="keep the record as DATE.txt and DATE.json, in benchmarks/results if no folder is named",
    )
    return parser.parse_args()


def _rows(text: str) -> tuple[str, ...]:
    wanted = text.split(",")
    unknown = [each for each in wanted if each not in ROWS]
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is none of {', '.join(ROWS)}")
    return tuple(row for row in ROWS if row in wanted)


def _scaling(results: Sequence[Result]) -> Iterator[Scaling]:
    for less, more in itertools.pairwise(sorted(results, key=lambda result: result.notes)):
        for program, row in (("kbgen", COLD), ("Hugo", HUGO)):
            if row in less.times and row in more.times and less.notes < more.notes:
                one, other = more.times[row], less.times[row]
                ratios = (round(one.wall / other.wall, 2), round(one.cpu / other.cpu, 2))
                yield Scaling(program, more.notes, less.notes, *ratios)


def _last(record: Record) -> str:
    found = scaling(record.scaling)
    return f"\n{found}" if found else ""


def _files(folder: Path, date: str) -> tuple[Path, Path]:
    """Return where a record goes: a second one of a day is told apart by a number."""
    names = itertools.chain([date], (f"{date}-{number}" for number in itertools.count(2)))
    pairs = ((folder / f"{name}.txt", folder / f"{name}.json") for name in names)
    folder.mkdir(parents=True, exist_ok=True)
    return next(pair for pair in pairs if not any(file.exists() for file in pair))


def _say(vault: str, what: str) -> None:
    print(f"… {vault}: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
