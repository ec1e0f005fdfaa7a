"""What libyaml says of a front matter that it cannot read, in plain words, with what would be right."""

from __future__ import annotations

import re

import yaml
from msgspec import Struct
from msgspec.structs import replace

from kbgen.diagnostics import Fault


class _Trouble(Struct, frozen=True):
    """What libyaml or PyYAML says, and how to say it to a person."""

    words: str
    """A part of the problem as the library puts it."""
    message: str
    hint: str = ""
    at_context: bool = False
    """The problem shows where it ends: tell where it began."""


_TAB = _Trouble("tab character", "A tab cannot indent YAML.", "Indent with spaces.")

_ITEM = _Trouble(
    "", "This `- ` follows a value, which cannot be a list as well.", "Put the value into the list."
)

_NO_PROPERTY = _Trouble(
    "could not find expected ':'",
    "This line is no property: it has no `: `.",
    "Write `name: value`, or indent a line that goes on with the value above.",
    at_context=True,
)

_FOLLOWED = _Trouble(
    "expected key",
    "The value ends before this, and something follows.",
    "Put the whole value in quotes: {quoted_value}",
)

_TROUBLES = (
    _Trouble("too much", "The front matter holds too many values, or nests too deeply."),
    _Trouble(
        "mapping values are not allowed",
        "This `:` cannot begin another value.",
        "Put a value that holds `: ` in quotes: {quoted_value}",
    ),
    _TAB,
    _Trouble(
        "cannot start any token",
        "An unquoted value cannot begin with `{character}`.",
        "Put it in quotes: {quoted}",
    ),
    _NO_PROPERTY,
    _Trouble("unexpected end of stream", "This quote is never closed.", at_context=True),
    _Trouble(
        "or ']'", "This `[` is not closed.", "Close it, or put the whole value in quotes.", at_context=True
    ),
    _Trouble(
        "or '}'", "This `{{` is not closed.", "Close it, or put the whole value in quotes.", at_context=True
    ),
    _Trouble(
        "escape character",
        "This backslash means nothing inside double quotes.",
        "Use single quotes, or write the backslash twice.",
    ),
    _Trouble(
        "undefined alias",
        "A value that begins with `*` points to an anchor, and there is none of that name.",
        "Put it in quotes: {quoted}",
    ),
    _Trouble(
        "alphabetic or numeric",
        "An unquoted value cannot begin with `{character}`.",
        "Put it in quotes: {quoted}",
        at_context=True,
    ),
    _Trouble(
        "undefined tag handle", "An unquoted value cannot begin with `!`.", "Put it in quotes: {quoted}"
    ),
    _Trouble("directive", "A line cannot begin with `%`.", "Put it in quotes: {quoted}", at_context=True),
    _Trouble(
        "sequence entries are not allowed",
        "A list begins on a line of its own.",
        "Put `- ` on the next line.",
    ),
    _Trouble(
        "comment or line break",
        "Nothing but an indented block can follow `|` and `>`.",
        "Put it in quotes: {quoted}",
        at_context=True,
    ),
    _Trouble(
        "'-' indicator",
        "A list of values ends before this line, which is neither `- ` nor a property.",
        "Give all items the same indentation, and properties none.",
    ),
    _FOLLOWED,
    replace(_FOLLOWED, words="<block end>"),  # PyYAML's own words, without libyaml
    _Trouble(
        "<document start>",
        "This line does not fit the lines above.",
        "Begin every property at the start of its line.",
    ),
    _Trouble("node content", "A value cannot begin with `{character}`.", "Put it in quotes: {quoted}"),
)
"""Looked through in this order."""

_NAME_AND_VALUE = re.compile(r"(?:- )?(?P<name>[^:]++):[ \t]++(?P<value>\S.*)")


def no_property(line: int, column: int) -> Fault:
    """Tell of a line that has no value."""
    return Fault("KB101", line, column, _NO_PROPERTY.message, _NO_PROPERTY.hint)


def explained(error: yaml.MarkedYAMLError, source: str, above: int) -> Fault:
    """Say in plain words what is wrong, where, and what would be right."""
    problem = error.problem or ""
    problem_in_context = f"{error.context} {problem}"
    trouble = next((entry for entry in _TROUBLES if entry.words in problem_in_context), None)
    if trouble is None:
        trouble = _Trouble(problem, "The front matter is not YAML: {problem}.")
    mark = error.problem_mark or error.context_mark
    if trouble.at_context:
        mark = error.context_mark or mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    lines = source.split("\n")
    words = lines[line] if line < len(lines) else ""
    rest = words[column:]
    pair = _NAME_AND_VALUE.match(words.strip())
    terms = {
        "problem": problem,
        "character": "a tab" if rest[:1] == "\t" else rest[:1],
        "quoted": _quoted(rest),
        "quoted_value": f"{pair['name']}: {_quoted(pair['value'])}" if pair else _quoted(words),
    }
    if rest[:1] == "\t" and "token" in problem:
        trouble = _TAB
    elif trouble.message == _FOLLOWED.message and (rest == "-" or rest.startswith("- ")):
        trouble = _ITEM
    return Fault(
        "KB101", above + line + 1, column + 1, trouble.message.format(**terms), trouble.hint.format(**terms)
    )


def _quoted(text: str) -> str:
    """Write a text as a quoted scalar, shortened where a hint would be too long."""
    text = text.strip()
    if len(text) > 60:
        text = text[:59] + "…"
    if text[:1] in {"'", '"'} or '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'
