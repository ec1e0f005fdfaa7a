"""``tags: #x``, which is a comment in YAML and a tag to whoever wrote it."""

from __future__ import annotations

import re

from kbgen.diagnostics import Fault

_NAME = re.compile(r"(?P<indent> *)(?P<quote>[\"']?)tags?(?P=quote)[ \t]*:(?P<rest>[ \t].*|)$", re.IGNORECASE)

_TAGS = re.compile(r"[ \t]*(?:#[^\s#,\[\]{}\"'`]+[ \t,]*)+$")
"""Words that are tags, every one of them."""

_ITEM = re.compile(r"[ \t]*-[ \t]+#[^\s#,\[\]{}\"'`]+[ \t]*$")

_IN_BRACKETS = re.compile(r"(?<=[\[,\s])#(?=[^\s#,\[\]{}\"'`])")


def with_hash_tags(source: str, faults: list[Fault]) -> str:
    r"""Return front matter without the ``#`` of tags that YAML would take for comments; tell of them.

    A space stands in its place, so that columns stay.

    >>> faults = []
    >>> with_hash_tags("tags: #a, #b\nc: #d\ntags: [x, #y]\ntag:\n- #z", faults)
    'tags:  a,  b\nc: #d\ntags: [x,  y]\ntag:\n-  z'
    >>> [(fault.line, fault.column) for fault in faults]
    [(1, 7), (3, 11), (5, 3)]
    """
    lines = source.split("\n")
    number = 0
    while number < len(lines):
        found = _NAME.match(lines[number])
        number += 1
        if not found:
            continue
        first = number - 1
        rest = found["rest"]
        if _TAGS.fullmatch(rest):
            lines[first] = _without(lines[first], first, faults)
        elif rest.lstrip().startswith("["):
            number = _brackets(lines, first, faults)
        elif not rest.strip() or rest.lstrip().startswith("#"):
            while number < len(lines) and (not lines[number].strip() or lines[number].lstrip()[0] in "-#"):
                if _ITEM.fullmatch(lines[number]):
                    lines[number] = _without(lines[number], number, faults)
                number += 1
    return "\n".join(lines)


def _brackets(lines: list[str], first: int, faults: list[Fault]) -> int:
    """Take the signs out of a list in brackets; return the number of the line behind it."""
    number = first
    while number < len(lines):
        inside, close, after = lines[number].partition("]")
        bare = _IN_BRACKETS.sub(" ", inside)
        if bare != inside:
            faults.append(_fault(number, inside, _IN_BRACKETS.search(inside)))
            lines[number] = bare + close + after
        number += 1
        if close or (number < len(lines) and not lines[number][:1].isspace() and ":" in lines[number]):
            break
    return number


def _without(line: str, number: int, faults: list[Fault]) -> str:
    faults.append(_fault(number, line, re.search("#", line)))
    return line.replace("#", " ")


def _fault(number: int, line: str, sign: re.Match[str] | None) -> Fault:
    column = sign.start() if sign else 0
    name = re.split(r"[\s,\]]", line[column + 1 :], maxsplit=1)[0]
    message = "A `#` begins a comment in YAML, so Obsidian sees no tag here."
    return Fault("KB101", number + 1, column + 1, message, f"Write the tag without it: {name}")
