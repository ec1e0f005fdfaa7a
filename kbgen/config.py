"""The settings of a build: kbgen.toml or [tool.kbgen], typed, with the command line on top."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, NoReturn, TypeVar, get_args, get_origin
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from kbgen.errors import ConfigError, VaultError, is_outside, refused
from kbgen.folders import absolute, check_output, check_vault, default_cache, default_vault, shown_from
from kbgen.globs import compile_globs
from kbgen.hosts import host_name
from kbgen.nearest import did_you_mean

CONFIG_NAME = "kbgen.toml"
BASELINE_NAME = "verify-baseline.json"
FACTS_GROUP = "kbgen.facts"
"""Entry points of sources of facts, among which the config chooses by name."""

LineBreaks = Literal["auto", "soft", "hard"]
Settings = TypeVar("Settings", bound=Struct)


class Publish(Struct, frozen=True):
    """Which notes become public: the table ``[publish]``."""

    mode: Literal["all", "explicit"] = "all"
    """``explicit`` publishes only notes that say ``publish: true``."""
    exclude: tuple[str, ...] = ()
    """Globs of folders that stay private unless a note says ``publish: true``."""


class Embeds(Struct, frozen=True):
    """What of other hosts may stand on a page: the table ``[embeds]``."""

    frames: tuple[str, ...] = ("www.youtube-nocookie.com", "player.vimeo.com")
    """Hosts whose pages may be framed; a frame of any other is a link."""


class Links(Struct, frozen=True):
    """Where links may lead: the table ``[links]``."""

    schemes: tuple[str, ...] = ()
    """Schemes of other programs that links may have, such as ``slack``, beside those always allowed."""


class Section(Struct, frozen=True):
    """A table of the config file whose keys are declared by who reads it."""

    file: _Source
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
        return _record(self.file, kind, self.trail, keys(kind, f"{'.'.join(self.trail)}."))

    def fail(self, message: str, hint: str = "") -> NoReturn:
        """Raise with the place of the table in the file."""
        self.file.fail(self.trail, message, hint)


class Verify(Struct, frozen=True):
    """What claims are held against: the table ``[verify]``."""

    facts: tuple[str, ...] = ("reference_model", "vault", "arithmetic")
    """Sources of facts, those believed first before the others: entry points in the group ``kbgen.facts``."""
    tables: tuple[Path, ...] = ()
    """TOML and CSV files of facts; they are believed first."""
    sources: dict[str, Section] = {}
    """The settings of sources, by name: ``[verify.sources.NAME]``, with keys that the source declares."""
    tolerance: dict[str, str] = {}
    """Slack by key of a fact, as a share: ``{ "alexnet.parameters" = "2%" }``."""
    baseline: Path | None = None
    """File of refuted claims that are known; see :attr:`Config.baseline` for where it is otherwise."""


class Measures(Struct, frozen=True):
    """How questions to the graph are answered: the table ``[graph]``."""

    backend: str = ""
    """The networkx backend that works out measures, such as ``parallel``."""


class Config(Struct, frozen=True):
    """Everything that a build depends on besides the vault and the templates.

    Paths are absolute once :func:`load` returns.
    """

    vault: Path
    """Folder of the notes."""
    output: Path
    """Folder of the site."""
    cache: Path | None = None
    """Folder of kbgen's own notes to itself: ``.kbgen`` in :attr:`folder`, but in the user's cache where that
    would lie in the vault. None where there is no place for one."""
    folder: Path = Path()
    """Folder of the config file; the working directory where there is none."""
    title: str = ""
    """Title of the site; the name of the vault's folder where none is given."""
    base_url: str = ""
    """Address of the site, without a slash at the end; feeds and the sitemap need it."""
    language: str = "en"
    """Language of the notes, a BCP 47 tag."""
    home: str = ""
    """Path of the note that becomes the home page; found by its name where none is given."""
    ignore: tuple[str, ...] = ()
    """Globs of files that are never read; see :mod:`kbgen.globs`."""
    templates: Path | None = None
    """Folder of templates that take the place of the theme's own."""
    line_breaks: LineBreaks = "auto"
    """What a single newline does; ``auto`` asks the settings of the vault."""
    strict_links: bool = False
    """Whether an alias is no name for a link, as in Obsidian."""
    unsafe_html: bool = False
    """Whether HTML in notes is passed on unsanitised."""
    file_dates: bool = False
    """Whether the file's time stands in where neither the note nor Git has a date."""
    publish: Publish = Publish()
    """Which notes become public."""
    embeds: Embeds = Embeds()
    """What of other hosts may stand on a page."""
    links: Links = Links()
    """Where links may lead."""
    verify: Verify = Verify()
    """What claims are held against."""
    graph: Measures = Measures()
    """How questions to the graph are answered."""

    @property
    def baseline(self) -> Path:
        """The file of refuted claims that are known: the one named, else one beside the config file."""
        return self.verify.baseline or self.folder / BASELINE_NAME


class _Source(Struct, frozen=True):
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


def load(
    *,
    vault: Path | None,
    output: Path | None,
    config_file: Path | None,
    base_url: str | None,
    cwd: Path,
    writes: bool = True,
) -> Config:
    """Find the vault and its config file, read it and put the command line on top.

    The config is ``kbgen.toml`` in the vault, else in the folder around it, else in the
    working directory, else ``[tool.kbgen]`` of the working directory's
    ``pyproject.toml``; the first found is the only one read. Without a vault on the
    command line, a config of the working directory that names one wins; then ``./vault``,
    then the working directory itself if it holds ``.obsidian``.

    Parameters
    ----------
    vault, output, config_file
        From the command line, relative to ``cwd``; None where not given.
    base_url
        From the command line; ``""`` takes back what the file says.
    cwd
        The working directory.
    writes
        Whether a site is to be written; else it does not matter where.

    Returns
    -------
    Config
        With absolute paths; those written in the file count from the file's folder.

    Raises
    ------
    ConfigError
        If a setting is unknown or impossible: file, line, key and what would be right.
    VaultError
        If there is no vault, or it cannot be listed.
    OutputError
        If the site would be written over the vault, or into a file.
    """
    cwd = absolute(cwd)
    given = None if vault is None else absolute(cwd / vault)
    source = _find(given, config_file, cwd)
    base = cwd if source is None else source.path.parent
    values: dict[str, Any] = {} if source is None else _typed(source, Config, (), keys())

    named = values.pop("vault", "")
    if given is None:
        given = absolute(base / named) if named else default_vault(cwd)
    if given is None:
        raise VaultError(
            "no vault was named, and there is none here",
            "name its folder (kbgen build NOTES), or start where a folder vault/ or .obsidian/ is",
        )
    check_vault(given, cwd)

    target = values.pop("output", "") or "site"
    values["output"] = absolute(cwd / output if output is not None else base / target)
    if writes:
        check_output(values["output"], given, cwd)

    if base_url is not None:
        values["base_url"] = _base_url(base_url, lambda message: _refuse(f"--base-url: {message}"))
    values["title"] = values.get("title") or given.name or "Notes"
    values["cache"] = values.get("cache") or default_cache(base, given)
    return Config(vault=given, folder=base, **values)


def _refuse(message: str) -> NoReturn:
    raise ConfigError(message)


# --- which file ---------------------------------------------------------------------


def _find(vault: Path | None, config_file: Path | None, cwd: Path) -> _Source | None:
    if config_file is not None:
        path = absolute(cwd / config_file)
        source = _read(path, cwd)
        if source is None:
            raise ConfigError(f"{shown_from(path, cwd)}: there is no table [tool.kbgen]")
        return source
    if vault is None:
        here = _first((cwd,), cwd)
        if here is not None and here.table.get("vault"):
            return here
        vault = default_vault(cwd)
        if vault is None:
            return here
    return _first((vault, vault.parent, cwd), cwd)


def _first(folders: tuple[Path, ...], cwd: Path) -> _Source | None:
    for folder in folders:
        if _is_file(folder / CONFIG_NAME):
            return _read(folder / CONFIG_NAME, cwd)
    project = cwd / "pyproject.toml"
    return _read(project, cwd) if _is_file(project) else None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # in a folder that we may not enter, or with a name too long
        return False


def _read(path: Path, cwd: Path) -> _Source | None:
    """Read a config file; None for a pyproject.toml that says nothing about kbgen."""
    shown = shown_from(path, cwd)
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        raise ConfigError(f"{shown}: there is no such config file") from None
    except OSError as error:
        if is_outside(error):
            raise refused(error, "read", shown) from error
        raise ConfigError(f"{shown}: the config file cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigError(f"{shown}:{line}: the config file is not UTF-8") from error
    project = path.name == "pyproject.toml"
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
    source = _Source(path=path, shown=shown, text=text, trail=trail, table=table)
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


# --- what it says -------------------------------------------------------------------

_UNWRITTEN = {"folder"}
"""Fields of Config that follow from others and are no keys of the file."""


def keys(kind: type[Struct] = Config, prefix: str = "") -> tuple[str, ...]:
    """Return every key of the config file, in order, tables with a dot.

    >>> keys()[-2:]
    ('verify.baseline', 'graph.backend')
    """
    found: list[str] = []
    for name, field in _fields(kind).items():
        inner = field if isinstance(field, type) and issubclass(field, Struct) else None
        found += keys(inner, f"{prefix}{name}.") if inner else (prefix + name,)
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
    return {field.name: field.type for field in msgspec.structs.fields(kind) if field.name not in _UNWRITTEN}


def _record(source: _Source, kind: type[Settings], trail: tuple[str, ...], known: Sequence[str]) -> Settings:
    values = _typed(source, kind, trail, known)
    missing = [f.name for f in msgspec.structs.fields(kind) if f.required and f.name not in values]
    if missing:
        source.fail(trail, f'"{".".join(trail)}" needs the key "{missing[0]}"')
    try:
        return kind(**values)
    except ValueError as problem:
        source.fail(trail, f'"{".".join(trail)}": {problem}')


def _typed(
    source: _Source, kind: type[Struct], trail: tuple[str, ...], known: Sequence[str]
) -> dict[str, Any]:
    """Check a table against the fields of a record; paths of the vault and the output stay text."""
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


def _unknown(source: _Source, key: tuple[str, ...], known: Sequence[str]) -> NoReturn:
    written = ".".join(key)
    tables = {name.partition(".")[0] for name in known if "." in name}
    hint = did_you_mean(written, {*known, *tables}) or f"known keys: {', '.join(known) or 'none'}"
    source.fail(key, f'unknown key "{written}"', hint)


def _ill_typed(source: _Source, key: tuple[str, ...], value: object, expected: Any) -> NoReturn:  # noqa: ANN401 - a type form
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


def _bad_share(source: _Source, key: tuple[str, ...], shares: Mapping[str, object]) -> None:
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
    source: _Source,
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
            return _base_url(value, lambda message: source.fail(key, f'"base_url": {message}'))
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
        case "verify.tolerance":
            _bad_share(source, key, value)
        case "verify.sources":
            return {name: Section(source, (*key, name)) for name in value}
    return value


def _host(source: _Source, key: tuple[str, ...], written: str) -> str:
    """Return the name of a host as browsers compare it."""
    name = host_name(written.strip())
    if name is None:
        source.fail(key, f'"{".".join(key)}" holds "{written}", which is no name of a host', _A_HOST)
    return name


_NEVER_A_LINK = {"about", "blob", "data", "file", "filesystem", "javascript", "vbscript", "view-source"}
"""Schemes that run something, or reach into the reader's own files; the compiler refuses them as well."""


def _schemes(source: _Source, key: tuple[str, ...], schemes: tuple[str, ...]) -> tuple[str, ...]:
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


def _located(source: _Source, key: tuple[str, ...], value: str | tuple[str, ...]) -> Any:  # noqa: ANN401 - as typed as its key
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


def _base_url(url: str, fail: Callable[[str], NoReturn]) -> str:
    """Return an absolute address without a slash at its end; ``""`` stays."""
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
