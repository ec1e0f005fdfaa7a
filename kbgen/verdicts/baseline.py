"""The baseline: a file of refuted claims that are known, so that an old vault hears of new ones alone.

An entry says what is claimed of what in which note, and no line: text that moves stays known, and a value
that is changed is news.
"""

from __future__ import annotations

import json
import os
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import asdict, replace

from kbgen.atomic_write import write_atomically
from kbgen.errors import ConfigError, is_outside_error, refused
from kbgen.verdicts.outcome import LocatedFinding, Outcome

SCHEMA = "kbgen.verify-baseline/1"


class BaselineEntry(Struct, frozen=True, order=True):
    """One claim that is known to be refuted."""

    path: str
    """From the folder of the file on, so that a note has one path however it is verified."""
    subject: str
    property: str
    text: str


class _File(Struct, frozen=True):
    schema: str
    known: tuple[BaselineEntry, ...]


class BaselineUpdate(Struct, frozen=True):
    """What a new baseline holds."""

    entries: tuple[BaselineEntry, ...]
    added: int
    removed: int


def read(file: Path, *, wanted: bool) -> tuple[BaselineEntry, ...]:
    """Read a baseline.

    Parameters
    ----------
    file
        Where it lies.
    wanted
        Whether it must be there.

    Raises
    ------
    ConfigError
        If it cannot be read, or is no baseline.
    """
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        if not wanted:
            return ()
        raise ConfigError(
            f"{file.name}: the baseline that the config names is not there",
            "write it with kbgen verify --update-baseline",
        ) from None
    except OSError as error:
        if is_outside_error(error):
            raise refused(error, "read", file.name) from error
        raise ConfigError(f"{file.name}: the baseline cannot be read: {error.strerror}") from error
    try:
        found = msgspec.json.decode(data, type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{file.name}: this is no baseline: {error}",
            "remove it, and write it anew with kbgen verify --update-baseline",
        ) from error
    if found.schema != SCHEMA:
        raise ConfigError(f'{file.name}: the baseline has the schema "{found.schema}", not "{SCHEMA}"')
    return found.known


def mark_known(
    found: Outcome, entries: Sequence[BaselineEntry], file: Path
) -> tuple[Outcome, tuple[BaselineEntry, ...]]:
    """Mark findings that are known.

    Parameters
    ----------
    found
        What came of verifying.
    entries
        Of the baseline. One entry stands for one claim: a wrong value that is written once more is news.
    file
        Where the baseline lies.

    Returns
    -------
    Outcome
        With the known ones marked.
    tuple of BaselineEntry
        Those that stand for nothing that was found, although their note was looked at.
    """
    left = Counter(entries)
    marked: list[LocatedFinding] = []
    for each in found.findings:
        entry = _entry(each, file)
        known = each.finding.verdict == "refuted" and left[entry] > 0
        if known:
            left[entry] -= 1
        marked.append(replace(each, known=known))
    looked_at = _looked_at(found, file)
    stale = tuple(entry for entry in sorted(left.elements()) if _is_in(entry, looked_at))
    # A source that could not be asked refutes nothing, and what it would say is not out of date.
    return replace(found, findings=tuple(marked)), () if found.failures else stale


def updated(found: Outcome, entries: Sequence[BaselineEntry], file: Path) -> BaselineUpdate:
    """Return the baseline that lists all that is refuted now.

    Parameters
    ----------
    found
        What came of verifying.
    entries
        Of the old one; what it says about notes that were not looked at is kept.
    file
        Where it lies.
    """
    looked_at = _looked_at(found, file)
    old = Counter(entries)
    now = Counter(_entry(each, file) for each in found.findings if each.finding.verdict == "refuted")
    kept = old if found.failures else Counter(e for e in old.elements() if not _is_in(e, looked_at))
    new = now | kept
    return BaselineUpdate(tuple(sorted(new.elements())), (new - old).total(), (old - new).total())


def write(file: Path, entries: Iterable[BaselineEntry]) -> None:
    """Write a baseline, one entry a line.

    Raises
    ------
    OutsideError
        If the system does not let us write.
    """
    lines = ",\n".join(json.dumps(asdict(entry), ensure_ascii=False) for entry in entries)
    text = f'{{"schema": "{SCHEMA}", "known": [\n{lines}{chr(10) if lines else ""}]}}\n'
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refused(error, "write", str(file)) from error
    write_atomically(file, text)


def _entry(each: LocatedFinding, file: Path) -> BaselineEntry:
    finding = each.finding
    return BaselineEntry(_path(each.file, file), finding.subject, finding.property, finding.text)


def _path(note: Path, file: Path) -> str:
    try:
        path = Path(os.path.relpath(note, file.parent)).as_posix()
    except ValueError:  # on another drive
        path = note.as_posix()
    return unicodedata.normalize("NFC", path)


def _looked_at(found: Outcome, file: Path) -> tuple[str, ...]:
    return tuple(_path(place, file) for place in found.looked_at)


def _is_in(entry: BaselineEntry, looked_at: Sequence[str]) -> bool:
    return any(
        entry.path == place
        or entry.path.startswith(f"{place}/")
        or (place == "." and not entry.path.startswith("../"))
        for place in looked_at
    )
