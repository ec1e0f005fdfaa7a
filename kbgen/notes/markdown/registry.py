"""All syntaxes in their order, and what they say put together."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from graphlib import TopologicalSorter
from typing import TypeVar

from markdown_it.token import Token

from kbgen.discovery import declared
from kbgen.notes.markdown.syntax import Syntax

Meaning = TypeVar("Meaning")

TextRules = Mapping[str, Callable[[Token], str]]


@functools.cache
def syntaxes() -> tuple[Syntax, ...]:
    """Return all syntaxes, each behind those that it names."""
    return in_order(declared("kbgen.notes.markdown.syntaxes", Syntax))


def in_order(found: Iterable[Syntax]) -> tuple[Syntax, ...]:
    """Return syntaxes in an order in which their rules can be registered."""
    by_name = {syntax.name: syntax for syntax in found}
    names = TopologicalSorter({syntax.name: syntax.after for syntax in by_name.values()}).static_order()
    return tuple([by_name[name] for name in names])


def merged(mappings: Iterable[Mapping[str, Meaning]]) -> dict[str, Meaning]:
    """Return what all mappings say; nothing has two meanings.

    Raises
    ------
    ValueError
        Where two mappings have the same key.

    Examples
    --------
    >>> merged([{"a": 1}, {"b": 2}])
    {'a': 1, 'b': 2}
    """
    found: dict[str, Meaning] = {}
    for mapping in mappings:
        twice = found.keys() & mapping.keys()
        if twice:
            raise ValueError(f"two syntaxes say what this means: {', '.join(sorted(twice))}")
        found |= mapping
    return found


@functools.cache
def text_rules() -> TextRules:
    """Return what each type of token adds to plain text."""
    return merged(syntax.text for syntax in syntaxes())


@functools.cache
def readable_text_rules() -> TextRules:
    """Return the same for people who read it."""
    return {**text_rules(), **merged(syntax.readable_text for syntax in syntaxes())}
