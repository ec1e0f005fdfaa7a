"""One build of the site while it is served: the settings read anew, and what of the site changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from kbgen.build_report import BuildReport
from kbgen.config import Config
from kbgen.pipeline import build
from kbgen.serve.live import Changed
from kbgen.session import Progress
from kbgen.site.manifest import ManifestEntry, read_manifest
from kbgen.site.view_store import ViewMemory
from kbgen.vault.paths import SitePath

Rebuild = Callable[[Config, Progress], BuildReport]
"""Makes a site new; raises as :func:`kbgen.pipeline.build` does."""
Files = Mapping[SitePath, ManifestEntry]


def rebuilder(*, jobs: int, use_cache: bool) -> Rebuild:
    """Return what makes a site new as often as it is called, all in this process.

    Parameters
    ----------
    jobs, use_cache
        As for :func:`kbgen.pipeline.build`. What is kept on the disk saves only the first build from reading
        all notes.
    """
    memory = ViewMemory()

    def rebuild(config: Config, progress: Progress) -> BuildReport:
        return build(config, jobs=jobs, use_cache=use_cache, progress=progress, memory=memory)

    return rebuild


def files_of(root: Path) -> Files:
    """Return the files of a site as they were written."""
    return read_manifest(root).files


def changed_files(before: Files, after: Files) -> Changed:
    """Return the files that came, went or were written.

    >>> one, other = ManifestEntry("a", 1, 1), ManifestEntry("a", 1, 2)
    >>> sorted(changed_files({"x": one, "y": one, "z": one}, {"x": one, "y": other}))
    ['y', 'z']
    """
    return frozenset(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
