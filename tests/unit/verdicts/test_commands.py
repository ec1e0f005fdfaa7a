"""The command from end to end: what it prints where, with which exit code it ends, and what it writes."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import NoReturn

import pytest

import kbgen
from kbgen import cli
from tests.commands import command_cases, dots, write_files

HERE = Path(__file__).parent
CASES = HERE / "commands.md"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to a project about planets, with a table of facts and an empty vault."""
    shutil.copytree(HERE / "planets", tmp_path, dirs_exist_ok=True)
    (tmp_path / "vault").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_case_is_read() -> None:
    assert dots(CASES) == 3 * len(command_cases(CASES))


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(("files", "command", "wanted"), command_cases(CASES))
def test_commands(files: str, command: str, wanted: str, capsys: pytest.CaptureFixture[str]) -> None:
    write_files(files)
    before = {path: path.read_text("utf-8") for path in Path().rglob("*.*") if path.is_file()}
    code = cli.main(shlex.split(command))
    said = capsys.readouterr()
    changed = "".join(
        f"--- {path.as_posix()}\n{path.read_text('utf-8')}"
        for path in sorted(Path().rglob("*.*"))
        if path.is_file() and ".kbgen" not in path.parts and before.get(path) != path.read_text("utf-8")
    )
    assert f"exit {code}\n--- stdout\n{said.out}--- stderr\n{said.err}{changed}" == wanted


def test_the_function_finds_what_the_command_prints(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    note = project / "vault" / "Mars.md"
    note.write_text("Mars has 3 moons and a diameter of 6,779 km.", encoding="utf-8")
    for arguments, options in (([], {}), (["vault/Mars.md"], {"notes": ["vault/Mars.md"]})):
        assert cli.main(["verify", *arguments, "--format", "json"]) == 1
        printed = json.loads(capsys.readouterr().out)
        found = kbgen.verify(**options)  # type: ignore[arg-type]
        assert printed["summary"]["numbers_seen"] == found.coverage.seen == 2
        assert [each["text"] for each in printed["findings"]] == [each.text for each in found.findings]
        assert [each.verdict for each in found.findings] == ["refuted", "supported"]


def test_two_notes_of_one_name_stay_two(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder, moons in (("a", 2), ("b", 3)):
        (project / folder / ".obsidian").mkdir(parents=True)
        (project / folder / "Mars.md").write_text(f"Mars has {moons} moons.", encoding="utf-8")
    assert cli.main(["verify", "b/Mars.md", "a/Mars.md", "b/../b/Mars.md", "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [(each["path"], each["verdict"]) for each in found["findings"]] == [
        ("Mars.md", "supported"),
        ("Mars.md", "refuted"),
    ]
    cli.main(["verify", "b/Mars.md", "a/Mars.md", "--fix"])
    assert "+++ b/b/Mars.md\n" in capsys.readouterr().out


def test_a_name_that_the_disk_spells_in_another_way(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    note = project / "vault" / unicodedata.normalize("NFD", "Märs.md")
    note.write_text("Mars has 3 moons.", encoding="utf-8")
    cli.main(["verify", "--format", "json"])
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert finding["path"] == unicodedata.normalize("NFC", "Märs.md")
    assert cli.main(["verify", "--fix", "--write"]) == 0
    assert note.read_text(encoding="utf-8") == "Mars has 2 moons."


def test_a_vault_behind_a_link_keeps_its_name(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "vault" / "Mars.md").write_text("Mars has 3 moons.", encoding="utf-8")
    (project / "linked").symlink_to("vault")
    cli.main(["verify", "linked"])
    assert capsys.readouterr().out.startswith("linked/Mars.md:1:10  ")


def test_json_is_the_same_bytes_each_time(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "---\nmoons: 2\n---\nMars has 3 moons.\n\n## The two moons\n\n- a\n- b\n"
    (project / "vault" / "Mars.md").write_text(text, encoding="utf-8")
    seen = set()
    for options in ([], ["--no-cache"], ["--jobs", "1"]):
        cli.main(["verify", "--format", "json", *options])
        seen.add(capsys.readouterr().out)
    assert len(seen) == 1


def test_without_live_no_torch_is_imported(project: Path) -> None:
    (project / "kbgen.toml").write_text("", encoding="utf-8")
    (project / "vault" / "AlexNet.md").write_text("AlexNet has 66M parameters.", encoding="utf-8")
    code = (
        "import sys; from kbgen.cli import main; code = main(['verify']); print(code, 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "1 False"
    assert "60,965,224 parameters" in done.stdout


@pytest.mark.usefixtures("project")
def test_live_reaches_the_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def verify(*_: object, live: bool, **__: object) -> NoReturn:
        asked.append(live)
        raise KeyboardInterrupt

    monkeypatch.setattr("kbgen.pipeline.verify", verify)
    assert cli.main(["verify"]) == cli.main(["verify", "--live"]) == 130
    assert asked == [False, True]


def test_on_a_terminal_it_is_coloured_and_as_wide(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "vault" / "Mars.md").write_text("Mars has 3 moons.", encoding="utf-8")
    cli.main(["verify"])
    plain = capsys.readouterr().out
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "50")
    monkeypatch.delenv("NO_COLOR", raising=False)
    cli.main(["verify"])
    coloured = capsys.readouterr().out
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain
    assert "\x1b[31m\x1b[1m✗ refuted\x1b[0m" in coloured
    cli.main(["verify", "--fix"])
    assert "\x1b[32m+Mars has 2 moons.\x1b[0m" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    cli.main(["verify"])
    assert capsys.readouterr().out == plain
