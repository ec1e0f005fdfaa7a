"""Dates from Git, by histories written down in history.md."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from kbgen.vault.history import Dates, git_dates, head

PARTS = re.split(r"(?m)^\.\n", (Path(__file__).parent / "history.md").read_text(encoding="utf-8"))
CASES = [
    pytest.param(commits.splitlines(), dates.splitlines(), id=head.strip().split("\n")[-1])
    for head, commits, dates in zip(PARTS[::3], PARTS[1::3], PARTS[2::3], strict=False)
]


def run(folder: Path, command: str, date: str = "2020-01-01T10:00:00+0000") -> None:
    who = {
        f"GIT_{role}_{part}": "a@example.org"
        for role in ("AUTHOR", "COMMITTER")
        for part in ("NAME", "EMAIL")
    }
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    environment |= who | {"GIT_AUTHOR_DATE": date}
    subprocess.run(["sh", "-ec", command], cwd=folder, env=environment, check=True, capture_output=True)


def commit(folder: Path, command: str, date: str = "2020-01-01T10:00:00+0000") -> None:
    run(folder, f"{command}; git add -A .; git commit -qm x", date)


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """Return a vault in a folder of a repository."""
    folder = tmp_path / "repository" / "my vault"
    folder.mkdir(parents=True)
    run(folder.parent, "git init -q .")
    return folder


@pytest.mark.parametrize(("commits", "wanted"), CASES)
def test_git_dates(vault: Path, commits: list[str], wanted: list[str]) -> None:
    for line in commits:
        date, _, command = line.partition(" ")
        commit(vault, command, date)
    history = git_dates(vault)
    present = [f"{path} {dates.created} {dates.modified}" for path, dates in history.dates.items()]
    assert [line for line in present if (vault / line.rsplit(" ", 2)[0]).exists()] == wanted
    assert history.diagnostics == ()


def test_fm_36_paths_count_from_the_vault(vault: Path) -> None:
    commit(vault, "echo one > ../outside.md; mkdir x; echo one > x/a.md")
    assert dict(git_dates(vault).dates) == {"x/a.md": Dates("2020-01-01", "2020-01-01")}


def test_fm_36_no_repository_and_no_commit(tmp_path: Path, vault: Path) -> None:
    (tmp_path / "plain").mkdir()
    for folder in (tmp_path / "plain", vault, tmp_path / "missing"):
        assert dict(git_dates(folder).dates) == {}
    assert head(tmp_path / "plain") == ""


def test_fm_36_no_git(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(vault, "echo one > a.md")
    monkeypatch.setenv("PATH", str(vault))
    assert dict(git_dates(vault).dates) == {}
    assert head(vault)


def test_fm_36_variables_of_git_lead_nowhere(
    vault: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(vault, "echo one > a.md")
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_CEILING_DIRECTORIES"):
        monkeypatch.setenv(name, str(tmp_path / "elsewhere"))
    assert list(git_dates(vault).dates) == ["a.md"]


def test_fm_36_a_shallow_clone(vault: Path, tmp_path: Path) -> None:
    commit(vault, "echo one > a.md")
    commit(vault, "echo two > a.md")
    run(tmp_path, 'git clone -q --depth 1 "file://$PWD/repository" shallow')
    history = git_dates(tmp_path / "shallow" / "my vault")
    assert dict(history.dates) == {}
    assert [(it.code, it.path) for it in history.diagnostics] == [("KB128", ".")]


def test_fm_36_a_second_work_tree(vault: Path, tmp_path: Path) -> None:
    commit(vault, "echo one > a.md")
    run(vault, "git worktree add -q ../../second")
    second = tmp_path / "second" / "my vault"
    assert list(git_dates(second).dates) == ["a.md"]
    before = head(second)
    assert before
    commit(second, "echo two > a.md")
    assert head(second) != before


def test_the_head_changes_with_every_commit(vault: Path) -> None:
    seen = [head(vault)]
    for text in ("one", "two"):
        commit(vault, f"echo {text} > a.md")
        assert head(vault) == head(vault)
        seen.append(head(vault))
    assert len(set(seen)) == 3
    run(vault, "git pack-refs --all")
    assert head(vault) == seen[-1]
    commit(vault, "echo three > a.md")
    run(vault, "git pack-refs --all")
    packed = head(vault)
    run(vault, "git checkout -q --detach")
    assert head(vault) == packed
    run(vault, "git checkout -q HEAD~1")
    assert head(vault) == seen[-1]
