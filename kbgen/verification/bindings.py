"""List what the grammar binds in notes while nothing is known: how sentences and tables are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from kbgen.claims.claim import LOOSE, Claim
from kbgen.claims.ignore_directives import without_ignored
from kbgen.claims.open_vocabulary import open_keys, vocabulary
from kbgen.claims.passages import Passage, passages_of
from kbgen.claims.reader import Reader
from kbgen.facts.knowledge import Knowledge, Sense
from kbgen.facts.slug import slug
from kbgen.links.model import LinkedNote
from kbgen.phrases import Mention
from kbgen.vault.paths import VaultPath, stem_of
from kbgen.verification.locating import places

_BESIDE = frozenset({LOOSE, "near"})
"""What stands near a value and is bound by nothing."""


class ListedBinding(Struct, frozen=True):
    """A value that a construction binds; the fields are those of ``--show bindings --format json``."""

    path: VaultPath
    line: int
    column: int
    text: str
    subject: str
    property: str
    binding: str
    """The construction."""
    firm: bool = False
    """Whether another value would be refuted."""

    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Order by where they stand."""
        return self.path, self.line, self.column, self.subject, self.property


class Bindings(Struct, frozen=True):
    """What is bound in some notes, and where these lie."""

    found: tuple[ListedBinding, ...]
    files: Mapping[VaultPath, Path]


def bindings(notes: Iterable[LinkedNote]) -> tuple[ListedBinding, ...]:
    """Return what the grammar binds in some notes, by where it stands.

    Parameters
    ----------
    notes
        The notes; the words for subjects and properties are taken from all of them.
    """
    read = [(note, without_ignored(note, passages_of(note))) for note in notes]
    knowledge = Knowledge((), [vocabulary(read)])
    found = [
        ListedBinding(note.path, line, column, claim.text, *claim.keys[0], claim.binding, claim.firm)
        for note, texts in read
        for claim, line, column in places(note, list(_claims(knowledge, note, texts)), texts)
    ]
    return tuple(sorted(found, key=ListedBinding.sort_key))


def _claims(knowledge: Knowledge, note: LinkedNote, texts: Sequence[Passage]) -> Iterator[Claim]:
    reader = Reader(knowledge, (slug(note.title, "-"),), texts, open_keys)
    for text in texts:
        for claim in reader.claims(text, _mentions(knowledge, text)):
            if claim.binding not in _BESIDE:
                yield claim


def _mentions(knowledge: Knowledge, text: Passage) -> list[Mention[Sense]]:
    """Return what a passage mentions, its links under the names of the notes that they lead to."""
    found = knowledge.mentions(text.words)
    for link in text.links:
        subject = slug(stem_of(link.path), "-")
        named = any(m.entry.sort == "subject" and link.start <= m.start < link.end for m in found)
        if subject in knowledge.subjects and not named:
            found.append(Mention(link.start, link.end, Sense("subject", subject)))
    return sorted(found, key=lambda m: (m.start, m.end)) if text.links else found
