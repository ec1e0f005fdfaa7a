"""The command ``kbgen serve``: the site on this machine, made new at every change."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from kbgen.commands.command import DONE, Command
from kbgen.commands.read_options import (
    BaseUrl,
    Output,
    ReadOptions,
    Vault,
    config_for,
    working_directory,
)

if TYPE_CHECKING:
    from kbgen.config import Config


class Settings(NamedTuple):
    """Options of ``kbgen serve``."""

    vault: Vault = None
    output: Output = None
    base_url: BaseUrl = None
    host: Annotated[
        str,
        typer.Option(
            "--host",
            metavar="HOST",
            help="The name or address to listen at. 0.0.0.0 is all: other machines can read the site then.",
        ),
    ] = "127.0.0.1"
    port: Annotated[
        int,
        typer.Option("--port", metavar="PORT", min=0, max=65535, help="The port; 0 is any that is free."),
    ] = 8000
    poll: Annotated[
        bool,
        typer.Option(
            "--poll",
            help="Look for changes again and again, where the system tells nothing of them: "
            "in folders of a network, of a virtual machine or of a container.",
        ),
    ] = False
    reading: ReadOptions = ReadOptions()


def run(settings: Settings) -> int:
    """Serve the site on this machine, and make it new at every change.

    Builds as kbgen build does, then watches the notes, kbgen.toml, templates and tables
    of facts. Pages that are open are reloaded when they change, and show what is wrong
    while a template or kbgen.toml is broken. The files of the site are those of a build.

    Ctrl-C ends it, with exit code 130. Other exit codes: 2 the call or the settings are
    wrong, or the port is taken; 3 kbgen or the machine failed.
    """
    from kbgen.serve.rebuilding import rebuilder
    from kbgen.serve.serving import Call, serve
    from kbgen.settings.file import places

    cwd, reading = working_directory(), settings.reading

    def config_files(config: Config) -> tuple[Path, ...]:
        return places(config.vault, reading.config_file, cwd)

    call = Call(
        settings=partial(
            config_for, reading, settings.vault, output=settings.output, base_url=settings.base_url
        ),
        config_files=config_files,
        cwd=cwd,
        host=settings.host,
        port=settings.port,
        poll=settings.poll,
    )
    serve(call, rebuilder(jobs=reading.jobs, use_cache=not reading.no_cache))
    return DONE


COMMAND = Command("serve", Settings, run, position=2)
