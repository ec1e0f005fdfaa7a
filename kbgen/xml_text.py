"""What XML cannot hold, whatever is escaped."""

from __future__ import annotations

import re

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def xml_text(text: str) -> str:
    r"""Put the sign of replacement for each character that XML cannot hold.

    >>> xml_text("a\x00b")
    'a\ufffdb'
    """
    return NOT_XML.sub(REPLACEMENT, text)
