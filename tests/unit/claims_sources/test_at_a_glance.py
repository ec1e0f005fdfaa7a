"""What is told of a note at a glance is what reading it tells: few notes say anything against themselves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbgen.claims.passages import passages_of
from kbgen.consistency import checks
from kbgen.facts.knowledge import Knowledge
from kbgen.facts.sources.source import Known, Request
from kbgen.links.model import UNRESOLVED, LinkedNote
from kbgen.notes.compiler import compile_note
from kbgen.notes.model import CompileOptions
from kbgen.notes.store import stored
from kbgen.vault.paths import VaultPath
from kbgen.verification.checking import Checker
from kbgen.verification.coverage import count_numbers, numbers
from tests.unit.claims_sources.test_arithmetic import CASE, FIXTURES

CASES = [note for _, note, _ in CASE.findall((FIXTURES / "arithmetic.md").read_text("utf-8"))]
BLOCKS = (
    "---\nyears: 2021-02-30\nlist: [1, 2.5, v3]\n---",
    "# The two laws",
    "## Three halls",
    "## Quick stats",
    "There are two wings:",
    "Width: 4 m",
    "Width: 5 m",
    "Total: 9",
    "- A: 1\n- B: 2\n- Total: 4",
    "- a\n- b\n- c",
    "- 1991 a\n- 1995 b\n- 1993 c\n- 1999 d\n- 2001 e\n- 2003 f",
    "| Year | What |\n| --- | --- |\n| 1991 | a |\n| 1995 | b |\n| 1992 | c |\n| 1999 | d |",
    "| Law | _Total_ |\n| --- | --- |\n| A | 1 |\n| B | 2 |\n| C | 3 |",
    "| What | Before | After | Change |\n| --- | --- | --- | --- |\n| A | 5 | 3 | 2 |\n| B | 7 | 3 | 5 |",
    "It was 31 April\n1999, as `2013-02-30` and 2021-02-29 are. v1.2, 3,000 and a9 9a ٣ ½ $4x_2$",
    "```\n12 3.4 Total: 5\n```",
    "Margin: 3 points",
    "A  \n2: 3\n4 = 5",
    "> 5 rooms:\n> - 1\n> - 2",
    "Read[^1] 7.\n\n[^1]: Width: 6 and 8",
)


def linked(text: str) -> LinkedNote:
    note = stored(compile_note(text.encode(), CompileOptions()))
    links = (UNRESOLVED,) * len(note.outline.links)
    return LinkedNote(VaultPath("a.md"), "a", note.outline, links, "", note.key, note.load)


def holds(note: LinkedNote) -> None:
    """Hold what is told at a glance against what reading tells."""
    places = numbers(passages_of(note))
    slow = Checker([Known(derive=checks.derive)])
    quick = Checker([checks.known(Request())])
    for each in (slow.check(note), slow.check(note, locate_numbers=False), quick.check(note)):
        assert each.seen == sum(map(len, each.numbers.values()))
    assert list(quick.check(note, locate_numbers=False).judged) == list(slow.check(note).judged)
    assert quick.check(note, locate_numbers=False).seen == slow.check(note).seen
    assert count_numbers(note, note.content) == sum(map(len, places.values()))


def test_a_note_without_claims_is_held_against_itself_without_what_is_known() -> None:
    """What came of it counts whatever the facts are by now."""
    nothing = cast("Knowledge", object())
    found = [list(checks.derive(passages_of(linked(text)), (), nothing)) for text in (*BLOCKS, *CASES)]
    assert sum(map(bool, found)) > 20


@given(st.lists(st.sampled_from((*BLOCKS, *CASES)), max_size=5))
def test_notes_of_such_blocks(blocks: Sequence[str]) -> None:
    holds(linked("\n\n".join(blocks)))


@pytest.mark.parametrize("block", [*BLOCKS, *CASES])
def test_each_block(block: str) -> None:
    holds(linked(block))


def test_the_notes_of_the_vault() -> None:
    texts = [path.read_text("utf-8") for path in sorted(Path("vault").rglob("*.md"))]
    assert len(texts) > 20
    for text in texts:
        holds(linked(text))


def test_most_notes_need_not_be_read() -> None:
    for text in (
        "Words.",
        "# The sea\n\nIt has 5 islands.\n\n- 1\n- 2",
        "A: 1\n\nB: 2",
        "| a | b |\n| - | - |\n| 1 | 2 |",
    ):
        note = linked(text)
        assert not checks.may_derive(note.content, note.content.text)
        assert not Checker([checks.known(Request())]).check(note, locate_numbers=False).passages
