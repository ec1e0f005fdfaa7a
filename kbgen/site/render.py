"""Make the pages that changed: view, hash, template, staged file; in processes when that pays."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b

import msgspec
from msgspec import Struct

from kbgen.processes import parallel_map
from kbgen.site.environment import make_environment, render
from kbgen.site.plan import PageJob, Plan
from kbgen.site.writer import Output, Staged
from kbgen.vault.paths import SitePath

_MIN_PAGES_TO_FORK = 800
"""Pages from which a second process wins back its start."""

_CHUNK = 100

Progress = Callable[[int, int], None]


class RenderedPages(Struct, frozen=True):
    """The outcome for some pages."""

    staged: tuple[Staged, ...]
    kept: tuple[SitePath, ...]
    features: frozenset[str]
    """What the pages need of the theme, those kept included."""


class _Work:
    """What it takes to make pages."""

    def __init__(self, plan: Plan, jobs: Sequence[PageJob], output: Output, theme: bytes) -> None:
        self.environment = make_environment(plan.config)
        self.jobs = jobs
        self.output = output
        self.theme = theme

    def load_templates(self) -> None:
        """Compile them, once for all processes."""
        for name in sorted({job.template for job in self.jobs}):
            self.environment.get_template(name)


@contextlib.contextmanager
def rendering(
    plan: Plan, jobs: Sequence[PageJob], output: Output, theme: bytes, workers: int
) -> Iterator[Callable[[Progress], RenderedPages]]:
    """Begin to stage every page whose view or theme changed; what is given waits for the end.

    Parameters
    ----------
    plan, jobs
        What to make.
    output
        Where; it knows what the last build made.
    theme
        Fingerprint of the templates.
    workers
        Processes at most. Only a system that can fork uses more than one: the pages are
        made from the whole vault, which a fork shares and a new process would have to be sent.
    """
    work = _Work(plan, jobs, output, theme)
    with parallel_map(
        lambda span: _render_span(work, span),
        len(jobs),
        chunk=_CHUNK,
        least=_MIN_PAGES_TO_FORK,
        workers=workers,
        before=work.load_templates,
    ) as parts:
        yield lambda progress: _joined(parts, len(jobs), progress)


def _joined(parts: Iterable[RenderedPages], total: int, progress: Progress) -> RenderedPages:
    staged: list[Staged] = []
    kept: list[SitePath] = []
    features: set[str] = set()
    for part in parts:
        staged += part.staged
        kept += part.kept
        features |= part.features
        progress(len(staged) + len(kept), total)
    return RenderedPages(tuple(staged), tuple(kept), frozenset(features))


def _render_span(work: _Work, span: range) -> RenderedPages:
    staged: list[Staged] = []
    kept: list[SitePath] = []
    features: set[str] = set()
    for job in work.jobs[span.start : span.stop]:
        view = job.view()
        features.update(getattr(view, "features", ()))
        digest = blake2b(msgspec.msgpack.encode(view), digest_size=16, key=work.theme)
        digest.update(job.template.encode())
        source = digest.hexdigest()
        if work.output.is_current(job.path, source):
            kept.append(job.path)
            continue
        html = render(work.environment, job.template, view, job.path)
        staged.append(work.output.stage(job.path, html.encode(), source))
    return RenderedPages(tuple(staged), tuple(kept), frozenset(features))
