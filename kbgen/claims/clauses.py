"""Read a sentence by its grammar: which values it binds to which subject, by which construction."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from kbgen.claims.grammar import Construction, constructions, phrase
from kbgen.claims.patterns import group_start
from kbgen.claims.tokens import TaggedText, Token
from kbgen.facts.knowledge import Sense, Sort
from kbgen.quantities.extraction import Quantity

_JOINT = re.compile(r"<(?:[^<>]*[ekjnz]|c)[^<>]*>")
_HARMLESS = "(?: i? d? [YD] T? c? | (?: l c? )+ | n | i d? m* [SL]+ [TKG]* c? )"
"""What may lead a sentence and sets no condition: *In 1931,*, *However,*, *At the regatta,*."""
_LABELLED = frozenset({"label", "labels", "table", "parts"})
"""Constructions in which the word for a property is a label."""
_YEARS = 1000
"""From here on a number is no number of a name: stage 4, but prize 2024."""
_MAX_CLAUSES = 40
"""Places of a sentence where a clause is looked for."""


class Holder(Struct, frozen=True):
    """What a clause is about."""

    subjects: tuple[str, ...] = ()
    """What its name may stand for: several sources may know a thing. None where the clause names none."""
    part: str = ""
    pronoun: bool = False
    """Whether it says *it* or *the model*."""


class BoundValue(Struct, frozen=True):
    """A value that a clause binds."""

    binding: str
    holder: Holder
    quantity: Quantity
    property: tuple[Sense, ...]
    """What the words for its property may stand for; none for a value alone in a bracket."""
    firm: bool
    """Whether every word around it is understood."""
    form: str
    """The phrase that holds it: ``count``, ``measure``, ``bare``, ``sized``."""
    at: int
    """Which token it is."""


class _Value(Struct, frozen=True):
    tokens: tuple[tuple[int, tuple[Sense, ...]], ...]
    """Each value with its property."""
    form: str
    end: int
    firm: bool = True
    """Whether the phrase can be nothing but a value of the property."""


def clauses(sentence: TaggedText, *, implied: bool, fragment: bool) -> Iterator[BoundValue]:
    """Yield what a sentence binds.

    Parameters
    ----------
    sentence
        As tokens.
    implied
        Whether a clause without a subject may be about something that is named above it.
    fragment
        Whether it stands where people write in fragments: an item, a cell, a line of its own.
    """
    seen: set[int] = set()
    for start in _starts(sentence):
        dash = fragment and start > 0 and "j" in sentence.tokens[sentence.index(start) - 1].tags
        for bound in _clause(sentence, start, first=not start or dash, implied=implied, fragment=fragment):
            if bound.at not in seen:
                seen.add(bound.at)
                yield bound
    for bound in (*_brackets(sentence), *_wholes(sentence)):
        if bound.at not in seen:
            seen.add(bound.at)
            yield bound


def _starts(sentence: TaggedText) -> Iterator[int]:
    """Yield where a clause may begin, as places of the tags: first, and behind what joins clauses."""
    yield 0
    for joint in islice(_JOINT.finditer(sentence.text), _MAX_CLAUSES):
        if joint.end() < len(sentence.text) and not _is_list(sentence, sentence.index(joint.start())):
            yield joint.end()


def _is_list(sentence: TaggedText, index: int) -> bool:
    """Tell whether a comma or an *and* stands between names: *A, B and C have …* is not about C."""
    tokens = sentence.tokens
    joins = any(tag in tokens[index].tags for tag in "cn")
    before = tokens[index - 1] if index else None
    if before is not None and "c" in before.tags and index > 1:
        before = tokens[index - 2]
    return joins and before is not None and bool(set(before.tags) & set("SU"))


def _clause(
    sentence: TaggedText, start: int, *, first: bool, implied: bool, fragment: bool
) -> Iterator[BoundValue]:
    opened = phrase("<opening>").match(sentence.text, start) if first else None
    for begin in dict.fromkeys((opened.end() if opened else start, start)):
        sure = begin == start or phrase(_HARMLESS).fullmatch(sentence.text, start, begin) is not None
        for construction in constructions():
            if construction.lead is None or construction.anywhere:
                continue
            if construction.fragment and not (fragment and first):
                continue
            led = _led(sentence, begin, construction, implied=implied and (first or construction.implied))
            if led:
                yield from (with_firmness(bound, firm=sure) for bound in led)
                return
        found = phrase("<holder>").match(sentence.text, begin)
        holder = holder_of(sentence, found) if found else Holder()
        if found and (holder.subjects or (implied and (first or holder.part))):
            bound = list(_predicates(sentence, found.end(), holder, further=False))
            if bound:
                yield from (with_firmness(each, firm=sure) for each in bound)
                return


def _led(sentence: TaggedText, begin: int, construction: Construction, *, implied: bool) -> list[BoundValue]:
    """Return what a construction binds that has words of its own before its first value."""
    found = construction.lead.match(sentence.text, begin) if construction.lead else None
    holder = holder_of(sentence, found) if found else Holder()
    if found is None or not (holder.subjects or implied):
        return []
    item = construction.binding == "item"
    read = values_at(sentence, found.end(), construction, _property(sentence, found))
    if read is None and item:
        read = values_at(sentence, begin, construction, ())
    if read is None:
        return []
    values, position, closed = read
    if item:
        holder, closed = _fronted(sentence, position, holder, verb=found.end() > begin)
        if not closed:
            return []
    bound = list(_bound(sentence, construction, holder, values, closed=closed))
    return [*bound, *_predicates(sentence, position, holder, further=True)]


def _fronted(sentence: TaggedText, position: int, holder: Holder, *, verb: bool) -> tuple[Holder, bool]:
    """Return what is named behind a value that a sentence begins with: *With 12 cabins, the Ada was …*.

    Also tells whether the sentence goes on in a way that changes nothing; behind a verb, *Launched with 12
    cabins in a hurry*, a few more words may stand.
    """
    found = phrase("c <holder>").match(sentence.text, position)
    if found is not None:
        named = holder_of(sentence, found)
        if named.subjects:
            return named, True
    if phrase("c (?: [dg] m* )? [uU]").match(sentence.text, position):
        return holder, False
    rest = "(?: [iftyw] [^NXYDOSPTxvz]{1,4} )? (?: $ | [e}jck{n/z] )" if verb else "(?: $ | [e}jck{n/z] )"
    return holder, phrase(rest).match(sentence.text, position) is not None


def _predicates(
    sentence: TaggedText, position: int, holder: Holder, *, further: bool
) -> Iterator[BoundValue]:
    """Yield what the verbs of a clause bind, one after the other."""
    text = sentence.text
    bridge = phrase("<bridge>")
    while True:
        if further:
            joined = phrase("<join>").match(text, position)
            if joined is None:
                return
            position = joined.end()
        begin = bridge.match(text, position)
        starts = dict.fromkeys((begin.end() if begin else position, position))
        for construction, at in ((c, at) for at in starts for c in constructions() if c.verb is not None):
            found = construction.verb.match(text, at) if construction.verb else None
            if found is None or (further and construction.binding in {"apposition", "setting"}):
                continue
            read = values_at(sentence, found.end(), construction, _property(sentence, found))
            if read:
                yield from _bound(sentence, construction, holder, read[0], closed=read[2])
                position = read[1]
                further = True
                break
        else:
            return


def _brackets(sentence: TaggedText) -> Iterator[BoundValue]:
    text = sentence.text
    for construction in constructions():
        if not construction.anywhere or construction.lead is None:
            continue
        for found in construction.lead.finditer(text):
            holder = holder_of(sentence, found)
            before = sentence.index(found.start()) - 1
            if before >= 0 and not set(sentence.tokens[before].tags) & set("cekjnz{}l"):
                continue  # the sale of the Ada (1931)
            read = values_at(sentence, found.end(), construction, ())
            if read and (holder.subjects or holder.part):
                closed = "}" in _tags(sentence, read[1])
                yield from _bound(sentence, construction, holder, read[0], closed=read[2] and closed)


def _wholes(sentence: TaggedText) -> Iterator[BoundValue]:
    for construction in constructions():
        for found in construction.whole.finditer(sentence.text) if construction.whole else ():
            at = sentence.index(group_start(found, "value"))
            token = sentence.tokens[at]
            before = sentence.tokens[at - 1].tags if at else ""
            if token.quantity is not None and not set(before) & set("xv"):
                words = _property(sentence, found)
                form = "count" if words else "bare"
                yield BoundValue(
                    construction.binding, holder_of(sentence, found), token.quantity, words, False, form, at
                )


def _tags(sentence: TaggedText, position: int) -> str:
    index = sentence.index(position)
    return sentence.tokens[index].tags if index < len(sentence.tokens) else ""


# ---------------------------------------------------------------- values


def values_at(
    sentence: TaggedText, position: int, construction: Construction, verb: tuple[Sense, ...]
) -> tuple[list[_Value], int, bool] | None:
    """Read values in a row; ``None`` for none, else them, where they end, and whether the edge is closed."""
    text = sentence.text
    found: list[_Value] = []
    while True:
        at = position
        if found:
            joined = phrase("<join>").match(text, at)
            if joined is None:
                break
            at = joined.end()
        # In 1931 passengers …: what begins a line is a time or a place, but for *with 12 cabins*.
        leads = construction.binding == "item" and not found and not verb
        prepared = phrase("w d?" if leads else "<preposition>").match(text, at)
        value = next(
            (
                each
                for begin in dict.fromkeys((prepared.end() if prepared else at, at))
                if (each := _value(sentence, begin, construction, verb, first=not found))
            ),
            None,
        )
        if value is None:
            break
        found.append(value)
        position = _aside(sentence, value.end)
    if not found:
        return None
    return found, position, phrase("<edge>").match(text, position) is not None or position != found[-1].end


def _aside(sentence: TaggedText, position: int) -> int:
    """Return where reading goes on behind a value: behind a remark in parentheses that names no subject."""
    found = phrase("{ [^{}S]{0,24} }").match(sentence.text, position)
    return found.end() if found else position


def _value(
    sentence: TaggedText, position: int, construction: Construction, verb: tuple[Sense, ...], *, first: bool
) -> _Value | None:
    text = sentence.text
    for form in construction.values:
        found = phrase(f"<{form}>").match(text, position)
        if found is None:
            continue
        value = sentence.index(group_start(found, "value"))
        if form in {"bare", "measure"} and _is_pronoun(sentence, value):
            continue
        if form == "bare":
            if not verb and construction.binding != "bracket" and not sentence.tokens[value].entries:
                continue
            token = sentence.tokens[value]
            if (
                not first
                and token.quantity is not None
                and token.quantity.form == "number"
                and not token.quantity.unit
            ):
                continue  # in 1962 by two brothers
            own = token.entries
            labels = construction.binding in _LABELLED
            # Units mean something behind a number alone.
            words = tuple(entry for entry in verb if labels or entry.sort != "unit")
            return _Value(((value, (*own, *words)),), form, found.end())
        words = _property(sentence, found)
        if form == "sized":
            other = sentence.index(group_start(found, "other"))
            return _Value(((value, words), (other, words)), form, found.end())
        firm = _is_firm(sentence, construction, form, found, value)
        return _Value(((value, words),), form, found.end(), firm)
    return None


_NO_PLURAL = re.compile(
    r"(?:s|people|men|women|children|feet|mice|data|media|crew|staff|fish|sheep|aircraft|deep|long|high|tall)$",
    re.IGNORECASE,
)


def _is_condition(sentence: TaggedText, at: int) -> bool:
    """Tell whether a bound says when something is to be done: *height > 52 m: lower the masts*."""
    quantity = sentence.tokens[at].quantity
    behind = next(
        (token for token in sentence.tokens[at + 1 : at + 4] if set(token.tags) & set("kjec")), None
    )
    return (
        quantity is not None
        and quantity.operator not in {"=", "~"}
        and behind is not None
        and bool(set(behind.tags) & set("kj"))
    )


def _is_firm(
    sentence: TaggedText, construction: Construction, form: str, found: re.Match[str], value: int
) -> bool:
    """Tell whether a phrase is no numbered name, no part of a compound and no identity."""
    token = sentence.tokens[value]
    quantity = token.quantity
    if quantity is None or quantity.form != "number" or quantity.unit or quantity.scaled:
        return True
    counted = quantity.low == quantity.low.to_integral_value() and quantity.step >= 1
    if form == "measure":
        # Stage 4 and class 2 are names; Nobel Prize 2024 has a year.
        return found["joint"] is not None or not counted or quantity.low >= _YEARS
    last = sentence.tokens[sentence.index(group_start(found, "property"))]
    words = sentence.words[last.start : last.end]
    joined = "j" in sentence.tokens[value + 1].tags if value + 1 < len(sentence.tokens) else False
    if construction.binding == "is":
        return joined or " " in words  # they are four horses
    return joined or quantity.low == 1 or _NO_PLURAL.search(words) is not None


def _is_pronoun(sentence: TaggedText, index: int) -> bool:
    """Tell whether a number is a *one* that stands for a noun: *than a smaller one*."""
    token = sentence.tokens[index]
    return sentence.words[token.start : token.end].casefold() == "one"


def _bound(
    sentence: TaggedText,
    construction: Construction,
    holder: Holder,
    values: Sequence[_Value],
    *,
    closed: bool,
) -> Iterator[BoundValue]:
    for number, value in enumerate(values):
        firm = construction.refutes and value.firm and (closed or number + 1 < len(values))
        for at, words in value.tokens:
            token = sentence.tokens[at]
            if token.quantity is not None and not _is_condition(sentence, at):
                yield BoundValue(construction.binding, holder, token.quantity, words, firm, value.form, at)


# ---------------------------------------------------------------- who and what


def holder_of(sentence: TaggedText, found: re.Match[str]) -> Holder:
    """Return what the groups of a pattern name as the thing that is spoken of."""
    named = max(group_start(found, "subject"), group_start(found, "owner"))
    part = group_start(found, "part")
    token = sentence.tokens[sentence.index(named)] if named >= 0 else None
    subjects = tuple(token.ids("subject")) if token else ()
    parts = sentence.tokens[sentence.index(part)].ids("part") if part >= 0 else ()
    return Holder(subjects, parts[0] if parts else "", pronoun=group_start(found, "implied") >= 0)


def _property(sentence: TaggedText, found: re.Match[str]) -> tuple[Sense, ...]:
    place = group_start(found, "property")
    return sentence.tokens[sentence.index(place)].entries if place >= 0 else ()


def segment(sentence: TaggedText, at: int) -> tuple[int, int]:
    """Return the span of words around a token up to the next comma, bracket or end on either side."""
    first, last = sentence.around(at, "cekj{}z", "cekj{}z")
    return sentence.tokens[first].start, sentence.tokens[last - 1].end


def with_firmness(bound: BoundValue, *, firm: bool) -> BoundValue:
    """Return a bound value that is as firm as told."""
    return replace(bound, firm=bound.firm and firm)


def named(sentence: TaggedText, sort: Sort) -> Iterator[Token]:
    """Yield the tokens of a sentence that may be of a sort."""
    return (token for token in sentence.tokens if token.ids(sort))
