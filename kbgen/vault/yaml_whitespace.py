"""White space that YAML 1.2 reads and libyaml refuses, and white space that only looks like indentation."""

from __future__ import annotations

import re

from kbgen.diagnostics import Fault

TAB = "\ufdd0"
"""Stands for a tab in a text while libyaml reads it; no source can hold it."""

_BLOCK_TEXT = re.compile(r"(?P<indent> *)(?:- +)*(?:[^#\n]*:[ \t]+)?[|>][-+0-9]*[ \t]*(?:[ \t]#.*)?$")
"""The line above a text in lines of its own."""

_ITEM = re.compile(r" *(?:-[ \t]+)+")

_ODD = "\t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"

_ODD_INDENT = re.compile(rf"^ *[{_ODD}][ {_ODD}]*", re.MULTILINE)

_ODD_SEPARATOR = re.compile(rf"^( *(?:- *)*(?:[^\s:#\"'\[{{][^:\n]*:)?)([{_ODD}][ {_ODD}]*)", re.MULTILINE)
"""Behind the marks of items and the name of a property."""


def with_tabs(source: str) -> str:
    r"""Return YAML with its tabs in a form that libyaml reads where YAML 1.2 allows them.

    That is in lines of nothing but blanks, between the mark of an item and the item, and in block
    text behind its indentation. Lines and columns stay.

    >>> with_tabs("a:\n-\tx\n \t\nb: |\n  \ty").replace(TAB, "<tab>")
    'a:\n- x\n\nb: |\n  <tab>y'
    """
    lines = source.split("\n")
    margin = -1
    """Of the line above a block text; what is indented more belongs to the text."""
    for number, line in enumerate(lines):
        if not line.strip(" \t"):
            lines[number] = ""
            continue
        indent = len(line) - len(line.lstrip(" "))
        if margin >= 0 and indent > margin:
            lines[number] = line.replace("\t", TAB)
            continue
        opening = _BLOCK_TEXT.match(line)
        margin = len(opening["indent"]) if opening else -1
        if "\t" in line and (item := _ITEM.match(line)):
            lines[number] = item[0].replace("\t", " ") + line[item.end() :]
    return "\n".join(lines)


def with_known_blanks(source: str, above: int) -> tuple[str, Fault | None]:
    """Return lines that cannot be read with spaces where they have other blanks, and the fault of that.

    The fault is None where they have none.
    """
    found = _ODD_INDENT.search(source) or _ODD_SEPARATOR.search(source)
    if found is None:
        return source, None
    mended = _ODD_INDENT.sub(lambda odd: " " * len(odd[0]), source)
    mended = _ODD_SEPARATOR.sub(lambda odd: odd[1] + " " * len(odd[2]), mended)
    place = next(index for index in range(found.start(), found.end()) if source[index] in _ODD_BLANKS)
    line = source.count("\n", 0, place)
    column = place - (source.rfind("\n", 0, place) + 1)
    name = "A tab" if source[place] == "\t" else f"The blank U+{ord(source[place]):04X}"
    return mended, Fault(
        "KB101", above + line + 1, column + 1, f"{name} cannot indent YAML.", "Indent with spaces."
    )


_ODD_BLANKS = frozenset("\t\xa0\u1680\u202f\u205f\u3000") | {chr(code) for code in range(0x2000, 0x200B)}
