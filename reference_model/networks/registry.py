"""Torch modules by name; each file here that has one also has a function ``build(model, variant)``."""

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from reference_model.errors import MissingPackage
from reference_model.models import MODELS, model_name, variant_name

if TYPE_CHECKING:
    import torch
    from torch import nn

    from reference_model.networks.alexnet_towers import AlexNetTwoTower


def require_torch() -> None:
    """Say how to get torch where it is missing."""
    try:
        import torch  # noqa: F401, PLC0415, asked for when it is needed
    except ImportError:
        raise MissingPackage("networks that run need torch: pip install 'kbgen[model]'") from None


def build(name: str, variant: str | None = None) -> "nn.Module":
    """Make the torch module of a network, with its weights drawn as published.

    Parameters
    ----------
    name, variant
        As in `reference_model.spec`.

    Returns
    -------
    torch.nn.Module
        Takes images (batch, 3, height, width); a Transformer takes source and target tokens. Gives logits.

    Raises
    ------
    UnknownName
        With the nearest names.
    MissingPackage
        Without torch.
    """
    model = model_name(name)
    variant = variant_name(model, variant)
    require_torch()
    module = import_module(f"reference_model.networks.{MODELS[model].network}")
    network: nn.Module = module.build(model, variant)
    return network


def two_towers(devices: "Sequence[str | torch.device]" = ("cuda:0", "cuda:1")) -> "AlexNetTwoTower":
    """Make the published AlexNet over two devices, a tower on each.

    Parameters
    ----------
    devices
        Two devices, or the same one twice.

    Returns
    -------
    AlexNetTwoTower
        With `load_grouped` to take the weights of the network on one device.

    Raises
    ------
    MissingPackage
        Without torch.
    ReferenceModelError
        If there are not two devices, or torch does not see one of them.
    """
    require_torch()
    from reference_model.networks.alexnet_towers import AlexNetTwoTower  # noqa: PLC0415

    return AlexNetTwoTower(devices)
