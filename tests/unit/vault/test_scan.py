"""Which files a vault has, by small vaults written down in scan.md."""

from __future__ import annotations

import os
import re
import socket
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from kbgen.config import Config
from kbgen.vault.ignore import AppSettings, line_breaks
from kbgen.vault.scan import VaultFiles, scan

PARTS = re.split(r"(?m)^\.\n", (Path(__file__).parent / "scan.md").read_text(encoding="utf-8"))
CASES = [
    pytest.param(files.splitlines(), found.splitlines(), id=head.strip().split("\n")[-1])
    for head, files, found in zip(PARTS[::3], PARTS[1::3], PARTS[2::3], strict=False)
]


def config(vault: Path, **fields: object) -> Config:
    plain = Config(vault=vault, output=vault / "site", cache=vault / ".kbgen")
    return msgspec.structs.replace(plain, **fields)


def found_in(files: VaultFiles) -> list[str]:
    return [
        *(f"note {file.path}" for file in files.notes),
        *(f"other {file.path}" for file in files.others),
        *(f"ignored {path}" for path in files.ignored),
        *(f"{it.code} {it.path}:{it.line}:{it.column} {it.message}" for it in files.diagnostics),
    ]


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    (tmp_path / "outside.md").write_text("outside", encoding="utf-8")
    (tmp_path / "V").mkdir()
    return tmp_path / "V"


@pytest.mark.parametrize(("files", "wanted"), CASES)
def test_scan(vault: Path, files: list[str], wanted: list[str]) -> None:
    for line in files:
        name, sign, rest = re.match(r"(.*?)(?: (->|=) (.*))?$", line).groups()  # type: ignore[union-attr]
        path = vault / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if sign == "->":
            path.symlink_to(rest)
        else:
            path.write_text(rest or "", encoding="utf-8")
    assert found_in(scan(config(vault))) == wanted


def test_identity_size_and_place(vault: Path) -> None:
    for form in ("NFC", "NFD"):
        (vault / unicodedata.normalize(form, "Café.md")).write_text(form * 2, encoding="utf-8")
    files = scan(config(vault)).notes
    # "e" stands before "é" in bytes, so the decomposed name is the first.
    assert [file.path for file in files] == ["Café.md", "Café.md~2"]
    assert [Path(file.real).read_text(encoding="utf-8") for file in files] == ["NFDNFD", "NFCNFC"]
    for file in files:
        stat = Path(file.real).stat()
        assert (file.size, file.mtime_ns) == (stat.st_size, stat.st_mtime_ns) == (6, stat.st_mtime_ns)


def test_globs_of_the_config(vault: Path) -> None:
    for name in ("Drafts/a.md", "x/Drafts/b.md", "a.tmp", "Drafts.md"):
        (vault / name).parent.mkdir(parents=True, exist_ok=True)
        (vault / name).touch()
    (vault / "gone.tmp").symlink_to("nowhere")
    files = scan(config(vault, ignore=("Drafts/", "*.tmp")))
    assert found_in(files) == [
        "note Drafts.md",
        "ignored Drafts/a.md",
        "ignored a.tmp",
        "ignored x/Drafts/b.md",
    ]


def test_output_and_templates_inside_the_vault(vault: Path) -> None:
    for name in ("public/a.md", "theme/page.html", "public2/b.md"):
        (vault / name).parent.mkdir(parents=True, exist_ok=True)
        (vault / name).touch()
    files = scan(config(vault, output=vault / "public", templates=vault / "theme"))
    assert found_in(files) == ["note public2/b.md"]


def test_a_vault_behind_a_link(vault: Path, tmp_path: Path) -> None:
    (vault / "a.md").touch()
    (vault / "b.md").symlink_to("a.md")
    (vault / "site").mkdir()
    (vault / "site" / "x.md").touch()
    (tmp_path / "link").symlink_to("V")
    assert found_in(scan(config(tmp_path / "link"))) == ["note a.md", "note b.md"]


def test_a_manifest_at_the_root_does_not_empty_the_vault(vault: Path) -> None:
    (vault / ".kbgen-manifest.json").touch()
    (vault / "a.md").touch()
    assert found_in(scan(config(vault))) == ["note a.md"]


def test_names_that_are_not_text(vault: Path) -> None:
    for name in (b"caf\xe9.md", b"d\xe9/x.md"):
        path = Path(os.fsdecode(os.fsencode(vault) + b"/" + name))
        try:
            path.parent.mkdir(exist_ok=True)
            path.touch()
        except OSError:
            pytest.skip("this file system has only names that are text")
    files = scan(config(vault))
    assert found_in(files) == [
        r"KB124 caf\udce9.md:1:1 left out: its name is not UTF-8",
        r"KB124 d\udce9:1:1 left out: its name is not UTF-8",
    ]
    msgspec.json.encode(files.diagnostics)


def test_what_is_no_file(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(vault / "pipe.md")
    monkeypatch.chdir(vault)  # the address of a socket is short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
    (vault / "link.md").symlink_to("pipe.md")
    assert found_in(scan(config(vault))) == [
        "KB124 link.md:1:1 left out: it is no regular file",
        "KB124 pipe.md:1:1 left out: it is no regular file",
        "KB124 socket:1:1 left out: it is no regular file",
    ]


def test_a_folder_that_cannot_be_read(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("closed/a.md", "open/b.md"):
        (vault / name).parent.mkdir()
        (vault / name).touch()
    plain = os.scandir

    def refusing(path: str) -> Iterator[os.DirEntry[str]]:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return plain(path)

    monkeypatch.setattr(os, "scandir", refusing)
    assert found_in(scan(config(vault))) == [
        "note open/b.md",
        "KB124 closed:1:1 left out: the folder cannot be read: Permission denied",
    ]


def test_many_folders_that_link_to_all_others_end(vault: Path) -> None:
    count = 12
    for here in range(count):
        folder = vault / f"d{here:02}"
        folder.mkdir()
        (folder / "n.md").touch()
        for there in range(count):
            if there != here:
                (folder / f"to{there:02}").symlink_to(f"../d{there:02}")
    files = scan(config(vault))
    assert len(files.notes) == count + count * (count - 1)


def test_deep_folders(vault: Path) -> None:
    path = vault
    for _ in range(400):
        path /= "d"
    path.mkdir(parents=True)
    (path / "a.md").touch()
    assert [file.path for file in scan(config(vault)).notes] == ["d/" * 400 + "a.md"]


@pytest.mark.parametrize(
    ("strict", "setting", "wanted"),
    [
        (None, "auto", "hard"),
        ("false", "auto", "hard"),
        ("true", "auto", "soft"),
        ('"true"', "auto", "hard"),
        ("true", "hard", "hard"),
        ("false", "soft", "soft"),
    ],
)
def test_in_07_line_breaks(vault: Path, strict: str | None, setting: str, wanted: str) -> None:
    if strict is not None:
        (vault / ".obsidian").mkdir()
        (vault / ".obsidian/app.json").write_text(f'{{"strictLineBreaks": {strict}}}', encoding="utf-8")
    settings = config(vault, line_breaks=setting)
    assert line_breaks(scan(settings).settings, settings) == wanted


def test_settings_that_are_not_there(vault: Path) -> None:
    assert scan(config(vault)).settings == AppSettings()
