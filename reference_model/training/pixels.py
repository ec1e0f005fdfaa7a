"""What is measured on the training images beforehand: their mean, and how their colours vary."""

from dataclasses import dataclass

import torch
from torch import Tensor

from reference_model.data.images import SKIPPED, Source, Split
from reference_model.errors import MissingData

MAX_SAMPLED_IMAGES = 10_000
"""Images of a folder that are looked at, evenly spaced; enough for a mean of ImageNet's 1.2 million."""


@dataclass(frozen=True, slots=True, eq=False)
class PixelStatistics:
    """Statistics of pixel values 0 to 255.

    Parameters
    ----------
    mean
        Mean image, float32, (channels, height, width) (§2).
    directions
        Eigenvectors of the covariance of red, green and blue, float32, (3, 3), one a column (§4.1).
    deviations
        Square roots of the eigenvalues, float32, (3,).
    """

    mean: Tensor
    directions: Tensor
    deviations: Tensor

    def to(self, device: torch.device) -> "PixelStatistics":
        """Move to a device."""
        return PixelStatistics(self.mean.to(device), self.directions.to(device), self.deviations.to(device))


def measure(source: Source, *, batch: int = 128) -> PixelStatistics:
    """Measure training images: all that are in memory, of a folder at most `MAX_SAMPLED_IMAGES`.

    Parameters
    ----------
    source
        The training images, of one size.
    batch
        Images at once.

    Raises
    ------
    MissingData
        If none of them can be read.
    """
    count = len(source)
    rows = torch.arange(count)
    if not isinstance(source, Split) and count > MAX_SAMPLED_IMAGES:
        rows = torch.arange(MAX_SAMPLED_IMAGES) * count // MAX_SAMPLED_IMAGES
    images = 0
    total = products = None
    for found in source.batches(torch.split(rows, batch)):
        # Sums of grey levels are whole numbers, which float64 adds without error, in whatever order.
        values = found.images[found.labels != SKIPPED].to(torch.float64)
        images += len(values)
        flat = values.transpose(0, 1).flatten(1)
        total = values.sum(0) if total is None else total + values.sum(0)
        products = flat @ flat.T if products is None else products + flat @ flat.T
    if not images or total is None or products is None:
        raise MissingData(f"none of the {len(rows)} training images looked at can be read")
    mean = total / images
    centre = mean.mean((1, 2))
    covariance = products / (images * mean[0].numel()) - centre.outer(centre)
    values, vectors = torch.linalg.eigh(covariance.cpu().expand(3, 3))
    return PixelStatistics(
        mean.to(torch.float32),
        vectors.to(torch.float32),
        values.clamp(min=0).sqrt().to(torch.float32),
    )
