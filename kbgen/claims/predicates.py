"""Read names in sentences, behind labels and in list entries, by the constructions of the grammar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from kbgen.claims.claim import Claim
from kbgen.claims.grammar import phrase
from kbgen.claims.name_grammar import (
    NameConstruction,
    NameMatch,
    find_construction,
    name_construction,
    sentence_constructions,
)
from kbgen.claims.named_values import NamedValue, closed, named_facts, named_value_at, named_values_in
from kbgen.claims.passages import Passage
from kbgen.claims.scope import Scope
from kbgen.claims.tokens import TaggedText, Token
from kbgen.facts.fact import Key
from kbgen.facts.knowledge import Knowledge, Sense

_WORDS = frozenset({"term", "reversed"})
_LABELS = frozenset({"term", "label", "reversed", "unit"})
_PREPOSITIONS = frozenset("oyiwftvx")
_MAX_NAMES = 12
"""Names of one list."""


class Context(Struct, frozen=True):
    """Where words stand."""

    passage: Passage
    line: TaggedText
    scope: Scope
    clear: bool
    """Whether nothing like what the scope is about was named beside it."""
    sure: bool
    """Whether nothing unknown was named before it either."""
    about: tuple[str, ...] = ()
    """What the note is about."""
    binding: str = ""
    """What binds, where it is not the construction."""


class SubjectMention(Struct, frozen=True):
    """A name that something is said of, with the place where it stands."""

    subject: str
    line: TaggedText
    at: int
    """Which token it is; -1 where it stands nowhere."""


# ---------------------------------------------------------------- labels and entries


def labelled(knowledge: Knowledge, context: Context, found: NameMatch) -> Iterator[Claim]:
    """Yield what stands behind a label.

    Parameters
    ----------
    knowledge
        What is known.
    context
        Where the words stand.
    found
        The label.
    """
    line = context.line
    subject = _named(line, found, "subject", "owner") or context.scope.subject
    firm = bool(_named(line, found, "subject", "owner")) or (context.scope.firm and context.sure)
    properties = [e for n in range(found.begin, found.token("slot")) for e in line.tokens[n].entries]
    keys = keys_with_names(knowledge, subject, properties, _LABELS)
    for value in named_values_in(knowledge, keys, line, found.token("slot")) if keys else ():
        yield claim_of(knowledge, context, value, "label", firm=firm and closed(line, value))


def entries(knowledge: Knowledge, context: Context, found: NameMatch) -> Iterator[Claim]:
    """Yield what a list entry says of the name that it begins with: *Ada — won the cup, captain of the team*.

    Parameters
    ----------
    knowledge, context
        As for :func:`labelled`.
    found
        The name.
    """
    one = found.token("one")
    actor = SubjectMention(_subject(context.line.tokens[one]), context.line, one)
    yield from described(knowledge, context, actor, found.token("slot"))


def described(
    knowledge: Knowledge, context: Context, actor: SubjectMention, first: int, *, whole: bool = True
) -> Iterator[Claim]:
    """Yield what some words say of a name that stands before them.

    Parameters
    ----------
    knowledge, context
        As for :func:`labelled`.
    actor
        The name.
    first
        The first token of the words.
    whole
        Whether a value may be the first thing that they say.
    """
    line = context.line
    for number, index in enumerate(_pieces(line, first)):
        begin = _skipped(line, index)
        if begin >= len(line.tokens):
            return
        token = line.tokens[begin]
        if whole:
            yield from _own_value(knowledge, context, actor, begin)
        if "T" in token.tags:
            yield from _played(knowledge, context, actor, begin, first=not number)
        if "S" in token.tags:
            yield from _titled(knowledge, context, actor, begin)
        for found in find_construction(line, name_construction("begun"), first=index):
            yield from _related(knowledge, context, found, actor, firm=True)


def _pieces(line: TaggedText, first: int) -> Iterator[int]:
    """Yield where the parts of a description begin: *co-author, founder of the club*."""
    yield first
    for index in range(first, min(len(line.tokens), first + 40)):
        if line.tokens[index].tags in {"c", "n", "/"}:
            yield index + 1
        if line.tokens[index].tags in {"e", "x", "v", "z"}:
            return


def _skipped(line: TaggedText, index: int) -> int:
    while index < len(line.tokens) and set(line.tokens[index].tags) <= set("dmn{"):
        index += 1
    return index


def _own_value(knowledge: Knowledge, context: Context, actor: SubjectMention, index: int) -> Iterator[Claim]:
    """Yield a value of any property of the name, where it stands for itself."""
    keys = [key for key, facts in knowledge.facts_of(actor.subject) if facts[0].kind == "name"]
    for key in keys:
        value = named_value_at(knowledge, [key], context.line, index)
        if value and closed(context.line, value, alone=True):
            labelled_one = key[1] in knowledge.terms and bool(knowledge.terms[key[1]].labels)
            if value.right or labelled_one:
                yield claim_of(knowledge, context, value, "entry", firm=labelled_one)


def _played(
    knowledge: Knowledge, context: Context, actor: SubjectMention, index: int, *, first: bool
) -> Iterator[Claim]:
    """Yield what a word for a property makes of the name: *Ada — captain*; *Oslo — Ada's town*."""
    line = context.line
    token = line.tokens[index]
    behind = line.tokens[index + 1].tags if index + 1 < len(line.tokens) else ""
    holder, firm = context.scope.subject, context.scope.firm and context.clear and first
    firm = firm and _PREPOSITIONS.isdisjoint(behind)
    if index >= 2 and "s" in line.tokens[index - 1].tags and "S" in line.tokens[index - 2].tags:
        holder, firm = _subject(line.tokens[index - 2]), True
    elif "o" in behind or _ends_with_of(line, token):
        at = _skipped(line, index + (2 if "o" in behind else 1))
        if at >= len(line.tokens) or "S" not in line.tokens[at].tags:
            return  # of something that nobody knows
        holder, firm = _subject(line.tokens[at]), True
    keys = keys_with_names(knowledge, holder, token.entries, _LABELS - {"reversed"})
    value = named_value_at(knowledge, keys, actor.line, actor.at) if keys else None
    if value:
        yield claim_of(knowledge, context, value, "entry", firm=firm)


def _titled(knowledge: Knowledge, context: Context, actor: SubjectMention, index: int) -> Iterator[Claim]:
    """Yield what stands before a word for a property: *Ada — Oslo councillor*; and *Oslo — Ada's town*."""
    line = context.line
    after = index + 1
    if after + 1 < len(line.tokens) and "s" in line.tokens[after].tags and "T" in line.tokens[after + 1].tags:
        yield from _played(knowledge, context, actor, after + 1, first=True)
        return
    while after < len(line.tokens) and "T" in line.tokens[after].tags:
        keys = keys_with_names(knowledge, actor.subject, line.tokens[after].entries, _WORDS)
        value = named_value_at(knowledge, keys, line, index) if keys else None
        if value:
            yield claim_of(knowledge, context, value, "entry", firm=True)
        after += 1
        while after < len(line.tokens) and line.tokens[after].tags in {"/", "n", "c", "m"}:
            after += 1


# ---------------------------------------------------------------- sentences


def predicates(knowledge: Knowledge, context: Context) -> Iterator[Claim]:
    """Yield what a sentence says with a verb or a noun between two names.

    Parameters
    ----------
    knowledge, context
        As for :func:`labelled`.
    """
    line = context.line
    if any("v" in token.tags for token in line.tokens):
        return
    for construction in sentence_constructions():
        for found in find_construction(line, construction):
            if construction.name in {"active", "noun"}:
                one = found.token("one")
                actor = SubjectMention(_subject(line.tokens[one]), line, one)
                yield from _related(knowledge, context, found, actor, firm=_leads(line, one))
            elif construction.name == "begun":
                scope = context.scope
                firm = scope.firm and context.sure
                if scope.subject and context.clear:
                    yield from _related(
                        knowledge, context, found, SubjectMention(scope.subject, line, -1), firm=firm
                    )
            else:
                yield from _with_holder(knowledge, context, construction, found)


def _leads(line: TaggedText, index: int) -> bool:
    """Tell whether a name is all that its clause is about: not the last of a list, nor behind *of*."""
    if not index:
        return True
    tags = set(line.tokens[index - 1].tags)
    listed = bool(tags & set("cn")) and index > 1 and "S" in line.tokens[index - 2].tags
    return not tags & _PREPOSITIONS and not listed and tags & set("ecdmkjnzl{TKg") != set()


def _related(
    knowledge: Knowledge, context: Context, found: NameMatch, actor: SubjectMention, *, firm: bool
) -> Iterator[Claim]:
    """Yield what a verb says of the names on its two sides: each may be a value of the other."""
    line = context.line
    value, verb = found.token("value"), line.tokens[found.token("property")]
    words = line.words[verb.start : verb.end].casefold()
    other = _subject(line.tokens[value])
    for entry in verb.entries:
        forward = keys_with_names(knowledge, actor.subject, [entry], _LABELS - {"reversed"})
        if forward:
            exclusive = (
                found.name_construction.name == "noun"
                or words.endswith(" by")
                or _is_another_s(knowledge, other, verb.entries, actor.subject)
            )
            sure = firm and (exclusive or _is_that_year(knowledge, forward[0], line))
            yield from _listed(knowledge, context, forward, value, firm=sure)
            continue
        noun = _ends_with_of(line, verb) or "o" in line.tokens[value - 1].tags
        if entry.sort == "reversed" or (entry.sort == "term" and noun):
            closes = _closes(line, line.tokens[value].end)
            yield from _done_by(knowledge, context, (other, entry.id), actor, firm=firm and closes)


def _ends_with_of(line: TaggedText, token: Token) -> bool:
    return line.words[token.start : token.end].casefold().endswith(" of")


def _is_another_s(knowledge: Knowledge, subject: str, entries_: Sequence[Sense], other: str) -> bool:
    """Tell whether what is said to be won or bought is known to be another's."""
    for entry in entries_:
        held = knowledge.value_subjects(subject, entry.id) if entry.sort == "reversed" else set()
        if held and other not in held and not knowledge.is_related(other, held):
            return knowledge.sort_of(other) in {knowledge.sort_of(each) for each in held}
    return False


def _done_by(
    knowledge: Knowledge, context: Context, key: Key, actor: SubjectMention, *, firm: bool
) -> Iterator[Claim]:
    """Yield who did it: the name before the verb is the value, the one behind it is what it was done to."""
    if actor.at < 0 or not key[0] or not named_facts(knowledge, key):
        return
    value = named_value_at(knowledge, [key], actor.line, actor.at)
    if value:
        alone = _is_alone(knowledge, actor.line, actor.at, key[0])
        yield claim_of(knowledge, context, value, "predicate", firm=firm and alone)


def _with_holder(
    knowledge: Knowledge, context: Context, construction: NameConstruction, found: NameMatch
) -> Iterator[Claim]:
    """Yield what a noun for a property says: *the captain of the team is Ada*."""
    line = context.line
    value = found.token("value")
    holder = _named(line, found, "subject", "owner")
    firm = construction.refutes and (bool(holder) or (context.scope.firm and context.sure))
    entries_ = line.tokens[found.token("property")].entries
    if not holder:
        holder = _holder_of(knowledge, context, entries_, value)
    keys = keys_with_names(knowledge, holder, entries_, _WORDS if construction.refutes else _LABELS)
    if not keys:
        return
    begins = found.begin == 0 or not _PREPOSITIONS & set(line.tokens[found.begin - 1].tags)
    leads = construction.name in {"role", "apposition"}
    yield from _listed(knowledge, context, keys, value, firm=firm and begins, leads=leads)


def _holder_of(knowledge: Knowledge, context: Context, entries_: Sequence[Sense], value: int) -> str:
    """Return whose property a noun means: the only one named that has it, else what stands above."""
    line = context.line
    ids = dict.fromkeys(
        each for n, token in enumerate(line.tokens) if n != value for each in token.ids("subject")
    )
    having = [each for each in ids if keys_with_names(knowledge, each, entries_, _LABELS)]
    if len(having) == 1:
        return having[0]
    above = (context.scope.subject, *context.about)
    own = next((each for each in above if keys_with_names(knowledge, each, entries_, _LABELS)), "")
    return own if not having and context.clear else ""


def _listed(
    knowledge: Knowledge,
    context: Context,
    keys: Sequence[Key],
    index: int,
    *,
    firm: bool,
    leads: bool = False,
) -> Iterator[Claim]:
    """Yield the names of a list, each a value: *written by Ada, Bo and Cy*."""
    line = context.line
    for number in range(_MAX_NAMES):
        value = named_value_at(knowledge, keys, line, index)
        if value is None:
            return
        sure = firm and (leads or (_closes(line, value.end) and not _goes_on(knowledge, line, value)))
        sure = sure and _is_alone(knowledge, line, index, value.key[0], before=True)
        if value.right or not number or sure:
            yield claim_of(knowledge, context, value, "predicate", firm=sure)
        if not value.subject or leads:
            return
        index += 1
        begun = index
        while index < len(line.tokens) and line.tokens[index].tags in {"c", "n", "d"}:
            index += 1
        if index == begun or index >= len(line.tokens) or "S" not in line.tokens[index].tags:
            return


def _closes(line: TaggedText, end: int) -> bool:
    """Tell whether nothing stands behind a name that makes another statement of it."""
    index = next((n for n, token in enumerate(line.tokens) if token.start >= end), len(line.tokens))
    return phrase("<name_edge>").match(line.text, line.place(index)) is not None


def _goes_on(knowledge: Knowledge, line: TaggedText, value: NamedValue) -> bool:
    """Tell whether a list of names begins with a value of a property that has one."""
    index = next((n for n, token in enumerate(line.tokens) if token.start >= value.end), len(line.tokens))
    while index < len(line.tokens) and line.tokens[index].tags in {"c", "n", "d"}:
        index += 1
    if index >= len(line.tokens) or line.tokens[index - 1].start < value.end:
        return False
    other = _subject(line.tokens[index])
    alike = bool(other) and knowledge.sort_of(other) == knowledge.sort_of(value.subject)
    return alike and knowledge.about(*value.key)[0].kind == "name"


# ---------------------------------------------------------------- claims


def keys_with_names(
    knowledge: Knowledge, subject: str, entries_: Sequence[Sense], sorts: frozenset[str]
) -> list[Key]:
    """Return the properties with names for values that words may mean of a subject.

    Parameters
    ----------
    knowledge
        What is known.
    subject
        Whose they are.
    entries_
        What the words may stand for.
    sorts
        As what they count here.
    """
    names = dict.fromkeys(entry.id for entry in entries_ if entry.sort in sorts)
    return [(subject, name) for name in names if subject and named_facts(knowledge, (subject, name))]


def claim_of(
    knowledge: Knowledge,
    context: Context,
    value: NamedValue,
    binding: str,
    *,
    firm: bool,
) -> Claim:
    """Make a claim of a value that something binds.

    Parameters
    ----------
    knowledge, context
        As for :func:`labelled`.
    value
        The value.
    binding
        What binds it.
    firm
        Whether it can be nothing else.
    """
    term = knowledge.terms.get(value.key[1])
    if term and term.dated and not _is_that_year(knowledge, value.key, context.line):
        firm = False
    if term and term.many and knowledge.about(*value.key)[0].kind != "list":
        firm = False
    if term and term.within and not _speaks_of(knowledge, context.scope.subject, value.key[0]):
        firm = False
    text = context.line.words[value.start : value.end]
    return Claim(
        context.passage.number,
        value.start,
        value.end,
        text,
        (value.key,),
        name=text,
        subject=value.subject,
        binding=context.binding or binding,
        firm=firm,
    )


def _speaks_of(knowledge: Knowledge, scope: str, subject: str) -> bool:
    return any(subject in knowledge.value_subjects(*key) for key, _ in knowledge.facts_of(scope))


def _is_alone(
    knowledge: Knowledge, line: TaggedText, index: int, subject: str, *, before: bool = False
) -> bool:
    """Tell whether no other name of the sort of a value stands in the sentence, or before it."""
    own = _subject(line.tokens[index])
    sort = knowledge.sort_of(own)
    for number, token in enumerate(line.tokens):
        other = _subject(token)
        if other in {"", own, subject} or number == index or (before and number > index):
            continue
        owns = number + 1 < len(line.tokens) and "s" in line.tokens[number + 1].tags
        if not owns and knowledge.sort_of(other) == sort:
            return False
    return True


def _is_that_year(knowledge: Knowledge, key: Key, line: TaggedText) -> bool:
    """Tell whether the year of what is known stands beside."""
    term = knowledge.terms.get(key[1])
    years = {fact.value for fact in knowledge.about(key[0], term.dated)} if term and term.dated else set()
    return any(line.words[token.start : token.end] in years for token in line.tokens if "Y" in token.tags)


def _subject(token: Token) -> str:
    return next(iter(token.ids("subject")), "")


def _named(line: TaggedText, found: NameMatch, *groups: str) -> str:
    return next((_subject(line.tokens[found.token(g)]) for g in groups if found.token(g) >= 0), "")
