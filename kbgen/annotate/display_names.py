"""Names for people: of subjects, as lexicons and notes call them, and of properties, out of their keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kbgen.facts.fact import Lexicon

_WORD = re.compile(r"[A-Za-z0-9]+")


class DisplayNames:
    """What subjects and properties are called.

    Parameters
    ----------
    lexicons
        Of the sources of facts, those believed first before the others.
    titles
        Of notes, by the subject that they declare facts about.
    """

    def __init__(self, lexicons: Iterable[Lexicon], titles: Mapping[str, str]) -> None:
        self.subjects: dict[str, str] = dict(titles)
        self.known: dict[str, str] = {}
        """Every name in lower case, to its subject."""
        self.sorts: dict[str, str] = {}
        self._parts: dict[str, str] = {}
        self._cased: dict[str, str] = {}
        for book in reversed(list(lexicons)):
            for name in book.subjects:
                self.subjects[name.id] = name.names[0]
                self.sorts[name.id] = name.sort
                self.known |= {each.casefold(): name.id for each in name.names}
            self._parts |= {part.id: part.names[0] for part in book.parts}
            for term in book.terms:
                for phrase in (*term.words, *term.labels, *term.units):
                    self._learn(phrase)
        for called in self.subjects.values():
            self._learn(called)

    def _learn(self, phrase: str) -> None:
        """Remember how words are written that have capitals of their own: GPU, MACs."""
        for word in _WORD.findall(phrase):
            if word[1:] != word[1:].lower():
                self._cased.setdefault(word.casefold(), word)

    def subject(self, id_: str) -> str:
        """Return what a subject is called.

        >>> DisplayNames([], {}).subject("alexnet.one-gpu")
        'Alexnet one gpu'
        """
        if id_ in self.subjects:
            return self.subjects[id_]
        root, _, rest = id_.partition(".")
        if rest and root in self.subjects:
            return f"{self.subjects[root]}, {rest.replace('-', ' ')}"
        words = id_.replace(".", " ").replace("-", " ")
        return words[:1].upper() + words[1:]

    def property(self, name: str) -> str:
        """Return what a property is called.

        >>> DisplayNames([], {}).property("conv1.top5_test_error")
        'conv1 top-5 test error'
        """
        part, _, last = name.rpartition(".")
        words = [self._word(word) for word in last.split("_")]
        return " ".join([*([self._parts.get(part, part)] if part else []), *words])

    def _word(self, word: str) -> str:
        return self._cased.get(word, re.sub(r"(?<=[a-z])(?=\d)", "-", word))

    def heading(self, name: str) -> str:
        """Return what a property is called at the head of a column."""
        words = self.property(name)
        return words[:1].upper() + words[1:]
