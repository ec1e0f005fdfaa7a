"""What the config file says, held against the fields of a record: types, ranges, and what would be right."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, NoReturn, TypeVar, get_args, get_origin
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from kbgen.globs import compile_globs
from kbgen.hosts import host_name
from kbgen.nearest import did_you_mean
from kbgen.settings.file import ConfigFile
from kbgen.settings.folders import absolute

Settings = TypeVar("Settings", bound=Struct)


class Section(Struct, frozen=True):
    """A table of the config file whose keys are declared by who reads it."""

    file: ConfigFile
    trail: tuple[str, ...]

    def __repr__(self) -> str:
        """Write what it says and not where: what depends on the settings depends on that alone."""
        return repr(self.file.at(self.trail))

    def read(self, kind: type[Settings]) -> Settings:
        """Return it as a record; its paths count from the folder of the file.

        Raises
        ------
        ConfigError
            If a key is unknown, missing or ill-typed, or the record refuses a value with `ValueError`.
        """
        return _record(self.file, kind, self.trail, keys_of(kind, f"{'.'.join(self.trail)}."))

    def fail(self, message: str, hint: str = "") -> NoReturn:
        """Raise with the place of the table in the file."""
        self.file.fail(self.trail, message, hint)


def keys_of(kind: type[Struct], prefix: str = "") -> tuple[str, ...]:
    """Return every key of the config file, in order, tables with a dot.

    >>> from kbgen.config import Config
    >>> keys_of(Config)[-2:]
    ('graph.backend', 'workers.cluster')
    """
    found: list[str] = []
    for name, field in _fields(kind).items():
        inner = field if isinstance(field, type) and issubclass(field, Struct) else None
        found += keys_of(inner, f"{prefix}{name}.") if inner else (prefix + name,)
    return tuple(found)


_PLAIN: dict[Any, Any] = {
    Path: str,
    Path | None: str,
    tuple[Path, ...]: tuple[str, ...],
    dict[str, Section]: dict[str, dict[str, Any]],
}
"""How the file writes what is not written as it is kept."""
_LOCATED = (Path | None, tuple[Path, ...])


def _fields(kind: type[Struct]) -> dict[str, Any]:
    unwritten = getattr(kind, "UNWRITTEN", ())
    return {field.name: field.type for field in msgspec.structs.fields(kind) if field.name not in unwritten}


def _record(
    source: ConfigFile, kind: type[Settings], trail: tuple[str, ...], known: Sequence[str]
) -> Settings:
    values = values_of(source, kind, trail, known)
    missing = [f.name for f in msgspec.structs.fields(kind) if f.required and f.name not in values]
    if missing:
        source.fail(trail, f'"{".".join(trail)}" needs the key "{missing[0]}"')
    try:
        return kind(**values)
    except ValueError as problem:
        source.fail(trail, f'"{".".join(trail)}": {problem}')


def values_of(
    source: ConfigFile, kind: type[Struct], trail: tuple[str, ...], known: Sequence[str]
) -> dict[str, Any]:
    """Check a table against the fields of a record; paths of the vault and the output stay text.

    Parameters
    ----------
    source
        The file.
    kind
        The record.
    trail
        Leads to the table.
    known
        All keys that there are, to name the nearest of an unknown one.

    Raises
    ------
    ConfigError
        If a key is unknown or has no value that it may have: file, line, key and what would be right.
    """
    fields = _fields(kind)
    values: dict[str, Any] = {}
    for name, value in source.at(trail).items():
        key = (*trail, name)
        if name not in fields:
            _unknown(source, key, known)
        expected = fields[name]
        if isinstance(expected, type) and issubclass(expected, Struct):
            if not isinstance(value, dict):
                _ill_typed(source, key, value, expected)
            values[name] = _record(source, expected, key, known)
            continue
        plain = _PLAIN.get(expected, expected)
        try:
            values[name] = msgspec.convert(value, plain)
        except msgspec.ValidationError:
            _ill_typed(source, key, value, plain)
        values[name] = _checked(source, key, values[name])
        if expected in _LOCATED:
            values[name] = _located(source, key, values[name])
        elif expected is Path and trail:
            (values[name],) = _located(source, key, (values[name],))
    return values


def _unknown(source: ConfigFile, key: tuple[str, ...], known: Sequence[str]) -> NoReturn:
    written = ".".join(key)
    tables = {name.partition(".")[0] for name in known if "." in name}
    hint = did_you_mean(written, {*known, *tables}) or f"known keys: {', '.join(known) or 'none'}"
    source.fail(key, f'unknown key "{written}"', hint)


def _ill_typed(source: ConfigFile, key: tuple[str, ...], value: object, expected: Any) -> NoReturn:  # noqa: ANN401 - a type form
    hint = ""
    if get_origin(expected) is Literal:
        choices = get_args(expected)
        wanted = "one of " + ", ".join(f'"{choice}"' for choice in choices)
        hint = did_you_mean(value, choices) if isinstance(value, str) else ""
    elif expected is bool:
        wanted = "true or false"
    elif expected is str:
        wanted = "a text in quotes"
    elif get_origin(expected) is tuple:
        wanted = f"a list of texts, such as {_LISTS.get(key, _GLOBS)}"
    elif expected == _PLAIN[dict[str, Section]]:
        wanted = "a table for each source, such as [verify.sources.NAME]"
        if isinstance(value, dict):
            name = next(name for name, each in value.items() if not isinstance(each, dict))
            _ill_typed(source, (*key, name), value[name], Struct)
    elif get_origin(expected) is dict:
        wanted = f"a table of shares, such as {_SHARES}"
        if isinstance(value, dict):
            _bad_share(source, key, value)
    elif expected in _NUMBERS:
        wanted = _NUMBERS[expected]
    else:
        wanted = "a table"
    source.fail(key, f'"{".".join(key)}" must be {wanted}, not {_described(value)}', hint)


_NUMBERS = {int: "a whole number", float: "a number"}
_GLOBS = '["Drafts", "*.tmp"]'
_A_HOST = 'such as "player.vimeo.com"'
_LISTS: dict[tuple[str, ...], str] = {
    ("links", "schemes"): '["slack", "vscode"]',
    ("verify", "facts"): '["vault", "arithmetic"]',
    ("verify", "tables"): '["facts.toml"]',
    ("embeds", "frames"): '["player.vimeo.com"]',
}
_SHARES = '{ "alexnet.parameters" = "2%" }'
_SHARE = re.compile(r"\s*(?:\d{1,2}(?:\.\d{1,9})?\s*%|0?\.\d{1,9}|0)\s*")


def _bad_share(source: ConfigFile, key: tuple[str, ...], shares: Mapping[str, object]) -> None:
    """Name the first share that is none."""
    for name, share in shares.items():
        if isinstance(share, dict):
            source.fail(
                (*key, name), f'"{".".join(key)}" needs the key of a fact in quotes', f"such as {_SHARES}"
            )
        if not isinstance(share, str) or not _SHARE.fullmatch(share):
            said = f'"{".".join(key)}" of "{name}" must be a share under 100 %, in quotes'
            source.fail((*key, name), f"{said}, not {_described(share)}", 'such as "2%" or "0.02"')


def share(text: str) -> Decimal:
    """Read a share of ``verify.tolerance``.

    >>> share("2%"), share("0.02")
    (Decimal('0.02'), Decimal('0.02'))
    """
    number = text.strip()
    return Decimal(number.removesuffix("%").strip()) / (100 if number.endswith("%") else 1)


def _described(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'the text "{value}"'
        case int() | float():
            return f"the number {value}"
        case dict():
            return "a table"
        case list() if all(isinstance(item, str) for item in value):
            return "a list"
        case list():
            return "a list that holds other things than texts"
        case _:
            return "a date"


def _checked(  # noqa: C901 (a branch for each key)
    source: ConfigFile,
    key: tuple[str, ...],
    value: Any,  # noqa: ANN401 - as typed as its key
) -> Any:  # noqa: ANN401
    """Check what a type cannot say, and give a value its final form."""
    written = ".".join(key)
    texts = value if isinstance(value, tuple) else (value,)
    if any(isinstance(text, str) and "\0" in text for text in texts):
        source.fail(key, f'"{written}" holds a NUL character')
    match written:
        case "base_url":
            return base_url_of(value, lambda message: source.fail(key, f'"base_url": {message}'))
        case "language":
            if not re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", value):
                source.fail(
                    key, f'"language" must be a language tag, not "{value}"', 'such as "en" or "pt-BR"'
                )
        case "ignore" | "publish.exclude":
            try:
                compile_globs(value)
            except ValueError as error:
                source.fail(key, f'"{written}" holds a bad glob, {error}')
        case "embeds.frames":
            return tuple(_host(source, key, name) for name in value)
        case "links.schemes":
            return _schemes(source, key, value)
        case "workers.cluster":
            if value and not _SCHEDULER.fullmatch(value):
                source.fail(
                    key,
                    f'"{written}" must be the address of a scheduler, not "{value}"',
                    'such as "tcp://scheduler:8786"',
                )
        case "verify.tolerance":
            _bad_share(source, key, value)
        case "verify.sources":
            return {name: Section(source, (*key, name)) for name in value}
    return value


def _host(source: ConfigFile, key: tuple[str, ...], written: str) -> str:
    """Return the name of a host as browsers compare it."""
    name = host_name(written.strip())
    if name is None:
        source.fail(key, f'"{".".join(key)}" holds "{written}", which is no name of a host', _A_HOST)
    return name


_SCHEDULER = re.compile(
    r"(?:tcp|tls|ws|wss)://[^\s/:]+:\d{1,5}|(?:tcp|tls|ws|wss)://\[[0-9a-fA-F:]+\]:\d{1,5}"
)

_NEVER_A_LINK = {"about", "blob", "data", "file", "filesystem", "javascript", "vbscript", "view-source"}
"""Schemes that run something, or reach into the reader's own files; the compiler refuses them as well."""


def _schemes(source: ConfigFile, key: tuple[str, ...], schemes: tuple[str, ...]) -> tuple[str, ...]:
    """Return schemes in lower case, without the colon that some write."""
    found = []
    for written in schemes:
        name = re.sub(r":(?://)?$", "", written).lower()
        if not re.fullmatch(r"[a-z][a-z0-9+.-]*", name):
            source.fail(key, f'"links.schemes" holds "{written}", which is no scheme', 'such as "slack"')
        if name in _NEVER_A_LINK:
            source.fail(key, f'"links.schemes" holds "{written}", which no page may link to')
        found.append(name)
    return tuple(sorted(set(found)))


def _located(source: ConfigFile, key: tuple[str, ...], value: str | tuple[str, ...]) -> Any:  # noqa: ANN401 - as typed as its key
    """Make paths of the file absolute; ``""`` stands for none."""
    folder = source.path.parent
    if isinstance(value, tuple):
        if "" in value:
            source.fail(key, f'"{".".join(key)}" holds an empty path')
        return tuple(absolute(folder / path) for path in value)
    if not value:
        return None
    path = absolute(folder / value)
    if key == ("templates",) and not path.is_dir():
        source.fail(key, f'"templates" names a folder that is not there: {value}')
    return path


def base_url_of(url: str, fail: Callable[[str], NoReturn]) -> str:
    """Return an absolute address without a slash at its end; ``""`` stays.

    Parameters
    ----------
    url
        As it was written.
    fail
        Told what is wrong with it.
    """
    if not url:
        return ""
    wanted = "an absolute http(s) address such as https://example.org/notes"
    try:
        parts = urlsplit(url)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or re.search(r"[\s<>\"\\\x00-\x20\x7f]", url):
        fail(f'must be {wanted}, not "{url}"')
    if parts.query or parts.fragment or "?" in url or "#" in url:
        fail(f'must have no "?" and no "#": "{url}"')
    if parts.username is not None or parts.password is not None:
        fail("must not hold a user name or password: the address is published")
    return url.rstrip("/")
