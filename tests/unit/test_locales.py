"""Words, numbers and dates in other languages: catalogues, plural forms, and what stands in for them."""

from __future__ import annotations

import ast
import re
import runpy
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from kbgen.facts.fact import Fact
from kbgen.facts.wording import format_fact
from kbgen.locales import locale as locales
from kbgen.locales.locale import ENGLISH, find_locale
from kbgen.locales.translated import TranslatedLocale
from kbgen.site.scripts import in_language

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests" / "fixtures" / "locales"
MESSAGES = runpy.run_path(str(ROOT / "tools" / "messages.py"))
CATALOGUES = sorted((*locales.FOLDER.glob("*.po"), *FIXTURES.glob("*.po")))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = [*sorted((ROOT / "templates" / "static").glob("*.js")), ROOT / "templates" / "graph" / "graph.js"]
NOTES = ("%(count)s note", "%(count)s notes")


@pytest.fixture
def fixtures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locales, "FOLDER", FIXTURES)


def test_the_template_of_catalogues_holds_all_that_the_site_says() -> None:
    found = MESSAGES["written"](MESSAGES["messages"](), header=False)
    assert MESSAGES["TEMPLATE"].read_bytes() == found, "run python tools/messages.py"


def test_every_message_stands_where_the_tool_finds_it() -> None:
    inside = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted((ROOT / "kbgen").rglob("*.py"))
        for text in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr.endswith("gettext")
    ]
    assert inside == [], "a message in an f-string is not found"
    scripts = [path.name for path in SCRIPTS if re.search(r"\$\{[^}`]*gettext\(", path.read_text("utf-8"))]
    assert scripts == [], "nor is one in a template literal"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_holds_no_words_but_messages(path: Path) -> None:
    source = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    source = re.sub(r"<(style|script)\b.*?</\1>", "", source, flags=re.DOTALL)
    source = re.sub(r"\{%-? trans\b.*?endtrans -?%\}", "", source, flags=re.DOTALL)
    source = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", source, flags=re.DOTALL)
    said = re.findall(r' (?:title|aria-label|placeholder|alt)="([^"]*)"', source)
    said += re.split(r"<[^>]*>", source)
    assert [text.strip() for text in said if re.search(r"[A-Za-z]", text)] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_holds_no_words_but_messages(path: Path) -> None:
    source = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    source = re.sub(r"\bn?p?gettext\([^)]*\)", "", source)
    texts = re.findall(r'"([^"\n]*)"', source) + re.findall(r"`([^`]*)`", source)
    words = [
        text for text in texts if re.search(r"^[A-Z][a-z]+\b|[a-z] [a-z]", re.sub(r"\$\{[^}]*\}", "", text))
    ]
    assert set(words) <= {"use strict", "Enter", "Escape", "ArrowDown", "ArrowUp", "#toc details"}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.name)
def test_a_catalogue_fits_the_messages(path: Path) -> None:
    with path.open("rb") as file:
        catalogue = read_po(file)
    assert [str(error) for message in catalogue for error in message.check(catalogue)] == []
    plurals = [message for message in catalogue if message.pluralizable]
    halves = [
        message.id for message in plurals if any(message.string or ()) and not all(message.string or ())
    ]
    assert halves == [], "some forms would be English"
    TranslatedLocale(path.stem, [path])  # or its rule for plurals cannot be read
    said = [(m.id, str(m.string)) for m in catalogue if isinstance(m.id, str) and m.id and m.string]
    assert [text for text, words in said if _placeholders(text) - _placeholders(words)] == []
    known = {(message.id, message.context) for message in MESSAGES["messages"]()}
    assert {(message.id, message.context) for message in catalogue if message.id} <= known


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)", text))


@pytest.mark.usefixtures("fixtures")
@pytest.mark.parametrize(
    ("tag", "number", "words"),
    [
        ("pl", 1, "1 notatka"),
        ("pl", 3, "3 notatki"),
        ("pl", 5, "5 notatek"),
        ("pl", 12, "12 notatek"),
        ("pl", 22, "22 notatki"),
        ("pl-PL", 12345, "12\N{NO-BREAK SPACE}345 notatek"),
        ("ar", 0, "لا ملاحظات"),
        ("ar", 1, "ملاحظة واحدة"),
        ("ar", 2, "ملاحظتان"),
        ("ar", 3, "3 ملاحظات"),
        ("ar", 11, "11 ملاحظة"),
        ("ar", 100, "100 من الملاحظات"),
        ("nn", 2, "2 notes"),
    ],
)
def test_each_number_takes_its_form(tag: str, number: int, words: str) -> None:
    locale = find_locale(tag)
    assert locale.ngettext(*NOTES, number) % {"count": locale.number(number)} == words


@pytest.mark.usefixtures("fixtures")
def test_a_region_is_asked_before_its_language_and_english_last() -> None:
    region, language, other = find_locale("PL-xx"), find_locale("pl-Latn-PL"), find_locale("pt-BR")
    assert (region.gettext("Tags"), language.gettext("Tags"), other) == ("Znaczniki", "Tagi", ENGLISH)
    assert region.ngettext(*NOTES, 3) == "%(count)s notatki"
    assert language.gettext("Vault") == "Vault"
    assert language.gettext("Feed") == "Feed"  # what is fuzzy may be wrong


@pytest.mark.usefixtures("fixtures")
def test_numbers_and_dates_are_written_as_the_language_does() -> None:
    polish, arabic = find_locale("pl"), find_locale("ar")
    assert polish.date("2026-11-03T09:30") == "3 lis 2026"
    assert polish.number(Decimal("1234567.125")) == "1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567,125"
    assert arabic.listed(["أ", "ب"]) == "أ، ب"
    rate = Fact("alexnet", "top5_error", "0.153", "", "rate", (), "published", "", "")
    assert (format_fact(rate, locale=polish), format_fact(rate)) == ("15,3%", "15.3 %")


@pytest.mark.usefixtures("fixtures")
@pytest.mark.parametrize(
    ("number", "written"),
    [
        (10**31, "10" + "\N{NO-BREAK SPACE}000" * 10),
        (Decimal("1234567890123456789012345678.250"), "1234567890123456789012345678,250"),
        (Decimal("-0.50"), "-0,50"),
    ],
)
def test_a_long_number_or_one_that_ends_in_noughts_keeps_its_digits(
    number: int | Decimal, written: str
) -> None:
    assert find_locale("pl").number(number, grouped=isinstance(number, int)) == written


def test_all_thousands_are_grouped_where_an_apostrophe_does_it() -> None:
    assert TranslatedLocale("de-CH", [FIXTURES / "pl.po"]).number(1234567) == "1'234'567"


@pytest.mark.usefixtures("fixtures")
def test_a_script_is_given_its_own_words_and_the_rule_for_plurals() -> None:
    script = 'const CATALOGUE = {};\ngettext("Tags"); ngettext("%(count)s link", "%(count)s links", n);'
    filled = in_language(script, find_locale("pl"))
    assert '"Tags": ["Tagi"]' in filled
    assert '"%(count)s link": ["%(count)s link", "%(count)s linki", "%(count)s linków"]' in filled
    assert "notatka" not in filled
    assert 'language: "pl", plural: (n) => Number((n==1 ? 0' in filled
    assert in_language(script, ENGLISH) == script
    assert in_language("no words", find_locale("pl")) == "no words"


def test_english_needs_no_babel() -> None:
    code = (
        "import sys, kbgen.locales.locale as each; each.find_locale('en-GB').ngettext('a', 'b', 2)\n"
        "import kbgen.cli, kbgen.pipeline, kbgen.site.staging, kbgen.notes.compiler, kbgen.annotate.collect\n"
        "print('babel' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
