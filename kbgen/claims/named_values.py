"""Find the words that are a value of a property with names for values, or that stand where one would.

Another value is told by its sort, *Facebook* where a company is named, by its number, *GTX 480* for *GTX
580*, by a word that means the opposite, or because it is the value of the same property of something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from kbgen.claims.tokens import TaggedText
from kbgen.facts.fact import Fact, Key
from kbgen.facts.knowledge import Knowledge
from kbgen.facts.name_matching import find_phrase, opposite, other_number

_MAX_VALUE_CHARS = 200
"""Characters behind the beginning of a value that are looked at."""
_MAY_LEAD = frozenset("dmlaoiyfwtcnjk/{}NXYKVTqSLFG")
"""Tags of what may stand before a value in a cell or behind a label."""
_ENDS = frozenset("ce}{n/kjal")
_MAY_FOLLOW = frozenset("ceknj{}/zifowytlmTFKVNYXDaG")


class NamedValue(Struct, frozen=True):
    """A value as it is written."""

    start: int
    end: int
    key: Key
    subject: str
    """Which subject it names; empty for other words."""
    right: bool
    inverted: bool = False
    """Whether it is the opposite of a right one."""


def named_facts(knowledge: Knowledge, key: Key) -> list[Fact]:
    """Return what is known of a property in names."""
    return [fact for fact in knowledge.about(*key) if fact.kind in {"name", "list"}]


def named_value_at(
    knowledge: Knowledge, keys: Sequence[Key], line: TaggedText, index: int
) -> NamedValue | None:
    """Return the value that begins with a token.

    Parameters
    ----------
    knowledge
        What is known.
    keys
        What it would be a value of.
    line, index
        The words, and the token among them.
    """
    token = line.tokens[index]
    window = line.words[token.start : min(line.end, token.start + _MAX_VALUE_CHARS)]
    ids = token.ids("subject")
    for key in keys:
        held = knowledge.value_subjects(*key) - {key[0]}
        for each in ids:
            if each in held:
                return NamedValue(token.start, token.end, key, each, right=True)
        place = next((p for value in _values(knowledge, key) if (p := _first(find_phrase(value, window)))), 0)
        if place:
            return NamedValue(token.start, token.start + place, key, next(iter(ids), ""), right=True)
    for key in keys:
        held = knowledge.value_subjects(*key) - {key[0]}
        sorts = {knowledge.sort_of(each) for each in held} - {""}
        for each in ids:
            if each != key[0] and knowledge.sort_of(each) in sorts and not knowledge.is_related(each, held):
                return NamedValue(token.start, token.end, key, each, right=False)
        place, inverted = _rival(knowledge, key, window)
        if place:
            return NamedValue(
                token.start, token.start + place, key, next(iter(ids), ""), right=False, inverted=inverted
            )
    return None


def named_values_in(
    knowledge: Knowledge, keys: Sequence[Key], line: TaggedText, first: int = 0
) -> Sequence[NamedValue]:
    """Return the values in a cell or behind a label: right ones anywhere, another one where it begins.

    Parameters
    ----------
    knowledge, keys
        As for :func:`named_value_at`.
    line, first
        The words, and the token from which they count.
    """
    right: list[NamedValue] = []
    other: list[NamedValue] = []
    leading = True
    read = [
        (t.tags, named_value_at(knowledge, keys, line, n)) for n, t in enumerate(line.tokens) if n >= first
    ]
    inverted = [found for _, found in read if found and found.inverted]
    if inverted:
        return inverted[:1]
    for tags, found in read:
        if found and found.right and not any(each.start <= found.start < each.end for each in right):
            right.append(found)
        if found and not found.right and leading:
            other.append(found)
        if not found and (tags in {"x", "e"} or "v" in tags):
            break
        leading = leading and not _MAY_LEAD.isdisjoint(tags)
    return right or other[:1]


def value_of_cell(
    knowledge: Knowledge, keys: Sequence[Key], line: TaggedText, first: int = 0
) -> NamedValue | None:
    """Return the value that a cell is, but for what it has in parentheses."""
    index = first
    while index < len(line.tokens) and set(line.tokens[index].tags) <= set("dmj"):
        index += 1
    if index >= len(line.tokens):
        return None
    found = named_value_at(knowledge, keys, line, index)
    after = next((t.tags for t in line.tokens[index:] if found and t.start >= found.end), "{")
    return found if found and not set("{ec").isdisjoint(after) else None


def closed(line: TaggedText, value: NamedValue, *, alone: bool = False) -> bool:
    """Tell whether nothing stands behind a value that makes something else of it, or nothing at all."""
    behind = next((token.tags for token in line.tokens if token.start >= value.end), "")
    if alone:
        return not behind or not _ENDS.isdisjoint(behind)
    if value.inverted or (behind and not value.subject and "x" in behind):
        return True  # *faster training than before*
    return not behind or (not _MAY_FOLLOW.isdisjoint(behind) and "s" not in behind and "S" not in behind)


def _first(place: tuple[int, int] | None) -> int:
    return place[1] if place and not place[0] else 0


def _values(knowledge: Knowledge, key: Key) -> Iterator[str]:
    """Yield the names that are right, the longest first."""
    for fact in knowledge.about(*key):
        if fact.kind == "name":
            yield from sorted((value.value for value in fact.values()), key=len, reverse=True)


def _rival(knowledge: Knowledge, key: Key, window: str) -> tuple[int, bool]:
    """Return where a value ends that another subject has, has another number or is turned round."""
    right = list(_values(knowledge, key))
    if not right:
        return 0, False
    inverted = max((_first(opposite(value, window)) for value in right), default=0)
    if inverted:
        return inverted, True
    others = sorted(knowledge.rivals.get(key[1], ()), key=len, reverse=True)
    found = next(
        (p for value in others if value not in right and (p := _first(find_phrase(value, window)))), 0
    )
    return found or max((_first(other_number(value, window)) for value in right), default=0), False
