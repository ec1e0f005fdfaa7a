"""The command ``kbgen``, which is ``python -m kbgen`` too: answer Ctrl-C first, then load the rest."""

from __future__ import annotations

from typing import NoReturn

from kbgen import interrupts


def run() -> NoReturn:
    """Be the command."""
    interrupts.install_handlers()
    from kbgen import cli  # noqa: PLC0415 (it takes a tenth of a second, in which somebody may press Ctrl-C)

    cli.run()


if __name__ == "__main__":  # worker processes import this file under another name
    run()
