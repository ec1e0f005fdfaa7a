"""Say on stderr what is being done: one line that changes on a terminal, a line each elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Give a function that says what is being done; what is done it leaves no trace of on a terminal."""
    if not sys.stderr.isatty():
        yield _say
        return
    from rich.console import Console  # noqa: PLC0415, --help must not wait for it

    with Console(stderr=True, highlight=False).status("") as status:
        yield status.update


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
