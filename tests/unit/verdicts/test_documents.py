"""The documents about verifying show what is so: the example, the fields, the kinds of numbers."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import get_args

import pytest

from kbgen import cli
from kbgen.facts.fact import Kind
from tests.unit.verdicts.made import PLAIN

ROOT = Path(__file__).parents[3]


def read(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_the_example_prints_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (facts,) = re.findall(r"```toml\n(.*?)```", read("verify.md"), re.DOTALL)
    (shown,) = re.findall(r"```\n\$ kbgen verify\n(.*?)```", read("verify.md"), re.DOTALL)
    (tmp_path / "vault").mkdir()
    (tmp_path / "facts.toml").write_text(facts, encoding="utf-8")
    (tmp_path / "kbgen.toml").write_text('[verify]\ntables = ["facts.toml"]\n', encoding="utf-8")
    note = "# Mars\n\nMars has 3 moons, and the red planet has a diameter of 6,752 km.\n"
    (tmp_path / "vault" / "Mars.md").write_text(note, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["verify"]) == 1
    assert capsys.readouterr().out == shown


def test_what_is_ignored_is_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    note = """\
# Mars

Mars has 3 moons. %% verify: ignore: as people thought %%

<!-- verify: ignore -->
Mars has 3 moons.

## Old

%% verify: ignore section %%
Mars has 3 moons.

Mars has 3 moons.

## New

Mars has 4 moons.
"""
    assert claimed_lines(note, tmp_path, monkeypatch, capsys) == ["17"]


def test_a_line_within_a_paragraph_or_table_is_ignored_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    note = """\
# Mars

Mars has 3 moons.
%% verify: ignore %%
Mars has 4 moons.
Mars has 5 moons. %% verify: ignore %%
Mars has 6 moons.

| Planet | Moons |
|---|---|
%% verify: ignore %%
| Mars | 3 |
| Mars | 4 |

- Mars has 3 moons.
<!-- verify: ignore -->
- Mars has 4 moons.
- Mars has 5 moons.

Mars has 7 moons.
%% verify: ignore section %%
Mars has 8 moons.

Mars has 9 moons.
"""
    found = claimed_lines(note, tmp_path, monkeypatch, capsys)
    assert found == ["3", "7", "13", "15", "18", "20"]


def claimed_lines(
    note: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> list[str]:
    """Return the lines of a note on which something is refuted."""
    shutil.copytree(Path(__file__).parent / "planets", folder, dirs_exist_ok=True)
    (folder / "vault").mkdir()
    (folder / "vault" / "Mars.md").write_text(note, encoding="utf-8")
    monkeypatch.chdir(folder)
    cli.main(["verify", "--format", "github"])
    return re.findall(r"line=(\d+)", capsys.readouterr().out)


def test_every_field_of_a_finding_is_documented() -> None:
    section = read("contract.md").partition("## `kbgen verify --format json`")[2].partition("\n## ")[0]
    fields = [
        name for row in re.findall(r"(?m)^\| (`.*?) \|", section) for name in re.findall(r"`(\w+)`", row)
    ]
    assert fields == list(PLAIN)


def test_every_kind_of_number_is_documented() -> None:
    section = read("verify.md").partition("## How numbers are compared")[2].partition("\n## ")[0]
    kinds = {
        name for row in re.findall(r"(?m)^\| (`.*?) \|", section) for name in re.findall(r"`(\w+)`", row)
    }
    assert kinds == set(get_args(Kind)) - {"list"}
