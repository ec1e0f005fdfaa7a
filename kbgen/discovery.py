"""All records of one kind that the modules of a package declare: a new kind of anything is one new file."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import TypeVar

Record = TypeVar("Record")


def declared(package: str, record: type[Record]) -> tuple[Record, ...]:
    """Return what the modules of a package declare, in the order of the modules' names.

    A module declares a record by giving it a name in capitals at its top level, such as
    ``PAGE = PageKind(...)``.

    Parameters
    ----------
    package
        Name of the package; each of its modules is imported, packages in it are not looked into.
    record
        The class of what is declared.

    Examples
    --------
    >>> from kbgen.diagnostics import Rule
    >>> declared("kbgen.vault", Rule)
    ()
    """
    return tuple(_declared(package, record))


def _declared(package: str, record: type[Record]) -> Iterator[Record]:
    path = importlib.import_module(package).__path__
    for module in sorted(each.name for each in pkgutil.iter_modules(path) if not each.ispkg):
        for name, value in vars(importlib.import_module(f"{package}.{module}")).items():
            if name.isupper() and isinstance(value, record):
                yield value
