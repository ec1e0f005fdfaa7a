"""Two processes do what one does with the whole batch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from socket import socket

import pytest
import torch
from PIL import Image

from reference_model.errors import ReferenceModelError
from reference_model.training import checkpoint
from reference_model.training.callback import NoCallback
from reference_model.training.distributed import Processes, find_device, process_group
from reference_model.training.execution import Execution
from reference_model.training.recipe import recipe_for
from reference_model.training.train import train


class Losses(NoCallback):
    """Keeps the losses."""

    def __init__(self) -> None:
        self.found: list[float] = []
        self.said: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)

    def steps(self, epoch: int, first: int, losses: list[float], lr: float) -> None:
        del epoch, first, lr
        self.found += losses


def photos(folder: Path) -> None:
    """Make coloured images of two classes, one of which cannot be read."""
    numbers = torch.Generator().manual_seed(0)
    for part, count in (("train", 17), ("val", 5)):
        for name in ("cat", "dog"):
            (folder / part / name).mkdir(parents=True)
            for image in range(count):
                pixels = torch.randint(256, (6, 6, 3), generator=numbers, dtype=torch.uint8)
                Image.frombytes("RGB", (6, 6), bytes(pixels.flatten().tolist())).resize((40, 40)).save(
                    folder / part / name / f"{image:02}.png"
                )
    (folder / "train/dog/03.png").write_bytes(b"no image")


def test_two_processes_have_the_losses_of_one(tmp_path: Path) -> None:
    photos(tmp_path / "photos")
    settings = {"size": 64, "width": 0.0625, "init": "fan-in", "lr": 0.005, "batch_size": 8, "epochs": 3}
    recipe = recipe_for(f"imagefolder:{tmp_path / 'photos'}", **settings)
    assert recipe.dropout == 0.5
    assert recipe.augment

    options = [
        part for name, value in settings.items() for part in (f"--{name.replace('_', '-')}", str(value))
    ]
    log, file = tmp_path / "log.jsonl", tmp_path / "two.pt"
    torchrun = [
        sys.executable,
        "-m",
        "torch.distributed.run",
        "--standalone",
        "--nproc-per-node",
        "2",
        "--module",
    ]
    command = [
        "reference_model",
        "train",
        "--data",
        recipe.data,
        "--device",
        "cpu",
        "--workers",
        "0",
        *options,
    ]
    done = subprocess.run(
        [*torchrun, *command, "--log-file", log, "--checkpoint", file, "--format", "json"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        cwd=Path(__file__).parents[3],
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)  # one object: the second process prints nothing
    assert report["processes"] == 2
    assert done.stderr.count("warning: skipped") == 1
    assert "dog/03.png: cannot identify image file '03.png'" in done.stderr
    records = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    two = [record["loss"] for record in records if record["event"] == "step"]

    callback = Losses()
    one = train(recipe, execution=Execution(device="cpu"), callback=callback)
    assert len(two) == 3 * 4  # 34 images make four batches of eight
    assert two == pytest.approx(callback.found, abs=1e-5)
    assert report["epochs"][-1]["top1"] == one.epochs[-1].top1
    assert report["errors"]["ten_crop"]["images"] == 10
    weights = checkpoint.load(file)["network"]
    for name, expected in one.network.state_dict().items():
        torch.testing.assert_close(weights[name], expected, rtol=0, atol=1e-4)


ALONE = """
import os
from torch.nn import Linear
from torch.nn.parallel import DistributedDataParallel
from reference_model.training.distributed import process_group

with process_group("cpu") as processes:
    DistributedDataParallel(Linear(3, 2))
    processes.from_first(lambda: 3)
names = [open(f"/proc/self/task/{each}/comm").read().strip() for each in os.listdir("/proc/self/task")]
print([name for name in names if "gloo" in name])
"""


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted as Linux lists them")
def test_no_thread_outlives_the_group_and_aborts_a_process_that_ends() -> None:
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    place = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": "2", "OMP_NUM_THREADS": "1"}
    both = [
        subprocess.Popen(
            [sys.executable, "-c", ALONE],
            env={**os.environ, **place, "RANK": str(rank)},
            cwd=Path(__file__).parents[3],
            stdout=subprocess.PIPE,
            text=True,
        )
        for rank in range(2)
    ]
    assert [each.communicate(timeout=120)[0].strip() for each in both] == ["[]", "[]"]
    assert [each.returncode for each in both] == [0, 0]


def test_a_batch_that_cannot_be_shared_is_refused() -> None:
    from reference_model.training.train import _with_shared_batch  # noqa: PLC0415, of which only this is tested alone

    recipe = recipe_for("digits", batch_size=15)
    with pytest.raises(
        ReferenceModelError, match="a batch of 15 cannot be shared equally by 2 processes; 14 can"
    ):
        _with_shared_batch(recipe, 1000, 2, NoCallback())
    assert _with_shared_batch(recipe_for("digits", batch_size=32), 21, 2, NoCallback()).batch_size == 20


def test_one_process_agrees_with_itself() -> None:
    alone = Processes(torch.device("cpu"))
    values = torch.tensor([1.0, 2.0])
    assert torch.equal(alone.total(values), values)
    assert torch.equal(alone.mean(values), values)
    assert alone.any(True)
    assert not alone.any(False)
    assert alone.smallest(None) is None
    assert alone.union(frozenset("ab")) == {"a", "b"}
    assert alone.from_first(lambda: 3) == 3


def test_without_torchrun_there_is_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    with process_group("cpu") as processes:
        assert (processes.rank, processes.world, processes.is_first) == (0, 1, True)


def test_each_process_gets_a_gpu_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert find_device(None) == torch.device("cuda:0")
    assert find_device("cuda") == torch.device("cuda:0")
    assert find_device(None, 1) == find_device("cuda", 1) == torch.device("cuda:1")
    assert find_device("cpu", 1) == torch.device("cpu")
    with pytest.raises(ReferenceModelError, match="say cuda, not cuda:0"):
        find_device("cuda:0", 1)
    with pytest.raises(
        ReferenceModelError, match="there is no device cuda:2; torch sees: cpu, cuda:0, cuda:1"
    ):
        find_device("cuda", 2)
