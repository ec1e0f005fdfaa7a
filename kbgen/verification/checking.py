"""Check one text after another: read it, judge its claims by what is known, and hold it against itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache

from msgspec import Struct

from kbgen.claims.claim import Claim
from kbgen.claims.ignore_directives import without_ignored
from kbgen.claims.mention_detection import detect_mentions
from kbgen.claims.name_claims import name_claims
from kbgen.claims.orders import order_claims
from kbgen.claims.passages import Passage, passages_of
from kbgen.claims.reader import Reader
from kbgen.facts.knowledge import Knowledge, Sense
from kbgen.facts.slug import slug
from kbgen.facts.sources.source import Known
from kbgen.links.model import LinkedNote
from kbgen.notes.model import Content
from kbgen.phrases import Mention
from kbgen.quantities.extraction import may_hold
from kbgen.vault.paths import VaultPath, stem_of
from kbgen.verification.consensus import withdrawn
from kbgen.verification.coverage import Numbers, count_numbers, numbers
from kbgen.verification.judge import Judgement, judge, judge_against

Judged = tuple[Claim, Judgement]


class CheckedNote(Struct, frozen=True):
    """What came of one text."""

    passages: Sequence[Passage]
    judged: Sequence[Judged]
    numbers: Numbers
    """Where numbers stand."""
    seen: int
    """How many they are."""
    concerned: bool
    """Whether it is about, or may speak of, something that is known. Of all else nothing is asked but what
    :func:`kbgen.verification.result_cache.names` tells."""


class Checker:
    """Checks texts.

    Parameters
    ----------
    known
        What each source knows, in the order in which they are believed.
    tolerances
        Shares by key of a fact, that replace the slack of its kind.
    """

    def __init__(self, known: Sequence[Known], tolerances: Mapping[str, Decimal] | None = None) -> None:
        self.known = known
        self.tolerances = tolerances or {}
        self.knowledge = Knowledge(
            (fact for each in known for fact in each.facts), [each.lexicon for each in known]
        )
        self._subject_of: dict[VaultPath, str] = {}
        for each in known:
            self._subject_of.update(each.subject_of)
        self._declared = frozenset(self._subject_of.values())
        self._named: dict[str, str | None] = {}

    def check(self, note: LinkedNote, *, locate_numbers: bool = True) -> CheckedNote:
        """Read and judge one note.

        Parameters
        ----------
        note
            What to read.
        locate_numbers
            Whether to say where numbers stand, even if nothing else can be said; else they are counted.
        """
        declared = self._subject_of.get(note.path)
        words = _all_words(note)
        # All names in one look, those of the note too: most notes hold none.
        named_somewhere = self.knowledge.may_mention("\n".join((*_names_of(note), words)))
        subjects = subjects_of(note, self.knowledge, may_be_named=named_somewhere)
        # What another note declares under a name like this one's is not about this note.
        named = [s for s in subjects if s == declared or s not in self._declared]
        about = tuple(dict.fromkeys([*named, *([declared] if declared else [])]))
        has_facts = any(self.knowledge.facts_of(subject) for subject in about)
        concerned = (
            has_facts or (named_somewhere and self.knowledge.may_mention(words)) or self._leads_to_known(note)
        )
        if not concerned and not may_hold(words):
            # Without a number it can say nothing against itself.
            return CheckedNote((), (), {}, 0, concerned=False)
        if not (concerned or locate_numbers):
            content = note.content
            if not self._may_derive(content, words):
                return CheckedNote((), (), {}, count_numbers(note, content), concerned=False)
        texts = passages_of(note)
        places = numbers(texts)
        passages = without_ignored(note, texts)
        claims: list[Claim] = []
        if concerned:
            claims = self._claims(passages if has_facts else self._concerned(passages), about)
        judged = [
            (claim, judgement)
            for claim in claims
            if (judgement := judge(claim, self.knowledge, self.tolerances)) is not None
            and not _of_itself(judgement, note, claim)
        ]
        judged = withdrawn(judged)
        judged += self._against_itself(passages, claims, judged)
        return CheckedNote(texts, _distinct(judged), places, sum(map(len, places.values())), concerned)

    def _may_derive(self, content: Content, text: str) -> bool:
        """Tell whether a note that names nothing known may say anything against itself."""
        return any(
            each.may_derive is None or each.may_derive(content, text)
            for each in self.known
            if each.derive is not None
        )

    def _leads_to_known(self, note: LinkedNote) -> bool:
        """Tell whether a link of a note leads to something known."""
        return any(map(self._subject_of_link, [link.path for link in note.links if link.path is not None]))

    def _concerned(self, passages: Sequence[Passage]) -> list[Passage]:
        """Return the passages that something known is named in or above, and the tables that name it."""
        may_mention = cache(self.knowledge.may_mention)
        own = [
            may_mention(text.words) or any(self._subject_of_link(link.path) for link in text.links)
            for text in passages
        ]
        tables = {text.table for text, named in zip(passages, own, strict=True) if named and text.table >= 0}
        return [
            text
            for text, named in zip(passages, own, strict=True)
            if named or text.table in tables or any(map(may_mention, (*text.sections, *text.parents)))
        ]

    def _claims(self, passages: Sequence[Passage], about: Sequence[str]) -> list[Claim]:
        pairs = [(text, self._mentions(text)) for text in passages]
        claims: list[Claim] = []
        reader = Reader(self.knowledge, about, passages)
        for text, mentions in pairs:
            if not mentions and not text.heads:
                continue
            found = list(reader.claims(text, mentions))
            taken = [(claim.start, claim.end) for claim in found]
            claims += found
            claims += [
                claim
                for claim in name_claims(self.knowledge, reader, text, mentions)
                if not any(start <= claim.start and claim.end <= end for start, end in taken)
            ]
        return [*claims, *order_claims(self.knowledge, reader.scopes, pairs)]

    def _mentions(self, text: Passage) -> list[Mention[Sense]]:
        """Return what a passage mentions, its links under the names of the notes that they lead to."""
        found = detect_mentions(self.knowledge, text.words)
        for link in text.links:
            subject = self._subject_of_link(link.path)
            if subject and not any(
                m.entry.sort == "subject" and link.start <= m.start < link.end for m in found
            ):
                found.append(Mention(link.start, link.end, Sense("subject", subject)))
        return sorted(found, key=lambda m: (m.start, m.end)) if text.links else found

    def _subject_of_link(self, path: VaultPath) -> str | None:
        try:
            return self._named[path]
        except KeyError:
            known = self._subject_of.get(path)
            name = stem_of(path)
            named = self.knowledge.named(name) if not known and self.knowledge.may_mention(name) else ()
            found = self._named[path] = known or next(iter(named), None)
            return found

    def _against_itself(
        self, passages: Sequence[Passage], claims: Sequence[Claim], judged: Sequence[Judged]
    ) -> Iterator[Judged]:
        refuted = {(claim.passage, claim.start) for claim, what in judged if what.verdict == "refuted"}
        for each in self.known:
            for claim, fact in each.derive(passages, claims, self.knowledge) if each.derive else ():
                judgement = judge_against(claim, fact)
                if judgement is not None and (claim.passage, claim.start) not in refuted:
                    yield claim, judgement


def _all_words(note: LinkedNote) -> str:
    """Return all that a note says, in one piece, which is looked through faster than many."""
    compiled = note.compiled
    properties = [
        word for each in compiled.properties for word in (each.name, *(v.text for v in each.values))
    ]
    content = note.content
    return "\n".join((content.text, content.code, *properties))


def _names_of(note: LinkedNote) -> tuple[str, ...]:
    return note.title, stem_of(note.path), *note.compiled.aliases


def subjects_of(note: LinkedNote, knowledge: Knowledge, *, may_be_named: bool = True) -> tuple[str, ...]:
    """Return what a note is about: what its title or file name names, else its aliases, else itself.

    Parameters
    ----------
    note, knowledge
        The note, and what is known.
    may_be_named
        Whether a name of it may be that of something known.
    """
    for names in ((note.title, stem_of(note.path)), note.compiled.aliases) if may_be_named else ():
        found = [
            subject
            for name in dict.fromkeys(names)  # most titles are the names of their files
            if knowledge.may_mention(name)
            for subject in knowledge.named(name)
        ]
        if found:
            return tuple(dict.fromkeys(found))
    entitled = knowledge.subjects_titled(note.title)
    return entitled or (slug(note.title, "-"),)


def _of_itself(judgement: Judgement, note: LinkedNote, claim: Claim) -> bool:
    """Tell whether a property is held against what it declares itself."""
    fact = judgement.fact
    return fact is not None and claim.passage < 0 and fact.path == note.path


def _distinct(judged: Sequence[Judged]) -> list[Judged]:
    """Drop what is said twice of one place."""
    seen: set[tuple[int, int, int, tuple[str, str]]] = set()
    kept = []
    for claim, judgement in judged:
        place = (claim.passage, claim.start, claim.end, judgement.key)
        if place not in seen:
            seen.add(place)
            kept.append((claim, judgement))
    return kept
