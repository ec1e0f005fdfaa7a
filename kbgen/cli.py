"""The command line: find the commands, run the one that is called, and choose the exit code."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from kbgen import __version__, interrupts, terminal
from kbgen.commands.command import Command, typer_function
from kbgen.discovery import declared
from kbgen.errors import KbgenError, OutsideFault, is_outside, refused

INTERRUPTED = 130
"""Exit code of a command ended with Ctrl-C, as in a shell."""

app = typer.Typer(
    rich_markup_mode=None,  # rich would more than double the time of --help
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
)
for _command in sorted(declared("kbgen.commands", Command), key=lambda each: each.position):
    app.command(_command.name)(typer_function(_command))


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
    from kbgen import reporting  # noqa: PLC0415 - --help need not wait for it

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
