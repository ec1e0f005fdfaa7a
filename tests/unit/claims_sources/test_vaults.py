"""Whole vaults as documents: every file under its name between dashes, and the findings that come of it.

The lines under ``-- expect --`` are all findings, in order::

    Mars.md:3:50 refuted published mars.moons "3" 2
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import kbgen
from kbgen.config import load
from kbgen.pipeline import verify

FIXTURES = Path(__file__).parents[2] / "fixtures/claims_sources"
FILE = re.compile(r"^-- (.+?) --\n", re.MULTILINE)
NETWORKS = re.compile(
    r"conv\d|convol|relu|lrn|softmax|dropout|alexnet|resnet|imagenet|neuron|filters?\b|kernel|epoch|gpu|parameters"
    r"|trainable|keras|torch|tensorflow|caffe|mxnet|tflearn|cifar|mnist",
    re.IGNORECASE,
)
LAYERS = re.compile(r"networks?|layers?", re.IGNORECASE)


def vaults() -> list[object]:
    return [pytest.param(path, id=path.stem) for path in sorted(FIXTURES.glob("*.txt"))]


def unpack(document: str, folder: Path) -> str:
    """Write the files of a vault; return what is expected of it."""
    _, *parts = FILE.split(document)
    files = dict(zip(parts[::2], parts[1::2], strict=True))
    expected = files.pop("expect")
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return expected


def findings(folder: Path) -> str:
    config = load(vault=folder, output=folder.parent / "site", config_file=None, base_url=None, cwd=folder)
    found = verify(config, use_cache=False, jobs=1)
    assert not found.failures
    return "".join(
        f"{each.path}:{each.line}:{each.column} {each.verdict} {each.derivation} "
        f'{each.subject}.{each.property} "{each.text}" {each.reference}\n'
        for each in found.findings
    )


@pytest.mark.parametrize("document", vaults())
def test_the_findings_of_a_vault(tmp_path: Path, document: Path) -> None:
    folder = tmp_path / "vault"
    expected = unpack(document.read_text("utf-8"), folder)
    assert findings(folder) == expected


def test_what_checks_claims_knows_nothing_of_networks() -> None:
    sources = sorted((Path(kbgen.__file__).parent / "claims").rglob("*.py"))
    assert len(sources) > 10
    found = [
        f"{path.name}:{line}: {said}"
        for path in sources
        for line, said in names_and_texts(ast.parse(path.read_text("utf-8")))
        if NETWORKS.search(said)
    ]
    assert found == []


def test_the_small_words_know_nothing_of_networks() -> None:
    grammar = Path(kbgen.__file__).parent / "claims" / "grammar"
    words = tomllib.loads((grammar / "words.toml").read_text("utf-8"))
    assert {"have", "another", "topic"} <= set(words)
    said = [phrase.strip() for phrases in words.values() for phrase in phrases.split("|")]
    assert [phrase for phrase in said if NETWORKS.search(phrase) or LAYERS.fullmatch(phrase)] == []


def names_and_texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the names and texts of a module; what explains it may have examples."""
    explaining = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in explaining:
            yield node.lineno, node.value
        elif isinstance(node, ast.Name):
            yield node.lineno, node.id
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.lineno, node.name
