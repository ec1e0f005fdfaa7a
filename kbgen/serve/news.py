"""Which findings in notes are new: those that an author made just now, not all that there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kbgen.diagnostics import Diagnostic


def new_findings(before: Iterable[Diagnostic], after: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the warnings and errors that were not there before.

    A finding is the same wherever it stands in its file: lines move when a note is written.

    Parameters
    ----------
    before, after
        What two builds found.

    Examples
    --------
    >>> from kbgen.diagnostics import Fault, diagnostic
    >>> old = diagnostic("a.md", Fault("KB102", 3, 1, "x"))
    >>> moved = diagnostic("a.md", Fault("KB102", 4, 1, "x"))
    >>> again = diagnostic("a.md", Fault("KB102", 9, 1, "x"))
    >>> new_findings([old], [moved, again]) == (again,)
    True
    """
    known = Counter(map(_identity, before))
    new = []
    for item in after:
        if item.severity == "info":
            continue
        known[_identity(item)] -= 1
        if known[_identity(item)] < 0:
            new.append(item)
    return tuple(new)


def _identity(item: Diagnostic) -> tuple[str, str, str]:
    return item.path, item.code, item.message
