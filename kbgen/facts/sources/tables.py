"""The source of the user's own tables, which is asked before all others: ``verify.tables``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from kbgen.facts.sources.source import Source, content, deferred


class TablesSettings(Struct, frozen=True):
    """Which files to read."""

    paths: tuple[Path, ...] = ()


def _contents(settings: TablesSettings) -> Iterator[bytes]:
    return map(content, settings.paths)


source = Source(deferred("kbgen.facts.sources.table_files:known"), TablesSettings, _contents)
