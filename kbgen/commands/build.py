"""The command ``kbgen build``: build the site, and tell what was found in the notes."""

from __future__ import annotations

import sys
from typing import Annotated, Literal, NamedTuple

import typer

from kbgen import terminal
from kbgen.commands.command import DONE, FOUND, Command
from kbgen.commands.read_options import (
    BaseUrl,
    Output,
    ReadOptions,
    Vault,
    config_for,
    working_directory,
)


class Settings(NamedTuple):
    """Options of ``kbgen build``."""

    vault: Vault = None
    output: Output = None
    base_url: BaseUrl = None
    reading: ReadOptions = ReadOptions()
    no_search: Annotated[
        bool,
        typer.Option(
            "--no-search", help="Leave out the search index. (There is none yet: nothing changes so far.)"
        ),
    ] = False
    strict: Annotated[
        bool,
        typer.Option("--strict", help="End with exit code 1 if there is any warning or error."),
    ] = False
    output_format: Annotated[
        Literal["text", "json"],
        typer.Option("--format", help="Print a report to stdout as one JSON object, or nothing (text)."),
    ] = "text"


def run(settings: Settings) -> int:
    """Build the site.

    Only pages that changed are written. What is wrong in the notes is listed, and never
    stops a build: a faulty note becomes a page too.

    Exit codes: 0 done; 1 done, with warnings or errors under --strict; 2 the call or the
    settings are wrong, and nothing was written; 3 kbgen or the machine failed.
    """
    from kbgen import reporting
    from kbgen.pipeline import build

    cwd, reading = working_directory(), settings.reading
    config = config_for(reading, settings.vault, output=settings.output, base_url=settings.base_url)
    with terminal.ProgressBar() as progress:
        report = build(config, jobs=reading.jobs, use_cache=not reading.no_cache, progress=progress)

    if settings.output_format == "json":
        terminal.emit(reporting.build_json(report))
    else:
        shown, more = reporting.excerpt(report.diagnostics)
        colour = terminal.is_coloured(sys.stderr)
        terminal.say(reporting.text(shown, before=reporting.prefix(config.vault, cwd), colour=colour))
        if more:
            terminal.say(f"and {more} more; see kbgen check\n")
    terminal.say(reporting.build_summary(report, reporting.prefix(config.output, cwd) or f"{config.output}/"))
    failed = settings.strict and any(item.severity != "info" for item in report.diagnostics)
    return FOUND if failed else DONE


COMMAND = Command("build", Settings, run, position=1)
