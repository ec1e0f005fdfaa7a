"""The published update of the weights.

§5 prints ``v ← 0.9 v - 0.0005 ε w - ε ∂L/∂w`` and ``w ← w + v``: the learning rate ε is inside the velocity.
torch's SGD keeps ``b ← 0.9 b + ∂L/∂w + 0.0005 w`` and does ``w ← w - ε b``. Both do the same, with
``v = -ε b``, as long as ε stays. When ε falls, the published velocity keeps what it gathered at the higher
rate and slows down over some steps; torch's would slow down at once. `set_rate` therefore makes ``b`` larger
by as much as ε becomes smaller.
"""

import torch
from torch import nn

from reference_model.training.recipe import Recipe


def sgd(network: nn.Module, recipe: Recipe, *, fused: bool = False) -> torch.optim.SGD:
    """Make the optimiser.

    Parameters
    ----------
    network
        All of whose parameters are trained, biases with the same rate and decay as weights (§5: "equal
        learning rate for all layers").
    recipe
        Gives rate, momentum and decay.
    fused
        One kernel for all parameters.
    """
    return torch.optim.SGD(
        network.parameters(),
        lr=recipe.lr,
        momentum=recipe.momentum,
        weight_decay=recipe.weight_decay,
        fused=fused,
    )


def set_rate(optimiser: torch.optim.SGD, lr: float) -> None:
    """Change the learning rate as the published update does, velocity kept."""
    for group in optimiser.param_groups:
        before = group["lr"]
        if before == lr:
            continue
        for parameter in group["params"]:
            buffer = optimiser.state[parameter].get("momentum_buffer")
            if buffer is not None:
                buffer.mul_(before / lr)
        group["lr"] = lr
