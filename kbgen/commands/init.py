"""The command ``kbgen init``: begin a project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from kbgen import terminal
from kbgen.commands.command import DONE, Command


class Settings(NamedTuple):
    """Options of ``kbgen init``."""

    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR", show_default=False, readable=False, help="Where to. Left out: this folder."
        ),
    ] = Path()


def run(settings: Settings) -> int:
    """Begin a project with settings and first notes.

    Writes kbgen.toml, which explains every setting, and a folder vault with two notes.
    Nothing is overwritten: where one of the files is there already, none is written.
    """
    from kbgen.init import init

    written = init(settings.folder)
    terminal.say("".join(f"wrote {path}\n" for path in written))
    where = "" if settings.folder == Path() else f"in {settings.folder}, "
    terminal.say(f"Next: {where}run kbgen build, and open site/index.html in a browser\n")
    return DONE


COMMAND = Command("init", Settings, run, position=6)
