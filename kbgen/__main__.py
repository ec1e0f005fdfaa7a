"""``python -m kbgen`` is the command ``kbgen``."""

from __future__ import annotations

import sys

from kbgen.cli import main

if __name__ == "__main__":  # worker processes import this file under another name
    sys.exit(main())
