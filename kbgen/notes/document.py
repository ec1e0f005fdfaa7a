"""A kind of document: how its files are recognised and compiled, and what linking needs of any of them.

Each kind is a file of its own under :mod:`kbgen.notes.kinds` that declares a :class:`DocumentKind`. Whoever
reads, links, publishes or draws a vault works over the kinds and names none of them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol

from msgspec import Struct

from kbgen.diagnostics import Fault
from kbgen.discovery import declared
from kbgen.notes.model import Arrow, CompiledNote, Link
from kbgen.vault.paths import extension_of, is_note, without_number

Markdown = Callable[[bytes], CompiledNote]
"""Compiles Markdown under the options of the build; the parser is loaded when it is first called."""


class Linkable(Protocol):
    """What every compiled document has; of a note it is the outline that has it."""

    @property
    def title(self) -> str:
        """What the document calls itself; ``""`` where the name of its file must do."""

    @property
    def links(self) -> tuple[Link, ...]:
        """What it links to and embeds, not yet resolved; ``/x`` is a path from the root of the vault."""

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong in it."""


class CompiledDocument(Struct, frozen=True):
    """A document that is no note, on its own; a kind that has more to keep derives a record from this."""

    links: tuple[Link, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    """What it draws between the documents that it links to."""
    title: str = ""
    text: str = ""
    faults: tuple[Fault, ...] = ()


class DocumentKind(Struct, frozen=True):
    """A kind of document.

    The kind of page that shows one names this kind; a kind of document knows of no site.
    """

    name: str
    extensions: frozenset[str]
    """Of its files, in lower case."""
    compile: Callable[[bytes, Markdown], CompiledDocument] | None = None
    """Compiles the bytes of a file. None for files that are only recognised, and for notes, which are
    compiled in processes and remembered (:mod:`kbgen.notes.compile_all`)."""
    edge: str = ""
    """The kind of its edges in the graph; ``""`` where they are links and embeds like those of notes."""
    no_page: str = ""
    """Why the site has no page for it and knows nothing of it, as its author is told (KB130); ``""`` where
    there is one."""

    @property
    def published(self) -> bool:
        """Whether the site has pages for it."""
        return not self.no_page


@functools.cache
def document_kinds() -> Mapping[str, DocumentKind]:
    """Return all kinds by the extensions of their files."""
    kinds = declared("kbgen.notes.kinds", DocumentKind)
    return MappingProxyType({extension: kind for kind in kinds for extension in sorted(kind.extensions)})


def kind_of(path: str) -> DocumentKind | None:
    """Return the kind of document that a file is; None for pictures and all else that has no links.

    >>> kind = kind_of("Boards/Plan.CANVAS")
    >>> kind.name, kind.edge, kind_of("Plan.pdf")
    ('canvas', 'canvas', None)
    >>> kind_of("Plan.canvas~2") is kind
    True
    """
    name = without_number(path)
    # Which files are notes is known from their real names; one that is called "A.md~2" is none.
    return document_kinds().get(extension_of(path if is_note(name) else name))


def has_pages(path: str) -> bool:
    """Tell whether a file is a document of a kind that the site has pages for.

    >>> has_pages("A.md"), has_pages("A.canvas"), has_pages("A.pdf")
    (True, False, False)
    """
    kind = kind_of(path)
    return kind is not None and kind.published
