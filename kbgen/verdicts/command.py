"""The steps of ``kbgen verify``, each with what it prints: findings to stdout, all beside them to stderr."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from kbgen import terminal
from kbgen.config import Config
from kbgen.reporting import counted, escape_controls, warning
from kbgen.settings.values import share
from kbgen.verdicts import baseline
from kbgen.verdicts.colour_diff import colour_diff
from kbgen.verdicts.correction_check import correction_checker
from kbgen.verdicts.corrections import Declined, Proposal, diff, propose
from kbgen.verdicts.corrections import write as write_file
from kbgen.verdicts.formats import Format, Listed
from kbgen.verdicts.json_report import as_json
from kbgen.verdicts.junit import junit
from kbgen.verdicts.outcome import Outcome, outcome
from kbgen.verdicts.scanners import github, sarif
from kbgen.verdicts.table import closing, table

__all__ = [
    "Outcome",
    "fix",
    "outcome",
    "report",
    "report_failures",
    "report_remaining",
    "report_stale",
    "update_baseline",
]

_MAX_CORRECTED = 200
"""Refuted claims for which the table does not work out what would be right: each takes a moment."""

_FORMATS: Mapping[Format, Callable[[Outcome], str]] = {
    "json": as_json,
    "sarif": sarif,
    "junit": junit,
    "github": github,
}


def report(found: Outcome, form: Format, show: Listed, config: Config) -> None:
    """Print the findings.

    Parameters
    ----------
    found
        What came of verifying.
    form
        How to write them.
    show
        What the table lists.
    config
        The settings.
    """
    if form == "table":
        colour = terminal.is_coloured(sys.stdout)
        width = shutil.get_terminal_size().columns if terminal.is_terminal(sys.stdout) else 100
        few = sum(each.refuted for each in found.findings) <= _MAX_CORRECTED
        better = {each.placed: each.text for each in _proposal(found, config).corrections} if few else {}
        terminal.emit(table(found, show, better=better, colour=colour, width=width))
    else:
        terminal.emit(_FORMATS[form](found))
        terminal.say(closing(found) + "\n")


def report_failures(found: Outcome) -> None:
    """Name the sources of facts that could not be asked."""
    colour = terminal.is_coloured(sys.stderr)
    for failure in found.failures:
        terminal.say(warning(failure.message, failure.hint, colour=colour))


def update_baseline(
    found: Outcome, known: Sequence[baseline.BaselineEntry], file: Path
) -> tuple[baseline.BaselineEntry, ...]:
    """Write the baseline, and return it."""
    change = baseline.updated(found, known, file)
    baseline.write(file, change.entries)
    terminal.say(
        f"wrote {_named(file)}: {counted(len(change.entries), 'known claim')}, "
        f"{change.added} added, {change.removed} taken out\n"
    )
    return change.entries


def report_stale(stale: Sequence[baseline.BaselineEntry], file: Path) -> None:
    """Name what the baseline lists and is no longer there."""
    if not stale:
        return
    terminal.say(
        f"{file.name} lists {counted(len(stale), 'claim')} that {_are(len(stale))} no longer there:\n"
    )
    for entry in stale:
        terminal.say(
            f"  {escape_controls(f'{entry.path}: {entry.subject}.{entry.property}: {entry.text}')}\n"
        )
    terminal.say("  take them out with kbgen verify --update-baseline\n")


def _named(file: Path) -> str:
    cwd = Path.cwd()
    return escape_controls(file.relative_to(cwd).as_posix() if file.is_relative_to(cwd) else file.name)


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def fix(found: Outcome, config: Config, *, write: bool) -> bool:
    """Print what would be right as a diff, and tell whether notes were changed.

    Parameters
    ----------
    found
        What came of verifying.
    config
        The settings.
    write
        Whether to change the notes.
    """
    proposal = _proposal(found, config)
    terminal.emit(colour_diff(diff(proposal.files), sys.stdout))
    for declined in proposal.declined:
        _tell_declined(declined)
    number = counted(len(proposal.corrections), "correction")
    where = counted(len(proposal.files), "note")
    if write:
        for each in proposal.files:
            write_file(each)
        terminal.say(f"{number} made in {where}\n")
    elif proposal.corrections:
        terminal.say(f"{number} proposed in {where}; --write makes them\n")
    else:
        terminal.say("nothing to propose\n")
    return write and bool(proposal.files)


def _proposal(found: Outcome, config: Config) -> Proposal:
    tolerances = {key: share(text) for key, text in config.verify.tolerance.items()}
    return propose(found, tolerances, correction_checker(config))


def _tell_declined(declined: Declined) -> None:
    each = declined.placed
    place = f"{each.shown}:{each.finding.line}:{each.finding.column}"
    terminal.say(f"{escape_controls(place)}: nothing proposed: {escape_controls(declined.reason)}\n")


def report_remaining(found: Outcome) -> None:
    """Say how it stands after notes were changed."""
    terminal.say(closing(found) + "\n")
