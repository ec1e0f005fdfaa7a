"""Find the phrases of a lexicon in a text: longest first, whatever their case, hyphens or plural.

Words and numbers are told apart, so ``Conv1``, ``conv 1`` and ``CONV-1`` are one phrase, and ``Conv10`` is
another. The time is that of reading the text, however many phrases there are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Generic, TypeVar

from msgspec import Struct

Entry = TypeVar("Entry")

_WORD = re.compile(r"[^\W\d_]+(?:\.(?=[^\W\d_]\.))?|\d+")
_LETTERS = re.compile(r"[^\W\d_][^\W\d_]*")  # so, and not with a plus, the first is looked for by its class
_GAP = re.compile(r"(?:[’']s?(?=\s))?[ \t\n\u00a0\u2009\u202f\-‐‑_./’'&]{0,3}")


class Mention(Struct, Generic[Entry], frozen=True):
    """A phrase in a text."""

    start: int
    end: int
    entry: Entry


class Phrasebook(Generic[Entry]):
    """Phrases, each with what it stands for; one phrase may stand for several things.

    Examples
    --------
    >>> book = Phrasebook([("top-5 error", "rate"), ("parameters", "parameters"), ("Conv1", "conv1")])
    >>> [(m.entry, m.start, m.end) for m in book.find("Top 5 errors; Conv 1's parameter, conv10")]
    [('rate', 0, 12), ('conv1', 14, 20), ('parameters', 23, 32)]
    """

    def __init__(self, phrases: Iterable[tuple[str, Entry]]) -> None:
        self._trie: dict[str, dict[str, object]] = {}
        self._entries: dict[int, list[Entry]] = {}
        for phrase, entry in phrases:
            node: dict[str, object] = self._trie  # type: ignore[assignment]
            for word in _words(phrase):
                node = node.setdefault(word[0], {})  # type: ignore[assignment]
            if node is not self._trie:
                found = self._entries.setdefault(id(node), [])
                if entry not in found:
                    found.append(entry)

    def find(self, text: str) -> Iterator[Mention[Entry]]:
        """Yield the mentions in a text, longest phrase first at each place; they do not overlap."""
        trie = self._trie
        words = _words(text)
        index = 0
        while index < len(words):
            node: object = trie.get(words[index][0])
            if node is None:  # as most
                index += 1
                continue
            best: tuple[int, list[Entry]] | None = None
            at = index
            while isinstance(node, dict):
                if id(node) in self._entries:
                    best = at, self._entries[id(node)]
                at += 1
                if at == len(words) or not _GAP.fullmatch(text, words[at - 1][2], words[at][1]):
                    break
                if len(words[at - 1][0]) == 1 and words[at][0].isdigit() and text[words[at - 1][2]] == " ":
                    break  # "a 100" is not A100
                node = node.get(words[at][0])
            if best is None:
                index += 1
                continue
            end, entries = best
            for entry in entries:
                yield Mention(words[index][1], words[end][2], entry)
            index = end + 1


def _words(text: str) -> list[tuple[str, int, int]]:
    return [(stem(found[0]), *found.span()) for found in _WORD.finditer(text)]


def stems(text: str) -> list[str]:
    """Return the words of a text, each without case, accents and plural.

    Examples
    --------
    >>> stems("VGG-16's layers")
    ['vgg', '16', 's', 'layer']
    """
    return [word for word, _, _ in _words(text)]


@lru_cache(maxsize=1 << 15)  # texts of one vault share most of their words
def stem(word: str) -> str:
    """Return a word without case, accents and plural.

    Examples
    --------
    >>> [stem(word) for word in ("Filters", "classes", "GPUs", "Élysée", "bias", "CNNs", "boxes", "loss")]
    ['filter', 'class', 'gpu', 'elysee', 'bias', 'cnn', 'box', 'loss']
    """
    plain = word.casefold()
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    if len(plain) > 3 and plain.endswith(("sses", "xes", "ches", "shes")):
        return plain[:-2]
    if len(plain) > 4 and plain.endswith("ies"):
        return plain[:-3] + "y"
    if (
        plain.endswith("s")
        and len(plain) > 1
        and not plain.endswith(("ss", "is", "as"))
        and (len(plain) < 5 or plain[-2] != "u")
    ):
        return plain[:-1]
    return plain


@lru_cache(maxsize=4)
def letters(text: str) -> Sequence[str]:
    """Return the runs of letters in a text, without case; a note is asked for them more than once.

    Examples
    --------
    >>> letters("AlexNet's GTX580")
    ['alexnet', 's', 'gtx']
    """
    return _LETTERS.findall(text.casefold())
