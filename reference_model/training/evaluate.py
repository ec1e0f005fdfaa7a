"""Error rates of a network on images: top-1 and top-5, of one crop or of ten (paper §4.1)."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from reference_model.data.images import SKIPPED, Source
from reference_model.errors import MissingData
from reference_model.training.augment import Augmentation, CropSettings, centre, fixed_crop, network_input
from reference_model.training.distributed import Processes
from reference_model.training.pixels import PixelStatistics

Crops = Literal["centre", "ten"]


@dataclass(frozen=True, slots=True)
class ErrorRates:
    """How often a network is wrong.

    Parameters
    ----------
    top1, top5
        Percentages of images whose class is not the first, not among the first five.
    images
        How many were looked at.
    crops
        Of each image.
    unreadable
        Images that were skipped, with the reason.
    """

    top1: float
    top5: float
    images: int
    crops: int
    unreadable: AbstractSet[str] = frozenset()


def evaluate(
    network: nn.Module,
    source: Source,
    view: CropSettings,
    pixels: PixelStatistics,
    *,
    crops: Crops = "centre",
    batch: int = 128,
    amp: bool = False,
    processes: Processes | None = None,
) -> ErrorRates:
    """Measure error rates.

    Parameters
    ----------
    network
        Takes images of `view.size` pixels and gives logits; left in the mode that it was in.
    source
        The images.
    view, pixels
        As in training.
    crops
        ``"ten"``: the four corners and the centre, and their mirror images, whose softmax outputs are
        averaged. Where images may not be mirrored, five.
    batch
        Images at once, in a process.
    amp
        Compute in bfloat16 where training does.
    processes
        Each looks at its share of the images.

    Raises
    ------
    MissingData
        If no image can be read.
    """
    here = processes or Processes(next(network.parameters()).device)
    rows = torch.arange(here.rank, len(source), here.world)
    counts = torch.zeros(3, dtype=torch.int64, device=here.device)
    unreadable: set[str] = set()
    training = network.training
    network.eval()
    with torch.no_grad():
        for found in source.batches(torch.split(rows, batch)):
            images, labels = found.images.to(here.device), found.labels.to(here.device)
            views = _five_or_ten(view, len(labels)) if crops == "ten" else [centre(view, len(labels))]
            scores = [
                _softmax(
                    network, network_input(images, one.part(slice(None), here.device), view, pixels), amp=amp
                )
                for one in views
            ]
            counts += _count(torch.stack(scores).sum(0), labels)
            unreadable.update(found.unreadable)
    network.train(training)
    looked_at, wrong1, wrong5 = here.total(counts).tolist()
    if not looked_at:
        raise MissingData(f"none of the {len(source)} test images can be read")
    number = len(_five_or_ten(view, 1)) if crops == "ten" else 1
    return ErrorRates(
        100 * wrong1 / looked_at, 100 * wrong5 / looked_at, looked_at, number, here.union(unreadable)
    )


def _five_or_ten(view: CropSettings, batch: int) -> list[Augmentation]:
    far = view.stored - view.size
    middle = far // 2
    places = ((0, 0), (0, far), (far, 0), (far, far), (middle, middle))
    return [
        fixed_crop(view, batch, top, left, mirrored=mirrored)
        for mirrored in ((False, True) if view.mirrors else (False,))
        for top, left in places
    ]


def _softmax(network: nn.Module, images: Tensor, *, amp: bool) -> Tensor:
    with torch.autocast(images.device.type, torch.bfloat16, enabled=amp):
        logits = network(images)
    return torch.softmax(logits.float(), dim=1)


def _count(scores: Tensor, labels: Tensor) -> Tensor:
    """Count the images, those that are wrong, and those whose class is not among the best five."""
    best = scores.topk(min(5, scores.shape[1]), dim=1).indices
    hits = best == labels[:, None]
    known = labels != SKIPPED
    return torch.stack([
        known.sum(),
        (known & ~hits[:, 0]).sum(),
        (known & ~hits.any(1)).sum(),
    ])  # fmt: skip
