"""The story of a build: scan, compile each note, link, cut the public part, check it, make pages, write.

What is between compiling and rendering is worked out anew every time, and is cheap;
the two ends remember what they did by the hash of what went in. So a build after a
change gives the same bytes as a build from nothing.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from kbgen.config import Config
from kbgen.diagnostics import Diagnostic
from kbgen.last_build import (
    compile_options,
    keep_graph,
    kept_graph,
    open_store,
    state_of,
    unchanged,
    vault_state,
)
from kbgen.processes import worker_count
from kbgen.report import BuildReport, Clock
from kbgen.site.writer import Output
from kbgen.vault.history import git_dates
from kbgen.vault.paths import VaultPath
from kbgen.vault.scan import VaultFiles, still_there, unicode_variants

if TYPE_CHECKING:
    from kbgen.graph.build import Graph
    from kbgen.links.model import LinkedVault
    from kbgen.notes.compile_all import Compiled
    from kbgen.notes.store import NoteStore
    from kbgen.site.addresses import Addresses
    from kbgen.verification.bindings import Bindings
    from kbgen.verification.verifying import Verification

# ruff: noqa: PLC0415 - a build with nothing to do must not wait for the parser and the templates to load

Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, and how much there is."""


class ReadVault(Struct, frozen=True):
    """A vault that is read and linked."""

    files: VaultFiles
    compiled: Compiled
    linked: LinkedVault


class Survey(Struct, frozen=True):
    """A linked vault and where its public part will be."""

    linked: LinkedVault
    addresses: Addresses
    diagnostics: tuple[Diagnostic, ...]
    """What the stages found, but for what linking did."""


def silent(_stage: str, _done: int, _total: int) -> None:
    """Say nothing."""


def build(
    config: Config, *, jobs: int = 0, use_cache: bool = True, progress: Progress = silent
) -> BuildReport:
    """Build the site of a vault.

    Parameters
    ----------
    config
        Where, what and how.
    jobs
        Processes at most; 0 for as many as there are processors.
    use_cache
        Whether to use what earlier builds compiled, and to keep what this one does.
    progress
        Told how far the build is.

    Raises
    ------
    OutputError
        If the output holds files that kbgen did not write.
    TemplateFault
        If a template fails; the site stays as it was.
    OutsideFault
        If the machine refuses to write.
    """
    clock = Clock()
    workers = worker_count(jobs)
    with _no_collector(), Output(config.output) as output:
        files, store = open_store(config, use_cache=use_cache)
        with contextlib.closing(store):
            clock.lap("scan")
            state = state_of(config, files)
            last = unchanged(store, state, output)
            if last is not None:
                return msgspec.structs.replace(last, seconds=clock.seconds())
            vault = _read(config, files, store, workers, progress, clock)
            report = _write_site(config, vault, store, output, state, workers, progress, clock)
            store.save({"report": msgspec.msgpack.encode(report), "state": state.encode()})
    return report


def check(
    config: Config,
    *,
    jobs: int = 0,
    use_cache: bool = True,
    orphans: bool = False,
    progress: Progress = silent,
) -> tuple[Diagnostic, ...]:
    """Return everything that is amiss in a vault, and write no site.

    Parameters
    ----------
    config, jobs, use_cache, progress
        As for :func:`build`.
    orphans
        Whether to list notes that no link joins to any other.
    """
    from kbgen.annotate.collect import unknown_bindings
    from kbgen.findings import all_findings
    from kbgen.links.publish import publish

    found = survey(config, jobs=jobs, use_cache=use_cache, progress=progress)
    unknown = unknown_bindings(config, publish(found.linked))
    return all_findings(found.linked, [*found.diagnostics, *unknown], orphans=orphans)


def verify(
    config: Config,
    *,
    notes: Sequence[Path] = (),
    jobs: int = 0,
    use_cache: bool = True,
    live: bool = False,
    progress: Progress = silent,
) -> Verification:
    """Hold what notes claim against what is known.

    Parameters
    ----------
    config, jobs, use_cache, progress
        As for :func:`build`.
    notes
        Files to read alone, each without the rest of its vault; the whole vault where there are none.
    live
        Whether sources that can run something shall confirm their facts first.

    Raises
    ------
    ConfigError
        If a table of facts cannot be read.
    VaultError
        If a note is not there.
    """
    from kbgen.verification.result_cache import Shelf
    from kbgen.verification.verifying import verify_alone, verify_vault

    workers = worker_count(jobs)
    with _no_collector():
        if notes:
            return verify_alone(config, notes, live=live)
        files, store = open_store(config, use_cache=use_cache)
        with contextlib.closing(store):
            vault = _read(config, files, store, workers, progress, Clock())
            store.save({})
            places = {file.path: Path(file.real) for file in files.notes}
            shelf = Shelf(store, "verified")
            found = verify_vault(config, vault.linked, files=places, live=live, workers=workers, shelf=shelf)
            store.save({})
        return found


def bindings(
    config: Config,
    note: Path | None = None,
    *,
    jobs: int = 0,
    use_cache: bool = True,
    progress: Progress = silent,
) -> Bindings:
    """Return what the grammar binds where nothing is known.

    Parameters
    ----------
    config, jobs, use_cache, progress
        As for :func:`build`.
    note
        A file to read alone; the whole vault without one.

    Raises
    ------
    VaultError
        If the note is not there.
    """
    from kbgen.verification.verifying import bindings_alone, bindings_of_vault

    with _no_collector():
        if note is not None:
            return bindings_alone(config, note)
        vault = read(config, jobs=jobs, use_cache=use_cache, progress=progress)
        places = {file.path: Path(file.real) for file in vault.files.notes}
        return bindings_of_vault(config, vault.linked, files=places)


def survey(config: Config, *, jobs: int = 0, use_cache: bool = True, progress: Progress = silent) -> Survey:
    """Read and link a vault and give its public part addresses, as a build does before it makes pages."""
    with _no_collector():
        files, store = open_store(config, use_cache=use_cache)
        with contextlib.closing(store):
            found = _survey(config, files, store, worker_count(jobs), progress)
            store.save({})
        return found


def whole_graph(linked: LinkedVault, addresses: Addresses) -> Graph:
    """Build the graph of a whole vault, private notes included.

    Parameters
    ----------
    linked
        The vault.
    addresses
        Where its public part will be.
    """
    from kbgen.site.graph_urls import graph_with_urls

    with _no_collector():
        return graph_with_urls(linked, addresses)


def read_graph(
    config: Config, *, jobs: int = 0, use_cache: bool = True, progress: Progress = silent
) -> Graph:
    """Return the graph of a whole vault; the one that the last command kept if nothing changed since."""
    from kbgen.graph.serialize import from_bytes, to_bytes

    with _no_collector():
        files, store = open_store(config, use_cache=use_cache)
        with contextlib.closing(store):
            state = vault_state(config, files)
            kept = kept_graph(store, state)
            if kept is not None:
                with contextlib.suppress(msgspec.DecodeError):
                    return from_bytes(kept)
            found = _survey(config, files, store, worker_count(jobs), progress)
            made = whole_graph(found.linked, found.addresses)
            keep_graph(store, state, to_bytes(made))
            return made


def read(config: Config, *, jobs: int = 0, use_cache: bool = True, progress: Progress = silent) -> ReadVault:
    """Read and link a vault."""
    with _no_collector():
        files, store = open_store(config, use_cache=use_cache)
        with contextlib.closing(store):
            vault = _read(config, files, store, worker_count(jobs), progress, Clock())
            store.save({})
        return vault


def _survey(config: Config, files: VaultFiles, store: NoteStore, workers: int, progress: Progress) -> Survey:
    from kbgen.links.publish import publish
    from kbgen.site.planning import addresses_of

    vault = _read(config, files, store, workers, progress, Clock())
    addresses = addresses_of(publish(vault.linked), config)
    found = (
        *(*vault.files.diagnostics, *unicode_variants(vault.files), *vault.compiled.diagnostics),
        *addresses.diagnostics,
    )
    return Survey(vault.linked, addresses, found)


def _read(
    config: Config, files: VaultFiles, store: NoteStore, workers: int, progress: Progress, clock: Clock
) -> ReadVault:
    from kbgen.links.link import link_vault
    from kbgen.notes.compile_all import compile_all, compile_documents

    options = compile_options(config, files)
    compiled = compile_all(
        *(files.notes, store, options, workers),
        lambda done, total: progress("compile", done, total),
    )
    if compiled.diagnostics:
        still_there(config)
    clock.lap("compile")
    progress("link", 0, 1)
    others = [file.path for file in files.others]
    documents = compile_documents(files.others, options)
    linked = link_vault(compiled.notes, others, files.ignored, config, documents)
    clock.lap("link")
    return ReadVault(files, compiled, linked)


def _write_site(
    config: Config,
    vault: ReadVault,
    store: NoteStore,
    output: Output,
    state: str,
    workers: int,
    progress: Progress,
    clock: Clock,
) -> BuildReport:
    from kbgen.annotate.collect import collect_annotations
    from kbgen.annotate.marking import with_marks
    from kbgen.findings import all_findings
    from kbgen.links.publish import publish
    from kbgen.notes.store import code_fingerprint
    from kbgen.site.pages import pages
    from kbgen.site.planning import make_plan
    from kbgen.site.sizes import sizes_of
    from kbgen.site.stage import Files, stage_site
    from kbgen.site.theme import templates_fingerprint

    public = publish(vault.linked)
    collected = collect_annotations(config, public, workers, store)
    marked = with_marks(public, collected.marks)
    history = git_dates(config.vault)
    files = Files({file.path: file for file in vault.files.others}, store.key)
    sizes, remember = sizes_of(public.attachments, files.by_path, files.key, store.read("sizes"))
    plan = make_plan(marked, config, history, _file_dates(config, vault.files), collected.annotations, sizes)
    page_jobs = pages(plan)
    clock.lap("link")
    site = stage_site(
        plan,
        page_jobs,
        files,
        output,
        theme=templates_fingerprint(config) + code_fingerprint(),
        workers=workers,
        meanwhile=lambda: store.save({"sizes": remember}),
        lap=clock.lap,
        progress=lambda done, total: progress("render", done, total),
    )
    if site.diagnostics:
        still_there(config)
    progress("write", 0, 1)
    changes = output.place(site.staged, site.kept, state if store.settled() else "")
    clock.lap("write")
    others = [
        *vault.files.diagnostics,
        *unicode_variants(vault.files),
        *vault.compiled.diagnostics,
        *history.diagnostics,
        *plan.addresses.diagnostics,
        *site.diagnostics,
        *collected.diagnostics,
    ]
    diagnostics = all_findings(vault.linked, others)
    return BuildReport(
        notes=len(vault.compiled.notes),
        pages=len(page_jobs),
        attachments=len(plan.addresses.attachments) - len(site.diagnostics),
        links=sum(not link.hidden for note in vault.compiled.notes.values() for link in note.links),
        unresolved=sum(item.code == "KB102" for item in diagnostics),
        compiled=vault.compiled.made,
        cached=vault.compiled.cached,
        rendered=site.rendered,
        written=changes.written,
        unchanged=changes.unchanged,
        removed=changes.removed,
        seconds=clock.seconds(),
        diagnostics=diagnostics,
    )


def _file_dates(config: Config, files: VaultFiles) -> Mapping[VaultPath, int]:
    return {file.path: file.mtime_ns for file in files.notes} if config.file_dates else {}


@contextlib.contextmanager
def _no_collector() -> Iterator[None]:
    """Build without the cycle collector: it walks all notes again and again and finds nothing."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
