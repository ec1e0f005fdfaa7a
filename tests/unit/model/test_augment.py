"""What the network sees of an image, against loops over single images."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from reference_model.data.images import SKIPPED, Batch, Split
from reference_model.errors import MissingData
from reference_model.training import pixels as module
from reference_model.training.augment import (
    Augmentation,
    CropSettings,
    centre,
    crop,
    draw,
    enlarge,
    fixed_crop,
    network_input,
)
from reference_model.training.pixels import PixelStatistics, measure

VIEW = CropSettings(stored=256, size=224, mirrors=True, colours=True)
CPU = torch.device("cpu")


def some_images(count: int, side: int, channels: int = 3, seed: int = 0) -> Tensor:
    numbers = torch.Generator().manual_seed(seed)
    return torch.randint(256, (count, channels, side, side), generator=numbers, dtype=torch.uint8)


@given(
    st.integers(1, 9).flatmap(
        lambda size: st.tuples(
            st.just(size),
            st.integers(0, 5).flatmap(
                lambda room: st.tuples(
                    st.just(size + room),
                    st.lists(
                        st.tuples(st.integers(0, room), st.integers(0, room), st.booleans()),
                        min_size=1,
                        max_size=4,
                    ),
                )
            ),
        )
    )
)
def test_a_crop_is_a_slice_and_a_flip(case: tuple[int, tuple[int, list[tuple[int, int, bool]]]]) -> None:
    size, (side, places) = case
    images = some_images(len(places), side)
    top, left, mirrored = (torch.tensor(column) for column in zip(*places, strict=True))
    found = crop(images, Augmentation(top, left, mirrored, torch.zeros(len(places), 3)), size)
    for image, cut, (row, column, flip) in zip(images, found, places, strict=True):
        expected = image[:, row : row + size, column : column + size]
        assert torch.equal(cut, expected.flip(2) if flip else expected)


def test_a_crop_has_33_places_and_all_are_used() -> None:
    assert VIEW.places == 33  # 256 - 224 + 1; the paper counts 32
    many = draw(VIEW, 4096, seed=0, epoch=0, step=0)
    assert set(many.top.tolist()) == set(many.left.tolist()) == set(range(33))
    assert 0.45 < many.mirrored.float().mean() < 0.55
    assert many.alpha.std().item() == pytest.approx(0.1, rel=0.05)  # §4.1


def test_a_mirrored_digit_is_no_digit() -> None:
    view = CropSettings(stored=73, size=64, mirrors=False, colours=False)
    chosen = draw(view, 1000, seed=0, epoch=0, step=0)
    assert not chosen.mirrored.any()
    assert not chosen.alpha.any()


def test_each_step_of_each_epoch_of_each_seed_has_its_own_crops() -> None:
    places = [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 1, 1)]
    drawn = {
        tuple(draw(VIEW, 16, seed=seed, epoch=epoch, step=step).top.tolist()) for seed, epoch, step in places
    }
    assert len(drawn) == len(places)


def test_processes_share_the_draws_of_one_batch() -> None:
    whole = draw(VIEW, 8, seed=1, epoch=2, step=3)
    parts = [
        draw(VIEW, 8, seed=1, epoch=2, step=3).part(slice(4 * rank, 4 * rank + 4), CPU) for rank in (0, 1)
    ]
    for name in ("top", "left", "mirrored", "alpha"):
        both = torch.cat([getattr(part, name) for part in parts])
        assert torch.equal(both, getattr(whole, name))


def test_without_flips_the_crops_stay_the_same() -> None:
    plain = CropSettings(stored=256, size=224, mirrors=False, colours=False)
    one, other = (draw(view, 32, seed=0, epoch=0, step=0) for view in (VIEW, plain))
    assert torch.equal(one.top, other.top)
    assert torch.equal(one.left, other.left)


def test_the_centre_crop_leaves_the_same_margin_on_all_sides() -> None:
    chosen = centre(VIEW, 2)
    assert chosen.top.tolist() == chosen.left.tolist() == [16, 16]


def test_the_mean_image_is_subtracted_at_the_same_place() -> None:
    images = some_images(3, 12)
    view = CropSettings(stored=12, size=8, mirrors=True, colours=False)
    mean = some_images(1, 12, seed=1)[0].float()
    found = network_input(
        images,
        fixed_crop(view, 3, 1, 4, mirrored=True),
        view,
        PixelStatistics(mean, torch.eye(3), torch.ones(3)),
    )
    assert torch.equal(found, (images.float() - mean)[:, :, 1:9, 4:12].flip(3))


def test_grey_images_become_three_equal_channels_of_the_size_wanted() -> None:
    images = some_images(2, 8, channels=1)
    view = CropSettings(stored=73, size=64, mirrors=False, colours=False)
    found = network_input(images, centre(view, 2), view, measure(Split(images, torch.zeros(2))))
    assert found.shape == (2, 3, 64, 64)
    assert torch.equal(found[:, 0], found[:, 2])
    # The mean of both images is subtracted, so what is left of them cancels out.
    torch.testing.assert_close(found[0], -found[1], rtol=0, atol=1e-3)


def test_an_image_that_is_large_enough_is_not_touched() -> None:
    images = some_images(1, 12)
    assert enlarge(images, 12) is images


def test_the_mean_image_and_the_colours_are_those_of_numpy() -> None:
    images = some_images(50, 6)
    images[:, 1] = images[:, 0] // 2 + images[:, 1] // 4  # colours that go together
    found = measure(Split(images, torch.zeros(50, dtype=torch.int64)), batch=7)
    values = images.double().numpy()
    np.testing.assert_allclose(found.mean, values.mean(0), rtol=1e-6)
    covariance = np.cov(values.transpose(1, 0, 2, 3).reshape(3, -1), bias=True)
    scaled = (found.directions * found.deviations).double().numpy()
    np.testing.assert_allclose(scaled @ scaled.T, covariance, rtol=1e-5, atol=1e-2)


def test_colours_shift_along_the_colours_of_the_training_images() -> None:
    images = some_images(50, 6)
    pixels = measure(Split(images, torch.zeros(50, dtype=torch.int64)))
    view = CropSettings(stored=6, size=6, mirrors=False, colours=True)
    alpha = torch.tensor([[0.1, -0.2, 0.3], [0.0, 0.0, 0.0]])
    zeros = torch.zeros(2, dtype=torch.int64)
    shown = network_input(images[:2], Augmentation(zeros, zeros, zeros.bool(), alpha), view, pixels)
    shift = shown - (images[:2].float() - pixels.mean)
    # p1 α1 √λ1 + p2 α2 √λ2 + p3 α3 √λ3, the same for all pixels of an image
    expected = sum(alpha[0, one] * pixels.deviations[one] * pixels.directions[:, one] for one in range(3))
    assert isinstance(expected, Tensor)
    torch.testing.assert_close(shift[0], expected[:, None, None].expand(3, 6, 6), rtol=0, atol=1e-3)
    torch.testing.assert_close(shift[1], torch.zeros(3, 6, 6), rtol=0, atol=1e-3)


class Sampled:
    """A folder of so many black images of one pixel, that counts which are asked for."""

    def __init__(self, count: int, *, readable: bool = True) -> None:
        self.count = count
        self.label = 0 if readable else SKIPPED
        self.asked: list[int] = []

    def __len__(self) -> int:
        return self.count

    def batches(self, rows: tuple[Tensor, ...]) -> list[Batch]:
        found = []
        for chosen in rows:
            self.asked += chosen.tolist()
            black = torch.zeros(len(chosen), 3, 1, 1, dtype=torch.uint8)
            found.append(Batch(black, torch.full((len(chosen),), self.label)))
        return found


def test_of_a_large_folder_evenly_spaced_images_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_SAMPLED_IMAGES", 4)
    folder = Sampled(10)
    measure(folder)  # type: ignore[arg-type]
    assert folder.asked == [0, 2, 5, 7]


def test_a_folder_of_which_nothing_can_be_read() -> None:
    with pytest.raises(MissingData, match="none of the 3 training images looked at can be read"):
        measure(Sampled(3, readable=False))  # type: ignore[arg-type]
