"""Make findings of judgements: where each claim stands in the file, and what it was held against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kbgen.claims.claim import Claim
from kbgen.claims.passages import Passage
from kbgen.links.model import LinkedNote
from kbgen.notes.model import Value
from kbgen.notes.source_map import SourceMap, SourceSpan
from kbgen.verification.finding import Finding
from kbgen.verification.judge import Judgement

_AROUND = 40
"""Characters around a claim that may decide how it is read."""


def findings(
    note: LinkedNote, judged: Sequence[tuple[Claim, Judgement]], texts: Sequence[Passage]
) -> Iterator[Finding]:
    """Yield the findings of a note.

    Parameters
    ----------
    note
        Which it is.
    judged
        Its claims with what came of them.
    texts
        Its passages.
    """
    by_number = {text.number: text for text in texts}
    places = _Locator(note, texts)
    for claim, judgement in sorted(judged, key=lambda pair: _in_order(pair[0])):
        text = by_number[claim.passage]
        line, column = places.place(text, claim.start)
        fact = judgement.fact
        yield Finding(
            path=note.path,
            line=line,
            column=column,
            text=claim.text,
            subject=judgement.key[0],
            property=judgement.key[1],
            operator=judgement.operator,
            claimed=judgement.claimed,
            reference=judgement.reference,
            unit=fact.unit if fact else "",
            verdict=judgement.verdict,
            agreement=judgement.agreement,
            binding=judgement.binding or claim.binding,
            derivation=fact.derivation if fact else "",
            evidence=fact.evidence if fact else "",
            source=fact.source if fact else "",
            message=judgement.message,
            remark=judgement.remark,
            severity=judgement.severity,
            statement=claim.passage,
            start=claim.start,
            end=claim.end,
            stretches=places.stretches(text, claim.start, claim.end),
            before=text.words[max(claim.start - _AROUND, 0) : claim.start],
            after=text.words[claim.end : claim.end + _AROUND],
        )


def places(
    note: LinkedNote, claims: Sequence[Claim], texts: Sequence[Passage]
) -> Iterator[tuple[Claim, int, int]]:
    """Yield claims in their order with the line and the column where each stands.

    Parameters
    ----------
    note, texts
        As for :func:`findings`.
    claims
        Of the note.
    """
    by_number = {text.number: text for text in texts}
    found = _Locator(note, texts)
    for claim in sorted(claims, key=_in_order):
        yield claim, *found.place(by_number[claim.passage], claim.start)


def _in_order(claim: Claim) -> tuple[int, int, int]:
    return claim.passage, claim.start, -claim.end


class _Locator:
    """Says where the words of a note's passages stand; a map is unfolded when it is first asked."""

    def __init__(self, note: LinkedNote, texts: Sequence[Passage]) -> None:
        self._note = note
        self._texts = texts
        self._maps: dict[int, SourceMap] = {}
        self._values: dict[int, Value] | None = None

    def place(self, text: Passage, offset: int) -> tuple[int, int]:
        """Return line and column of an offset in a passage."""
        if text.number >= 0:
            return self._map(text.number).place(offset)
        value, begin = self._value(text)
        line = value.line or text.line
        return line, max(value.column, 1) + (max(offset - begin, 0) if value.whole else 0)

    def stretches(self, text: Passage, start: int, end: int) -> tuple[SourceSpan, ...]:
        """Return where words of a passage stand in one piece."""
        if text.number >= 0:
            return self._map(text.number).stretches(start, end)
        value, begin = self._value(text)
        if not value.whole or value.link >= 0 or start < begin:
            return ()
        return (SourceSpan(start, end, *self.place(text, start)),)

    def _map(self, number: int) -> SourceMap:
        found = self._maps.get(number)
        if found is None:
            found = self._maps[number] = SourceMap(self._note.content.statements[number])
        return found

    def _value(self, text: Passage) -> tuple[Value, int]:
        """Return the value that a passage about a property says, and where it begins in its words."""
        if self._values is None:
            self._values = self._all_values()
        value = self._values[text.number]
        return value, len(text.words) - len(value.text)

    def _all_values(self) -> dict[int, Value]:
        """Return the value of each passage; properties that no passage is made of are passed over."""
        values = iter([(each, value) for each in self._note.compiled.properties for value in each.values])
        found: dict[int, Value] = {}
        for text in self._texts:
            if text.number < 0:
                found[text.number] = next(
                    (
                        value
                        for each, value in values
                        if each.line == text.line and text.words.endswith(f": {value.text}")
                    ),
                    Value(""),
                )
        return found
