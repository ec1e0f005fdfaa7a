"""What the site is told of the figures in its notes: verdicts, values of facts, and blocks made of facts.

Plain data: who found it out, and how, is not the site's business.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from kbgen.site.views import AnnotatedFigure
from kbgen.vault.paths import VaultPath


class UnknownBinding(Struct, frozen=True, tag=True):
    """A binding that names nothing that is known; it is shown as its author wrote it."""

    message: str


class UnlinkedFact(Struct, frozen=True, tag=True):
    """A fact filled in where nothing may lead to the page of claims: in a note that no list names."""

    text: str


class Table(Struct, frozen=True, tag=True):
    """Facts about the parts of something."""

    caption: str
    columns: tuple[str, ...]
    """The first heads the names of the rows."""
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()


class Definitions(Struct, frozen=True, tag=True):
    """Facts about one thing, each with a label, its value and a remark."""

    caption: str
    rows: tuple[tuple[str, str, str], ...]


class Diagram(Struct, frozen=True, tag=True):
    """A picture that a source of facts drew: markup from an installed package, never from a note."""

    caption: str
    svg: str
    style: str = ""
    """The rules of its style sheet, which is a file of the site."""


class Point(Struct, frozen=True):
    """One thing in a chart."""

    label: str
    note: str
    """Said in small letters under the label, such as the year."""
    x: float
    y: float
    x_text: str
    y_text: str


class Chart(Struct, frozen=True, tag=True):
    """Two properties of several things, set against each other; the points in the order they are joined."""

    caption: str
    title: str
    x_label: str
    y_label: str
    x_share: bool
    """The numbers are shares, shown in per cent; the same for the next."""
    y_share: bool
    points: tuple[Point, ...]


Filling = AnnotatedFigure | UnlinkedFact | Table | Definitions | Diagram | Chart | UnknownBinding
"""What stands in the place of a binding."""


class NoteFigures(Struct, frozen=True):
    """What is known of the figures of one note."""

    marks: tuple[tuple[AnnotatedFigure, ...], ...] = ()
    """By the number of the mark in the note's HTML: a figure may claim several things."""
    properties: Mapping[tuple[int, int], tuple[AnnotatedFigure, ...]] = {}
    """By index of the property and of the value."""
    bindings: tuple[Filling, ...] = ()

    def all(self) -> tuple[AnnotatedFigure, ...]:
        """Return everything that has an entry on the page of claims, in its order there."""
        filled = [each for each in self.bindings if isinstance(each, AnnotatedFigure)]
        claims = {each for claims in (*self.marks, *self.properties.values()) for each in claims}
        return tuple(sorted([*claims, *filled], key=lambda each: each.number))


class ClaimCounts(Struct, frozen=True):
    """How much of what the notes say in numbers was read and checked."""

    numbers: int
    read: int
    """Numbers that became part of a claim."""
    supported: int
    refuted: int
    unknown: int
    """Claims of which nothing is known."""
    filled: int
    """Figures that facts filled in."""


class Annotations(Struct, frozen=True):
    """What is known of the figures of all notes of the public vault."""

    notes: Mapping[VaultPath, NoteFigures] = {}
    coverage: ClaimCounts = ClaimCounts(0, 0, 0, 0, 0, 0)
    unasked: tuple[str, ...] = ()
    """Names of the sources of facts that could not be asked."""

    def any(self) -> bool:
        """Tell whether there is anything to list."""
        counts = self.coverage
        return counts.supported + counts.refuted + counts.unknown + counts.filled > 0


NO_ANNOTATIONS = Annotations()
NO_FIGURES = NoteFigures()
