"""What a command tells: findings as text, JSON, SARIF or GitHub annotations, and closing lines."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec
import typer

from kbgen import __version__
from kbgen.diagnostics import RULES, Diagnostic, Rule, Severity, summary

if TYPE_CHECKING:
    from kbgen.build_report import BuildReport

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
    place = f"{escape_controls(before + item.path)}:{item.line}:{item.column}:"
    kind = f"{item.code} {item.name}:"
    hint = f"  {escape_controls(item.hint)}" if item.hint else ""
    if colour:
        place = typer.style(place, bold=True)
        kind = typer.style(kind, fg=_COLOURS[item.severity])
        hint = typer.style(hint, dim=True) if hint else ""
    return f"{place} {kind} {escape_controls(item.message)}\n" + (f"{hint}\n" if hint else "")


def escape_controls(words: str) -> str:
    r"""Write out characters that could take the reader's terminal over, or forge a line of the report.

    >>> escape_controls("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), words)


def width_of(words: str) -> int:
    """Return how many columns of a terminal a text takes.

    >>> width_of("Café"), width_of("量子"), width_of("🎉👩‍🚀"), width_of("🇩🇪 ❤️")
    (4, 4, 4, 5)
    """
    if words.isascii():
        return len(words)
    width, last, joined, flag = 0, 0, False, False
    for sign in words:
        if sign == "\u200d":  # what follows is part of the same picture
            joined = True
            continue
        if sign == "\ufe0f":  # what stands before is a picture
            width, last = width + 2 - last, 2
            continue
        second_half = flag and _FLAG[0] <= sign <= _FLAG[1]
        if joined or second_half or _SKIN[0] <= sign <= _SKIN[1] or unicodedata.category(sign) in _NO_WIDTH:
            joined = flag = False
            continue
        flag = _FLAG[0] <= sign <= _FLAG[1]
        last = 2 if flag or unicodedata.east_asian_width(sign) in {"W", "F"} else 1
        width += last
    return width


def padded(words: str, width: int, *, right: bool = False) -> str:
    """Return a text in so many columns, at their left or right.

    >>> padded("量", 4) + "|" + padded("x", 3, right=True)
    '量  |  x'
    """
    blanks = " " * (width - width_of(words))
    return blanks + words if right else words + blanks


_FLAG = "\U0001f1e6", "\U0001f1ff"
"""Letters of which two make a flag."""
_SKIN = "\U0001f3fb", "\U0001f3ff"
_NO_WIDTH = frozenset({"Mn", "Me", "Cf"})


def as_json(diagnostics: Sequence[Diagnostic]) -> str:
    """Write the object ``kbgen.check/1``."""
    return json_text(
        {
            "schema": "kbgen.check/1",
            "summary": summary(diagnostics),
            "diagnostics": [msgspec.structs.asdict(item) for item in diagnostics],
        }
    )


def build_json(report: BuildReport) -> str:
    """Write the object ``kbgen.build/1``: the same bytes for the same input, but for ``seconds``."""
    return json_text(
        {
            "schema": "kbgen.build/1",
            **msgspec.structs.asdict(report),
            "seconds": {
                stage: round(spent, 3) for stage, spent in msgspec.structs.asdict(report.seconds).items()
            },
            "diagnostics": [msgspec.structs.asdict(item) for item in report.diagnostics],
        }
    )


def json_text(value: object) -> str:
    """Write an object the way every command does."""
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
    results = [
        {
            "ruleId": item.code,
            "ruleIndex": order[item.code],
            "level": _SARIF_LEVELS[item.severity],
            "message": {"text": _with_hint(item)},
            "locations": [sarif_location(before + item.path, item.line, item.column)],
        }
        for item in diagnostics
    ]
    return sarif_log(RULES.values(), {"results": results})


def sarif_log(rules: Iterable[Rule], run: dict[str, Any]) -> str:
    """Write a SARIF log.

    Parameters
    ----------
    rules
        What may be found, in the order in which results refer to it.
    run
        The results, and what else there is to tell of the run.
    """
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
            for rule in rules
        ],
    }
    return json_text(
        {
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", **run}],
        }
    )


def sarif_location(path: str, line: int, column: int) -> dict[str, Any]:
    """Write a place of a SARIF log."""
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(path)},
            "region": {"startLine": line, "startColumn": column},
        }
    }


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
        annotation(
            item.severity,
            (before + item.path, item.line, item.column),
            f"{item.code} {item.name}",
            _with_hint(item),
        )
        for item in diagnostics
    )


def annotation(severity: Severity, place: tuple[str, int, int], title: str, message: str) -> str:
    """Write one workflow command.

    Parameters
    ----------
    severity
        How it is shown.
    place
        Path, line and column.
    title, message
        What is said, above and below.
    """
    path, line, column = place
    return (
        f"::{_GITHUB_LEVELS[severity]} file={_property(path)},line={line},col={column}"
        f",title={_property(title)}::{_data(message)}\n"
    )


def _with_hint(item: Diagnostic) -> str:
    return f"{item.message}\n{item.hint}" if item.hint else item.message


def _data(words: str) -> str:
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _data(words).replace(":", "%3A").replace(",", "%2C")


# --- closing lines ------------------------------------------------------------------


def excerpt(diagnostics: Sequence[Diagnostic], limit: int = 20) -> tuple[tuple[Diagnostic, ...], int]:
    """Choose what a build shows of its findings, errors before warnings and no infos.

    Returns
    -------
    tuple
        Those to show, in the order given, and how many more there are.
    """
    worth = [item for item in diagnostics if item.severity != "info"]
    chosen = sorted(range(len(worth)), key=lambda place: (worth[place].severity != "error", place))[:limit]
    return tuple(worth[place] for place in sorted(chosen)), max(0, len(worth) - limit)


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
    parts = [counted(report.notes, "note"), counted(report.pages, "page")]
    parts += [counted(found[level], level) for level in ("error", "warning") if found[level]]
    return f"{', '.join(parts)} in {_duration(report.seconds.total)} → {escape_controls(output)}\n"


def check_summary(diagnostics: Sequence[Diagnostic]) -> str:
    """Say in one line what a check found."""
    found = summary(diagnostics)
    parts = [counted(found["error"], "error"), counted(found["warning"], "warning")]
    if found["info"]:
        parts.append(counted(found["info"], "remark"))
    return ", ".join(parts) + "\n"


def counted(number: int, word: str) -> str:
    """Write a number with its noun.

    >>> counted(1, "claim"), counted(0, "claim")
    ('1 claim', '0 claims')
    """
    return f"{number} {word}" + ("" if number == 1 else "s")


def _duration(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds:.2f} s"


def fault(message: str, hint: str = "", *, colour: bool = False) -> str:
    """Say why a command stops, and under it what would be right."""
    label = typer.style("Error:", fg="red", bold=True) if colour else "Error:"
    return f"{label} {escape_controls(message)}\n" + (f"  {escape_controls(hint)}\n" if hint else "")


def warning(message: str, hint: str = "", *, colour: bool = False) -> str:
    """Say what a command could not do while it goes on, and under it what would be right."""
    label = typer.style("Warning:", fg="yellow", bold=True) if colour else "Warning:"
    return f"{label} {escape_controls(message)}\n" + (f"  {escape_controls(hint)}\n" if hint else "")
