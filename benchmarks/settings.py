"""The settings of a measured build: those of the vault, with some changed, in a file beside the copy."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Settings = Mapping[str, Any]

PLACES = ("vault", "output", "cache")
"""Keys that lead out of the folder in which everything is measured."""


def settings_of(vault: Path) -> dict[str, Any]:
    """Return what a vault's config says, wherever kbgen would find it, but for places.

    Files that it names are found from anywhere.
    """
    for folder in (vault, vault.parent):
        for name, trail in (("kbgen.toml", ()), ("pyproject.toml", ("tool", "kbgen"))):
            table = _table(folder / name, trail)
            if table is not None:
                return _without_places(table, folder)
    return {}


def changed(settings: Settings, change: Settings) -> dict[str, Any]:
    """Return settings with some values changed, tables key by key."""
    found = dict(settings)
    for key, value in change.items():
        found[key] = changed(found.get(key, {}), value) if isinstance(value, dict) else value
    return found


def toml(settings: Settings) -> str:
    """Write settings as TOML, a table in one line."""
    return "".join(f"{_value(key)} = {_value(value)}\n" for key, value in settings.items())


def _table(file: Path, trail: tuple[str, ...]) -> dict[str, Any] | None:
    if not file.is_file():
        return None
    table: dict[str, Any] | None = tomllib.loads(file.read_text(encoding="utf-8"))
    for name in trail:
        table = table.get(name) if table is not None else None
    return table


def _without_places(table: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    found = {key: value for key, value in table.items() if key not in PLACES}
    if found.get("templates"):
        found["templates"] = str(folder.resolve() / found["templates"])
    verify = dict(found.get("verify", {}))
    if verify.get("tables"):
        verify["tables"] = [str(folder.resolve() / name) for name in verify["tables"]]
    if verify.get("baseline"):
        verify["baseline"] = str(folder.resolve() / verify["baseline"])
    return {**found, "verify": verify} if verify else found


def _value(value: object) -> str:
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_value(key)} = {_value(each)}' for key, each in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    # Texts, numbers and booleans are written as in JSON, but for one sign that TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
