"""Tell a name from a part of a longer one: *Tay Bridge Hotel*, *Vision Transformer* and *AlexNet-like*."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from kbgen.claims.function_words import function_words
from kbgen.claims.grammar_files import grammar_file
from kbgen.facts.knowledge import Knowledge, Sense
from kbgen.phrases import Mention

_JOINED_BEFORE = re.compile(r"[^\W_][-‐‑]$")
_JOINED_BEHIND = re.compile(r"[-‐‑][^\W\d_]|[ ]?[vV]\d|\d")
_BEHIND = re.compile(r"[ \u00a0](?P<word>[^\W\d_][\w’'.]*)")
_BEFORE = re.compile(r"(?P<word>[^\W\d_][\w’'.&-]*?)[ \u00a0]$")
_INITIAL = re.compile(r"[^\W\d_]\.?")
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_DISTINCT = re.compile(r"[^\W_][A-Z]|\d")
"""A name that looks like one wherever it stands: *AlexNet*, *GTX 580*."""
_MAX_WORD_CHARS = 40
_COMMON = frozenset({"noun", "filler"})


def detect_mentions(knowledge: Knowledge, text: str) -> list[Mention[Sense]]:
    """Return what is mentioned in some words, without the names that are a part of longer ones.

    Parameters
    ----------
    knowledge
        What is known, and the words for it.
    text
        Of a passage, a cell or a heading.
    """
    mentions = knowledge.mentions(text)
    starts = {mention.start for mention in mentions}
    ends = {mention.end for mention in mentions}
    nouns = {mention.end for mention in mentions if mention.entry.sort in _COMMON}
    return [
        mention
        for mention in mentions
        if mention.entry.sort != "subject" or _is_whole(knowledge, text, mention, starts, ends, nouns)
    ]


def _is_whole(
    knowledge: Knowledge,
    text: str,
    mention: Mention[Sense],
    starts: set[int],
    ends: set[int],
    nouns: set[int],
) -> bool:
    start, end = mention.start, mention.end
    distinct = _DISTINCT.search(text, start, end) is not None
    joined = _JOINED_BEFORE.search(text, max(0, start - 2), start) is not None
    sorted_ = distinct and start - 1 in nouns  # CNN-AlexNet says what AlexNet is
    if (joined and not sorted_) or _JOINED_BEHIND.match(text, end):
        return False
    behind = _BEHIND.match(text, end, end + _MAX_WORD_CHARS)
    if behind and behind["word"][0].isupper() and behind.start("word") not in starts:
        known = _is_small(behind["word"]) or _plain(behind["word"]) in _beside()["behind"]
        if not known and not (distinct and _is_titled(text, start, end)):
            return False
    before = _BEFORE.search(text, max(0, start - _MAX_WORD_CHARS), start)
    if before is None or not before["word"][0].isupper() or before.end("word") in ends:
        return True
    word = before["word"]
    if word.endswith(("'s", "’s", "s'", "s’")) or _INITIAL.fullmatch(word) or _is_small(word):
        return True
    if _plain(word) in _beside()["opening"] or _plain(word) in _beside()["title"]:
        return True
    called = knowledge.subjects[mention.entry.id].names if mention.entry.id in knowledge.subjects else ()
    if any(word in name.split() for name in called):
        return True
    return distinct and (_begins(text, before.start()) or _is_titled(text, start, end))


def _begins(text: str, at: int) -> bool:
    """Tell whether a sentence begins there, so that a capital says nothing."""
    return re.search(r"(?:^|[\n.!?:;|(\[\"“*_>•–—-])\s*[*_\"“(\[]*$", text[max(0, at - 6) : at]) is not None


def _is_titled(text: str, start: int, end: int) -> bool:
    """Tell whether the line is written as a title, where every word has a capital."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    line = text[max(first, start - 80) : start] + text[end : min(len(text) if last < 0 else last, end + 80)]
    long = _LONG_WORD.findall(line)
    return len(line) < 100 and len(long) > 0 and all(word[0].isupper() for word in long)


def _is_small(word: str) -> bool:
    return _plain(word) in _small()


def _plain(word: str) -> str:
    return word.casefold().rstrip(".,’'")


@cache
def _small() -> frozenset[str]:
    """Return the words that do something in a sentence by themselves."""
    return frozenset(
        first for first, phrases in function_words().items() if any(len(each.words) == 1 for each in phrases)
    )


@cache
def _beside() -> Mapping[str, frozenset[str]]:
    lists = grammar_file("beside")
    return {name: frozenset(word.strip() for word in text.split("|")) for name, text in lists.items()}
