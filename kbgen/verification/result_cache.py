"""Keep what came of each note for the next time, with all that it depends on: the note, and what is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from hashlib import blake2b

import msgspec
from msgspec import Struct

from kbgen.bucket import Bucket, hashed, sealed, unsealed
from kbgen.facts.fact import Fact
from kbgen.facts.sources.source import Known
from kbgen.fingerprint import code_fingerprint
from kbgen.links.model import LinkedNote
from kbgen.vault.paths import VaultPath
from kbgen.verification.note_result import NoteResult

_OURS = __name__.partition(".")[0]
_DIGEST_SIZE = 20


class _Kept(Struct, frozen=True, array_like=True):
    """What came of a note as it was."""

    version: bytes
    result: NoteResult


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(tuple[bytes, dict[VaultPath, _Kept]])


class ResultCache:
    """What came of the notes the last time.

    Parameters
    ----------
    bucket
        Where it is kept; nowhere where there is none.
    known, tolerances
        As for :class:`kbgen.verification.checking.Checker`. With other names nothing counts of what was kept,
        and with other facts nothing of the notes that name something known.
    tell_unread
        Whether what is kept says which numbers are part of no claim.
    """

    def __init__(
        self,
        bucket: Bucket | None,
        known: Sequence[Known],
        tolerances: Mapping[str, Decimal],
        *,
        tell_unread: bool,
    ) -> None:
        lasts = bucket is not None and all(map(_is_data, known))
        self._bucket = bucket if lasts else None
        self._names = names(known, tell_unread=tell_unread) if lasts else b""
        self._facts = _facts(known, tolerances) if lasts else b""
        self._kept = self._read()
        self._versions: dict[VaultPath, bytes] = {}

    def missing(
        self, notes: Mapping[VaultPath, LinkedNote], versions: Mapping[VaultPath, bytes] | None
    ) -> list[VaultPath]:
        """Return those of some notes that are not what they were, or that nothing is known of.

        Parameters
        ----------
        notes
            All that there are.
        versions
            What tells two versions of each apart, where that is known without looking.
        """
        self._versions = dict.fromkeys(notes, b"") if self._bucket is None else _versions(notes, versions)
        kept = self._kept
        return [
            path
            for path, version in self._versions.items()
            if path not in kept or kept[path].version != version
        ]

    def completed(self, made: Mapping[VaultPath, NoteResult]) -> list[NoteResult]:
        """Return what came of all notes, and remember it; see :meth:`kbgen.bucket.Bucket.write`.

        Parameters
        ----------
        made
            What came of those that were missing.
        """
        completed = {
            path: _Kept(version, made[path]) if path in made else self._kept[path]
            for path, version in self._versions.items()
        }
        if self._bucket is not None and (made or completed.keys() != self._kept.keys()):
            self._bucket.write(sealed(_ENCODER.encode((self._facts, completed)), self._names))
        return [each.result for each in completed.values()]

    def _read(self) -> dict[VaultPath, _Kept]:
        kept = self._bucket.read() if self._bucket else b""
        with suppress(msgspec.DecodeError, UnicodeDecodeError):
            facts, notes = _DECODER.decode(unsealed(kept, self._names))
            if facts == self._facts:
                return notes
            return {path: each for path, each in notes.items() if not each.result.concerned}
        return {}


def _versions(
    notes: Mapping[VaultPath, LinkedNote], versions: Mapping[VaultPath, bytes] | None
) -> dict[VaultPath, bytes]:
    """Hash what each note holds, its place, and where its links lead."""
    if versions is not None:
        return {path: blake2b(versions[path], digest_size=_DIGEST_SIZE).digest() for path in notes}
    return {
        path: hashed(note.key, _ENCODER.encode((path, note.title, note.compiled, note.links)))
        for path, note in notes.items()
    }


def _is_data(known: Known) -> bool:
    """Tell whether what a source knows is all in its records; code of others may change unseen."""
    module = getattr(known.derive, "__module__", "")
    return known.derive is None or module.partition(".")[0] == _OURS


def names(known: Sequence[Known], *, tell_unread: bool) -> bytes:
    """Hash all that the result of a note depends on that names nothing known, besides the note itself.

    That is our own code, what is asked, and by what it is told that nothing is named: the lexicons, of what
    something is known, and the values that are names, as titles are.
    """
    named = [
        (fact.subject, fact.property, fact.kind, fact.values() if _is_name(fact) else ())
        for each in known
        for fact in each.facts
    ]
    sources = [(each.lexicon, each.subject_of, each.derive is not None) for each in known]
    return hashed(code_fingerprint(), _ENCODER.encode((named, sources, tell_unread)))


def _is_name(fact: Fact) -> bool:
    return fact.kind == "name" or fact.property == "title"


def _facts(known: Sequence[Known], tolerances: Mapping[str, Decimal]) -> bytes:
    """Hash what the results of all other notes depend on beyond that."""
    facts = [each.facts for each in known]
    return hashed(_ENCODER.encode((facts, sorted(tolerances.items()))))
