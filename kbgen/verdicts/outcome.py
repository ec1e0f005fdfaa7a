"""What came of verifying: findings with their files, the facts they were held against, and what is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from kbgen import pipeline
from kbgen.claims.claim import LOOSE
from kbgen.config import Config
from kbgen.diagnostics import Severity
from kbgen.facts.fact import Fact, Kind
from kbgen.facts.sources.loading import SourceFailure
from kbgen.quantities.extraction import quantities
from kbgen.targets import Target
from kbgen.verification.finding import Coverage, Finding
from kbgen.verification.note_result import UnreadNumber
from kbgen.verification.verifying import Verification


class LocatedFinding(Struct, frozen=True):
    """A finding in its file."""

    finding: Finding
    file: Path
    shown: str
    """The path of the file as seen from the working directory."""
    fact: Fact | None = None
    """What it was held against."""
    known: bool = False
    """Whether the baseline lists it."""

    @property
    def refuted(self) -> bool:
        """Whether it is wrong, and news."""
        return self.finding.verdict == "refuted" and not self.known

    @property
    def loose(self) -> bool:
        """Whether no construction binds it to what it may be about, so that it was not judged."""
        return self.finding.verdict == "not enough info" and self.finding.binding == LOOSE

    @property
    def severity(self) -> Severity:
        """How bad it is; what is known is worth a remark."""
        return "info" if self.known else self.finding.severity

    @property
    def key(self) -> str:
        """Subject and property in one name."""
        return f"{self.finding.subject}.{self.finding.property}"


class LocatedNumber(Struct, frozen=True):
    """A number that was not read as a claim, and the path of its file as seen from the working directory."""

    shown: str
    unread: UnreadNumber


class Outcome(Struct, frozen=True):
    """All that came of verifying a vault, or notes each by itself."""

    findings: tuple[LocatedFinding, ...]
    coverage: Coverage
    failures: tuple[SourceFailure, ...] = ()
    missed: tuple[LocatedNumber, ...] = ()
    looked_at: tuple[Path, ...] = ()
    """The vault, or the notes."""

    def count(self, verdict: str, *, known: bool = False) -> int:
        """Count findings with a verdict, the known ones alone or the others."""
        return sum(each.finding.verdict == verdict and each.known == known for each in self.findings)


def outcome(
    config: Config,
    target: Target,
    cwd: Path,
    *,
    jobs: int = 0,
    use_cache: bool = True,
    live: bool = False,
    progress: Callable[[str, int, int], None],
) -> Outcome:
    """Verify, and give each finding its file.

    Parameters
    ----------
    config
        The settings.
    target
        A vault, or notes; each of these is verified by itself, so that two with one name stay two.
    cwd
        From where paths are shown.
    jobs, use_cache, live, progress
        As for :func:`kbgen.pipeline.verify`.
    """
    if not target.notes:
        found = pipeline.verify(config, jobs=jobs, use_cache=use_cache, live=live, progress=progress)
        files = {path: _as_named(file, config.vault / path) for path, file in found.files.items()}
        return _merged([replace(found, files=files)], (config.vault,), cwd)
    parts: list[Verification] = []
    for number, note in enumerate(target.notes):
        progress("verify", number, len(target.notes))
        parts.append(pipeline.verify(config, notes=[note], live=live))
    return _merged(parts, target.notes, cwd)


def _as_named(file: Path, named: Path) -> Path:
    """Return a note's file under the vault's own name, which may be that of a link."""
    return file if file == named or not named.exists() else named


def _merged(parts: Sequence[Verification], looked_at: tuple[Path, ...], cwd: Path) -> Outcome:
    findings = [each for found in parts for each in _placed(found, cwd)]
    missed = [
        LocatedNumber(file_relative_to_cwd(cwd, found.files[each.path], each.path), each)
        for found in parts
        for each in found.unread
    ]
    return Outcome(
        tuple(sorted(findings, key=lambda each: (each.finding.sort_key(), each.shown))),
        Coverage(sum(found.coverage.seen for found in parts), sum(found.coverage.claimed for found in parts)),
        # Each note asks the same sources.
        tuple(dict.fromkeys(failure for found in parts for failure in found.failures)),
        tuple(missed),
        looked_at,
    )


def _placed(found: Verification, cwd: Path) -> Iterator[LocatedFinding]:
    facts: dict[tuple[str, str], list[Fact]] = {}
    for fact in found.facts:
        facts.setdefault((fact.subject, fact.property), []).append(fact)
    for finding in found.findings:
        file = found.files[finding.path]
        known = facts.get((finding.subject, finding.property), [])
        yield LocatedFinding(
            finding, file, file_relative_to_cwd(cwd, file, finding.path), _held_against(finding, known)
        )


def file_relative_to_cwd(cwd: Path, file: Path, path: str) -> str:
    """Return the path that an editor or a terminal finds; for a file somewhere else, that in its vault."""
    return file.relative_to(cwd).as_posix() if file.is_relative_to(cwd) else path


def _held_against(finding: Finding, facts: Sequence[Fact]) -> Fact | None:
    for fact in facts:
        if any(value.value == finding.reference for value in fact.values()):
            return fact
    if finding.derivation != "arithmetic":
        return None
    # The text was held against itself: this fact is nobody's but the finding's.
    return Fact(
        subject=finding.subject,
        property=finding.property,
        value=finding.reference,
        unit=finding.unit,
        kind=_kind(finding),
        accepted=(),
        derivation="arithmetic",
        evidence=finding.evidence,
        source=finding.source,
    )


def _kind(finding: Finding) -> Kind:
    if finding.subject == "text" and finding.property == "count":
        return "discrete"
    form = next((quantity.form for quantity in quantities(finding.text)), "number")
    if form == "percent" or (form == "points" and finding.subject == "text"):
        return "rate"
    return "points" if form == "points" else "duration" if form == "duration" else "quantity"
