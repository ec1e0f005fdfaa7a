"""One row of the benchmark: a network in a setting, one direction, one batch size, timed or failed."""

import gc
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from math import isfinite, prod
from typing import Literal, TypeAlias, cast

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812, the field's own abbreviation

from reference_model.analysis import BYTES_PER_VALUE, Summary, analyse
from reference_model.errors import NotEnoughMemory, ReferenceModelError
from reference_model.experiments.convolutions import Grouping, replace_convolutions
from reference_model.experiments.profiling import KernelTime, kernels
from reference_model.experiments.roofline import first_line
from reference_model.experiments.timing import Effort, time_calls, wait
from reference_model.networks.alexnet import AlexNet
from reference_model.specs.alexnet import VARIANTS
from reference_model.training.memory import check, free_bytes

Direction: TypeAlias = Literal["training", "forward"]


@dataclass(frozen=True, slots=True)
class Setting:
    """How a network is run; the default is what people run today.

    Parameters
    ----------
    variant
        Of AlexNet: ``paper``, or ``one-weird-trick`` in torchvision's form.
    bf16
        Mixed precision: products in bfloat16, weights and their update in float32.
    channels_last
        Keep the channels of a pixel side by side.
    grouping, fold
        Form of the convolutions, as in `reference_model.experiments.convolutions`.
    compile
        Mode of ``torch.compile``; empty: eager.
    tuned
        cuDNN tries its algorithms, and one kernel updates all weights.
    """

    variant: str = "paper"
    bf16: bool = False
    channels_last: bool = False
    grouping: Grouping = "groups"
    fold: bool = False
    compile: str = ""
    tuned: bool = False

    @property
    def words(self) -> str:
        """Name the setting in the field's words; channels-last is NHWC."""
        parts = (
            "compiled" if self.compile == "default" else self.compile or "eager",
            "bf16" if self.bf16 else "fp32",
            "NHWC" if self.channels_last else "NCHW",
            "" if self.grouping == "groups" else self.grouping,
            "folded" if self.fold else "",
        )
        return " ".join(filter(None, parts))


@dataclass(frozen=True, slots=True)
class Case:
    """What one row measures."""

    setting: Setting
    direction: Direction
    batch: int


@dataclass(frozen=True, slots=True)
class Measurement:
    """What came of a case.

    Parameters
    ----------
    case
        What was measured.
    images_per_second, flops
        Median; FLOP/s by the count of the network's own operations, however it does them.
    spread
        Standard deviation of `images_per_second` over the repeats.
    repeats
        How many.
    start
        Seconds to the first result, with compilation.
    peak
        Bytes of the GPU's memory in use at most.
    kernels
        Where the time of a step goes.
    failure
        Why there are no figures; empty if there are.
    """

    case: Case
    images_per_second: float = 0.0
    flops: float = 0.0
    spread: float = 0.0
    repeats: int = 0
    start: float = 0.0
    peak: int | None = None
    kernels: tuple[KernelTime, ...] = ()
    failure: str = ""


def measure(
    case: Case,
    device: torch.device,
    effort: Effort,
    *,
    width: float = 1.0,
    input_size: int | None = None,
    profiled: bool = False,
) -> Measurement:
    """Time a case. Whatever goes wrong is told in the row, and nothing of it is left behind.

    Parameters
    ----------
    case
        What to measure.
    device, effort
        Where, and how carefully.
    width, input_size
        As in `AlexNet`; less for a quick look.
    profiled
        Whether to list the kernels that take the time.
    """
    try:
        with _cudnn_benchmark(try_all=case.setting.tuned):
            return _measure(case, device, effort, width, input_size, profiled=profiled)
    except NotEnoughMemory as problem:
        return Measurement(case, failure=str(problem))
    except Exception as problem:  # noqa: BLE001, a compiler or a driver may fail in any way; other rows go on
        return Measurement(case, failure=first_line(problem))
    finally:
        _tidy(case, device)


def _measure(
    case: Case,
    device: torch.device,
    effort: Effort,
    width: float,
    input_size: int | None,
    *,
    profiled: bool,
) -> Measurement:
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        torch.manual_seed(0)
        net = AlexNet(VARIANTS[case.setting.variant], width=width, input_size=input_size)
        summary = analyse(net.spec)
        _check_memory(summary, case, device)
        if device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(device)
        call = _call(case, net, device)
        begin = time.perf_counter()
        call()
        wait(device)
        start = time.perf_counter() - begin
        last: deque[Tensor] = deque(maxlen=1)
        timing = time_calls(lambda: last.append(call()), device, effort)
        if not isfinite(float(last[0].float().mean())):
            raise ReferenceModelError("what came out was no number any more, so the speed says nothing")
        spots = kernels(call, device) if profiled else ()
    per_second = case.batch / timing.seconds
    return Measurement(
        case,
        images_per_second=per_second,
        flops=per_second * (summary.training_flops if case.direction == "training" else summary.flops),
        spread=per_second * timing.spread / timing.seconds,
        repeats=timing.repeats,
        start=start,
        peak=torch.cuda.max_memory_allocated(device) if device.type == "cuda" else None,
        kernels=spots,
    )


def _call(case: Case, net: AlexNet, device: torch.device) -> Callable[[], Tensor]:
    """Make what is timed: a whole training step, which gives the loss, or a forward pass: the logits."""
    setting = case.setting
    replace_convolutions(net, setting.grouping, fold=setting.fold)
    layout = torch.channels_last if setting.channels_last else torch.contiguous_format
    net.to(device=device, memory_format=layout)  # type: ignore[call-overload]
    # As an augmentation on the device would give them.
    images = torch.randn(
        (case.batch, *net.spec.input), device=device, dtype=torch.bfloat16 if setting.bf16 else torch.float32
    ).contiguous(memory_format=layout)
    mixed = partial(torch.autocast, device.type, torch.bfloat16, enabled=setting.bf16)

    if case.direction == "forward":
        net.eval()

        def logits() -> Tensor:
            with mixed():
                return cast("Tensor", net(images))

        forward = _compiled(logits, setting)

        def classify() -> Tensor:
            with torch.no_grad():
                return forward()

        return classify

    labels = torch.randint(1000, (case.batch,), device=device)
    optimiser = torch.optim.SGD(
        net.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4, fused=setting.tuned or None
    )  # §5

    def loss() -> Tensor:
        with mixed():
            return F.cross_entropy(net(images), labels)

    objective = _compiled(loss, setting)

    def step() -> Tensor:
        optimiser.zero_grad()
        result = objective()
        result.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        return result.detach()

    return step


def _compiled(function: Callable[[], Tensor], setting: Setting) -> Callable[[], Tensor]:
    if not setting.compile:
        return function
    return torch.compile(function, mode=setting.compile, dynamic=False)


def _check_memory(summary: Summary, case: Case, device: torch.device) -> None:
    free = free_bytes(device)
    if case.direction == "training":
        check(summary, case.batch, free, where=str(device))
        return
    # Of a forward pass no more is held than what a layer takes and gives; normalisation has six copies of it.
    largest = max(row.activations for row in summary.rows)
    needed = BYTES_PER_VALUE * (summary.parameters + case.batch * (prod(summary.input) + 6 * largest))
    if free is not None and needed > free:
        raise NotEnoughMemory(
            f"a forward pass of {case.batch:,} images needs about {needed / 1e9:,.1f} GB, "
            f"and {free / 1e9:,.1f} GB are free on {device}"
        )


@contextmanager
def _cudnn_benchmark(*, try_all: bool) -> Iterator[None]:
    before = torch.backends.cudnn.benchmark
    torch.backends.cudnn.benchmark = try_all
    try:
        yield
    finally:
        torch.backends.cudnn.benchmark = before


def _tidy(case: Case, device: torch.device) -> None:
    # A GPU that has failed for good fails here too; what was measured before is still worth telling.
    with suppress(Exception):
        if case.setting.compile:
            torch.compiler.reset()
        if device.type == "cuda":
            gc.collect()
            torch.cuda.empty_cache()
