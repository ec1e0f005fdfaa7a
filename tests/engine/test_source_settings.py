"""A source of facts declares its settings: mistakes have a place, and builds follow what it depends on."""

from __future__ import annotations

import importlib
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kbgen.annotate.fingerprint import facts_fingerprint
from kbgen.config import Config, load
from kbgen.errors import ConfigError
from kbgen.pipeline import check, verify

if TYPE_CHECKING:
    from tests.engine.conftest import Project

SOURCE = Path(__file__).parents[1] / "fixtures/claims_sources/sqlite_source.py"
CONFIG = '[verify]\nfacts = ["planets"]\n\n[verify.sources.planets]\npath = "planets.db"\n'
NEWER = 'query = "SELECT subject, property, value + 1 AS value FROM fact"\n'
EMPTY = 'query = "SELECT *, NULL AS unit, NULL AS names FROM fact"\n'


@pytest.fixture
def planets(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Return a project with one fact in an SQLite file, and the package that reads it installed."""
    packages = project.root.parent / "packages"
    about = packages / "planets-1.dist-info"
    about.mkdir(parents=True)
    shutil.copy(SOURCE, packages / "planets_source.py")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: planets\nVersion: 1\n", encoding="utf-8")
    (about / "entry_points.txt").write_text("[kbgen.facts]\nplanets = planets_source:source\n", "utf-8")
    monkeypatch.syspath_prepend(packages)
    monkeypatch.delitem(sys.modules, "planets_source", raising=False)
    importlib.invalidate_caches()
    sql(
        project,
        "CREATE TABLE fact (subject, property, value)",
        "INSERT INTO fact VALUES ('Mars', 'moons', 2)",
    )
    project.configure(CONFIG)
    project.write({"Mars.md": "Mars has 2 moons."})
    return project


def sql(project: Project, *statements: str) -> None:
    with closing(sqlite3.connect(project.root / "planets.db")) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def configuration(project: Project) -> Config:
    return load(vault=project.vault, output=None, config_file=None, base_url=None, cwd=project.root)


def verdicts(project: Project) -> list[tuple[str, str]]:
    found = verify(configuration(project), jobs=1)
    assert not found.failures
    return [(each.verdict, each.reference) for each in found.findings]


def test_a_source_is_handed_its_settings(planets: Project) -> None:
    assert verdicts(planets) == [("supported", "2")]
    planets.configure(CONFIG + NEWER)
    assert verdicts(planets) == [("refuted", "3")]


def test_a_field_that_a_database_leaves_empty_is_none(planets: Project) -> None:
    planets.configure(CONFIG + EMPTY)
    assert verdicts(planets) == [("supported", "2")]


CHANGES: dict[str, Callable[[Project], object]] = {
    "a setting": lambda project: project.configure(CONFIG + NEWER),
    "its file": lambda project: sql(project, "UPDATE fact SET value = 3"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_a_build_depends_on(planets: Project, change: Callable[[Project], object]) -> None:
    planets.build()
    before = planets.tree()
    assert planets.build().rendered == 0
    change(planets)
    assert planets.build().rendered > 0
    assert planets.tree() != before
    assert planets.tree() == planets.clean()
    assert planets.build().rendered == 0


def test_the_fingerprint_knows_the_code_of_a_module(planets: Project) -> None:
    before = facts_fingerprint(configuration(planets))
    assert facts_fingerprint(configuration(planets)) == before
    module = planets.root.parent / "packages/planets_source.py"
    module.write_text(f"{module.read_text('utf-8')}\n# Another version.\n", encoding="utf-8")
    assert facts_fingerprint(configuration(planets)) != before


@pytest.mark.parametrize(
    ("settings", "message", "hint"),
    [
        (
            '[verify.sources.planets]\npth = "planets.db"\n',
            'kbgen.toml:4: unknown key "verify.sources.planets.pth"',
            'did you mean "verify.sources.planets.path"?',
        ),
        ("[verify.sources.planets]\n", 'kbgen.toml:3: "verify.sources.planets" needs the key "path"', ""),
        (
            "[verify.sources.planets]\npath = 3\n",
            'kbgen.toml:4: "verify.sources.planets.path" must be a text in quotes, not the number 3',
            "",
        ),
        (
            '[verify.sources.planets]\npath = ""\n',
            'kbgen.toml:4: "verify.sources.planets.path" holds an empty path',
            "",
        ),
        (
            '[verify.sources.planet]\npath = "planets.db"\n',
            'kbgen.toml:3: unknown key "verify.sources.planet"',
            'did you mean "planets"?',
        ),
        (
            "[verify.sources.vault]\nx = 1\n",
            'kbgen.toml:4: unknown key "verify.sources.vault.x"',
            "known keys: none",
        ),
        (
            "[verify.sources]\nplanets = 3\n",
            'kbgen.toml:4: "verify.sources.planets" must be a table, not the number 3',
            "",
        ),
        (
            'sources = "planets"\n',
            (
                'kbgen.toml:3: "verify.sources" must be a table for each source, such as '
                '[verify.sources.NAME], not the text "planets"'
            ),
            "",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(planets: Project, settings: str, message: str, hint: str) -> None:
    name = "vault" if "vault" in settings else "planets"
    planets.configure(f'[verify]\nfacts = ["{name}"]\n{settings}')
    for command in (planets.build, lambda: verdicts(planets), lambda: check(configuration(planets))):
        with pytest.raises(ConfigError) as caught:
            command()
        assert (caught.value.message, caught.value.hint) == (message, hint)


def test_a_source_without_the_settings_that_it_needs(planets: Project) -> None:
    planets.configure('[verify]\nfacts = ["planets"]\n')
    with pytest.raises(ConfigError) as caught:
        planets.build()
    assert caught.value.message == "the source of facts 'planets' needs settings: path"
    assert caught.value.hint == "write them into a table [verify.sources.planets]"


WORDS = """
from kbgen.facts.fact import Fact
from kbgen.facts.sources.entries import Entry, known_of
from kbgen.facts.sources.source import Source

def known(request):
    text = next(iter(request.notes.values())).content.text
    value = int(text.rpartition("counts ")[2].split()[0])
    return known_of([[Entry("words", {"subject": "Mars", "property": "moons", "value": value})]])

source = Source(known)
"""


def test_a_source_that_reads_the_words_of_notes_is_asked_when_they_change(planets: Project) -> None:
    """Code of others may read whatever it is given, so what it knew before is not believed."""
    (planets.root.parent / "packages/planets_source.py").write_text(WORDS, encoding="utf-8")
    planets.configure('[verify]\nfacts = ["planets"]\n')
    planets.write({"A.md": "One counts 2 here.", "Mars.md": "Mars has 2 moons."})
    planets.build()
    assert b'data-verdict="supported"' in planets.tree()["Mars.html"]
    planets.write({"A.md": "One counts 3 here."})
    planets.build()
    assert planets.tree() == planets.clean()
    assert b'data-verdict="refuted"' in planets.tree()["Mars.html"]


COUNTED = """
from collections import namedtuple
from pathlib import Path

Fact = namedtuple("Fact", "subject property value unit kind accepted derivation evidence source")

def facts():
    with Path({asked!r}).open("a") as asked:
        asked.write("!")
    return [Fact("mars", "moons", {value}, "", "discrete", (), "published", "", "a book")]

def lexicon():
    from kbgen.facts.fact import Lexicon, Name, PropertyName
    return Lexicon((Name("mars", ("Mars",)),), terms=(PropertyName("moons", ("moons",), ("moons",)),))
"""


def test_a_source_of_another_package_is_asked_once_while_its_code_is_the_same(planets: Project) -> None:
    module, asked = planets.root.parent / "packages/planets_source.py", planets.root / "asked"
    point = planets.root.parent / "packages/planets-1.dist-info/entry_points.txt"
    point.write_text("[kbgen.facts]\nplanets = planets_source\n", encoding="utf-8")
    module.write_text(COUNTED.format(asked=str(asked), value=2), encoding="utf-8")
    planets.configure('[verify]\nfacts = ["planets"]\n')
    for words in ("", " It is red.", " [[Io]] is red."):
        planets.write({"Mars.md": f"Mars has 2 moons.{words}"})
        planets.build()
        assert b'data-verdict="supported"' in planets.tree()["Mars.html"]
        assert asked.read_text(encoding="utf-8") == "!"
    module.write_text(COUNTED.format(asked=str(asked), value=31), encoding="utf-8")
    del sys.modules["planets_source"]
    planets.build()
    assert asked.read_text(encoding="utf-8") == "!!"
    assert b'data-verdict="refuted"' in planets.tree()["Mars.html"]
    assert planets.tree() == planets.clean()


def test_a_source_may_stop_the_command(planets: Project) -> None:
    (planets.root / "planets.db").unlink()
    with pytest.raises(ConfigError, match="there is no such database"):
        verdicts(planets)
