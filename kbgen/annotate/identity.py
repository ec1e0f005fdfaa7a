"""Tell whether facts may have changed since the last build, without asking their sources."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from hashlib import blake2b
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

from kbgen.config import FACTS_GROUP, Config

_OURS = __name__.partition(".")[0]


def facts_fingerprint(config: Config) -> bytes:
    """Hash the versions and files of the sources of facts, and the content of tables."""
    digest = blake2b(digest_size=20)
    available = {point.name: point for point in entry_points(group=FACTS_GROUP)}
    for name in config.verify.facts:
        digest.update(f"source {name}\n".encode())
        if name in available:
            for line in _source(available[name]):
                digest.update(line.encode())
    for table in config.verify.tables:
        try:
            content = table.read_bytes()
        except OSError:
            content = b""  # reading it will say why
        digest.update(f"table {table.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.digest()


def _source(point: EntryPoint) -> Iterator[str]:
    package = point.value.partition(":")[0].partition(".")[0]
    yield f"{point.value} {point.dist.version if point.dist else ''}\n"
    if package == _OURS:
        return  # the fingerprint of our own code has it
    root = _root(package)
    # A package may be worked on while its version stays: its files tell.
    for path in sorted(root.rglob("*")) if root else ():
        if path.is_file() and path.suffix != ".pyc":
            stat = path.stat()
            yield f"{path.relative_to(root).as_posix() if root else ''} {stat.st_size} {stat.st_mtime_ns}\n"


def _root(package: str) -> Path | None:
    try:
        spec = None if package in sys.builtin_module_names else find_spec(package)
    except (ImportError, ValueError):
        return None
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))
