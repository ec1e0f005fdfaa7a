"""The weights that a training begins with."""

from typing import cast

import torch
from torch import Tensor, nn

from reference_model.networks.alexnet import AlexNet
from reference_model.training.recipe import Recipe
from reference_model.training.seeds import seed_for


def network_for(recipe: Recipe, classes: int) -> AlexNet:
    """Make the network of a recipe, on the CPU, with the weights that its seed gives.

    Parameters
    ----------
    recipe
        Its `init` is one of

        * ``"published"``: normal with the deviations and biases that the variant names (§5: 0.01, and ones).
          They suit the published width: with fewer inputs to a unit the signal shrinks in every layer.
        * ``"fan-in"``: normal with variance 1 / inputs of a unit, and no biases (LeCun, Bottou, Orr, Müller,
          "Efficient BackProp", 1998, §4.6), so that the width does not matter. conv1 has the published
          deviation: it sees grey levels, whose variance is thousands and not one.
    classes
        Units of fc8.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed_for("weights", recipe.seed))
        network = AlexNet(
            recipe.alexnet_variant,
            classes=classes,
            input_size=recipe.size,
            width=recipe.width,
            dropout=recipe.dropout,
        )
        if recipe.init == "fan-in":
            first, *others = network.weighted()
            nn.init.normal_(first.weight, std=0.01)
            for layer in others:
                nn.init.normal_(layer.weight, std=layer.weight[0].numel() ** -0.5)
            for layer in (first, *others):
                nn.init.zeros_(cast("Tensor", layer.bias))
    return network
