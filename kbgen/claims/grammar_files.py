"""Read a file of the grammar, which is data beside the code."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any


def grammar_file(name: str) -> dict[str, Any]:
    """Return what a file of the grammar holds.

    Parameters
    ----------
    name
        Its path in the folder of the grammar, without the ending.

    Examples
    --------
    >>> grammar_file("has")["binding"]
    'has'
    """
    return tomllib.loads((files("kbgen.claims") / "grammar" / f"{name}.toml").read_text("utf-8"))
