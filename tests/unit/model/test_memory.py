"""What fits into memory, by the same arithmetic turned round."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from reference_model import summary
from reference_model.errors import NotEnoughMemory
from reference_model.training import memory

ALEXNET = summary("alexnet")


@given(st.integers(800_000_000, 80_000_000_000))
def test_the_largest_batch_that_is_named_fits_and_one_more_does_not(free: int) -> None:
    with pytest.raises(NotEnoughMemory) as raised:
        memory.check(ALEXNET, 100_000, free)
    match = re.search(r"the largest batch that fits is ([\d,]+)$", str(raised.value))
    assert match
    largest = int(match[1].replace(",", ""))
    assert 0 < largest < 100_000
    memory.check(ALEXNET, largest, free)
    with pytest.raises(NotEnoughMemory):
        memory.check(ALEXNET, largest + 1, free)


def test_a_batch_of_128_does_not_fit_a_card_of_2012() -> None:
    # §3.2: "too big to fit on one GPU"; the GTX 580 has 1.5 GB, in the authors' variant 3 GB
    with pytest.raises(NotEnoughMemory, match=r"128 needs about 2\.\d\d GB, and 1\.50 GB are free on cuda:0"):
        memory.check(ALEXNET, 128, 1_500_000_000, where="cuda:0")


def test_weights_that_do_not_fit_say_what_may_help() -> None:
    with pytest.raises(NotEnoughMemory, match=r"not even a batch of one image .* --width or --size"):
        memory.check(ALEXNET, 1, 10**8)


def test_several_processes_are_told_of_the_whole_batch() -> None:
    with pytest.raises(NotEnoughMemory, match=r"a batch of 2,000,000 needs .* in each of 2 processes"):
        memory.check(ALEXNET, 1_000_000, 10**9, processes=2)


def test_where_nothing_is_known_nothing_is_refused() -> None:
    memory.check(ALEXNET, 10**9, None)
    assert memory.free_bytes(torch.device("meta")) is None


@pytest.mark.parametrize(("limit", "expected"), [("1000", 400), ("max", None), ("100", 0)])
def test_a_container_has_what_its_limit_leaves(
    limit: str, expected: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "GROUP", tmp_path)
    monkeypatch.setattr(memory, "_available", lambda: None)
    (tmp_path / "memory.max").write_text(f"{limit}\n", "ascii")
    (tmp_path / "memory.current").write_text("600\n", "ascii")
    assert memory.free_bytes(torch.device("cpu")) == expected
