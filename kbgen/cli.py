"""The command line: parse, call, print, choose the exit code."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from kbgen import __version__, interrupts, terminal
from kbgen.errors import KbgenError, OutsideFault, UsageError, is_outside, refused

# ruff: noqa: PLC0415 - commands import what they need: --help must not wait for the rest

FOUND = 1
"""Exit code: done, and something was found."""
OUR_FAULT = 3
"""Exit code: a fault of kbgen's own, or of the machine."""
INTERRUPTED = 130
"""Exit code of a command ended with Ctrl-C, as in a shell."""

app = typer.Typer(
    rich_markup_mode=None,  # rich would more than double the time of --help
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
)


class BuildFormat(StrEnum):
    """How ``kbgen build`` prints its report."""

    TEXT = "text"
    JSON = "json"


class CheckFormat(StrEnum):
    """How ``kbgen check`` prints its findings."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"


class VerifyFormat(StrEnum):
    """How ``kbgen verify`` prints its findings."""

    TABLE = "table"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"


class GraphFormat(StrEnum):
    """How ``kbgen graph`` prints its answer."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    GRAPHML = "graphml"
    GEXF = "gexf"
    DOT = "dot"
    MERMAID = "mermaid"
    SVG = "svg"
    HTML = "html"


class Colour(StrEnum):
    """What nodes of one colour have in common in a picture."""

    TAG = "tag"
    FOLDER = "folder"
    COMMUNITY = "community"


class Kind(StrEnum):
    """Kinds of nodes of the graph."""

    NOTE = "note"
    ATTACHMENT = "attachment"
    TAG = "tag"
    UNRESOLVED = "unresolved"


class Direction(StrEnum):
    """Which links lead on from a note."""

    IN = "in"
    OUT = "out"
    BOTH = "both"


class Show(StrEnum):
    """What the table of ``kbgen verify`` lists."""

    PROBLEMS = "problems"
    ALL = "all"
    REFUTED = "refuted"
    UNCHECKED = "unchecked"
    LOOSE = "loose"
    BINDINGS = "bindings"


# Typer looks whether paths may be read before a command begins. That is a fault of the machine, not of the
# call: "readable=False" leaves it to those who read.
Vault = Annotated[
    Path | None,
    typer.Argument(
        metavar="VAULT",
        readable=False,
        show_default=False,
        help="The folder of the notes. Left out: what kbgen.toml says, else ./vault, "
        "else this folder if it holds .obsidian.",
    ),
]
ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        readable=False,
        show_default=False,
        help="Read the settings from this file, not from the kbgen.toml in or beside the vault.",
    ),
]
Jobs = Annotated[
    int,
    typer.Option(
        "--jobs", "-j", metavar="N", min=0, show_default=False,
        help="Read notes with N processes. Left out or 0: as many as pay.",
    ),
]  # fmt: skip
NoCache = Annotated[
    bool,
    typer.Option("--no-cache", help="Read every note anew, and do not use what the last run kept in .kbgen."),
]


def _version(asked: bool) -> None:  # noqa: FBT001 - as Typer calls it
    if asked:
        terminal.emit(f"kbgen {__version__}\n")
        raise typer.Exit


@app.callback()
def options(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop."),
    ] = False,
) -> None:
    """Turn an Obsidian vault into a linked static site, and check what its notes claim."""
    del version  # its callback has done the work


@app.command("build")
def build_command(
    vault: Vault = None,
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="DIR", show_default=False, readable=False,
            help="The folder of the site. Left out: what kbgen.toml says, else site. "
            "Files that kbgen did not write are never removed.",
        ),
    ] = None,
    base_url: Annotated[
        str | None,
        typer.Option(
            "--base-url", metavar="URL", show_default=False,
            help="Where the site will stand, such as https://example.org/notes. "
            "Adds a sitemap, a feed and canonical links.",
        ),
    ] = None,
    config_file: ConfigFile = None,
    jobs: Jobs = 0,
    no_cache: NoCache = False,
    no_search: Annotated[
        bool,
        typer.Option(
            "--no-search", help="Leave out the search index. (There is none yet: nothing changes so far.)"
        ),
    ] = False,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="End with exit code 1 if there is any warning or error."),
    ] = False,
    output_format: Annotated[
        BuildFormat,
        typer.Option("--format", help="Print a report to stdout as one JSON object, or nothing (text)."),
    ] = BuildFormat.TEXT,
) -> None:  # fmt: skip
    """Build the site.

    Only pages that changed are written. What is wrong in the notes is listed, and never
    stops a build: a faulty note becomes a page too.

    Exit codes: 0 done; 1 done, with warnings or errors under --strict; 2 the call or the
    settings are wrong, and nothing was written; 3 kbgen or the machine failed.
    """
    del no_search
    from kbgen import reporting
    from kbgen.config import load
    from kbgen.pipeline import build

    cwd = _working_directory()
    config = load(vault=vault, output=output, config_file=config_file, base_url=base_url, cwd=cwd)
    with terminal.ProgressBar() as progress:
        report = build(config, jobs=jobs, use_cache=not no_cache, progress=progress)

    if output_format is BuildFormat.JSON:
        terminal.emit(reporting.build_json(report))
    else:
        shown, more = reporting.excerpt(report.diagnostics)
        colour = terminal.is_coloured(sys.stderr)
        terminal.say(reporting.text(shown, before=reporting.prefix(config.vault, cwd), colour=colour))
        if more:
            terminal.say(f"and {more} more; see kbgen check\n")
    terminal.say(reporting.build_summary(report, reporting.prefix(config.output, cwd) or f"{config.output}/"))
    if strict and any(item.severity != "info" for item in report.diagnostics):
        raise typer.Exit(FOUND)


@app.command("check")
def check_command(
    vault: Vault = None,
    *,
    orphans: Annotated[
        bool,
        typer.Option("--orphans", help="List notes that no note links to and that link to none, too."),
    ] = False,
    unused: Annotated[
        bool,
        typer.Option("--unused/--no-unused", help="List attachments that no note uses."),
    ] = True,
    config_file: ConfigFile = None,
    jobs: Jobs = 0,
    no_cache: NoCache = False,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="End with exit code 1 on warnings too, not on errors alone."),
    ] = False,
    output_format: Annotated[
        CheckFormat,
        typer.Option(
            "--format",
            help="Print the findings for people, as one JSON object, as a SARIF log for code scanners, "
            "or as annotations for GitHub Actions.",
        ),
    ] = CheckFormat.TEXT,
) -> None:
    """List what is wrong in the notes, and write no site.

    Links that lead nowhere or to two notes, headings and blocks that are missing,
    addresses that collide, front matter that cannot be read, and more. Each finding has
    a file, a line, a column and a code that stays the same.

    Exit codes: 0 nothing worse than warnings; 1 an error, or any warning under --strict;
    2 the call or the settings are wrong; 3 kbgen or the machine failed.
    """
    from kbgen import reporting
    from kbgen.config import load
    from kbgen.pipeline import check

    cwd = _working_directory()
    config = load(vault=vault, output=None, config_file=config_file, base_url=None, cwd=cwd)
    with terminal.ProgressBar() as progress:
        found = check(config, jobs=jobs, use_cache=not no_cache, orphans=orphans, progress=progress)
    if not unused:
        found = tuple(item for item in found if item.name != "unused-attachment")

    before = reporting.prefix(config.vault, cwd)
    if output_format is CheckFormat.JSON:
        terminal.emit(reporting.as_json(found))
    elif output_format is CheckFormat.SARIF:
        terminal.emit(reporting.sarif(found, before=before))
    elif output_format is CheckFormat.GITHUB:
        terminal.emit(reporting.github(found, before=before))
    else:
        terminal.emit(reporting.text(found, before=before, colour=terminal.is_coloured(sys.stdout)))
    terminal.say(reporting.check_summary(found))
    failing = {"error", "warning"} if strict else {"error"}
    if any(item.severity in failing for item in found):
        raise typer.Exit(FOUND)


@app.command("verify")
def verify_command(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="VAULT | NOTE.md", show_default=False, readable=False,
            help="The folder of the notes, found as by build where it is left out; "
            "or notes, each of which is read by itself.",
        ),
    ] = None,
    *,
    live: Annotated[
        bool,
        typer.Option("--live", help="Let the model run and confirm its facts first; needs torch."),
    ] = False,
    show: Annotated[
        Show,
        typer.Option(
            "--show",
            help="What the table lists: problems are refuted claims and those that could not be checked; "
            "unchecked are the latter, and numbers that are part of no claim; loose are values that only "
            "stand near what they may be about, listed by all, too. bindings lists what the grammar reads "
            "where nothing is known.",
        ),
    ] = Show.PROBLEMS,
    fix: Annotated[
        bool,
        typer.Option("--fix", help="Print a diff that puts what is right in the place of refuted claims."),
    ] = False,
    write: Annotated[
        bool, typer.Option("--write", help="With --fix: change the notes, in nothing but the claimed values.")
    ] = False,
    update_baseline: Annotated[
        bool,
        typer.Option("--update-baseline", help="Write down what is refuted now, so that only news counts."),
    ] = False,
    config_file: ConfigFile = None,
    jobs: Jobs = 0,
    no_cache: NoCache = False,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="End with exit code 1 if a source of facts failed, too."),
    ] = False,
    output_format: Annotated[
        VerifyFormat,
        typer.Option(
            "--format",
            help="Print the findings for people, as one JSON object, as a SARIF log for code scanners, as "
            "test results in JUnit's XML, or as annotations for GitHub Actions.",
        ),
    ] = VerifyFormat.TABLE,
) -> None:  # fmt: skip
    """Hold what the notes claim against what is known.

    Numbers, names, dates, shapes and orders are read out of plain notes and compared with
    facts: those of the reference model, of the properties of your notes, of arithmetic
    within a note, and of tables that you bring.

    Exit codes: 0 nothing is refuted; 1 a claim is refuted that the baseline does not list,
    or under --strict a source of facts failed; 2 the call or the settings are wrong;
    3 kbgen or the machine failed.
    """
    if show is Show.BINDINGS:
        if fix or update_baseline or live:
            raise UsageError("--show bindings checks nothing: leave out --fix, --update-baseline and --live")
        _list_bindings(paths or (), config_file, output_format, jobs=jobs, use_cache=not no_cache)
        return
    if write and not fix:
        raise UsageError("--write does nothing without --fix")
    if fix and (update_baseline or output_format is not VerifyFormat.TABLE):
        raise UsageError("--fix prints a diff, and goes neither with --format nor with --update-baseline")
    from kbgen.targets import settings_of, target_of
    from kbgen.verdicts import baseline, command

    cwd = _working_directory()
    target = target_of(paths or (), cwd)
    config = settings_of(target, config_file, cwd)
    known = baseline.read(config.baseline, wanted=bool(config.verify.baseline) and not update_baseline)

    def look() -> command.Outcome:
        with terminal.ProgressBar() as progress:
            return command.outcome(
                *(config, target, cwd),
                jobs=jobs,
                use_cache=not no_cache,
                live=live,
                progress=progress,
            )

    found = look()
    command.tell_failures(found)
    if update_baseline:
        known = command.renew_baseline(found, known, config.baseline)
    found, stale = baseline.mark(found, known, config.baseline)
    command.tell_stale(stale, config.baseline)
    if fix:
        if command.fix(found, config, write=write):
            found, _ = baseline.mark(look(), known, config.baseline)
            command.tell_rest(found)
    else:
        command.report(found, output_format.value, show.value, config)
    if any(each.refuted for each in found.findings) or (strict and found.failures):
        raise typer.Exit(FOUND)


def _list_bindings(
    paths: Sequence[Path], config_file: Path | None, form: VerifyFormat, *, jobs: int, use_cache: bool
) -> None:
    """Print what the grammar binds, with no facts to hold it against."""
    if form not in {VerifyFormat.TABLE, VerifyFormat.JSON}:
        raise UsageError("--show bindings prints a table or JSON")

    from kbgen.targets import settings_of, target_of
    from kbgen.verdicts.bindings import as_json, bound, listing

    cwd = _working_directory()
    target = target_of(paths, cwd)
    config = settings_of(target, config_file, cwd)
    with terminal.ProgressBar() as progress:
        found = bound(config, target, cwd, jobs=jobs, use_cache=use_cache, progress=progress)
    terminal.emit(as_json(found) if form is VerifyFormat.JSON else listing(found))


@app.command("graph")
def graph_command(
    vault: Vault = None,
    *,
    tag: Annotated[
        list[str] | None,
        typer.Option(
            "--tag", metavar="TAG", show_default=False, help="Notes with a tag, or one below it. Repeatable."
        ),
    ] = None,
    folder: Annotated[
        list[str] | None,
        typer.Option(
            "--folder", metavar="DIR", show_default=False, help="What lies in a folder. Repeatable."
        ),
    ] = None,
    having: Annotated[
        list[str] | None,
        typer.Option(
            "--property", metavar="KEY[=VALUE]", show_default=False,
            help="Notes with a property, or with a value of it. Repeatable.",
        ),
    ] = None,
    kind: Annotated[
        list[Kind] | None,
        typer.Option("--kind", show_default=False, help="Nodes of a kind alone. Repeatable."),
    ] = None,
    match: Annotated[
        list[str] | None,
        typer.Option(
            "--match", metavar="TEXT", show_default=False, help="What has a text in its title, alias or path."
        ),
    ] = None,
    linked_from: Annotated[
        list[str] | None,
        typer.Option("--linked-from", metavar="NOTE", show_default=False, help="What a note leads to."),
    ] = None,
    links_to: Annotated[
        list[str] | None,
        typer.Option("--links-to", metavar="NOTE", show_default=False, help="What leads to a note."),
    ] = None,
    note: Annotated[
        str | None,
        typer.Option("--note", metavar="NOTE", show_default=False, help="A note with what is around it."),
    ] = None,
    depth: Annotated[
        int | None,
        typer.Option(
            "--depth", metavar="N", min=0, show_default=False,
            help="With --note: how many links away. Left out: 1.",
        ),
    ] = None,
    direction: Annotated[
        Direction | None,
        typer.Option(
            "--direction", show_default=False,
            help="With --note and with --ask path: along which links. Left out: both.",
        ),
    ] = None,
    where: Annotated[
        str | None,
        typer.Option(
            "--where", metavar="EXPRESSION", show_default=False,
            help="What else there is to ask: 'tag:ai and not folder:Inbox and in>3'.",
        ),
    ] = None,
    question: Annotated[
        str | None,
        typer.Option(
            "--ask",
            metavar="QUESTION",
            show_default=False,
            help="Answer a question over the whole vault: degree, orphans, dead-ends, unresolved, hubs, "
            "authorities, pagerank, betweenness, k-core, clustering, communities, bridges, "
            "articulation-points, similar, missing-links, mentions, cycles, path or growth.",
        ),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="NOTE", show_default=False, help="With --ask path: where it begins."),
    ] = None,
    end: Annotated[
        str | None,
        typer.Option("--to", metavar="NOTE", show_default=False, help="With --ask path: where it ends."),
    ] = None,
    avoid_hubs: Annotated[
        bool,
        typer.Option(
            "--avoid-hubs", help="With --ask path: a step to a note with n neighbours counts as log2 n steps."
        ),
    ] = False,
    along: Annotated[
        str | None,
        typer.Option(
            "--along", metavar="KEY", show_default=False,
            help="With --ask cycles: the property to follow. Left out: up.",
        ),
    ] = None,
    top: Annotated[
        int,
        typer.Option("--top", metavar="N", min=0, show_default=False, help="With --ask: the first N rows."),
    ] = 0,
    output_format: Annotated[
        GraphFormat,
        typer.Option(
            "--format",
            help="Print a table, one JSON object, or CSV (rows of an answer, else edges); of what was chosen "
            "also GraphML, GEXF, Graphviz's DOT or a Mermaid flowchart, and pictures: SVG, or one HTML page "
            "to move about in.",
        ),
    ] = GraphFormat.TABLE,
    colour: Annotated[
        Colour | None,
        typer.Option(
            "--colour", "--color", show_default=False,
            help="With pictures: colour notes by their tag, folder or community. Left out: tag.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", show_default=False, readable=False, help="Write to a file."
        ),
    ] = None,
    config_file: ConfigFile = None,
    jobs: Jobs = 0,
    no_cache: NoCache = False,
) -> None:  # fmt: skip
    """Ask the graph of the vault: which notes, how they hang together, and what stands alone.

    Values of one option widen the choice, further options narrow it. An answer to --ask
    is worked out over the whole vault, and lists what was chosen.

    Exit codes: 0 done; 2 the call is wrong, or there is no such tag, folder, property or
    note; 3 kbgen or the machine failed.
    """
    from kbgen.answers import command
    from kbgen.config import load
    from kbgen.graph.selection import Selection
    from kbgen.writing import write_whole

    _refuse_nothing(
        {"--note": note, "--ask": question, "--from": start, "--to": end, "--along": along}
        | {"--tag": tag, "--folder": folder, "--property": having, "--match": match}
        | {"--linked-from": linked_from, "--links-to": links_to}
    )
    config = load(vault=vault, output=None, config_file=config_file, base_url=None, cwd=_working_directory())
    call = command.Call(
        Selection(
            tags=tuple(tag or ()),
            folders=tuple(folder or ()),
            kinds=tuple(each.value for each in kind or ()),
            match=tuple(match or ()),
            linked_from=tuple(linked_from or ()),
            links_to=tuple(links_to or ()),
            around=note or "",
            depth=1 if depth is None else depth,
            direction=(direction or Direction.BOTH).value,
            properties=tuple(having or ()),
            where=where,
        ),
        form=output_format.value,
        question=question or "",
        start=start or "",
        end=end or "",
        avoid_hubs=avoid_hubs,
        along=along or "",
        colour=colour.value if colour else None,
        top=top,
        steps=depth is not None,
        directed=direction is not None,
    )
    with terminal.ProgressBar() as progress:
        result = command.run(config, call, jobs=jobs, use_cache=not no_cache, progress=progress)
    if output is None:
        terminal.emit(result.text)
    else:
        write_whole(output, result.text)
    terminal.say("".join(f"{line}\n" for line in result.said))


def _refuse_nothing(options: Mapping[str, str | Sequence[str] | None]) -> None:
    """Refuse options that are there and name nothing."""
    from kbgen.errors import UsageError

    for option, given in options.items():
        if any(not each.strip() for each in ([given] if isinstance(given, str) else given or ())):
            raise UsageError(f"{option} names nothing", "give it a word, or leave it out")


@app.command("init")
def init_command(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR", show_default=False, readable=False, help="Where to. Left out: this folder."
        ),
    ] = Path(),
) -> None:
    """Begin a project with settings and first notes.

    Writes kbgen.toml, which explains every setting, and a folder vault with two notes.
    Nothing is overwritten: where one of the files is there already, none is written.
    """
    from kbgen.init import init

    written = init(folder)
    terminal.say("".join(f"wrote {path}\n" for path in written))
    where = "" if folder == Path() else f"in {folder}, "
    terminal.say(f"Next: {where}run kbgen build, and open site/index.html in a browser\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    Parameters
    ----------
    arguments
        Those after the program's name; the process's own where None.

    Returns
    -------
    int
        0 done; 1 done, and something was found; 2 the call or the config is wrong; 3 a
        fault of kbgen or of the machine; 130 ended with Ctrl-C.
    """
    terminal.prepare()
    try:
        app(args=arguments, prog_name="kbgen")
    except SystemExit as end:  # Typer leaves in no other way
        if end.code == INTERRUPTED:
            terminal.say("interrupted\n")
        return end.code if isinstance(end.code, int) else 0
    except KeyboardInterrupt:
        terminal.say("interrupted\n")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - every error ends in a message and an exit code
        return _fail(error)
    finally:
        terminal.close()
    return 0


def run() -> NoReturn:
    """Be the command ``kbgen``: run it and end the process.

    The interpreter would first take apart all that it holds, note by note. For a large
    vault that is a third of a second, and everything is written and closed by now.
    """
    interrupts.answer()
    os._exit(main())


def _fail(error: Exception) -> int:
    from kbgen import reporting

    if not isinstance(error, KbgenError):
        error = _from_outside(error) or _own_fault(error)
    terminal.say(reporting.fault(error.message, error.hint, colour=terminal.is_coloured(sys.stderr)))
    return error.exit_code


def _from_outside(error: Exception) -> OutsideFault | None:
    if isinstance(error, MemoryError):
        return OutsideFault("there is not enough memory", "Try with --jobs 1.")
    if isinstance(error, OSError) and is_outside(error):
        return refused(error, "use" if error.filename else "go on")
    return None


def _own_fault(error: Exception) -> KbgenError:
    trace = "".join(traceback.format_exception(error))
    kind = f"{type(error).__name__}: {error}".partition("\n")[0]
    message = f"this is a fault of kbgen itself, not of your notes: {kind}"
    try:
        handle, name = tempfile.mkstemp(prefix="kbgen-", suffix=".txt")
        with open(handle, "w", encoding="utf-8", errors="backslashreplace") as file:  # noqa: PTH123 - a handle
            file.write(f"kbgen {__version__}, Python {platform.python_version()}, {platform.platform()}\n")
            file.write(f"{sys.argv}\n\n{trace}")
    except OSError:
        terminal.say(trace)
        return KbgenError(message, "please report it with the traceback above")
    return KbgenError(message, f"please report it with the traceback, which is in {name}")


def _working_directory() -> Path:
    try:
        return Path(os.getcwd())  # noqa: PTH109 - the same, and its error is the point
    except OSError as error:
        raise OutsideFault(f"the working directory cannot be used: {error.strerror}") from error
