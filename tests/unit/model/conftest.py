"""One thread for torch: on a busy machine two threads wait for each other longer than one computes."""

from __future__ import annotations

import os
import sys

import pytest

os.environ["OMP_NUM_THREADS"] = "1"  # read when torch is first imported, here and in the processes of tests


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """Hold for this process too, where other tests have imported torch before."""
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
