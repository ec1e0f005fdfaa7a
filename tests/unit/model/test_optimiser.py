"""The published update and the learning rate, against the formulas as printed."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from reference_model.training.optimiser import set_rate, sgd
from reference_model.training.recipe import Recipe
from reference_model.training.schedule import Plateau, after_epoch, rate

RATES = [0.01] * 4 + [0.001] * 3 + [0.0001] * 3
RECIPE = Recipe(data="digits")


def gradients() -> list[Tensor]:
    numbers = torch.Generator().manual_seed(0)
    return [torch.randn(5, generator=numbers, dtype=torch.float64) for _ in RATES]


def printed_formula(weights: Tensor) -> list[Tensor]:
    """§5: v ← 0.9 v - 0.0005 ε w - ε ∂L/∂w; w ← w + v."""
    w, v = weights.clone(), torch.zeros_like(weights)
    path = []
    for epsilon, gradient in zip(RATES, gradients(), strict=True):
        v = 0.9 * v - 0.0005 * epsilon * w - epsilon * gradient
        w = w + v
        path.append(w)
    return path


def taken(weights: Tensor, *, as_published: bool) -> list[Tensor]:
    layer = nn.Linear(5, 1, bias=False, dtype=torch.float64)
    layer.weight.data = weights.clone()[None]
    optimiser = sgd(layer, RECIPE)
    path = []
    for epsilon, gradient in zip(RATES, gradients(), strict=True):
        if as_published:
            set_rate(optimiser, epsilon)
        else:
            optimiser.param_groups[0]["lr"] = epsilon
        layer.weight.grad = gradient[None].clone()
        optimiser.step()
        path.append(layer.weight.detach()[0].clone())
    return path


def test_the_update_is_the_printed_one_also_when_the_rate_falls() -> None:
    start = torch.linspace(-1, 1, 5, dtype=torch.float64)
    for ours, printed in zip(taken(start, as_published=True), printed_formula(start), strict=True):
        torch.testing.assert_close(ours, printed, rtol=0, atol=1e-14)


def test_torchs_own_update_differs_from_where_the_rate_falls() -> None:
    start = torch.linspace(-1, 1, 5, dtype=torch.float64)
    pairs = zip(taken(start, as_published=False), printed_formula(start), strict=True)
    same = [torch.allclose(torchs, printed, rtol=0, atol=1e-12) for torchs, printed in pairs]
    assert same == [True] * 4 + [False] * 6


@given(st.integers(4, 500), st.floats(1e-4, 1))
def test_the_rate_falls_three_times_by_ten_after_quarters(steps: int, lr: float) -> None:
    recipe = Recipe(data="digits", lr=lr)
    rates = [rate(recipe, step, steps, Plateau()) for step in range(steps)]
    falls = [step for step in range(1, steps) if rates[step] != rates[step - 1]]
    assert len(falls) == 3
    assert all(abs(place - quarter * steps / 4) < 1 for quarter, place in enumerate(falls, start=1))
    assert rates[0] == lr
    assert rates[-1] == pytest.approx(lr / 1000)


@given(st.lists(st.floats(0, 100), max_size=60))
def test_a_plateau_is_five_epochs_without_a_new_best_and_comes_three_times(errors: list[float]) -> None:
    recipe = Recipe(data="digits", schedule="plateau")
    state, best, waited, lr, falls = Plateau(), 101.0, 0, 0.01, 0
    for error in errors:
        state = after_epoch(state, error)
        if error < best:
            best, waited = error, 0
        else:
            waited += 1
            if waited == 5 and falls < 3:
                lr, waited, falls = lr / 10, 0, falls + 1
        assert rate(recipe, 0, 1, state) == pytest.approx(lr)


def test_a_constant_rate_stays() -> None:
    recipe = Recipe(data="digits", schedule="constant")
    assert rate(recipe, 99, 100, Plateau(falls=2)) == 0.01
