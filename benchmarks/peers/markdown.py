"""Plain markdown-it-py, the peer for what parsing alone costs: every note to a fragment, in one process."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from processes import Command

SCRIPT = Path(__file__).with_name("markdown_only.py")


def command(home: Path, vault: Path) -> Command:
    """Remove what the last run left, and return the command of the next."""
    shutil.rmtree(home / "fragments", ignore_errors=True)
    return Command([sys.executable, str(SCRIPT), str(vault), "fragments"], home)
