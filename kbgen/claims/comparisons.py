"""Read what a sentence states between two known things: *the Ada is twice as long as the Ella*.

Every word from the first subject to the end of the clause has to be understood, by the grammar of
comparisons; else nothing is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from decimal import Decimal
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from kbgen.claims.assertions import asserts, reported, today
from kbgen.claims.claim import Claim
from kbgen.claims.comparison import Comparison, Operands, Operation
from kbgen.claims.comparison_grammar import (
    ComparisonLexicon,
    Degree,
    anaphoric_patterns,
    clause_patterns,
    comparison_lexicon,
    edge,
    fragment_patterns,
)
from kbgen.claims.factors import hedged_interval, relative_change, written_interval
from kbgen.claims.patterns import group_start
from kbgen.claims.shared_properties import SharedProperties, everyday
from kbgen.claims.tokens import TaggedText, Token, tag_text
from kbgen.facts.fact import plain_decimal
from kbgen.facts.knowledge import Knowledge, Sense
from kbgen.phrases import Mention
from kbgen.quantities.extraction import Operator
from kbgen.quantities.measures import conversion

_SPOKEN = frozenset({"unit", "term", "label"})
_KEPT_SORTS = frozenset({"part", "noun", "variant", *_SPOKEN})
_YEAR = re.compile(r"(?<![\d,.])(?:1[0-9]\d\d|20[0-3]\d)(?!\d|,\d)")
_QUANTIFIED = re.compile(r"%|\bper ?cent|\d ?[x×]")
_START = re.compile(r"<(?![^<>]*E)[^<>]*[ez][^<>]*>|<c><(?![^<>]*E)[^<>]*[nz][^<>]*>")
_OF = re.compile(r"\bof(?= (?:the|all|its|their)\b)")
_RANKS = {"second": 2, "third": 3, "fourth": 4, "fifth": 5}
_REFLECTED: dict[Operator, Operator] = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "~": "~"}
_DENIED: dict[Operator, Operator] = {"<": ">=", ">": "<=", "=": "<"}
"""What is left of a comparison that is denied: *not as long as* is shorter, *not longer* no longer."""


_Made = tuple[Comparison, int, int] | None
"""A comparison, and the words that state it."""


class SentenceContext(Struct, frozen=True):
    """A sentence, and what is known about its place."""

    passage: int
    words: str
    start: int
    end: int
    implied: str
    """What *it* is, where that is sure."""
    fragment: bool
    """Whether the subject may be left out: *longer than the Ella*, in an item under its subject."""
    before: Callable[[], str]
    """Returns the subject of the item before the one that this stands under; nothing where it has none."""


class _PatternMatch(Struct, frozen=True):
    """A form that was found in a sentence."""

    line: TaggedText
    found: re.Match[str]
    lexicon: ComparisonLexicon
    implied: str
    operation: Operation

    def token(self, name: str) -> Token | None:
        """Return the token of a group; its name may have any number behind it."""
        index = self.index(name)
        return None if index < 0 else self.line.tokens[index]

    def index(self, name: str) -> int:
        sentence = group_start(self.found, name)
        return -1 if sentence < 0 else self.line.index(sentence)

    def text_of(self, token: Token | None) -> str:
        text = "" if token is None else self.line.words[token.start : token.end]
        return " ".join(text.casefold().split())

    @property
    def groups(self) -> set[str]:
        """The names of the groups that matched, without their numbers."""
        return {name.rstrip("0123456789") for name, text in self.found.groupdict().items() if text}

    @property
    def denied(self) -> bool:
        first, last = self.line.index(self.found.start()), self.line.index(self.found.end())
        return any("x" in token.tags for token in self.line.tokens[first:last])


def may_compare(knowledge: Knowledge, text: str, mentions: Sequence[Mention[Sense]]) -> bool:
    """Tell whether a passage may compare known things; ``False`` is certain."""
    if not any(m.entry.sort in {"subject", "part", "term", "unit"} for m in mentions):
        return False
    lexicon = comparison_lexicon(knowledge.comparatives)
    return lexicon.comparing.stands_in(text) or lexicon.telling.stands_in(text) or "%" in text


def comparisons(
    knowledge: Knowledge,
    sentence: SentenceContext,
    mentions: Sequence[Mention[Sense]],
    named: Callable[[], Collection[str]],
) -> Iterator[Claim]:
    """Yield what a sentence states between two subjects or more.

    Parameters
    ----------
    knowledge
        What is known.
    sentence
        The sentence, with its place.
    mentions
        What is mentioned in its passage.
    named
        Returns the subjects that are named in the note: *the three* are three of them.
    """
    lexicon = comparison_lexicon(knowledge.comparatives)
    text = sentence.words[sentence.start : sentence.end]
    telling = lexicon.comparing if sentence.fragment else lexicon.telling
    if not telling.stands_in(text) and not _QUANTIFIED.search(text):
        return
    own = [m for m in mentions if sentence.start <= m.start and m.end <= sentence.end]
    subjects = [m for m in own if m.entry.sort == "subject"]
    if not subjects and not sentence.fragment and not any(m.entry.sort == "part" for m in own):
        return
    line = _line(knowledge, sentence, subjects, lexicon)
    if line is None or not asserts(text) or reported(text):
        return
    ids = [m.entry.id for m in subjects]
    done = -1
    for reads in _reads(line, sentence, lexicon):
        claims = (_ClaimBuilder(knowledge, sentence, read, named).claim(ids) for read in reads)
        claim = next((claim for claim in claims if claim), None)
        if claim and claim.start > done:
            done = claim.end
            yield claim


def _line(
    knowledge: Knowledge,
    sentence: SentenceContext,
    subjects: Sequence[Mention[Sense]],
    lexicon: ComparisonLexicon,
) -> TaggedText | None:
    """Tag a sentence anew: a word that compares is no part of a term here, as in *fewer parameters*."""
    text = sentence.words[sentence.start : sentence.end].replace("\n", " ")
    masked = _OF.sub("§§", lexicon.comparing.pattern.sub(lambda found: "§" * len(found[0]), text))
    spans = [(m.start, m.end) for m in subjects]
    others = [
        Mention(m.start + sentence.start, m.end + sentence.start, m.entry)
        for m in knowledge.mentions(masked)
        if m.entry.sort in _KEPT_SORTS
    ]
    free = [m for m in others if not any(m.start < end and start < m.end for start, end in spans)]
    whole = f"{sentence.words[: sentence.start]}{text}"
    return tag_text(whole, sentence.start, sentence.end, [*subjects, *free], lexicon.phrases)


def _reads(
    line: TaggedText, sentence: SentenceContext, lexicon: ComparisonLexicon
) -> Iterator[Sequence[_PatternMatch]]:
    """Yield what each clause may be read as, the likeliest first."""
    starts = [0, *(found.end() for found in _START.finditer(line.text))]
    for number, start in enumerate(starts):
        led = edge().match(line.text, start)
        begins = dict.fromkeys((led.end() if led else start, start))
        fragment = sentence.fragment and not number
        ways = (
            (*clause_patterns(), *fragment_patterns(), *anaphoric_patterns())
            if fragment
            else clause_patterns()
        )
        yield [
            _PatternMatch(line, found, lexicon, sentence.implied, form.operation)
            for form in ways
            for begin in begins
            if (found := form.pattern.match(line.text, begin))
        ]


class _ClaimBuilder:
    """Makes a claim of a form that was found."""

    def __init__(
        self,
        knowledge: Knowledge,
        sentence: SentenceContext,
        read: _PatternMatch,
        named: Callable[[], Collection[str]],
    ) -> None:
        self.knowledge = knowledge
        self.sentence = sentence
        self.read = read
        self.named = named
        self.shared = SharedProperties(knowledge, read.lexicon)

    def claim(self, mentioned: Sequence[str]) -> Claim | None:
        """Return the claim; ``None`` where it is not clear what is compared."""
        operation = self.read.operation
        one = self._one()
        if not one or self.knowledge.under_other_conditions(one, mentioned):
            return None
        made = self._made(operation, one)
        if made is None:
            return None
        comparison, start, end = made
        keys = tuple(operand.one[0] for operand in comparison.operands)
        if not keys or not self._timely(comparison):
            return None
        text = self.read.line.words[start:end]
        comparison = replace(comparison, dated=self.shared.dated(comparison.operands))
        return Claim(
            passage=self.sentence.passage,
            start=start,
            end=end,
            text=text,
            keys=keys,
            comparison=comparison,
            binding=_BINDINGS.get(comparison.operation, comparison.operation),
            firm=True,
        )

    def _made(self, operation: Operation, one: str) -> _Made:
        match operation:
            case "ratio" | "same":
                return self._ratio()
            case "difference":
                return self._difference()
            case "order":
                return self._order()
            case "most":
                return self._most(one)
            case "only":
                return self._only(one)
            case "sum":
                return self._sum(one)
            case "share":
                return self._share(one)

    # ---------------------------------------------------------------- who

    def _one(self) -> str:
        for name in ("subject", "owner"):
            token = self.read.token(name)
            if token:
                return _subject(token)
        return self.read.implied

    def _other(self, one: str) -> str:
        token = self.read.token("other")
        if token:
            return _subject(token)
        if self.read.token("same"):
            return one
        before = self.sentence.before() if self.sentence.fragment and self.read.operation == "order" else ""
        return before if before != one else ""

    def _timely(self, comparison: Comparison) -> bool:
        """Tell whether a sentence speaks of the time in which the facts hold."""
        keys = [
            key
            for operand in comparison.operands
            for group in (operand.one, *operand.others)
            for key in group
        ]
        if all(self.shared.is_date(key) for key in keys):
            return True
        text = self.sentence.words[self.sentence.start : self.sentence.end]
        known = self.knowledge.years_of({key[0] for key in keys})
        return not today(text) and all(year in known for year in _YEAR.findall(text))

    # ---------------------------------------------------------------- what

    def _sides(self, one: str, others: Sequence[str]) -> tuple[tuple[Operands, ...], int]:
        """Return the facts of both sides, and 1 or -1: whether the word says more or less."""
        read = self.read
        compared = read.token("compared")
        word = read.text_of(compared)
        own = read.token("property")
        if own:
            names = self._names(own)
            second = read.token("second")
            theirs = self._names(second) if second else names
            sign = read.lexicon.amounts.get(word, 0) if compared else 1
            return self.shared.paired(one, others, names, theirs), sign
        second = read.token("second")
        if second and not compared:
            names = self._names(second)
            return self.shared.paired(one, others, names, names), 1
        verb = read.token("verb")
        if verb:
            named = tuple(read.lexicon.properties.get(read.text_of(verb), ()))
            dated = "T" in verb.tags
            found = self.shared.matching(one, others, [*named, *self._names(verb)], dated=dated)
            if compared and dated:
                return found, self._date_sign(word)
            return found, read.lexicon.amounts.get(word, 1) if compared else 1
        if "before" in read.groups:
            return self.shared.matching(one, others, [*read.lexicon.dates], dated=True), 1
        word = word or read.text_of(read.token("base"))
        sign, found = 0, ()
        for degree in read.lexicon.degrees.get(word, ()):
            if degree.sign == (sign or degree.sign):
                more = self.shared.matching(one, others, degree.properties)
                found = (*found, *(operand for operand in more if operand not in found))
                sign = sign or (degree.sign if found else 0)
        return found, sign

    def _date_sign(self, word: str) -> int:
        return next((d.sign for d in self.read.lexicon.degrees.get(word, ()) if "born" in d.properties), 0)

    def _before_sign(self, token: Token) -> int:
        """Return 1 or -1: whether a word says that the first is later, or earlier."""
        later = re.search(r"\b(?:after|followed|postdates|succeeded)\b", self.read.text_of(token))
        return 1 if later else -1

    def _names(self, token: Token) -> list[str]:
        """Return the properties that a token may mean, the likeliest first."""
        found = [e.id for sort in ("unit", "term", "label") for e in token.entries if e.sort == sort]
        return list(dict.fromkeys([*found, *self.read.lexicon.properties.get(self.read.text_of(token), ())]))

    # ---------------------------------------------------------------- the operations

    def _pair(self) -> tuple[tuple[Operands, ...], int]:
        one = self._one()
        other = self._other(one)
        return self._sides(one, [other]) if other else ((), 0)

    def _ratio(self) -> _Made:
        read = self.read
        operands, sign = self._pair()
        plain = not read.groups & {"number", "fraction"}
        if not operands or not sign or (self.shared.dated(operands) and not plain):
            return None
        if plain:
            return self._same(operands)
        if read.denied:
            return None
        factors = self._factors()
        if not factors:
            return None
        low, high, operator, start, end, claimed = factors
        intervals = [(low, high)]
        expressed: Literal["factor", "inverse", "more", "less"] = "factor"
        if read.token("compared"):
            number = read.token("number")
            if number is None or number.quantity is None or read.token("fraction"):
                return None  # half more
            intervals = relative_change(number.quantity, low, high, sign)
            operator = operator if sign > 0 else _REFLECTED[operator]
            if number.quantity.form == "percent":
                expressed = "more" if sign > 0 else "less"
            elif sign < 0:
                expressed = "inverse"
        return (
            Comparison("ratio", operands, operator, tuple(intervals), expressed, claimed=claimed),
            start,
            end,
        )

    def _same(self, operands: tuple[Operands, ...]) -> _Made:
        read = self.read
        first = next((token for token in self._tokens() if "H" in token.tags), None)
        base = read.token("base")
        if first is None or (read.denied and base is None):
            return None
        last, year = base or first, read.text_of(first).endswith("year")
        if year != self.shared.dated(operands):
            return None
        claimed = read.text_of(last)
        if read.denied:
            return Comparison("order", operands, "<", claimed=claimed), first.start, last.end
        about = self._operator(read.line.tokens.index(first))
        if about not in {"=", "~"}:
            return None
        return Comparison("same", operands, about, claimed=claimed), first.start, last.end

    def _tokens(self) -> Sequence[Token]:
        found = self.read.found
        return self.read.line.tokens[self.read.line.index(found.start()) : self.read.line.index(found.end())]

    def _factors(self) -> tuple[Decimal, Decimal, Operator, int, int, str] | None:
        """Return the interval of a factor or a share, its operator, where it stands, and as written."""
        read = self.read
        number, fraction = read.token("number"), read.token("fraction")
        first = number or fraction
        if first is None:
            return None
        last = read.token("times") or fraction or first
        quantity = number.quantity if number else None
        text = read.line.words[first.start : last.end].casefold()
        if quantity is not None and not fraction:
            if not read.token("times") and quantity.form not in {"percent", "times"}:
                return None
            if quantity.form not in {"percent", "times", "number"} or quantity.unit:
                return None
            low, high = written_interval(quantity)
            written = plain_decimal(quantity.low)
            return low, high, quantity.operator, first.start, last.end, written
        share = read.lexicon.multiples.get(read.text_of(fraction))
        if share is None:
            return None
        low, high = share
        if quantity is not None:
            low, high = low * quantity.low, high * quantity.high
        operator = self._operator(read.line.tokens.index(first)) if quantity is None else quantity.operator
        if low < high:
            return low, high, ">", first.start, last.end, text
        return *hedged_interval(low, operator), operator, first.start, last.end, text

    def _operator(self, index: int) -> Operator:
        """Return how near the word is meant that stands at an index: *about half*, *more than twice*."""
        tokens, at = self.read.line.tokens, index - 1
        while at >= 0 and set(tokens[at].tags) & set("dl") and "a" not in tokens[at].tags:
            at -= 1
        if at < 0:
            return "="
        word = self.read.text_of(tokens[at])
        if "a" in tokens[at].tags:
            return self.read.lexicon.about.get(word, "~")
        if "J" in tokens[at].tags and at:
            return ">" if self.read.lexicon.amounts.get(self.read.text_of(tokens[at - 1]), 1) > 0 else "<"
        return "="

    def _difference(self) -> _Made:
        read = self.read
        number = read.token("number")
        quantity = number.quantity if number else None
        if number is None or quantity is None or read.denied:
            return None
        if quantity.form not in {"number", "duration", "bytes", "percent", "points"}:
            return None
        operands, sign = self._pair()
        before = read.token("before")
        if before:
            sign = self._before_sign(before)
        fitting = tuple(operand for operand in operands if self.shared.measures(quantity, operand))
        if not fitting or len(fitting) < len(operands) or not sign:
            return None
        fact = self.knowledge.about(*fitting[0].one[0])[0]
        into = conversion(quantity.unit, fact.unit) if quantity.unit else None
        claimed = plain_decimal(into.length(quantity.low) if into else quantity.low)
        comparison = Comparison(
            operation="difference",
            operands=fitting,
            operator=quantity.operator,
            quantity=quantity,
            claimed=claimed,
            falling=sign < 0,
        )
        return comparison, number.start, number.end

    def _order(self) -> _Made:
        read = self.read
        operands, sign = self._pair()
        token = read.token("before") or read.token("compared")
        if not operands or token is None:
            return None
        if "before" in read.groups:
            sign = self._before_sign(token)
            if not self.shared.dated(operands):
                return None
        if not sign:
            return None
        operator: Operator = ">" if sign > 0 else "<"
        if read.denied:
            operator = _DENIED[operator]
        return Comparison("order", operands, operator, claimed=read.text_of(token)), token.start, token.end

    def _most(self, one: str) -> _Made:
        read = self.read
        token = read.token("compared")
        if token is None or read.denied:
            return None
        named = read.token("verb") or read.token("property")
        for degree in self._extremes(read.text_of(token), counted=named is not None and "h" in self._verbs()):
            names: Sequence[str] = degree.properties
            if named:
                names = (*self._names(named), *read.lexicon.properties.get(read.text_of(named), ()))
            others = self._rest(one, names)
            operands = self.shared.matching(one, others, names) if others else ()
            if operands:
                operator: Operator = ">" if degree.sign > 0 else "<"
                rank = _RANKS.get(read.text_of(read.token("rank")), 1)
                comparison = Comparison("most", operands, operator, rank=rank, claimed=read.text_of(token))
                return comparison, token.start, token.end
        return None

    def _verbs(self) -> str:
        return "".join(token.tags for token in self._tokens() if set(token.tags) & set("bh"))

    def _extremes(self, word: str, *, counted: bool) -> Sequence[Degree]:
        """Return what a superlative says: beside what is counted, it is how much of it there is."""
        if counted:
            sign = self.read.lexicon.amounts.get(word)
            return [Degree((), sign)] if sign else []
        return self.read.lexicon.degrees.get(word, ())

    def _rest(self, one: str, names: Sequence[str]) -> list[str]:
        """Return the others of the set that is spoken of: of A, B and C, or of the three in this note."""
        read = self.read
        groups = [g for g, v in read.found.groupdict().items() if v and g.startswith("among")]
        if groups:
            places = [read.line.index(read.found.start(group)) for group in groups]
            among = read.line.tokens[min(places) : max(places) + 1]
            expressed = {_subject(token) for token in among if "S" in token.tags}
            return sorted(expressed - {one}) if one in expressed and "" not in expressed else []
        many = read.token("many")
        if many is None or many.quantity is None:
            return []
        known = [
            subject
            for subject in self.named()
            if any(
                name in names or everyday(name) in names for (_, name), _ in self.knowledge.facts_of(subject)
            )
        ]
        if one not in known or len(known) != many.quantity.low or many.quantity.low < 2:
            return []
        return sorted(set(known) - {one})

    def _only(self, one: str) -> _Made:
        read = self.read
        only, number = read.token("only"), read.token("number")
        if only is None or not read.text_of(only).startswith("only") or read.denied:
            return None
        if number is None or number.quantity is None:
            return None
        verb, own = read.token("verb"), read.token("property")
        token = verb or own
        names = (
            []
            if token is None
            else [*self._names(token), *read.lexicon.properties.get(read.text_of(token), ())]
        )
        others = self._rest(one, names)
        operands = self.shared.matching(one, others, names, dated=verb is not None) if others else ()
        if not operands:
            return None
        operator = number.quantity.operator
        if verb:
            word = read.text_of(read.token("before"))
            operator = ">" if word == "after" else "=" if word == "in" else "<"
        comparison = Comparison("only", operands, operator, quantity=number.quantity, claimed="only")
        return comparison, only.start, only.end

    def _sum(self, one: str) -> _Made:
        read = self.read
        number, own = read.token("number"), read.token("property")
        other = self._other(one)
        if number is None or number.quantity is None or own is None or not other or read.denied:
            return None
        names = self._names(own)
        operands = tuple(
            operand
            for operand in self.shared.paired(one, [other], names, names)
            if self.shared.measures(number.quantity, operand) and not self.shared.dated([operand])
        )
        comparison = Comparison(
            operation="sum",
            operands=operands,
            operator=number.quantity.operator,
            quantity=number.quantity,
            claimed=plain_decimal(number.quantity.low),
        )
        return comparison, number.start, number.end

    def _share(self, one: str) -> _Made:
        read = self.read
        own, part = read.token("property"), read.token("part")
        factors = self._factors()
        if own is None or part is None or factors is None or read.denied:
            return None
        low, high, operator, start, end, claimed = factors
        id_ = next(iter(part.ids("part")), "")
        operands = []
        for name in self._names(own):
            whole = self.shared.keys(one, name)
            of_part = [
                (one, f"{id_}{joint}{name}")
                for joint in ("_", ".")
                if self.knowledge.about(one, f"{id_}{joint}{name}")
            ]
            if whole and of_part:
                operands.append(Operands(tuple(of_part[:1]), (whole,)))
        if not operands:
            return None
        near = Decimal("0.03") if operator == "~" else Decimal("0.01")
        if operator in {"=", "~"}:
            low, high = min(low, low + 0) - near, high + near
        return Comparison("share", tuple(operands), operator, ((low, high),), claimed=claimed), start, end


_BINDINGS = {"same": "comparison", "most": "order", "only": "order"}


def _subject(token: Token) -> str:
    """Return the one subject that a token names."""
    ids = set(token.ids("subject"))
    return next(iter(ids)) if len(ids) == 1 else ""
