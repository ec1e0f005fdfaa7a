"""Where figures come from: the machine, without its name, and the versions of what ran on it."""

from __future__ import annotations

import contextlib
import os
import platform
from importlib.metadata import PackageNotFoundError, version

PACKAGES = (
    "kbgen", "hugo", "markdown-it-py", "jinja2", "msgspec", "networkx", "nh3", "numpy", "pygments", "pyyaml"
)  # fmt: skip


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def machine() -> dict[str, str | int | float]:
    """Describe the machine as it is now."""
    processor = platform.processor() or platform.machine()
    with contextlib.suppress(OSError), open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123
        names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
        processor = next(names, processor)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": processor,
        "cores": cores(),
        "memory GiB": round(memory, 1),
        "load at the start": round(os.getloadavg()[0], 2),
    }


def versions() -> dict[str, str]:
    """Return the version of Python and of each package that matters and is installed."""
    found = {"Python": platform.python_version()}
    for name in PACKAGES:
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    return found
