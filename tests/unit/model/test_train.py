"""Training: that it learns, that it can stop and go on, and what it says of what it cannot do."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from reference_model.data.digits import digits
from reference_model.data.images import Batch, ImageData, ImagesInMemory, Split
from reference_model.errors import (
    NotEnoughMemory,
    ReferenceModelError,
    UnknownName,
    WrongInput,
)
from reference_model.training import train as training
from reference_model.training.callback import NoCallback
from reference_model.training.execution import Execution
from reference_model.training.recipe import Recipe, recipe_for
from reference_model.training.train import Result, train

CPU = Execution(device="cpu")
TINY: dict[str, Any] = {"width": 1 / 16, "batch_size": 16, "epochs": 3}


def few(count: int) -> ImagesInMemory:
    """Give the first digits, to train and to test on."""
    all_digits = digits()
    split = Split(all_digits.train.images[:count], all_digits.train.labels[:count])
    return ImagesInMemory("digits", all_digits.classes, split, split, mirrored=False)


DIGITS = few(88)


class Listener(NoCallback):
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.losses: list[float] = []

    def say(self, text: str) -> None:
        self.said.append(text)

    def steps(self, epoch: int, first: int, losses: list[float], lr: float) -> None:
        del epoch, first, lr
        self.losses += losses


def weights(result: Result) -> dict[str, Tensor]:
    return dict(result.network.state_dict())


def same(one: Result, other: Result) -> bool:
    pairs = zip(weights(one).items(), weights(other).items(), strict=True)
    return all(name == other_name and torch.equal(a, b) for (name, a), (other_name, b) in pairs)


def test_the_published_wiring_learns_64_images_by_heart() -> None:
    # Two towers, normalisation, overhang and all, at an eighth of the width and 64 pixels; no dropout and no
    # crops, with which one does not learn by heart. In 60 steps of the whole batch, rate 0.005.
    recipe = recipe_for("digits", width=1 / 8, batch_size=64, epochs=60, dropout=0.0, augment=False)
    result = train(recipe, data=few(64), execution=CPU)
    first, last = result.epochs[0], result.epochs[-1]
    assert first.loss > 2  # log 10 is 2.3
    assert last.loss < 0.01
    assert result.centre
    assert result.centre.top1 == 0


def test_the_miniature_learns_digits_of_people_it_has_not_seen() -> None:
    result = train(recipe_for("digits", width=1 / 8, epochs=4), execution=CPU)
    assert result.epochs[-1].loss < 1.9  # log 10 is 2.3
    assert result.ten
    assert result.ten.top1 < 60  # of ten classes a guess is wrong nine times of ten


@pytest.mark.parametrize("schedule", ["steps", "plateau"])
@pytest.mark.parametrize("steps", [3, 5, 8])  # within the first epoch, after it, within the second
def test_a_stop_and_a_resume_change_no_bit(
    schedule: Any, steps: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "reference_model.training.schedule.PATIENCE", 1
    )  # for a rate that falls in three epochs
    recipe = recipe_for("digits", schedule=schedule, **TINY | {"lr": 1e-5})
    whole = train(recipe, data=DIGITS, execution=CPU)
    assert whole.epochs[-1].lr < 1e-5

    file = tmp_path / "training.pt"
    asked = itertools.count(1)
    stopped = train(recipe, data=DIGITS, execution=CPU, file=file, stop=lambda: next(asked) >= steps)
    assert not stopped.is_finished
    assert stopped.centre is None
    assert len(stopped.epochs) * 5 + len(stopped.losses) == steps
    assert not same(stopped, whole)

    resumed = train(recipe, data=DIGITS, execution=CPU, file=file, resume=True)
    assert same(resumed, whole)
    assert resumed.epochs == whole.epochs
    assert resumed.ten == whole.ten


def test_a_finished_training_can_be_resumed_for_its_result(tmp_path: Path) -> None:
    recipe = recipe_for("digits", **TINY)
    whole = train(recipe, data=DIGITS, execution=CPU, file=tmp_path / "a.pt")
    again = train(recipe, data=DIGITS, execution=CPU, file=tmp_path / "a.pt", resume=True)
    assert same(whole, again)
    assert (again.epochs, again.ten) == (whole.epochs, whole.ten)


def test_a_training_without_falling_rate_can_be_made_longer(tmp_path: Path) -> None:
    recipe = recipe_for("digits", **TINY)
    assert recipe.schedule == "constant"
    train(replace(recipe, epochs=1), data=DIGITS, execution=CPU, file=tmp_path / "a.pt")
    longer = train(recipe, data=DIGITS, execution=CPU, file=tmp_path / "a.pt", resume=True)
    assert same(longer, train(recipe, data=DIGITS, execution=CPU))


def test_the_seed_decides_all() -> None:
    recipe = recipe_for("digits", **TINY | {"epochs": 1})
    torch.manual_seed(1)
    one = train(recipe, data=DIGITS, execution=CPU)
    torch.manual_seed(2)  # the caller's random numbers are its own …
    before = torch.random.get_rng_state()
    assert same(one, train(recipe, data=DIGITS, execution=CPU))
    assert torch.equal(torch.random.get_rng_state(), before)  # … and stay so
    assert not same(one, train(replace(recipe, seed=1), data=DIGITS, execution=CPU))


class Rows:
    """Images that remember which of them were asked for."""

    def __init__(self, split: Split) -> None:
        self.split = split
        self.asked: list[int] = []

    def __len__(self) -> int:
        return len(self.split)

    def batches(self, rows: Iterable[Tensor]) -> Iterator[Batch]:
        def noted() -> Iterator[Tensor]:
            for chosen in rows:
                self.asked += chosen.tolist()
                yield chosen

        return self.split.batches(noted())


def test_each_epoch_takes_whole_batches_of_other_images_in_another_order() -> None:
    rows = Rows(DIGITS.train)
    data = ImageData("digits", DIGITS.classes, rows, DIGITS.test, mirrored=False)
    train(recipe_for("digits", **TINY | {"epochs": 2}), data=data, execution=CPU)
    steps = rows.asked[88:]  # after all were looked at for their mean image
    assert rows.asked[:88] == list(range(88))
    one, other = steps[:80], steps[80:]  # five batches of 16 of 88 images
    assert len(set(one)) == len(set(other)) == 80
    assert set(one) != set(other)
    assert one != other


@pytest.mark.parametrize("fast_way", [Execution(channels_last=True), Execution(fused=True)])
def test_what_makes_it_fast_changes_nothing_but_rounding(fast_way: Execution) -> None:
    recipe = recipe_for("digits", **TINY)
    plain, fast = Listener(), Listener()
    train(recipe, data=DIGITS, execution=CPU, callback=plain)
    train(recipe, data=DIGITS, execution=replace(fast_way, device="cpu"), callback=fast)
    assert fast.losses == pytest.approx(plain.losses, abs=1e-3)


def test_half_precision_computes_otherwise_and_about_the_same() -> None:
    recipe = recipe_for("digits", **TINY | {"epochs": 1})
    plain, half = Listener(), Listener()
    train(recipe, data=DIGITS, execution=CPU, callback=plain)
    train(replace(recipe, amp=True), data=DIGITS, execution=CPU, callback=half)
    assert half.losses != plain.losses
    assert half.losses[0] == pytest.approx(plain.losses[0], rel=0.05)


def test_it_says_first_that_it_is_a_miniature_and_in_what_it_is_not_as_published() -> None:
    listener = Listener()
    train(recipe_for("digits", **TINY | {"epochs": 1}), data=DIGITS, execution=Execution(), callback=listener)
    assert listener.said[0].startswith("a miniature: AlexNet (paper) at width 1/16, 64 pixels, 10 classes")
    assert "batch size 16 instead of 128" in listener.said[1]
    assert "init fan-in instead of published" in listener.said[1]
    if not torch.cuda.is_available():
        assert listener.said[-1] == "runs on the CPU, for torch sees no GPU"


def test_a_folder_of_images_is_trained_as_published() -> None:
    recipe = recipe_for("imagefolder:photos")
    # §2 and §5
    assert (recipe.size, recipe.stored, recipe.width, recipe.dropout, recipe.init) == (
        224,
        256,
        1,
        0.5,
        "published",
    )
    assert (recipe.epochs, recipe.batch_size, recipe.lr) == (90, 128, 0.01)
    assert (recipe.momentum, recipe.weight_decay) == (0.9, 0.0005)
    assert recipe.departures() == ()
    assert recipe_for("imagefolder:photos", variant="caffe").size == 227


def test_a_batch_larger_than_the_data_is_cut() -> None:
    listener = Listener()
    recipe = recipe_for("digits", **TINY | {"epochs": 1, "batch_size": 1000})
    result = train(recipe, data=DIGITS, execution=CPU, callback=listener)
    assert result.recipe.batch_size == 88
    assert "the batch is cut to 88: there are 88 training images, and 1,000 were asked for" in listener.said


def test_a_loss_that_is_no_number_ends_the_training() -> None:
    recipe = recipe_for("digits", **TINY | {"lr": 1e6})
    with pytest.raises(
        ReferenceModelError, match=r"the loss became nan at step \d of epoch 1, .* a smaller --lr"
    ):
        train(recipe, data=DIGITS, execution=CPU)


def test_too_little_memory_is_found_before_anything_is_allocated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reference_model.training.memory.free_bytes", lambda _: 10_000_000)

    def never(*_: object) -> None:
        raise AssertionError("allocated")

    monkeypatch.setattr(training, "Trainer", never)
    with pytest.raises(NotEnoughMemory, match=r"10\.0 MB are free on cpu"):
        train(recipe_for("digits"), data=DIGITS, execution=CPU)


def test_images_that_are_too_small_for_the_network() -> None:
    with pytest.raises(WrongInput, match="at a size of 60 pixels; the smallest size that works is 64"):
        train(recipe_for("digits", size=60), data=DIGITS, execution=CPU)


def test_a_device_that_is_not_there() -> None:
    for name in ("cuda:99", "gpu"):
        with pytest.raises(ReferenceModelError, match=f"there is no device .?{name}.?; torch sees: cpu"):
            train(recipe_for("digits"), data=DIGITS, execution=Execution(device=name))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("epochs", 0),
        ("batch_size", 0),
        ("size", -1),
        ("lr", 0.0),
        ("lr", math.nan),
        ("width", math.inf),
        ("momentum", 1.0),
        ("dropout", -0.1),
        ("weight_decay", -1.0),
        ("seed", -1),
    ],
)
def test_a_number_that_makes_no_training(field: str, value: float) -> None:
    with pytest.raises(ReferenceModelError, match=f"^{field.replace('_', ' ')} is {value}; it must be "):
        Recipe(data="digits", **{field: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "value", "nearest"),
    [("variant", "papr", "paper"), ("schedule", "platau", "plateau"), ("init", "publisht", "published")],
)
def test_a_name_spelt_wrong(field: str, value: str, nearest: str) -> None:
    with pytest.raises(UnknownName, match=f"did you mean {nearest}"):
        Recipe(data="digits", **{field: value})  # type: ignore[arg-type]


def test_images_without_mirror_images_are_never_mirrored() -> None:
    data = ImageData("digits", DIGITS.classes, DIGITS.train, DIGITS.test, mirrored=True)
    recipe = recipe_for("digits", **TINY | {"epochs": 1})
    plain, mirrored = (train(recipe, data=images, execution=CPU) for images in (DIGITS, data))
    assert plain.ten
    assert mirrored.ten
    assert (plain.ten.crops, mirrored.ten.crops) == (5, 10)
    assert not same(plain, mirrored)
