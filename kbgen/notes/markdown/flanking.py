"""Where ``*``, ``_``, ``~~`` and ``==`` open and close, also beside Chinese, Japanese and Korean.

CommonMark lets a run close behind punctuation only if space or punctuation follows. Scripts
that write no spaces have none to offer: ``**要点：**先说`` stayed as it is written. So, as their
writers ask of CommonMark, punctuation of these scripts is here no hindrance, and their
characters stand for the space beside other punctuation. All other text is read as before.
"""

from __future__ import annotations

import functools
import unicodedata

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_inline.state_inline import Scanned

from kbgen.notes.markdown.positions import PlacedInline

_SPACE = 1
_PUNCTUATION = 2
_HINDERS = 4
"""Punctuation that is not of Chinese, Japanese or Korean."""
_CJK = 8

_BESIDE = _SPACE | _HINDERS | _CJK
"""What lets a run open before, or close behind, punctuation that hinders."""


class InlineState(PlacedInline):
    """The state of the words at hand, whose delimiters know Chinese, Japanese and Korean."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803, FBT001 (markdown-it's)
        """Scan the run of delimiters at ``start``: whether it can open, can close, and how long it is."""
        source, maximum = self.src, self.posMax
        marker = source[start]
        end = start + 1
        while end < maximum and source[end] == marker:
            end += 1
        before = _kind_before(source, start) if start > 0 else _SPACE
        after = _kind(source[end]) if end < maximum else _SPACE
        left = not after & _SPACE and (not after & _HINDERS or before & _BESIDE != 0)
        right = not before & _SPACE and (not before & _HINDERS or after & _BESIDE != 0)
        return Scanned(
            left and (canSplitWord or not right or before & _PUNCTUATION != 0),
            right and (canSplitWord or not left or after & _PUNCTUATION != 0),
            end - start,
        )


def is_cjk(character: str) -> bool:
    """Tell whether a character is Chinese, Japanese or Korean: wide or half-width, and no emoji.

    >>> [is_cjk(character) for character in "字、ｶ한ᅡ𠮷（a“🎉"]
    [True, True, True, True, True, True, True, False, False, False]
    """
    if "\u1100" <= character <= "\u11ff" or "\ud7b0" <= character <= "\ud7ff":
        return True  # parts of Hangul syllables, not all of which are wide
    if unicodedata.east_asian_width(character) not in {"W", "F", "H"}:
        return False
    symbol = unicodedata.category(character) in {"So", "Sk"}
    return not symbol or "\u2e80" <= character < "\U0001f000" or "\U0001f200" <= character < "\U0001f300"


@functools.lru_cache(maxsize=8192)
def _kind(character: str) -> int:
    if isWhiteSpace(ord(character)):
        return _SPACE
    cjk = _CJK if is_cjk(character) else 0
    if isMdAsciiPunct(ord(character)) or isPunctChar(character):
        return cjk | _PUNCTUATION | (0 if cjk else _HINDERS)
    return cjk


def _kind_before(source: str, start: int) -> int:
    """Return the kind of what stands before ``start``; a variation selector is of the character before it."""
    character = source[start - 1]
    if "\U000e0100" <= character <= "\U000e01ef":
        return _CJK
    if "\ufe00" <= character <= "\ufe0e" and start > 1:
        kind = _kind(source[start - 2])
        return kind if kind & _CJK else _kind(character)
    return _kind(character)
