"""What of a vault is left out on request, and the settings of the app that a build must know.

Read once from ``.obsidian``: ``userIgnoreFilters`` and ``strictLineBreaks`` of
``app.json``, and the folder of templates of ``templates.json``. A filter is the
beginning of a path, case not counted, or a ``/regular expression/`` that is found
somewhere in the path.
"""

from __future__ import annotations

import json
import re
import unicodedata
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from kbgen.config import Config
from kbgen.diagnostics import Diagnostic, Fault, diagnostic
from kbgen.globs import compile_globs


class AppSettings(Struct, frozen=True):
    """What Obsidian's own settings say about this vault."""

    prefixes: tuple[str, ...] = ()
    """Beginnings of paths, NFC and case folded; the folder of templates is one of them."""
    patterns: tuple[re.Pattern[str], ...] = ()
    strict_line_breaks: bool = False
    diagnostics: tuple[Diagnostic, ...] = ()


class _SettingsFile(Struct, frozen=True):
    text: str
    values: dict[str, Any]
    faults: tuple[Fault, ...] = ()


def read_settings(vault: Path) -> AppSettings:
    """Read the settings of the app; what is missing has its default.

    A file or filter that cannot be read is a diagnostic (KB129), never an exception.
    """
    app = _read(vault / ".obsidian" / "app.json")
    templates = _read(vault / ".obsidian" / "templates.json")
    faults = list(app.faults)
    prefixes: list[str] = []
    patterns: list[re.Pattern[str]] = []
    filters = app.values.get("userIgnoreFilters") or []
    if not isinstance(filters, list) or not all(isinstance(item, str) for item in filters):
        faults.append(_fault(app.text, "userIgnoreFilters", "userIgnoreFilters is not a list of texts"))
        filters = [item for item in filters if isinstance(item, str)] if isinstance(filters, list) else []
    for item in filters:
        if len(item) > 2 and item.startswith("/") and item.endswith("/"):
            try:
                patterns.append(_regex(item[1:-1]))
            except (re.error, OverflowError, RecursionError, ValueError) as error:
                faults.append(
                    _fault(app.text, item, f"the filter {item} is not a regular expression: {error}")
                )
        elif item.strip("/"):
            prefixes.append(_fold(item.lstrip("/")))
    folder = templates.values.get("folder")
    if isinstance(folder, str) and folder.strip("/ "):
        prefixes.append(_fold(folder.strip("/ ") + "/"))
    return AppSettings(
        prefixes=tuple(prefixes),
        patterns=tuple(patterns),
        strict_line_breaks=app.values.get("strictLineBreaks") is True,
        diagnostics=(
            *(diagnostic(".obsidian/app.json", fault) for fault in faults),
            *(diagnostic(".obsidian/templates.json", fault) for fault in templates.faults),
        ),
    )


def exclusion(settings: AppSettings, globs: tuple[str, ...]) -> Callable[[str], bool]:
    """Return the test whether a file is left out, by its vault path.

    >>> left_out = exclusion(AppSettings(prefixes=("drafts/",)), ("*.tmp",))
    >>> left_out("Drafts/a.md"), left_out("b/c.tmp"), left_out("b/c.md")
    (True, True, False)
    """
    glob = compile_globs(globs).fullmatch if globs else None

    def left_out(path: str) -> bool:
        return (
            (glob is not None and glob(path) is not None)
            or (bool(settings.prefixes) and path.casefold().startswith(settings.prefixes))
            or any(pattern.search(path) for pattern in settings.patterns)
        )

    return left_out


def line_breaks(settings: AppSettings, config: Config) -> Literal["soft", "hard"]:
    """Say what a single newline is: ``hard`` is a ``<br>``, which is the app's default."""
    if config.line_breaks != "auto":
        return config.line_breaks
    return "soft" if settings.strict_line_breaks else "hard"


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _regex(source: str) -> re.Pattern[str]:
    """Compile a JavaScript expression; only the spelling of named groups differs."""
    source = re.sub(r"\(\?<(?![=!])", "(?P<", source)
    source = re.sub(r"\\k<(\w+)>", r"(?P=\1)", source)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return re.compile(unicodedata.normalize("NFC", source))


def _read(path: Path) -> _SettingsFile:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return _SettingsFile("", {})
    except OSError as error:
        return _broken("", f"the file cannot be read: {error.strerror}")
    except UnicodeDecodeError:
        return _broken("", "the file is not UTF-8")
    try:
        values = json.loads(text)
    except json.JSONDecodeError as error:
        return _broken(text, f"not valid JSON: {error.msg}", error.lineno, error.colno)
    except (RecursionError, ValueError):
        return _broken(text, "not valid JSON")
    return _SettingsFile(text, values) if isinstance(values, dict) else _broken(text, "not a JSON object")


def _broken(text: str, message: str, line: int = 1, column: int = 1) -> _SettingsFile:
    fault = Fault("KB129", line, column, message, "nothing in it is respected until it can be read")
    return _SettingsFile(text, {}, (fault,))


def _fault(text: str, words: str, message: str) -> Fault:
    """Make the fault of one setting, placed where its words stand in the file."""
    at = max(text.find(json.dumps(words, ensure_ascii=False)), 0)
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    # A \ud800 in JSON is half a character, which no output could carry.
    message = message.encode(errors="backslashreplace").decode()
    return Fault("KB129", line, column, message, "it hides nothing as it stands")
