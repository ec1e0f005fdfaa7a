"""Corrections: in the author's notation, at the right place, and right when they are verified again."""

from __future__ import annotations

import re
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kbgen.config import Config, load
from kbgen.errors import OutsideError
from kbgen.session import silent
from kbgen.targets import Target
from kbgen.verdicts.colour_diff import colour_diff
from kbgen.verdicts.correction_check import correction_checker
from kbgen.verdicts.corrections import Corrected, Proposal, applied, diff, propose, write
from kbgen.verdicts.notation import numbers, written_like
from kbgen.verdicts.outcome import Outcome, outcome

HERE = Path(__file__).parent
SETTINGS = '[verify]\nfacts = ["reference_model", "arithmetic"]\ntables = ["planets.toml"]\n'


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with facts about networks and planets."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copy(HERE / "planets" / "planets.toml", folder)
    (folder / "kbgen.toml").write_text(SETTINGS, encoding="utf-8")
    return folder


def cases() -> list[Any]:
    pattern = re.compile(r"(?m)^((\w+) .+)\n\.\n((?s:.*?))^\.\n((?s:.*?))^\.$")
    text = (HERE / "fixes.md").read_text(encoding="utf-8")
    return [pytest.param(*rest, id=title) for title, *rest in pattern.findall(text)]


def test_every_case_is_read() -> None:
    dots = re.findall(r"(?m)^\.$", (HERE / "fixes.md").read_text(encoding="utf-8"))
    assert len(dots) == 3 * len(cases())


def config_of(project: Path) -> Config:
    return load(vault=project, output=None, config_file=None, base_url=None, cwd=project, writes=False)


def verified(project: Path, note: Path) -> Outcome:
    return outcome(config_of(project), Target(notes=(note,)), project, progress=silent)


def proposed(project: Path, note: Path) -> Proposal:
    return propose(verified(project, note), {}, correction_checker(config_of(project)))


def corrected(project: Path, note: Path) -> Proposal:
    proposal = proposed(project, note)
    for each in proposal.files:
        write(each)
    return proposal


@pytest.mark.parametrize("plain", [True, False], ids=["plain", "byte order mark and Windows lines"])
@pytest.mark.parametrize(("name", "before", "wanted"), cases())
def test_corrections(project: Path, name: str, before: str, wanted: str, plain: bool) -> None:  # noqa: FBT001
    def stored(text: str) -> bytes:
        return text.encode() if plain else ("\ufeff" + text.replace("\n", "\r\n")).encode()

    note = project / f"{name}.md"
    note.write_bytes(stored(before))
    proposal = corrected(project, note)
    assert note.read_bytes().decode() == stored(wanted).decode()
    assert (before == wanted) is not bool(proposal.corrections)

    left = {
        (each.finding.line, each.finding.text): each
        for each in verified(project, note).findings
        if each.refuted
    }
    lines = {each.placed.finding.line for each in proposal.corrections}
    declined = {(each.placed.finding.line, each.placed.finding.text) for each in proposal.declined}
    assert {place for place in left if place[0] in lines} <= declined


# A bare number that looks like a year is taken for one: docs/verify.md says so.
NUMBERS = st.integers(0, 1499) | st.integers(2101, 10**7)
NOTATIONS = st.sampled_from(
    ["{}", "**{}**", "{:,}", "~{}", "about {}", "exactly {:,}", "*{:,}*", "{:.2e}", "more than {}"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(NUMBERS, NOTATIONS, st.sampled_from(["diameter of {} km", "craters: {}", "{} moons"]))
def test_what_was_corrected_is_right(project: Path, number: int, notation: str, phrase: str) -> None:
    note = project / "Mars.md"
    text = f"# Mars\n\nIn 3 words, Mars has: {phrase.format(notation.format(number))}.\n"
    note.write_text(text, encoding="utf-8")
    proposal = corrected(project, note)
    after = note.read_text(encoding="utf-8")
    assert applied(text, [each.edit for each in proposal.corrections]) == after
    left = [each.finding.text for each in verified(project, note).findings if each.refuted]
    assert left == [each.placed.finding.text for each in proposal.declined]


@given(
    st.decimals(0, 10**12, allow_nan=False, places=3),
    st.sampled_from(["7", "66M", "15.4", "60,000", "6.6e7", "6.6 × 10^7", "12 thousand", "0.25", "1 000"]),
    st.sampled_from(["=", ">", "<", ">=", "<="]),
)
def test_a_notation_is_read_as_it_was_written(value: Decimal, like: str, operator: str) -> None:
    (number,) = numbers(like)
    for text in written_like(number, value, operator):
        (again,) = numbers(text)
        if operator in {">", ">="}:
            assert again.value <= value
        elif operator in {"<", "<="}:
            assert again.value >= value


def test_a_correction_that_waits_for_another(project: Path) -> None:
    note = project / "AlexNet.md"
    note.write_text(
        "| AlexNet | |\n|---|---|\n| Error rate | 18.2% |\n| Runner-up error | 26.2% |\n"
        "| Margin | 10.9 points |\n",
        encoding="utf-8",
    )
    corrected(project, note)
    assert "15.3%" in note.read_text(encoding="utf-8")
    assert not [each for each in verified(project, note).findings if each.refuted]


def test_a_file_that_is_not_clean_is_left_alone(project: Path) -> None:
    note = project / "Mars.md"
    note.write_bytes(b"Mars has 3 moons. \xff\n")
    proposal = corrected(project, note)
    assert [each.reason for each in proposal.declined] == ["the file is not clean UTF-8"]
    assert note.read_bytes() == b"Mars has 3 moons. \xff\n"


def test_a_file_that_was_changed_meanwhile_is_left_alone(project: Path) -> None:
    note = project / "Mars.md"
    note.write_text("Mars has 3 moons.", encoding="utf-8")
    (file,) = proposed(project, note).files
    note.write_text("Mars has 4 moons.", encoding="utf-8")
    with pytest.raises(OutsideError, match=r"^Mars\.md was changed meanwhile$"):
        write(file)
    assert note.read_text(encoding="utf-8") == "Mars has 4 moons."
    note.unlink()
    with pytest.raises(OutsideError, match=r"^Mars\.md cannot be written: No such file"):
        write(file)
    assert sorted(path.name for path in project.glob(".kbgen-*")) == []


def test_a_link_stays_one_and_its_file_keeps_its_mode(project: Path) -> None:
    (project / "real.md").write_text("Mars has 3 moons.", encoding="utf-8")
    (project / "real.md").chmod(0o640)
    note = project / "Moons.md"
    note.symlink_to("real.md")
    corrected(project, note)
    assert note.is_symlink()
    assert (project / "real.md").read_text(encoding="utf-8") == "Mars has 2 moons."
    assert (project / "real.md").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("before", "after"), [("a\nb\nc", "a\nB\nc"), ("b\r\nc\r\n", "B\r\nc\r\n"), ("b", "B")]
)
def test_a_diff_can_be_applied(tmp_path: Path, before: str, after: str) -> None:
    note = tmp_path / "a b.md"
    note.write_bytes(before.encode())
    text = diff([Corrected(note, "a b.md", before, after)])
    (tmp_path / "x.diff").write_bytes(text.encode())
    subprocess.run(["git", "apply", "x.diff"], cwd=tmp_path, check=True)
    assert note.read_bytes().decode() == after


def test_a_diff_cannot_command_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal:
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream: Any = Terminal()
    assert colour_diff("+a\x1b[2Jb\r\n c\n", stream) == "\x1b[32m+a\\x1b[2Jb\x1b[0m\n c\n"
    assert colour_diff("+a\x1b[2Jb\r\n", None) == "+a\x1b[2Jb\r\n"
