"""Put a whole site beside the one that is there: pages in processes, and meanwhile the other files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from hashlib import blake2b
from pathlib import Path

from msgspec import Struct

from kbgen.cluster import Cluster
from kbgen.diagnostics import Diagnostic
from kbgen.locales.locale import ENGLISH, Locale, find_locale
from kbgen.notes.compile_all import unreadable
from kbgen.site.data_files import data_files
from kbgen.site.diagrams import diagram_styles
from kbgen.site.plan import CONSTANT, FileJob, PageJob, Plan
from kbgen.site.render import KnownViews, Progress, rendering
from kbgen.site.scripts import in_language
from kbgen.site.theme import static_files
from kbgen.site.view_store import MadeView
from kbgen.site.writer import Output, Staged
from kbgen.traces import Derived, Recorder, recorded
from kbgen.vault.paths import SitePath, VaultPath
from kbgen.vault.scan import VaultFile

_FILE = "a file for machines"
"""Stands for the kind of page."""


class StagedSite(Struct, frozen=True):
    """All files of a site: those that changed, and those that stay."""

    staged: tuple[Staged, ...]
    kept: tuple[SitePath, ...]
    rendered: int
    """Pages among the staged."""
    diagnostics: tuple[Diagnostic, ...]
    """Attachments that cannot be read."""
    views: Mapping[SitePath, MadeView]
    """Those that were made, of pages and of files for machines."""
    derived: tuple[Derived, ...]
    """What was worked out on the way."""


class Attachments(Struct, frozen=True):
    """The vault's files that are not notes."""

    by_path: Mapping[VaultPath, VaultFile]
    key: Callable[[VaultPath], bytes]
    """Key of a file's content; raises OSError where it cannot be read."""


def stage_site(
    plan: Plan,
    pages: Sequence[PageJob],
    known: KnownViews,
    files: Attachments,
    output: Output,
    *,
    theme: bytes,
    workers: int,
    cluster: Cluster | None,
    meanwhile: Callable[[], None],
    lap: Callable[[str], None],
    progress: Progress,
) -> StagedSite:
    """Stage everything that changed.

    Parameters
    ----------
    plan, pages
        What to make.
    known
        What need not be made again.
    files
        Where attachments come from.
    output
        Where; it knows what the last build made.
    theme
        Fingerprint of the templates and of the code.
    workers
        Processes of this machine at most.
    cluster
        Those of others, if there are any: they make the pages then.
    meanwhile
        What else there is to do while processes make the pages.
    lap
        Told the name of each stage that ends.
    progress
        Told how many pages of how many are done.
    """
    staged: list[Staged] = []
    kept: list[SitePath] = []
    recorder = Recorder()
    views: dict[SitePath, MadeView] = {}
    with rendering(plan, pages, known, output, theme, workers, cluster) as finish:
        watched = recorded(plan, recorder, CONSTANT)
        for job in (*data_files(plan), *diagram_styles(plan)):
            view = known.of(PageJob(job.path, _FILE, ""))
            if view is not None and output.is_current(job.path, view.digest.hex()):
                kept.append(job.path)
                continue
            recorder.reads.clear()
            content = job.content(watched)
            source = _stage(job.path, content, output, staged, kept)
            views[job.path] = MadeView(job.path, _FILE, "", bytes.fromhex(source), (), recorder.trace())
        meanwhile()
        lap("graph")
        made = finish(progress)
    lap("render")
    unread = _stage_attachments(plan, files, output, staged, kept)
    for job in _static(plan, made.features):
        _stage(job.path, job.content(plan), output, staged, kept)
    return StagedSite(
        staged=(*made.staged, *staged),
        kept=(*made.kept, *kept),
        rendered=len(made.staged),
        diagnostics=tuple(unread),
        views={**views, **made.views},
        derived=(*made.derived, *recorder.rows),
    )


def _static(plan: Plan, features: frozenset[str]) -> Iterable[FileJob]:
    locale = find_locale(plan.config.language)
    for name, path in static_files(plan.config, features).items():
        yield FileJob(SitePath(f"{plan.addresses.static}/{name}"), partial(_static_file, path, locale))


def _static_file(path: Path, locale: Locale, _plan: Plan) -> bytes:
    content = path.read_bytes()
    return (
        content
        if locale is ENGLISH or path.suffix != ".js"
        else in_language(content.decode("utf-8", "surrogateescape"), locale).encode(
            "utf-8", "surrogateescape"
        )
    )


def _stage(path: SitePath, content: bytes, output: Output, staged: list[Staged], kept: list[SitePath]) -> str:
    """Stage a file where its content is another, and return the hash of that."""
    source = blake2b(content, digest_size=16).hexdigest()
    if output.is_current(path, source):
        kept.append(path)
    else:
        staged.append(output.stage(path, content, source))
    return source


def _stage_attachments(
    plan: Plan, files: Attachments, output: Output, staged: list[Staged], kept: list[SitePath]
) -> list[Diagnostic]:
    """Stage the attachments that public notes use; return what is wrong with those that cannot be read."""
    unread: list[Diagnostic] = []
    for path, place in plan.addresses.attachments.items():
        try:
            if output.is_current(place, files.key(path).hex()):
                kept.append(place)
                continue
            original = Path(files.by_path[path].real).open("rb")  # noqa: SIM115 (errors of reading are the note's)
        except OSError as error:
            unread.append(unreadable(path, f"it cannot be read: {error.strerror}"))
            continue
        with original:
            staged.append(output.stage_copy(place, original))
    return unread
