"""Find the lines that an author takes out of the check: ``verify: ignore``, for a line or a section."""

from __future__ import annotations

from collections.abc import Sequence

from kbgen.claims.passages import Passage
from kbgen.links.model import LinkedNote


def ignored_lines(note: LinkedNote, texts: Sequence[Passage]) -> frozenset[int]:
    """Return the lines that a note takes out.

    Parameters
    ----------
    note
        With its directives: ``ignore`` takes out the line it stands on, or the next one that says
        something; ``ignore section`` all from there to the next heading of its level.
    texts
        The passages of the note.
    """
    lines: set[int] = set()
    for directive in note.compiled.directives:
        if not directive.words.startswith("ignore"):
            continue
        if not directive.words.startswith("ignore section"):
            after = [text.line for text in texts if text.line >= directive.line and text.number >= 0]
            lines.add(directive.line)
            if directive.line not in after and after:
                lines.add(min(after))
            continue
        level = 0
        for text in texts:
            if text.kind == "heading" and text.line <= directive.line:
                level = text.level
            elif text.kind == "heading" and text.level <= level:
                break
            elif text.line >= directive.line:
                lines.add(text.line)
    return frozenset(lines)
