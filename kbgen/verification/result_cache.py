"""Keep what came of each note for the next time, with all that it depends on: the note, and what is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from decimal import Decimal

import msgspec

from kbgen.bucket import Bucket, hashed, sealed, unsealed
from kbgen.facts.sources.source import Known
from kbgen.fingerprint import code_fingerprint
from kbgen.links.model import LinkedNote
from kbgen.vault.paths import VaultPath
from kbgen.verification.note_result import NoteResult

_OURS = __name__.partition(".")[0]
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(dict[bytes, NoteResult])


class ResultCache:
    """What came of the notes the last time.

    Parameters
    ----------
    bucket
        Where it is kept; nowhere where there is none.
    known, tolerances
        As for :class:`kbgen.verification.checking.Checker`: with other facts nothing of it counts.
    """

    def __init__(
        self, bucket: Bucket | None, known: Sequence[Known], tolerances: Mapping[str, Decimal]
    ) -> None:
        lasts = bucket is not None and all(map(_is_data, known))
        self._bucket = bucket if lasts else None
        self._basis = _basis(known, tolerances) if lasts else b""
        self._results = self._read()

    def keys(
        self, notes: Mapping[VaultPath, LinkedNote], versions: Mapping[VaultPath, bytes] | None
    ) -> dict[VaultPath, bytes]:
        """Return what each note is remembered by: all that it holds, its place, and where its links lead."""
        if self._bucket is None:
            return dict.fromkeys(notes, b"")
        if versions is not None:
            return {path: hashed(path.encode(), versions[path]) for path in notes}
        return {
            path: hashed(note.key, _ENCODER.encode((path, note.title, note.compiled, note.links)))
            for path, note in notes.items()
        }

    def result(self, key: bytes) -> NoteResult | None:
        """Return what came of a note, if it is known."""
        return self._results.get(key)

    def keep(self, results: Mapping[bytes, NoteResult]) -> None:
        """Remember what came of all notes; see :meth:`kbgen.bucket.Bucket.write`."""
        if self._bucket is not None and results.keys() != self._results.keys():
            self._bucket.write(sealed(_ENCODER.encode(results), self._basis))

    def _read(self) -> dict[bytes, NoteResult]:
        kept = self._bucket.read() if self._bucket else b""
        with suppress(msgspec.DecodeError):
            return _DECODER.decode(unsealed(kept, self._basis))
        return {}


def _is_data(known: Known) -> bool:
    """Tell whether what a source knows is all in its records; code of others may change unseen."""
    module = getattr(known.derive, "__module__", "")
    return known.derive is None or module.partition(".")[0] == _OURS


def _basis(known: Sequence[Known], tolerances: Mapping[str, Decimal]) -> bytes:
    """Hash what all findings depend on besides the notes: what is known, and our own code."""
    records = [(each.facts, each.lexicon, each.subject_of, each.derive is not None) for each in known]
    return hashed(code_fingerprint(), _ENCODER.encode((records, sorted(tolerances.items()))))
