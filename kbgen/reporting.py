"""What a command tells: findings as text, JSON, SARIF or GitHub annotations, and closing lines."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec
import typer

from kbgen import __version__
from kbgen.diagnostics import RULES, Diagnostic, Severity, summary

if TYPE_CHECKING:
    from kbgen.report import BuildReport

_COLOURS: dict[Severity, str] = {"error": "red", "warning": "yellow", "info": "blue"}
_SARIF_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
_GITHUB_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Characters that move the cursor, break a line or turn the direction of what follows."""


def prefix(vault: Path, cwd: Path) -> str:
    """Return what leads from the working directory to paths of the vault.

    An editor, a terminal and GitHub look for a file from where the command was called.
    For a vault somewhere else the paths stay those of the vault.

    >>> prefix(Path("/home/ada/notes"), Path("/home/ada")), prefix(Path("/notes"), Path("/home/ada"))
    ('notes/', '')
    """
    if vault == cwd or not vault.is_relative_to(cwd):
        return ""
    return vault.relative_to(cwd).as_posix() + "/"


# --- findings -----------------------------------------------------------------------


def text(diagnostics: Sequence[Diagnostic], *, before: str = "", colour: bool = False) -> str:
    """Write each finding as ``path:line:column: code name: message``, its hint under it.

    Parameters
    ----------
    diagnostics
        In the order to print.
    before
        What to put before each path; see :func:`prefix`.
    colour
        Whether to mark severities with the colours of a terminal.
    """
    return "".join(_entry(item, before, colour=colour) for item in diagnostics)


def _entry(item: Diagnostic, before: str, *, colour: bool) -> str:
    place = f"{_visible(before + item.path)}:{item.line}:{item.column}:"
    kind = f"{item.code} {item.name}:"
    hint = f"  {_visible(item.hint)}" if item.hint else ""
    if colour:
        place = typer.style(place, bold=True)
        kind = typer.style(kind, fg=_COLOURS[item.severity])
        hint = typer.style(hint, dim=True) if hint else ""
    return f"{place} {kind} {_visible(item.message)}\n" + (f"{hint}\n" if hint else "")


def _visible(words: str) -> str:
    # A note could otherwise take the reader's terminal over, or forge a line of the report.
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), words)


def as_json(diagnostics: Sequence[Diagnostic]) -> str:
    """Write the object ``kbgen.check/1``."""
    return _json(
        {
            "schema": "kbgen.check/1",
            "summary": summary(diagnostics),
            "diagnostics": [msgspec.structs.asdict(item) for item in diagnostics],
        }
    )


def build_json(report: BuildReport) -> str:
    """Write the object ``kbgen.build/1``: the same bytes for the same input, but for ``seconds``."""
    return _json(
        {
            "schema": "kbgen.build/1",
            **msgspec.structs.asdict(report),
            "seconds": {
                stage: round(spent, 3) for stage, spent in msgspec.structs.asdict(report.seconds).items()
            },
            "diagnostics": [msgspec.structs.asdict(item) for item in report.diagnostics],
        }
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def sarif(diagnostics: Sequence[Diagnostic], *, before: str = "") -> str:
    """Write a SARIF 2.1.0 log with one run; addresses are relative and percent-encoded.

    Parameters
    ----------
    diagnostics
        In the order to print.
    before
        What to put before each path; see :func:`prefix`.
    """
    order = {code: number for number, code in enumerate(RULES)}
    driver = {
        "name": "kbgen",
        "version": __version__,
        "rules": [
            {
                "id": rule.code,
                "name": rule.name,
                "shortDescription": {"text": rule.explanation},
                "help": {"text": rule.explanation},
                "defaultConfiguration": {"level": _SARIF_LEVELS[rule.severity]},
            }
            for rule in RULES.values()
        ],
    }
    results = [
        {
            "ruleId": item.code,
            "ruleIndex": order[item.code],
            "level": _SARIF_LEVELS[item.severity],
            "message": {"text": _with_hint(item)},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": quote(before + item.path)},
                        "region": {"startLine": item.line, "startColumn": item.column},
                    }
                }
            ],
        }
        for item in diagnostics
    ]
    return _json(
        {
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
        }
    )


def github(diagnostics: Sequence[Diagnostic], *, before: str = "") -> str:
    """Write workflow commands, which GitHub shows as annotations beside the lines.

    Parameters
    ----------
    diagnostics
        In the order to print.
    before
        What to put before each path; see :func:`prefix`.
    """
    return "".join(
        f"::{_GITHUB_LEVELS[item.severity]} file={_property(before + item.path)}"
        f",line={item.line},col={item.column},title={_property(f'{item.code} {item.name}')}"
        f"::{_data(_with_hint(item))}\n"
        for item in diagnostics
    )


def _with_hint(item: Diagnostic) -> str:
    return f"{item.message}\n{item.hint}" if item.hint else item.message


def _data(words: str) -> str:
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _data(words).replace(":", "%3A").replace(",", "%2C")


# --- closing lines ------------------------------------------------------------------


def excerpt(diagnostics: Sequence[Diagnostic], most: int = 20) -> tuple[tuple[Diagnostic, ...], int]:
    """Choose what a build shows of its findings, errors before warnings and no infos.

    Returns
    -------
    tuple
        Those to show, in the order given, and how many more there are.
    """
    worth = [item for item in diagnostics if item.severity != "info"]
    chosen = sorted(range(len(worth)), key=lambda place: (worth[place].severity != "error", place))[:most]
    return tuple(worth[place] for place in sorted(chosen)), max(0, len(worth) - most)


def build_summary(report: BuildReport, output: str) -> str:
    """Say in one line what a build did.

    Parameters
    ----------
    report
        Of the build.
    output
        The folder of the site as its user would name it, with a slash at the end.
    """
    found = summary(report.diagnostics)
    parts = [_count(report.notes, "note"), _count(report.pages, "page")]
    parts += [_count(found[level], level) for level in ("error", "warning") if found[level]]
    return f"{', '.join(parts)} in {_duration(report.seconds.total)} → {_visible(output)}\n"


def check_summary(diagnostics: Sequence[Diagnostic]) -> str:
    """Say in one line what a check found."""
    found = summary(diagnostics)
    parts = [_count(found["error"], "error"), _count(found["warning"], "warning")]
    if found["info"]:
        parts.append(_count(found["info"], "remark"))
    return ", ".join(parts) + "\n"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" + ("" if number == 1 else "s")


def _duration(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds:.2f} s"


def fault(message: str, hint: str = "", *, colour: bool = False) -> str:
    """Say why a command stops, and under it what would be right."""
    label = typer.style("Error:", fg="red", bold=True) if colour else "Error:"
    return f"{label} {_visible(message)}\n" + (f"  {_visible(hint)}\n" if hint else "")
