"""Names as keys of facts have them."""

from __future__ import annotations

import re


def slug(name: str, joint: str) -> str:
    """Return a name as keys of facts have it: lower case, its words joined.

    Examples
    --------
    >>> slug("Nobel Prize", "_"), slug("yearFounded", "_"), slug("Geoffrey Hinton", "-"), slug("AlexNet", "-")
    ('nobel_prize', 'year_founded', 'geoffrey-hinton', 'alexnet')
    """
    # Properties are often written as in programs; capitals within the name of a thing are its own.
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name) if joint == "_" else name
    return joint.join(re.findall(r"[^\W_]+", parted.casefold()))
