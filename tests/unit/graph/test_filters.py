"""What must hold for every filter that is declared, also for one that is added."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from kbgen.graph.counts import COUNTS
from kbgen.graph.expression import Predicate
from kbgen.graph.filter import Filter, by_field, by_option
from kbgen.graph.query_parser import parse

FILTERS = list(by_field().values())
DOCUMENT = Path(__file__).parents[3] / "docs" / "graph.md"


def test_filters_are_told_apart() -> None:
    assert list(by_option()) != []
    assert set(by_option().values()) == set(FILTERS)
    names = Counter([*COUNTS, *(each.field for each in FILTERS)])
    names.update(each.option for each in FILTERS)
    assert max(names.values()) == 1
    assert len({each.attribute for each in FILTERS}) == len(FILTERS)


@pytest.mark.parametrize("each", FILTERS, ids=lambda each: each.field)
def test_the_documentation_has_its_option_and_its_field(each: Filter) -> None:
    document = DOCUMENT.read_text("utf-8")
    assert f"`{each.option} " in document
    assert f"`{each.field}:" in document


@pytest.mark.parametrize("each", FILTERS, ids=lambda each: each.field)
def test_an_example_can_be_read(each: Filter) -> None:
    found = parse(each.example)
    assert isinstance(found, Predicate)
    assert found.field == each.field
