"""The command line: find the commands, run the one that is called, and choose the exit code."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from kbgen import __version__, interrupts, terminal
from kbgen.commands.command import Command, typer_function
from kbgen.discovery import declared

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
        from kbgen.failure import report_failure  # noqa: PLC0415 - what it needs would make --help wait

        return report_failure(error)
    finally:
        terminal.close()
    return 0


def run() -> NoReturn:
    """Be the command ``kbgen``: run it and end the process.

    The interpreter would first take apart all that it holds, note by note. For a large
    vault that is a third of a second, and everything is written and closed by now.
    """
    interrupts.install_handlers()
    os._exit(main())
