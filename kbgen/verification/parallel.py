"""Check many notes, each for itself, in processes where that pays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from kbgen.facts.sources.source import Known
from kbgen.links.model import LinkedNote
from kbgen.processes import parallel_map
from kbgen.verification.checking import Checker
from kbgen.verification.coverage import count_claimed, unread
from kbgen.verification.locating import findings
from kbgen.verification.note_result import NoteResult

_CHUNK = 200
_WORTH_A_PROCESS = 500
"""Notes from which another process saves more than it takes to begin."""

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(list[NoteResult])


def check_notes(
    notes: Sequence[LinkedNote],
    known: Sequence[Known],
    tolerances: Mapping[str, Decimal],
    workers: int,
    *,
    tell_unread: bool,
) -> list[NoteResult]:
    """Return what came of each note, in their order.

    Parameters
    ----------
    notes
        What to read.
    known, tolerances
        As for :class:`Checker`.
    workers
        Processes at most.
    tell_unread
        Whether to say which numbers are part of no claim.
    """
    checker = Checker(known, tolerances)
    with parallel_map(
        lambda span: _ENCODER.encode(
            [_result(checker, note, tell_unread=tell_unread) for note in notes[span.start : span.stop]]
        ),
        len(notes),
        chunk=_CHUNK,
        least=_WORTH_A_PROCESS,
        workers=workers,
    ) as checked:
        # Sent as bytes, which is quicker than to take thousands of records apart and build them again.
        return [result for content in checked for result in _DECODER.decode(content)]


def _result(checker: Checker, note: LinkedNote, *, tell_unread: bool) -> NoteResult:
    checked = checker.check(note, locate_numbers=tell_unread)
    claims = [claim for claim, _ in checked.judged]
    return NoteResult(
        tuple(findings(note, checked.judged, checked.passages)) if claims else (),
        checked.seen,
        count_claimed(checked.numbers, claims),
        checked.concerned,
        tuple(unread(note.path, checked.passages, checked.numbers, claims)) if tell_unread else (),
    )
