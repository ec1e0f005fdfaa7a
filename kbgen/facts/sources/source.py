"""A source of facts: a function that says what is known, and the settings that it declares.

It is one file with one record, and the line of an entry point in the group ``kbgen.facts`` that names the
record::

    class Settings(Struct, frozen=True):
        path: Path

    source = Source(facts_of_a_file, Settings, lambda settings: [stamp(settings.path)])
"""

from __future__ import annotations

import os
import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from kbgen.facts.fact import Fact, Lexicon
from kbgen.links.model import LinkedNote
from kbgen.vault.paths import VaultPath

Views = Mapping[str, Sequence[tuple[str, str]]]
"""Properties with their labels, by the name of the list or table that shows them."""


class Request(Struct, frozen=True):
    """What a source is asked."""

    notes: Mapping[VaultPath, LinkedNote] = {}
    """All notes that may declare something."""
    settings: Any = None
    """Its table in the config file, as the record that it declares."""
    live: bool = False
    """Whether to confirm facts by running something, where it can."""


class Known(Struct, frozen=True):
    """What a source knows."""

    facts: tuple[Fact, ...] = ()
    lexicon: Lexicon = Lexicon()
    derive: Callable[[Any, Any, Any], Iterable[tuple[Any, Fact]]] | None = None
    """Claims of one text that can be checked against the text itself, each with the fact that checks it.

    A text that holds no quantity is not asked about.
    """
    may_derive: Callable[[Any, Any], bool] | None = None
    """Tells at a glance whether a text that names nothing known may hold such a claim, by its content and by
    all its words; ``False`` must be certain."""
    subject_of: Mapping[VaultPath, str] = {}
    """The subject that a note is about, where the source gives it one."""
    views: Callable[[], Views] | None = None
    """Which properties its lists and tables show on pages."""
    diagram: Callable[[str], str | None] | None = None
    """Draws a subject as SVG; it may know one and have no picture of it."""


class NoSettings(Struct, frozen=True):
    """The settings of a source that has none."""


def nothing(_settings: object) -> Iterable[bytes]:
    """Depend on nothing besides code and settings."""
    return ()


class Source(Struct, frozen=True):
    """A source of facts."""

    ask: Callable[[Request], Known]
    """Says what it knows. What it raises is told beside the findings, and the other sources go on; but a
    :class:`~kbgen.errors.KbgenError` stops the command."""
    settings: type[Struct] = NoSettings
    """The record of its table ``[verify.sources.NAME]``; a path in it counts from the config file."""
    depends_on: Callable[[Any], Iterable[bytes]] = nothing
    """By its settings, what its facts depend on besides these and its code; see :func:`stamp`. It is asked
    in each build, and must be quick."""
    views: Callable[[], Views] | None = None
    """Which properties its lists and tables show on pages, where what it knows does not say so itself."""
    diagram: Callable[[str], str | None] | None = None
    """Draws a subject, the same."""


def deferred(function: str) -> Callable[[Request], Known]:
    """Return a function ``module:name`` that is imported when it is called first.

    A build with nothing to do loads every source, but asks none.
    """

    def ask(request: Request) -> Known:
        known: Known = pkgutil.resolve_name(function)(request)
        return known

    return ask


def stamp(path: Path) -> bytes:
    """Return what changes with a file: its size and its times, and nothing where there is no file."""
    try:
        found = path.stat()
    except OSError:
        return b""  # reading it will say why
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}".encode()


def content(path: Path) -> bytes:
    """Return the bytes of a small file, and nothing where it cannot be read."""
    try:
        return os.fsencode(path.name) + b"\0" + path.read_bytes()
    except OSError:
        return b""  # reading it will say why
