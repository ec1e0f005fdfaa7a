"""Check the public part of a vault, and say what is known of each of its figures.

It is given the public vault and nothing else, so that no private note can be evidence for a public one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec import Struct

from kbgen.annotate.blocks import EMPTY_EVIDENCE, BlockResolver
from kbgen.annotate.display_names import DisplayNames
from kbgen.bucket import Bucket
from kbgen.claims.claim import LOOSE
from kbgen.config import Config
from kbgen.diagnostics import Diagnostic, Fault, diagnostic
from kbgen.facts.fact import Fact
from kbgen.facts.sources.loading import configured
from kbgen.facts.sources.memory import KnownMemory
from kbgen.facts.wording import format_fact
from kbgen.links.model import LinkedNote
from kbgen.links.publish import PublicVault, listed
from kbgen.locales.locale import ENGLISH, Locale, find_locale
from kbgen.notes.formulas import with_formulas_as_text
from kbgen.notes.model import Binding, Mark
from kbgen.notes.statements import words
from kbgen.site.annotations import (
    Annotations,
    ClaimCounts,
    Filling,
    NoteFigures,
    UnknownBinding,
    UnlinkedFact,
)
from kbgen.site.views import AnnotatedFigure
from kbgen.vault.paths import VaultPath
from kbgen.verification.finding import Finding
from kbgen.verification.verifying import Verification, facts_only, verify_notes

_ITSELF = "text"
"""Subject of a claim that was held against its own text."""

_CONTEXT = 70
"""Characters of its statement that are shown on either side of a figure."""


class CollectedAnnotations(Struct, frozen=True):
    """What came of checking."""

    annotations: Annotations
    marks: Mapping[VaultPath, tuple[Mark, ...]]
    diagnostics: tuple[Diagnostic, ...]
    """Bindings that name nothing that is known."""


NOTHING = CollectedAnnotations(Annotations(), {}, ())


class Checkable(Struct, frozen=True):
    """The notes of the public vault, as they are checked."""

    notes: Mapping[VaultPath, LinkedNote]
    """All of them, in order; they are looked up where they are needed."""
    listed: Mapping[VaultPath, LinkedNote]
    """Those that lists may name, none of whose links leads to any other."""
    titles: Mapping[VaultPath, str]
    bound: Sequence[VaultPath]
    """Those that ask for facts, in order."""
    versions: Mapping[VaultPath, bytes] | None = None
    """What tells two versions of each listed note apart, where that is known without looking."""


def checkable(public: PublicVault) -> Checkable:
    """Return a public vault as it is checked."""
    bound = [path for path, note in public.notes.items() if note.compiled.bindings]
    titles = {path: note.title for path, note in public.notes.items()}
    return Checkable(public.notes, listed(public).notes, titles, bound)


def collect_annotations(
    config: Config,
    public: Checkable,
    workers: int = 1,
    bucket: Bucket | None = None,
    memory: KnownMemory | None = None,
) -> CollectedAnnotations:
    """Check a vault.

    Parameters
    ----------
    config
        Which sources to ask, and how strictly.
    public
        The public vault.
    workers
        Processes at most.
    bucket
        Keeps what came of each note for the next build.
    memory
        What the sources knew the last time.

    Raises
    ------
    ConfigError
        If a table of facts cannot be read.
    """
    if not public.bound and not config.verify.facts and not config.verify.tables:
        return NOTHING
    # A note that no list names is evidence for nothing, and stands on no page of claims.
    found = verify_notes(
        config,
        public.listed,
        workers=workers,
        bucket=bucket,
        versions=public.versions,
        memory=memory,
        tell_unread=False,
    )
    if not found.findings and not public.bound:
        return NOTHING
    return _Collector(public, found, find_locale(config.language)).all()


class _Collector:
    """Says what is known, note by note, and counts the entries."""

    def __init__(self, public: Checkable, found: Verification, locale: Locale = ENGLISH) -> None:
        self._public = public
        self._locale = locale
        self._found = found
        self._findings: dict[VaultPath, list[Finding]] = {}
        for finding in filter(_is_shown, found.findings):
            self._findings.setdefault(finding.path, []).append(finding)
        self._display_names = _display_names(public, found)
        self._library = BlockResolver(found.facts, self._display_names, found.known, locale)
        self._number = 0
        self._marks: dict[VaultPath, tuple[Mark, ...]] = {}
        self._diagnostics: list[Diagnostic] = []

    def all(self) -> CollectedAnnotations:
        paths = sorted({*self._findings, *self._public.bound})
        notes = {path: self._note(self._public.notes[path]) for path in paths}
        evidence = [each for figures in notes.values() for each in figures.all()]
        verdicts = Counter(each.verdict for each in evidence if not each.filled)
        return CollectedAnnotations(
            Annotations(
                notes,
                ClaimCounts(
                    numbers=self._found.coverage.seen,
                    read=self._found.coverage.claimed,
                    supported=verdicts["supported"],
                    refuted=verdicts["refuted"],
                    unknown=verdicts["not enough info"],
                    filled=sum(each.filled for each in evidence),
                ),
                tuple(failure.name for failure in self._found.failures),
            ),
            self._marks,
            tuple(self._diagnostics),
        )

    def _note(self, note: LinkedNote) -> NoteFigures:
        findings = self._findings.get(note.path, [])
        places: list[tuple[int, int, Finding | int]] = [
            *((each.line, each.column, each) for each in findings),
            *((each.line, each.column, index) for index, each in enumerate(note.compiled.bindings)),
        ]
        spans: dict[tuple[int, int, int], list[AnnotatedFigure]] = {}
        properties: dict[tuple[int, int], list[AnnotatedFigure]] = {}
        bindings: dict[int, Filling] = {}
        for _, _, what in sorted(places, key=lambda place: place[:2]):
            if isinstance(what, int):
                bindings[what] = self._filling(note, note.compiled.bindings[what])
            elif what.statement >= 0:
                evidence = self._evidence(note, what)
                spans.setdefault((what.statement, what.start, what.end), []).append(evidence)
            else:
                evidence = self._evidence(note, what)
                properties.setdefault(_value_of(note, what), []).append(evidence)
        self._marks[note.path] = tuple(Mark(*span, number) for number, span in enumerate(spans))
        return NoteFigures(
            tuple(map(tuple, spans.values())),
            {place: tuple(claims) for place, claims in properties.items()},
            tuple(bindings[index] for index in range(len(bindings))),
        )

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _evidence(self, note: LinkedNote, finding: Finding) -> AnnotatedFigure:
        before, after = _context(note, finding)
        return AnnotatedFigure(
            number=self._next(),
            verdict=finding.verdict,
            text=" ".join(finding.text.split()),
            about=self._about(finding.subject, finding.property),
            reference=self._reference(finding),
            how=finding.derivation,
            evidence=_derivation(finding.evidence),
            source=self._source(finding.source),
            message=finding.remark,
            before=before,
            after=after,
        )

    def _about(self, subject: str, name: str) -> str:
        if subject == _ITSELF:
            return ""
        return f"{self._display_names.subject(subject)}: {self._display_names.property(name)}"

    def _reference(self, finding: Finding) -> str:
        if not finding.reference or finding.derivation == "arithmetic":
            return finding.reference.replace(" > ", " → ") if finding.operator == "order" else ""
        fact = self._library.by_key.get(f"{finding.subject}.{finding.property}")
        if fact is None:
            return finding.reference
        return self._shown(fact, finding.reference)

    def _shown(self, fact: Fact, value: str = "") -> str:
        return format_fact(fact, value, on_page=True, locale=self._locale)

    def _source(self, source: str) -> str:
        """Return a source as readers know it: notes by their titles."""
        path, line, _ = source.partition(", line ")
        title = self._public.titles.get(VaultPath(path)) if line else None
        if title is None:
            return source
        # Translators: where a fact comes from.
        return self._locale.gettext("the note “%(title)s”") % {"title": title}

    def _filling(self, note: LinkedNote, binding: Binding) -> Filling:
        if binding.kind == "block":
            block = self._library.block(binding.text)
            if isinstance(block, UnknownBinding):
                self._report_unknown(note, binding, block.message, "")
            return block
        fact = self._library.by_key.get(binding.text)
        if fact is None:
            near = self._library.nearest_key(binding.text)
            message = f"No fact is called {binding.text!r}."
            hint = f"Is {near!r} meant?" if near else ""
            self._report_unknown(note, binding, message, hint)
            return UnknownBinding(f"{message} {hint}".strip())
        return UnlinkedFact(self._shown(fact)) if note.compiled.publishing.unlisted else self._filled(fact)

    def _filled(self, fact: Fact) -> AnnotatedFigure:
        return AnnotatedFigure(
            number=self._next(),
            verdict="supported",
            text=self._shown(fact),
            about=self._about(fact.subject, fact.property),
            reference=self._shown(fact),
            how=fact.derivation,
            evidence=_derivation(fact.evidence),
            source=self._source(fact.source),
            message="",
            filled=True,
        )

    def _report_unknown(self, note: LinkedNote, binding: Binding, message: str, hint: str) -> None:
        fault = Fault("KB135", binding.line, binding.column, message, hint)
        self._diagnostics.append(diagnostic(note.path, fault))


_FIGURE = re.compile(r"[-+]?\d|\.\.")


def _is_shown(finding: Finding) -> bool:
    """Tell whether the site marks a claim: one that is bound, about a figure or an order."""
    figure = finding.operator in {"order", "shape"} or _FIGURE.match(finding.claimed) is not None
    return finding.binding != LOOSE and (figure or not finding.claimed)


def _display_names(public: Checkable, found: Verification) -> DisplayNames:
    """Return what everything is called; what the notes declare is called by their titles."""
    titles = {
        fact.subject: public.titles[fact.path]
        for fact in found.facts
        if fact.path is not None and fact.path in public.titles
    }
    return DisplayNames([each.lexicon for each in found.known if not each.subject_of], titles)


def _value_of(note: LinkedNote, finding: Finding) -> tuple[int, int]:
    """Return which value of which property a finding is about, by where it stands."""
    places = [
        (index, number)
        for index, item in enumerate(note.compiled.properties)
        for number, value in enumerate(item.values)
        if (value.line or item.line) == finding.line
    ]
    values = note.compiled.properties
    return next(
        (place for place in places if finding.text in values[place[0]].values[place[1]].text),
        places[0] if places else (0, 0),
    )


def _context(note: LinkedNote, finding: Finding) -> tuple[str, str]:
    if finding.statement < 0:
        index, number = _value_of(note, finding)
        item = note.compiled.properties[index]
        before, _, after = (item.values[number].text if item.values else "").partition(finding.text)
        label = f"{item.name}: "
    else:
        content = note.content
        statement = content.statements[finding.statement]
        text = words(content, statement)
        before = with_formulas_as_text(text, statement.formulas, 0, finding.start)
        after, label = with_formulas_as_text(text, statement.formulas, finding.end, len(text)), ""
    if len(before) > _CONTEXT:
        before = "…" + before[-_CONTEXT:].partition(" ")[2]
    if len(after) > _CONTEXT:
        after = after[:_CONTEXT].rpartition(" ")[0] + "…"
    return label + before, after


def _derivation(evidence: str) -> str:
    return "" if evidence in EMPTY_EVIDENCE else evidence


def unknown_bindings(config: Config, public: PublicVault) -> Sequence[Diagnostic]:
    """Return a finding for each binding that names nothing that is known; no claim is read for it."""
    notes = checkable(public)
    if not notes.bound:
        if config.verify.sources:  # a wrong setting is told by every command that may ask
            configured(config.verify)
        return ()
    return _Collector(notes, facts_only(config, notes.listed)).all().diagnostics
