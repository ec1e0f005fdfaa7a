"""The linkage of a note changes with what others depend on, and with nothing else.

The note and its edits stand in ``linkage.md``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from kbgen.notes.compiler import compile_note
from kbgen.notes.linkage import linkage
from kbgen.notes.model import CompileOptions
from kbgen.site.plan_tables import NOTES, is_same
from kbgen.site.view_store import Table
from tests.planned_site import planned_site

DOCUMENT = (Path(__file__).parent / "linkage.md").read_text("utf-8")
_NOTE = re.compile(r"^````note\n(.*?)^````", re.MULTILINE | re.DOTALL)
_EDIT = re.compile(r"^- ([^:\n]+): (.*?) => (.*)$", re.MULTILINE)


def note() -> str:
    found = _NOTE.search(DOCUMENT)
    assert found
    return found[1]


def edits(section: str) -> list[Any]:
    """Return the edits of a section: each with the note as it is then."""
    text = DOCUMENT.partition(f"## {section}\n")[2].partition("\n## ")[0]
    found = []
    for name, old, new in _EDIT.findall(text):
        before, after = (words.replace("⏎", "\n") for words in (old, new))
        assert note().count(before) == 1, f"{name}: {before!r} stands {note().count(before)} times"
        found.append(pytest.param(note().replace(before, after), id=name))
    assert len(found) == text.count("\n- "), "an edit that cannot be read"
    return found


def linkage_of(text: str) -> bytes:
    return linkage(compile_note(text.encode(), CompileOptions()).outline)


@pytest.mark.parametrize("edited", edits("Others depend on it"))
def test_it_changes_with_what_others_depend_on(edited: str) -> None:
    assert linkage_of(edited) != linkage_of(note())


@pytest.mark.parametrize("edited", edits("It is its own page's business"))
def test_it_does_not_change_with_the_rest(edited: str) -> None:
    assert edited != note()
    assert linkage_of(edited) == linkage_of(note())


OTHERS = {
    "Moons.md": "# Moons\n\n[[Mars]] has two, see [[Mars#Air]]. #RED\n\n## Phobos\n\n![[Mars#^dust]]",
    "Dust storm.md": "![[Mars#Surface]] [[Mars#cold]]",
    "Notes of mine.md": "---\npublish: false\n---\n[[Mars]]",
}
ANEW = {NOTES, "keys", "diagnostics", ".annotations.notes", ".annotations.coverage", ".footer"}
"""Tables that a build works out though it links nothing: of edited notes, and of what is claimed."""


@pytest.mark.parametrize("edited", edits("It is its own page's business"))
def test_where_it_is_the_same_so_is_all_that_is_planned(
    tmp_path: Path, unedited: Mapping[str, Table], edited: str
) -> None:
    """This is what it is for: the vault is not linked again."""
    site, _ = planned_site(tmp_path, {**OTHERS, "Mars.md": edited})
    assert site.tables.keys() == unedited.keys()
    others = {name for name, table in site.tables.items() if not is_same(table, unedited[name])}
    assert others <= ANEW


@pytest.fixture(scope="module")
def unedited(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Table]:
    """Return what is planned of the note as it stands."""
    site, _ = planned_site(tmp_path_factory.mktemp("unedited"), {**OTHERS, "Mars.md": note()})
    return site.tables
