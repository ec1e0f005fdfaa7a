"""Front matter: where it ends, and what stands in it, entry by entry with its place (FM-01 to FM-06).

YAML is composed to a tree of nodes and never constructed to Python values: so every entry knows
its line, a scalar keeps the text its author typed, and no tag can make an object.
"""

from __future__ import annotations

import re
from typing import Any

import yaml
from frontmatter.default_handlers import YAMLHandler
from msgspec import Struct
from msgspec.structs import replace

from kbgen.diagnostics import Fault
from kbgen.vault.yaml12 import ScalarKind, scalar_kind

try:
    from yaml import CSafeLoader as _BaseLoader
except ImportError:  # PyYAML was built without libyaml: ten times slower, the same tree
    from yaml import SafeLoader as _BaseLoader  # type: ignore[assignment]

LARGEST = 1_000_000
"""Characters of front matter that are read at all."""

MOST_NODES = 20_000
"""Values in one front matter, aliases counted each time they are used."""

DEEPEST = 100


class Scalar(Struct, frozen=True, array_like=True, gc=False):
    """A single value.

    ``text`` is what the author typed, quotes and escapes undone. Lines and columns
    count from 1 in the whole file; a quoted scalar begins at its quote.
    """

    text: str
    kind: ScalarKind
    plain: bool
    """Written without quotes."""
    line: int
    column: int


class Sequence(Struct, frozen=True, array_like=True):
    """A list."""

    items: tuple[Node, ...]
    flow: bool
    """Written in brackets."""
    line: int
    column: int


class Mapping(Struct, frozen=True, array_like=True):
    """Nested data."""

    items: tuple[tuple[str, Node], ...]
    line: int
    column: int


Node = Scalar | Sequence | Mapping


class Entry(Struct, frozen=True, array_like=True):
    """One name with its value, at the top level."""

    name: str
    value: Node
    line: int
    column: int


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
    broken: bool = False
    """It could not be read, and so there are no entries."""


class _Loader(_BaseLoader):
    """Composes nodes whose tag is their :data:`ScalarKind`, within bounds.

    PyYAML calls these three methods for every node, C loader or not.
    """

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._depth = 0
        self._nodes = 0

    def resolve(self, kind: type[yaml.Node], value: str | None, implicit: tuple[bool, bool]) -> str:
        if kind is yaml.ScalarNode and implicit[0]:
            return scalar_kind(value or "")
        return "string"

    def descend_resolver(self, current_node: yaml.Node | None, current_index: object) -> None:  # noqa: ARG002
        self._depth += 1
        self._nodes += 1
        if current_node is not None and (self._depth > DEEPEST or self._nodes > MOST_NODES):
            raise _too_much(current_node)

    def ascend_resolver(self) -> None:
        self._depth -= 1


class _ObsidianHandler(YAMLHandler):
    """Obsidian's fences: exactly three hyphens at the start of a line, blanks after them allowed."""

    FM_BOUNDARY = re.compile(r"^---[ \t]*$", re.MULTILINE)

    def load(self, fm: str, **kwargs: object) -> Any:  # noqa: ANN401, ARG002  # the handler's signature
        return yaml.compose(fm, Loader=_Loader)


_HANDLER = _ObsidianHandler()

_BLANK_LINES_FIRST = re.compile(r"(?:[ \t]*\n)+(?=---[ \t]*\n)")

_PROPERTY_LINE = re.compile(r"\s*(?:\{\s*)?[\"']?\w[\w .-]*[\"']?:(?:\s|$)")

_UNREADABLE = re.compile(
    "[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufdcf\ufdf0-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""What libyaml refuses, the characters that YAML 1.1 took for line breaks, and the marks of kbgen
(NUL, U+FDD0 to U+FDEF), which an escape such as ``"\\0"`` could bring back."""

_SURROGATES = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
"""How JSON writes a character beyond U+FFFF."""


def read(text: str) -> FrontMatter:
    r"""Read the front matter of a note.

    Parameters
    ----------
    text
        The whole note, decoded, without byte order mark, lines ending in ``\n``.

    Returns
    -------
    FrontMatter
        Without entries where there is none; with a fault KB101 where it cannot be read.

    Examples
    --------
    >>> front = read("---\nlang: no\n---\nText")
    >>> [(entry.name, entry.value.text, entry.line) for entry in front.entries]
    [('lang', 'no', 2)]
    >>> front.body_start, front.body_line
    (17, 3)
    """
    if not text.startswith("---"):
        return _misplaced(text)
    if not _HANDLER.detect(text):
        return FrontMatter()
    try:
        source, rest = _HANDLER.split(text)
    except ValueError:
        return _unclosed(text)
    faults: list[Fault] = []
    entries = _entries(source, faults)
    # source begins with the newline of its opening fence, and so counts lines as the file does.
    ended = rest[:1] == "\n"
    return FrontMatter(
        entries=entries or (),
        body_start=len(text) - len(rest) + ended,
        body_line=source.count("\n") + 1,
        faults=tuple(faults),
        raw=source[1:],
        broken=entries is None,
    )


def _misplaced(text: str) -> FrontMatter:
    """Tell of front matter under a blank line, which Obsidian shows as text."""
    above = _BLANK_LINES_FIRST.match(text)
    if above is None:
        return FrontMatter()
    parts = _HANDLER.FM_BOUNDARY.split(text[above.end() :], 2)
    if len(parts) < 3 or not _PROPERTY_LINE.match(parts[1]):
        return FrontMatter()
    fault = Fault(
        "KB132",
        above.group().count("\n") + 1,
        1,
        "Front matter counts only on the very first line; here it is text.",
        "Delete the blank lines above `---`.",
    )
    return FrontMatter(faults=(fault,), raw=parts[1][1:])


def _unclosed(text: str) -> FrontMatter:
    """Tell of properties whose closing fence is missing; a rule above prose is just a rule."""
    source = text.partition("\n")[2]
    if not _PROPERTY_LINE.match(source):
        return FrontMatter()
    fault = Fault(
        "KB101",
        1,
        1,
        "The front matter is never closed, so all of it is text.",
        "Write a line `---` after the last property.",
    )
    return FrontMatter(faults=(fault,), raw=source)


def _entries(source: str, faults: list[Fault]) -> tuple[Entry, ...] | None:
    """Return the entries in order, None where the source cannot be read."""
    if len(source) > LARGEST:
        faults.append(Fault("KB101", 1, 1, f"The front matter is longer than {LARGEST:,} characters."))
        return None
    if "\\u" in source and source.lstrip().startswith("{"):
        source = _SURROGATES.sub(_joined, source)
    source = readable(source)
    try:
        root: yaml.Node | None = _HANDLER.load(source)
        if root is None:
            return ()
        if not isinstance(root, yaml.MappingNode):
            mark = root.start_mark
            message = "The front matter is not a list of properties."
            faults.append(
                Fault("KB101", mark.line + 1, mark.column + 1, message, "Write `name: value`, one a line.")
            )
            return None
        return _without_repeats(_Copier(source).entries(root), faults)
    except yaml.MarkedYAMLError as error:
        faults.append(_explained(error, source))
    except yaml.YAMLError as error:
        faults.append(Fault("KB101", 1, 1, f"The front matter is not YAML: {error}."))
    return None


def _without_repeats(entries: list[Entry], faults: list[Fault]) -> tuple[Entry, ...]:
    """Keep the last of entries that share a name, whatever its case (FM-06, FM-07)."""
    last = {entry.name.casefold(): entry for entry in entries}
    if len(last) == len(entries):
        return tuple(entries)
    kept = []
    for entry in entries:
        winner = last[entry.name.casefold()]
        if winner is entry:
            kept.append(entry)
        else:
            message = f"`{entry.name}` is written again in line {winner.line}; the last one counts."
            faults.append(Fault("KB101", entry.line, entry.column, message, "Keep one of them."))
    return tuple(kept)


class _Copier:
    """Copies PyYAML's nodes to frozen ones; counts them, for an alias can hold a billion."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._left = MOST_NODES

    def entries(self, root: yaml.MappingNode) -> list[Entry]:
        """Return the top level of the front matter."""
        found = []
        for key, value in root.value:
            mark = key.start_mark
            found.append(Entry(self._name(key), self._copy(value, 1), mark.line + 1, mark.column + 1))
        return found

    def _copy(self, node: yaml.Node, depth: int) -> Node:
        self._left -= 1
        if self._left < 0 or depth > DEEPEST:
            raise _too_much(node)
        mark = node.start_mark
        line, column = mark.line + 1, mark.column + 1
        if isinstance(node, yaml.ScalarNode):
            text = node.value
            if node.style == '"':  # only here can an escape bring in what the source may not hold
                text = readable(text)
            kind = _EXPLICIT.get(node.tag, "string")
            return Scalar(text, kind, node.style is None or node.style == "", line, column)
        if isinstance(node, yaml.SequenceNode):
            items = tuple([self._copy(item, depth + 1) for item in node.value])
            return Sequence(items, bool(node.flow_style), line, column)
        pairs = tuple([(self._name(key), self._copy(item, depth + 1)) for key, item in node.value])
        return Mapping(pairs, line, column)

    def _name(self, key: yaml.Node) -> str:
        """Return a key as text; ``{{title}}`` makes a mapping the key of a mapping."""
        if isinstance(key, yaml.ScalarNode):
            return readable(key.value)
        return self._source[key.start_mark.index : key.end_mark.index].strip()


_EXPLICIT: dict[str, ScalarKind] = {
    kind: kind for kind in ("null", "bool", "int", "float", "string", "date", "datetime")
} | {f"tag:yaml.org,2002:{kind}": kind for kind in ("null", "bool", "int", "float")}
"""The kinds of :class:`_Loader`, and those that an author forces with ``!!int``."""


def _too_much(node: yaml.Node) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem="too much", problem_mark=node.start_mark)


def readable(text: str) -> str:
    r"""Replace, one for one so that columns stay, characters that have no place in a text.

    >>> readable("a\0b\u2028c")
    'a\ufffdb c'
    """
    return _UNREADABLE.sub(_substitute, text) if _UNREADABLE.search(text) else text


def _substitute(found: re.Match[str]) -> str:
    return " " if found[0].isspace() else "\ufffd"


def _joined(found: re.Match[str]) -> str:
    high, low = int(found[1], 16), int(found[2], 16)
    return f"\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"


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
    _Trouble(
        "could not find expected ':'",
        "This line is no property: it has no `: `.",
        "Write `name: value`, or indent a line that goes on with the value above.",
        at_context=True,
    ),
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

_NAME_AND_VALUE = re.compile(r"\s*(?:- )?(?P<name>[^:]+):[ \t]+(?P<value>\S.*?)\s*$")


def _explained(error: yaml.MarkedYAMLError, source: str) -> Fault:
    """Say in plain words what is wrong, where, and what would be right."""
    problem = error.problem or ""
    said = f"{error.context} {problem}"
    trouble = next((entry for entry in _TROUBLES if entry.words in said), None)
    if trouble is None:
        trouble = _Trouble(problem, "The front matter is not YAML: {problem}.")
    mark = error.problem_mark or error.context_mark
    if trouble.at_context:
        mark = error.context_mark or mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    lines = source.split("\n")
    words = lines[line] if line < len(lines) else ""
    rest = words[column:]
    pair = _NAME_AND_VALUE.match(words)
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
    return Fault("KB101", line + 1, column + 1, trouble.message.format(**terms), trouble.hint.format(**terms))


def _quoted(text: str) -> str:
    """Write a text as a quoted scalar, shortened where a hint would be too long."""
    text = text.strip()
    if len(text) > 60:
        text = text[:59] + "…"
    if text[:1] in {"'", '"'} or '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'
