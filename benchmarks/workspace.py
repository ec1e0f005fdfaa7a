"""A folder in which a copy of a vault is built and changed, with all that kbgen and its peers write."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct
from processes import Command, run
from settings import Settings, changed, settings_of, toml

from kbgen.site.theme import shipped
from vault import write_vault

ROOT = Path(__file__).parents[1]
BUNDLED = "bundled"
"""Names the vault of this repository."""
FRAME = "base.html"
"""The template of which every page is made."""
SETTLED = 3.0
"""Seconds after which kbgen trusts the times of a file to tell that it is the same."""

Change = Mapping[Path, bytes | None]
"""What files hold after a change; None where there is none any more."""


class Workspace(Struct, frozen=True):
    """Where everything lies, and how kbgen is called."""

    home: Path
    name: str
    """Of the vault, for readers."""
    settings: Settings
    jobs: int

    @property
    def vault(self) -> Path:
        """The folder of the notes."""
        return self.home / "vault"

    @property
    def config(self) -> Path:
        """The file of the settings, where kbgen finds it by itself."""
        return self.home / "kbgen.toml"

    @property
    def frame(self) -> Path:
        """The template that takes the place of the theme's own, and says the same at first."""
        return self.home / "theme" / FRAME

    @property
    def notes(self) -> list[Path]:
        """All files that may be notes, sorted."""
        return sorted(self.vault.rglob("*.md"))

    def build(
        self, *, vault: Path | None = None, config: Path | None = None, options: tuple[str, ...] = ()
    ) -> Command:
        """Return the command that builds the site, or that of a variant of the vault or its settings."""
        arguments = [sys.executable, "-m", "kbgen", "build", str(vault or self.vault), "-o", "site"]
        arguments += ["--config", str(config or self.config), "--format", "json", "--jobs", str(self.jobs)]
        return Command([*arguments, *options], self.home)

    def forget(self) -> None:
        """Remove the site and all that kbgen remembers."""
        for name in ("site", ".kbgen"):
            shutil.rmtree(self.home / name, ignore_errors=True)

    def graph(self) -> dict[str, Any]:
        """Return what the built site says of its notes."""
        found: dict[str, Any] = json.loads((self.home / "site" / "graph.json").read_bytes())
        return found


def prepare(home: Path, wanted: str, *, jobs: int, seed: int) -> Workspace:
    """Put a vault into an empty folder and build it once.

    Parameters
    ----------
    home
        The folder.
    wanted
        How many notes to generate, ``bundled``, or a folder.
    jobs
        Processes of a build; 0 for as many as pay.
    seed
        Of a generated vault.
    """
    settings: dict[str, Any] = {}
    if wanted.isdigit():
        name = f"generated, seed {seed}"
        write_vault(home / "vault", int(wanted), seed)
    else:
        source = ROOT / "vault" if wanted == BUNDLED else Path(wanted).resolve()
        name = BUNDLED if wanted == BUNDLED else source.name
        unread = shutil.ignore_patterns(".git", ".kbgen", "kbgen.toml")
        shutil.copytree(source, home / "vault", ignore=unread)
        settings = settings_of(source)
    theme = home / "theme"
    shutil.copytree(settings["templates"], theme) if settings.get("templates") else theme.mkdir()
    settings = changed({"title": name}, changed(settings, {"templates": "theme"}))
    workspace = Workspace(home, name, settings, jobs)
    workspace.config.write_text(toml(settings), encoding="utf-8")
    if not workspace.frame.exists():
        shutil.copyfile(shipped() / FRAME, workspace.frame)
    settle()
    run(workspace.build())
    return workspace


def settle() -> None:
    """Wait until kbgen trusts the times of all files."""
    time.sleep(SETTLED)


def contents(change: Change) -> Change:
    """Return what the files of a change hold now, which undoes it."""
    return {path: path.read_bytes() if path.is_file() else None for path in change}


def apply(change: Change) -> None:
    """Write the files of a change."""
    for path, content in change.items():
        if content is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(content)
