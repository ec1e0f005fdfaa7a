"""A regular expression that is compiled when it is first used: after a small change few large ones are."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, cast


def lazy_expression(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return an expression as :func:`re.compile` does, without the time that takes.

    Parameters
    ----------
    pattern, flags
        As for :func:`re.compile`; what is wrong with them is told by the first use.

    Examples
    --------
    >>> word = lazy_expression(r"[a-z]+", re.IGNORECASE)
    >>> word.findall("One two")
    ['One', 'two']
    """
    return cast("re.Pattern[str]", _LazyExpression(pattern, flags))


class _LazyExpression:
    """Stands for an expression."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._source = pattern, flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(*self._source)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a method or a field of any expression
        value = self.__dict__[name] = getattr(self._compiled, name)  # it is not asked here again
        return value
