"""Unlinked mentions against a search at every place of the text."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbgen.config import load
from kbgen.graph.queries import mentions, unlinked_mentions
from kbgen.pipeline import read, read_graph

NAMES = (
    "Cat",
    "Cat food",
    "Cat food bank",
    "Food bank",
    "C++",
    ".NET",
    "東京",
    "京都",
    "Éclair",
    "X1",
    "Twin",
    "y",
)
"""Each is the title of a note; two notes are called Twin."""

SAID = (
    "cat",
    "CAT",
    "cat food",
    "cat food bank",
    "cat food banks",
    "bank",
    "c++",
    ".net",
    "net",
    "東京",
    "京都",
    "éclair",
    "x1",
    "x",
    "twin",
    "y",
)
PIECES = st.lists(
    st.tuples(
        st.sampled_from(SAID),
        st.sampled_from([" ", " ", ", ", "", " - ", "/"]),
    ),
    max_size=12,
)
_ONE_BY_ONE = re.compile(r"[東京都]")


def by_hand(text: str) -> Counter[str]:
    """Look at each place for the longest name that stands there as whole words."""
    flat = text.lower()
    found: Counter[str] = Counter()
    at = 0
    while at < len(flat):
        standing = [
            name
            for name in NAMES
            if flat.startswith(name.lower(), at)
            and not goes_on(name[0].lower(), flat[at - 1 : at] if at else "")
            and not goes_on(name[-1].lower(), flat[at + len(name) :][:1])
        ]
        longest = max(standing, key=len, default="")
        if longest not in {"", "y", "Twin"}:
            found[longest] += 1
        at += len(longest) if longest not in {"", "y", "Twin"} else 1
    return found


def goes_on(end: str, beside: str) -> bool:
    """A letter goes on with a letter, a sign with a letter or itself."""
    if _ONE_BY_ONE.match(end) or _ONE_BY_ONE.match(beside):
        return False
    return beside.isalnum() or (end == beside == "+")


def write(folder: Path, text: str) -> None:
    (folder / "v").mkdir(exist_ok=True)
    for name in NAMES:
        # A file whose name begins with a dot is no note.
        file, aliases = ("Dot", f"---\naliases: [{name}]\n---\n") if name.startswith(".") else (name, "")
        (folder / "v" / f"{file}.md").write_text(aliases, encoding="utf-8")
    (folder / "v" / "other").mkdir(exist_ok=True)
    (folder / "v" / "other" / "Twin.md").write_text("", encoding="utf-8")
    (folder / "v" / "Text.md").write_text(f"So: {text}.", encoding="utf-8")


@given(PIECES)
@settings(max_examples=150, deadline=None)
def test_mentions_are_found_wherever_a_name_stands(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[tuple[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("mentions")
    text = "".join(word + between for word, between in pieces)
    write(folder, text)
    config = load(vault=folder / "v", output=None, config_file=None, base_url=None, cwd=folder)
    vault = read(config, use_cache=False).linked
    rows = mentions(read_graph(config, use_cache=False), vault)
    found = Counter({str(row["id"]).removesuffix(".md").replace("Dot", ".NET"): row["value"] for row in rows})
    assert found == by_hand(f"So: {text}.")


def test_a_sentence_without_a_word_names_nothing(tmp_path: Path) -> None:
    write(tmp_path, "cat\n\n…\n\n→ 🐈")
    config = load(vault=tmp_path / "v", output=None, config_file=None, base_url=None, cwd=tmp_path)
    rows = mentions(read_graph(config), read(config).linked)
    assert [(row["id"], row["value"]) for row in rows] == [("Cat.md", 1)]


def test_processes_find_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unlinked_mentions, "_CHUNK_NOTES", 2)
    monkeypatch.setattr(unlinked_mentions, "_MIN_PARALLEL_NOTES", 1)
    write(tmp_path, "cat food bank and C++, .NET")
    config = load(vault=tmp_path / "v", output=None, config_file=None, base_url=None, cwd=tmp_path)
    vault, graph = read(config).linked, read_graph(config)
    assert mentions(graph, vault, workers=2) == mentions(graph, vault) != []


def found_in(folder: Path, notes: dict[str, str]) -> dict[tuple[str, str], int | str | float]:
    for name, text in notes.items():
        (folder / "v" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "v" / name).write_text(text, encoding="utf-8")
    config = load(vault=folder / "v", output=None, config_file=None, base_url=None, cwd=folder)
    rows = mentions(read_graph(config, use_cache=False), read(config, use_cache=False).linked)
    return {(str(row["from"]), str(row["id"])): row["value"] for row in rows}


@pytest.mark.parametrize(
    ("name", "text", "times"),
    [
        pytest.param("C++", "C++11, C++x, C+++ and C++é", 0, id="11.34 a sign, and the word goes on"),
        pytest.param("C++", "C++, C++. (C++) C++/x C++は", 5, id="11.34 a sign, and the word ends"),
        pytest.param("C#", "C#7 C## C#", 1, id="11.34 another sign"),
        pytest.param("(a)", "x(a) (a)y (a)", 1, id="11.34 signs on both sides"),
        pytest.param("Straße", "STRASSE, strasse, Strasse und straße", 4, id="11.34 folding that lengthens"),
        pytest.param("STRASSE", "Die Straße, die Straßen", 1, id="11.34 folding the other way"),
        pytest.param("ΣΊΣΥΦΟΣ", "ο σίσυφος", 1, id="11.34 a final sigma"),
        pytest.param("Café", "ein cafe\u0301 und noch ein CAFÉ", 2, id="11.34 another Unicode form"),
        pytest.param("ﬁnance", "Finance FINANCE", 2, id="11.34 a ligature"),
        pytest.param("İstanbul", "nach İSTANBUL", 1, id="11.34 a letter that folds into two"),
    ],
)
def test_11_34_names_are_compared_as_links_compare_them(
    tmp_path: Path, name: str, text: str, times: int
) -> None:
    found = found_in(tmp_path, {"Name.md": f"---\naliases: ['{name}']\n---\n", "Text.md": text})
    assert found == ({("Text.md", "Name.md"): times} if times else {})


def test_11_34_what_stands_around_a_folded_name_is_as_it_is_written(tmp_path: Path) -> None:
    notes = {"Straße.md": "", "Text.md": "Weiß\nund groß: die STRASSE, [[Straße]], süß."}
    found_in(tmp_path, notes)
    config = load(vault=tmp_path / "v", output=None, config_file=None, base_url=None, cwd=tmp_path)
    (row,) = mentions(read_graph(config, use_cache=False), read(config, use_cache=False).linked)
    assert (row["line"], row["value"], row["linked"]) == (2, 1, "yes")
    assert "groß: die STRASSE, Straße, süß." in str(row["text"])


def test_11_34_the_title_of_a_note_hides_no_shorter_name(tmp_path: Path) -> None:
    notes = {"Cat food.md": "# Cat food\n\nCat food is food.", "Cat.md": "A cat eats cat food."}
    assert found_in(tmp_path, notes) == {("Cat food.md", "Cat.md"): 2, ("Cat.md", "Cat food.md"): 1}


def test_11_34_where_case_alone_tells_names_apart_the_spelling_counts(tmp_path: Path) -> None:
    notes = {"Go.md": "", "sub/go.md": "", "Text.md": "Go is a language, and go is a verb. GO. Go!"}
    assert found_in(tmp_path, notes) == {("Text.md", "Go.md"): 2, ("Text.md", "sub/go.md"): 1}
