"""Bad input, end to end: the page is built or the fault is named, and no note costs another its page."""

from __future__ import annotations

import codecs
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kbgen.build_report import BuildReport
from kbgen.config import Config
from kbgen.errors import ConfigError, OutputError, VaultError
from kbgen.notes import compile_all
from kbgen.vault.scan import VaultFiles, scan

if TYPE_CHECKING:
    from tests.engine.conftest import Project

PARTS = re.split(r"(?m)^\.\n", (Path(__file__).parent / "bad_input.md").read_text(encoding="utf-8"))
CASES = [
    pytest.param(files, pages.splitlines(), re.findall("(?m)^KB.*", after), id=head.strip().split("\n")[-1])
    for head, files, pages, after in zip(PARTS[::3], PARTS[1::3], PARTS[2::3], PARTS[3::3], strict=False)
]
ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def lay(vault: Path, files: str) -> None:
    for line in files.splitlines():
        found = re.match(r"(.*?)(?: (->|=)(?: (.*))?)?$", line)
        assert found
        name, sign, rest = found.groups()
        path = vault / re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), name)
        if not sign:
            path.mkdir()
            continue
        path.parent.mkdir(exist_ok=True)
        if sign == "->":
            path.symlink_to(rest)
        else:
            text = re.sub(r"\{(\d+) ([^}]*)\}", lambda many: many[2] * int(many[1]), rest or "")
            path.write_bytes(codecs.escape_decode(text.encode())[0])


def note_pages(project: Project) -> dict[str, str]:
    return {
        name: content.decode()
        for name, content in project.tree().items()
        if name.endswith(".html") and not re.search(r"^tags/|^404|^vault\.html|(^|/)index\.html$", name)
    }


def places(report: BuildReport) -> list[str]:
    links = {"KB102", "KB103"}
    return sorted(
        f"{it.code} {it.path}:{it.line}:{it.column}" for it in report.diagnostics if it.code not in links
    )


@pytest.mark.parametrize(("files", "pages", "reported"), CASES)
def test_bad_input(project: Project, files: str, pages: list[str], reported: list[str]) -> None:
    (project.root / "outside").mkdir()
    (project.root / "outside" / "secret.md").write_text("secret", encoding="utf-8")
    (project.root / "outside.md").write_text("secret", encoding="utf-8")
    lay(project.vault, files)
    report = project.build()
    found = note_pages(project)
    assert sorted(found) == [page.partition(" = ")[0] for page in pages]
    for page in pages:
        name, _, text = page.partition(" = ")
        assert text.replace("\\ufffd", "\ufffd") in found[name]
    assert places(report) == reported
    assert "index.html" in project.tree()
    assert not any(b"secret" in content for content in project.tree().values())
    assert project.build().written == 0
    assert project.tree() == project.clean()


# --- what no document can hold --------------------------------------------------------

LARGE = """
import resource, sys, time
from kbgen.cli import main
code = main()
unit = 2**20 if sys.platform == "darwin" else 2**10
megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit
print(code, round(time.process_time()), megabytes)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no resource module there")
@pytest.mark.parametrize("line", ["Words and [[Small]] on a line.\n", "> ", "["])
def test_a_note_of_50_megabytes(project: Project, line: str) -> None:
    """Seconds, and less than a gigabyte."""
    size = 50_000_000
    project.write({"Large.md": line * (size // len(line)), "Small.md": "small"})
    done = subprocess.run(
        [sys.executable, "-c", LARGE, "build", "vault", "--jobs", "1"],
        cwd=project.root,
        capture_output=True,
        text=True,
        check=False,
    )
    code, seconds, megabytes = map(int, done.stdout.split())
    assert code == 0, done.stderr
    assert seconds < 10
    assert megabytes < 1000
    assert "vault/Large.md:1:1: KB122 note-too-large" in done.stderr
    assert len(project.tree()["Large.html"]) > size
    assert b"small" in project.tree()["Small.html"]


def test_a_note_that_vanishes_while_it_is_built(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the list of files and reading; and between reading it for its hash and compiling it."""
    project.write({"A.md": "a", "B.md": "b", "C.md": "c ![[p.png]]", "p.png": "x"})
    list_files, compile_ = scan, compile_all._compile

    def listed(config: Config) -> VaultFiles:
        files = list_files(config)
        (project.vault / "A.md").unlink()
        (project.vault / "p.png").unlink()
        return files

    def compiled(*arguments: Any) -> Any:
        (project.vault / "B.md").unlink()
        return compile_(*arguments)

    monkeypatch.setattr("kbgen.build_cache.scan", listed)
    monkeypatch.setattr(compile_all, "_compile", compiled)
    report = project.build()
    assert places(report) == ["KB124 A.md:1:1", "KB124 B.md:1:1", "KB124 p.png:1:1"]
    assert list(note_pages(project)) == ["C.html"]
    assert report.notes == 1
    monkeypatch.undo()
    project.build()
    assert project.tree() == project.clean()


@pytest.mark.skipif(ROOT, reason="root may read everything")
def test_a_note_that_may_not_be_read(project: Project) -> None:
    project.write({"A.md": "a", "B.md": "b ![[p.png]]", "p.png": "x", "sub/C.md": "c"})
    project.build()
    for name in ("A.md", "p.png", "sub"):
        (project.vault / name).chmod(0)
    try:
        report = project.build()
    finally:
        (project.vault / "sub").chmod(0o700)
    assert places(report) == ["KB124 A.md:1:1", "KB124 p.png:1:1", "KB124 sub:1:1"]
    assert "Permission denied" in report.diagnostics[0].message
    assert list(note_pages(project)) == ["B.html"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_folder_and_files_whose_names_are_not_utf8(project: Project) -> None:
    folder = os.fsdecode(os.fsencode(project.root) + b"/caf\xe9")
    Path(folder).mkdir()
    project.vault.rename(f"{folder}/vault")
    project.vault = Path(folder, "vault")
    project.write({"A.md": "a ![[p.png]]", "p.png": "x"})
    Path(os.fsdecode(os.fsencode(project.vault) + b"/b\xff.md")).write_text("b", encoding="utf-8")
    report = project.build()
    assert list(note_pages(project)) == ["A.html"]
    assert [item.code for item in report.diagnostics] == ["KB124"]
    assert project.build().written == 0


@pytest.mark.parametrize(
    ("vault", "output", "error", "message"),
    [
        ("note.md", "site", VaultError, "the vault must be a folder, and note.md is a file"),
        ("vaul", "site", VaultError, "there is no vault at vaul"),
        ("vault", "vault", OutputError, "the output folder vault is the vault itself"),
        ("vault", ".", OutputError, "the output folder . holds the vault"),
        (
            "vault",
            "note.md",
            OutputError,
            "the output must be a folder, and note.md is a file or inside of one",
        ),
        ("vault", "note.md/x", OutputError, "the output must be a folder"),
    ],
)
def test_a_call_that_cannot_work(
    project: Project, vault: str, output: str, error: type[Exception], message: str
) -> None:
    (project.root / "note.md").write_text("a note", encoding="utf-8")
    before = sorted(project.root.rglob("*"))
    project.vault = project.root / vault
    with pytest.raises(error, match=re.escape(message)):
        project.build(output)
    assert sorted(project.root.rglob("*")) == before


def test_an_unknown_config_key(project: Project) -> None:
    project.configure('title = "x"\noutptu = "there"\n')
    with pytest.raises(ConfigError, match=r'kbgen.toml:2: unknown key "outptu"') as error:
        project.build()
    assert error.value.hint == 'did you mean "output"?'
    assert not project.site.exists()
