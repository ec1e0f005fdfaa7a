"""Verify texts: ask the sources, read each text, hold its claims against what is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from kbgen.config import CONFIG_NAME, Config, share
from kbgen.errors import VaultError
from kbgen.facts.fact import Fact
from kbgen.facts.sources.loading import Failure, Known, Texts, load
from kbgen.facts.sources.tables import read_tables
from kbgen.links.model import UNRESOLVED, LinkedNote, LinkedVault
from kbgen.notes.compiler import compile_note
from kbgen.notes.model import CompileOptions
from kbgen.processes import shared
from kbgen.vault.paths import VaultPath, stem_of
from kbgen.verification.bindings import Bindings, bindings
from kbgen.verification.checking import Checker, subjects_of
from kbgen.verification.coverage import Unread, unread
from kbgen.verification.finding import Coverage, Finding
from kbgen.verification.placing import findings

__all__ = [
    "Bindings",
    "Unread",
    "Verification",
    "bindings_alone",
    "bindings_of_vault",
    "known_alone",
    "subjects_of",
    "verify_alone",
    "verify_vault",
]


class Verification(Struct, frozen=True):
    """What came of verifying some texts."""

    findings: tuple[Finding, ...]
    coverage: Coverage
    failures: tuple[Failure, ...]
    unread: tuple[Unread, ...]
    """Numbers that are no part of any claim."""
    facts: tuple[Fact, ...] = ()
    """All that was known."""
    known: tuple[Known, ...] = ()
    """The same by source, in the order in which they are believed."""
    files: Mapping[VaultPath, Path] = {}
    """Where the notes lie: the disk may spell a name in another way than its path does."""


class _Part(Struct, frozen=True):
    """What came of some of the notes."""

    findings: list[Finding]
    missed: list[Unread]
    seen: int


_CHUNK = 400
_WORTH_A_PROCESS = 1_000
"""Notes from which another process saves more than it takes to begin."""


def verify_vault(
    config: Config,
    vault: LinkedVault,
    *,
    files: Mapping[VaultPath, Path] | None = None,
    live: bool = False,
    workers: int = 1,
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

    Returns
    -------
    Verification
        Findings by path, line and column.
    """
    notes = list(vault.notes.values())
    places = files or {note.path: config.vault / note.path for note in notes}
    found = _verify(config, notes, live=live, workers=workers)
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
    found: list[Verification] = []
    paths: list[VaultPath] = []
    for file in files:
        note = _alone(config, file)
        paths.append(note.path)
        found.append(_verify(config, [note], live=live))
    return Verification(
        tuple(sorted((f for each in found for f in each.findings), key=Finding.sort_key)),
        Coverage(sum(each.coverage.seen for each in found), sum(each.coverage.claimed for each in found)),
        found[0].failures if found else (),
        tuple(each for one in found for each in one.unread),
        found[0].facts if found else (),
        found[0].known if found else (),
        files=dict(zip(paths, files, strict=True)),
    )


def _alone(config: Config, file: Path) -> LinkedNote:
    if not file.is_file() or file.suffix.casefold() != ".md":
        raise VaultError(f"{file}: there is no such note", "name a folder, or a file that ends in .md")
    home = next(
        (up for up in file.absolute().parents if (up / CONFIG_NAME).is_file() or (up / ".obsidian").is_dir()),
        None,
    )
    path = VaultPath(file.absolute().relative_to(home).as_posix() if home else file.name)
    options = CompileOptions(
        hard_breaks=config.line_breaks != "soft",
        unsafe_html=config.unsafe_html,
        schemes=config.links.schemes,
    )
    compiled = compile_note(file.read_bytes(), options)
    links = tuple(UNRESOLVED for _ in compiled.links)
    title = compiled.publishing.title or stem_of(path)
    return LinkedNote(path, title, compiled, links, "")


def _verify(
    config: Config,
    notes: Sequence[LinkedNote],
    *,
    live: bool,
    workers: int = 1,
) -> Verification:
    known, failures = ask(config, notes, live=live)
    checker = Checker(known, {key: share(text) for key, text in config.verify.tolerance.items()})
    with shared(
        lambda span: _check(checker, notes[span.start : span.stop]),
        len(notes),
        chunk=_CHUNK,
        least=_WORTH_A_PROCESS,
        workers=1 if live else workers,
    ) as checked:
        parts = list(checked)
    found = [each for part in parts for each in part.findings]
    missed = [each for part in parts for each in part.missed]
    seen = sum(part.seen for part in parts)
    found.sort(key=Finding.sort_key)
    coverage = Coverage(seen, seen - len(missed))
    return Verification(
        *(tuple(found), coverage, tuple(failures), tuple(missed), tuple(checker.knowledge.all())),
        known=tuple(known),
    )


def _check(checker: Checker, notes: Iterable[LinkedNote]) -> _Part:
    found: list[Finding] = []
    missed: list[Unread] = []
    seen = 0
    for note in notes:
        checked = checker.check(note)
        if checked.judged:
            found += findings(note, checked.judged, checked.passages)
        missed += unread(note.path, checked.passages, checked.numbers, (claim for claim, _ in checked.judged))
        seen += sum(map(len, checked.numbers.values()))
    return _Part(found, missed, seen)


def bindings_of_vault(config: Config, vault: LinkedVault, *, files: Mapping[VaultPath, Path]) -> Bindings:
    """Return what the grammar binds in a vault without facts; the parameters are those of `verify_vault`."""
    places = files or {path: config.vault / path for path in vault.notes}
    return Bindings(bindings(vault.notes.values()), places)


def bindings_alone(config: Config, file: Path) -> Bindings:
    """Return what the grammar binds in a note that is read by itself, as for :func:`verify_alone`."""
    note = _alone(config, file)
    return Bindings(bindings([note]), {note.path: file})


def known_alone(config: Config, vault: LinkedVault) -> Verification:
    """Return what is known, and read nothing; the parameters are those of :func:`verify_vault`."""
    known, failures = ask(config, vault.notes.values())
    facts = tuple(fact for each in known for fact in each.facts)
    return Verification((), Coverage(0, 0), tuple(failures), (), facts, tuple(known))


def ask(
    config: Config, notes: Iterable[LinkedNote], *, live: bool = False
) -> tuple[list[Known], list[Failure]]:
    """Ask the sources of the config what they know; the user's tables come first.

    Parameters
    ----------
    config
        Names sources and tables.
    notes
        Those that may declare something.
    live
        Whether sources that can run something shall confirm their facts so.

    Raises
    ------
    ConfigError
        If a table cannot be read.
    """
    known, failures = load(config.verify.facts, Texts({note.path: note for note in notes}), live=live)
    if config.verify.tables:
        known.insert(0, read_tables(config.verify.tables))
    return known, failures
