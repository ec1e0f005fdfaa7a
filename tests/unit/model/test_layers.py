"""Normalisation and dropout, against the formulas as printed."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from reference_model.networks.layers import Dropout, LocalResponseNorm, WithinMapNorm


def printed_formula(maps: Tensor, *, n: int, alpha: float, beta: float, k: float) -> Tensor:
    """§3.3 of the paper, index by index: j from max(0, i - n/2) to min(N - 1, i + n/2)."""
    out = torch.empty_like(maps)
    total = maps.shape[1]
    for i in range(total):
        squares = torch.zeros_like(maps[:, 0])
        for j in range(max(0, i - n // 2), min(total - 1, i + n // 2) + 1):
            squares += maps[:, j] ** 2
        out[:, i] = maps[:, i] / (k + alpha * squares) ** beta
    return out


def some_maps(channels: int = 12) -> Tensor:
    return (
        torch.randn(2, channels, 5, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(0)) * 30
    )


def test_normalisation_is_the_printed_formula() -> None:
    maps = some_maps()
    expected = printed_formula(maps, n=5, alpha=1e-4, beta=0.75, k=2.0)
    torch.testing.assert_close(LocalResponseNorm()(maps), expected, rtol=0, atol=1e-12)


def test_the_authors_code_divides_alpha_by_n() -> None:
    maps = some_maps()
    expected = printed_formula(maps, n=5, alpha=2e-5, beta=0.75, k=2.0)
    torch.testing.assert_close(LocalResponseNorm(over="mean")(maps), expected, rtol=0, atol=1e-12)


def test_torch_and_caffe_divide_alpha_and_begin_at_one() -> None:
    maps = some_maps()
    ours = LocalResponseNorm(over="mean", k=1.0)(maps)
    torch.testing.assert_close(ours, nn.LocalResponseNorm(5, 1e-4, 0.75, 1.0)(maps), rtol=0, atol=1e-12)


def test_the_three_conventions_are_three_functions() -> None:
    maps = some_maps()
    paper = LocalResponseNorm()(maps)
    author = LocalResponseNorm(over="mean")(maps)
    caffe = LocalResponseNorm(over="mean", k=1.0)(maps)
    for one, other in ((paper, author), (author, caffe), (paper, caffe)):
        assert ((one - other).abs() > 1e-3 * one.abs()).double().mean() > 0.9
    # torch's module is the paper's text with five times its alpha.
    torch.testing.assert_close(paper, nn.LocalResponseNorm(5, 5e-4, 0.75, 2.0)(maps), rtol=0, atol=1e-12)


def test_normalisation_within_towers_does_not_see_over_the_border() -> None:
    maps = some_maps()
    apart = LocalResponseNorm(groups=2)(maps)
    torch.testing.assert_close(apart[:, :6], LocalResponseNorm()(maps[:, :6]), rtol=0, atol=0)
    differ = (apart != LocalResponseNorm()(maps)).flatten(2).any(2).any(0)
    assert differ.nonzero().flatten().tolist() == [4, 5, 6, 7]


def test_normalisation_within_a_map_is_its_formula() -> None:
    maps = some_maps(3)
    expected = torch.empty_like(maps)
    _, _, height, width = maps.shape
    for y in range(height):
        for x in range(width):
            square = maps[:, :, max(0, y - 2) : y + 3, max(0, x - 2) : x + 3]
            total = (square**2).sum((2, 3))
            expected[:, :, y, x] = maps[:, :, y, x] / (1 + 1e-3 / 25 * total) ** 0.75
    torch.testing.assert_close(WithinMapNorm()(maps), expected, rtol=0, atol=1e-12)


def test_gradients_of_normalisation() -> None:
    maps = some_maps(6).requires_grad_()
    assert torch.autograd.gradcheck(LocalResponseNorm(), (maps,))


def test_half_precision_is_normalised_in_single() -> None:
    maps = some_maps().to(torch.bfloat16)
    expected = LocalResponseNorm()(maps.float()).to(torch.bfloat16)
    assert torch.equal(LocalResponseNorm()(maps), expected)


def test_an_even_window_has_no_middle() -> None:
    with pytest.raises(ValueError, match="a window of 4 maps has no middle"):
        LocalResponseNorm(size=4)


def test_dropout_keeps_the_mean_and_rests_in_evaluation() -> None:
    torch.manual_seed(0)
    dropout = Dropout(0.25)
    values = torch.ones(1000, 100)
    dropped = dropout(values)
    assert sorted(dropped.unique().tolist()) == pytest.approx([0, 4 / 3])
    assert (dropped == 0).double().mean().item() == pytest.approx(0.25, abs=0.01)
    assert torch.equal(dropout.eval()(values), values)


def test_two_parts_of_a_batch_are_dropped_like_the_whole() -> None:
    values = torch.rand(8, 50)
    whole, part = Dropout(), Dropout()
    torch.manual_seed(7)
    expected = whole(values)
    for index in (0, 1):
        torch.manual_seed(7)
        part.shard = (index, 2)
        rows = slice(4 * index, 4 * index + 4)
        assert torch.equal(part(values[rows]), expected[rows])


def test_relu_and_dropout_commute_to_the_bit() -> None:
    values = torch.randn(64, 64, requires_grad=True)
    outcomes = []
    for order in (nn.Sequential(nn.ReLU(), Dropout()), nn.Sequential(Dropout(), nn.ReLU())):
        torch.manual_seed(3)
        result = order(values)
        (gradient,) = torch.autograd.grad(result.square().sum(), values)
        outcomes.append((result, gradient))
    assert torch.equal(outcomes[0][0], outcomes[1][0])
    assert torch.equal(outcomes[0][1], outcomes[1][1])
