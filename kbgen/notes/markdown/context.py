"""The context of one parse: the note at hand, and what its syntaxes find, for the compiler."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import Any, cast

from markdown_it.token import Token

from kbgen.diagnostics import Fault
from kbgen.locales.locale import ENGLISH
from kbgen.notes.lead import Lead
from kbgen.notes.model import Binding, Directive, Link, Statement, Tag

_KEY = "kbgen"

_CLOSING = re.compile(r"</([a-z][a-z0-9]*)", re.IGNORECASE)


class CompileContext:
    """The note at hand and what was found in it so far; one for each parse.

    Parameters
    ----------
    lines
        The source lines of the body.
    first_line
        Number of source lines before the body.
    """

    def __init__(self, lines: list[str], first_line: int) -> None:
        self.lines = lines
        self.first_line = first_line
        self.links: list[Link] = []
        self.tags: list[Tag] = []
        self.faults: list[Fault] = []
        self.features: set[str] = set()
        self.footnotes: dict[str, int] = {}
        """Label of each footnote that is written, to the line where it stands."""
        self.comments: list[Token] = []
        """Those on lines of their own, where the blocks were parsed without these lines."""
        self.line_starts: list[int] = [0]
        """Where each line begins in the body."""
        self.filter_html = True
        self.hosts: frozenset[str] = frozenset()
        """Those whose frames may stand on a page."""
        self.frames: list[tuple[int, int, int]] = []
        """Of each frame in the author's HTML: the body's line, the column, the number of its block."""
        self.players: list[str] = []
        """Frames that are written already; the sanitiser lets only their holes through."""
        self.schemes: frozenset[str] = frozenset()
        """Schemes of links that the config allows."""
        self.locale = ENGLISH
        """The language of what is written beside the author's words."""
        self.ids: dict[str, str] = {}
        """The ids of the author's HTML, each with what it is called on the page."""
        self.open_tags = 0
        """Tags of the author's HTML that are open at once, at most."""
        self.text: list[str] = []
        self.text_length = 0
        """Of the passages so far, with a line end behind each."""
        self.code: list[str] = []
        self.code_length = 0
        self.statements: list[Statement] = []
        self.html_pieces: list[int] = []
        """Of each piece of words before which a hole stands: the number of the hole, the statement's index,
        where the piece begins among its words, or how far before the first the hole stands, below zero,
        and its length; see :mod:`kbgen.notes.html_map`."""
        self.holes = 0
        """Before words, so far."""
        self.directives: list[Directive] = []
        self.bindings: list[Binding] = []
        self.lead = Lead()

    @cached_property
    def closed_names(self) -> frozenset[str]:
        """The names of all elements of HTML that the note closes somewhere."""
        return frozenset(
            name.lower() for line in self.lines if "</" in line for name in _CLOSING.findall(line)
        )

    @cached_property
    def footnotes_at_brackets(self) -> bool:
        """Whether a reference may stand right behind the words of a link."""
        return any("][^" in line for line in self.lines)

    @cached_property
    def body_chars(self) -> int:
        """How long the body is, but for the ends of its lines."""
        return sum(map(len, self.lines))

    def file_line(self, line: int) -> int:
        """Return the line of the file, from 1, for a line of the body, from 0."""
        return self.first_line + line + 1

    def line_at(self, offset: int) -> int:
        """Return the line of the body, from 0, on which an offset of it stands."""
        return bisect_right(self.line_starts, offset) - 1

    def place(self, offset: int) -> tuple[int, int]:
        """Return line, from 0, and column, from 1, of an offset in the body."""
        line = bisect_right(self.line_starts, offset) - 1
        return line, offset - self.line_starts[line] + 1

    def fault(self, code: str, line: int, column: int, message: str, hint: str = "") -> None:
        """Note a fault at a line of the body, counted from 0."""
        self.faults.append(Fault(code, self.file_line(line), column, message, hint))


def context_of(env: object) -> CompileContext:
    """Return what belongs to the parse that ``env`` comes from."""
    return cast("CompileContext", cast("dict[str, Any]", env)[_KEY])


def new_env(context: CompileContext) -> dict[str, Any]:
    """Return an environment for one parse."""
    return {_KEY: context}
