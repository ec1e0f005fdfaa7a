"""The ablations: runs that depend on the seed alone, and words that follow from the numbers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from statistics import fmean

import numpy as np
import pytest
import torch
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from reference_model.commands.ablate import ablate as command
from reference_model.data.digits import digits
from reference_model.errors import ReferenceModelError, UnknownName
from reference_model.experiments import ablate as module
from reference_model.experiments import ablation_report as report
from reference_model.experiments.ablate import Ablation, ablate
from reference_model.experiments.comparison import NOT_SEEN, Difference, Runs, describe
from reference_model.experiments.four_layer import FourLayerNet
from reference_model.experiments.innovations import INNOVATIONS, Innovation, TrainingBudget
from reference_model.experiments.short_runs import Task, epochs_to_error, error, prepare, subset, train
from reference_model.factbook.records import append, read_file
from reference_model.networks.layers import LocalResponseNorm

TINY = TrainingBudget(
    batch=64, epochs=1, rate=0.03, rates=(0.05,), limit=1, few=64, few_epochs=1, hidden=8, shift=1
)


@pytest.fixture(scope="module")
def tiny() -> Ablation:
    return ablate(seeds=2, scale=TINY)


@pytest.fixture(scope="module")
def task() -> Task:
    return prepare(digits(), torch.device("cpu"))


def by_name(found: Ablation) -> dict[str, Innovation]:
    return {innovation.name: innovation for innovation in found.innovations}


def test_each_innovation_is_run_with_and_without_and_once_a_seed(tiny: Ablation) -> None:
    assert {name: [arm.name for arm in found.arms] for name, found in by_name(tiny).items()} == {
        "relu": ["relu", "tanh", "sigmoid"],
        "dropout": ["no_dropout", "dropout"],
        "normalisation": ["no_normalisation", "normalisation"],
        "overlap": ["separate_pooling", "overlapping_pooling"],
        "augmentation": ["no_augmentation", "augmentation"],
    }
    assert {len(arm.values) for found in tiny.innovations for arm in found.arms} == {2}
    errors = [
        value
        for found in tiny.innovations
        if found.measure == "test_error"
        for arm in found.arms
        for value in arm.reached
    ]
    assert len(errors) == 12
    assert all(0 <= value <= 1 for value in errors)
    assert [round(value * 382) for value in errors] == pytest.approx([value * 382 for value in errors])


def test_the_same_seeds_give_the_same_numbers_whatever_was_drawn_before(tiny: Ablation) -> None:
    torch.set_num_threads(2)
    torch.rand(7)
    state = torch.get_rng_state()
    threads = torch.get_num_threads()
    again = ablate(seeds=2, scale=TINY, only=("augmentation", "dropout"))
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.get_num_threads() == threads == 2
    torch.set_num_threads(1)
    assert [found.name for found in again.innovations] == ["dropout", "augmentation"]
    assert all(found == by_name(tiny)[found.name] for found in again.innovations)


def test_the_record_can_be_read_back_and_holds_each_mean_with_its_spread(
    tiny: Ablation, tmp_path: Path
) -> None:
    path = tmp_path / "ablation.jsonl"
    append(path, report.record(tiny, {"torch": "2"}))
    (record,) = read_file(path)
    figures = {f"{figure.subject}.{figure.property}": figure for figure in record.figures}
    arm = by_name(tiny)["augmentation"].arms[1]
    figure = figures["ablation.digits.augmentation.test_error"]
    assert figure.value == pytest.approx(np.mean(arm.reached), rel=1e-5)
    assert figure.spread == pytest.approx(np.std(arm.reached, ddof=1), rel=1e-5)
    assert (figure.runs, figure.unit) == (2, "")
    assert "nothing follows for ImageNet" in figure.statement
    apart, overlapping = by_name(tiny)["overlap"].arms
    change = figures["ablation.digits.overlapping_pooling.test_error_change"]
    expected = 100 * (np.mean(overlapping.reached) - np.mean(apart.reached))
    assert change.value == pytest.approx(expected, rel=1e-5, abs=1e-9)
    assert change.unit == "points"


def test_every_form_of_the_report_has_every_setting_and_the_limits(tiny: Ablation) -> None:
    text, markdown = report.text(tiny), report.markdown(tiny)
    data = json.loads(json.dumps(report.as_json(tiny, {}), allow_nan=False))
    assert data["schema"] == "reference_model.ablation/1"
    assert len(data["innovations"]) == len(INNOVATIONS)
    for found in tiny.innovations:
        for arm in found.arms:
            assert arm.label in text
            assert f"| {arm.label}" in markdown
    assert max(map(len, text.splitlines())) <= 100
    for limit in report.limits(tiny):
        assert limit in data["limits"]
        assert f"* {limit}" in markdown
        assert limit in " ".join(text.split())
    assert "1,415 training images" in text
    assert "382 test images: one image is 0.26 points" in text  # 100 / 382


def test_the_four_layer_network_is_of_the_size_that_its_kernels_make() -> None:
    def parameters(net: FourLayerNet) -> int:
        return sum(weights.numel() for weights in net.parameters())

    # 5·5·1·32+32, 5·5·32·32+32, 5·5·32·64+64, 64·10+10
    assert parameters(FourLayerNet(1, 8)) == 832 + 25_632 + 51_264 + 650
    # 5·5·3·32+32, the same two, 4·4·64·10+10
    assert parameters(FourLayerNet(3, 32)) == 2_432 + 25_632 + 51_264 + 10_250
    assert parameters(FourLayerNet(3, 32, pool=2)) == 89_578
    assert parameters(FourLayerNet(1, 8, hidden=100)) == 77_728 + 6_500 + 1_010


def test_normalisation_of_divided_pixels_is_that_of_whole_ones_divided() -> None:
    whole = FourLayerNet(1, 8, norm=1.0).double()
    divided = FourLayerNet(1, 8, norm=70.0).double()
    divided.load_state_dict(whole.state_dict())
    pixels = 70 * torch.randn(3, 1, 8, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    first = whole.features[:4]  # convolution, whose biases are zero, ReLU, pooling, normalisation
    assert any(isinstance(layer, LocalResponseNorm) for layer in first.modules())
    expected = first(pixels) / 70
    assert (divided.features[:4](pixels / 70) - expected).abs().max() < 1e-12
    assert not torch.allclose(whole.features[:4](pixels / 70), expected)


def test_pairs_begin_with_the_same_weights(task: Task) -> None:
    seen = []

    def make(**how: object) -> FourLayerNet:
        net = FourLayerNet(1, 8, **how)  # type: ignore[arg-type]
        seen.append([weights.detach().clone() for weights in net.parameters()])
        return net

    for how in ({}, {"pool": 2}, {"norm": 69.0}):
        train(lambda how=how: make(**how), task, 3, epochs=0, batch=32, rate=0.1)  # type: ignore[misc]
    first, *others = seen
    assert all(torch.equal(a, b) for other in others for a, b in zip(first, other, strict=True))


def test_epochs_are_counted_from_the_untrained_network_and_given_up_at_the_limit(task: Task) -> None:
    def reach(target: float, limit: float = 2) -> float | None:
        return epochs_to_error(
            lambda: FourLayerNet(1, 8), task, 1, target=target, batch=32, rate=0.05, limit=limit
        )

    assert reach(1.0) == 0  # nothing is worse than that
    assert reach(-0.1, limit=0.5) is None  # nothing is better than none
    half, quarter = reach(0.5), reach(0.25)
    assert half is not None
    assert quarter is not None
    assert 0 < half < quarter < 2
    assert reach(0.25, limit=quarter / 2) is None


def test_a_network_that_has_diverged_is_wrong_on_all() -> None:
    class Lost(torch.nn.Module):
        def forward(self, images: torch.Tensor) -> torch.Tensor:
            return torch.full((len(images), 10), float("nan"))

    assert error(Lost(), torch.zeros(5, 1, 8, 8), torch.zeros(5, dtype=torch.int64)) == 1


def test_few_images_are_drawn_by_the_seed(task: Task) -> None:
    first, same, other = (subset(task, 20, seed) for seed in (1, 1, 2))
    assert torch.equal(first.pixels, same.pixels)
    assert not torch.equal(first.pixels, other.pixels)
    assert len(first.labels) == 20
    assert first.test_pixels is task.test_pixels


values = st.lists(st.floats(-1, 1).map(lambda value: round(value, 6)), min_size=2, max_size=12).map(tuple)


@given(values)
def test_a_difference_is_seen_if_and_only_if_its_mean_is_larger_than_its_spread(
    found: tuple[float, ...],
) -> None:
    mean, deviation = abs(float(np.mean(found))), float(np.std(found, ddof=1))
    words = describe(Difference("d", found), "lower", "higher", "points")
    if mean > deviation + 1e-9:
        assert words.startswith("lower by" if fmean(found) < 0 else "higher by")
    elif mean < deviation - 1e-9:
        assert words.startswith(NOT_SEEN)
    assert f"{mean:.2f}" in words or abs(mean * 100 % 1 - 0.5) < 1e-6


def test_one_pair_and_no_difference_are_never_seen() -> None:
    assert NOT_SEEN in describe(Difference("d", (5.0,)), "lower", "higher", "points")
    assert NOT_SEEN in describe(Difference("d", (0.0, 0.0, 0.0)), "lower", "higher", "points")
    assert not describe(Difference("d", (0.1, 0.1)), "lower", "higher", "points").startswith(NOT_SEEN)


def test_a_mean_is_not_given_if_one_run_did_not_get_there(tiny: Ablation) -> None:
    late = Runs("tanh", "tanh", (2.0, None, 3.0))
    assert late.mean is None
    assert late.spread is None
    relu = by_name(tiny)["relu"]
    assert report.measured(relu, late) == "2 of 3 runs got there"
    changed = replace(tiny, innovations=(replace(relu, arms=(late,), effects=()),))
    assert report.record(changed, {}).figures == ()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"data": "digit"}, "did you mean digits"),
        ({"data": "synthetic"}, "there is no source of images for the ablations 'synthetic'"),
        ({"only": ("overlab",)}, "did you mean overlap"),
    ],
)
def test_a_name_that_is_not_there_gets_the_nearest(call: dict[str, object], message: str) -> None:
    with pytest.raises(UnknownName, match=message):
        ablate(**call)  # type: ignore[arg-type]


def test_no_run_at_all_is_refused() -> None:
    with pytest.raises(ReferenceModelError, match="at least one run"):
        ablate(seeds=0)


def invoke(*arguments: str) -> tuple[int, str, str]:
    app = typer.Typer()
    app.command()(command)
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.stdout, result.stderr


def test_the_command_prints_one_object_and_records_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(module.SCALES, "digits", TINY)
    file = tmp_path / "records.jsonl"
    call = ("--only", "normalisation", "--seeds", "2", "--format", "json", "--records", str(file))
    code, out, err = invoke(*call)
    assert code == 0
    data = json.loads(out)
    assert [found["name"] for found in data["innovations"]] == ["normalisation"]
    assert list(data) == sorted(data)
    assert f"recorded in {file}" in err
    assert len(read_file(file)) == 1


def test_results_are_printed_though_the_record_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(module.SCALES, "digits", TINY)
    call = ("--only", "normalisation", "--seeds", "1", "--records", str(tmp_path))
    code, out, err = invoke(*call)
    assert code == 3
    assert "with normalisation" in out
    assert "One seed has no spread" in out
    assert f"not recorded: {tmp_path}" in err
