"""What was found in a note is kept for the next time, while all that it depends on is the same."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from kbgen.config import load
from kbgen.facts.sources.source import Known
from kbgen.links.model import LinkedNote
from kbgen.pipeline import verify
from kbgen.verification import parallel
from kbgen.verification.note_result import NoteResult
from kbgen.verification.verifying import Verification

if TYPE_CHECKING:
    from tests.engine.conftest import Project

MOONS = '[[fact]]\nsubject = "Mars"\nproperty = "moons"\nvalue = {}\n'
MASS = '[[fact]]\nsubject = "Mars"\nproperty = "mass"\nvalue = 100\nkind = "quantity"\n'
CONFIG = '[verify]\nfacts = ["vault", "arithmetic"]\ntables = ["facts.toml"]\n'
NOTES = {
    "Mars.md": "Mars has 2 moons. Mars has a mass of 110.",
    "Io.md": "---\nradius: 1821\n---\nWords and 7 words.",
    "Io seen.md": "[[Io]] has a radius of 1821. Mars has 3 moons.",
    "Sums.md": "| What | Cost |\n| --- | --- |\n| A | 1 |\n| B | 2 |\n| Total | 4 |",
    "Other.md": "Words, and 5 of [[Sums]].",
}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the paths of the notes that are read, which grow."""
    paths: list[str] = []
    check = parallel.check_notes

    def told(
        notes: Sequence[LinkedNote],
        known: Sequence[Known],
        tolerances: Mapping[str, Decimal],
        workers: int,
        *,
        tell_unread: bool,
    ) -> list[NoteResult]:
        paths.extend(note.path for note in notes)
        return check(notes, known, tolerances, workers, tell_unread=tell_unread)

    monkeypatch.setattr(parallel, "check_notes", told)
    return paths


@pytest.fixture
def verified(project: Project, read: list[str]) -> Project:
    (project.root / "facts.toml").write_text(MOONS.format(2) + MASS, encoding="utf-8")
    project.configure(CONFIG)
    project.write(NOTES)
    found(project)
    read.clear()
    return project


def found(project: Project, *, use_cache: bool = True) -> Verification:
    config = load(vault=project.vault, output=None, config_file=None, base_url=None, cwd=project.root)
    return verify(config, jobs=1, use_cache=use_cache)


def told(result: Verification) -> tuple[object, ...]:
    return result.findings, result.coverage, result.unread, result.facts, result.failures


def test_nothing_is_read_twice(verified: Project, read: list[str]) -> None:
    again = found(verified)
    assert read == []
    assert {each.verdict for each in again.findings} >= {"supported", "refuted"}
    assert told(again) == told(found(verified, use_cache=False))


def test_a_note_that_changed_is_read_again_and_no_other(verified: Project, read: list[str]) -> None:
    verified.write({"Mars.md": "Mars has 4 moons."})
    again = found(verified)
    assert read == ["Mars.md"]
    assert told(again) == told(found(verified, use_cache=False))


CHANGES: Mapping[str, tuple[Callable[[Project], object], int]] = {
    "a table": (
        lambda project: (project.root / "facts.toml").write_text(MOONS.format(3) + MASS, encoding="utf-8"),
        3,
    ),
    "something more in a table": (
        lambda project: (project.root / "facts.toml").write_text(
            MOONS.format(2) + MASS + MOONS.format(1).replace("Mars", "Sums"), encoding="utf-8"
        ),
        5,
    ),
    "a name in a table": (
        lambda project: (project.root / "facts.toml").write_text(
            MOONS.format(2) + MASS + 'names = ["Sums"]\n', encoding="utf-8"
        ),
        5,
    ),
    "a value that is a name": (
        lambda project: (project.root / "facts.toml").write_text(
            MOONS.format('"Phobos"') + MASS, encoding="utf-8"
        ),
        5,
    ),
    "a declared property": (lambda project: project.write({"Io.md": "---\nradius: 1900\n---\nWords."}), 3),
    "another declared property": (
        lambda project: project.write({"Io.md": "---\nwidth: 1821\n---\nWords."}),
        5,
    ),
    "a tolerance": (lambda project: project.configure(CONFIG + 'tolerance = { "mars.mass" = "20 %" }\n'), 3),
    "the sources": (lambda project: project.configure(CONFIG.replace(', "arithmetic"', "")), 5),
    "a name": (lambda project: (project.vault / "Mars.md").rename(project.vault / "Venus.md"), 1),
    "where a link leads": (lambda project: (project.vault / "Sums.md").rename(project.vault / "x.md"), 2),
    "a note that is gone": (lambda project: (project.vault / "Other.md").unlink(), 0),
}


@pytest.mark.parametrize(("change", "number"), CHANGES.values(), ids=CHANGES)
def test_what_a_finding_depends_on(
    verified: Project, read: list[str], change: Callable[[Project], object], number: int
) -> None:
    change(verified)
    again = found(verified)
    assert len(read) == number
    assert told(again) == told(found(verified, use_cache=False))
    read.clear()
    assert told(found(verified)) == told(again)
    assert read == []


def test_other_code(verified: Project, read: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kbgen.verification.result_cache.code_fingerprint", lambda: b"another version")
    found(verified)
    assert len(read) == len(NOTES)


def test_a_source_that_reads_texts_itself_may_change_unseen(
    verified: Project, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def derive(*_: object) -> tuple[()]:
        return ()

    derive.__module__ = "another_package"
    monkeypatch.setattr("kbgen.consistency.checks.derive", derive)
    found(verified)
    found(verified)
    assert len(read) == 2 * len(NOTES)


def test_without_the_cache_nothing_is_kept_or_taken(verified: Project, read: list[str]) -> None:
    verified.write({"Mars.md": "Mars has 4 moons."})
    found(verified, use_cache=False)
    assert len(read) == len(NOTES)
    read.clear()
    found(verified)
    assert read == ["Mars.md"]


def test_a_build_keeps_what_is_public(project: Project, read: list[str]) -> None:
    project.configure(CONFIG.replace(', "arithmetic"', "").replace('["facts.toml"]', "[]"))
    private = "---\npublish: false\nradius: 6371\n---\n"
    project.write(
        {"A.md": "[[Io]] has a radius of 1821.", "Io.md": "---\nradius: 1821\n---\n", "Earth.md": private}
    )
    project.build()
    found(project)
    read.clear()
    project.write({"Earth.md": private + "Words."})
    project.build()
    assert read == [], "to the public nothing changed"
    found(project)
    assert read == ["Earth.md"]
    assert project.tree() == project.clean()


def test_where_all_is_known_neither_grammar_nor_parser_is_loaded(verified: Project) -> None:
    code = "import sys, kbgen; kbgen.verify('vault'); print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=verified.root, capture_output=True, text=True, check=True
    )
    loaded = set(run.stdout.split())
    assert "kbgen.verification.verifying" in loaded
    assert loaded.isdisjoint({"kbgen.claims.grammar", "kbgen.notes.compiler", "markdown_it", "torch"})
