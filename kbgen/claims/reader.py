"""Read the passages of a note as claims: every construction in turn, and what none of them binds as loose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from kbgen.claims.assertions import asserts, reported, sentences, today
from kbgen.claims.candidate_keys import KeyFinder, candidate_keys, plausible
from kbgen.claims.claim import LOOSE, Claim
from kbgen.claims.clauses import BoundValue, Holder, clauses, holder_of, named, segment
from kbgen.claims.code_tables import code_tables
from kbgen.claims.comparisons import SentenceContext, comparisons, may_compare
from kbgen.claims.grammar import phrase
from kbgen.claims.part_tables import PartClaims, part_claims
from kbgen.claims.passages import Passage
from kbgen.claims.patterns import group_start
from kbgen.claims.scope import Scope, Scopes
from kbgen.claims.tables import CellValue, Grid, cell_values
from kbgen.claims.tokens import TaggedText, Token, tag_text
from kbgen.facts.fact import Key, Kind
from kbgen.facts.knowledge import Knowledge, Sense
from kbgen.phrases import Mention
from kbgen.quantities.extraction import may_hold

_FRAGMENTS = frozenset({"item", "paragraph", "footnote", "title", "heading", "code"})
_YEAR = re.compile(r"(?<![\d,.])(?:1[5-9]\d\d|20[0-3]\d)(?!\d|,\d)")
_INSTANCE = re.compile(r"\W*(?:in|for|on|with) (?:this|that|one|another|such an?) \w", re.IGNORECASE)
"""What begins a sentence about one case of many."""
_PROSE = frozenset({"paragraph", "item", "footnote"})
_LONG_PROPERTY = 60
_DATED = frozenset({"year", "date"})


class _Antecedent(Struct, frozen=True):
    """What the sentence before was about."""

    subject: str = ""
    part: str = ""
    clean: bool = False
    """Whether nothing else was named in it."""
    lost: bool = False
    """Whether it was about something else."""
    vague: bool = False
    """Whether it was about something that may or may not be the subject."""


class Reader:
    """Reads the passages of one note.

    Parameters
    ----------
    knowledge
        What is known, and the words for it.
    about
        The subjects that the whole note is about.
    passages
        All passages of the note.
    keys
        What a bound value may be about: by default facts alone.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        about: Sequence[str],
        passages: Sequence[Passage],
        keys: KeyFinder = candidate_keys,
    ) -> None:
        self.knowledge = knowledge
        self._keys_of = keys
        first = next((each for each in passages if each.kind == "heading"), None)
        self.scopes = Scopes(knowledge, about, first.words if first and first.level == 1 else "")
        self._rows: dict[int, list[Passage]] = {}
        for passage in passages:
            if passage.kind == "row":
                self._rows.setdefault(passage.table, []).append(passage)
        self._grids: dict[int, Grid] = {}
        self._passages = passages
        self._named: frozenset[str] | None = None
        self._tables: dict[int, PartClaims | None] = {}
        self._printed: dict[int, Passage] = {}
        self._tabled: dict[int, Passage] = {}
        for rows in code_tables(passages):
            grid = Grid(knowledge, rows)
            if not any(head.property for head in grid.heads):
                continue
            self._grids[rows[0].table] = grid
            self._rows[rows[0].table] = rows
            self._printed.update((row.number, row) for row in rows)
            self._tabled.update((number, rows[0]) for number in _block(passages, rows[0]))

    def claims(self, passage: Passage, mentions: Sequence[Mention[Sense]]) -> Iterator[Claim]:
        """Yield the claims of a passage that are numbers, dates or shapes."""
        if passage.kind == "row":
            yield from self._of_row(passage)
        elif passage.number in self._tabled and (parts := self._parts_of(self._tabled[passage.number])):
            if passage.number in self._printed:
                yield from parts.claims.get(passage.number, ())
            elif parts.own:
                yield from self._of_prose(passage, mentions)
        elif passage.kind != "head":
            yield from self._of_prose(passage, mentions)

    def grid(self, passage: Passage) -> Grid:
        """Return the table of a row."""
        if passage.table not in self._grids:
            self._grids[passage.table] = Grid(self.knowledge, self._rows.get(passage.table, [passage]))
        return self._grids[passage.table]

    # ---------------------------------------------------------------- rows

    def _of_row(self, passage: Passage) -> Iterator[Claim]:
        grid = self.grid(passage)
        scope = self.scopes.of(passage)
        parts = self._parts_of(passage)
        if parts is not None:
            yield from parts.claims.get(passage.number, ())
            return
        blocked = not scope.subject and bool(passage.sections)
        for each in cell_values(grid, passage):
            claim = self._of_cell(each, scope, blocked=blocked)
            if claim:
                yield claim

    def _parts_of(self, passage: Passage) -> PartClaims | None:
        """Return what a table with a row for each part says; ``None`` for another table."""
        if passage.table not in self._tables:
            scope = self.scopes.of(passage)
            bind = partial(self._of_cell, blocked=False)
            self._tables[passage.table] = part_claims(self.knowledge, self.grid(passage), scope, bind)
        return self._tables[passage.table]

    def _of_cell(self, cell: CellValue, scope: Scope, *, blocked: bool) -> Claim | None:
        bound = cell.bound
        subject, *also = bound.holder.subjects or (scope.subject,)
        firm = scope.firm or bool(bound.holder.subjects)
        if not subject:
            return None
        variant = self.knowledge.qualified(subject, cell.mentions)
        if variant is None or self._elsewhere(subject, cell.mentions):
            return None
        parts = self._parts(bound.holder.part or scope.part)
        keys, sure = self._keys_of(self.knowledge, bound, (variant, *also), parts, cell.mentions, prose=False)
        if not keys:
            return None
        named = [m.entry.id for m in cell.cell if m.entry.sort == "subject"]
        if any(self.knowledge.needs_mention(key, named) for key in keys):
            return None
        if cell.years and not self._own_years(subject, cell.years, keys):
            return None
        return _claim(
            cell.passage,
            bound,
            keys,
            firm=bound.firm and firm and sure and not blocked,
            group=(cell.passage.table, cell.column) if bound.form == "bare" else (-1, -1),
        )

    def _parts(self, part: str) -> tuple[str, ...]:
        return (part,) if part else ()

    # ---------------------------------------------------------------- sentences

    def _of_prose(self, passage: Passage, mentions: Sequence[Mention[Sense]]) -> Iterator[Claim]:
        words = _without_code(passage)
        comparing = passage.kind in _PROSE and may_compare(self.knowledge, words, mentions)
        if not (comparing or may_hold(words)) or _refers(passage):
            return
        if words is not passage.words:
            mentions = [m for m in mentions if words[m.start : m.end] == passage.words[m.start : m.end]]
        scope = self.scopes.of(passage)
        antecedent = _Antecedent()
        prose = passage.kind != "property" or len(passage.words) > _LONG_PROPERTY
        spans = list(sentences(words))
        holding = [number for number, span in enumerate(spans) if may_hold(words[slice(*span)])]
        last = len(spans) if comparing else holding[-1] + 1 if holding else 0
        for number, (start, end) in enumerate(spans[:last]):
            line = tag_text(words, start, end, mentions)
            if line is None or not line.tokens:
                antecedent = _Antecedent(lost=True)
                continue
            compared = self._compared(passage, line, mentions, scope, antecedent) if comparing else []
            yield from compared
            if number in holding and any(token.quantity is not None for token in line.tokens):
                for claim in self._of_sentence(passage, line, mentions, scope, antecedent, prose=prose):
                    if not any(each.start < claim.end and claim.start < each.end for each in compared):
                        yield claim
            antecedent = self._next(line, antecedent)

    def _compared(
        self,
        passage: Passage,
        line: TaggedText,
        mentions: Sequence[Mention[Sense]],
        scope: Scope,
        antecedent: _Antecedent,
    ) -> list[Claim]:
        """Return what a sentence states between two things: more, twice as many, before."""
        if any("v" in token.tags for token in line.tokens):
            return []
        implied = antecedent.subject if antecedent.clean else ""
        if not antecedent.lost and not antecedent.subject and scope.firm:
            implied = scope.subject
        fragment = passage.kind == "item" and scope.firm and scope.near
        sentence = SentenceContext(
            passage=passage.number,
            words=passage.words,
            start=line.start,
            end=line.end,
            implied=implied,
            fragment=fragment,
            before=lambda: self._before(passage),
        )
        return list(comparisons(self.knowledge, sentence, mentions, self._all_named))

    def _before(self, passage: Passage) -> str:
        """Return what the item is about that stands before the one that an item stands under."""
        above = [each for each in self._passages if each.number < passage.number and each.kind == "item"]
        level, under = passage.level - 1, False
        for each in reversed(above):
            if each.level < level or each.sections != passage.sections:
                return ""
            if each.level == level:
                ids = {m.entry.id for m in self.knowledge.mentions(each.words) if m.entry.sort == "subject"}
                if under and ids:
                    return next(iter(ids)) if len(ids) == 1 else ""
                under = True
        return ""

    def _all_named(self) -> frozenset[str]:
        """Return all subjects that are named in the note."""
        if self._named is None:
            self._named = frozenset(
                m.entry.id
                for text in dict.fromkeys(
                    words for each in self._passages for words in (each.words, *each.heads, *each.sections)
                )
                for m in self.knowledge.mentions(text)
                if m.entry.sort == "subject"
            )
        return self._named

    def _of_sentence(
        self,
        passage: Passage,
        line: TaggedText,
        mentions: Sequence[Mention[Sense]],
        scope: Scope,
        antecedent: _Antecedent,
        *,
        prose: bool,
    ) -> Iterator[Claim]:
        nearby = [m for m in mentions if line.start <= m.start and m.end <= line.end]
        # A line of code that begins with a small letter goes on from the line above.
        wrapped = passage.kind == "code" and passage.words.lstrip()[:1].islower()
        fragment = (passage.kind in _FRAGMENTS and not wrapped) or not prose
        taken: set[int] = set()
        label = passage.words.find(": ") if not prose else -1
        if label > 0:
            for stated in self._of_property(passage, line, label, scope):
                taken.add(stated.start)
                yield stated
            if taken:
                return
        for bound in clauses(line, implied=True, fragment=fragment):
            if passage.kind == "heading" and bound.form == "measure":
                continue  # Stage 4
            if bound.quantity.start < label or (not prose and bound.binding not in {"label", "dated"}):
                continue
            claim = self._bound(passage, line, bound, nearby, scope, antecedent, prose=prose)
            if claim:
                taken.add(bound.at)
                yield claim
        if prose:
            yield from self._near(passage, line, nearby, scope, antecedent, taken, prose=prose)

    def _of_property(self, passage: Passage, line: TaggedText, label: int, scope: Scope) -> Iterator[Claim]:
        """Yield what a property says whose name is that of a fact: ``top5_test_error: 15.3``."""
        name = "_".join(passage.words[:label].casefold().split())
        keys = tuple((s, name) for s in (scope.subject, *scope.also) if self.knowledge.about(s, name))
        for token in line.tokens if keys else ():
            quantity = token.quantity
            if quantity is None or quantity.start <= label:
                continue
            fitting = tuple(key for key in keys if plausible(self.knowledge, quantity, key, prose=False))
            if fitting:
                bound = BoundValue("property", Holder((scope.subject,)), quantity, (), scope.firm, "bare", 0)
                yield _claim(passage, bound, fitting, firm=scope.firm)
            return

    def _bound(
        self,
        passage: Passage,
        line: TaggedText,
        bound: BoundValue,
        nearby: Sequence[Mention[Sense]],
        scope: Scope,
        antecedent: _Antecedent,
        *,
        prose: bool,
    ) -> Claim | None:
        last = _end_of_segment(line, bound.at)
        if any("v" in token.tags for token in line.tokens[:last]):
            return None
        if prose and not _asserted(line, last):
            return None
        subjects, firm, part = bound.holder.subjects, True, bound.holder.part
        if not subjects:
            subjects, firm, part = self._implied(line, bound.holder, scope, antecedent)
        if not subjects:
            return None
        subject, *also = subjects
        variant = self.knowledge.qualified(subject, _narrowing(line, bound.at, nearby))
        if variant is None or self._elsewhere(subject, nearby):
            return None
        parts = self._parts(part)
        beside = [m for m in nearby if _within(m, *segment(line, bound.at))]
        keys, sure = self._keys_of(self.knowledge, bound, (variant, *also), parts, beside, prose=prose)
        if not keys or (prose and not self._timely(line, subject, keys)):
            return None
        if prose and any(
            self.knowledge.needs_mention(key, [m.entry.id for m in nearby if m.entry.sort == "subject"])
            for key in keys
        ):
            return None
        if prose and _INSTANCE.match(line.words, line.start):
            sure = False
        named = passage.kind == "property" and bound.binding == "dated"  # an alias with its year
        return _claim(passage, bound, keys, firm=(bound.firm or named) and firm and sure)

    def _implied(
        self, line: TaggedText, holder: Holder, scope: Scope, antecedent: _Antecedent
    ) -> tuple[tuple[str, ...], bool, str]:
        """Return what a clause without a name is about, whether surely, and which part of it."""
        subject = antecedent.subject or scope.subject
        if antecedent.lost or not subject:
            return (), False, ""
        part = holder.part or (antecedent.part if holder.pronoun else "") or scope.part
        sure = antecedent.clean if antecedent.subject else scope.firm
        rival = self._has_rival(line, scope.subject or antecedent.subject)
        also = scope.also if subject == scope.subject else ()
        return (subject, *also), sure and not antecedent.vague and not rival, part

    def _has_rival(self, line: TaggedText, subject: str) -> bool:
        """Tell whether a sentence names another subject of the same sort."""
        sort = self.knowledge.sort_of(subject)
        return any(
            entry.sort == "subject" and entry.id != subject and (self.knowledge.sort_of(entry.id) == sort)
            for token in line.tokens
            for entry in token.entries
        )

    def _elsewhere(self, subject: str, nearby: Sequence[Mention[Sense]]) -> bool:
        mentioned = [m.entry.id for m in nearby if m.entry.sort == "subject"]
        return self.knowledge.under_other_conditions(subject, mentioned)

    def _own_years(self, subject: str, years: Sequence[str], keys: Sequence[Key]) -> bool:
        known = self.knowledge.years_of((subject, *self.scopes.about))
        dated = self._kinds(keys) <= _DATED
        return dated or all(year in known for year in years)

    def _kinds(self, keys: Sequence[Key]) -> set[Kind]:
        """Return the kinds of the facts that are asked first; none where nothing is known."""
        return {fact.kind for key in keys for fact in self.knowledge.about(*key)[:1]}

    def _timely(self, line: TaggedText, subject: str, keys: Sequence[Key]) -> bool:
        """Tell whether a sentence speaks of the time in which the facts hold."""
        if self._kinds(keys) <= _DATED:
            return True
        text = line.words[line.start : line.end]
        if today(text):
            return False
        mentioned = [each for token in line.tokens for each in token.ids("subject")]
        known = self.knowledge.years_of((subject, *self.scopes.about, *mentioned))
        return all(year in known for year in _YEAR.findall(text))

    # ---------------------------------------------------------------- near, and loose

    def _near(
        self,
        passage: Passage,
        line: TaggedText,
        nearby: Sequence[Mention[Sense]],
        scope: Scope,
        antecedent: _Antecedent,
        taken: set[int],
        *,
        prose: bool,
    ) -> Iterator[Claim]:
        """Yield what stands beside the only subject of a sentence: enough for a tick, and for no more."""
        subjects = dict.fromkeys(
            each
            for token in named(line, "subject")
            if not _owns(line, token)
            for each in token.ids("subject")
        )
        facts = [each for each in subjects if self.knowledge.facts_of(each)]
        for form in ("sized", "count", "measure"):
            for found in phrase(f"<{form}>").finditer(line.text):
                at = line.index(group_start(found, "value"))
                token = line.tokens[at]
                if at in taken or token.quantity is None:
                    continue
                taken.add(at)
                entries = line.tokens[line.index(group_start(found, "property"))].entries
                parts = [t for t in named(line, "part") if t.end <= token.start]
                part = parts[-1].ids("part")[0] if parts else ""
                of_them = phrase("o d $").search(line.text[: line.place(at)]) is not None
                clear = not of_them and not self._unbound(line, at) and not _other_subject(line, at)
                clear = clear and bool(facts or scope.subject or antecedent.subject or part)
                for subject in facts or ([scope.subject] if not antecedent.lost else []):
                    if not subject:
                        continue
                    bound = BoundValue(
                        "near", Holder((subject,), part), token.quantity, entries, False, form, at
                    )
                    claim = self._bound(passage, line, bound, nearby, scope, antecedent, prose=prose)
                    if claim:
                        one = clear and len(facts) <= 1
                        yield claim if one else replace(claim, binding=LOOSE)
                        break

    @staticmethod
    def _unbound(line: TaggedText, at: int) -> bool:
        """Tell whether a word stands in the clause of a value that takes it away."""
        first, last = line.around(at, "ekjz", "cekjz")
        return any(
            "x" in token.tags and "T" not in token.tags and not _is_origin(line, number)
            for number, token in enumerate(line.tokens[first:last], first)
        )

    def _next(self, line: TaggedText, antecedent: _Antecedent) -> _Antecedent:
        found = phrase("<opening> <holder>").match(line.text)
        subjects = list(named(line, "subject"))
        names = [t for t in line.tokens[1:] if t.tags == "U"]
        if found:
            holder = holder_of(line, found)
            if holder.subjects:
                subject = holder.subjects[0]
                return _Antecedent(subject, clean=not names and not self._has_rival(line, subject))
            return replace(antecedent, part=holder.part) if holder.part else antecedent
        if phrase("<opening> d? m* [uUL]+ (?: o d? [uULSTK]+ )? l* [bhrz]").match(line.text):
            antecedent = replace(antecedent, vague=True)
        if subjects or (
            line.tokens
            and "U" in line.tokens[0].tags
            and len(line.tokens[0].tags) == 1
            and _looks_like_name(line)
        ):
            return _Antecedent(lost=not subjects)
        return antecedent


def _block(passages: Sequence[Passage], row: Passage) -> Iterator[int]:
    """Yield the numbers of the lines of code that stand together with one."""
    numbers = {each.number for each in passages if each.kind == "code"}
    for step in (-1, 1):
        number = row.number
        while number in numbers:
            yield number
            number += step


def _asserted(line: TaggedText, last: int) -> bool:
    """Tell whether a sentence states what it says up to some token in its author's own voice."""
    end = line.tokens[last - 1].end if last else line.end
    asks = "?" if line.words[: line.end].rstrip("\"'”’)]*_ \n").endswith("?") else ""
    return asserts(line.words[line.start : end] + asks) and not reported(line.words[line.start : line.end])


def _end_of_segment(line: TaggedText, at: int) -> int:
    """Return which token ends what is said together with a value."""
    return line.around(at, "", "cekj}z")[1]


def _narrowing(line: TaggedText, at: int, nearby: Sequence[Mention[Sense]]) -> list[Mention[Sense]]:
    """Return what may narrow the subject of a value: what stands beside it, and before all values."""
    first = next((token.start for token in line.tokens if token.quantity is not None), line.end)
    start, end = segment(line, at)
    return [m for m in nearby if _within(m, start, end) or m.end <= first]


def _within(mention: Mention[Sense], start: int, end: int) -> bool:
    return start <= mention.start and mention.end <= end


def _is_origin(line: TaggedText, number: int) -> bool:
    """Tell whether a word is a *from* that begins no change: *from the web*, not *from 12 to 14*."""
    token = line.tokens[number]
    if line.words[token.start : token.end].casefold() != "from":
        return False
    return not any("N" in each.tags or "X" in each.tags for each in line.tokens[number + 1 : number + 3])


def _owns(line: TaggedText, token: Token) -> bool:
    """Tell whether a name has something unknown that the sentence is about: *the Ada's sister*."""
    index = line.index(line.place(line.tokens.index(token)))
    behind = line.tokens[index + 1 : index + 3]
    return len(behind) == 2 and "s" in behind[0].tags and set(behind[1].tags) <= set("uU")


def _other_subject(line: TaggedText, at: int) -> bool:
    """Tell whether the clause of a value begins with a noun that is no known subject: *the block has …*."""
    first, _ = line.around(at, "ekc", "")
    found = phrase("<opening> d? m* (?: [uUL] )+ (?: [o] d? [uULST]+ )? l* [bhrz]").match(
        line.text, line.place(first)
    )
    return found is not None and line.index(found.end()) <= at


_REFERENCE = re.compile(
    r"\bet al\b|\bpp?\.\s?\d|\bdoi\b|https?://|\bwww\.|\barxiv\b|\bISBN\b|\bvol\.|\d \(\d{4}\):"
    r"|[\"“][^\"“”]{8,160}[\"”][^\"“”]{0,80}\b(?:1[89]|20)\d\d|\d{1,3}\.\d{1,2} \(\d{4}\)",
    re.IGNORECASE,
)
"""What marks a line as a reference to literature."""
_REFERENCES = re.compile(
    r"\W*(?:references?|bibliography|literature|sources?|further reading|citations?|footnotes|works cited|"
    r"links|external links)\W*",
    re.IGNORECASE,
)
_PROGRAM = re.compile(r"[\"{};]|\w\(|==|\$\w|^\s*(?:#|//|import |from |def |class )")


def _refers(passage: Passage) -> bool:
    """Tell whether a passage names literature, whose titles and pages state nothing, or is a program."""
    if passage.kind == "code":
        return _PROGRAM.search(passage.words) is not None
    if passage.sections and _REFERENCES.fullmatch(passage.sections[-1]):
        return True
    return passage.kind in {"footnote", "item"} and _REFERENCE.search(passage.words) is not None


_CODE = re.compile(r"[=_(){}\[\];<>\\/$]|\w\.\w")


def _without_code(passage: Passage) -> str:
    """Return the words of a passage with a mark for each character of code: `n = 12` states nothing."""
    words = passage.words
    for start, end in passage.masked:
        if _CODE.search(words, start, end):
            words = words[:start] + "\ufffc" * (end - start) + words[end:]
    return words


def _looks_like_name(line: TaggedText) -> bool:
    token = line.tokens[0]
    return re.search(r"[A-Z0-9]", line.words[token.start + 1 : token.end]) is not None


def _claim(
    passage: Passage,
    bound: BoundValue,
    keys: tuple[Key, ...],
    *,
    firm: bool,
    group: tuple[int, int] = (-1, -1),
) -> Claim:
    quantity = bound.quantity
    text = passage.words[quantity.start : quantity.end]
    return Claim(
        passage.number,
        quantity.start,
        quantity.end,
        text,
        keys,
        quantity,
        binding=bound.binding,
        firm=firm,
        group=group,
    )
