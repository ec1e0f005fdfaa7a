"""The story of ``kbgen serve``: build, serve what was built, and build again whenever something changed.

Builds run in the main thread, where Ctrl-C arrives; requests are answered in others. What cannot be built
leaves the site as it was: it is served on, with the reason on every page.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from kbgen import reporting, terminal
from kbgen.build_report import BuildReport
from kbgen.config import Config
from kbgen.diagnostics import Diagnostic
from kbgen.errors import KbgenError, TemplateError
from kbgen.failure import explained
from kbgen.serve.changes import Changes
from kbgen.serve.live import Finding, Live
from kbgen.serve.news import new_findings
from kbgen.serve.port import address_of, listen, warning_of
from kbgen.serve.problem import Problem, find_file, problem_of
from kbgen.serve.rebuilding import Files, Rebuild, changed_files, files_of
from kbgen.serve.server import Server
from kbgen.serve.watching import Watched, Watcher, watched_by
from kbgen.settings.folders import relative_to_cwd

_LEAST_RETRY_SECONDS = 1.0
_RETRY_FOR_WORK = 5
"""What may mend itself is tried again, and may take a sixth of the time."""


class Call(Struct, frozen=True):
    """What the command line asks for."""

    settings: Callable[[], Config]
    """Reads the settings anew."""
    config_files: Callable[[Config], Sequence[Path]]
    """Where settings may stand."""
    cwd: Path
    host: str
    port: int
    poll: bool


def serve(call: Call, rebuild: Rebuild) -> None:
    """Serve a site, for ever: Ctrl-C ends the process.

    Parameters
    ----------
    call
        What is asked for.
    rebuild
        Makes the site new.

    Raises
    ------
    KbgenError
        If the first build fails, and not for a template: that may be mended while it is looked at.
    """
    config = call.settings()
    with listen(call.host, call.port) as listener:  # before a build that may take long
        work = Work(call, rebuild, config)
        work.begin()
        server = Server(listener, call.host, work.live)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        shown = reporting.prefix(config.output, call.cwd) or f"{config.output}/"
        address = address_of(listener, call.host)
        terminal.say(f"Serving {reporting.escape_controls(shown)} at {address} (Ctrl-C ends it)\n")
        if warning := warning_of(call.host):
            terminal.say(f"{warning}\n")
        while True:
            work.go_on()


class Work:
    """The site in work: what was built last, and what is to be tried again.

    Parameters
    ----------
    call
        What is asked for.
    rebuild
        Makes the site new.
    config
        The settings as they are at first.
    """

    def __init__(self, call: Call, rebuild: Rebuild, config: Config) -> None:
        self._call, self._rebuild, self._config = call, rebuild, config
        self._cwd = Path(os.path.realpath(call.cwd))  # what is watched is named without links
        self.live = Live(config.output, config.base_url)
        self.changes = Changes()
        self._watched: Watched | None = None
        self._watcher: Watcher | None = None
        self._told_why = False
        self._files: Files = {}
        self._at_first: tuple[Diagnostic, ...] | None = None
        self._last: tuple[Diagnostic, ...] = ()
        self._problem: Problem | None = None
        self._retry = False
        self._pause = _LEAST_RETRY_SECONDS

    def close(self) -> None:
        """Watch no more."""
        if self._watcher is not None:
            self._watcher.close()

    def begin(self) -> None:
        """Build for the first time."""
        self._watch()
        try:
            report = self._build()
        except TemplateError as error:
            self._files = files_of(self._config.output)
            self._fail(error)
        else:
            output = reporting.prefix(self._config.output, self._call.cwd) or f"{self._config.output}/"
            self._say_findings(report.diagnostics)
            terminal.say(reporting.build_summary(report, output))

    def go_on(self) -> None:
        """Wait for changes and build; return after a while if nothing changes."""
        changed = self.changes.take(self._pause)
        if not changed and not self._retry:
            return
        begun = time.monotonic()
        try:
            self._config = self._call.settings()
            self._watch()
            before = self._last
            report = self._build()
        except Exception as error:  # noqa: BLE001 (whatever it is, the site is served on)
            self._fail(error)
        else:
            if self._problem is not None or report.written or report.removed:
                terminal.say(self._summary(changed, report))
            self._say_findings(new_findings(before, report.diagnostics))
            self._problem, self._retry = None, False
        self._pause = max(_LEAST_RETRY_SECONDS, _RETRY_FOR_WORK * (time.monotonic() - begun))

    def _build(self) -> BuildReport:
        config = self._config
        with terminal.ProgressBar() as progress:
            report = self._rebuild(config, progress)
        moved = config.output != self.live.root
        self.live.root, self.live.base_url = config.output, config.base_url
        if moved or report.written or report.removed or not self._files:
            files = files_of(config.output)
            changed = None if moved else changed_files(self._files, files)
            self._files = files
        else:
            changed = frozenset()
        if self._at_first is None:
            self._at_first = report.diagnostics
        self._last = report.diagnostics
        self.live.built(changed, self._shown(new_findings(self._at_first, report.diagnostics)))
        return report

    def _fail(self, error: Exception) -> None:
        known = explained(error)
        problem = problem_of(known, lambda name: find_file(name, self._config, self._call.cwd))
        if problem != self._problem:
            colour = terminal.is_coloured(sys.stderr)
            terminal.say(reporting.fault(known.message, known.hint, colour=colour))
        self._problem = problem
        # A template that fails does so until it is changed, and that is seen.
        self._retry = isinstance(error, KbgenError) and not isinstance(error, TemplateError)
        self.live.failed(problem)

    def _watch(self) -> None:
        """Watch what the settings name, unless that is watched already."""
        watched = watched_by(self._config, self._call.config_files(self._config))
        if watched == self._watched:
            return
        self.close()
        self._watched = watched
        self._watcher = Watcher(watched, self.changes, poll=self._call.poll, say=self._say_why)

    def _say_why(self, reason: str) -> None:
        if not self._told_why:
            self._told_why = True
            said = "The system does not tell of changes, so they are looked for, as with --poll"
            terminal.say(f"{said}: {reporting.escape_controls(reason)}\n")

    def _say_findings(self, found: Sequence[Diagnostic]) -> None:
        shown, more = reporting.excerpt(found)
        before = reporting.prefix(self._config.vault, self._call.cwd)
        terminal.say(reporting.text(shown, before=before, colour=terminal.is_coloured(sys.stderr)))
        if more:
            terminal.say(f"and {more} more; see kbgen check\n")

    def _summary(self, changed: frozenset[str], report: BuildReport) -> str:
        names = sorted(relative_to_cwd(Path(path), self._cwd) for path in changed)
        shown = names[0] if names else "tried again"
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        did = [f"{reporting.counted(report.written, 'file')} written"] if report.written else []
        did += [f"{report.removed} removed"] if report.removed else []
        said = f"{shown}{more}: {', '.join(did) or 'all is well'} in {report.seconds.total:.2f} s"
        return reporting.escape_controls(said) + "\n"

    def _shown(self, found: Sequence[Diagnostic]) -> tuple[Finding, ...]:
        return tuple(
            Finding(f"{item.path}:{item.line}:{item.column}", f"{item.name}: {item.message}")
            for item in found[:20]
        )
