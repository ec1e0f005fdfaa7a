"""``python -m kbgen`` is the command ``kbgen``."""

from __future__ import annotations

from kbgen.cli import run

if __name__ == "__main__":  # worker processes import this file under another name
    run()
