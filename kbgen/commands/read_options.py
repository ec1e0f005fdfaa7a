"""Options of the commands that read a vault, and the settings that come of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from kbgen.errors import OutsideError

if TYPE_CHECKING:
    from kbgen.config import Config

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

Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="DIR",
        show_default=False,
        readable=False,
        help="The folder of the site. Left out: what kbgen.toml says, else site. "
        "Files that kbgen did not write are never removed.",
    ),
]
BaseUrl = Annotated[
    str | None,
    typer.Option(
        "--base-url",
        metavar="URL",
        show_default=False,
        help="Where the site will stand, such as https://example.org/notes. "
        "Adds a sitemap, a feed and canonical links.",
    ),
]


class ReadOptions(NamedTuple):
    """How a vault is read."""

    config_file: Annotated[
        Path | None,
        typer.Option(
            "--config",
            metavar="FILE",
            readable=False,
            show_default=False,
            help="Read the settings from this file, not from the kbgen.toml in or beside the vault.",
        ),
    ] = None
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs",
            "-j",
            metavar="N",
            min=0,
            show_default=False,
            help="Read notes with N processes. Left out or 0: as many as pay.",
        ),
    ] = 0
    no_cache: Annotated[
        bool,
        typer.Option(
            "--no-cache", help="Read every note anew, and do not use what the last run kept in .kbgen."
        ),
    ] = False


def config_for(
    reading: ReadOptions, vault: Path | None, *, output: Path | None = None, base_url: str | None = None
) -> Config:
    """Return the settings of a call: the config file with the command line on top.

    Parameters
    ----------
    reading, vault, output, base_url
        From the command line.

    Raises
    ------
    UsageError
        As :func:`kbgen.config.load` does.
    """
    from kbgen.config import load

    return load(
        vault=vault,
        output=output,
        config_file=reading.config_file,
        base_url=base_url,
        cwd=working_directory(),
    )


def working_directory() -> Path:
    """Return the folder that the command was called in.

    Raises
    ------
    OutsideError
        If it is gone.
    """
    try:
        return Path(os.getcwd())  # noqa: PTH109 - the same, and its error is the point
    except OSError as error:
        raise OutsideError(f"the working directory cannot be used: {error.strerror}") from error
