"""The info string of a fence: the language of its code."""

from __future__ import annotations

import re

from markdown_it.common.utils import unescapeAll
from markdown_it.token import Token

_LANGUAGE = re.compile(r"[^\s{,:]+")


def language_of(token: Token) -> str:
    """Return the language of a fence, lower case; ``""`` if it names none."""
    found = _LANGUAGE.match(unescapeAll(token.info).strip())
    return found[0].lower() if found else ""
