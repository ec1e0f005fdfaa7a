"""Every word that a reader sees comes from the catalogue: a language shows it in which all is bracketed.

In it each word of ours is a little longer and stands in ⟦ ⟧, and what the author writes does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from playwright.sync_api import Browser
from selectolax.lexbor import LexborHTMLParser

from kbgen.answers.pictures import html, svg
from kbgen.config import Config
from kbgen.locales import locale as locales
from kbgen.pipeline import build, read_graph

ROOT = Path(__file__).parents[2]
WORDS = ROOT / "tests" / "fixtures" / "locales" / "words.txt"
LANGUAGE = "en-XA"
"""What pseudo-localised English goes by."""

FILE = re.compile(r"^-- (.+) --\n", re.MULTILINE)
SLOT = re.compile(r"(%\(\w+\)s|%%|<[^>]*>)")
BRACKETED = re.compile(r"⟦[^⟦⟧]*⟧")
LATIN = re.compile(r"[A-Za-z]")
NAMES = re.compile(r"\b[a-z-]+(?:\.[a-z-]+)+\b|\.md\b")
"""Hosts, and the end of the name of a note."""
ATTRIBUTES = ("title", "aria-label", "placeholder", "alt")
SYNTAX = {"tags", "aliases", "Картина.excalidraw"}
"""What the author cannot write otherwise."""
UNSEEN = {"script", "style", "code", "head", "time"}


def bracketed(message: str) -> str:
    """Bracket the words of a message between the places that are filled, and the tags in it."""
    parts = SLOT.split(message)
    return "".join(part if number % 2 or not part else f"⟦{part}·ø·⟧" for number, part in enumerate(parts))


@pytest.fixture(autouse=True)
def _pseudo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (locales.FOLDER / "messages.pot").open("rb") as file:
        template = read_po(file)
    catalogue = Catalog(locale="en")
    for message in template:
        if message.id:
            forms = [message.id] if isinstance(message.id, str) else list(message.id)
            strings = tuple(map(bracketed, forms))
            catalogue.add(message.id, strings[0] if len(strings) == 1 else strings, context=message.context)
    folder = tmp_path / "locales"
    folder.mkdir()
    with (folder / f"{LANGUAGE}.po").open("wb") as file:
        write_po(file, catalogue)
    monkeypatch.setattr(locales, "FOLDER", folder)


def texts(page: LexborHTMLParser) -> Iterator[str]:
    """Yield every text of a page that somebody sees or hears, attributes included."""
    assert page.root is not None
    for each in page.root.traverse(include_text=True):
        if each.tag == "-text":
            parents, parent = set(), each.parent
            while parent is not None:
                parents.add(parent.tag)
                parent = parent.parent
            if not parents & UNSEEN:
                yield each.text_content or ""
        elif each.tag and not each.tag.startswith("-"):
            yield from (each.attributes.get(name) or "" for name in ATTRIBUTES)


def ours(text: str) -> str:
    """Return what of a text is Latin and not bracketed."""
    left = NAMES.sub("", BRACKETED.sub("", text))
    return left.strip() if LATIN.search(left) and left not in SYNTAX else ""


def vault_of_words(tmp_path: Path) -> Path:
    _, *parts = FILE.split(WORDS.read_text(encoding="utf-8"))
    for name, content in zip(parts[::2], parts[1::2], strict=True):
        path = tmp_path / "vault" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content.strip() + "\n", encoding="utf-8")
    return tmp_path / "vault"


def test_no_word_of_ours_stands_on_a_page_as_it_is_in_the_code(tmp_path: Path) -> None:
    config = Config(
        vault=vault_of_words(tmp_path),
        output=tmp_path / "site",
        title="Сад",
        base_url="https://example.org",
        language=LANGUAGE,
    )
    build(config)
    pages = {
        path.relative_to(config.output).as_posix(): LexborHTMLParser(path.read_text(encoding="utf-8"))
        for path in sorted(config.output.rglob("*.html"))
    }
    assert len(pages) > 20
    found = {
        name: escaped
        for name, page in pages.items()
        if (escaped := [left for text in texts(page) if (left := ours(text))])
    }
    assert found == {}, found


AUTHORS = (
    "article.note, a.kb-verdict",
    "a.internal, a.external, a.tag, a.kb-site-title, .kb-site-footer a[href$='index.html']",
    ".kb-menu li, #breadcrumbs ol, #toc a, h1, title",
    "dl.properties dt, dl.properties dd > span",
    ".context, .kb-where, .kb-said, .kb-entries p, .kb-communities h3, .unresolved",
    "details > summary > span[dir]",
    # What a source of facts says is in its own words.
    ".kb-about, .kb-reference, .kb-message, .kb-derivation, .kb-source",
)
"""What the bundled vault and its sources of facts say themselves."""


def test_no_word_of_ours_stands_beside_the_notes_of_the_bundled_vault(tmp_path: Path) -> None:
    config = Config(vault=ROOT / "vault", output=tmp_path / "site", title="AlexNet", language=LANGUAGE)
    build(config)
    found = {}
    marks: set[str] = set()
    for path in sorted(config.output.rglob("*.html")):
        page = LexborHTMLParser(path.read_text(encoding="utf-8"))
        marks |= {each.attributes["aria-label"] or "" for each in page.css("a.kb-verdict")}
        for each in page.css(".kb-reason"):  # the names of notes between our words
            assert BRACKETED.search(each.text())
            each.decompose()
        for selector in AUTHORS:
            for each in page.css(selector):
                each.decompose()
        left = [left for text in texts(page) if (left := ours(text))]
        if left:
            found[path.relative_to(config.output).as_posix()] = left
    assert found == {}, found
    assert marks
    verdict = re.compile(r"⟦(?:Supported|Refuted|Not checked|Filled in)·ø·⟧(?:$|: .*)")
    assert [mark for mark in marks if not verdict.match(mark)] == []
    known = re.compile(r"\b(?:computed|measured|published|declared|arithmetic)\b")
    assert [mark for mark in marks if known.search(BRACKETED.sub("", mark))] == []


def test_no_word_of_ours_stands_in_a_picture_of_the_graph(tmp_path: Path, browser: Browser) -> None:
    config = Config(vault=vault_of_words(tmp_path), output=tmp_path, title="Сад", language=LANGUAGE)
    graph = read_graph(config)
    drawn = LexborHTMLParser(svg(graph, list(graph), config, "tag"))
    latin = [left for each in drawn.css("text, title, desc") if (left := ours(each.text()))]
    assert latin == []
    (tmp_path / "graph.html").write_text(html(graph, list(graph), config, "folder"), encoding="utf-8")
    page = browser.new_context().new_page()
    page.goto((tmp_path / "graph.html").as_uri())
    page.locator("html[data-ready]").wait_for(state="attached")
    seen: list[str] = []

    def look() -> None:
        seen.extend(texts(LexborHTMLParser(page.content())))

    look()
    for words in ("Первая", "Нигде", "химия", "Сама", "нет такого"):
        page.fill("#find", words)
        look()
        page.press("#find", "Enter")
        look()
    latin = [left for text in seen if (left := ours(text))]
    assert latin == []
    for words in (
        "Links to",
        "Linked from",
        "Links to nothing",
        "a tag",
        "no note bears this name",
        "no folder",
    ):
        assert any(f"⟦{words}" in text for text in seen), words


def test_a_site_in_another_language_is_that_of_a_clean_build(tmp_path: Path) -> None:
    vault = vault_of_words(tmp_path)
    again = Config(vault=vault, output=tmp_path / "again", cache=tmp_path / "cache", title="Сад")
    for language in ("en", LANGUAGE):
        build(msgspec.structs.replace(again, language=language))
    clean = msgspec.structs.replace(again, output=tmp_path / "clean", cache=None, language=LANGUAGE)
    build(clean)

    def files(folder: Path) -> dict[str, bytes]:
        found = (path for path in sorted(folder.rglob("*")) if path.is_file())
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in found
            if not path.name.startswith(".kbgen")
        }

    assert files(again.output) == files(clean.output)
