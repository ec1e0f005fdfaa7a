"""The command ``kbgen verify``: hold what the notes claim against what is known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from kbgen import terminal
from kbgen.commands.command import DONE, FOUND, Command
from kbgen.commands.read_options import ReadOptions, working_directory
from kbgen.errors import UsageError
from kbgen.verdicts.formats import Format, Listed, Show

if TYPE_CHECKING:
    from kbgen.config import Config
    from kbgen.targets import Target
    from kbgen.verdicts.outcome import Outcome


class Settings(NamedTuple):
    """Options of ``kbgen verify``."""

    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="VAULT | NOTE.md",
            show_default=False,
            readable=False,
            help="The folder of the notes, found as by build where it is left out; "
            "or notes, each of which is read by itself.",
        ),
    ] = None
    live: Annotated[
        bool,
        typer.Option("--live", help="Let the model run and confirm its facts first; needs torch."),
    ] = False
    show: Annotated[
        Show,
        typer.Option(
            "--show",
            help="What the table lists: problems are refuted claims and those that could not be checked; "
            "unchecked are the latter, and numbers that are part of no claim; loose are values that only "
            "stand near what they may be about, listed by all, too. bindings lists what the grammar reads "
            "where nothing is known.",
        ),
    ] = "problems"
    fix: Annotated[
        bool,
        typer.Option("--fix", help="Print a diff that puts what is right in the place of refuted claims."),
    ] = False
    write: Annotated[
        bool, typer.Option("--write", help="With --fix: change the notes, in nothing but the claimed values.")
    ] = False
    update_baseline: Annotated[
        bool,
        typer.Option("--update-baseline", help="Write down what is refuted now, so that only news counts."),
    ] = False
    reading: ReadOptions = ReadOptions()
    strict: Annotated[
        bool,
        typer.Option("--strict", help="End with exit code 1 if a source of facts failed, too."),
    ] = False
    output_format: Annotated[
        Format,
        typer.Option(
            "--format",
            help="Print the findings for people, as one JSON object, as a SARIF log for code scanners, as "
            "test results in JUnit's XML, or as annotations for GitHub Actions.",
        ),
    ] = "table"


def run(settings: Settings) -> int:
    """Hold what the notes claim against what is known.

    Numbers, names, dates, shapes and orders are read out of plain notes and compared with
    facts: those of the reference model, of the properties of your notes, of arithmetic
    within a note, and of tables that you bring.

    Exit codes: 0 nothing is refuted; 1 a claim is refuted that the baseline does not list,
    or under --strict a source of facts failed; 2 the call or the settings are wrong;
    3 kbgen or the machine failed.
    """
    _refuse_what_does_not_go_together(settings)
    from kbgen.targets import settings_of, target_of

    cwd = working_directory()
    target = target_of(settings.paths or (), cwd)
    config = settings_of(target, settings.reading.config_file, cwd)
    if settings.show == "bindings":
        return _list_bindings(settings, config, target, cwd)
    return _verify(settings, config, target, cwd, settings.show)


def _refuse_what_does_not_go_together(settings: Settings) -> None:
    table = settings.output_format == "table"
    if settings.show == "bindings":
        if settings.fix or settings.update_baseline or settings.live:
            raise UsageError("--show bindings checks nothing: leave out --fix, --update-baseline and --live")
        if not table and settings.output_format != "json":
            raise UsageError("--show bindings prints a table or JSON")
        return
    if settings.write and not settings.fix:
        raise UsageError("--write does nothing without --fix")
    if settings.fix and (settings.update_baseline or not table):
        raise UsageError("--fix prints a diff, and goes neither with --format nor with --update-baseline")


def _list_bindings(settings: Settings, config: Config, target: Target, cwd: Path) -> int:
    """Print what the grammar binds, with no facts to hold it against."""
    from kbgen.verdicts.bindings import as_json, bound, listing

    reading = settings.reading
    with terminal.ProgressBar() as progress:
        found = bound(
            config, target, cwd, jobs=reading.jobs, use_cache=not reading.no_cache, progress=progress
        )
    terminal.emit(as_json(found) if settings.output_format == "json" else listing(found))
    return DONE


def _verify(settings: Settings, config: Config, target: Target, cwd: Path, listed: Listed) -> int:
    from kbgen.verdicts import baseline, command

    def look() -> Outcome:
        reading = settings.reading
        with terminal.ProgressBar() as progress:
            return command.outcome(
                config,
                target,
                cwd,
                jobs=reading.jobs,
                use_cache=not reading.no_cache,
                live=settings.live,
                progress=progress,
            )

    wanted = bool(config.verify.baseline) and not settings.update_baseline
    known = baseline.read(config.baseline, wanted=wanted)
    found = look()
    command.report_failures(found)
    if settings.update_baseline:
        known = command.update_baseline(found, known, config.baseline)
    found, stale = baseline.mark_known(found, known, config.baseline)
    command.report_stale(stale, config.baseline)
    if settings.fix:
        if command.fix(found, config, write=settings.write):
            found, _ = baseline.mark_known(look(), known, config.baseline)
            command.report_remaining(found)
    else:
        command.report(found, settings.output_format, listed, config)
    refuted = any(each.refuted for each in found.findings)
    return FOUND if refuted or (settings.strict and found.failures) else DONE


COMMAND = Command("verify", Settings, run, position=4)
