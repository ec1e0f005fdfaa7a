"""Verify texts: ask the sources, read each text, hold its claims against what is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from kbgen.bucket import Bucket
from kbgen.config import Config
from kbgen.facts.fact import Fact, by_property
from kbgen.facts.sources.loading import SourceFailure, load
from kbgen.facts.sources.memory import KnownMemory
from kbgen.facts.sources.source import Known
from kbgen.links.model import LinkedNote, LinkedVault
from kbgen.settings.values import share
from kbgen.vault.paths import VaultPath
from kbgen.verification.finding import Coverage, Finding
from kbgen.verification.note_result import NoteResult, UnreadNumber
from kbgen.verification.result_cache import ResultCache

if TYPE_CHECKING:
    from kbgen.verification.bindings import Bindings

# ruff: noqa: PLC0415 - where all is known from the last time, neither grammar nor parser need be loaded


class Verification(Struct, frozen=True):
    """What came of verifying some texts."""

    findings: tuple[Finding, ...]
    coverage: Coverage
    failures: tuple[SourceFailure, ...]
    unread: tuple[UnreadNumber, ...]
    """Numbers that are no part of any claim."""
    facts: tuple[Fact, ...] = ()
    """All that was known."""
    known: tuple[Known, ...] = ()
    """The same by source, in the order in which they are believed."""
    files: Mapping[VaultPath, Path] = {}
    """Where the notes lie: the disk may spell a name in another way than its path does."""


def verify_vault(
    config: Config,
    vault: LinkedVault,
    *,
    files: Mapping[VaultPath, Path] | None = None,
    live: bool = False,
    workers: int = 1,
    bucket: Bucket | None = None,
) -> Verification:
    """Verify all notes of a vault, each with what the others declare.

    Parameters
    ----------
    config
        Which sources to ask, and how strictly.
    vault
        The vault, or its public part.
    files
        Where its notes lie, where that is not told by their paths.
    live
        Whether sources that can run something shall confirm their facts first.
    workers
        Processes at most. What has run something stays in one: its threads would be missing in a fork.
    bucket
        Where what came of each note is kept for the next time.

    Returns
    -------
    Verification
        Findings by path, line and column.
    """
    places = files or {path: config.vault / path for path in vault.notes}
    found = verify_notes(config, vault.notes, live=live, workers=workers, bucket=bucket)
    return replace(found, files=places)


def verify_alone(config: Config, files: Sequence[Path], *, live: bool = False) -> Verification:
    """Verify single files, each by itself.

    Parameters
    ----------
    config, live
        As for :func:`verify_vault`.
    files
        The notes.

    Raises
    ------
    VaultError
        If one is not there or is no note.
    """
    from kbgen.verification.single_note import single_note

    found: list[Verification] = []
    paths: list[VaultPath] = []
    for file in files:
        note = single_note(config, file)
        paths.append(note.path)
        found.append(verify_notes(config, {note.path: note}, live=live))
    return Verification(
        tuple(sorted((f for each in found for f in each.findings), key=Finding.sort_key)),
        Coverage(sum(each.coverage.seen for each in found), sum(each.coverage.claimed for each in found)),
        found[0].failures if found else (),
        tuple(each for one in found for each in one.unread),
        found[0].facts if found else (),
        found[0].known if found else (),
        files=dict(zip(paths, files, strict=True)),
    )


def verify_notes(
    config: Config,
    notes: Mapping[VaultPath, LinkedNote],
    *,
    live: bool = False,
    workers: int = 1,
    bucket: Bucket | None = None,
    versions: Mapping[VaultPath, bytes] | None = None,
    memory: KnownMemory | None = None,
    tell_unread: bool = True,
) -> Verification:
    """Verify some notes, each with what the others declare.

    Parameters
    ----------
    config, live, workers, bucket
        As for :func:`verify_vault`.
    notes
        The notes; of those that are remembered none is looked up.
    versions
        What tells two versions of each note apart, where that is known without looking.
    memory
        What the sources knew the last time.
    tell_unread
        Whether to say which numbers are part of no claim, and not only how many.
    """
    known, failures = ask(config, notes, live=live, memory=memory)
    tolerances = {key: share(text) for key, text in config.verify.tolerance.items()}
    cache = ResultCache(bucket, known, tolerances, tell_unread=tell_unread)
    missing = cache.missing(notes, versions)
    made = _checked(
        [notes[path] for path in missing], known, tolerances, 1 if live else workers, tell_unread=tell_unread
    )
    results = cache.completed(dict(zip(missing, made, strict=True)))
    return Verification(
        tuple(sorted((each for result in results for each in result.findings), key=Finding.sort_key)),
        Coverage(sum(result.seen for result in results), sum(result.claimed for result in results)),
        tuple(failures),
        tuple(each for result in results for each in result.missed),
        tuple(by_property(fact for each in known for fact in each.facts)),
        tuple(known),
    )


def _checked(
    notes: Sequence[LinkedNote],
    known: Sequence[Known],
    tolerances: Mapping[str, Decimal],
    workers: int,
    *,
    tell_unread: bool,
) -> Sequence[NoteResult]:
    if not notes:
        return ()
    from kbgen.verification.parallel import check_notes

    return check_notes(notes, known, tolerances, workers, tell_unread=tell_unread)


def bindings_of_vault(config: Config, vault: LinkedVault, *, files: Mapping[VaultPath, Path]) -> Bindings:
    """Return what the grammar binds in a vault without facts; the parameters are those of `verify_vault`."""
    from kbgen.verification.bindings import Bindings, bindings

    places = files or {path: config.vault / path for path in vault.notes}
    return Bindings(bindings(vault.notes.values()), places)


def bindings_alone(config: Config, file: Path) -> Bindings:
    """Return what the grammar binds in a note that is read by itself, as for :func:`verify_alone`."""
    from kbgen.verification.bindings import Bindings, bindings
    from kbgen.verification.single_note import single_note

    note = single_note(config, file)
    return Bindings(bindings([note]), {note.path: file})


def facts_only(
    config: Config, notes: Mapping[VaultPath, LinkedNote], memory: KnownMemory | None = None
) -> Verification:
    """Return what is known, and read nothing; the parameters are those of :func:`verify_notes`."""
    known, failures = ask(config, notes, memory=memory)
    facts = tuple(fact for each in known for fact in each.facts)
    return Verification((), Coverage(0, 0), tuple(failures), (), tuple(by_property(facts)), tuple(known))


def ask(
    config: Config,
    notes: Mapping[VaultPath, LinkedNote],
    *,
    live: bool = False,
    memory: KnownMemory | None = None,
) -> tuple[list[Known], list[SourceFailure]]:
    """Ask the sources of the config what they know; the user's tables come first.

    Parameters
    ----------
    config
        Names sources and tables.
    notes
        Those that may declare something.
    live
        Whether sources that can run something shall confirm their facts so.
    memory
        What they knew the last time.

    Raises
    ------
    ConfigError
        If a setting of a source is wrong, or a table cannot be read.
    """
    return load(config.verify, notes, live=live, memory=memory)
