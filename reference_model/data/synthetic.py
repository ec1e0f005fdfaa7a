"""Coloured images made here: patterns under noise, from a seed."""

import torch
from torch.nn import functional as F  # noqa: N812, the field's own abbreviation

from reference_model.data.images import ImagesInMemory, Split


def synthetic(
    *, classes: int = 10, train: int = 2048, test: int = 512, size: int = 32, seed: int = 0
) -> ImagesInMemory:
    """Make coloured images: a smooth pattern a class, under noise that is as strong.

    Parameters
    ----------
    classes
        Their number.
    train, test
        Images in each split; the classes take turns.
    size
        Height and width in pixels.
    seed
        The same seed makes the same images.

    Returns
    -------
    ImageData
        Images (n, 3, size, size).
    """
    draws = torch.Generator().manual_seed(seed)
    coarse = torch.randn(classes, 3, 4, 4, generator=draws)
    patterns = F.interpolate(coarse, size=(size, size), mode="bilinear", align_corners=False)

    def split(count: int) -> Split:
        labels = torch.arange(count) % classes
        noise = torch.randn(count, 3, size, size, generator=draws)
        images = (128 + 40 * (patterns[labels] + noise)).round().clamp(0, 255).to(torch.uint8)
        return Split(images, labels)

    names = tuple(f"pattern {number}" for number in range(1, classes + 1))
    # A random pattern's mirror image is another pattern.
    return ImagesInMemory("synthetic", names, split(train), split(test), mirrored=False)
