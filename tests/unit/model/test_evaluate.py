"""Error rates, against counting by hand."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from reference_model.data.images import SKIPPED, Split
from reference_model.errors import MissingData
from reference_model.training.augment import CropSettings
from reference_model.training.evaluate import evaluate
from reference_model.training.pixels import PixelStatistics

ALL = CropSettings(stored=1, size=1, mirrors=True, colours=False)
NO_MEAN = PixelStatistics(torch.zeros(3, 1, 1), torch.eye(3), torch.ones(3))


class Lookup(nn.Module):
    """Gives the row of a table that the first pixel names."""

    def __init__(self, table: Tensor) -> None:
        super().__init__()
        self.table = nn.Parameter(table)

    def forward(self, images: Tensor) -> Tensor:
        return self.table[images[:, 0, 0, 0].long()]


def numbered(count: int) -> Tensor:
    return torch.arange(count, dtype=torch.uint8).view(-1, 1, 1, 1).expand(-1, 3, 1, 1)


@pytest.mark.parametrize("batch", [1, 3, 128])
def test_top_1_and_top_5_are_counted(batch: int) -> None:
    falling = torch.arange(8.0).flip(0).repeat(4, 1)  # class 0 is the likeliest, class 7 the unlikeliest
    labels = torch.tensor([0, 4, 5, 7])  # right; among five; not among five, twice
    found = evaluate(Lookup(falling), Split(numbered(4), labels), ALL, NO_MEAN, batch=batch)
    assert (found.top1, found.top5, found.images, found.crops) == (75.0, 50.0, 4, 1)


def test_with_three_classes_the_right_one_is_always_among_five() -> None:
    found = evaluate(Lookup(torch.eye(3)), Split(numbered(3), torch.tensor([0, 2, 1])), ALL, NO_MEAN)
    assert found.top1 == pytest.approx(200 / 3)
    assert found.top5 == 0


def test_an_image_that_could_not_be_read_does_not_count() -> None:
    labels = torch.tensor([0, SKIPPED, 0])
    found = evaluate(Lookup(torch.eye(3, 6)), Split(numbered(3), labels), ALL, NO_MEAN)
    assert (found.top1, found.images) == (50.0, 2)


def test_no_image_at_all() -> None:
    with pytest.raises(MissingData, match="none of the 2 test images can be read"):
        evaluate(Lookup(torch.eye(2)), Split(numbered(2), torch.full((2,), SKIPPED)), ALL, NO_MEAN)


class Remember(nn.Module):
    """Gives logits that depend on the crop, and keeps the crops."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(12, 4, generator=torch.Generator().manual_seed(5)))
        self.seen: list[Tensor] = []

    def forward(self, images: Tensor) -> Tensor:
        self.seen.append(images)
        return images.flatten(1) @ self.weight * 1e-2


@pytest.mark.parametrize("mirrors", [True, False])
def test_ten_crops_are_four_corners_the_centre_and_their_mirror_images(*, mirrors: bool) -> None:
    images = torch.randint(256, (40, 3, 4, 4), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    network = Remember()
    view = CropSettings(stored=4, size=2, mirrors=mirrors, colours=False)
    pixels = PixelStatistics(torch.full((3, 4, 4), 128.0), torch.eye(3), torch.ones(3))
    values = images.float() - 128
    crops = [values[:, :, y : y + 2, x : x + 2] for y, x in ((0, 0), (0, 2), (2, 0), (2, 2), (1, 1))]
    if mirrors:
        crops += [cut.flip(3) for cut in crops]
    mean = torch.stack([torch.softmax(network(cut), 1) for cut in crops]).mean(0)
    best = mean.argmax(1)
    network.seen.clear()

    # Labels that the mean over all crops has right, all of them; so the crops are averaged as they should be.
    found = evaluate(network, Split(images, best), view, pixels, crops="ten")
    assert (found.top1, found.crops) == (0.0, 10 if mirrors else 5)
    assert len(network.seen) == len(crops)
    assert all(any(torch.equal(cut, seen) for seen in network.seen) for cut in crops)
    # And that matters here: the centre alone is wrong on some.
    assert evaluate(network, Split(images, best), view, pixels).top1 > 0


@pytest.mark.parametrize("training", [True, False])
def test_a_network_is_tested_without_dropout_and_left_as_it_was(*, training: bool) -> None:
    modes = []

    class Mode(Lookup):
        def forward(self, images: Tensor) -> Tensor:
            modes.append(self.training)
            return super().forward(images)

    network = Mode(torch.eye(3)).train(training)
    evaluate(network, Split(numbered(3), torch.arange(3)), ALL, NO_MEAN)
    assert modes == [False]
    assert network.training is training
