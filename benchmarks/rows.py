"""The rows of the table: for each, what brings everything to its state, and the command that is measured."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from edits import EDITS, Edit, Subject, find_subject, new_words
from machine import cores
from msgspec import Struct
from peers import hugo, markdown
from processes import Command, run
from workspace import Workspace, apply, contents, settle

HUGO, MARKDOWN, COLD, UNCHANGED = "hugo", "markdown", "cold", "nothing"
PEERS = frozenset({HUGO, MARKDOWN})
NAMES: Mapping[str, str] = {
    HUGO: "Hugo, cold",
    MARKDOWN: "markdown-it-py alone",
    COLD: "cold",
    UNCHANGED: "nothing changed",
    **{edit.key: edit.name for edit in EDITS},
}
"""What can be timed, in the order in which it is."""


class Bench(Struct, frozen=True):
    """A built vault, the note that is changed, and the peer."""

    workspace: Workspace
    subject: Subject
    words: Iterator[str]
    hugo: Path | None
    """The program, where it is wanted and installed."""


def bench(workspace: Workspace, *, with_hugo: bool, say: Callable[[str], None]) -> Bench:
    """Choose the note to change, and convert the vault for Hugo."""
    program = hugo.binary() if with_hugo else None
    if program is not None:
        say("converting the notes for Hugo")
        hugo.convert(workspace.home, workspace.vault, workspace.config)
    return Bench(workspace, find_subject(workspace), new_words(), program)


@contextmanager
def ready(on: Bench, row: str) -> Iterator[Command]:
    """Bring everything to the state of a row, give the command to measure, and undo what was done.

    Raises
    ------
    SystemExit
        If an edit is not on its page afterwards, or still there when it is undone: then something else was
        measured than the row says.
    """
    workspace = on.workspace
    if row == HUGO:
        if on.hugo is None:
            raise ValueError("Hugo is not there")
        yield hugo.cold(workspace.home, on.hugo, workspace.jobs or cores())
    elif row == MARKDOWN:
        yield markdown.command(workspace.home, workspace.vault)
    elif row in {COLD, UNCHANGED}:
        if row == COLD:
            workspace.forget()
        yield workspace.build()
    else:
        (edit,) = (each for each in EDITS if each.key == row)
        with _edited(on, edit):
            yield workspace.build()


@contextmanager
def _edited(on: Bench, edit: Edit) -> Iterator[None]:
    words = next(on.words)
    change = edit.change(on.workspace, on.subject, words)
    undo = contents(change)
    page = on.subject.page.read_bytes()
    apply(change)
    yield
    _require(edit.shows(on.subject, words), edit, "is not on the page")
    apply(undo)
    settle()
    run(on.workspace.build())
    _require(on.subject.page.read_bytes() == page, edit, "could not be undone")


def _require(is_so: bool, edit: Edit, what_else: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not is_so:
        sys.exit(f"{edit.name}: the change {what_else}, so nothing was measured")
