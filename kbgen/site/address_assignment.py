"""Give everything on the site its address, so that nothing collides.

What the author named comes first: notes and files, explicit permalinks before all that follows
from file names. Pages of kbgen come after them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from kbgen.config import Config
from kbgen.diagnostics import Diagnostic, Fault, diagnostic
from kbgen.links.model import LinkedNote
from kbgen.links.publish import PublicVault, listed
from kbgen.links.tags import MAX_TAG_LEVELS, levels_of, tag_identity, tag_names
from kbgen.nearest import nearest
from kbgen.notes.model import Tag
from kbgen.site.address_registry import AddressRegistry, address_key, keys_to
from kbgen.site.addresses import (
    FEED,
    GRAPH,
    INDEX,
    NOT_FOUND,
    SITEMAP,
    TAG_INDEX,
    TAGS,
    Addresses,
    OwnAddress,
)
from kbgen.site.reserved import unreserved
from kbgen.site.theme import FEATURE_FILES, static_files
from kbgen.vault.paths import (
    SitePath,
    VaultPath,
    file_path,
    folder_of,
    folder_path,
    page_path,
    with_md,
    without_md,
)

MAX_TAGS = 1_000
"""Tags of one note, with those above them, that have pages: a page is hundreds of times as long as a tag."""

MAX_ALIASES = 1_000
"""Aliases of one note that have a page which leads on."""

_HOME_NAMES = ("index", "home", "readme")
"""What the home note is called where none is named: a note at the root, without case."""


class NamedNote(Struct, frozen=True, array_like=True, gc=False):
    """What of a note decides about addresses."""

    permalink: str
    unlisted: bool
    aliases: tuple[str, ...]


class NamedVault(Struct, frozen=True):
    """What of a public vault decides about addresses: where this is the same, so are they."""

    notes: Mapping[VaultPath, NamedNote]
    documents: tuple[VaultPath, ...]
    attachments: tuple[VaultPath, ...]
    tags: tuple[str, ...]
    """The identities of all that some listed note has."""
    paged: tuple[str, ...]
    """Those of them that get a page, and every ancestor of one, in order."""


def named_vault(vault: PublicVault) -> NamedVault:
    """Return what of a public vault decides about addresses."""
    named = listed(vault)
    return NamedVault(
        notes={path: _named(note) for path, note in vault.notes.items()},
        documents=tuple(vault.documents),
        attachments=vault.attachments,
        tags=tuple(sorted(tag_names(named.notes.values()).shown)),
        paged=_tags_with_page(named),
    )


def _named(note: LinkedNote) -> NamedNote:
    publishing = note.compiled.publishing
    return NamedNote(publishing.permalink, publishing.unlisted, note.compiled.aliases)


def assign_addresses(vault: NamedVault, config: Config, own: Mapping[str, OwnAddress]) -> Addresses:
    """Give everything that will be on the site its address.

    Pages of kbgen come after notes and files, one by one, so that a note moves no more than the
    page whose address it has. Addresses that hosts and machines look for are never given away
    (:mod:`kbgen.site.reserved`).

    Parameters
    ----------
    vault
        What it is all called.
    config
        Names the home note and the user's folder of templates.
    own
        The address that each kind of page wants of which a site has one, by the kind's name.
    """
    registry = AddressRegistry()
    for ours in (INDEX, NOT_FOUND, GRAPH, SITEMAP, FEED):
        registry.reserve(ours)
    home = _home(vault, config, registry)
    notes: dict[VaultPath, SitePath] = {} if home is None else {home: INDEX}
    if home is not None:
        registry.reserve(INDEX, home)

    pages = [(path, wanted) for path, wanted in _wanted_pages(vault) if path not in notes]
    others = [(path, page_path(path)) for path in vault.documents]
    files = [(path, _file_address(path, registry)) for path in vault.attachments]
    static = _static_folder([wanted for _, wanted in (*pages, *others, *files)], config)
    registry.allocate(SitePath(f"{static}/style.css"), "")
    for path, wanted in pages:
        notes[path] = registry.assign_file(path, wanted)
    documents = {path: registry.assign_file(path, wanted) for path, wanted in others}
    attachments = {path: registry.assign_file(path, wanted) for path, wanted in files}

    before = {name: each for name, each in own.items() if each.precedence == "before tags and folders"}
    own_pages = {name: registry.assign_page(each.path, each.description) for name, each in before.items()}
    tags = _tags(vault, own_pages[TAG_INDEX], registry)
    folders, folder_notes = _folders(vault, notes, registry)
    own_pages |= {
        name: registry.assign_page(each.path, each.description)
        for name, each in own.items()
        if name not in own_pages
    }
    return Addresses(
        home=home,
        notes=notes,
        documents=documents,
        attachments=attachments,
        folders=folders,
        folder_notes=folder_notes,
        tags=tags,
        tag_pages=vault.paged,
        static=static,
        redirects=_redirects(vault, notes, registry),
        own_pages=own_pages,
        diagnostics=tuple(registry.faults),
    )


def _home(vault: NamedVault, config: Config, registry: AddressRegistry) -> VaultPath | None:
    if config.home:
        named = VaultPath(unicodedata.normalize("NFC", config.home.strip("/")))
        for candidate in (named, VaultPath(with_md(named))):
            if candidate in vault.notes:
                return candidate
        near = nearest(named, vault.notes)
        hint = f"Is {near} meant?" if near else "It is a path from the root of the vault, such as Home.md."
        registry.faults.append(
            diagnostic(".", Fault("KB134", 1, 1, f"home = {config.home!r} names no published note.", hint))
        )
    for path, note in vault.notes.items():
        if note.permalink == "/":
            return path
    at_root = {without_md(path.lower()): path for path in reversed([*vault.notes]) if "/" not in path}
    return next((at_root[name] for name in _HOME_NAMES if name in at_root), None)


def _static_folder(wanted: Sequence[SitePath], config: Config) -> str:
    """Return the folder of the theme's files: another one where the vault has a file at the place of one."""
    name, number = "static", 0
    keys = {address_key(path) for path in wanted}
    while any(key == name or key.startswith(f"{name}/") for key in keys):
        files = {address_key(f"{name}/{file}") for file in static_files(config, frozenset(FEATURE_FILES))}
        # A file of the vault, one of the theme, and no folder of either where the other has a file.
        if keys.isdisjoint(step for file in files for step in keys_to(file)) and files.isdisjoint(
            step for key in keys for step in keys_to(key)
        ):
            break
        number += 1
        name = f"static-{number}"
    return name


def _wanted_pages(vault: NamedVault) -> Iterator[tuple[VaultPath, SitePath]]:
    for path, note in vault.notes.items():
        permalink = _permalink(note.permalink)
        if permalink is not None:
            yield path, permalink
    for path, note in vault.notes.items():
        if _permalink(note.permalink) is None:
            yield path, page_path(path)


def _file_address(path: VaultPath, registry: AddressRegistry) -> SitePath:
    """Return where a file of the vault would be; not where a host would do something with it (KB141)."""
    natural = file_path(path)
    wanted = unreserved(natural)
    if wanted != natural:
        message = f"Hosts and browsers look for a file of the site at {natural}, so this one is at {wanted}."
        registry.faults.append(diagnostic(path, Fault("KB141", 1, 1, message, "Rename it.")))
    return wanted


def _permalink(permalink: str) -> SitePath | None:
    if permalink in {"", "/"}:
        return None
    path = permalink[:-5] if permalink.lower().endswith(".html") else permalink
    return page_path(with_md(path))


def _folders(
    vault: NamedVault, notes: dict[VaultPath, SitePath], registry: AddressRegistry
) -> tuple[dict[str, SitePath], dict[str, VaultPath]]:
    names: set[str] = set()
    listed_notes = [path for path, note in vault.notes.items() if not note.unlisted]
    for path in listed_notes:
        folder = folder_of(path)
        while folder and folder not in names:
            names.add(folder)
            folder = folder_of(folder)
    folders = {"": INDEX}
    folder_notes: dict[str, VaultPath] = {}
    index_notes = {
        name: path for path in listed_notes if (name := without_md(path.lower())).endswith("/index")
    }
    for folder in sorted(names):
        note = index_notes.get(f"{folder.lower()}/index")
        if note is not None and folder_of(note) == folder:
            folders[folder] = notes[note]
            folder_notes[folder] = note
        else:
            wanted = SitePath(f"{folder_path(folder)}index.html")
            folders[folder] = registry.assign_page(wanted, f"the page of the folder {folder}")
    return folders, folder_notes


def _tags(vault: NamedVault, tag_index: SitePath, registry: AddressRegistry) -> dict[str, SitePath]:
    """Return the page to which each tag leads: its own, that of the nearest above it, or the index of all."""
    tags = {
        tag: registry.assign_page(page_path(with_md(f"{TAGS}/{tag}")), f"the page of the tag #{tag}")
        for tag in vault.paged
    }
    for tag in vault.tags:
        if tag not in tags:
            nearest_first = reversed([*levels_of(tag)])
            tags[tag] = next((tags[level] for level in nearest_first if level in tags), tag_index)
    return tags


_SHORTER = "Name it with fewer slashes."


def _tags_with_page(vault: PublicVault) -> tuple[str, ...]:
    """Return the tags that get a page, and every ancestor of one; a note cannot have pages without end."""
    found: set[str] = set()
    for note in vault.notes.values():
        if len(note.compiled.tags) * MAX_TAG_LEVELS <= MAX_TAGS:
            found.update(tag_identity(tag.name) for tag in note.compiled.tags if tag.name and not tag.hidden)
        else:
            found.update(_first_tags(note.compiled.tags)[0])
    return tuple(sorted({level for tag in found for level in levels_of(tag)}))


def tags_without_page(vault: PublicVault) -> Iterator[Diagnostic]:
    """Yield which tags of a public vault have no page of their own (KB150)."""
    for path, note in listed(vault).notes.items():
        tags = note.compiled.tags
        deep = any(tag.name.count("/") >= MAX_TAG_LEVELS for tag in tags)
        if deep or len(tags) * MAX_TAG_LEVELS > MAX_TAGS:
            for tag, message, hint in _first_tags(tags)[1]:
                yield diagnostic(path, Fault("KB150", tag.line, tag.column, message, hint))


def _first_tags(tags: Sequence[Tag]) -> tuple[set[str], list[tuple[Tag, str, str]]]:
    """Return those tags of a note that may have pages, and what is to be said of the others."""
    found: set[str] = set()
    faults: list[tuple[Tag, str, str]] = []
    own: set[str] = set()
    seen: set[str] = set()
    for tag in tags:
        identity = tag_identity(tag.name)
        if not tag.name or tag.hidden or identity in seen:
            continue
        seen.add(identity)
        levels = [*levels_of(identity)]
        own.update(levels)
        if len(own) > MAX_TAGS:
            message = f"This note has more than {MAX_TAGS:,} tags; the rest of them get no page."
            faults.append((tag, message, ""))
            break
        found.add(levels[-1])
        if levels[-1] != identity:
            message = (
                f"This tag has more than {MAX_TAG_LEVELS} levels; it leads to the page of the last of these."
            )
            faults.append((tag, message, _SHORTER))
    return found, faults


def _redirects(
    vault: NamedVault, notes: dict[VaultPath, SitePath], registry: AddressRegistry
) -> dict[SitePath, VaultPath]:
    """Lead old addresses to their pages: where a note would be without a permalink, then its aliases."""
    found: dict[SitePath, VaultPath] = {}
    for path, page in notes.items():
        natural = page_path(path)
        if natural != page and registry.is_free(natural):
            found[registry.allocate(natural, path)] = path
    for path, note in vault.notes.items():
        aliases = note.aliases
        if len(aliases) > MAX_ALIASES:
            message = (
                f"Only the first {MAX_ALIASES:,} of {len(aliases):,} aliases get a page that leads here."
            )
            registry.faults.append(diagnostic(path, Fault("KB151", 1, 1, message)))
        for alias in aliases[:MAX_ALIASES]:
            wanted = page_path(with_md(alias.strip("/"))) if alias.strip("/ ") else None
            if wanted is None or registry.owner_of(wanted) == path:
                continue
            if registry.is_free(wanted):
                found[registry.allocate(wanted, path)] = path
            else:
                registry.faults.append(
                    diagnostic(
                        path,
                        Fault(
                            "KB123",
                            1,
                            1,
                            f"The alias {alias!r} gets no page that leads here: {wanted} is taken"
                            f" by {registry.holder_of(wanted)}.",
                        ),
                    )
                )
    return found
