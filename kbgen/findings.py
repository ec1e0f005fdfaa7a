"""Everything that is wrong in a vault: what the stages found, and what only the whole shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kbgen.diagnostics import Diagnostic, Fault, diagnostic, in_order
from kbgen.links.model import Linked, LinkedVault
from kbgen.links.publish import social_image
from kbgen.notes.document import has_pages, kind_of


def all_findings(
    vault: LinkedVault, others: Iterable[Diagnostic], *, orphans: bool = False
) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of a vault in order.

    Parameters
    ----------
    vault
        The whole vault, linked; its own diagnostics are included.
    others
        Those of the other stages.
    orphans
        Whether notes without any link are listed (KB126).
    """
    found = [*vault.diagnostics, *others, *unused(vault)]
    if orphans:
        found += _orphans(vault)
    return in_order(found)


def unused(vault: LinkedVault) -> Iterator[Diagnostic]:
    """Yield a finding for each file that no note uses, and for each document that has no page."""
    shown: list[Linked] = [*vault.notes.values()]
    shown += (each for path, each in vault.documents.items() if has_pages(path))
    used = {end.path for document in shown for end in document.links}
    used |= {social_image(note) for note in vault.notes.values()}
    used |= {path for drawing in vault.drawings.values() for path in drawing.files}
    for path in vault.attachments:
        kind = kind_of(path)
        if kind is not None and not kind.published:
            yield diagnostic(path, Fault("KB130", 1, 1, kind.no_page))
        elif kind is None and path not in used:
            yield diagnostic(path, Fault("KB125", 1, 1, "No note uses this file; it is not published."))


def _orphans(vault: LinkedVault) -> Iterator[Diagnostic]:
    joined = set()
    for path, note in vault.notes.items():
        for end in note.links:
            if end.path is not None and end.path != path and end.path in vault.notes:
                joined |= {path, end.path}
    for document in vault.documents.values():
        for source, target, _ in document.arrows():
            if source != target and {source, target} <= vault.notes.keys():
                joined |= {source, target}
    for path in vault.notes:
        if path not in joined:
            yield diagnostic(path, Fault("KB126", 1, 1, "No note links here, and it links to no note."))
