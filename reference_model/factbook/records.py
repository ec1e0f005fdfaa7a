"""Records of what was measured, where and with what: one JSON object a line, appended and never rewritten.

A number that was measured comes with its circumstances: the day, the device, the versions, the settings,
how often it was measured and how far the runs lay apart. The package keeps its own in
`reference_model/factbook/records/`; a later record does not replace an earlier one, it follows it.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date as day
from pathlib import Path
from typing import Any, TypeAlias

from reference_model.errors import BadRecord, UnknownName

Json: TypeAlias = str | int | float | bool | list["Json"] | dict[str, "Json"] | None

FOLDER = Path(__file__).parent / "records"
"""Where the package keeps its own."""

KINDS = ("ablation", "bench")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number.

    Parameters
    ----------
    subject, property
        Dotted lower-case names: ``ablation.digits`` and ``relu.epochs_to_25_percent_training_error``.
    value
        In base units: a share of 15.3 % is 0.153.
    unit
        ``epochs``, ``images/s``, ``FLOP/s``, ``bytes/s``, ``s``; ``times`` for a ratio, ``points`` for a
        difference of two shares in percentage points; empty for a share.
    spread
        Standard deviation over the runs, in the same unit; ``None`` for a single run.
    runs
        How many runs `value` is taken from.
    statement
        The figure in a sentence that can be read alone, with its limits.
    """

    subject: str
    property: str
    value: float
    unit: str
    spread: float | None
    runs: int
    statement: str


@dataclass(frozen=True, slots=True)
class Record:
    """Figures measured together.

    Parameters
    ----------
    kind
        One of `KINDS`: the file it belongs to.
    date
        The day, ``2012-12-03``.
    device
        What it ran on: the name of the GPU or of the processor.
    versions
        Of Python, torch, and where there is a GPU its driver and CUDA.
    settings
        All that a repetition needs.
    figures
        What was found.
    """

    kind: str
    date: str
    device: str
    versions: Mapping[str, str]
    settings: Mapping[str, Json]
    figures: tuple[Figure, ...]


def read(kind: str) -> tuple[Record, ...]:
    """Read the package's own records, oldest first.

    Parameters
    ----------
    kind
        ``"bench"`` or ``"ablation"``.

    Returns
    -------
    tuple[Record, ...]
        Empty where nothing was recorded yet.

    Raises
    ------
    UnknownName
        For another kind.
    BadRecord
        With the file and the line.
    """
    path = own_file(kind)
    return read_file(path) if path.exists() else ()


def own_file(kind: str) -> Path:
    """Say where the package keeps its records of a kind.

    Raises
    ------
    UnknownName
        For a kind of which there are none.
    """
    if kind not in KINDS:
        raise UnknownName("kind of record", kind, KINDS)
    return FOLDER / f"{kind}.jsonl"


def read_file(path: Path) -> tuple[Record, ...]:
    """Read a file of records, oldest first.

    Raises
    ------
    BadRecord
        If it cannot be read, or a line is no record: names the file and the line.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise BadRecord(f"{path}: cannot be read: {problem}") from None
    records = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                records.append(_parse(line))
            except BadRecord as problem:
                raise BadRecord(f"{path}, line {number}: {problem}") from None
    return tuple(records)


def append(path: Path, record: Record) -> None:
    """Add a record as the last line. What is there stays as it is, byte for byte.

    Parameters
    ----------
    path
        Made, with its folder, where it is not there.
    record
        What to add.

    Raises
    ------
    BadRecord
        If the record could not be read back: a figure that is no number, or one given twice.
    OSError
        If the file cannot be written.
    """
    try:
        line = json.dumps(asdict(record), ensure_ascii=False, sort_keys=True, allow_nan=False)
    except ValueError as problem:
        raise BadRecord(f"a {record.kind} record of {record.date} cannot be written: {problem}") from None
    _parse(line)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        if file.tell():
            # A line that was cut off stays a bad line of its own and does not spoil this one.
            file.seek(-1, 2)
            if file.read(1) != b"\n":
                line = f"\n{line}"
        file.write(f"{line}\n".encode())


def rounded(value: float) -> float:
    """Keep the six digits of a measured number that mean something, and more."""
    return float(f"{value:.6g}")


def today() -> str:
    """Give the date as records have it."""
    return day.today().isoformat()  # noqa: DTZ011, the day where the device stands


def _parse(line: str) -> Record:
    try:
        found = json.loads(line, parse_constant=_no_number)
    except ValueError as problem:
        raise BadRecord(f"this is no JSON object: {problem}") from None
    _check_fields("a record", found, Record)
    for name in ("kind", "date", "device"):
        _check_text("the record", name, found[name])
    if found["kind"] not in KINDS:
        raise BadRecord(str(UnknownName("kind of record", found["kind"], KINDS)))
    try:
        day.fromisoformat(found["date"])
    except ValueError:
        raise BadRecord(f"date is {found['date']!r}; expected a day such as 2012-12-03") from None
    for name in ("versions", "settings"):
        if not isinstance(found[name], dict):
            raise BadRecord(f"{name} is {_spell(found[name])}; expected an object")
    for name, version in found["versions"].items():
        _check_text("versions", name, version)
    if not isinstance(found["figures"], list):
        raise BadRecord(f"figures is {_spell(found['figures'])}; expected a list")
    figures = tuple(_figures(found["figures"]))
    return Record(
        found["kind"], found["date"], found["device"], found["versions"], found["settings"], figures
    )


def _figures(found: list[Any]) -> Iterator[Figure]:
    seen = set()
    for number, figure in enumerate(found, start=1):
        where = f"figure {number}"
        _check_fields(where, figure, Figure)
        for name in ("subject", "property", "unit", "statement"):
            _check_text(where, name, figure[name])
        if not _is_number(figure["value"]):
            raise BadRecord(f"{where}: value is {_spell(figure['value'])}; expected a finite number")
        spread = figure["spread"]
        if spread is not None and not (_is_number(spread) and spread >= 0):
            raise BadRecord(f"{where}: spread is {_spell(spread)}; expected null or a number from 0")
        runs = figure["runs"]
        if not isinstance(runs, int) or isinstance(runs, bool) or runs < 1:
            raise BadRecord(f"{where}: runs is {_spell(runs)}; expected a whole number from 1")
        key = f"{figure['subject']}.{figure['property']}"
        if key in seen:
            raise BadRecord(f"{where}: {key} is there twice in one record")
        seen.add(key)
        yield Figure(**figure)


def _check_fields(where: str, found: object, kind: type[Record | Figure]) -> None:
    if not isinstance(found, dict):
        raise BadRecord(f"{where} is {_spell(found)}; expected an object")
    expected = {field.name for field in fields(kind)}
    missing, unknown = sorted(expected - set(found)), sorted(set(found) - expected)
    if missing:
        raise BadRecord(f"{where} lacks {', '.join(missing)}")
    if unknown:
        raise BadRecord(f"{where}: {UnknownName('field', unknown[0], expected)}")


def _check_text(where: str, name: str, found: object) -> None:
    if not isinstance(found, str) or (not found and name != "unit"):
        raise BadRecord(f"{where}: {name} is {_spell(found)}; expected a string")


def _is_number(found: object) -> bool:
    return isinstance(found, int | float) and not isinstance(found, bool) and math.isfinite(found)


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _spell(found: object) -> str:
    text = json.dumps(found, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:40]}…"
