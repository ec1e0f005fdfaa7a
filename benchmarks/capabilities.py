"""What a cold build would cost without each of its capabilities, one left out at a time.

What the config can switch off is switched off; what it cannot is taken out of the notes, so that it has
nothing to do: the price of that is what the notes have of it.
"""

from __future__ import annotations

import re
import shutil
import statistics
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct
from processes import run
from record import Cost
from settings import Settings, changed, toml
from workspace import Workspace, settle

from kbgen.config import VerifyConfig

ALSO = {"base_url": "https://example.org"}
"""What is off where nothing is set."""
BARE_PAGE = "<!DOCTYPE html>\n<title>{{ page.title }}</title>\n{{ page.body|safe }}\n"
LANGUAGE = re.compile(r"^(\s*(?:```+|~~~+))[^`\n]*$", re.MULTILINE)
WIKILINK = re.compile(r"!?\[\[(?:[^\[\]|\n]*\|)?([^\[\]|\n]*)\]\]")


class Capability(Struct, frozen=True):
    """A way to build without something."""

    name: str
    settings: dict[str, Any] = {}
    rewrite: Callable[[str], str] | None = None
    """Applied to every note."""
    options: tuple[str, ...] = ()
    template: str = ""
    """Of a note's page, in place of the theme's."""


def capabilities(settings: Settings) -> Iterator[Capability]:
    """Yield what can be left out under these settings."""
    facts = list(settings.get("verify", {}).get("facts", VerifyConfig().facts))
    yield Capability("claims", {"verify": {"facts": []}})
    for source in facts:
        rest = [each for each in facts if each != source]
        yield Capability(f"claims: the source {source}", {"verify": {"facts": rest}})
    yield Capability("feed and sitemap", {"base_url": ""})
    yield Capability("search index", options=("--no-search",))
    yield Capability("sanitising of HTML", {"unsafe_html": True})
    yield Capability("all around a note's text", template=BARE_PAGE)
    yield Capability("highlighted code", rewrite=lambda text: LANGUAGE.sub(r"\1", text))
    yield Capability("formulas", rewrite=lambda text: text.replace("$", "＄"))  # no formula begins with it
    yield Capability("wikilinks and embeds", rewrite=lambda text: WIKILINK.sub(r"\1", text))


def costs(workspace: Workspace, runs: int, progress: Callable[[str], None]) -> list[Cost]:
    """Build cold with everything and without one capability, in turn, for each, and compare CPU seconds."""
    variants = [Capability("nothing"), *capabilities(workspace.settings)]
    for number, variant in enumerate(variants):
        _prepare(workspace, variant, number)
    settle()
    whole, *rest = enumerate(variants)
    found: list[Cost] = []
    for number, variant in rest:
        pairs = []
        for _ in range(runs):
            progress(f"without {variant.name}")
            pairs.append((_cpu(workspace, whole[1], whole[0]), _cpu(workspace, variant, number)))
        found.append(
            Cost(
                name=variant.name,
                cpu_with=round(statistics.median(with_it for with_it, _ in pairs), 3),
                cpu_without=round(statistics.median(without for _, without in pairs), 3),
                share=round(statistics.median(1 - without / with_it for with_it, without in pairs), 4),
            )
        )
    return found


def _prepare(workspace: Workspace, variant: Capability, number: int) -> None:
    folder = _folder(workspace, number)
    settings = changed(changed(workspace.settings, ALSO), variant.settings)
    theme = folder / "theme"
    shutil.copytree(workspace.home / "theme", theme)
    if variant.template:
        (theme / "note.html").write_text(variant.template, encoding="utf-8")
    (folder / "kbgen.toml").write_text(toml(settings), encoding="utf-8")
    if variant.rewrite is None:
        return
    shutil.copytree(workspace.vault, folder / "vault")
    for note in (folder / "vault").rglob("*.md"):
        text = note.read_bytes().decode(errors="replace")
        note.write_bytes(variant.rewrite(text).encode())


def _cpu(workspace: Workspace, variant: Capability, number: int) -> float:
    folder = _folder(workspace, number)
    vault = folder / "vault" if variant.rewrite else workspace.vault
    command = workspace.build(vault=vault, config=folder / "kbgen.toml", options=variant.options)
    for left in (workspace.home / "site", folder / ".kbgen"):
        shutil.rmtree(left, ignore_errors=True)
    return run(command).cpu


def _folder(workspace: Workspace, number: int) -> Path:
    return workspace.home / "variants" / str(number)
