"""The settings of a build: kbgen.toml or [tool.kbgen], typed, with the command line on top."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Literal, NoReturn

from msgspec import Struct

from kbgen.errors import ConfigError, VaultError
from kbgen.settings.file import find
from kbgen.settings.folders import absolute, check_output, check_vault, default_cache, default_vault
from kbgen.settings.values import Section, base_url_of, keys_of, values_of

BASELINE_NAME = "verify-baseline.json"
FACTS_GROUP = "kbgen.facts"
"""Entry points of sources of facts, among which the config chooses by name."""

LineBreaks = Literal["auto", "soft", "hard"]


class PublishConfig(Struct, frozen=True):
    """Which notes become public: the table ``[publish]``."""

    mode: Literal["all", "explicit"] = "all"
    """``explicit`` publishes only notes that say ``publish: true``."""
    exclude: tuple[str, ...] = ()
    """Globs of folders that stay private unless a note says ``publish: true``."""


class EmbedsConfig(Struct, frozen=True):
    """What of other hosts may stand on a page: the table ``[embeds]``."""

    frames: tuple[str, ...] = ("www.youtube-nocookie.com", "player.vimeo.com")
    """Hosts whose pages may be framed; a frame of any other is a link."""


class LinksConfig(Struct, frozen=True):
    """Where links may lead: the table ``[links]``."""

    schemes: tuple[str, ...] = ()
    """Schemes of other programs that links may have, such as ``slack``, beside those always allowed."""


class VerifyConfig(Struct, frozen=True):
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


class GraphConfig(Struct, frozen=True):
    """How questions to the graph are answered: the table ``[graph]``."""

    backend: str = ""
    """The networkx backend that works out measures, such as ``parallel``."""


class WorkersConfig(Struct, frozen=True):
    """Who does the work beside this machine: the table ``[workers]``."""

    cluster: str = ""
    """Address of the scheduler of a Dask cluster, such as ``tcp://scheduler:8786``."""


class Config(Struct, frozen=True):
    """Everything that a build depends on besides the vault and the templates.

    Paths are absolute once :func:`load` returns.
    """

    UNWRITTEN: ClassVar = ("folder",)
    """Fields that follow from others and are no keys of the file."""

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
    publish: PublishConfig = PublishConfig()
    """Which notes become public."""
    embeds: EmbedsConfig = EmbedsConfig()
    """What of other hosts may stand on a page."""
    links: LinksConfig = LinksConfig()
    """Where links may lead."""
    verify: VerifyConfig = VerifyConfig()
    """What claims are held against."""
    graph: GraphConfig = GraphConfig()
    """How questions to the graph are answered."""
    workers: WorkersConfig = WorkersConfig()
    """Who does the work beside this machine; nothing that is made depends on it."""

    @property
    def baseline(self) -> Path:
        """The file of refuted claims that are known: the one named, else one beside the config file."""
        return self.verify.baseline or self.folder / BASELINE_NAME


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
    source = find(given, config_file, cwd)
    base = cwd if source is None else source.path.parent
    values: dict[str, Any] = {} if source is None else values_of(source, Config, (), keys())

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
        values["base_url"] = base_url_of(base_url, lambda message: _refuse(f"--base-url: {message}"))
    values["title"] = values.get("title") or given.name or "Notes"
    values["cache"] = values.get("cache") or default_cache(base, given)
    return Config(vault=given, folder=base, **values)


def _refuse(message: str) -> NoReturn:
    raise ConfigError(message)


def keys() -> tuple[str, ...]:
    """Return every key of the config file, in order, tables with a dot."""
    return keys_of(Config)
