"""The story of a build: scan, compile each note, link, cut the public part, check it, make pages, write.

Compiling, checking and rendering remember what they did by the hash of what went in. What lies
between them is taken over where nothing that it read has changed (:mod:`kbgen.planned`). So a build
after a change gives the same bytes as a build from nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from kbgen.annotate.fingerprint import facts_fingerprint
from kbgen.build_cache import compile_options, keep_graph, kept_graph, state_of, unchanged, vault_state
from kbgen.build_report import BuildReport, Stopwatch
from kbgen.cache_file import DamagedError
from kbgen.config import Config
from kbgen.diagnostics import Diagnostic, in_order
from kbgen.session import Progress, Session, session, silent, without_collector
from kbgen.site.view_store import ViewMemory
from kbgen.site.writer import Output
from kbgen.vault.paths import VaultPath
from kbgen.vault.scan import VaultFiles, require_vault, unicode_variants

if TYPE_CHECKING:
    from kbgen.graph.build import Graph
    from kbgen.links.model import LinkedVault
    from kbgen.notes.compile_all import CompiledVault
    from kbgen.notes.store import StoredNote
    from kbgen.planned import PlannedSite
    from kbgen.site.addresses import Addresses
    from kbgen.site.staging import StagedSite
    from kbgen.verification.bindings import Bindings
    from kbgen.verification.verifying import Verification

# ruff: noqa: PLC0415 - a build with nothing to do must not wait for the parser and the templates to load


class ReadVault(Struct, frozen=True):
    """A vault that is read and linked."""

    files: VaultFiles
    compiled: CompiledVault
    notes: Mapping[VaultPath, StoredNote]
    linked: LinkedVault

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """What listing and compiling found."""
        return [*_listed_with(self.files), *self.compiled.diagnostics]


class AddressedVault(Struct, frozen=True):
    """A linked vault and where its public part will be."""

    linked: LinkedVault
    addresses: Addresses
    diagnostics: tuple[Diagnostic, ...]
    """What the stages found, but for what linking did."""


def build(
    config: Config,
    *,
    jobs: int = 0,
    use_cache: bool = True,
    progress: Progress = silent,
    memory: ViewMemory | None = None,
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
    memory
        Of a process that builds one site again and again: what it has of the last build.

    Raises
    ------
    OutputError
        If the output holds files that kbgen did not write.
    TemplateError
        If a template fails; the site stays as it was.
    OutsideError
        If the machine refuses to write.
    """
    clock = Stopwatch()
    with (
        Output(config.output) as output,
        session(
            config, jobs=jobs, use_cache=use_cache, progress=progress, clock=clock, memory=memory
        ) as work,
    ):
        facts = facts_fingerprint(config)
        state = state_of(config, work.files, facts)
        last = unchanged(work.cache, state, output)
        if last is not None:
            return msgspec.structs.replace(last, seconds=clock.seconds())
        report = _write_site(work, _compiled(work), output, facts, state)
        work.cache.save({"report": msgspec.msgpack.encode(report), "state": state.encode()})
    return report


def check(
    config: Config,
    *,
    jobs: int = 0,
    use_cache: bool = True,
    orphans: bool = False,
    progress: Progress = silent,
) -> tuple[Diagnostic, ...]:
    """Return everything that is wrong in a vault, and write no site.

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

    found = address_vault(config, jobs=jobs, use_cache=use_cache, progress=progress)
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
    from kbgen.verification.verifying import verify_alone, verify_vault

    if notes:
        with without_collector():
            return verify_alone(config, notes, live=live)
    with session(config, jobs=jobs, use_cache=use_cache, progress=progress) as work:
        vault = _read(work)
        work.cache.save()
        found = verify_vault(
            config,
            vault.linked,
            files=_places(vault),
            live=live,
            workers=work.workers,
            bucket=work.cache.bucket("verified"),
        )
        work.cache.save()
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

    with without_collector():
        if note is not None:
            return bindings_alone(config, note)
        vault = read(config, jobs=jobs, use_cache=use_cache, progress=progress)
        return bindings_of_vault(config, vault.linked, files=_places(vault))


def address_vault(
    config: Config, *, jobs: int = 0, use_cache: bool = True, progress: Progress = silent
) -> AddressedVault:
    """Read and link a vault and give its public part addresses, as a build does before it makes pages."""
    with session(config, jobs=jobs, use_cache=use_cache, progress=progress) as work:
        found = _address(work)
        work.cache.save()
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

    with without_collector():
        return graph_with_urls(linked, addresses)


def read_graph(
    config: Config, *, jobs: int = 0, use_cache: bool = True, progress: Progress = silent
) -> Graph:
    """Return the graph of a whole vault; the one that the last command kept if nothing changed since."""
    from kbgen.graph.serialize import from_bytes, to_bytes

    with session(config, jobs=jobs, use_cache=use_cache, progress=progress) as work:
        state = vault_state(config, work.files)
        kept = kept_graph(work.cache, state)
        if kept is not None:
            with contextlib.suppress(msgspec.DecodeError):
                return from_bytes(kept)
        found = _address(work)
        made = whole_graph(found.linked, found.addresses)
        keep_graph(work.cache, state, to_bytes(made))
        return made


def read(config: Config, *, jobs: int = 0, use_cache: bool = True, progress: Progress = silent) -> ReadVault:
    """Read and link a vault."""
    with session(config, jobs=jobs, use_cache=use_cache, progress=progress) as work:
        vault = _read(work)
        work.cache.save()
    return vault


def _address(work: Session) -> AddressedVault:
    from kbgen.links.publish import publish
    from kbgen.site.address_assignment import tags_without_page
    from kbgen.site.planning import addresses_of

    vault = _read(work)
    public = publish(vault.linked)
    addresses = addresses_of(public, work.config)
    found = (*vault.diagnostics, *addresses.diagnostics, *tags_without_page(public))
    return AddressedVault(vault.linked, addresses, found)


def _compiled(work: Session) -> CompiledVault:
    from kbgen.notes.compile_all import compile_all

    config, files, progress = work.config, work.files, work.progress
    compiled = compile_all(
        files.notes,
        work.cache.notes,
        compile_options(config, files),
        work.workers,
        lambda done, total: progress("compile", done, total),
        work.cluster,
    )
    if compiled.diagnostics:
        require_vault(config)
    work.clock.lap("compile")
    progress("link", 0, 1)
    return compiled


def _read(work: Session) -> ReadVault:
    from kbgen.links.linker import link_vault
    from kbgen.notes.compile_all import compile_documents

    config, files = work.config, work.files
    compiled = _compiled(work)
    others = [file.path for file in files.others]
    documents = compile_documents(files.others, compile_options(config, files))
    notes = compiled.notes()
    linked = link_vault(notes, others, files.ignored, config, documents)
    work.clock.lap("link")
    return ReadVault(files, compiled, notes, linked)


def _places(vault: ReadVault) -> Mapping[VaultPath, Path]:
    return {file.path: Path(file.real) for file in vault.files.notes}


def _staged(
    work: Session, compiled: CompiledVault, output: Output, facts: bytes, *, anew: bool
) -> tuple[PlannedSite, StagedSite]:
    from kbgen.fingerprint import code_fingerprint
    from kbgen.planned import plan_site
    from kbgen.site.staging import Attachments, stage_site
    from kbgen.site.theme import templates_fingerprint

    files = Attachments({file.path: file for file in work.files.others}, work.cache.notes.key)
    planned = plan_site(work, compiled, files, facts, anew=anew)
    work.clock.lap("link")
    site = stage_site(
        planned.plan,
        planned.jobs,
        planned.known,
        files,
        output,
        theme=templates_fingerprint(work.config) + code_fingerprint(),
        workers=work.workers,
        cluster=work.cluster,
        meanwhile=work.cache.save,
        lap=work.clock.lap,
        progress=lambda done, total: work.progress("render", done, total),
    )
    return planned, site


def _write_site(
    work: Session, compiled: CompiledVault, output: Output, facts: bytes, state: str
) -> BuildReport:
    from kbgen.site.view_store import NextViews

    config, cache, clock, progress = work.config, work.cache, work.clock, work.progress
    try:
        planned, site = _staged(work, compiled, output, facts, anew=False)
    except DamagedError:  # a page asked for a record that cannot be read, or is another build's by now
        planned, site = _staged(work, compiled, output, facts, anew=True)
    if site.diagnostics:
        require_vault(config)
    progress("write", 0, 1)
    settled = cache.notes.settled()
    changes = output.place(site.staged, site.kept, state if settled else "")
    clock.lap("write")
    made = {row.name for row in site.derived}
    cache.views.keep(
        NextViews(
            plan=msgspec.msgpack.encode(planned.kept),
            tables=planned.tables,
            views=site.views,
            derived=(*planned.derived, *site.derived),
            gone=planned.known.views.keys() - {path for path, _ in site.staged} - set(site.kept),
            dropped=[row for row in planned.dropped if row.name not in made],
        )
    )
    cache.save({"sizes": planned.remembered_sizes})
    others = [*_listed_with(work.files), *compiled.diagnostics, *site.diagnostics]
    diagnostics = in_order([*planned.diagnostics, *others])
    return BuildReport(
        notes=len(compiled.keys),
        pages=len(planned.jobs),
        attachments=len(planned.plan.addresses.attachments) - len(site.diagnostics),
        links=planned.kept.links,
        unresolved=sum(item.code == "KB102" for item in diagnostics),
        compiled=compiled.made,
        cached=compiled.cached,
        rendered=site.rendered,
        written=changes.written,
        unchanged=changes.unchanged,
        removed=changes.removed,
        seconds=clock.seconds(),
        diagnostics=diagnostics,
    )


def _listed_with(files: VaultFiles) -> list[Diagnostic]:
    """Return what listing the files of a vault found."""
    return [*files.diagnostics, *unicode_variants(files)]
