"""The story of a build: scan, compile each note, link, cut the public part, make pages, write.

What is between compiling and rendering is worked out anew every time, and is cheap;
the two ends remember what they did by the hash of what went in. So a build after a
change gives the same bytes as a build from nothing.
"""

from __future__ import annotations

import contextlib
import gc
import os
import time
from collections.abc import Callable, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from kbgen.config import Config
from kbgen.diagnostics import Diagnostic
from kbgen.processes import worker_count
from kbgen.site.writer import Output, untouched
from kbgen.vault.history import git_dates, head
from kbgen.vault.ignore import line_breaks
from kbgen.vault.paths import VaultPath
from kbgen.vault.scan import VaultFiles, scan

if TYPE_CHECKING:
    from kbgen.links.model import LinkedVault
    from kbgen.notes.compile_all import Compiled
    from kbgen.notes.model import CompileOptions
    from kbgen.notes.store import NoteStore

# ruff: noqa: PLC0415 - a build with nothing to do must not wait for the parser and the templates to load

Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, and how much there is."""

STAGES = ("scan", "compile", "link", "graph", "render", "write", "search")


class Seconds(Struct, frozen=True):
    """How long each stage took."""

    scan: float = 0.0
    compile: float = 0.0
    link: float = 0.0
    graph: float = 0.0
    render: float = 0.0
    write: float = 0.0
    search: float = 0.0
    total: float = 0.0


class BuildReport(Struct, frozen=True):
    """What a build read, made and found; field names are those of the JSON output."""

    notes: int
    pages: int
    attachments: int
    links: int
    unresolved: int
    compiled: int
    cached: int
    rendered: int
    written: int
    unchanged: int
    removed: int
    seconds: Seconds
    diagnostics: tuple[Diagnostic, ...]


class ReadVault(Struct, frozen=True):
    """A vault that is read and linked."""

    files: VaultFiles
    compiled: Compiled
    linked: LinkedVault


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
    clock = _Clock()
    workers = worker_count(jobs)
    with _no_collector(), Output(config.output) as output:
        files, store = _open(config, use_cache=use_cache)
        with contextlib.closing(store):
            clock.lap("scan")
            state = _state(config, files)
            last = _unchanged(store, state, output)
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
    from kbgen.findings import all_findings
    from kbgen.links.publish import publish
    from kbgen.site.addresses import assign

    with _no_collector():
        vault = read(config, jobs=jobs, use_cache=use_cache, progress=progress)
        addresses = assign(publish(vault.linked), config)
    others = [*vault.files.diagnostics, *vault.compiled.diagnostics, *addresses.diagnostics]
    return all_findings(vault.linked, others, orphans=orphans)


def read(config: Config, *, jobs: int = 0, use_cache: bool = True, progress: Progress = silent) -> ReadVault:
    """Read and link a vault."""
    files, store = _open(config, use_cache=use_cache)
    with contextlib.closing(store):
        vault = _read(config, files, store, worker_count(jobs), progress, _Clock())
        store.save({})
    return vault


def _read(
    config: Config, files: VaultFiles, store: NoteStore, workers: int, progress: Progress, clock: _Clock
) -> ReadVault:
    from kbgen.links.link import link_vault
    from kbgen.notes.compile_all import compile_all

    compiled = compile_all(
        *(files.notes, store, _options(config, files), workers),
        lambda done, total: progress("compile", done, total),
    )
    clock.lap("compile")
    progress("link", 0, 1)
    linked = link_vault(compiled.notes, [file.path for file in files.others], files.ignored, config)
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
    clock: _Clock,
) -> BuildReport:
    from kbgen.findings import all_findings
    from kbgen.links.publish import publish
    from kbgen.notes.store import code_fingerprint
    from kbgen.site.pages import make_plan, pages
    from kbgen.site.stage import Files, stage_site
    from kbgen.site.theme import templates_fingerprint

    history = git_dates(config.vault)
    plan = make_plan(publish(vault.linked), config, history, _file_dates(config, vault.files))
    page_jobs = pages(plan)
    clock.lap("link")
    site = stage_site(
        plan,
        page_jobs,
        Files({file.path: file for file in vault.files.others}, store.key),
        output,
        theme=templates_fingerprint(config) + code_fingerprint(),
        workers=workers,
        meanwhile=lambda: store.save({}),
        lap=clock.lap,
        progress=lambda done, total: progress("render", done, total),
    )
    progress("write", 0, 1)
    changes = output.place(site.staged, site.kept, state if store.settled() else "")
    clock.lap("write")
    others = [
        *(*vault.files.diagnostics, *vault.compiled.diagnostics, *history.diagnostics),
        *(*plan.addresses.diagnostics, *site.diagnostics),
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


def _options(config: Config, files: VaultFiles) -> CompileOptions:
    from kbgen.notes.model import CompileOptions

    return CompileOptions(
        hard_breaks=line_breaks(files.settings, config) == "hard", unsafe_html=config.unsafe_html
    )


def _file_dates(config: Config, files: VaultFiles) -> Mapping[VaultPath, int]:
    return {file.path: file.mtime_ns for file in files.notes} if config.file_dates else {}


# --- what earlier builds knew ---------------------------------------------------------


def _open(config: Config, *, use_cache: bool) -> tuple[VaultFiles, NoteStore]:
    """List the files of a vault and find out what earlier builds knew about them."""
    from kbgen.notes.store import NoteStore

    listed = time.time_ns()
    files = scan(config)
    path = _cache(config) if use_cache else None
    return files, NoteStore(path, _options(config, files), (*files.notes, *files.others), listed)


def _cache(config: Config) -> Path | None:
    """Return where to remember notes; nowhere if the folder cannot be written."""
    try:
        config.cache.mkdir(parents=True, exist_ok=True)
        # What is kept holds private notes: it belongs to nobody's repository.
        (config.cache / ".gitignore").write_text("*\n", encoding="utf-8")
    except OSError:
        return None
    name = blake2b(os.fsencode(config.vault), digest_size=6).hexdigest()
    return config.cache / f"{config.vault.name or 'vault'}-{name}.sqlite"


def _state(config: Config, files: VaultFiles) -> str:
    """Hash everything a build depends on; two builds with the same state give the same site."""
    from kbgen.notes.store import code_fingerprint
    from kbgen.site.theme import templates_fingerprint

    # Without where they lie: a vault may stand in a folder whose name is not UTF-8.
    stamps = [(file.path, file.size, file.mtime_ns, file.ctime_ns) for file in (*files.notes, *files.others)]
    digest = blake2b(digest_size=20)
    for part in (
        repr(config).encode(),
        code_fingerprint(),
        templates_fingerprint(config),
        head(config.vault).encode(),
        msgspec.msgpack.encode(
            (stamps, len(files.notes), files.ignored, files.settings, files.diagnostics),
            enc_hook=lambda pattern: pattern.pattern,  # the app's filters are compiled expressions
        ),
    ):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def _unchanged(store: NoteStore, state: str, output: Output) -> BuildReport | None:
    """Return the report of the last build if this one would do nothing but repeat it."""
    if not output.state == state == store.read("state").decode() or not untouched(
        output.folder, output.before
    ):
        return None
    try:
        last = msgspec.msgpack.decode(store.read("report"), type=BuildReport)
    except msgspec.DecodeError:
        return None
    return msgspec.structs.replace(
        last,
        compiled=0,
        cached=last.compiled + last.cached,
        rendered=0,
        written=0,
        unchanged=len(output.before),
        removed=0,
    )


class _Clock:
    """The time that each stage took."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self._laps = dict.fromkeys(STAGES, 0.0)

    def lap(self, stage: str) -> None:
        """Count the time since the last call to a stage."""
        now = time.perf_counter()
        self._laps[stage] += now - self._last
        self._last = now

    def seconds(self) -> Seconds:
        """Return all times, to the millisecond."""
        total = time.perf_counter() - self._start
        return Seconds(**{stage: round(took, 3) for stage, took in self._laps.items()}, total=round(total, 3))


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
