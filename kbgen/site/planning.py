"""Work out what the pages share, before any of them is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from kbgen.config import Config
from kbgen.graph.note_links import note_links
from kbgen.links.publish import PublicVault, listed
from kbgen.links.tags import TagNames, levels_of, tag_names
from kbgen.locales.locale import find_locale
from kbgen.site.address_assignment import assign_addresses, named_vault
from kbgen.site.addresses import Addresses
from kbgen.site.annotations import NO_ANNOTATIONS, Annotations
from kbgen.site.graph_urls import records_with_urls
from kbgen.site.pages import menu_items, own_addresses
from kbgen.site.plan import PageDates, Plan
from kbgen.vault.history import History
from kbgen.vault.media_size import Size
from kbgen.vault.paths import VaultPath, folder_of, name_of


def addresses_of(vault: PublicVault, config: Config) -> Addresses:
    """Give everything on the site its address, with the pages of every kind."""
    return assign_addresses(named_vault(vault), config, own_addresses())


def make_plan(
    vault: PublicVault,
    config: Config,
    history: History,
    file_times: Mapping[VaultPath, int],
    annotations: Annotations = NO_ANNOTATIONS,
    sizes: Mapping[VaultPath, Size] | None = None,
    *,
    addresses: Addresses | None = None,
) -> Plan:
    """Work out what the pages share.

    Parameters
    ----------
    vault
        The public vault.
    config
        Title, addresses and languages.
    history
        Dates from Git.
    file_times
        Times of files in nanoseconds, where they may stand in for a date; else empty.
    annotations
        What is known of the figures in the notes, whose HTML has marks around them.
    sizes
        Of pictures and films.
    addresses
        Of the vault, where somebody has them.
    """
    addresses = addresses_of(vault, config) if addresses is None else addresses
    named = listed(vault)
    by_title = sorted(named.notes, key=lambda path: (named.notes[path].title.casefold(), path))
    tags = tag_names(named.notes.values())
    graph = records_with_urls(named, tags, addresses)
    plan = Plan(
        config=config,
        locale=find_locale(config.language),
        vault=vault,
        titles={path: note.title for path, note in vault.notes.items()},
        listed={path: not note.compiled.publishing.noindex for path, note in named.notes.items()},
        addresses=addresses,
        tags=tags,
        dates={path: _dates(vault, path, history, file_times) for path in vault.notes},
        backlinks=_backlinks(vault, by_title),
        folders=_folders(by_title),
        folder_at={place: folder for folder, place in addresses.folders.items()},
        tagged=_tagged(named, by_title, tags, addresses.tag_pages),
        tag_children=_tag_children(addresses.tag_pages),
        graph=graph,
        links=note_links(graph),
        annotations=annotations,
        sizes=sizes or {},
    )
    return msgspec.structs.replace(plan, menu=menu_items(plan, "header"), footer=menu_items(plan, "footer"))


def _dates(
    vault: PublicVault, path: VaultPath, history: History, file_times: Mapping[VaultPath, int]
) -> PageDates:
    """Return a note's dates: as it says, else from Git, else from its file where that is wanted (FM-36)."""
    publishing = vault.notes[path].compiled.publishing
    known = history.dates.get(path)
    changed = file_times.get(path)
    from_file = "" if changed is None else datetime.fromtimestamp(changed / 1e9, UTC).date().isoformat()
    created = publishing.created or publishing.published or (known.created if known else "")
    modified = publishing.modified or (known.modified if known else "") or from_file
    return PageDates(created, modified)


def _backlinks(
    vault: PublicVault, by_title: Iterable[VaultPath]
) -> dict[VaultPath, tuple[tuple[VaultPath, tuple[int, ...]], ...]]:
    """Return who links to each note, of those that may be listed for it, in their order."""
    found: dict[VaultPath, dict[VaultPath, list[int]]] = {}
    for path in by_title:
        for index, end in enumerate(vault.notes[path].links):
            target = end.path
            if target is not None and target != path and target in vault.notes:
                found.setdefault(target, {}).setdefault(path, []).append(index)
    return {
        target: tuple((source, tuple(indices)) for source, indices in found[target].items())
        for target in sorted(found)
    }


def _tagged(
    vault: PublicVault, by_title: Iterable[VaultPath], tags: TagNames, paged: Sequence[str]
) -> dict[str, tuple[VaultPath, ...]]:
    found: dict[str, dict[VaultPath, None]] = {tag: {} for tag in paged}
    for path in by_title:
        for tag in tags.of(vault.notes[path]):
            for level in levels_of(tag):
                if level in found:
                    found[level][path] = None
    return {tag: tuple(paths) for tag, paths in found.items()}


def _tag_children(paged: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {"": []}
    for tag in paged:
        found.setdefault(tag, [])
        found.setdefault(tag.rpartition("/")[0], []).append(tag)
    return {tag: tuple(below) for tag, below in found.items()}


def _folders(by_title: Iterable[VaultPath]) -> dict[str, tuple[tuple[str, ...], tuple[VaultPath, ...]]]:
    folders: dict[str, set[str]] = {"": set()}
    notes: dict[str, list[VaultPath]] = {"": []}
    for path in by_title:
        folder = folder_of(path)
        notes.setdefault(folder, []).append(path)
        while folder:
            above = folder_of(folder)
            folders.setdefault(folder, set())
            folders.setdefault(above, set()).add(folder)
            folder = above
    return {
        folder: (
            tuple(sorted(inside, key=lambda each: (name_of(each).casefold(), each))),
            tuple(notes.get(folder, ())),
        )
        for folder, inside in sorted(folders.items())
    }
