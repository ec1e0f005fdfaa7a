"""The benchmark: AlexNet as people run it today and in our best setting, beside the device's ceilings.

Rows in three parts: the published network and torchvision's form of it in plain eager float32; our
settings, tried one after the other, cheap ones first; and the ceilings, measured in the same run. A row
that fails tells why and stops no other. What may take long, such as an exhaustive search of the compiler's,
begins only if there is time.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import torch

from reference_model.analysis import analyse
from reference_model.errors import ReferenceModelError, WrongInput
from reference_model.experiments import roofline
from reference_model.experiments.bench_case import Case, Direction, Measurement, Setting, measure
from reference_model.experiments.machine import device_name, versions
from reference_model.experiments.roofline import Roofline
from reference_model.experiments.timing import Effort
from reference_model.specs.alexnet import VARIANTS, alexnet

DIRECTIONS: tuple[Direction, ...] = ("training", "forward")

PLAIN = Setting()
TORCHVISION = Setting(variant="one-weird-trick")
_MIXED = Setting(bf16=True, channels_last=True, tuned=True)

MAX_AUTOTUNE = "max-autotune"
"""The mode of ``torch.compile`` that tries many kernels for each product, and takes minutes."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is run on a kind of device.

    Parameters
    ----------
    batches
        Images at once.
    effort
        How carefully a row is measured.
    side, copied
        Of the ceilings: rows of the matrices, bytes of the copy.
    eager
        Settings to try without compiling.
    modes
        Of ``torch.compile``, to try on the quickest of these, cheap ones first.
    compiled_forms
        How many of the quickest eager settings are compiled; what is quick in eager need not be so compiled.
    limit
        Seconds after which nothing more is tried.
    """

    batches: tuple[int, ...]
    effort: Effort
    side: int
    copied: int
    eager: tuple[Setting, ...]
    modes: tuple[str, ...]
    compiled_forms: int
    limit: float


GPU = Plan(
    batches=(128, 1024),
    effort=Effort(),
    side=8192,
    copied=2**31,
    eager=(
        _MIXED,
        replace(_MIXED, grouping="halves"),
        replace(_MIXED, grouping="dense"),
        replace(_MIXED, fold=True),
        replace(_MIXED, grouping="halves", fold=True),
        replace(_MIXED, grouping="dense", fold=True),
    ),
    modes=("default", "reduce-overhead", MAX_AUTOTUNE),  # the second and the third replay CUDA graphs
    compiled_forms=2,
    limit=400,
)

CPU = Plan(
    batches=(16,),
    effort=Effort(warm_up=1, repeats=3, seconds=0),
    side=2048,
    copied=2**28,
    eager=(_MIXED, replace(_MIXED, grouping="halves", fold=True)),
    modes=("default",),
    compiled_forms=1,
    limit=160,
)


@dataclass(frozen=True, slots=True)
class Bench:
    """All that was measured, with its circumstances.

    Parameters
    ----------
    device, kind
        Its name; ``cuda`` or ``cpu``.
    versions
        As in a record.
    plan
        What was to be run.
    width, input_size
        Of the networks: 1 and ``None`` for AlexNet itself.
    tf32
        Whether torch multiplies float32 in TF32: ``matmul`` and ``convolutions``, as set (on a GPU).
    roofline
        What the device can do at best.
    rows
        In the order of measuring.
    notes
        What was not tried, and why.
    seconds
        That all of it took.
    """

    device: str
    kind: str
    versions: dict[str, str]
    plan: Plan
    width: float
    input_size: int | None
    tf32: dict[str, bool]
    roofline: Roofline
    rows: tuple[Measurement, ...]
    notes: tuple[str, ...]
    seconds: float

    def plain(self, setting: Setting, direction: Direction, batch: int) -> Measurement:
        """Find the row of `PLAIN` or `TORCHVISION`, failed or not."""
        case = Case(setting, direction, batch)
        return next(row for row in self.rows if row.case == case)

    def best(self, direction: Direction, batch: int) -> Measurement | None:
        """Find the quickest row of the published network that did not fail."""
        return _quickest(self.rows, direction, batch)


@dataclass
class _BenchRun:
    """A benchmark under way."""

    device: torch.device
    plan: Plan
    width: float
    input_size: int | None
    say: Callable[[str], None]
    begin: float = field(default_factory=time.perf_counter)
    rows: list[Measurement] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def row(self, setting: Setting, direction: Direction, batch: int) -> Measurement:
        """Measure, and say what came of it at once: a run that is cut off has told what it had."""
        about = f"{_net(setting)}, {direction}, batch {batch:,}: {setting.words}"
        self.say(f"{self.used:4.0f} s  {about} …")
        row = measure(
            Case(setting, direction, batch),
            self.device,
            self.plan.effort,
            width=self.width,
            input_size=self.input_size,
            # On a processor the compiled code is one entry, and torch's operators are no news.
            profiled=self.device.type == "cuda" and setting != TORCHVISION and direction == "training",
        )
        outcome = row.failure or f"{row.images_per_second:,.1f} images/s"
        self.say(f"{self.used:4.0f} s  {about}: {outcome}")
        self.rows.append(row)
        return row

    @property
    def used(self) -> float:
        """Seconds since the beginning."""
        return time.perf_counter() - self.begin

    def has_time(self, what: str, expected: float = 0.0) -> bool:
        """Say whether something may still begin; if not, note it."""
        if self.used + expected <= self.plan.limit:
            return True
        self.notes.append(f"not tried for lack of time: {what}")
        return False


def bench(
    device: torch.device,
    *,
    batches: tuple[int, ...] = (),
    compiling: bool = True,
    width: float = 1.0,
    input_size: int | None = None,
    plan: Plan | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Bench:
    """Run the benchmark.

    Parameters
    ----------
    device
        A GPU or the CPU.
    batches
        In place of the plan's.
    compiling
        Whether ``torch.compile`` is tried.
    width, input_size
        As in `AlexNet`: less for a quick look, whose figures say nothing about AlexNet.
    plan
        What to run; left out: `GPU` or `CPU`.
    say
        Is told what is being done, and each row as it is measured.

    Raises
    ------
    ReferenceModelError
        For a batch of less than one image.
    WrongInput
        For images that are too small.
    """
    if any(batch < 1 for batch in batches):
        raise ReferenceModelError(f"a batch has at least one image, not {min(batches)}")
    try:
        for setting in (PLAIN, TORCHVISION):
            analyse(alexnet(VARIANTS[setting.variant], input_size=input_size, width=width))
    except WrongInput as problem:
        raise WrongInput(f"AlexNet cannot be built for images of {input_size} pixels: {problem}") from None
    plan = plan or (GPU if device.type == "cuda" else CPU)
    plan = replace(plan, batches=batches or plan.batches, modes=plan.modes if compiling else ())
    run = _BenchRun(device, plan, width, input_size, say)
    name, found_versions = device_name(device), versions(device)
    say("ceilings: matrix products and a copy …")
    found = roofline.measure(device, plan.effort, side=plan.side, copied=plan.copied)
    for batch in plan.batches:
        for setting in (TORCHVISION, PLAIN):
            for direction in DIRECTIONS:
                run.row(setting, direction, batch)
    for batch in plan.batches:
        for setting in plan.eager:
            if run.has_time(f"{setting.words}, batch {batch:,}"):
                run.row(setting, "training", batch)
        _forward(run, batch)
    _compile(run)
    return Bench(
        name,
        device.type,
        found_versions,
        plan,
        width,
        input_size,
        _tf32() if device.type == "cuda" else {},
        found,
        tuple(run.rows),
        (*found.problems, *run.notes),
        run.used,
    )


def _compile(run: _BenchRun) -> None:
    """Compile what was quickest, in one mode after the other; the longest comes after the forward pass."""
    modes = run.plan.modes
    quick = [mode for mode in modes if mode != MAX_AUTOTUNE]
    works = True
    for number, mode in enumerate(quick):
        for batch in run.plan.batches:
            # Which form is best once compiled, the first mode finds out; the others take that one.
            forms = list(_forms(run, batch, run.plan.compiled_forms if number == 0 else 1))
            for setting in forms if works else ():
                compiled = replace(setting, compile=mode)
                if run.has_time(f"{compiled.words}, batch {batch:,}", expected=_compile_seconds(run)):
                    run.row(compiled, "training", batch)
        works = not _all_failed(run.rows)
    if not works:
        run.notes.append("torch.compile did not work here; the best rows are eager")
    for batch in run.plan.batches:
        _forward(run, batch)
    for batch in run.plan.batches if MAX_AUTOTUNE in modes and works else ():
        for setting in _forms(run, batch, 1):
            # From what was seen elsewhere: the search takes some three times as long as compiling alone.
            if run.has_time(f"{MAX_AUTOTUNE}, batch {batch:,}", expected=3 * _compile_seconds(run)):
                run.row(replace(setting, compile=MAX_AUTOTUNE), "training", batch)


def _forward(run: _BenchRun, batch: int) -> None:
    """Measure the forward pass in the setting of ours that trains quickest."""
    rows = [row for row in run.rows if row.case.setting != PLAIN]
    best = _quickest(rows, "training", batch)
    done = {row.case for row in rows}
    if best is None or Case(best.case.setting, "forward", batch) in done:
        return
    if run.has_time(f"forward, {best.case.setting.words}, batch {batch:,}", expected=_compile_seconds(run)):
        run.row(best.case.setting, "forward", batch)


def _forms(run: _BenchRun, batch: int, count: int) -> Iterator[Setting]:
    """List our settings for training without their mode, the quickest first, each form once."""
    done = [
        row
        for row in run.rows
        if row.case.batch == batch
        and row.case.direction == "training"
        and row.case.setting not in {PLAIN, TORCHVISION}
        and not row.failure
    ]
    ranked = sorted(done, key=lambda row: -row.images_per_second)
    forms = dict.fromkeys(replace(row.case.setting, compile="") for row in ranked)
    yield from list(forms)[:count]


def _compile_seconds(run: _BenchRun) -> float:
    """Give the seconds that compiling has taken here so far, at most."""
    return max((row.start for row in run.rows if row.case.setting.compile), default=0.0)


def _all_failed(rows: list[Measurement]) -> bool:
    compiled = [row for row in rows if row.case.setting.compile]
    return bool(compiled) and all(row.failure for row in compiled)


def _quickest(
    rows: "tuple[Measurement, ...] | list[Measurement]", direction: Direction, batch: int
) -> Measurement | None:
    candidates = [
        row
        for row in rows
        if row.case.direction == direction
        and row.case.batch == batch
        and row.case.setting.variant == "paper"
        and not row.failure
    ]
    return max(candidates, key=lambda row: row.images_per_second, default=None)


def _net(setting: Setting) -> str:
    return "published" if setting.variant == "paper" else "torchvision's form"


def _tf32() -> dict[str, bool]:
    return {
        "matmul": torch.backends.cuda.matmul.allow_tf32,
        "convolutions": torch.backends.cudnn.allow_tf32,
    }
