"""``kbgen graph`` from end to end: what it prints where, and with which exit code it ends."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest

from kbgen import cli
from kbgen.config import load
from kbgen.graph.queries.catalogue import QUESTIONS, Arguments, Inputs, ask
from kbgen.pipeline import read, read_graph
from kbgen.vault.history import Dates, History
from kbgen.vault.paths import VaultPath
from tests.commands import command_cases, dots, write_files

ROOT = Path(__file__).parents[3]
DOCUMENTS = [Path(__file__).parent / name for name in ("commands.md", "34-asked-as-meant.md")]


def cases_with_files() -> list[Any]:
    """Return the cases; one without files has those of the last case with some."""
    found: list[Any] = []
    last = ""
    for document in DOCUMENTS:
        for case in command_cases(document):
            files, *rest = case.values
            last = files or last
            found.append(pytest.param(last, *rest, id=case.id))
    return found


def test_every_case_is_read() -> None:
    for document in DOCUMENTS:
        assert dots(document) == 3 * len(command_cases(document))


@pytest.mark.parametrize(("files", "command", "wanted"), cases_with_files())
def test_commands(
    files: str,
    command: str,
    wanted: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    write_files(files)
    code = cli.main(shlex.split(command))
    said = capsys.readouterr()
    answer = Path("answer.txt")
    written = f"--- answer.txt\n{answer.read_text(encoding='utf-8')}" if answer.is_file() else ""
    assert f"exit {code}\n--- stdout\n{said.out}--- stderr\n{said.err}{written}" == wanted


def test_11_34_an_answer_has_the_columns_of_its_rows(tmp_path: Path) -> None:
    write = {
        "A.md": "---\nup: '[[B]]'\n---\n[[C]] [[D]] [[Gone]]",
        "B.md": "---\nup: '[[A]]'\n---\n[[C]] [[D]]",
        "C.md": "Says Dog. [[E]]",
        "D.md": "[[E]] says C.",
        "E.md": "[[Dog]]",
        "Dog.md": "",
        "Alone.md": "",
    }
    for name, text in write.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    config = load(vault=tmp_path, output=None, config_file=None, base_url=None, cwd=tmp_path)
    vault = read(config, use_cache=False).linked
    history = History({VaultPath("A.md"): Dates("2024-01-01", "2024-01-01")})
    graph = read_graph(config, use_cache=False)
    asked = Inputs(graph, vault, history, Arguments(start="A.md", end="E.md"))
    answers = [ask(question, asked) for question in QUESTIONS]
    assert all(answer.rows for answer in answers), [a.question for a in answers if not a.rows]
    for answer in answers:
        assert {tuple(row) for row in answer.rows} <= {answer.columns}, answer.question
