"""Read shapes as programs write them: ``(None, 55, 55, 96)``, ``[-1, 64, 55, 55]``."""

from __future__ import annotations

import re
from decimal import Decimal

from kbgen.quantities.extraction import Quantity

_TUPLE = re.compile(
    r"""\s*(?P<shape>[(\[]{1,2}\s*
        (?P<any>(?:None|-1|\?|N|B|bs|batch(?:[ _]size)?)\s*,)?
        \s*(?P<sides>\d{1,6}(?:\s*,\s*\d{1,6}){0,4})\s*,?\s*[)\]]{1,2})\s*""",
    re.VERBOSE | re.IGNORECASE,
)


def tuple_shape(text: str, start: int, end: int) -> Quantity | None:
    """Return the shape that some words are, without the side that may have any length.

    Parameters
    ----------
    text
        Of a passage.
    start, end
        A cell of it.

    Returns
    -------
    Quantity or None
        ``None`` for what is no such shape.

    Examples
    --------
    >>> [tuple_shape(text, 0, len(text)).sides for text in ("(None, 55, 55, 96)", "[1, 64, 55, 55]")]
    [(55, 55, 96), (64, 55, 55)]
    >>> tuple_shape("(see below)", 0, 11)
    """
    found = _TUPLE.fullmatch(text, start, end)
    if found is None:
        return None
    sides = tuple(int(side) for side in found["sides"].split(","))
    if not found["any"] and len(sides) == 4 and sides[0] == 1:
        sides = sides[1:]  # one example at a time
    first = Decimal(sides[0])
    begin, stop = found.span("shape")
    return Quantity("shape", begin, stop, first, first, Decimal(1), len(str(sides[0])), sides=sides)
