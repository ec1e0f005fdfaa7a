"""One thread for torch: on a busy machine two threads wait for each other longer than one computes."""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = "1"  # read when torch is first imported, here and in the processes of tests
