"""The baseline: what it knows is no news, and it says so when it is out of date."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbgen.errors import ConfigError, UsageError
from kbgen.facts.sources.loading import SourceFailure
from kbgen.verdicts.baseline import BaselineEntry, mark_known, read, updated, write
from tests.unit.verdicts.made import outcome_of, placed

FILE = Path("/notes/verify-baseline.json")
MOONS = BaselineEntry("Mars.md", "mars", "moons", "3")


def test_one_entry_stands_for_one_claim() -> None:
    twice = outcome_of(placed(line=3), placed(line=9))
    marked, stale = mark_known(twice, [MOONS], FILE)
    assert [each.known for each in marked.findings] == [True, False]
    assert stale == ()
    marked, stale = mark_known(twice, [MOONS, MOONS, MOONS], FILE)
    assert [each.known for each in marked.findings] == [True, True]
    assert stale == (MOONS,)


@pytest.mark.parametrize("changed", [{"text": "4"}, {"property": "rings"}, {"path": "Venus.md"}])
def test_another_claim_is_news(changed: dict[str, Any]) -> None:
    marked, stale = mark_known(outcome_of(placed(**changed)), [MOONS], FILE)
    assert [each.known for each in marked.findings] == [False]
    assert stale == (MOONS,)


def test_what_is_right_by_now_is_out_of_date() -> None:
    marked, stale = mark_known(outcome_of(placed(verdict="supported")), [MOONS], FILE)
    assert not marked.findings[0].known
    assert stale == (MOONS,)


def test_a_note_has_one_path_however_it_is_verified() -> None:
    whole = outcome_of(placed(folder="/notes/vault"), looked_at=(Path("/notes/vault"),))
    alone = outcome_of(placed(folder="/notes/vault"), looked_at=(Path("/notes/vault/Mars.md"),))
    for found in (whole, alone):
        assert updated(found, (), FILE).entries == (BaselineEntry("vault/Mars.md", "mars", "moons", "3"),)


def test_notes_that_were_not_looked_at_are_left_alone() -> None:
    other = BaselineEntry("Venus.md", "venus", "moons", "1")
    alone = outcome_of(placed(verdict="supported"), looked_at=(Path("/notes/Mars.md"),))
    assert mark_known(alone, [MOONS, other], FILE)[1] == (MOONS,)
    change = updated(alone, [MOONS, other], FILE)
    assert (change.entries, change.added, change.removed) == ((other,), 0, 1)
    outside = BaselineEntry("../elsewhere/Mars.md", "mars", "moons", "3")
    assert updated(outcome_of(), [MOONS, outside], FILE).entries == (outside,)


def test_a_source_that_failed_takes_nothing_out() -> None:
    found = outcome_of(failures=(SourceFailure("x", "failed"),))
    assert mark_known(found, [MOONS], FILE)[1] == ()
    assert updated(found, [MOONS], FILE).entries == (MOONS,)


ENTRIES = st.lists(st.builds(BaselineEntry, st.text(), st.text(), st.text(), st.text()), max_size=5)


@given(ENTRIES)
def test_it_is_read_as_it_was_written_one_entry_a_line(
    tmp_path_factory: pytest.TempPathFactory, entries: list[BaselineEntry]
) -> None:
    file = tmp_path_factory.getbasetemp() / "folder" / "known.json"
    write(file, sorted(entries))
    assert read(file, wanted=True) == tuple(sorted(entries))
    lines = file.read_bytes().split(b"\n")
    assert len(lines) == len(entries) + 3
    assert all(json.loads(line.rstrip(b",")) for line in lines[1:-2])


def test_what_is_no_baseline(tmp_path: Path) -> None:
    file = tmp_path / "known.json"
    assert read(file, wanted=False) == ()
    with pytest.raises(ConfigError, match=r"^known\.json: the baseline that the config names is not there$"):
        read(file, wanted=True)
    for text in ("", "[]", '{"schema": "kbgen.verify-baseline/1", "known": [3]}', "\xff"):
        file.write_text(text, encoding="latin-1")
        with pytest.raises(ConfigError, match=r"^known\.json: this is no baseline: "):
            read(file, wanted=False)
    file.write_text('{"schema": "kbgen.verify-baseline/9", "known": []}', encoding="utf-8")
    with pytest.raises(ConfigError, match=r'has the schema "kbgen\.verify-baseline/9"'):
        read(file, wanted=False)
    with pytest.raises(ConfigError, match="cannot be read"):
        read(tmp_path, wanted=False)
    with pytest.raises(UsageError, match="cannot be written: Is a directory"):
        write(tmp_path, [])
