"""The benchmarks run, and their vaults are what they say, the same bytes everywhere."""

from __future__ import annotations

import importlib
import json
import re
import sys
from collections import Counter
from hashlib import blake2b
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
LINK = re.compile(r"\[\[([^\]|#]+)[^\]]*\]\]|\]\(([^)]+\.md)\)")


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))


def imported(name: str) -> ModuleType:
    return importlib.import_module(name)


def test_a_seed_gives_the_same_vault_on_every_machine() -> None:
    digest = blake2b(digest_size=8)
    for path, text in imported("vault").vault(300, 1):
        digest.update(f"{path}\0{text}\0".encode())
    assert digest.hexdigest() == "7e62ca8128da294e"
    assert list(imported("vault").vault(5, 1)) != list(imported("vault").vault(5, 2))


def test_notes_are_as_large_and_as_linked_as_they_say() -> None:
    notes = dict(imported("vault").vault(1000, 1))
    assert len(notes) == 1000
    sizes = [len(text.encode()) for text in notes.values()]
    assert 2000 < sum(sizes) / 1000 < 2500
    links = Counter(
        target.rpartition("/")[2] for text in notes.values() for target, _ in LINK.findall(text) if target
    )
    assert 7 < sum(len(LINK.findall(text)) for text in notes.values()) / 1000 < 9
    assert 200 < sum("aliases:" in text for text in notes.values()) < 300
    # A few notes have very many backlinks: the first hundredth has more than its share tenfold.
    assert sum(count for _, count in links.most_common(10)) > sum(links.values()) / 20
    assert {path.partition("/")[0] for path in notes} >= {"Areas", "Journal", "Sources"}


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError, match="is not empty"):
        imported("vault").write_vault(tmp_path, 3, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.md"]


def test_a_record_has_every_state_and_what_it_was_measured_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    build = imported("build")
    monkeypatch.setattr(build, "SETTLED", 0)
    record = tmp_path / "record.json"
    monkeypatch.setattr(sys, "argv", ["build.py", "12", "--runs", "1", "--json", str(record)])
    build.main()
    found = json.loads(record.read_text(encoding="utf-8"))
    assert found["schema"] == "kbgen.benchmark/1"
    assert found["machine"]["cores"] >= 1
    (result,) = found["results"]
    assert result["notes"] == 12
    assert list(result["times"]) == ["cold", "nothing changed", "one note changed", "markdown-it-py alone"]
    assert all(times["cpu"] > 0 for times in result["times"].values())
    assert "generated, seed 1: 12 notes" in capsys.readouterr().out


def test_every_question_to_the_graph_has_a_row(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    graph = imported("graph")
    monkeypatch.setattr(sys, "argv", ["graph.py", "30", "--runs", "1"])
    graph.main()
    said = capsys.readouterr().out
    rows = re.findall(r"(?m)^([a-z-]+) +[0-9.]+ s(?! wall)", said)
    assert rows == [*graph.QUESTIONS, "all"]
    assert "30 notes, " in said
    assert re.search(r"(?m)^graph --tag +[0-9.]+ s wall +[0-9.]+ s CPU$", said)
