"""The command ``kbgen check``: list what is wrong in the notes."""

from __future__ import annotations

import sys
from typing import Annotated, Literal, NamedTuple

import typer

from kbgen import terminal
from kbgen.commands.command import DONE, FOUND, Command
from kbgen.commands.read_options import ReadOptions, Vault, config_for, working_directory


class Settings(NamedTuple):
    """Options of ``kbgen check``."""

    vault: Vault = None
    orphans: Annotated[
        bool,
        typer.Option("--orphans", help="List notes that no note links to and that link to none, too."),
    ] = False
    unused: Annotated[
        bool,
        typer.Option("--unused/--no-unused", help="List attachments that no note uses."),
    ] = True
    reading: ReadOptions = ReadOptions()
    strict: Annotated[
        bool,
        typer.Option("--strict", help="End with exit code 1 on warnings too, not on errors alone."),
    ] = False
    output_format: Annotated[
        Literal["text", "json", "sarif", "github"],
        typer.Option(
            "--format",
            help="Print the findings for people, as one JSON object, as a SARIF log for code scanners, "
            "or as annotations for GitHub Actions.",
        ),
    ] = "text"


def run(settings: Settings) -> int:
    """List what is wrong in the notes, and write no site.

    Links that lead nowhere or to two notes, headings and blocks that are missing,
    addresses that collide, front matter that cannot be read, and more. Each finding has
    a file, a line, a column and a code that stays the same.

    Exit codes: 0 nothing worse than warnings; 1 an error, or any warning under --strict;
    2 the call or the settings are wrong; 3 kbgen or the machine failed.
    """
    from kbgen import reporting
    from kbgen.pipeline import check

    cwd, reading = working_directory(), settings.reading
    config = config_for(reading, settings.vault)
    with terminal.ProgressBar() as progress:
        found = check(
            config,
            jobs=reading.jobs,
            use_cache=not reading.no_cache,
            orphans=settings.orphans,
            progress=progress,
        )
    if not settings.unused:
        found = tuple(item for item in found if item.name != "unused-attachment")

    before = reporting.prefix(config.vault, cwd)
    match settings.output_format:
        case "json":
            terminal.emit(reporting.as_json(found))
        case "sarif":
            terminal.emit(reporting.sarif(found, before=before))
        case "github":
            terminal.emit(reporting.github(found, before=before))
        case "text":
            terminal.emit(reporting.text(found, before=before, colour=terminal.is_coloured(sys.stdout)))
    terminal.say(reporting.check_summary(found))
    failing = {"error", "warning"} if settings.strict else {"error"}
    return FOUND if any(item.severity in failing for item in found) else DONE


COMMAND = Command("check", Settings, run, position=3)
