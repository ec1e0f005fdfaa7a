"""Make one page after the other from a plan: the view with what it read, its hash, the template."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import blake2b

from msgspec import Struct

from kbgen.site.environment import render, shared_environment
from kbgen.site.pages import kind_called
from kbgen.site.plan import CONSTANT, PageJob, Plan
from kbgen.site.view_store import MadeView
from kbgen.traces import Derived, Recorder, digest, recorded


class MadePage(Struct, frozen=True, array_like=True):
    """A page as it was made."""

    view: MadeView
    source: str
    """Hash of all that the page is made from."""
    html: bytes | None
    """None where the file that stands on the site was made from the same."""


class PageMaker:
    """What it takes to make pages.

    Parameters
    ----------
    plan
        What they are made from.
    theme
        Fingerprint of the templates and of the code.
    """

    def __init__(self, plan: Plan, theme: bytes) -> None:
        self._environment = shared_environment(plan.config, theme)
        self._recorder = Recorder()
        self._plan = recorded(plan, self._recorder, CONSTANT)
        self._theme = theme

    def load_templates(self, jobs: Iterable[PageJob]) -> None:
        """Compile the templates of some pages, once for all processes."""
        for name in sorted({kind_called(job.kind).template for job in jobs}):
            self._environment.get_template(name)

    def make(self, job: PageJob, is_current: Callable[[str], bool]) -> MadePage:
        """Make a page.

        Parameters
        ----------
        job
            Which.
        is_current
            Whether the file that stands on the site was made from this source.

        Raises
        ------
        TemplateError
            If its template fails.
        """
        kind = kind_called(job.kind)
        self._recorder.reads.clear()
        view = kind.view(self._plan, job.path, job.key)
        features = tuple(getattr(view, "features", ()))
        made = MadeView(job.path, job.kind, job.key, digest(view), features, self._recorder.trace())
        source = self.source(job, made)
        if is_current(source):
            return MadePage(made, source, None)
        html = render(self._environment, kind.template, view, job.path)
        return MadePage(made, source, html.encode())

    def source(self, job: PageJob, view: MadeView) -> str:
        """Return the hash of all that a page is made from."""
        found = blake2b(view.digest, digest_size=16, key=self._theme)
        found.update(kind_called(job.kind).template.encode())
        return found.hexdigest()

    def derived(self) -> tuple[Derived, ...]:
        """Return what was worked out on the way since the last call."""
        rows, self._recorder.rows = tuple(self._recorder.rows), []
        return rows
