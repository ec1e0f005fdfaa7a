"""What the documents promise is so: commands, checks, settings and public names."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

import kbgen
from kbgen.config import Config, keys, load
from kbgen.diagnostics import RULES
from kbgen.site.policy import page_policy

ROOT = Path(__file__).parents[1]
BUILD = "pip install -c constraints.txt . && .venv/bin/kbgen build vault -o site"
TEST = "pip install -c constraints.txt -e '.[dev]' && .venv/bin/pytest"
UNFINISHED = ("TODO", "FIXME", "/work/", "pypi-more")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def rows(document: str, heading: str) -> list[list[str]]:
    """Return the cells of the table under a heading."""
    section = read(document).partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [
        [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in lines[2:]
    ]


@pytest.mark.parametrize("command", [BUILD, TEST], ids=["build", "tests"])
def test_the_readme_and_ci_name_the_same_commands(command: str) -> None:
    whole = f"python3 -m venv .venv && .venv/bin/{command}"
    assert whole in read("README.md").splitlines()
    assert whole in [line.strip() for line in read(".ci/run").splitlines()]


def test_ci_fails_at_the_first_fault() -> None:
    assert "\nset -euo pipefail\n" in read(".ci/run")
    assert (ROOT / ".ci/run").stat().st_mode & 0o111 == 0o111


def test_every_check_is_documented() -> None:
    expected = [[rule.code, rule.name, rule.severity, rule.explanation] for rule in RULES.values()]
    assert rows("docs/checks.md", "Codes") == expected


def test_the_table_of_layers_is_that_of_the_contract() -> None:
    contracts = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    (layers,) = [each["layers"] for each in contracts if each.get("containers") == ["kbgen"]]
    listed = [re.findall(r"`(\w+)`", modules) for modules, _ in rows("ARCHITECTURE.md", "Rooms and layers")]
    assert listed == [layer.split(" | ") for layer in layers]


def test_6_hosts_are_told_the_policy_of_the_pages() -> None:
    hosting = read("docs/hosting.md")
    policy = page_policy(Config(vault=Path(), output=Path(), cache=Path()))
    assert f"```\n{policy}\n```" in hosting
    assert hosting.count(f"{policy}; frame-ancestors 'self'") == 3, "nginx, _headers and Apache"


def test_every_setting_is_documented_with_its_default() -> None:
    documented = {
        key.strip("`"): default.strip("`") for key, _, default, _ in rows("docs/configuration.md", "Keys")
    }
    assert tuple(documented) == keys()
    assert documented == {key: default_of(key) for key in keys()}


def default_of(key: str) -> str:
    """Return a default as TOML writes it."""
    record: Any = Config(vault=Path(), output=Path("site"), cache=Path())
    for name in key.split("."):
        record = getattr(record, name)
    if record is None or record == Path():
        return '""'
    return json.dumps(record.as_posix() if isinstance(record, Path) else msgspec.to_builtins(record))


def test_the_example_of_a_configuration_is_one(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", read("docs/configuration.md"), re.DOTALL)
    (tmp_path / "kbgen.toml").write_text(example, encoding="utf-8")
    (tmp_path / "notes").mkdir()
    config = load(vault=None, output=None, config_file=None, base_url=None, cwd=tmp_path)
    assert (config.vault, config.output) == (tmp_path / "notes", tmp_path / "public")
    assert config.publish.exclude == ("Journal", "People")
    assert config.verify.tables == (tmp_path / "facts.toml",)


@pytest.mark.parametrize("name", kbgen.__all__)
def test_every_public_name_is_there_and_explained(name: str) -> None:
    value = getattr(kbgen, name)
    assert isinstance(value, str) or (value.__doc__ or "").strip()


def test_nothing_unfinished_and_no_machine_path_is_tracked() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a Git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    files = [ROOT / name for name in listed.decode().split("\0") if name]
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in files
        if path != Path(__file__) and path.is_file()
        for word in UNFINISHED
        if word.encode() in path.read_bytes()
    ]
    assert not found
