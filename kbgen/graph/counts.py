"""Numbers of neighbours that an expression compares: ``in>3``.

No filters, because they have no option of their own: a number alone says neither "more" nor "fewer".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from kbgen.graph.note_graph import DirectedNotes


class Count(Struct, frozen=True):
    """A number of other notes around a note."""

    example: str
    """The term as an error shows it."""
    of: Callable[[DirectedNotes, str], int]


COUNTS: Mapping[str, Count] = {
    "in": Count("in>3", lambda notes, note: len(notes.pred[note])),
    "out": Count("out<=2", lambda notes, note: len(notes.succ[note])),
    # A note that leads here and back is one.
    "degree": Count("degree>=5", lambda notes, note: len({*notes.pred[note], *notes.succ[note]})),
}
"""By their terms."""
