"""The config file: which one it is, its table, and the line where each key stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from msgspec import Struct

from kbgen.errors import ConfigError, is_outside_error, refused
from kbgen.settings.folders import absolute, default_vault, relative_to_cwd

CONFIG_NAME = "kbgen.toml"
_PROJECT_NAME = "pyproject.toml"


class ConfigFile(Struct, frozen=True):
    """A config file that was read; ``trail`` leads to kbgen's table in it."""

    path: Path
    shown: str
    text: str
    trail: tuple[str, ...]
    table: dict[str, Any]

    def at(self, trail: tuple[str, ...]) -> Mapping[str, Any]:
        """Return a table within kbgen's own."""
        table = self.table
        for name in trail:
            table = table[name]
        return table

    def fail(self, key: tuple[str, ...], message: str, hint: str = "") -> NoReturn:
        """Raise with the place of a key in the file."""
        line = _line_of(self.text, self.trail + key)
        raise ConfigError(f"{self.shown}:{line}: {message}", hint)


def find(vault: Path | None, config_file: Path | None, cwd: Path) -> ConfigFile | None:
    """Return the config file of a call, None where there is none.

    Parameters
    ----------
    vault, config_file
        From the command line; the vault absolute.
    cwd
        The working directory.

    Raises
    ------
    ConfigError
        If the file that is named, or the first that is found, cannot be read or is no TOML.
    OutsideError
        If the machine refuses to read it.
    """
    if config_file is not None:
        path = absolute(cwd / config_file)
        source = _read(path, cwd)
        if source is None:
            raise ConfigError(f"{relative_to_cwd(path, cwd)}: there is no table [tool.kbgen]")
        return source
    if vault is None:
        here = _first((cwd,), cwd)
        if here is not None and here.table.get("vault"):
            return here
        vault = default_vault(cwd)
        if vault is None:
            return here
    return _first(_folders(vault, cwd), cwd)


def places(vault: Path, config_file: Path | None, cwd: Path) -> tuple[Path, ...]:
    """Return every file whose coming, going or change may change the settings of a call.

    Parameters
    ----------
    vault
        Its folder, absolute.
    config_file
        From the command line.
    cwd
        The working directory.
    """
    if config_file is not None:
        return (absolute(cwd / config_file),)
    return (*(folder / CONFIG_NAME for folder in _folders(vault, cwd)), cwd / _PROJECT_NAME)


def _folders(vault: Path, cwd: Path) -> tuple[Path, ...]:
    return vault, vault.parent, cwd


def _first(folders: tuple[Path, ...], cwd: Path) -> ConfigFile | None:
    for folder in folders:
        if _is_file(folder / CONFIG_NAME):
            return _read(folder / CONFIG_NAME, cwd)
    project = cwd / _PROJECT_NAME
    return _read(project, cwd) if _is_file(project) else None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # in a folder that we may not enter, or with a name too long
        return False


def _read(path: Path, cwd: Path) -> ConfigFile | None:
    """Read a config file; None for a pyproject.toml that says nothing about kbgen."""
    shown = relative_to_cwd(path, cwd)
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        raise ConfigError(f"{shown}: there is no such config file") from None
    except OSError as error:
        if is_outside_error(error):
            raise refused(error, "read", shown) from error
        raise ConfigError(f"{shown}: the config file cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigError(f"{shown}:{line}: the config file is not UTF-8") from error
    project = path.name == _PROJECT_NAME
    if project and "kbgen" not in text:
        return None
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(_not_toml(shown, str(error))) from error
    trail = ("tool", "kbgen") if project else ()
    for key in trail:
        if not isinstance(table, dict) or key not in table:
            return None
        table = table[key]
    source = ConfigFile(path=path, shown=shown, text=text, trail=trail, table=table)
    if not isinstance(table, dict):
        source.fail((), "tool.kbgen must be a table")
    return source


def _not_toml(shown: str, message: str) -> str:
    place = re.fullmatch(r"(.*) \(at line (\d+), column (\d+)\)", message, re.DOTALL)
    if place is None:
        return f"{shown}: not valid TOML: {message}"
    return f"{shown}:{place[2]}:{place[3]}: not valid TOML: {place[1]}"


def _line_of(text: str, key: tuple[str, ...]) -> int:
    """Return the line where a key is given its value.

    tomllib keeps no places. But a statement is complete exactly where the lines so far
    parse, so the key's statement is the one that first makes it appear.
    """
    lines = text.split("\n")
    first = next((index for index, line in enumerate(lines) if key and key[-1] in line), 0)
    start = 1 + next(count for count in range(first, -1, -1) if _parsed(lines[:count]) is not None)
    for count in range(first + 1, len(lines) + 1):
        found: Any = _parsed(lines[:count])
        if found is None:
            continue
        for name in key:
            found = found.get(name) if isinstance(found, dict) else None
        if found is not None:
            return start
        start = count + 1
    return 1


def _parsed(lines: list[str]) -> dict[str, Any] | None:
    try:
        return tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError:
        return None
