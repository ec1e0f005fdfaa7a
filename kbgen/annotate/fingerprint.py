"""Tell whether facts may have changed since the last build, without asking their sources."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from importlib.util import find_spec
from pathlib import Path

from kbgen.bucket import hashed
from kbgen.config import Config
from kbgen.facts.sources.loading import ConfiguredSource, SourceFailure, configured, guarded
from kbgen.facts.sources.source import stamp

_OURS = __name__.partition(".")[0]


def facts_fingerprint(config: Config) -> bytes:
    """Hash the code and the settings of the sources of facts, and what each says that it depends on.

    Raises
    ------
    ConfigError
        If a setting of a source is wrong.
    """
    return hashed(
        *(
            part
            for each in configured(config.verify)
            for part in ((repr(each).encode(),) if isinstance(each, SourceFailure) else _parts(each))
        )
    )


def _parts(configured: ConfiguredSource) -> Iterator[bytes]:
    yield configured.name.encode()
    yield repr(configured.settings).encode()
    if configured.point is not None:
        yield from _code(configured.point)
    depends_on = configured.source.depends_on
    found = guarded(configured.name, lambda: list(depends_on(configured.settings)))
    yield from [repr(found).encode()] if isinstance(found, SourceFailure) else found


def _code(point: EntryPoint) -> Iterator[bytes]:
    package = point.value.partition(":")[0].partition(".")[0]
    yield f"{point.value} {point.dist.version if point.dist else ''}".encode()
    if package == _OURS:
        return  # the fingerprint of our own code has it
    # A package may be worked on while its version stays: its files tell.
    for name, path in _files(package):
        yield name.encode()
        yield stamp(path)


def _files(package: str) -> Iterator[tuple[str, Path]]:
    """Yield the files of a package, or the one file of a module, with their names in it."""
    try:
        spec = None if package in sys.builtin_module_names else find_spec(package)
    except (ImportError, ValueError):
        return
    if spec is None:
        return
    if spec.submodule_search_locations:
        root = Path(next(iter(spec.submodule_search_locations)))
        for path in sorted(root.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                yield path.relative_to(root).as_posix(), path
    elif spec.has_location and spec.origin:
        yield package, Path(spec.origin)
