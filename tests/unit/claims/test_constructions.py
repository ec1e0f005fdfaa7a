"""Each construction binds what its own examples say, and its lures bind nothing that could be refuted."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kbgen.claims.grammar import constructions
from tests.claims.ships import claims, shown

EXAMPLES = [
    pytest.param(each.binding, text, list(wanted), id=f"{each.binding}: {text}")
    for each in constructions()
    for text, wanted in each.examples.items()
]


@pytest.mark.parametrize(("binding", "text", "wanted"), EXAMPLES)
def test_examples(binding: str, text: str, wanted: Sequence[str]) -> None:
    found = claims(text)
    assert [shown(each) for each in found if each.binding == binding] == wanted
    if not wanted:
        assert [shown(each) for each in found if each.firm] == []


def test_each_construction_shows_what_it_binds_and_what_it_leaves() -> None:
    for each in constructions():
        wanted = list(each.examples.values())
        assert len(wanted) >= 6, each.binding
        assert sum(not words for words in wanted) >= 2, each.binding
        assert sum(bool(words) for words in wanted) >= 2, each.binding


def test_only_a_construction_that_may_refute_is_firm() -> None:
    refuting = {each.binding for each in constructions() if each.refutes}
    texts = [text for each in constructions() for text in each.examples]
    firm = {each.binding for text in texts for each in claims(text) if each.firm}
    assert firm == refuting
