"""What a passage is about by its place: the item or heading above it, else the note."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from kbgen.claims.grammar import phrase
from kbgen.claims.mention_detection import detect_mentions
from kbgen.claims.passages import Passage
from kbgen.claims.tokens import TaggedText, Token, tag_text
from kbgen.facts.knowledge import Knowledge

_NAME = re.compile(r"\w*[a-z\d][A-Z]|[A-Z]\w*\d|[A-Z]{2}")
"""What looks like the name of a thing wherever it stands: *OverFeat*, *R2D2*, *ZF*."""
_NUMBERING = re.compile(r"\A\s*(?:\(?\d{1,3}(?:\.\d{1,3})*[.):]?|[IVX]{1,4}\.|[A-Z]\.)\s+(?=\S)")


_PART = "d? m* P (?: K | G )* (?: $ | [{kjec] )"


class Scope(Struct, frozen=True):
    """What a passage is about where it does not say so itself."""

    subject: str = ""
    """Empty where nobody can tell."""
    also: tuple[str, ...] = ()
    """What else the same name may stand for: several sources may know the thing of the note."""
    firm: bool = False
    """Whether it can be nothing else."""
    near: bool = False
    """Whether the item or heading right above is its name."""
    part: str = ""
    """A part of the subject that stands above."""


class HeadingScope(Struct, frozen=True):
    """What a heading, a caption or an item says of what stands below it."""

    subject: str = ""
    part: str = ""
    blocks: bool = False
    """Whether it speaks of something that nobody knows, or of another implementation."""
    firm: bool = True
    another: bool = False
    """Whether it speaks of another implementation, or of an exercise."""


class Scopes:
    """The scopes of the passages of one note.

    Parameters
    ----------
    knowledge
        What is known, and the words for it.
    about
        The subjects of the note.
    title
        Its first heading, where that is of the first level.
    """

    def __init__(self, knowledge: Knowledge, about: Sequence[str], title: str = "") -> None:
        self.knowledge = knowledge
        self.title = title
        self.about = tuple(about)
        self._read: dict[str, HeadingScope] = {}
        self._of: dict[tuple[tuple[str, ...], tuple[str, ...]], Scope] = {}

    def of(self, passage: Passage) -> Scope:
        """Return the scope of a passage."""
        key = (passage.sections, passage.parents)
        if key not in self._of:
            self._of[key] = self._found(*key)
        return self._of[key]

    def _found(self, sections: Sequence[str], parents: Sequence[str]) -> Scope:
        part, firm = "", True
        levels = [*((words, True) for words in reversed(parents)), *((w, False) for w in reversed(sections))]
        known = bool(self.about) and bool(self.knowledge.facts_of(self.about[0]))
        for number, (words, item) in enumerate(levels):
            above = self.above(words, item=item)
            last = number + 1 == len(levels)
            if above.subject:
                # A title that names another thing than the note does was copied, or says what it is like.
                firm = firm and not (known and words == self.title and above.subject not in self.about)
                also = tuple(
                    each for each in self.about if above.subject in self.about and each != above.subject
                )
                return Scope(above.subject, also, firm and above.firm, near=not number, part=part)
            if above.blocks:
                return Scope()
            part = part or above.part
            firm = firm and (above.firm or (last and words == self.title and not above.another))
        if not self.about:
            return Scope(part=part)
        return Scope(self.about[0], self.about[1:], firm, part=part)

    def above(self, text: str, *, item: bool = False) -> HeadingScope:
        """Read a heading, or an item with others under it."""
        if text not in self._read:
            plain = _NUMBERING.sub("", text, count=1)
            line = tag_text(plain, 0, len(plain), detect_mentions(self.knowledge, plain))
            self._read[text] = HeadingScope(blocks=True) if line is None else self._said(line, item=item)
        return self._read[text]

    def _said(self, line: TaggedText, *, item: bool) -> HeadingScope:
        subjects = [token for token in line.tokens if "S" in token.tags]
        part = next((t for t in line.tokens if "P" in t.tags), None)
        ids = dict.fromkeys(each for token in subjects for each in token.ids("subject"))
        if not ids:
            return self._topic(line, part)
        one = next(iter(ids))
        whole = "(?: [SdmKVGTclj{}kYne/Li] )* $"
        another = any("v" in token.tags for token in line.tokens)
        if part and phrase(_PART).match(line.text) and not another:
            return HeadingScope(part=_id(part))
        if another:
            return HeadingScope(one if len(ids) == 1 else "", firm=False, blocks=len(ids) > 1)
        if len(ids) == 1 and phrase(f"[KGFLNYkjl]* d? m* V? S {whole}").match(line.text):
            variant = self.knowledge.qualified(one, detect_mentions(self.knowledge, line.words))
            return HeadingScope(variant or "", blocks=variant is None)
        if phrase("d? m* S (?: $ | [{kje] )").match(line.text):
            return HeadingScope(one, firm=not item or len(ids) == 1)
        if set(ids) <= set(self.about) and phrase("[uUdmlz]* S [uUdmlTKGbhr]* $").match(line.text):
            proper = [token for token in line.tokens[1:] if token.tags == "U"]
            return HeadingScope(one, firm=not proper)  # Why the Ada matters
        own = {self.knowledge.sort_of(each) for each in self.about} - {""}
        rivals = [each for each in ids if each not in self.about and self.knowledge.sort_of(each) in own]
        return HeadingScope(blocks=bool(rivals) or not own, firm=False, part=_id(part))

    def _topic(self, line: TaggedText, part: Token | None) -> HeadingScope:
        if any("v" in token.tags for token in line.tokens):
            return HeadingScope(firm=False, another=True)
        if any(
            "U" in token.tags and _NAME.match(line.words, token.start, token.end) for token in line.tokens
        ):
            return HeadingScope(blocks=True)
        if part and phrase(_PART).match(line.text):
            return HeadingScope(part=_id(part))
        known = all(set(token.tags) - {"u", "U"} for token in line.tokens)
        proper = [token for token in line.tokens[1:] if "U" in token.tags]
        return HeadingScope(firm=known or (len(line.tokens) > 1 and not proper))


def _id(part: Token | None) -> str:
    return next(iter(part.ids("part")), "") if part else ""
