r"""Globs for paths of the vault, with the meaning they have in .gitignore.

===================== =========================================================
``Drafts``            a file or folder of that name, at any depth
``Drafts/``           a folder of that name, at any depth
``/Drafts``           only at the root of the vault
``a/b``               a ``/`` inside also counts from the root
``*`` ``?`` ``[a-c]`` any run of characters, one, one of these; never ``/``
``**/x`` ``a/**/x``   at any depth, none included
``a/**``              all that is in ``a``
``\*``                 a backslash takes the meaning from the next character
===================== =========================================================

A folder that matches takes with it all that is in it. Two things differ from
.gitignore: there is no ``!`` to take a match back, and case does not count, since
what somebody wanted hidden should not appear over the case of a letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable


def compile_globs(globs: Iterable[str]) -> re.Pattern[str]:
    """Make one pattern that fully matches the path of every file that a glob covers.

    Parameters
    ----------
    globs
        As the author wrote them; none at all match nothing.

    Returns
    -------
    re.Pattern
        For ``fullmatch`` with a path in NFC, ``/`` between its parts.

    Raises
    ------
    ValueError
        If a glob has no meaning; the text says which and why.

    Examples
    --------
    >>> private = compile_globs(["Private/", "/*.tmp"])
    >>> bool(private.fullmatch("a/private/b.md")), bool(private.fullmatch("a/b.tmp"))
    (True, False)
    """
    parts = [_expression(glob) for glob in globs]
    return re.compile("|".join(parts) or "(?!)", re.DOTALL | re.IGNORECASE)


def _expression(glob: str) -> str:
    if glob.startswith("!"):
        raise ValueError(f'"{glob}": a glob cannot begin with "!"; nothing takes a match back')
    text = unicodedata.normalize("NFC", glob)
    folder_only = text.endswith("/")
    anchored = "/" in text.rstrip("/")
    segments = text.strip("/").split("/")
    if not all(segments) or {".", ".."} & set(segments):
        raise ValueError(f'"{glob}": a glob is made of names with one "/" between them')
    out = "" if anchored else "(?:.*/)?"
    for index, name in enumerate(segments):
        last = index == len(segments) - 1
        if name == "**":
            out += ".+" if last else "(?:.*/)?"
        else:
            out += _segment(name, glob) + ("" if last else "/")
    return f"(?:{out}{'/.*' if folder_only else '(?:/.*)?'})"


def _segment(name: str, glob: str) -> str:
    out = ""
    at = 0
    while at < len(name):
        char = name[at]
        at += 1
        if char == "*":
            at += len(name[at:]) - len(name[at:].lstrip("*"))
            out += "[^/]*"
        elif char == "?":
            out += "[^/]"
        elif char == "[":
            end = name.find("]", at + (2 if name[at : at + 1] in {"!", "^"} else 1))
            if end < 0:
                raise ValueError(f'"{glob}": the "[" is never closed')
            out += _one_of(name[at:end], glob)
            at = end + 1
        elif char == "\\":
            if at == len(name):
                raise ValueError(f'"{glob}": nothing follows the "\\"')
            out += re.escape(name[at])
            at += 1
        else:
            out += re.escape(char)
    return out


def _one_of(chars: str, glob: str) -> str:
    negated = chars[:1] in {"!", "^"}
    body = re.sub(r"([\\\[\]^&~|])", r"\\\1", chars[negated:])
    expression = f"(?!/)[{'^' if negated else ''}{body}]"
    try:
        re.compile(expression)
    except re.error as error:
        raise ValueError(f'"{glob}": "[{chars}]" is not a set of characters') from error
    return expression
