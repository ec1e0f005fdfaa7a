"""The story of a build: scan, compile each note, link, cut the public part, make pages, write.

What is between compiling and rendering is worked out anew every time, and is cheap;
the two ends remember what they did by the hash of what went in. So a build after a
change gives the same bytes as a build from nothing.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from kbgen.config import Config
from kbgen.diagnostics import Diagnostic
from kbgen.site.writer import Output, Written, untouched
from kbgen.vault.history import git_dates, head
from kbgen.vault.ignore import line_breaks
from kbgen.vault.paths import SitePath, VaultPath
from kbgen.vault.scan import VaultFile, VaultFiles, scan

if TYPE_CHECKING:
    from kbgen.links.model import LinkedVault
    from kbgen.notes.compile_all import Compiled
    from kbgen.notes.compiler import CompileOptions
    from kbgen.notes.store import NoteStore
    from kbgen.site.plan import FileJob, Plan

# ruff: noqa: PLC0415 - a build with nothing to do must not wait for the parser and the templates to load

Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, and how much there is."""

STAGES = ("scan", "compile", "link", "graph", "render", "write", "search")

_SETTLED_NS = 2_000_000_000
"""What changed less than this ago may change again without its time showing it."""


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
    workers = _workers(jobs)
    with _no_collector(), Output(config.output) as output:
        files = scan(config)
        clock.lap("scan")
        with _store(config, files, use_cache=use_cache) as store:
            state = _state(config, files)
            last = _unchanged(store, state, output)
            if last is not None:
                return msgspec.structs.replace(last, seconds=clock.seconds())
            vault = _read(config, files, store, workers, progress, clock)
            report = _write_site(config, vault, output, workers, progress, clock)
            _remember(store, vault.compiled, {"state": state, "report": msgspec.msgpack.encode(report)})
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
    files = scan(config)
    with _store(config, files, use_cache=use_cache) as store:
        vault = _read(config, files, store, _workers(jobs), progress, _Clock())
        _remember(store, vault.compiled, {})
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
    config: Config, vault: ReadVault, output: Output, workers: int, progress: Progress, clock: _Clock
) -> BuildReport:
    from kbgen.findings import all_findings
    from kbgen.links.publish import publish
    from kbgen.notes.store import code_fingerprint
    from kbgen.site.pages import data_files, make_plan, pages
    from kbgen.site.render import render_pages
    from kbgen.site.theme import static_files, templates_fingerprint

    history = git_dates(config.vault)
    plan = make_plan(publish(vault.linked), config, history, _file_dates(config, vault.files))
    page_jobs = pages(plan)
    clock.lap("link")
    theme = templates_fingerprint(config) + code_fingerprint()
    progress("render", 0, len(page_jobs))
    made = render_pages(plan, page_jobs, output, theme, workers)
    clock.lap("render")
    data, data_kept = _stage_files(data_files(plan), output)
    clock.lap("graph")
    progress("write", 0, 1)
    copied, copied_kept, faults = _stage_copies(plan, vault.files, output)
    theme_files = [
        (SitePath(f"{plan.addresses.static}/{name}"), path)
        for name, path in static_files(config, made.features).items()
    ]
    static, static_kept = _stage_static(theme_files, output)
    changes = output.place(
        [*made.staged, *data, *copied, *static], [*made.kept, *data_kept, *copied_kept, *static_kept]
    )
    clock.lap("write")
    others = [
        *(*vault.files.diagnostics, *vault.compiled.diagnostics, *history.diagnostics),
        *(*plan.addresses.diagnostics, *faults),
    ]
    diagnostics = all_findings(vault.linked, others)
    return BuildReport(
        notes=len(vault.compiled.notes),
        pages=len(page_jobs),
        attachments=len(plan.addresses.attachments) - len(faults),
        links=sum(not link.hidden for note in vault.compiled.notes.values() for link in note.links),
        unresolved=sum(item.code == "KB102" for item in diagnostics),
        compiled=vault.compiled.made,
        cached=vault.compiled.cached,
        rendered=len(made.staged),
        written=changes.written,
        unchanged=changes.unchanged,
        removed=changes.removed,
        seconds=clock.seconds(),
        diagnostics=diagnostics,
    )


def _workers(jobs: int) -> int:
    """Return how many processes to use; 0 asks for as many as there are processors for us."""
    if jobs:
        return jobs
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


Staged = tuple[SitePath, Written]


def _stage_files(jobs: Iterator[FileJob], output: Output) -> tuple[list[Staged], list[SitePath]]:
    staged: list[Staged] = []
    kept: list[SitePath] = []
    for job in jobs:
        content = job.content()
        source = blake2b(content, digest_size=16).hexdigest()
        if output.is_current(job.path, source):
            kept.append(job.path)
        else:
            staged.append(output.stage(job.path, content, source))
    return staged, kept


def _stage_static(files: list[tuple[SitePath, Path]], output: Output) -> tuple[list[Staged], list[SitePath]]:
    from kbgen.site.plan import FileJob

    return _stage_files((FileJob(place, path.read_bytes) for place, path in files), output)


def _stage_copies(
    plan: Plan, files: VaultFiles, output: Output
) -> tuple[list[Staged], list[SitePath], list[Diagnostic]]:
    """Stage the attachments that public notes use; size and time tell whether one changed."""
    from kbgen.notes.compile_all import unreadable

    staged: list[Staged] = []
    kept: list[SitePath] = []
    faults: list[Diagnostic] = []
    by_path: Mapping[VaultPath, VaultFile] = {file.path: file for file in files.others}
    for path, place in plan.addresses.attachments.items():
        file = by_path[path]
        source = f"{file.size}-{file.mtime_ns}"
        if output.is_current(place, source):
            kept.append(place)
            continue
        try:
            content = Path(file.real).read_bytes()
        except OSError as error:
            faults.append(unreadable(path, f"it cannot be read: {error.strerror}"))
            continue
        staged.append(output.stage(place, content, source))
    return staged, kept, faults


def _options(config: Config, files: VaultFiles) -> CompileOptions:
    from kbgen.notes.compiler import CompileOptions

    return CompileOptions(
        hard_breaks=line_breaks(files.settings, config) == "hard", unsafe_html=config.unsafe_html
    )


def _file_dates(config: Config, files: VaultFiles) -> Mapping[VaultPath, int]:
    return {file.path: file.mtime_ns for file in files.notes} if config.file_dates else {}


# --- what earlier builds knew ---------------------------------------------------------


@contextlib.contextmanager
def _store(config: Config, files: VaultFiles, *, use_cache: bool) -> Iterator[NoteStore]:
    from kbgen.notes.store import NoteStore

    path: Path | None = None
    if use_cache:
        name = blake2b(str(config.vault).encode(), digest_size=6).hexdigest()
        path = config.cache / f"{config.vault.name or 'vault'}-{name}.sqlite"
        try:
            config.cache.mkdir(parents=True, exist_ok=True)
            # What is kept holds private notes: it belongs to nobody's repository.
            (config.cache / ".gitignore").write_text("*\n", encoding="utf-8")
        except OSError:
            path = None
    store = NoteStore(path, _options(config, files))
    try:
        yield store
    finally:
        store.close()


def _remember(store: NoteStore, compiled: Compiled, about: Mapping[str, bytes]) -> None:
    newest = max((mtime for _, mtime, _ in compiled.files.values()), default=0)
    settled = time.time_ns() - newest > _SETTLED_NS
    # A full disk costs the memory, not the build.
    with contextlib.suppress(sqlite3.Error):
        store.save(compiled.files, about if settled else dict.fromkeys(about, b""))


def _state(config: Config, files: VaultFiles) -> bytes:
    """Hash everything a build depends on; two builds with the same state give the same site."""
    from kbgen.notes.store import code_fingerprint
    from kbgen.site.theme import templates_fingerprint

    digest = blake2b(digest_size=20)
    for part in (
        repr(config).encode(errors="surrogateescape"),
        code_fingerprint(),
        templates_fingerprint(config),
        head(config.vault).encode(),
        msgspec.msgpack.encode(files),
    ):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


def _unchanged(store: NoteStore, state: bytes, output: Output) -> BuildReport | None:
    """Return the report of the last build if this one would do nothing but repeat it."""
    if store.read("state") != state or not output.before or not untouched(output.folder, output.before):
        return None
    try:
        last = msgspec.msgpack.decode(store.read("report") or b"", type=BuildReport)
    except msgspec.DecodeError:
        return None
    if len(output.before) != last.written + last.unchanged:
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
