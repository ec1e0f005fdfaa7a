"""Read names as claims: who is what, what is called how, who did what to whom.

A bare name is no claim. It needs a predicate: a label, a head of its column, a verb or a noun beside it, or
the dash of a list entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kbgen.claims.assertions import asserts, sentences
from kbgen.claims.claim import Claim
from kbgen.claims.name_cells import named_cells
from kbgen.claims.name_grammar import find_construction, name_construction
from kbgen.claims.passages import Passage
from kbgen.claims.possessives import possessive_claims
from kbgen.claims.predicates import Context, entries, labelled, predicates
from kbgen.claims.reader import Reader
from kbgen.claims.scope import Scope
from kbgen.claims.tokens import TaggedText, tag_text
from kbgen.facts.fact import Key
from kbgen.facts.knowledge import Knowledge, Sense
from kbgen.phrases import Mention

_FRAGMENTS = frozenset({"item", "paragraph", "footnote", "title", "heading", "property"})
_LONG_PROPERTY = 60
_CODED = re.compile(r"[^\W_][A-Z]|[A-Z]\d")


def name_claims(
    knowledge: Knowledge, reader: Reader, passage: Passage, mentions: Sequence[Mention[Sense]]
) -> Iterator[Claim]:
    """Yield the claims of a passage that something has a name.

    Parameters
    ----------
    knowledge
        What is known.
    reader
        Knows the tables of the note, and what its passages are about.
    passage
        The words.
    mentions
        What is mentioned in them.
    """
    if passage.kind == "head":
        return
    seen: set[tuple[int, Key]] = set()
    for claim in _read(knowledge, reader, passage, mentions):
        if (claim.start, claim.keys[0]) not in seen:
            seen.add((claim.start, claim.keys[0]))
            yield claim


def _read(
    knowledge: Knowledge, reader: Reader, passage: Passage, mentions: Sequence[Mention[Sense]]
) -> Iterator[Claim]:
    scope = reader.scopes.of(passage)
    named = {mention.entry.id for mention in mentions if mention.entry.sort == "subject"}
    if knowledge.with_names.isdisjoint({*named, scope.subject, *reader.scopes.about}):
        return
    if passage.kind == "row":
        yield from named_cells(knowledge, reader.grid(passage), passage, mentions, scope)
    elif any(mention.entry.sort in {"subject", "value", "term", "label", "reversed"} for mention in mentions):
        yield from _of_prose(knowledge, passage, mentions, reader)
    if passage.kind == "row" or asserts(passage.words):
        yield from possessive_claims(knowledge, passage, mentions)


def _of_prose(
    knowledge: Knowledge, passage: Passage, mentions: Sequence[Mention[Sense]], reader: Reader
) -> Iterator[Claim]:
    scope = reader.scopes.of(passage)
    prose = passage.kind != "property" or len(passage.words) > _LONG_PROPERTY
    named: set[str] = set()
    strange = unknown = False
    for start, end in sentences(passage.words):
        line = tag_text(passage.words, start, end, mentions)
        if line is None or not line.tokens:
            continue
        here = {each for token in line.tokens for each in token.ids("subject")}
        named |= here
        strange = strange or unknown
        unknown = unknown or _names_unknown(line)
        if not here and not any(set(token.tags) & set("TL") for token in line.tokens):
            continue
        if prose and not asserts(passage.words[start:end]):
            continue
        clear = _is_clear(knowledge, scope, named)
        context = Context(
            passage, line, scope, clear=clear, sure=clear and not strange, about=reader.scopes.about
        )
        if passage.kind in _FRAGMENTS:
            found = [*find_construction(line, name_construction("label"))]
            if found:
                yield from labelled(knowledge, context, found[0])
                continue
            found = [*find_construction(line, name_construction("entry"))]
            if found and passage.kind != "property":
                yield from entries(knowledge, context, found[0])
        if passage.kind != "property":
            yield from predicates(knowledge, context)


def _names_unknown(line: TaggedText) -> bool:
    """Tell whether a sentence names something that nobody knows."""
    return any(token.tags == "U" for token in line.tokens[1:]) or (
        line.tokens[0].tags == "U"
        and _CODED.search(line.words, line.tokens[0].start, line.tokens[0].end) is not None
    )


def _is_clear(knowledge: Knowledge, scope: Scope, named: set[str]) -> bool:
    """Tell whether nothing of the sort of what a passage is about was named in it beside that."""
    sort = knowledge.sort_of(scope.subject)
    return not any(each != scope.subject and knowledge.sort_of(each) == sort for each in named)
