"""The command line: put the commands together, run one, choose the exit code."""

import errno
import io
import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Sequence
from typing import Annotated, TextIO

import typer

from reference_model.commands.ablate import ablate
from reference_model.commands.bench import bench
from reference_model.commands.facts import facts
from reference_model.commands.options import with_options
from reference_model.commands.summary import SummaryCommand, summary
from reference_model.commands.train import Settings as TrainSettings
from reference_model.commands.train import train
from reference_model.errors import ReferenceModelError

WRONG_CALL = 2
"""Exit code: the call cannot be carried out as it stands."""
FAULT = 3
"""Exit code: a fault of our own, or of the machine."""

OUTSIDE = frozenset(
    getattr(errno, name)
    for name in (
        "EACCES", "EPERM", "EROFS",  # not allowed
        "ENOSPC", "EDQUOT", "EFBIG",  # no room
        "EMFILE", "ENFILE", "ENOMEM", "EAGAIN",  # the system has no more to give
        "EIO", "ENODEV", "ENXIO", "ESTALE", "ETIMEDOUT",  # the disk or the network drive is gone
        "EBUSY", "ETXTBSY",  # held by somebody else
    )
    if hasattr(errno, name)
)  # fmt: skip
"""What the machine may refuse, said in one line. Any other error of the system is a fault of our own."""

app = typer.Typer(
    rich_markup_mode=None,  # rich would more than double the time of --help
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
)


def _version(asked: bool) -> None:  # noqa: FBT001, as Typer calls it
    if not asked:
        return
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415, slow, and for this alone

    try:
        typer.echo(f"reference_model {version('kbgen')}")
    except PackageNotFoundError:
        typer.echo("reference_model, not installed")
    raise typer.Exit


@app.callback()
def options(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop."),
    ] = False,
) -> None:
    """AlexNet as published, its variants and its lineage: run it, measure it, ask for facts about it.

    Exit codes: 0 done; 1 done, and something was found; 2 the call is wrong; 3 a fault of
    the program or of the machine.
    """
    del version  # its callback has done the work


app.command("summary", cls=SummaryCommand)(summary)
app.command("facts")(facts)
app.command("train")(with_options(TrainSettings, train))
app.command("bench")(bench)
app.command("ablate")(ablate)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    Parameters
    ----------
    arguments
        Those after the program's name; the process's own where None.

    Returns
    -------
    int
        0 done; 1 done, and something was found; 2 the call is wrong; 3 a fault of our own or of the machine;
        130 ended with Ctrl-C.
    """
    for stream in (sys.stdout, sys.stderr):
        # The same bytes on every system. Both are None where a program has no console at all.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    try:
        app(args=arguments, prog_name="python -m reference_model")
    except SystemExit as end:  # Typer leaves in no other way
        if isinstance(end.__context__, BrokenPipeError):
            return 0  # `| head` has read enough; Typer would have it 1, which says that something was found
        return end.code if isinstance(end.code, int) else 0
    except KeyboardInterrupt:
        return 130
    except ReferenceModelError as error:
        _say(f"error: {error}")
        return WRONG_CALL
    except Exception as error:  # noqa: BLE001, every error ends in a message and an exit code
        _say(f"error: {_outside(error) or _own_fault(error)}")
        return FAULT
    finally:
        _close(sys.stdout)
        _close(sys.stderr)
    return 0


def _outside(error: Exception) -> str | None:
    # torch's has a name of its own, and torch is not imported to ask.
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return "there is not enough memory; try a smaller batch"
    if isinstance(error, OSError) and error.errno in OUTSIDE:
        return f"{error.filename}: {error.strerror}" if error.filename else f"{error.strerror}"
    return None


def _own_fault(error: Exception) -> str:
    trace = "".join(traceback.format_exception(error))
    kind = f"{type(error).__name__}: {error}".partition("\n")[0]
    message = f"this is a fault of reference_model itself: {kind}"
    try:
        handle, name = tempfile.mkstemp(prefix="reference_model-", suffix=".txt")
        with open(handle, "w", encoding="utf-8", errors="backslashreplace") as file:  # noqa: PTH123, a handle
            file.write(f"Python {platform.python_version()}, {platform.platform()}\n{sys.argv}\n\n{trace}")
    except OSError:
        _say(trace)
        return f"{message}; please report it with the traceback above"
    return f"{message}; please report it with the traceback, which is in {name}"


def _say(text: str) -> None:
    if sys.stderr is not None:
        try:
            sys.stderr.write(f"{text}\n")
        except OSError:
            _silence(sys.stderr)


def _close(stream: TextIO | None) -> None:
    """Write out what is left, so that Python has nothing to complain of when it ends."""
    if stream is not None:
        try:
            stream.flush()
        except OSError:
            _silence(stream)


def _silence(stream: TextIO) -> None:
    # What the stream still holds would fail again when Python ends, and loudly.
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, stream.fileno())
    os.close(sink)
