"""What the documents promise is so: commands, checks, settings and public names."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import tomllib
from pathlib import Path
from types import ModuleType
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
DOCUMENTS = ("ARCHITECTURE.md", "CONTRIBUTING.md", "README.md", "benchmarks/README.md", "docs")
CODE = re.compile(r"^```.*?^```|(?<!`)(`+)(?!`)[^\n]+?(?<!`)\1(?!`)", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)")
REFERENCE = re.compile(r":(?:attr|class|data|func|meth|mod):`~?([^`]+)`")
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


def test_the_table_of_rooms_is_that_of_the_contract() -> None:
    contracts = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    (layers,) = [each["layers"] for each in contracts if each.get("containers") == ["reference_model"]]
    listed = [re.findall(r"`(\w+)`", rooms) for rooms, *_ in rows("ARCHITECTURE.md", "The reference model")]
    assert [room for row in listed for room in row] == [
        room for layer in layers for room in layer.split(" | ")
    ]


def documents() -> list[Path]:
    found = [ROOT / name for name in DOCUMENTS]
    return [path for each in found for path in (sorted(each.glob("*.md")) if each.is_dir() else [each])]


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    for target, heading in LINK.findall(CODE.sub("`", document.read_text("utf-8"))):
        path = document.parent / target if target else document
        assert path.exists(), target
        if heading:
            assert heading in headings(path), f"{target}#{heading}"


def headings(document: Path) -> set[str]:
    """Return the ids that a host of code gives the headings of a document."""
    lines = re.findall(r"^#+ (.*)$", document.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", line).lower().replace(" ", "-") for line in lines}


def test_the_recipes_name_files_that_are_there() -> None:
    folders = "docs|kbgen|reference_model|templates|tests|tools"
    named = re.findall(rf"`((?:{folders})/[\w./-]*)`", read("CONTRIBUTING.md"))
    assert len(named) > 20
    assert [name for name in named if "NAME" not in name and not (ROOT / name).exists()] == []


@pytest.mark.parametrize("package", ["kbgen", "reference_model"])
def test_what_a_docstring_refers_to_is_there(package: str) -> None:
    gone = []
    for path in sorted((ROOT / package).rglob("*.py")):
        names = REFERENCE.findall(path.read_text("utf-8"))
        if names:
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            module = importlib.import_module(name)
            gone += [f"{name}: {each}" for each in names if not is_there(each, module)]
    assert not gone


def is_there(name: str, module: ModuleType) -> bool:
    """Tell whether a name is one of a module, of a class in it, or a whole one."""
    classes = [each for each in vars(module).values() if isinstance(each, type)]
    if any(has(each, name.split(".")) for each in (module, *classes)):
        return True
    try:
        importlib.import_module(name)
    except ImportError:
        pass
    else:
        return True
    package, *names = name.split(".")
    try:
        found: Any = importlib.import_module(package)
    except ImportError:
        return False
    return has(found, names)


def has(holder: Any, names: list[str]) -> bool:
    for name in names:
        if not hasattr(holder, name) and name not in getattr(holder, "__annotations__", {}):
            return False
        holder = getattr(holder, name, None)
    return True


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
