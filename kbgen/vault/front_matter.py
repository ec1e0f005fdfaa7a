"""Front matter: where it ends, in which form, and what stands in it (FM-01 to FM-06)."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable

from frontmatter.default_handlers import YAMLHandler
from msgspec import Struct

from kbgen.diagnostics import Fault
from kbgen.vault.nodes import Entry
from kbgen.vault.toml_reader import read_toml
from kbgen.vault.visibility import hides_plainly, hiding_lines, unlisting_lines
from kbgen.vault.yaml_reader import read_yaml

MAX_FRONT_MATTER_CHARS = 1_000_000
"""Characters of front matter that are read at all."""


class FrontMatter(Struct, frozen=True, array_like=True):
    """The front matter of a note, and where its body begins."""

    entries: tuple[Entry, ...] = ()
    body_start: int = 0
    """Offset of the body, in characters."""
    body_line: int = 0
    """Lines before the body."""
    faults: tuple[Fault, ...] = ()
    raw: str = ""
    """What the author meant as front matter, even where it could not be read as such."""
    raw_line: int = 2
    """Where that begins."""
    broken: bool = False
    """Nothing of it could be read, and so there are no entries."""


class _ObsidianHandler(YAMLHandler):
    """Obsidian's fences: exactly three hyphens at the start of a line, blanks after them allowed."""

    FM_BOUNDARY = re.compile(r"^---[ \t]*$", re.MULTILINE)


_HANDLER = _ObsidianHandler()

_ABOVE = re.compile(
    r"""(?: (?P<blank>[^\S\n]*\n) | [\u200b\ufeff] | \#{1,6}[ ][^\n]*\n | %[A-Z]+[ ][^\n]*\n
        | %%[^\n]*%%[ \t]*\n | <!--[^\n]*-->[ \t]*\n )+ (?=---[ \t]*\n)""",
    re.VERBOSE,
)
"""What may stand above front matter by mistake: blank lines, a heading, a directive of YAML, a comment."""

_PROPERTY_LINE = re.compile(r"\s*(?:\{\s*)?[\"']?\w[\w .-]*(?:[\"']:|:(?:\s|$))")

_TOML_FENCE = re.compile(r"^\+\+\+[ \t]*$", re.MULTILINE)

_TOML_LINE = re.compile(r"(?:\s|#[^\n]*\n)*(?:[\"']?[\w.-]+[\"']?[ \t]*=|\[[\w\"'. -]+\][ \t]*\n)")

_OTHER_FENCE = re.compile(
    r"[^\S\n]*(?:(?P<mark>[-;+])(?P=mark){2,}|[‐-―][-‐-―]*)[^\S\n]*(?:ya?ml|toml|json)?[^\S\n]*\n",
    re.IGNORECASE,
)
"""What looks much like the fence of front matter."""

_WITHOUT_FENCE = re.compile(
    r"(?:[^\W_][\w .-]*:(?:[ \t][^\n]*)?\n|[ \t]+\S[^\n]*\n|-[ \t][^\n]*\n)+(?=---[ \t]*$)", re.MULTILINE
)
"""Properties from the first line on that end in a fence."""

_FIELDS = re.compile(
    r"""(?:[^\S\n]*\n|\#{1,6}[ ][^\n]*\n){0,9}
        (?P<comment>(?:<!-{2,}|%%)\s*)?
        (?P<fields>(?:[ \t]*(?:[-*+][ \t]+)?[^\W_][\w .?-]{0,40}(?P<sign>::?)(?:[ \t][^\n]*)?(?:\n|$))+)
        (?P<end>[ \t]*(?:\n|$|-{2,}!?>|%%))?""",
    re.VERBOSE,
)
"""Names and values that no fence holds: of Logseq and Dataview, Notion, Pelican and MultiMarkdown, or in a
comment."""

_OF_GENERATORS = frozenset(
    {"title", "date", "tags", "aliases", "draft", "publish", "published", "description"}
)
"""Names of which one at least stands in any front matter that is a bare JSON object."""

_Reader = Callable[[str, list[Fault]], tuple[Entry, ...]]


def read(text: str) -> FrontMatter:
    r"""Read the front matter of a note.

    Parameters
    ----------
    text
        The whole note, decoded, without byte order mark, lines ending in ``\n``.

    Returns
    -------
    FrontMatter
        Without entries where there is none; with a fault where some of it cannot be read.

    Examples
    --------
    >>> front = read("---\nlang: no\n---\nText")
    >>> [(entry.name, entry.value.text, entry.line) for entry in front.entries]
    [('lang', 'no', 2)]
    >>> front.body_start, front.body_line
    (17, 3)
    """
    if text.startswith("---") and _HANDLER.detect(text):
        try:
            source, rest = _HANDLER.split(text)
        except ValueError:
            return _unclosed(text)
        return _read(text, source, rest, read_yaml)
    found = None
    if text.startswith("+++"):
        found = _toml(text)
    elif text.startswith("{"):
        found = _json(text)
    return found or _misplaced(text) or FrontMatter()


def _read(text: str, source: str, rest: str, entries_of: _Reader, *known: Fault) -> FrontMatter:
    """Read what stands before the rest of a note.

    The source begins with the newline of its opening fence, if it has one, and so counts lines
    as the file does.
    """
    faults = list(known)
    if len(source) > MAX_FRONT_MATTER_CHARS:
        faults.append(
            Fault("KB101", 1, 1, f"The front matter is longer than {MAX_FRONT_MATTER_CHARS:,} characters.")
        )
        entries: tuple[Entry, ...] = ()
    else:
        entries = entries_of(source, faults)
    fenced = source.startswith("\n")
    return FrontMatter(
        entries=entries,
        body_start=len(text) - len(rest) + (rest[:1] == "\n"),
        body_line=source.count("\n") + 1,
        faults=tuple(faults),
        raw=source[fenced:],
        raw_line=1 + fenced,
        broken=not entries and any(fault.code == "KB101" for fault in faults),
    )


def _toml(text: str) -> FrontMatter | None:
    """Read what Hugo and Zola read, and Obsidian shows as text."""
    fences = list(itertools.islice(_TOML_FENCE.finditer(text), 2))
    if not fences or fences[0].start() or not _TOML_LINE.match(text, fences[0].end()):
        return None
    if len(fences) == 1:
        return _unclosed(text)
    opening, closing = fences
    source, rest = text[opening.end() : closing.start()], text[closing.end() :]
    return _read(text, source, rest, read_toml, _foreign("is TOML"))


def _json(text: str) -> FrontMatter | None:
    """Read a bare JSON object, which Hugo takes for front matter."""
    try:
        found, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return _if_hiding(_first_paragraph(text), 1, _foreign("is JSON without fences"))
    line_end = re.compile(r"[ \t]*$", re.MULTILINE).match(text, end)
    if line_end is None or not isinstance(found, dict) or _OF_GENERATORS.isdisjoint(found):
        return None
    return _read(text, text[:end], text[line_end.end() :], read_yaml, _foreign("is JSON without fences"))


def _unclosed(text: str) -> FrontMatter:
    """Tell of properties whose closing fence is missing; a rule above prose is just a rule."""
    source = text.partition("\n")[2]
    fault = Fault(
        "KB101",
        1,
        1,
        "The front matter is never closed, so all of it is text.",
        f"Write a line `{text[:3]}` after the last property.",
    )
    if _PROPERTY_LINE.match(source) or _TOML_LINE.match(source):
        return FrontMatter(faults=(fault,), raw=source)
    return _if_hiding(_first_paragraph(source), 2, fault) or FrontMatter()


def _misplaced(text: str) -> FrontMatter | None:
    """Tell of front matter that Obsidian shows as text, since it does not begin the note as it should.

    Where it is not quite clear that it is front matter, this matters only if it would hide the note.
    """
    if above := _ABOVE.match(text):
        line = above.group().count("\n") + 1
        source = text[above.end() :].partition("\n")[2]
        closed = _HANDLER.FM_BOUNDARY.search(source)
        blank = not above.group().strip()
        if not _PROPERTY_LINE.match(source):
            return None
        hint = "Delete the blank lines above `---`." if blank else "Move it to the first line."
        message = "Front matter counts only on the very first line; here it is text."
        fault = Fault("KB132", line, 1, message, hint)
        if blank and closed:
            return FrontMatter(faults=(fault,), raw=source[: closed.start()], raw_line=line + 1)
        return _if_hiding(_first_paragraph(source), line + 1, fault)
    if fence := _OTHER_FENCE.match(text):
        source = text[fence.end() :]
        if not _PROPERTY_LINE.match(source) and not _TOML_LINE.match(source):
            return None
        return _if_hiding(_first_paragraph(source), 2, _foreign("stands behind another line than `---`"))
    if found := _WITHOUT_FENCE.match(text):
        return _if_hiding(found[0], 1, _foreign("has no line `---` above it"))
    return _fields(text)


def _fields(text: str) -> FrontMatter | None:
    """Tell of names and values without any fence, if they hide their note.

    ``Draft: how to`` may be the beginning of a sentence, and ``private:: privat`` a card to learn by, so
    only a plain yes or no counts; and of single colons there must be several lines and nothing else.
    """
    found = _FIELDS.match(text)
    if found is None:
        return None
    source, line = found["fields"], text.count("\n", 0, found.start("fields")) + 1
    if found["comment"]:
        closed = found["end"] is not None or source.rstrip().endswith(("%%", "-->"))
        plain = closed and hides_plainly(source)
        fault = _foreign("stands in a comment", "does not read it")
    elif found["sign"] == "::":
        plain, fault = hides_plainly(source, states=True), _foreign("has no fences")
    else:
        plain = found["end"] is not None and source.count("\n") > 1 and hides_plainly(source)
        fault = _foreign("has no fences")
    return FrontMatter(faults=(fault,), raw=source, raw_line=line) if plain else None


def _if_hiding(source: str, line: int, fault: Fault) -> FrontMatter | None:
    if any(hiding_lines(source)) or any(unlisting_lines(source)):
        return FrontMatter(faults=(fault,), raw=source, raw_line=line)
    return None


def _first_paragraph(text: str) -> str:
    return re.split(r"\n[ \t]*\n", text, maxsplit=1)[0]


def _foreign(what: str, then: str = "shows it as text") -> Fault:
    return Fault(
        "KB175",
        1,
        1,
        f"This front matter {what}; Obsidian {then}.",
        "Write `name: value`, one a line, between two lines `---` at the top of the note.",
    )
