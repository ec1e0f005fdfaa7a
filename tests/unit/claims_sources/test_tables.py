"""Tables of facts that a user brings: what they mean, and how a mistake in them is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kbgen.errors import ConfigError
from kbgen.facts.sources.table_files import read_tables

FIXTURES = Path(__file__).parents[2] / "fixtures/claims_sources"
CASE = re.compile(r"^## (.+?)\n\n```(\w+)\n(.*?)^```\n\n```outcome\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def cases() -> list[object]:
    found = CASE.findall((FIXTURES / "tables.md").read_text("utf-8"))
    return [pytest.param(kind, text, wanted, id=name) for name, kind, text, wanted in found]


def outcome(path: Path) -> str:
    """Return what a table says, or what is wrong with it."""
    try:
        known = read_tables([path])
    except ConfigError as problem:
        return f"{problem.message}\n" + (f"=> {problem.hint}\n" if problem.hint else "")
    lines = []
    for fact in known.facts:
        lines.append(f"{fact.key} = {fact.value} {fact.unit} ({fact.kind}; {fact.source})".replace("  ", " "))
        lines += [f"  or {each.value}: {each.reason}" for each in fact.accepted]
    lines += [f"{name.id}: {', '.join(name.names)}" for name in known.lexicon.subjects if len(name.names) > 1]
    lines += [
        f"{term.property}: {', '.join(term.words)}" for term in known.lexicon.terms if len(term.words) > 1
    ]
    return "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize(("kind", "text", "wanted"), cases())
def test_a_table_of_facts(tmp_path: Path, kind: str, text: str, wanted: str) -> None:
    path = tmp_path / f"facts.{kind}"
    path.write_text(text, encoding="utf-8")
    assert outcome(path) == wanted


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    assert outcome(tmp_path / "facts.toml") == "facts.toml: there is no such table of facts\n"


def test_a_table_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "facts.csv"
    path.write_bytes(b"subject,property,value\nM\xe4rs,moons,2\n")
    assert outcome(path) == "facts.csv:2: the table of facts is not UTF-8\n"


def test_the_tables_are_believed_in_their_order(tmp_path: Path) -> None:
    for name, value in (("one", 2), ("two", 3)):
        (tmp_path / f"{name}.csv").write_text(
            f"subject,property,value\nMars,moons,{value}\n", encoding="utf-8"
        )
    known = read_tables([tmp_path / "two.csv", tmp_path / "one.csv"])
    assert [fact.value for fact in known.facts] == ["3", "2"]
