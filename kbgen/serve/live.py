"""What pages that are open are told: which files changed since they were made, and what is wrong."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from kbgen.serve.problem import Problem

_REMEMBERED = 100
"""Builds of which the changes are known; a page that is older is made anew."""
_LISTED = 1_000
"""Changed files that are named; where there are more, every page is made anew."""

Changed = frozenset[str] | None
"""Paths of the site that came, went or changed; None for all that there are."""


class Finding(Struct, frozen=True):
    """A finding in a note, as it is shown beside a page."""

    place: str
    text: str


class Message(Struct, frozen=True):
    """What one page is told."""

    build: str
    """Name of the build that it is up to date with from now on."""
    changed: tuple[str, ...] | None
    problem: Problem | None
    findings: tuple[Finding, ...]

    def event(self) -> bytes:
        """Return it as an event of a stream, whose id comes back when the page asks again."""
        return b"id: %s\ndata: %s\n\n" % (self.build.encode(), msgspec.json.encode(self))


class Live:
    """The site as it stands, and all who want to hear of it; one thread tells, many listen.

    Parameters
    ----------
    root
        The folder of the site.
    base_url
        Its address, once it is published.
    """

    def __init__(self, root: Path, base_url: str) -> None:
        self.root = root
        self.base_url = base_url
        self._run = secrets.token_hex(4)  # tells this run from an earlier one at the same address
        self._condition = threading.Condition()
        self._number = 0  # of the last build
        self._told = 0  # counts what was told: a build may fail, and change no page
        self._changes: dict[int, Changed] = {}
        self._problem: Problem | None = None
        self._findings: tuple[Finding, ...] = ()

    @property
    def build(self) -> str:
        """Name of the last build."""
        return f"{self._run}-{self._number}"

    def built(self, changed: Changed, findings: tuple[Finding, ...]) -> None:
        """Say that the site was built.

        Parameters
        ----------
        changed
            Files that are no more what they were.
        findings
            What is new among the findings in notes.
        """
        with self._condition:
            if changed is None or changed:
                self._number += 1
                self._changes[self._number] = None if changed is None or len(changed) > _LISTED else changed
                self._changes.pop(self._number - _REMEMBERED, None)
            elif self._problem is None and self._findings == findings:
                return
            self._problem, self._findings = None, findings
            self._tell()

    def failed(self, problem: Problem) -> None:
        """Say why the site could not be built; it is as it was."""
        with self._condition:
            if self._problem != problem:
                self._problem = problem
                self._tell()

    def _tell(self) -> None:
        self._told += 1
        self._condition.notify_all()

    def messages(self, build: str, patience: float) -> Iterator[Message | None]:
        """Yield what a page must know, at once and whenever there is something new.

        Parameters
        ----------
        build
            Name of the build that the page is of.
        patience
            Seconds after which there is None, so that somebody looks whether the page still listens.
        """
        while True:
            with self._condition:
                message = self._message(build)
                told = self._told
            build = message.build
            yield message
            while not self._wait(told, patience):
                yield None

    def _wait(self, told: int, patience: float) -> bool:
        with self._condition:
            return self._condition.wait_for(lambda: self._told != told, patience)

    def _message(self, build: str) -> Message:
        return Message(self.build, self._changed_since(build), self._problem, self._findings)

    def _changed_since(self, build: str) -> tuple[str, ...] | None:
        run, _, number = build.partition("-")
        if run != self._run or not number.isdecimal() or int(number) > self._number:
            return None
        found: set[str] = set()
        for each in range(int(number) + 1, self._number + 1):
            changed = self._changes.get(each)
            if changed is None:
                return None
            found |= changed
        return tuple(sorted(found)) if len(found) <= _LISTED else None
