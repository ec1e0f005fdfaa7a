"""Random views of training images, made on the device, for a whole batch at once (paper §4.1).

A crop at a random place, for half of the images its mirror image, the mean image subtracted, and the colours
shifted along the directions in which the training images' colours vary.

Which crop an image gets depends on the seed, the epoch, the step and its place in the batch: the numbers are
drawn for the whole batch, and each process takes those of its own images. So the number of processes changes
nothing.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812, the field's own abbreviation

from reference_model.training.pixels import PixelStatistics
from reference_model.training.seeds import generator_for

COLOUR = 0.1
"""§4.1: the deviation of the random factors α."""


@dataclass(frozen=True, slots=True, eq=False)
class Augmentation:
    """Where to crop, and what else to change, image by image. A fixed view is one too."""

    top: Tensor  # int64, (batch,): pixels above the crop
    left: Tensor  # int64, (batch,)
    mirrored: Tensor  # bool, (batch,)
    alpha: Tensor  # float32, (batch, 3): factors of the three directions of colour

    def part(self, rows: slice, device: torch.device) -> "Augmentation":
        """Take what some images of the batch get, on a device."""

        def taken(values: Tensor) -> Tensor:
            return values[rows].to(device, non_blocking=True)

        return Augmentation(taken(self.top), taken(self.left), taken(self.mirrored), taken(self.alpha))


@dataclass(frozen=True, slots=True)
class CropSettings:
    """What is seen of an image.

    Parameters
    ----------
    stored
        Side of the image in pixels; smaller images are enlarged to it.
    size
        Side of the crop in pixels.
    mirrors
        Whether images may be mirrored. A mirrored digit is no digit.
    colours
        Whether colours may be shifted. Grey images have none.
    """

    stored: int
    size: int
    mirrors: bool
    colours: bool

    @property
    def places(self) -> int:
        """Positions of a crop along one side: 33 of 224 pixels in 256 (the paper counts 32, §4.1)."""
        return self.stored - self.size + 1


def draw(view: CropSettings, batch: int, *, seed: int, epoch: int, step: int) -> Augmentation:
    """Draw for a whole batch; on the CPU, so that it is the same for every device."""
    numbers = generator_for("augmentation", seed, epoch, step)
    # All are drawn, wanted or not: a training without flips has the crops of one with flips.
    top, left = torch.randint(view.places, (2, batch), generator=numbers)
    mirrored = torch.rand(batch, generator=numbers) < 0.5
    alpha = COLOUR * torch.randn(batch, 3, generator=numbers)
    return Augmentation(top, left, mirrored & view.mirrors, alpha * view.colours)


def fixed_crop(
    view: CropSettings, batch: int, top: int, left: int, *, mirrored: bool = False
) -> Augmentation:
    """Choose the same crop for a whole batch, as one does for testing."""
    return Augmentation(
        torch.full((batch,), top),
        torch.full((batch,), left),
        torch.full((batch,), mirrored and view.mirrors),
        torch.zeros(batch, 3),
    )


def centre(view: CropSettings, batch: int) -> Augmentation:
    """Choose the crop in the middle for a whole batch."""
    margin = (view.stored - view.size) // 2
    return fixed_crop(view, batch, margin, margin)


def enlarge(images: Tensor, stored: int) -> Tensor:
    """Bring images (batch, channels, height, width) to `stored` pixels; those that have them stay."""
    if images.shape[-2:] == (stored, stored):
        return images
    return F.interpolate(
        images.to(torch.float32), size=(stored, stored), mode="bilinear", align_corners=False
    )


def crop(images: Tensor, chosen: Augmentation, size: int) -> Tensor:
    """Cut a square out of each image and mirror it where so chosen, all in one gather.

    Parameters
    ----------
    images
        (batch, channels, height, width), of any type.
    chosen
        For each image.
    size
        Side of the square in pixels.

    Returns
    -------
    Tensor
        (batch, channels, size, size).
    """
    batch, channels, _, width = images.shape
    line = torch.arange(size, device=images.device)
    rows = chosen.top[:, None] + line
    columns = chosen.left[:, None] + torch.where(chosen.mirrored[:, None], size - 1 - line, line)
    pixels = (rows[:, :, None] * width + columns[:, None, :]).view(batch, 1, size * size)
    return images.flatten(2).gather(2, pixels.expand(-1, channels, -1)).view(batch, channels, size, size)


def network_input(
    images: Tensor, chosen: Augmentation, view: CropSettings, pixels: PixelStatistics
) -> Tensor:
    """Make the network's input.

    Parameters
    ----------
    images
        uint8, (batch, channels, height, width), one or three channels.
    chosen
        For each image, from `draw`, `centre` or `fixed_crop`.
    view
        Sizes.
    pixels
        Of the training images, with a mean image as large as the images.

    Returns
    -------
    Tensor
        float32, (batch, 3, size, size): grey levels 0 to 255 less the mean image's at the same place.
    """
    whole = enlarge(images, view.stored)
    mean = enlarge(pixels.mean[None], view.stored).expand(len(images), -1, -1, -1)
    seen = crop(whole, chosen, view.size).to(torch.float32) - crop(mean, chosen, view.size)
    seen = seen.expand(-1, 3, -1, -1)  # a grey image in three equal channels
    if not view.colours:
        return seen
    # §4.1 adds [p1 p2 p3][α1λ1, α2λ2, α3λ3]ᵀ and calls λ eigenvalues of the covariance. Of grey levels 0 to
    # 255 those are thousands, and a tenth of them is no shift of a colour: the authors' code (cuda-convnet2,
    # convdata.py) multiplies by ``color_stdevs``, their square roots.
    shift = (chosen.alpha * pixels.deviations) @ pixels.directions.T
    return seen + shift[:, :, None, None]
