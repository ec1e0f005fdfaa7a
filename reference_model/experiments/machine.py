"""What a measurement ran on: the name of the device, and the versions that a record gives."""

import platform
import subprocess
from pathlib import Path

import torch


def device_name(device: torch.device) -> str:
    """Name a GPU as its driver does, a processor as its maker does."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else processor()


def processor() -> str:
    """Name the processor as its maker does, or at least its architecture."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.processor() or platform.machine()


def versions(device: torch.device) -> dict[str, str]:
    """Give the versions of Python and torch, and on a GPU those of CUDA, cuDNN and the driver."""
    found = {"python": platform.python_version(), "torch": torch.__version__}
    if device.type == "cuda":
        found["cuda"] = str(torch.version.cuda)
        found["cudnn"] = str(torch.backends.cudnn.version())  # type: ignore[no-untyped-call]
        found["driver"] = _driver()
    return found


def _driver() -> str:
    # torch does not tell; the driver's own program is there wherever the driver is.
    command = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return answer.stdout.partition("\n")[0].strip() or "unknown"
