"""Unlinked mentions against a search at every place of the text."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbgen.config import load
from kbgen.graph.queries import mentions, unlinked
from kbgen.pipeline import read, read_graph

NAMES = (
    *("Cat", "Cat food", "Cat food bank", "Food bank", "C++", ".NET"),
    *("東京", "京都", "Éclair", "X1", "Twin", "y"),
)
"""Each is the title of a note; two notes are called Twin."""

SAID = (
    *("cat", "CAT", "cat food", "cat food bank", "cat food banks", "bank", "c++", ".net", "net"),
    *("東京", "京都", "éclair", "x1", "x", "twin", "y"),
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
            and not goes_on(flat, at)
            and not goes_on(flat, at + len(name))
        ]
        longest = max(standing, key=len, default="")
        if longest not in {"", "y", "Twin"}:
            found[longest] += 1
        at += len(longest) if longest not in {"", "y", "Twin"} else 1
    return found


def goes_on(flat: str, at: int) -> bool:
    if not 0 < at < len(flat):
        return False
    before, after = flat[at - 1], flat[at]
    return (
        before.isalnum() and after.isalnum() and not (_ONE_BY_ONE.match(before) or _ONE_BY_ONE.match(after))
    )


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
@settings(max_examples=150)
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
    monkeypatch.setattr(unlinked, "_CHUNK", 2)
    monkeypatch.setattr(unlinked, "_WORTH_A_PROCESS", 1)
    write(tmp_path, "cat food bank and C++, .NET")
    config = load(vault=tmp_path / "v", output=None, config_file=None, base_url=None, cwd=tmp_path)
    vault, graph = read(config).linked, read_graph(config)
    assert mentions(graph, vault, workers=2) == mentions(graph, vault) != []
