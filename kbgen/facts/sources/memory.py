"""What sources knew the last time, where that is data: they need not be asked again, nor read any note.

Whoever keeps it sees to it that it is of the same notes, settings and sources.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from kbgen.bucket import Bucket, sealed, unsealed
from kbgen.facts.fact import Fact, Lexicon
from kbgen.facts.sources.source import Known
from kbgen.vault.paths import VaultPath


class _Data(Struct, frozen=True, array_like=True):
    facts: tuple[Fact, ...]
    lexicon: Lexicon
    subject_of: Mapping[VaultPath, str]
    of_notes: bool
    """Whether notes were looked at to find it out."""


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(tuple[bytes, bytes, dict[str, _Data]])


class KnownMemory:
    """What the sources of one build knew.

    Parameters
    ----------
    bucket
        Where it is kept; nowhere where there is none.
    sources
        Hash of the sources, their settings, and all that they say that they depend on.
    notes
        Hash of the notes.
    """

    def __init__(self, bucket: Bucket | None, sources: bytes, notes: bytes) -> None:
        self._bucket = bucket
        self._states = sources, notes
        self._known: dict[str, _Data] = {}
        self._is_new = False
        if bucket is not None:
            try:
                of_sources, of_notes, known = _DECODER.decode(unsealed(bucket.read()))
            except (msgspec.DecodeError, UnicodeDecodeError):
                return
            if of_sources == sources:
                same = of_notes == notes
                self._known = {name: data for name, data in known.items() if same or not data.of_notes}

    def recall(self, name: str) -> Known | None:
        """Return what a source knew."""
        data = self._known.get(name)
        if data is None:
            return None
        return Known(data.facts, data.lexicon, subject_of=data.subject_of)

    def keep(self, name: str, known: Known, *, of_notes: bool) -> None:
        """Remember what a source knows, if that is all in its records; it may have looked at notes for it."""
        if known.derive is None and known.views is None and known.diagram is None:
            self._known[name] = _Data(known.facts, known.lexicon, known.subject_of, of_notes)
            self._is_new = True

    def save(self) -> None:
        """Write down what was remembered since it was read."""
        if self._bucket is not None and self._is_new:
            self._bucket.write(sealed(_ENCODER.encode((*self._states, self._known))))
