"""What a tag may look like: the one definition for text and for properties (TAG-02 to TAG-05)."""

from __future__ import annotations

import re
import unicodedata

TAG_PATTERN = r"[^\s\x00-\x1f\x7f!-,.:-@\[-^`{-~\u037e\u1fef\u2000-\u206f\u2e00-\u2e7f\ud800-\udfff]+"
"""The run of characters after ``#``: anything but white space, ASCII punctuation other than
``_ - /``, and the two blocks of Unicode punctuation. U+037E and U+1FEF are ``;`` and a
backtick in NFC."""

TAG = re.compile(TAG_PATTERN)

_DIGITS = re.compile(r"[0-9]+")


def clean_tag(raw: str) -> str | None:
    """Return a tag as it is stored, or None where the words are no tag.

    Parameters
    ----------
    raw
        What stands after the ``#``: a match of :data:`TAG`, or an item of ``tags``.

    Returns
    -------
    str or None
        In NFC and without slashes at the end. None for a number, for nothing at all and
        for characters that end a tag. A level without a name (``a//b``) is kept.

    Examples
    --------
    >>> clean_tag("inbox/to-read/"), clean_tag("1984-"), clean_tag("спам")
    ('inbox/to-read', '1984-', 'спам')
    >>> clean_tag("1984"), clean_tag("a b"), clean_tag("/")
    (None, None, None)
    """
    name = unicodedata.normalize("NFC", raw).rstrip("/")
    if not TAG.fullmatch(name) or _DIGITS.fullmatch(name):
        return None
    return name
