"""Which words are a name and which are a part of a longer one; see tests/fixtures/claims/exact.md."""

from __future__ import annotations

import pytest

from kbgen.claims.mention_detection import detect_mentions
from kbgen.facts.fact import Lexicon, Name
from kbgen.facts.knowledge import Knowledge
from tests.tables import rows


def listed(text: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in text.split(";") if each.strip())


KNOWLEDGE = Knowledge(
    (),
    [
        Lexicon(
            tuple(
                Name(row["id"], listed(row["names"]), cased=listed(row["cased"]))
                for row in rows("claims/exact.md", "Subjects")
            ),
            nouns=("reader",),
        )
    ],
)


@pytest.mark.parametrize("row", rows("claims/exact.md", "Lines"), ids=lambda row: row["words"])
def test_a_name_inside_a_longer_one_is_none(row: dict[str, str]) -> None:
    found = detect_mentions(KNOWLEDGE, row["words"])
    assert [each.entry.id for each in found if each.entry.sort == "subject"] == row["named"].split()
