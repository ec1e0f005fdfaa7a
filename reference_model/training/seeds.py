"""A seed for each random choice, made from what the choice is for and where in the training it falls.

Nothing about randomness has to be remembered to go on where a training stopped, and every process of one
training can make the same choice.
"""

from hashlib import blake2b

import torch


def seed_for(purpose: str, seed: int, *place: int) -> int:
    """Mix a training's seed with the place of a choice.

    Parameters
    ----------
    purpose
        What is chosen: ``"order"``, ``"augmentation"``, ``"dropout"``.
    seed
        Of the whole training.
    place
        Epoch, and step in it.

    Returns
    -------
    int
        63 bits. Neighbouring places have unrelated seeds.
    """
    text = ":".join([purpose, *map(str, (seed, *place))])
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def generator_for(purpose: str, seed: int, *place: int) -> torch.Generator:
    """Make a generator on the CPU, whose numbers are the same whatever device the training runs on."""
    return torch.Generator().manual_seed(seed_for(purpose, seed, *place))
