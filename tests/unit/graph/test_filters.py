"""What must hold for every filter that is declared, also for one that is added."""

from __future__ import annotations

from collections import Counter

import pytest

from kbgen.graph.counts import COUNTS
from kbgen.graph.expression import Predicate
from kbgen.graph.filter import Filter, by_field, by_option
from kbgen.graph.query_parser import parse

FILTERS = list(by_field().values())


def test_filters_are_told_apart() -> None:
    assert list(by_option()) != []
    assert set(by_option().values()) == set(FILTERS)
    names = Counter([*COUNTS, *(each.field for each in FILTERS)])
    names.update(each.option for each in FILTERS)
    assert max(names.values()) == 1
    assert len({each.attribute for each in FILTERS}) == len(FILTERS)


@pytest.mark.parametrize("each", FILTERS, ids=lambda each: each.field)
def test_an_example_can_be_read(each: Filter) -> None:
    found = parse(each.example)
    assert isinstance(found, Predicate)
    assert found.field == each.field
