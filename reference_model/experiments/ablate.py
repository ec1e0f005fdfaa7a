"""The innovations of AlexNet measured, each with and without, by a small network on small real images."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch

from reference_model.data.images import ImagesInMemory
from reference_model.data.sources import load
from reference_model.errors import ReferenceModelError, UnknownName
from reference_model.experiments.innovations import (
    INNOVATIONS,
    Innovation,
    Runner,
    Say,
    TrainingBudget,
    network,
)
from reference_model.experiments.machine import device_name
from reference_model.experiments.short_runs import prepare

SCALES = {
    "digits": TrainingBudget(32, 20, 0.03, (0.01, 0.02, 0.05, 0.1, 0.2, 0.4), 80, 200, 60, 256, 1),
    "cifar10": TrainingBudget(128, 20, 0.01, (0.005, 0.01, 0.02, 0.05, 0.1), 40, 2000, 60, 256, 4),
}


@dataclass(frozen=True, slots=True)
class Ablation:
    """All that was measured, with its circumstances.

    Parameters
    ----------
    data
        ``digits`` or ``cifar10``.
    device
        Name of the processor or GPU.
    seeds
        How many.
    scale
        How long the runs were.
    innovations
        The table.
    training_images, test_images, image, parameters
        How small it is.
    wall, cpu
        Seconds on the clock and of computing.
    """

    data: str
    device: str
    seeds: int
    scale: TrainingBudget
    innovations: tuple[Innovation, ...]
    training_images: int
    test_images: int
    image: tuple[int, ...]
    parameters: int
    wall: float
    cpu: float


def ablate(
    data: str = "digits",
    *,
    seeds: int = 10,
    only: tuple[str, ...] = (),
    device: torch.device | None = None,
    scale: TrainingBudget | None = None,
    say: Say = lambda _: None,
) -> Ablation:
    """Measure the innovations.

    Parameters
    ----------
    data
        ``"digits"`` or ``"cifar10:PATH"``.
    seeds
        Runs of each setting.
    only
        Names from `INNOVATIONS`; all where empty.
    device
        Where to compute; the CPU where left out. On the digits a GPU would be no quicker.
    scale
        Lengths of the runs; those in `SCALES` where left out.
    say
        Is told what is being done.

    Raises
    ------
    UnknownName
        For a source or an innovation that is not there.
    MissingData, MissingPackage
        As in `reference_model.data.sources.load`.
    ReferenceModelError
        For less than one seed.
    """
    kind = data.partition(":")[0]
    if kind not in SCALES:
        raise UnknownName("source of images for the ablations", data, SCALES)
    for name in only:
        if name not in INNOVATIONS:
            raise UnknownName("innovation", name, INNOVATIONS)
    if seeds < 1:
        raise ReferenceModelError(f"each setting needs at least one run, not {seeds}; a spread needs two")
    images = load(data)
    assert isinstance(images, ImagesInMemory)  # noqa: S101, both sources are
    where = device or torch.device("cpu")
    wall, cpu = time.perf_counter(), time.process_time()
    with _one_thread(only_if=kind == "digits"):
        task = prepare(images, where)
        runner = Runner(task, scale or SCALES[kind], tuple(range(1, seeds + 1)), say)
        found = tuple(INNOVATIONS[name](runner) for name in INNOVATIONS if not only or name in only)
    with torch.device("meta"):
        parameters = sum(weights.numel() for weights in network(task).parameters())
    return Ablation(
        kind,
        device_name(where),
        seeds,
        runner.scale,
        found,
        len(task.labels),
        len(task.test_labels),
        tuple(task.pixels.shape[1:]),
        parameters,
        time.perf_counter() - wall,
        time.process_time() - cpu,
    )


@contextmanager
def _one_thread(*, only_if: bool) -> Iterator[None]:
    """Compute in one thread: quicker on images this small, and the same sums however many cores there are."""
    before = torch.get_num_threads()
    if only_if:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
