"""Each construction of names binds what its own examples say, and what it leaves could not be refuted."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kbgen.claims.name_grammar import name_construction, sentence_constructions
from tests.claims.owners import claims

NAMINGS = [*sentence_constructions(), name_construction("label"), name_construction("entry")]
EXAMPLES = [
    pytest.param(text, list(wanted), id=f"{each.name}: {text}")
    for each in NAMINGS
    for text, wanted in each.examples.items()
]


@pytest.mark.parametrize(("text", "wanted"), EXAMPLES)
def test_examples(text: str, wanted: Sequence[str]) -> None:
    found = claims(text)
    if wanted:
        assert [each.text for each in found] == wanted
    assert wanted or [each.text for each in found if each.firm] == []


def test_each_construction_shows_what_it_binds_and_what_it_leaves() -> None:
    for each in NAMINGS:
        wanted = list(each.examples.values())
        assert len(wanted) >= 6, each.name
        assert sum(bool(words) for words in wanted) >= 2, each.name
        assert sum(not words for words in wanted) >= 1, each.name
