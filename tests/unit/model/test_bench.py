"""The benchmark: every row is there, a failing one stops no other, and shares are shares."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import typer
from torch import Tensor
from typer.testing import CliRunner

from reference_model.commands.bench import bench as command
from reference_model.errors import ReferenceModelError, WrongInput
from reference_model.experiments import bench_report as report
from reference_model.experiments import roofline
from reference_model.experiments.bench import CPU, GPU, MAX_AUTOTUNE, PLAIN, TORCHVISION, Bench, Plan, bench
from reference_model.experiments.bench_case import Case, Measurement, Setting
from reference_model.experiments.convolutions import Grouping, replace_convolutions
from reference_model.experiments.profiling import kernels
from reference_model.experiments.roofline import Roofline
from reference_model.experiments.timing import Effort, time_calls
from reference_model.factbook.records import append, read_file
from reference_model.networks.alexnet import AlexNet
from reference_model.specs.alexnet import VARIANTS

HERE = torch.device("cpu")
WIDTH, SIZE = 0.03, 67
QUICK: Plan = replace(
    CPU, effort=Effort(warm_up=1, repeats=2, seconds=0), side=256, copied=2**20, eager=GPU.eager[3:5]
)
TOO_MANY = 10**9


def quick(**how: object) -> Bench:
    settings: dict[str, object] = {"width": WIDTH, "input_size": SIZE, "plan": QUICK, "compiling": False}
    return bench(HERE, **(settings | how))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def found() -> Bench:
    return quick(batches=(2, TOO_MANY))


def test_both_networks_run_in_both_directions_and_ours_in_every_setting(found: Bench) -> None:
    rows = [row for row in found.rows if row.case.batch == 2]
    assert {(row.case.setting, row.case.direction) for row in rows} >= {
        *((setting, direction) for setting in (PLAIN, TORCHVISION) for direction in ("training", "forward")),
        *((setting, "training") for setting in QUICK.eager),
    }
    assert [row.failure for row in rows] == [""] * len(rows)
    assert all(row.images_per_second > 0 and row.repeats == 2 for row in rows)
    assert any(row.case.direction == "forward" and row.case.setting in QUICK.eager for row in rows)


def test_a_batch_that_does_not_fit_is_told_and_stops_no_other(found: Bench) -> None:
    failed = [row for row in found.rows if row.case.batch == TOO_MANY]
    assert len(failed) == 4 + len(QUICK.eager)
    assert all("needs about" in row.failure and "free on cpu" in row.failure for row in failed)
    assert found.best("training", TOO_MANY) is None
    assert found.best("training", 2) is not None
    assert "failed: a batch of 1,000,000,000 needs about" in report.text(found)


def test_ceilings_are_measured_in_the_same_run_and_shares_lie_below_them(found: Bench) -> None:
    assert found.roofline.problems == ()
    assert min(found.roofline.bf16 or 0, found.roofline.fp32 or 0, found.roofline.copy or 0) > 0
    shares = [row["share"] for row in report.as_json(found)["rows"] if not row["failure"]]
    assert shares
    assert all(0 < share < 1 for share in shares)


def test_a_ceiling_that_cannot_be_measured_is_told_and_leaves_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> float:
        raise RuntimeError("no memory left\nand more")

    monkeypatch.setattr(roofline, "memory_copy", broken)
    found = quick(batches=(2,))
    assert found.roofline.copy is None
    assert found.roofline.bf16
    assert "copy: RuntimeError: no memory left" in found.notes
    assert "- copy: RuntimeError: no memory left" in report.text(found)


def test_without_a_compiler_the_best_row_is_eager_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object, **__: object) -> object:
        raise RuntimeError("no C++ compiler")

    monkeypatch.setattr(torch, "compile", broken)
    found = quick(batches=(2,), compiling=True, plan=replace(QUICK, modes=GPU.modes))
    compiled = [row for row in found.rows if row.case.setting.compile]
    assert [row.failure for row in compiled] == ["RuntimeError: no C++ compiler"]  # and no further mode
    best = found.best("training", 2)
    assert best is not None
    assert not best.case.setting.compile
    assert "torch.compile did not work here; the best rows are eager" in found.notes


def test_what_is_compiled_is_the_quickest_form_and_the_search_comes_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch, "compile", lambda function, **_: function)
    found = quick(batches=(2, 3), compiling=True, plan=replace(QUICK, modes=GPU.modes, compiled_forms=2))
    compiled = [row.case for row in found.rows if row.case.setting.compile]
    training = [case.setting.compile for case in compiled if case.direction == "training"]
    assert training == ["default"] * 4 + ["reduce-overhead"] * 2 + [MAX_AUTOTUNE] * 2
    assert compiled[-2:] == [case for case in compiled if case.setting.compile == MAX_AUTOTUNE][:2]
    assert all(not row.failure for row in found.rows)


def test_nothing_new_is_tried_when_the_time_is_used_up() -> None:
    found = quick(batches=(2,), plan=replace(QUICK, limit=0), compiling=True)
    assert {row.case.setting for row in found.rows} == {PLAIN, TORCHVISION}
    assert "not tried for lack of time: eager bf16 NHWC folded, batch 2" in found.notes


def by_hand() -> Bench:
    """A benchmark of round numbers: matrix products of 100 TFLOP/s, AlexNet at 10,000 images/s."""

    def row(setting: Setting, direction: str, speed: float, teraflops: float) -> Measurement:
        case = Case(setting, direction, 128)  # type: ignore[arg-type]
        return Measurement(case, images_per_second=speed, flops=teraflops * 1e12, spread=1.0, repeats=5)

    ours = replace(GPU.eager[4], compile="reduce-overhead")
    return Bench(
        device="NVIDIA GTX 580",
        kind="cuda",
        versions={"torch": "2.13.0", "cuda": "13.0"},
        plan=replace(GPU, batches=(128,)),
        width=1.0,
        input_size=None,
        tf32={"matmul": False, "convolutions": True},
        roofline=Roofline(bf16=100e12, fp32=20e12, side=8192, copy=2e12, copied=2**31),
        rows=(
            row(TORCHVISION, "training", 2_000, 8),
            row(TORCHVISION, "forward", 6_000, 9),
            row(PLAIN, "training", 2_500, 10),
            row(PLAIN, "forward", 8_000, 12),
            row(ours, "training", 10_000, 40),
        ),
        notes=(),
        seconds=1.0,
    )


def test_conclusions_follow_from_the_rows() -> None:
    text = report.text(by_hand())
    assert "published, best: reduce-overhead bf16 NHWC halves folded" in text
    assert "40.0%" in text  # of 100 TFLOP/s
    assert "Batch 128, training: our best is 4.00 times as fast as plain eager fp32." in text
    assert "five to six days on two GTX 580 (published)" in text
    assert "3.0 hours on this device, batch 128." in text  # 90 · 1.2e6 / 10,000 s
    assert "matrix products off, convolutions on" in text
    assert "no statement" not in text
    assert "nothing about a GPU" not in text
    assert max(map(len, text.splitlines())) <= 100


def test_figures_are_named_by_their_device_and_can_be_read_back(tmp_path: Path) -> None:
    path = tmp_path / "bench.jsonl"
    append(path, report.record(by_hand()))
    (record,) = read_file(path)
    figures = {f"{figure.subject}.{figure.property}": figure for figure in record.figures}
    name = "bench.nvidia-gtx-580.published.best.training.batch_128"
    assert figures[f"{name}.images_per_second"].value == 10_000
    assert figures[f"{name}.images_per_second"].runs == 5
    assert figures[f"{name}.share_of_matrix_ceiling"].value == 0.4
    assert figures["bench.nvidia-gtx-580.published_training_time"].value == 10_800
    assert figures["bench.nvidia-gtx-580.best_over_plain.training.batch_128.speedup"].value == 4
    assert record.versions == {"torch": "2.13.0", "cuda": "13.0"}


def test_a_processor_and_a_miniature_are_called_so(found: Bench) -> None:
    text = report.text(found)
    assert "a miniature: its figures say nothing" in text
    assert "They say nothing about a GPU." in text
    assert "days on two GTX 580" not in text
    assert all("no statement about a GPU" in figure.statement for figure in report.record(found).figures)


@pytest.mark.parametrize("grouping", ["groups", "halves", "dense"])
@pytest.mark.parametrize("fold", [False, True])
@pytest.mark.parametrize(("variant", "size"), [("paper", 224), ("caffe", 227), ("paper", 67)])
def test_every_form_of_the_convolutions_is_the_same_function_with_the_same_gradients(
    grouping: Grouping,
    fold: bool,  # noqa: FBT001, pytest passes it by name
    variant: str,
    size: int,
) -> None:
    net = AlexNet(VARIANTS[variant], width=0.02, input_size=size, classes=10, dropout=0).double()
    draws = torch.Generator().manual_seed(0)
    for weights in net.parameters():
        torch.nn.init.normal_(weights, std=0.1, generator=draws)
    images = torch.randn(2, 3, size, size, dtype=torch.float64, generator=draws).requires_grad_()

    def outcome() -> list[Tensor]:
        logits = net(images)
        gradients = torch.autograd.grad(logits.square().sum(), [images, *net.parameters()])
        return [logits.detach(), *gradients]

    names = list(net.state_dict())
    expected = outcome()
    replace_convolutions(net, grouping, fold=fold)
    for a, b in zip(expected, outcome(), strict=True):
        torch.testing.assert_close(b, a, rtol=1e-10, atol=1e-10)
    assert list(net.state_dict()) == names


def test_a_measurement_calls_as_often_as_it_says() -> None:
    calls: list[None] = []
    timing = time_calls(lambda: calls.append(None), HERE, Effort(warm_up=2, repeats=3, seconds=0))
    assert len(calls) == 2 + 3
    assert timing.repeats == 3
    assert timing.seconds > 0


def test_the_time_of_a_step_is_shared_out_among_its_kernels() -> None:
    a = torch.randn(200, 200)
    spots = kernels(lambda: torch.mm(a, a), HERE)
    assert spots[0].name == "aten::mm"
    assert spots[0].calls == 1
    assert 0 < sum(spot.share for spot in spots) <= 1 + 1e-9


def test_a_batch_of_nothing_is_refused() -> None:
    with pytest.raises(ReferenceModelError, match="at least one image, not 0"):
        quick(batches=(0,))


def test_images_that_are_too_small_are_refused_before_anything_runs() -> None:
    with pytest.raises(WrongInput, match="images of 30 pixels: pool2 has a window of 3×3"):
        quick(input_size=30)


def invoke(*arguments: str) -> tuple[int, str, str, BaseException | None]:
    app = typer.Typer()
    app.command()(command)
    call = ["--device", "cpu", "--width", str(WIDTH), "--size", str(SIZE), "--no-compile", *arguments]
    result = CliRunner().invoke(app, call)
    return result.exit_code, result.stdout, result.stderr, result.exception


def test_the_command_prints_one_object_and_records_it_where_it_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("reference_model.experiments.bench.CPU", QUICK)
    file = tmp_path / "records.jsonl"
    code, out, err, _ = invoke("--batch-sizes", "2,3", "--format", "json", "--records", str(file))
    assert code == 0
    data = json.loads(out)
    assert list(data) == sorted(data)
    assert data["schema"] == "reference_model.experiments.bench/1"
    assert {row["batch"] for row in data["rows"]} == {2, 3}
    assert sum(row["best"] for row in data["rows"]) == 4  # of two batches and two directions
    assert f"recorded in {file}" in err
    (record,) = read_file(file)
    assert record.settings["width"] == WIDTH


def test_a_miniature_is_not_recorded_in_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reference_model.experiments.bench.CPU", QUICK)
    code, out, err, _ = invoke("--batch-sizes", "2")
    assert code == 0
    assert "a miniature" in out
    assert "recorded" not in err


def test_batch_sizes_that_are_no_numbers_are_told() -> None:
    *_, problem = invoke("--batch-sizes", "128;1024")
    assert isinstance(problem, ReferenceModelError)
    assert "'128;1024'; expected whole numbers" in str(problem)
