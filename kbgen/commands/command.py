"""A command: its options as a frozen record, what it does with them, and the function that Typer calls."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from enum import Enum, StrEnum
from functools import reduce
from operator import or_
from types import GenericAlias, UnionType
from typing import (
    Annotated,
    Any,
    Generic,
    Literal,
    NamedTuple,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import typer

DONE = 0
"""Exit code: done, and nothing was found."""
FOUND = 1
"""Exit code: done, and something was found."""

Settings = TypeVar("Settings")


class Command(NamedTuple, Generic[Settings]):
    """What a module of :mod:`kbgen.commands` declares, by a name in capitals: ``COMMAND = Command(...)``.

    All these modules are imported for any ``--help``, so they load what does the work inside of ``run``, and
    the records of options are named tuples, which need no library.
    """

    name: str
    settings: type[Settings]
    """A named tuple. Each field is an option, ``Annotated[T, typer.Option(...)]`` with its default, or again
    such a tuple, whose options stand in this place."""
    run: Callable[[Settings], int]
    """Does the work and returns the exit code; its docstring is the text of ``--help``."""
    position: int
    """Where it stands in the list of all commands."""


def typer_function(command: Command[Settings]) -> Callable[..., None]:
    """Return a function as Typer wants it: one parameter for each option."""

    def call(**given: object) -> None:
        raise typer.Exit(command.run(_record(command.settings, given)))

    parameters = list(_parameters(command.settings))
    call.__doc__ = command.run.__doc__
    call.__annotations__ = {each.name: each.annotation for each in parameters}
    vars(call)["__signature__"] = inspect.Signature(parameters)
    return call


def _parameters(kind: type[Any]) -> Iterator[inspect.Parameter]:
    """Yield the options of a record in their order.

    >>> Filters = NamedTuple("Filters", [("tag", str), ("folder", str)])
    >>> Graph = NamedTuple("Graph", [("filters", Filters), ("top", int)])
    >>> [each.name for each in _parameters(Graph)]
    ['tag', 'folder', 'top']
    """
    hints = get_type_hints(kind, include_extras=True)
    for name, hint in hints.items():
        if _is_record(hint):
            yield from _parameters(hint)
        else:
            yield inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=kind._field_defaults.get(name, inspect.Parameter.empty),
                annotation=_typer_type(hint),
            )


def _is_record(hint: object) -> bool:
    return isinstance(hint, type) and issubclass(hint, tuple)


def _typer_type(hint: object) -> object:
    """Return a type as Typer takes it: choices are a ``Literal``, but in a list an enumeration."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return Annotated[(_typer_type(inner[0]), *inner[1:])]
    if origin in {Union, UnionType}:
        return reduce(or_, map(_typer_type, inner))
    if origin is list and get_origin(inner[0]) is Literal:
        enumeration: Callable[..., Any] = StrEnum
        return GenericAlias(list, (enumeration("Choice", {each: each for each in get_args(inner[0])}),))
    return hint


def _record(kind: type[Settings], given: Mapping[str, object]) -> Settings:
    """Make a record of the values that Typer found."""
    hints: Mapping[str, Any] = get_type_hints(kind)
    values = {
        name: _record(hint, given) if _is_record(hint) else _plain(given[name])
        for name, hint in hints.items()
    }
    return kind(**values)


def _plain(value: object) -> object:
    """Return a value with texts for the members of an enumeration."""
    if isinstance(value, list):
        return [each.value if isinstance(each, Enum) else each for each in value]
    return value
