"""The documents about verifying show what is so: the example, the fields, the kinds of numbers."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import get_args

import pytest

from kbgen import cli
from kbgen.claims.facts import Kind
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
    shutil.copytree(Path(__file__).parent / "planets", tmp_path, dirs_exist_ok=True)
    (tmp_path / "vault").mkdir()
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
    (tmp_path / "vault" / "Mars.md").write_text(note, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    cli.main(["verify", "--format", "github"])
    assert re.findall(r"line=(\d+)", capsys.readouterr().out) == ["17"]


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
