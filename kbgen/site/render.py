"""Make the pages that changed: view, hash, template, staged file; in processes when that pays.

A page whose view read nothing that has changed is as it was, and not even its view is made (see
:mod:`kbgen.traces`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from msgspec import Struct

from kbgen.cluster import Cluster
from kbgen.fingerprint import code_digest
from kbgen.processes import parallel_map
from kbgen.shares import Workers, in_order
from kbgen.site.page_maker import MadePage, PageMaker
from kbgen.site.plan import PageJob, Plan
from kbgen.site.view_store import MadeView
from kbgen.site.writer import Output, Staged
from kbgen.traces import Derived
from kbgen.vault.paths import SitePath

_MIN_PAGES_TO_FORK = 800
"""Pages from which a second process wins back its start."""

_CHUNK = 50

_SHARE = 50
"""Pages that are sent to a worker of a cluster at a time."""

Progress = Callable[[int, int], None]


class KnownViews(Struct, frozen=True):
    """What the last build made, and what has changed since."""

    views: Mapping[SitePath, MadeView] = {}
    stale: AbstractSet[SitePath] = frozenset()
    """Pages whose view read something of that."""

    def of(self, job: PageJob) -> MadeView | None:
        """Return the view of a page if it is as it was."""
        known = self.views.get(job.path)
        if known is None or job.path in self.stale or known.kind != job.kind or known.key != job.key:
            return None
        return known


class RenderedPages(Struct, frozen=True):
    """The outcome for some pages."""

    staged: tuple[Staged, ...]
    kept: tuple[SitePath, ...]
    features: frozenset[str]
    """What the pages need of the theme, those kept included."""
    views: Mapping[SitePath, MadeView]
    """Those that were made."""
    derived: tuple[Derived, ...]
    """What was worked out on the way."""


@contextlib.contextmanager
def rendering(
    plan: Plan,
    jobs: Sequence[PageJob],
    known: KnownViews,
    output: Output,
    theme: bytes,
    workers: int,
    cluster: Cluster | None,
) -> Iterator[Callable[[Progress], RenderedPages]]:
    """Begin to stage every page whose view or theme changed; what is given waits for the end.

    Parameters
    ----------
    plan, jobs
        What to make.
    known
        What need not be made again.
    output
        Where; it knows what the last build made.
    theme
        Fingerprint of the templates.
    workers
        Processes at most. Only a system that can fork uses more than one: the pages are
        made from the whole vault, which a fork shares and a new process would have to be sent.
    cluster
        Who makes them instead, if there is anybody.
    """
    maker = PageMaker(plan, theme)
    changed: list[PageJob] = []
    kept: list[SitePath] = []
    features: set[str] = set()
    for job in jobs:
        view = known.of(job) if known.views else None
        if view is not None and output.is_current(job.path, maker.source(job, view)):
            kept.append(job.path)
            features.update(view.features)
        else:
            changed.append(job)
    before = RenderedPages((), tuple(kept), frozenset(features), {}, ())
    with contextlib.ExitStack() as stack:
        others = None
        if cluster is not None and len(changed) >= _MIN_PAGES_TO_FORK:
            others = stack.enter_context(cluster.connected())
        if others is not None:
            parts = _rendered_elsewhere(others, plan, maker, changed, output, theme)
        else:
            parts = stack.enter_context(
                parallel_map(
                    lambda span: _rendered(maker, changed[span.start : span.stop], output),
                    len(changed),
                    chunk=_CHUNK,
                    least=_MIN_PAGES_TO_FORK,
                    workers=workers,
                    before=lambda: maker.load_templates(changed),
                )
            )
        yield lambda progress: _joined(before, parts, len(jobs), progress)


def _joined(
    before: RenderedPages, parts: Iterable[RenderedPages], total: int, progress: Progress
) -> RenderedPages:
    staged: list[Staged] = []
    kept = [*before.kept]
    features = {*before.features}
    views: dict[SitePath, MadeView] = {}
    derived: list[Derived] = []
    for part in parts:
        staged += part.staged
        kept += part.kept
        features |= part.features
        views |= part.views
        derived += part.derived
        progress(len(staged) + len(kept), total)
    return RenderedPages(tuple(staged), tuple(kept), frozenset(features), views, tuple(derived))


def _rendered(maker: PageMaker, jobs: Sequence[PageJob], output: Output) -> RenderedPages:
    """Make some pages here."""
    return _staged((_made(maker, job, output) for job in jobs), jobs, maker.derived, output)


def _made(maker: PageMaker, job: PageJob, output: Output) -> MadePage:
    return maker.make(job, lambda source: output.is_current(job.path, source))


def _rendered_elsewhere(
    workers: Workers, plan: Plan, maker: PageMaker, jobs: Sequence[PageJob], output: Output, theme: bytes
) -> Iterator[RenderedPages]:
    """Begin to have pages made by workers."""
    from kbgen.site import remote_pages  # noqa: PLC0415 (few builds have a cluster)

    sender = remote_pages.Sender(plan)

    def sent(share: Sequence[PageJob]) -> tuple[object, ...]:
        standing = [output.standing(job.path) for job in share]
        return everywhere, sender.share(share, standing)

    def received(share: Sequence[PageJob], record: bytes) -> RenderedPages:
        made = remote_pages.made_share(record)
        pages = (page or _made(maker, job, output) for job, page in zip(share, made.pages, strict=True))
        return _staged(pages, share, lambda: (*made.derived, *maker.derived()), output)

    everywhere = workers.share(sender.plan(theme, code_digest()))
    return in_order(
        workers,
        remote_pages.make_share,
        [jobs[start : start + _SHARE] for start in range(0, len(jobs), _SHARE)],
        sent,
        received,
        lambda share: _rendered(maker, share, output),
    )


def _staged(
    pages: Iterable[MadePage],
    jobs: Iterable[PageJob],
    derived: Callable[[], tuple[Derived, ...]],
    output: Output,
) -> RenderedPages:
    staged: list[Staged] = []
    kept: list[SitePath] = []
    features: set[str] = set()
    views: dict[SitePath, MadeView] = {}
    for job, page in zip(jobs, pages, strict=True):
        views[job.path] = page.view
        features.update(page.view.features)
        if page.html is None:
            kept.append(job.path)
        else:
            staged.append(output.stage(job.path, page.html, page.source))
    return RenderedPages(tuple(staged), tuple(kept), frozenset(features), views, derived())
