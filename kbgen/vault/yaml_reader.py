"""YAML's properties: as a whole where that works, else one by one, so that one fault costs one property.

YAML is composed to a tree of nodes and never constructed to Python values: so every entry knows
its line, a scalar keeps the text its author typed, and no tag can make an object.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import yaml

from kbgen.diagnostics import Fault
from kbgen.vault.nodes import Entry, Mapping, Node, Scalar, Sequence, readable
from kbgen.vault.yaml_core_schema import ScalarKind, scalar_kind
from kbgen.vault.yaml_faults import explained, no_property
from kbgen.vault.yaml_hash_tags import with_hash_tags
from kbgen.vault.yaml_whitespace import TAB, with_known_blanks, with_tabs

try:
    from yaml import CSafeLoader as _BaseLoader
except ImportError:  # PyYAML was built without libyaml: ten times slower, the same tree
    from yaml import SafeLoader as _BaseLoader  # type: ignore[assignment]

MAX_NODES = 20_000
"""Values in one front matter, aliases counted each time they are used."""

MAX_ALIAS_CHARS = 100_000
"""Characters that aliases may repeat, and ten times those of the source: each use is a text of its own."""

MAX_FAULTS = 20
"""Faults of one front matter that are reported."""

MAX_DEPTH = 100


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
        if current_node is not None and (self._depth > MAX_DEPTH or self._nodes > MAX_NODES):
            raise _too_much(current_node)

    def ascend_resolver(self) -> None:
        self._depth -= 1


_SURROGATES = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
"""How JSON writes a character beyond U+FFFF."""

_NO_BEGINNING = re.compile(r"\s*(?:$|#|[\]}]|-(?:\s|$))|[ ]*[^\S ]")
"""A line that begins no property: empty, a comment, an item, the end of brackets, or indented by no space."""


class _Unreadable(Exception):  # noqa: N818 (a fault of the note, not an error of ours)
    """Some YAML cannot be read."""

    def __init__(self, fault: Fault, *, hopeless: bool = False, shapeless: bool = False) -> None:
        super().__init__(fault)
        self.fault = fault
        self.shapeless = shapeless
        """It is YAML, and no properties."""
        self.hopeless = hopeless
        """There is so much of it that reading its parts would be as bad."""


def read_yaml(source: str, faults: list[Fault]) -> tuple[Entry, ...]:
    """Return the properties that can be read, in order; tell of those that cannot.

    Parameters
    ----------
    source
        What stands between the fences, from the end of the first one on, so that its lines count
        as those of the file.
    faults
        What is wrong is put here.
    """
    if "\\u" in source and source.lstrip().startswith("{"):
        source = _SURROGATES.sub(_surrogates_joined, source)
    source = readable(source)
    if "#" in source:
        source = with_hash_tags(source, faults)
    if "\t" in source:
        source = with_tabs(source)
    copier = _Copier(faults)
    try:
        found = copier.entries(source, 0, whole=True)
    except _Unreadable as trouble:
        parts: list[Fault] = []
        found = [] if trouble.hopeless else _one_by_one(source, copier, parts)
        faults += parts if parts and (found or not trouble.shapeless) else [trouble.fault]
    entries = _without_repeats(found, faults)
    del faults[MAX_FAULTS:]
    return entries


def _one_by_one(source: str, copier: _Copier, faults: list[Fault]) -> list[Entry]:
    """Read each property on its own."""
    found: list[Entry] = []
    for above, chunk in _properties_of(source):
        try:
            found += copier.entries(chunk, above)
        except _Unreadable as trouble:
            mended, blank = with_known_blanks(chunk, above)
            faults.append(blank or trouble.fault)
            if trouble.hopeless:
                break
            if blank:
                with contextlib.suppress(_Unreadable):
                    found += copier.entries(mended, above)
    del faults[MAX_FAULTS:]
    return found


def _properties_of(source: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of each property, with the number of lines above them."""
    lines = source.split("\n")
    starts = [number for number, line in enumerate(lines) if not _NO_BEGINNING.match(line)]
    if not starts:
        return
    first = lines[starts[0]]
    margin = len(first) - len(first.lstrip(" "))
    starts = [number for number in starts if len(lines[number]) - len(lines[number].lstrip(" ")) <= margin]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield start, "\n".join(lines[start:end])


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

    def __init__(self, faults: list[Fault]) -> None:
        self._faults = faults
        self._left = MAX_NODES
        self._characters = MAX_ALIAS_CHARS
        self._source = ""
        self._above = 0

    def entries(self, source: str, above: int, *, whole: bool = False) -> list[Entry]:
        """Return the properties of some lines.

        Raises
        ------
        _Unreadable
            If they are no YAML, or no properties.
        """
        self._source, self._above = source, above
        self._characters += 10 * len(source)
        count = len(self._faults)
        try:
            root = yaml.compose(source, Loader=_Loader)
            if root is None:
                return []
            if isinstance(root, yaml.MappingNode):
                return self._entries(root)
        except yaml.MarkedYAMLError as error:
            del self._faults[count:]
            raise _Unreadable(explained(error, source, above), hopeless=error.problem == _TOO_MUCH) from error
        except yaml.YAMLError as error:
            fault = Fault("KB101", above + 1, 1, f"The front matter is not YAML: {error}.")
            raise _Unreadable(fault) from error
        line, column = self._place(root)
        if not whole:
            raise _Unreadable(no_property(line, column))
        message, hint = "The front matter is not a list of properties.", "Write `name: value`, one a line."
        raise _Unreadable(Fault("KB101", line, column, message, hint), shapeless=True)

    def _entries(self, root: yaml.MappingNode) -> list[Entry]:
        found = []
        for key, value in root.value:
            line, column = self._place(key)
            found.append(Entry(self._name(key), self._copy(value, 1), line, column))
        return found

    def _place(self, node: yaml.Node) -> tuple[int, int]:
        return self._above + node.start_mark.line + 1, node.start_mark.column + 1

    def _copy(self, node: yaml.Node, depth: int) -> Node:
        self._left -= 1
        if self._left < 0 or depth > MAX_DEPTH:
            raise _too_much(node)
        line, column = self._place(node)
        if node.tag not in _KNOWN_TAGS:
            self._name_tag(node, line, column)
        if isinstance(node, yaml.ScalarNode):
            text = node.value
            self._characters -= len(text)
            if self._characters < 0:
                raise _too_much(node)
            if node.style == '"':  # only here can an escape bring in what the source may not hold
                text = readable(text)
            elif node.style in {"|", ">"}:
                text = text.replace(TAB, "\t")
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

    def _name_tag(self, node: yaml.Node, line: int, column: int) -> None:
        written = readable(node.tag.replace("tag:yaml.org,2002:", "!!"))
        message = f"`{written}` is a tag of YAML that means nothing here; only the value after it is read."
        hint = "Put a value that begins with `!` in quotes, or delete the tag."
        self._faults.append(Fault("KB101", line, column, message, hint))


_EXPLICIT: dict[str, ScalarKind] = {
    kind: kind for kind in ("null", "bool", "int", "float", "string", "date", "datetime")
} | {f"tag:yaml.org,2002:{kind}": kind for kind in ("null", "bool", "int", "float")}
"""The kinds of :class:`_Loader`, and those that an author forces with ``!!int``."""

_KNOWN_TAGS = _EXPLICIT.keys() | {"!", *(f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))}

_TOO_MUCH = "too much"


def _too_much(node: yaml.Node) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=_TOO_MUCH, problem_mark=node.start_mark)


def _surrogates_joined(found: re.Match[str]) -> str:
    high, low = int(found[1], 16), int(found[2], 16)
    return f"\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"
