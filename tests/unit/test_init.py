"""A new project says what can be set, and never costs anybody a file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kbgen.config import Config, keys, load
from kbgen.errors import OutsideError, UsageError
from kbgen.init import init


def settings(folder: Path) -> Config:
    return load(vault=None, output=None, config_file=None, base_url=None, cwd=folder)


def test_it_writes_a_config_and_two_notes(tmp_path: Path) -> None:
    project = tmp_path / "new" / "project"
    written = init(project)
    assert [path.relative_to(project).as_posix() for path in written] == [
        "kbgen.toml",
        "vault/Home.md",
        "vault/Writing notes.md",
    ]
    assert sorted(path for path in project.rglob("*") if path.is_file()) == sorted(written)
    assert settings(project).vault == project / "vault"


def test_the_config_documents_every_key(tmp_path: Path) -> None:
    text = init(tmp_path)[0].read_text(encoding="utf-8")
    table = ""
    found: dict[str, str] = {}
    for before, line in zip(text.split("\n"), text.split("\n")[1:], strict=False):
        if heading := re.fullmatch(r"\[(\w+)\]", line):
            table = heading[1] + "."
        elif key := re.fullmatch(r"(?:# )?(\w+) = .*", line):
            found[table + key[1]] = before
    assert tuple(found) == keys()
    assert all(re.match(r"# \S.*\S", comment) for comment in found.values())


def test_the_lines_commented_out_are_the_defaults(tmp_path: Path) -> None:
    path = init(tmp_path)[0]
    before = settings(tmp_path)
    text = path.read_text(encoding="utf-8")
    opened, count = re.subn(r"(?m)^# (?=\w+ = )", "", text)
    assert count == len(keys()) - 1, "all but the vault are commented out"
    path.write_text(opened, encoding="utf-8")
    assert settings(tmp_path) == before


def test_the_notes_show_what_notes_can_do(tmp_path: Path) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in init(tmp_path)[1:])
    assert re.match(r"---\naliases:\n", text)
    for syntax in (
        r"\[\[Writing notes\]\]",
        r"\[\[Home\]\]",
        r"(?m)^> \[!tip\]",
        r"(?m)^- \[ \] ",
        " #welcome",
    ):
        assert re.search(syntax, text), syntax


@pytest.mark.parametrize("name", ["kbgen.toml", "vault/Home.md", "vault/Writing notes.md"])
def test_it_never_overwrites(tmp_path: Path, name: str) -> None:
    (tmp_path / "vault").mkdir()
    (tmp_path / name).write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match=re.escape(name)):
        init(tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / name]
    assert (tmp_path / name).read_text(encoding="utf-8") == "mine"


def test_a_link_to_nothing_is_a_file_too(tmp_path: Path) -> None:
    (tmp_path / "kbgen.toml").symlink_to("elsewhere.toml")
    with pytest.raises(UsageError, match=r"kbgen\.toml is there already"):
        init(tmp_path)
    assert not (tmp_path / "elsewhere.toml").exists()


def test_other_files_do_not_hinder(tmp_path: Path) -> None:
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault" / "Mine.md").write_text("mine", encoding="utf-8")
    assert len(init(tmp_path)) == 3


@pytest.mark.parametrize("name", [".", "vault"])
def test_a_file_where_a_folder_should_be(tmp_path: Path, name: str) -> None:
    project = tmp_path / "project"
    (project / name).parent.mkdir(parents=True, exist_ok=True)
    (project / name).write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="is not a folder"):
        init(project)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [project / name]


def test_a_file_above_the_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError):
        init(tmp_path / "file" / "project")


def test_a_refusal_of_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, **_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(OutsideError, match="vault: Permission denied"):
        init(tmp_path)
