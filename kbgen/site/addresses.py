"""Where everything goes: one address for each page and file, none of them twice.

Addresses are compared without case, since many hosts and disks do not know case. The
first by path keeps the address it wants; a later one gets ``~2`` and an error (KB108).
Explicit permalinks come before all that follows from file names.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from msgspec import Struct

from kbgen.config import Config
from kbgen.diagnostics import Diagnostic, Fault, diagnostic
from kbgen.links.model import LinkedNote, ResolvedLink
from kbgen.links.publish import PublicVault, listed
from kbgen.links.tags import DEEPEST_TAG, levels_of, tag_identity, tag_names
from kbgen.nearest import nearest
from kbgen.notes.media import OPENED
from kbgen.site.reserved import elsewhere
from kbgen.site.theme import FEATURE_FILES, static_files
from kbgen.vault.paths import (
    Href,
    SitePath,
    VaultPath,
    extension_of,
    file_path,
    folder_of,
    folder_path,
    page_path,
    relative_href,
)

INDEX = SitePath("index.html")
NOT_FOUND = SitePath("404.html")
GRAPH = SitePath("graph.json")
SITEMAP = SitePath("sitemap.xml")
FEED = SitePath("feed.xml")
TAGS = "tags"
"""The folder of the pages of tags."""

MOST_TAGS = 1_000
"""Tags of one note, with those above them, that have pages: a page is hundreds of times as long as a tag."""

MOST_ALIASES = 1_000
"""Aliases of one note that have a page which leads on."""

_HOME_NAMES = ("index.md", "home.md", "readme.md")
"""What the home note is called where none is named: a note at the root, without case."""


class Addresses(Struct, frozen=True):
    """The address of everything on the site."""

    home: VaultPath | None
    """The note that is the home page; None where a home page is made."""
    notes: dict[VaultPath, SitePath]
    attachments: dict[VaultPath, SitePath]
    folders: dict[str, SitePath]
    """Every folder with a listed note in or under it; ``""`` is the home page."""
    folder_notes: dict[str, VaultPath]
    """Folders whose page is a note: ``folder/index.md``."""
    tags: dict[str, SitePath]
    """By identity, for every tag and every ancestor of one: the page to which it leads."""
    tag_pages: tuple[str, ...]
    """Tags that have a page of their own; others lead to the nearest above them, or to all tags."""
    tag_index: SitePath
    static: str
    """Folder of the theme's files, ``static`` unless the vault has a file where one of them would be."""
    redirects: dict[SitePath, VaultPath]
    claims: SitePath
    """The page of claims, where there are any."""
    overview: SitePath
    """The page on how the notes hang together."""
    diagnostics: tuple[Diagnostic, ...]


def href_of(addresses: Addresses, place: SitePath, end: ResolvedLink, subpath: str = "") -> Href | None:
    """Return where a link leads, as seen from a page; None if that is nowhere on the site.

    Parameters
    ----------
    addresses
        Of the whole site.
    place
        The page that the link stands on.
    end
        What the link means.
    subpath
        The fragment of a link to a file, which kbgen does not look into.
    """
    if end.path is None:
        return None
    page = addresses.notes.get(end.path)
    if page is not None:
        return relative_href(place, page, end.anchor)
    file = addresses.attachments.get(end.path)
    return None if file is None else relative_href(place, file, subpath)


def is_download(addresses: Addresses, end: ResolvedLink) -> bool:
    """Tell whether a link leads to a file that must not be opened as a document of the site."""
    return end.path in addresses.attachments and extension_of(end.path) not in OPENED


def assign(vault: PublicVault, config: Config) -> Addresses:
    """Give everything that will be on the site its address.

    What the author named comes first: notes and files. Pages of kbgen come after them, one by
    one, so that a note moves no more than the page whose address it has. Addresses that hosts
    and machines look for are never given away (:mod:`kbgen.site.reserved`).
    """
    taken = _Taken()
    for ours in (INDEX, NOT_FOUND, GRAPH, SITEMAP, FEED):
        taken.claim(ours, "")
    faults: list[Diagnostic] = []
    home = _home(vault, config, faults)
    notes: dict[VaultPath, SitePath] = {} if home is None else {home: INDEX}
    if home is not None:
        taken.owner[_key(INDEX)] = home
        taken.paths.add(home)

    pages = [(path, wanted) for path, wanted in _wanted_pages(vault) if path not in notes]
    files = [(path, _file_address(path, faults)) for path in vault.attachments]
    static = _static_folder([wanted for _, wanted in (*pages, *files)], config)
    taken.claim(SitePath(f"{static}/style.css"), "")
    for path, wanted in pages:
        notes[path] = _claim(taken, path, wanted, faults)
    attachments = {path: _claim(taken, path, wanted, faults) for path, wanted in files}

    some = listed(vault)
    tag_index = _give(taken, SitePath(f"{TAGS}/index.html"), "the index of tags", faults)
    paged = _tags_with_page(some, faults)
    tags = {
        tag: _give(taken, page_path(f"{TAGS}/{tag}.md"), f"the page of the tag #{tag}", faults)
        for tag in paged
    }
    for tag in tag_names(some.notes.values()).shown:
        if tag not in tags:
            nearest_first = reversed([*levels_of(tag)])
            tags[tag] = next((tags[level] for level in nearest_first if level in tags), tag_index)
    folders, folder_notes = _folders(some, notes, taken, faults)
    claims = _give(taken, SitePath("claims.html"), "the page of claims", faults)
    overview = _give(taken, SitePath("vault.html"), "the page of the vault", faults)
    return Addresses(
        home=home,
        notes=notes,
        attachments=attachments,
        folders=folders,
        folder_notes=folder_notes,
        tags=tags,
        tag_pages=paged,
        tag_index=tag_index,
        static=static,
        redirects=_redirects(vault, notes, taken, faults),
        claims=claims,
        overview=overview,
        diagnostics=tuple(faults),
    )


class _Taken:
    """The addresses that are taken, and by whom; folders too, for no file can bear a folder's name."""

    def __init__(self) -> None:
        self.owner: dict[str, str] = {}
        self.paths: set[str] = set()
        """Those of the owners that are notes or files."""
        self._folders: set[str] = set()
        self._numbers: dict[str, int] = {}
        """The next number to try behind an address that several want, in whatever letters."""

    def claim(self, wanted: SitePath, owner: str) -> SitePath:
        """Take an address, or the nearest that is free."""
        *folders, name = wanted.split("/")
        for index, folder in enumerate(folders):
            number = 2
            while _key("/".join(folders[: index + 1])) in self.owner:
                folders[index] = f"{folder}~{number}"
                number += 1
        stem, dot, extension = name.rpartition(".")
        # What was taken is never free again, so those who want the same go on where the last one stopped.
        key = _key(wanted)
        number = self._numbers.get(key, 2)
        while not self.free(path := SitePath("/".join([*folders, name]))):
            name = f"{stem}~{number}.{extension}" if dot and stem else f"{wanted.rpartition('/')[2]}~{number}"
            number += 1
        self._numbers[key] = number
        self.owner[_key(path)] = owner
        for index in range(len(folders)):
            self._folders.add(_key("/".join(folders[: index + 1])))
        return path

    def free(self, path: str) -> bool:
        """Tell whether nobody has an address, and nobody's file stands where it needs a folder."""
        return _key(path) not in self._folders and not any(key in self.owner for key in _way(path))

    def by(self, path: str) -> str:
        """Return who has an address, ``""`` where it is a page of kbgen or nobody."""
        return self.owner.get(_key(path), "")

    def whose(self, path: str) -> str:
        """Say who has an address that is not free."""
        taker = next((self.owner[key] for key in _way(path) if key in self.owner), "a folder")
        return taker or "a page of kbgen"


def _way(path: str) -> Iterator[str]:
    """Yield the keys of the folders on the way to a file, and its own."""
    parts = path.split("/")
    return (_key("/".join(parts[: length + 1])) for length in range(len(parts)))


def _key(path: str) -> str:
    return unicodedata.normalize("NFKC", path).casefold()


def _home(vault: PublicVault, config: Config, faults: list[Diagnostic]) -> VaultPath | None:
    if config.home:
        named = VaultPath(unicodedata.normalize("NFC", config.home.strip("/")))
        for candidate in (named, VaultPath(f"{named}.md")):
            if candidate in vault.notes:
                return candidate
        near = nearest(named, vault.notes)
        hint = f"Is {near} meant?" if near else "It is a path from the root of the vault, such as Home.md."
        faults.append(
            diagnostic(".", Fault("KB134", 1, 1, f"home = {config.home!r} names no published note.", hint))
        )
    for path, note in vault.notes.items():
        if note.compiled.publishing.permalink == "/":
            return path
    at_root = {path.lower(): path for path in reversed(vault.notes) if "/" not in path}
    return next((at_root[name] for name in _HOME_NAMES if name in at_root), None)


def _static_folder(wanted: Sequence[SitePath], config: Config) -> str:
    """Return the folder of the theme's files: another one where the vault has a file at the place of one."""
    name, number = "static", 0
    keys = {_key(path) for path in wanted}
    while any(key == name or key.startswith(f"{name}/") for key in keys):
        files = {_key(f"{name}/{file}") for file in static_files(config, frozenset(FEATURE_FILES))}
        # A file of the vault, one of the theme, and no folder of either where the other has a file.
        if keys.isdisjoint(step for file in files for step in _way(file)) and files.isdisjoint(
            step for key in keys for step in _way(key)
        ):
            break
        number += 1
        name = f"static-{number}"
    return name


def _wanted_pages(vault: PublicVault) -> Iterator[tuple[VaultPath, SitePath]]:
    for path, note in vault.notes.items():
        permalink = _permalink(note)
        if permalink is not None:
            yield path, permalink
    for path, note in vault.notes.items():
        if _permalink(note) is None:
            yield path, page_path(path)


def _file_address(path: VaultPath, faults: list[Diagnostic]) -> SitePath:
    """Return where a file of the vault would be; not where a host would do something with it (KB141)."""
    natural = file_path(path)
    wanted = elsewhere(natural)
    if wanted != natural:
        message = f"Hosts and browsers look for a file of the site at {natural}, so this one is at {wanted}."
        faults.append(diagnostic(path, Fault("KB141", 1, 1, message, "Rename it.")))
    return wanted


def _permalink(note: LinkedNote) -> SitePath | None:
    permalink = note.compiled.publishing.permalink
    if permalink in {"", "/"}:
        return None
    path = permalink[:-5] if permalink.lower().endswith(".html") else permalink
    return page_path(path + ".md")


def _claim(taken: _Taken, path: VaultPath, wanted: SitePath, faults: list[Diagnostic]) -> SitePath:
    other = taken.whose(wanted)
    got = taken.claim(wanted, path)
    taken.paths.add(path)
    if got != wanted:
        faults.append(
            diagnostic(
                path,
                Fault(
                    "KB108",
                    1,
                    1,
                    f"The address {wanted} is taken by {other}; this page is at {got}.",
                    "Rename one of them, or give one a permalink.",
                ),
            )
        )
    return got


def _give(taken: _Taken, wanted: SitePath, what: str, faults: list[Diagnostic]) -> SitePath:
    """Give a page of kbgen its address; where a note or file has it, say so there (KB140)."""
    owner = taken.by(wanted)
    got = taken.claim(wanted, what)
    if got != wanted and owner in taken.paths:
        message = f"This is at {wanted}, so {what} is at {got}."
        faults.append(diagnostic(owner, Fault("KB140", 1, 1, message, "Rename it, or give it a permalink.")))
    return got


def _folders(
    vault: PublicVault, notes: dict[VaultPath, SitePath], taken: _Taken, faults: list[Diagnostic]
) -> tuple[dict[str, SitePath], dict[str, VaultPath]]:
    names: set[str] = set()
    for path in vault.notes:
        folder = folder_of(path)
        while folder and folder not in names:
            names.add(folder)
            folder = folder_of(folder)
    folders = {"": INDEX}
    folder_notes: dict[str, VaultPath] = {}
    own_pages = {path.lower(): path for path in vault.notes if path.lower().endswith("/index.md")}
    for folder in sorted(names):
        note = own_pages.get(f"{folder.lower()}/index.md")
        if note is not None and folder_of(note) == folder:
            folders[folder] = notes[note]
            folder_notes[folder] = note
        else:
            wanted = SitePath(f"{folder_path(folder)}index.html")
            folders[folder] = _give(taken, wanted, f"the page of the folder {folder}", faults)
    return folders, folder_notes


_SHORTER = "Name it with fewer slashes."


def _tags_with_page(vault: PublicVault, faults: list[Diagnostic]) -> tuple[str, ...]:
    """Return the tags that get a page, and every ancestor of one; a note cannot have pages without end."""
    found: set[str] = set()
    for path, note in vault.notes.items():
        own: set[str] = set()
        seen: set[str] = set()
        for tag in note.compiled.tags:
            identity = tag_identity(tag.name)
            if not tag.name or tag.hidden or identity in seen:
                continue
            seen.add(identity)
            levels = [*levels_of(identity)]
            own.update(levels)
            if len(own) > MOST_TAGS:
                message = f"This note has more than {MOST_TAGS:,} tags; the rest of them get no page."
                faults.append(diagnostic(path, Fault("KB150", tag.line, tag.column, message)))
                break
            found.update(levels)
            if levels[-1] != identity:
                message = (
                    f"This tag has more than {DEEPEST_TAG} levels; it leads to the page of the last of these."
                )
                faults.append(diagnostic(path, Fault("KB150", tag.line, tag.column, message, _SHORTER)))
    return tuple(sorted(found))


def _redirects(
    vault: PublicVault, notes: dict[VaultPath, SitePath], taken: _Taken, faults: list[Diagnostic]
) -> dict[SitePath, VaultPath]:
    """Lead old addresses to their pages: where a note would be without a permalink, then its aliases."""
    found: dict[SitePath, VaultPath] = {}
    for path, page in notes.items():
        natural = page_path(path)
        if natural != page and taken.free(natural):
            found[taken.claim(natural, path)] = path
    for path in vault.notes:
        aliases = vault.notes[path].compiled.aliases
        if len(aliases) > MOST_ALIASES:
            message = (
                f"Only the first {MOST_ALIASES:,} of {len(aliases):,} aliases get a page that leads here."
            )
            faults.append(diagnostic(path, Fault("KB151", 1, 1, message)))
        for alias in aliases[:MOST_ALIASES]:
            wanted = page_path(alias.strip("/") + ".md") if alias.strip("/ ") else None
            if wanted is None or taken.by(wanted) == path:
                continue
            if taken.free(wanted):
                found[taken.claim(wanted, path)] = path
            else:
                faults.append(
                    diagnostic(
                        path,
                        Fault(
                            "KB123",
                            1,
                            1,
                            f"The alias {alias!r} gets no page that leads here: {wanted} is taken"
                            f" by {taken.whose(wanted)}.",
                        ),
                    )
                )
    return found
