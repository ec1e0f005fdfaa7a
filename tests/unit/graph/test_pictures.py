"""``kbgen graph --format svg`` and ``html``: what is in the picture, and in which colours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from selectolax.lexbor import LexborHTMLParser

from kbgen import cli

NOTES = {
    "Planets/Mars.md": "#red [[Venus]] [[Pluto]]",
    "Planets/Venus.md": "#hot",
    "Sun.md": "#hot ![[p.png]]",
    "p.png": "",
}


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in NOTES.items():
        path = tmp_path / "vault" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def drawn(form: str, *options: str) -> str:
    assert cli.main(["graph", "--format", form, "-o", "picture", *options]) == 0
    return Path("picture").read_text(encoding="utf-8")


def data(page: str) -> dict[str, Any]:
    (script,) = LexborHTMLParser(page).css("script#data")
    found: dict[str, Any] = json.loads(script.text())
    return found


def shown(picture: str) -> set[str | None]:
    return {node.get("data-id") for node in ET.fromstring(picture).iter() if node.get("data-id")}  # noqa: S314 - ours


@pytest.mark.usefixtures("vault")
def test_a_drawing_has_the_notes_unless_other_kinds_are_asked_for() -> None:
    assert shown(drawn("svg")) == {"Planets/Mars.md", "Planets/Venus.md", "Sun.md"}
    assert shown(drawn("svg", "--kind", "tag", "--folder", "Planets")) == set()
    assert shown(drawn("svg", "--kind", "tag")) == {"tag:red", "tag:hot"}
    assert shown(drawn("svg", "--tag", "hot")) == {"Planets/Venus.md", "Sun.md"}


@pytest.mark.usefixtures("vault")
def test_the_page_has_all_that_was_chosen_and_three_ways_to_colour_it() -> None:
    found = data(drawn("html"))
    assert sorted(found["name"]) == [
        "Mars.md",
        "Sun.md",
        "Venus.md",
        "p.png",
        "tag:hot",
        "tag:red",
        "unresolved:Pluto",
    ]
    assert [each["by"] for each in found["colourings"]] == ["tag", "folder", "community"]
    found = data(drawn("html", "--colour", "community", "--folder", "Planets"))
    assert found["name"] == ["Mars.md", "Venus.md"]
    assert [each["by"] for each in found["colourings"]] == ["community", "tag", "folder"]
    assert found["url"] is None


def test_nodes_lead_to_their_pages_where_the_config_says_where_these_are(vault: Path) -> None:
    (vault / "kbgen.toml").write_text('base_url = "https://example.org/notes"', encoding="utf-8")
    assert data(drawn("html", "--tag", "red"))["prefix"] == "https://example.org/notes/"
    assert 'href="https://example.org/notes/Planets/Mars.html"' in drawn("svg", "--tag", "red")


@pytest.mark.usefixtures("vault")
@pytest.mark.parametrize("form", ["svg", "html"])
def test_a_picture_of_nothing_is_a_picture(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert drawn(form, "--tag", "red", "--folder", "Planets", "--match", "venus")
    assert "nothing in the vault is all that was asked for" in capsys.readouterr().err


@pytest.mark.usefixtures("vault")
@pytest.mark.parametrize("form", ["svg", "html", "graphml", "gexf", "dot", "mermaid", "json"])
def test_twice_the_same_bytes(form: str) -> None:
    assert drawn(form) == drawn(form, "--no-cache")
