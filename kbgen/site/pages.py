"""All pages and files of a site, one feature after the other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from kbgen.config import Config
from kbgen.graph.note_graph import note_graph
from kbgen.links.publish import PublicVault, listed
from kbgen.links.tags import tag_names
from kbgen.site.addresses import assign
from kbgen.site.checked import NOTHING_CHECKED, Checked
from kbgen.site.features.claims import claims_page
from kbgen.site.features.data import data_files
from kbgen.site.features.folders import folder_pages
from kbgen.site.features.home import home_page
from kbgen.site.features.not_found import not_found_page
from kbgen.site.features.notes import note_pages
from kbgen.site.features.redirects import redirect_pages
from kbgen.site.features.tags import tag_pages
from kbgen.site.features.vault import vault_page
from kbgen.site.graph_urls import graph_with_urls
from kbgen.site.plan import PageDates, PageJob, Plan
from kbgen.vault.history import History
from kbgen.vault.media_size import Size
from kbgen.vault.paths import VaultPath, folder_of, name_of

__all__ = ["data_files", "make_plan", "pages"]

_FEATURES = (
    vault_page,  # it takes longest, and nobody should wait for it at the end
    *(home_page, note_pages, folder_pages, tag_pages, redirect_pages, not_found_page, claims_page),
)


def pages(plan: Plan) -> list[PageJob]:
    """List every page of the site."""
    return [job for feature in _FEATURES for job in feature(plan)]


def make_plan(
    vault: PublicVault,
    config: Config,
    history: History,
    file_times: Mapping[VaultPath, int],
    checked: Checked = NOTHING_CHECKED,
    sizes: Mapping[VaultPath, Size] | None = None,
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
    checked
        What is known of the figures in the notes, whose HTML has marks around them.
    sizes
        Of pictures and films.
    """
    addresses = assign(vault, config)
    some = listed(vault)
    return Plan(
        vault=vault,
        listed=some,
        addresses=addresses,
        config=config,
        tags=tag_names(some.notes.values()),
        dates={path: _dates(vault, path, history, file_times) for path in vault.notes},
        backlinks=_backlinks(vault, some),
        folders=_folders(some),
        whole=note_graph(graph_with_urls(some, addresses)),
        sites={},
        checked=checked,
        sizes=sizes or {},
    )


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
    vault: PublicVault, some: PublicVault
) -> dict[VaultPath, tuple[tuple[VaultPath, tuple[int, ...]], ...]]:
    """Return who links to each note; ``some`` holds those that may be named for it."""
    found: dict[VaultPath, dict[VaultPath, list[int]]] = {}
    for path in some.notes:
        for index, end in enumerate(vault.notes[path].links):
            if end.path is not None and end.path != path and end.path in vault.notes:
                found.setdefault(end.path, {}).setdefault(path, []).append(index)
    return {
        target: tuple(
            (source, tuple(indices))
            for source, indices in sorted(
                sources.items(), key=lambda item: (vault.notes[item[0]].title.casefold(), item[0])
            )
        )
        for target, sources in found.items()
    }


def _folders(vault: PublicVault) -> dict[str, tuple[tuple[str, ...], tuple[VaultPath, ...]]]:
    folders: dict[str, set[str]] = {"": set()}
    notes: dict[str, list[VaultPath]] = {"": []}
    for path in vault.notes:
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
            tuple(sorted(notes.get(folder, []), key=lambda path: (vault.notes[path].title.casefold(), path))),
        )
        for folder, inside in sorted(folders.items())
    }
