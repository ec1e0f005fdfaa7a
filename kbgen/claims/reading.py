"""Read the quantities of a text as claims: which property of which subject each number speaks of.

Where nothing says what a number means, or where the sentence does not state it of something known, it is no
claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kbgen.claims.assertions import (
    about_others,
    asserts,
    clause_start,
    compared_first,
    compares,
    counterfactual,
    denied,
    of_a_part,
    of_each,
    other_time,
    qualified,
    today,
)
from kbgen.claims.claim import Claim
from kbgen.claims.grids import Grid, read_grid, read_label
from kbgen.claims.neighbours import counts_other
from kbgen.claims.parts import parts_of
from kbgen.claims.passages import Passage
from kbgen.claims.pieces import Piece, pieces
from kbgen.claims.properties import properties
from kbgen.claims.series import series_claims
from kbgen.claims.subjects import Candidates, Contexts, Topic, candidates, next_topic
from kbgen.facts.compare import fits
from kbgen.facts.fact import Key
from kbgen.facts.knowledge import Knowledge, Word
from kbgen.phrases import Mention
from kbgen.quantities.reading import Quantity, in_units
from kbgen.quantities.units import unit_of

_YEAR_DIGITS = 4
_YEAR_OF_IT = "year"
"""The property that is a thing's own year."""
_LEAD = 24
"""Where a sentence begins with what it is said of: *on the validation set, …*."""
_YEAR = re.compile(r"1[5-9]\d\d|20[0-3]\d")
_AS_YEAR = re.compile(
    r"(?:\b(?:in|since|by|during|until|from|early|late|mid|for|of|back in|around|circa|as of|before|"
    r"after)\s|\()$",
    re.IGNORECASE,
)
_IN_ALL = re.compile(r"\b(?:in all|in total|overall|altogether|all together|as a whole)\b", re.IGNORECASE)
_OF_ITS_OWN = re.compile(r"\W*(?:its|his|her|their)\s(?!paper|year|design)", re.IGNORECASE)
_ASIDE = re.compile(r"[\s*_]*\([^()\d]*\)")
_ONE = re.compile(r"\W*(?:one|a single|each|every)[\s*_]+", re.IGNORECASE)
_TAKES = re.compile(r"[\s*_]+(?:takes?|took|has|had|needs?|needed|costs?|lasts?|lasted|is|was)\b")
_SUCH_AS = re.compile(r"[\s*_]+(?:of|with)[\s*_]+(?:(?:about|up to|over|more than|only)[\s*_]+)?")
_PURPOSE = re.compile(r"[\s*_]+to[\s*_]+[a-z]")
_PAUSE = re.compile(r"[,;:(]")
_BESIDE = re.compile(
    r" ?\([^()\d]{2,40}, |[\s(:=,|*_·-]{0,4}"
    r"(?:(?:paper |article )?(?:is |was |dates )?(?:from |of )|paper \(|\(c\. ?|came |followed |saw )?"
)
_WITH_YEAR = re.compile(r" ?\((?:[^()\d]{2,40}, )?(?:\d{4}, )?")
_FROM = re.compile(r"\bfrom(?: about| around| some| ~)?[ ~≈*_]*$")
_TO = re.compile(r"[\s*_]*(?:\([^()]{0,40}\)[\s*_]*)?(?:down |up )?to\b")
_ENTRY_GAP = re.compile(r"[\s*_]*[–—→:-]{1,2}[\s*_]*")


class Reader:
    """Reads the passages of one text.

    Parameters
    ----------
    knowledge
        What is known, and the words for it.
    about
        The subjects that the whole text is about.
    passages
        All passages of the text.
    """

    def __init__(self, knowledge: Knowledge, about: Sequence[str], passages: Sequence[Passage] = ()) -> None:
        self.knowledge = knowledge
        self.contexts = Contexts(knowledge, about)
        self._rows: dict[int, list[Passage]] = {}
        for passage in passages:
            if passage.kind == "row":
                self._rows.setdefault(passage.table, []).append(passage)
        self._grids: dict[int, Grid] = {}

    def pieces(self, passage: Passage, mentions: Sequence[Mention[Word]]) -> list[Piece]:
        """Return the pieces of a passage."""
        return list(pieces(self.knowledge, passage, mentions, self._grid(passage)))

    def _grid(self, passage: Passage) -> Grid | None:
        if passage.kind != "row":
            return None
        if passage.table not in self._grids:
            self._grids[passage.table] = read_grid(self.knowledge, self._rows.get(passage.table, [passage]))
        return self._grids[passage.table]

    def claims(self, read: Sequence[Piece]) -> Iterator[Claim]:
        """Yield the claims of the pieces of one passage that are numbers, dates or shapes."""
        topic = Topic()
        for piece in read:
            if piece.numbers and self._states(piece):
                yield from self._of_piece(piece, topic)
            if piece.prose:
                topic = next_topic(piece, topic)

    def _states(self, piece: Piece) -> bool:
        return not piece.prose or asserts(piece.text)

    def _of_piece(self, piece: Piece, topic: Topic) -> Iterator[Claim]:
        previous: list[Claim] = []
        waiting: list[tuple[Quantity, tuple[int, int]]] = []
        numbers = piece.numbers
        taken: set[int] = set()
        for claim in series_claims(self.knowledge, self.contexts, piece, topic):
            taken.add(claim.start)
            yield claim
        for index, written in enumerate(numbers):
            if written.start in taken:
                continue
            quantity = self._in_units_of_label(piece, written)
            after = numbers[index + 1].start if index + 1 < len(numbers) else piece.end
            ahead = index - 1
            if index and piece.prose and _is_former(piece, numbers[ahead], written.start):
                ahead -= 1  # what stands before "from 26.2 %" is said of "to 15.3 %"
            room = (numbers[ahead].end if ahead >= 0 else piece.start, after)
            keys = self._keys_of(piece, quantity, room, topic, previous)
            if keys:
                previous.append(_claim(piece, quantity, keys))
                yield previous[-1]
                for other, space in waiting:  # "compared with 60M for one, the other has 138M parameters"
                    keys = self._keys_of(piece, other, space, topic, previous)
                    if keys:
                        yield _claim(piece, other, keys)
                waiting = []
            elif piece.prose and not previous:
                waiting.append((quantity, room))

    def _in_units_of_label(self, piece: Piece, quantity: Quantity) -> Quantity:
        """Read ``60`` under *Params (M)* as 60 million."""
        passage, grid = piece.passage, piece.grid
        if passage.kind != "row" or quantity.form != "number" or quantity.scaled:
            return quantity
        labels = [passage.heads[piece.column]] if piece.column < len(passage.heads) else []
        labels += [passage.words[c.start : c.end] for c in passage.cells[:1] if piece.column]
        for label in labels:
            unit = unit_of(label)
            if unit and (grid is None or read_label(self.knowledge, label).terms):
                return in_units(quantity, unit)
        return quantity

    def _keys_of(
        self,
        piece: Piece,
        quantity: Quantity,
        room: tuple[int, int],
        topic: Topic,
        previous: Sequence[Claim],
    ) -> tuple[Key, ...]:
        """Return what a number may be about; nothing where nobody can tell."""
        words = piece.words
        found = candidates(self.knowledge, self.contexts, piece, quantity.start, quantity.end, topic)
        if found is None:
            return ()
        if piece.prose and not self._stated(piece, quantity):
            return ()
        if piece.prose and not found.explicit and compared_first(words[piece.start : quantity.start]):
            return ()
        part = parts_of(self.knowledge, piece, quantity, topic)
        beside = [*_scope(piece, quantity, room), *self._of_head(piece)]
        for names, surely in self._properties(piece, quantity, room):
            keys = self._of_subjects(piece, quantity, found, names, part, beside)
            if keys:
                return keys
            if surely:
                return ()
        keys = self._beside_name(piece, quantity, found, beside) or self._side_of_part(
            piece, quantity, found, part, beside
        )
        if keys or not found.explicit or counts_other(self.knowledge, piece, quantity):
            return keys
        like = [
            c
            for c in previous
            if self._goes_on(piece, c, quantity)
            and c.quantity
            and c.quantity.form == quantity.form
            and self._is_year(piece, c.quantity) == self._is_year(piece, quantity)
        ]
        if like:
            return self._of_subjects(
                piece, quantity, found, [like[-1].keys[0][1].rpartition(".")[2]], part, beside
            )
        return ()

    def _properties(
        self, piece: Piece, quantity: Quantity, room: tuple[int, int]
    ) -> Iterator[tuple[list[str], bool]]:
        """Yield what a number may be a value of; one from before a change, of what was before."""
        former = piece.prose and _is_former(piece, quantity, room[1])
        for names, surely in properties(self.knowledge, piece, quantity, room):
            yield (
                [other for each in names if (other := self.knowledge.former(each))] if former else names,
                surely,
            )
        if former:
            yield [], True

    def _of_head(self, piece: Piece) -> Sequence[Mention[Word]]:
        """Return what the head of a column mentions."""
        said = piece.grid.said if piece.grid is not None else ()
        return said[piece.column] if 0 <= piece.column < len(said) else ()

    def _goes_on(self, piece: Piece, before: Claim, quantity: Quantity) -> bool:
        """Tell whether a new subject is named between two numbers, or right behind the second."""
        low, high = (before.end, piece.end) if before.end <= quantity.start else (quantity.end, before.start)
        return any(m.entry.sort == "subject" and low <= m.start < high for m in piece.here)

    def _is_year(self, piece: Piece, quantity: Quantity) -> bool:
        return quantity.plain and _YEAR.fullmatch(piece.words[quantity.start : quantity.end]) is not None

    def _stated(self, piece: Piece, quantity: Quantity) -> bool:
        words = piece.words
        begin = max(clause_start(words, piece.start, quantity.start), quantity.start - 120)
        return not (
            denied(words[begin : quantity.start])
            or counterfactual(piece.text)
            or of_a_part(words, quantity.start, quantity.end)
            or qualified(words, quantity.end)
            or _of_several(piece, quantity)
            or (quantity.form == "number" and of_each(piece.text) and not piece.of_sort("part"))
            or _of_one(piece)
        )

    def _of_subjects(
        self,
        piece: Piece,
        quantity: Quantity,
        found: Candidates,
        names: Sequence[str],
        parts: Sequence[str],
        beside: Sequence[Mention[Word]],
    ) -> tuple[Key, ...]:
        knowledge = self.knowledge
        own = self.contexts.own_sorts
        keys: list[Key] = []
        for index, subject in enumerate((*found.named, *found.context)):
            explicit = index < len(found.named)
            qualified = knowledge.qualified(subject, beside)
            if qualified is None:
                return ()
            here = [
                key
                for name in names
                for key in self._fitting(qualified, knowledge.refined(name, beside), parts, piece)
                if self._plausible(piece, quantity, key)
            ]
            if here and not self._fits_circumstances(
                piece, quantity, subject, here, explicit=explicit and found.explicit
            ):
                return ()
            keys += here
            if keys and index + 1 >= found.alike:
                return _most_exact(knowledge, quantity, keys)
            if (
                explicit
                and not here
                and knowledge.sort_of(subject) in own
                and subject not in self.contexts.about
            ):
                return tuple(keys)
        return _most_exact(knowledge, quantity, keys)

    def _fitting(self, subject: str, name: str, parts: Sequence[str], piece: Piece) -> list[Key]:
        if piece.prose and _IN_ALL.search(piece.text):
            parts = ()
        keys = [key for part in parts or ("",) for key in self.knowledge.keys(subject, name, part)]
        if len(parts) > 1:  # several parts may be all that there are
            keys += self.knowledge.keys(subject, name, "")
        return keys

    def _fits_circumstances(
        self, piece: Piece, quantity: Quantity, subject: str, keys: Sequence[Key], *, explicit: bool
    ) -> bool:
        """Tell whether a sentence speaks of the times and things under which the facts hold."""
        knowledge = self.knowledge
        if piece.passage.kind in {"row", "code"}:
            return True
        kinds = {knowledge.about(*key)[0].kind for key in keys}
        dated = kinds <= {"year", "date"}
        mentioned = [m.entry.id for m in piece.here if m.entry.sort == "subject"]
        if knowledge.under_other_conditions(subject, mentioned):
            return False
        if (
            piece.prose
            and not piece.field
            and any(knowledge.lacks(key, (*mentioned, *self.contexts.about)) for key in keys)
        ):
            return False
        if dated or not piece.prose:
            return explicit or not piece.prose or not self._dates_another(piece, quantity, keys)
        if today(piece.text):
            return False
        if explicit:
            return True
        years = knowledge.years_of((subject, *self.contexts.about, *mentioned))
        return not other_time(piece.text, years)

    @staticmethod
    def _dates_another(piece: Piece, quantity: Quantity, keys: Sequence[Key]) -> bool:
        """Tell whether a sentence says when something else was: *its code was released*, *the prize came*."""
        if _OF_ITS_OWN.match(piece.text):
            return True
        names = {name for _, name in keys}
        before = [m for m in piece.here if m.end <= quantity.start]
        return names == {_YEAR_OF_IT} and about_others(
            piece.words[piece.start : quantity.start],
            [(m.start - piece.start, m.end - piece.start) for m in before],
            [(m.start - piece.start, m.end - piece.start) for m in before if m.entry.id == _YEAR_OF_IT],
            things=[(m.start - piece.start, m.end - piece.start) for m in before if m.entry.sort == "noun"],
        )

    def _plausible(self, piece: Piece, quantity: Quantity, key: Key) -> bool:
        """Tell whether a number can be of a kind at all, before asking whether it is right."""
        kind = self.knowledge.about(*key)[0].kind
        year = quantity.plain and _YEAR.fullmatch(piece.words[quantity.start : quantity.end]) is not None
        if kind in {"year", "date"}:
            return year or quantity.form == "date" or self._stands_for_year(piece, quantity)
        if quantity.form == "date" or kind in {"name", "order", "list"}:
            return False
        ordinal = self.knowledge.is_ordinal(key[1])
        if (quantity.form == "ordinal") != ordinal and (quantity.form == "ordinal" or piece.prose):
            return False
        if year and piece.prose and _AS_YEAR.search(piece.words, max(0, quantity.start - 10), quantity.start):
            return False
        if (
            piece.prose
            and compares(piece.words, quantity.start, quantity.end)
            and not self.knowledge.compares(key[1])
        ):
            return False
        if piece.prose and quantity.form == "number" and self.knowledge.about(*key)[0].unit == "B":
            return False
        if (
            kind == "duration"
            and piece.prose
            and _PURPOSE.match(piece.words, quantity.end)
            and not any(
                m.entry.sort == "term" and quantity.end <= m.start <= quantity.end + 2 for m in piece.here
            )
        ):
            return False
        if kind == "rate" and quantity.form == "number":
            in_words = piece.words[quantity.start].isalpha()
            if quantity.value > 100 or (in_words and piece.prose and not piece.field):
                return False
        return fits(quantity, self.knowledge.about(*key)[0])

    def _stands_for_year(self, piece: Piece, quantity: Quantity) -> bool:
        """Tell whether a number is in the place of a year, though none that anybody would write: 2102."""
        digits = quantity.end - quantity.start
        if not quantity.plain or "," in piece.words[quantity.start : quantity.end]:
            return False
        before, after = piece.words[: quantity.start].rstrip(" *_"), piece.words[quantity.end :].lstrip(" *_")
        enclosed = before.endswith("(") and after.startswith(")")
        whole = not piece.prose and not re.search(r"\w", piece.words[piece.start : quantity.start])
        enclosed = enclosed or (not before.strip("-* ") and after[:1] in {":", "–", "—"})
        return digits == _YEAR_DIGITS or (
            digits == _YEAR_DIGITS + 1 and (enclosed or whole or not after.strip("."))
        )

    def _side_of_part(
        self,
        piece: Piece,
        quantity: Quantity,
        found: Candidates,
        parts: Sequence[str],
        beside: Sequence[Mention[Word]],
    ) -> tuple[Key, ...]:
        """Read a shape in what is said of a part: *Conv1: 96 kernels, 11×11, stride 4*."""
        if quantity.form != "shape":
            return ()
        for name in (
            name for part in parts if part in self.knowledge.parts for name in self.knowledge.parts[part].bare
        ):
            keys = self._of_subjects(piece, quantity, found, [name], parts, beside)
            if keys:
                return keys
        return ()

    def _beside_name(
        self,
        piece: Piece,
        quantity: Quantity,
        found: Candidates,
        beside: Sequence[Mention[Word]],
    ) -> tuple[Key, ...]:
        """Read a number beside a name: ``FC6 (4096)``, ``AlexNet (2012)``, ``2012 AlexNet``."""
        words = piece.words
        for mention in piece.here:
            left = mention.end <= quantity.start
            gap = words[mention.end : quantity.start] if left else words[quantity.end : mention.start]
            begin = min(mention.start, quantity.start)
            if mention.entry.sort == "subject" and left and quantity.scaled and _WITH_YEAR.fullmatch(gap):
                return self._of_subjects(piece, quantity, found, self.knowledge.bare, (), beside)
            entry = _ENTRY_GAP.fullmatch(gap) and not re.search(r"\w", words[piece.start : begin])
            if not entry and not _BESIDE.fullmatch(gap):
                continue
            if mention.entry.sort == "part" and left and quantity.form in {"number", "shape", "times"}:
                for name in self.knowledge.parts[mention.entry.id].bare:
                    keys = self._of_subjects(piece, quantity, found, [name], [mention.entry.id], beside)
                    if keys:
                        return keys
            is_year = self._is_year(piece, quantity) or (
                self._stands_for_year(piece, quantity)
                and not re.match(r"[\s*_]*[a-z]", words[quantity.end : piece.end])
            )
            if mention.entry.sort == "subject" and is_year and self.knowledge.about(mention.entry.id, "year"):
                return ((mention.entry.id, "year"),)
        return ()


def _is_former(piece: Piece, quantity: Quantity, end: int) -> bool:
    """Tell whether a number is what something was before it changed: *from 26.2 % to 15.3 %*."""
    return (
        _FROM.search(piece.words, piece.start, quantity.start) is not None
        and _TO.match(piece.words, quantity.end, end) is not None
    )


def _of_one(piece: Piece) -> bool:
    """Tell whether a sentence is about one of what a property counts: *one epoch took 90 minutes*."""
    first = piece.here[0] if piece.here else None
    return (
        first is not None
        and first.entry.sort in {"term", "unit"}
        and _ONE.fullmatch(piece.words, piece.start, first.start) is not None
        and _TAKES.match(piece.words, first.end) is not None
    )


def _of_several(piece: Piece, quantity: Quantity) -> bool:
    """Tell whether a number belongs to things in general: *networks with 1,000 layers*."""
    return any(
        piece.words[m.end - 1] == "s" and _SUCH_AS.fullmatch(piece.words, m.end, quantity.start)
        for m in piece.of_sort("noun")
    )


def _claim(piece: Piece, quantity: Quantity, keys: tuple[Key, ...]) -> Claim:
    text = piece.words[quantity.start : quantity.end]
    return Claim(piece.passage.number, quantity.start, quantity.end, text, keys, quantity)


def _scope(piece: Piece, quantity: Quantity, room: tuple[int, int]) -> list[Mention[Word]]:
    """Return the mentions that say more about a number: before it in its clause, behind it up to a comma."""
    if piece.passage.kind == "row":
        return [*_nearby(piece, quantity, room, room[0]), *piece.row.beside(piece.start, piece.end)]
    clause = clause_start(piece.words, piece.start, quantity.start)
    first = next((q.start for q in piece.numbers if q.start >= clause), quantity.start)
    # What stands before the first number of a clause holds for all of them, up to another subject.
    shared = [
        m
        for m in piece.here
        if m.end <= min(first, room[0])
        and (m.start >= clause or m.start < piece.start + _LEAD)
        and not any(o.entry.sort == "subject" and m.end <= o.start < quantity.start for o in piece.here)
        and not any(q.end <= m.start for q in piece.numbers)
    ]
    return [*_nearby(piece, quantity, room, max(room[0], clause)), *shared]


def _nearby(piece: Piece, quantity: Quantity, room: tuple[int, int], begin: int) -> list[Mention[Word]]:
    words = piece.words
    aside = _ASIDE.match(words, quantity.end)
    return [
        m
        for m in piece.here
        if (begin <= m.start and m.end <= quantity.start and ")" not in words[m.end : quantity.start])
        or (quantity.end <= m.start < room[1] and not _PAUSE.search(words, quantity.end, m.start))
        or (aside is not None and m.start < aside.end() and m.end > quantity.end)
    ]


def _most_exact(knowledge: Knowledge, quantity: Quantity, keys: Sequence[Key]) -> tuple[Key, ...]:
    """Keep what knows the day, where the claim says the day."""
    if quantity.form == "date":
        days = [key for key in keys if knowledge.about(*key)[0].kind == "date"]
        keys = days or keys
    return tuple(dict.fromkeys(keys))
