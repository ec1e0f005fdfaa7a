"""Show a training as it goes: text and a progress bar on stderr, records in a file of JSON lines."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from reference_model.errors import ReferenceModelError
from reference_model.training.callback import EpochResult
from reference_model.training.report import epoch_fields

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


@contextmanager
def console_log(epochs: int, log: Path | None = None, *, resume: bool = False) -> "Iterator[ConsoleLog]":
    """Open the console, and the file of records.

    Parameters
    ----------
    epochs
        Of the whole training.
    log
        File of records, begun anew; `resume` goes on with it.

    Raises
    ------
    ReferenceModelError
        If the log cannot be written.
    """
    with ExitStack() as stack:
        bar = None
        if sys.stderr.isatty():
            from rich.console import Console  # noqa: PLC0415, only a terminal needs it
            from rich.progress import Progress  # noqa: PLC0415, the same

            bar = stack.enter_context(Progress(console=Console(stderr=True), transient=True))

        def opened() -> TextIO | None:
            if log is None:
                return None
            try:
                return stack.enter_context(log.open("a" if resume else "w", encoding="utf-8"))
            except OSError as error:
                raise ReferenceModelError(f"the log {log} cannot be written: {error.strerror}") from error

        yield ConsoleLog(epochs, opened, bar)


class ConsoleLog:
    """A callback that shows how the training goes.

    Parameters
    ----------
    epochs
        Of the whole training.
    log
        Opens the file of records, when there is something to write: a call that goes no further leaves the
        log of another training as it is.
    bar
        On a terminal.
    """

    def __init__(self, epochs: int, log: Callable[[], TextIO | None], bar: "Progress | None") -> None:
        self._epochs = epochs
        self._open_log = log
        self._bar = bar
        self._task: TaskID | None = None

    @cached_property
    def _log(self) -> TextIO | None:
        return self._open_log()

    def say(self, text: str) -> None:
        """Write a line."""
        self._line(text)
        self._record("said", text=text)

    def begin(self, epoch: int, done: int, steps: int) -> None:
        """Begin the bar of an epoch."""
        if self._bar:
            if self._task is not None:
                self._bar.remove_task(self._task)
            self._task = self._bar.add_task(f"epoch {epoch} of {self._epochs}", total=steps, completed=done)

    def steps(self, epoch: int, first: int, losses: list[float], lr: float) -> None:
        """Move the bar, and write a record a step."""
        if self._bar and self._task is not None:
            name = f"epoch {epoch} of {self._epochs}, loss {losses[-1]:.3f}"
            self._bar.update(self._task, advance=len(losses), description=name)
        for number, loss in enumerate(losses, start=first):
            self._record("step", epoch=epoch, step=number, loss=loss, lr=lr)

    def epoch(self, epoch: EpochResult, seconds: float) -> None:
        """Write a line and a record."""
        self._line(
            f"epoch {epoch.number} of {self._epochs}: loss {epoch.loss:.3f}, "
            f"errors {epoch.top1:.1f} % top-1, {epoch.top5:.1f} % top-5, "
            f"learning rate {epoch.lr:g}, {seconds:.1f} s"
        )
        self._record("epoch", **epoch_fields(epoch), seconds={"epoch": seconds})

    def _line(self, text: str) -> None:
        if self._bar:
            # No markup: [x] in the name of a file is meant as it stands.
            self._bar.console.print(text, markup=False, highlight=False, soft_wrap=True)
        else:
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()

    def _record(self, event: str, **fields: Any) -> None:  # noqa: ANN401, what JSON has
        if self._log:
            record = json.dumps({"event": event, **fields}, ensure_ascii=False, sort_keys=True)
            self._log.write(f"{record}\n")
            self._log.flush()
