"""``https://a.org`` among words is a link, and ends where the words go on (ML-06).

What belongs to the address follows GitHub's extended autolinks: trailing signs do not,
and brackets only in pairs. Beyond them an address ends at quotes, at punctuation of other
scripts, and where Obsidian's own syntax or open markup goes on.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.common.utils import UNESCAPE_ALL_RE, unescapeAll
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter

from kbgen.notes.markdown.positions import placed
from kbgen.notes.markdown.syntax import Syntax

_SCHEME = re.compile(r"(?<![A-Za-z0-9+.-])(?:https?|ftp)\Z", re.IGNORECASE)

_HOST = re.compile(
    r"(?:[\w.+%~:-]++@)?+"
    r"(?:\[[0-9A-Fa-f:.]++\]|[^\W_][^\s!-$&-,/:-@\[-^`{-~]*+)"
    r"(?::\d++)?+"
)
_UNITS = re.compile(
    r"""(?:[^\s<>"`\\\[\]^]
    |\^(?!\[)                                  # not ^[a footnote]
    |\[(?![\[^])[^\s<>"`\\\[\]]*+\](?!\()      # a pair; not [[a link]], [^1] or [words](address)
    |\\[!-/:-@\[-`{-~]                         # an escaped sign
    ){0,200}+""",
    re.VERBOSE,
)
_AT_A_TIME = 200
_LOOKS_AHEAD = 3
"""Characters that a rule may look at behind where it ends an address."""

_COMMENT = re.compile(r"(?<!%)%%(?!%)")
_ENTITY = re.compile(r"&(?:\#\w+|\w+);")
_LAST_ENTITY = re.compile(r"&\#?\w+;\Z")
_ROUND = re.compile(r"[()]")
_OTHER_SCRIPT = re.compile(r"[^\x00-\x7f]")

_TRAILING = frozenset("?!.,:;*_~'|")
_BRACKETS = {")": "(", "}": "{"}
_WITHIN_WORDS = frozenset("·・‧’׳״")
"""Punctuation that stands between letters, as in col·lecció and ジョン・レノン."""

_SINGLE_QUOTES = {"'": re.compile(r"'(?![A-Za-z0-9])"), "‘": re.compile("’(?![A-Za-z0-9])")}

_MARKUP = {
    ord("*"): re.compile(r"\*"),
    ord("~"): re.compile("~~"),
    ord("="): re.compile(r"(?<!=)==(?!=)"),
}
_MAX_DELIMITERS_BACK = 40
"""Delimiters that are looked back at for markup that is open."""

_MAX_CHARS_BACK = 400
"""Characters that are looked back at for a bracket that is open."""


def _use(md: MarkdownIt) -> None:
    """Register the rule in the place of markdown-it's, which needs a library that knows no Markdown."""
    md.inline.ruler.at("linkify", _address)


def _address(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    source, colon = state.src, state.pos
    if silent or state.linkLevel > 0 or not source.startswith("://", colon):
        return False
    scheme = _SCHEME.search(state.pending[-6:])
    if scheme is None:
        return False
    start = colon - len(scheme[0])
    end = _end(state, start, colon + 3)
    if end is None:
        return False
    state.pending = state.pending[: -len(scheme[0])]
    written = source[start:end]
    words = unescapeAll(written)
    opening = placed(state.push("link_open", "a", 1))
    opening.info = "auto"
    opening.attrs = {"href": words}
    opening.pos = start
    for shown, offset in _pieces(written) if words != written else ((words, 0),):
        text = placed(state.push("text", "", 0))
        text.content, text.pos = shown, start + offset
    state.push("link_close", "a", -1)
    state.pos = end
    return True


def _pieces(written: str) -> Iterator[tuple[str, int]]:
    r"""Yield the pieces of an address with entities and escapes, each with where it stands.

    >>> list(_pieces(r"a/b\_c&amp;d"))
    [('a/b', 0), ('_', 4), ('c', 5), ('&', 6), ('d', 11)]
    """
    done = 0
    for found in UNESCAPE_ALL_RE.finditer(written):
        escaped = found[0].startswith("\\")
        yield written[done : found.start()], done
        yield unescapeAll(found[0]), found.start() + escaped
        done = found.end()
    yield written[done:], done


def _end(state: StateInline, start: int, host: int) -> int | None:
    """Return where the address ends whose host begins at ``host``; None where there is no host."""
    source = state.src
    found = _HOST.match(source, host, state.posMax)
    if found is None:
        return None
    first = found.end()
    if _OTHER_SCRIPT.search(source, host, first):
        first = _before_other_punctuation(source, host, first)
    goes_on = first == found.end() and source[first : min(first + 1, state.posMax)] in {"/", "?", "#"}
    end = _without_trailing(source, host, _rest(state, start, first) if goes_on else first)
    return end if end > host else None


def _rest(state: StateInline, start: int, first: int) -> int:
    """Return where path and query end, which begin at ``first``.

    What goes on without a space is looked at piece by piece: many addresses can stand in it.
    """
    source = state.src
    end, pieces, whole = first + 1, 1, False
    while True:
        for _ in range(pieces):
            piece = _UNITS.match(source, end, state.posMax)
            length = piece.end() - end if piece else 0
            end += length
            if length < _AT_A_TIME:
                whole = True
                break
        shortened = _shortened(state, start, first, end)
        if whole or shortened < end - _LOOKS_AHEAD:
            return shortened
        pieces *= 2


def _shortened(state: StateInline, start: int, first: int, end: int) -> int:
    """Return where what an address holds ends it; each step looks at what the last one left."""
    source = state.src
    if not source.isascii():
        end = _before_other_punctuation(source, first, end)
    if source.find("%%", first, end) >= 0:
        comment = _COMMENT.search(source, first, end)
        if comment and _COMMENT.search(source, comment.end(), state.posMax):
            end = comment.start()
    if source.find("&", first, end) >= 0:
        end = _before_entity(source, first, end)
    quote = _SINGLE_QUOTES.get(source[start - 1 : start])
    if quote is not None and (closing := quote.search(source, first, end)):
        end = closing.start()
    for marker in _open_markup(state.delimiters):
        closing = _MARKUP[marker].search(source, first, end)
        if closing is not None:
            end = closing.start()
    if source.find(")", first, end) >= 0:
        end = _before_lone_bracket(source, start, first, end)
    return end


def _before_entity(source: str, start: int, end: int) -> int:
    """End before an entity for a character at which an address ends."""
    for entity in _ENTITY.finditer(source, start, end):
        character = unescapeAll(entity[0])[0]
        if character in '<>"' or _ends(character):
            return entity.start()
    return end


def _open_markup(delimiters: list[Delimiter]) -> list[int]:
    """Return the markers of emphasis, highlights and struck words that wait for their end."""
    pending: dict[int, int] = {}
    for delimiter in delimiters[-_MAX_DELIMITERS_BACK:]:
        waiting = pending.get(delimiter.marker, 0)
        if delimiter.close and waiting:
            pending[delimiter.marker] = waiting - 1
        elif delimiter.open:
            pending[delimiter.marker] = waiting + 1
    return [marker for marker, waiting in pending.items() if waiting and marker in _MARKUP]


def _before_lone_bracket(source: str, start: int, first: int, end: int) -> int:
    """End before a ``)`` that closes what was opened before the address, or that other words follow."""
    depth = 0
    for bracket in _ROUND.finditer(source, first, end):
        depth += 1 if bracket[0] == "(" else -1
        if depth < 0:
            opened, closed = (source.rfind(sign, max(0, start - _MAX_CHARS_BACK), start) for sign in "()")
            if opened > closed or not source[bracket.end() : min(bracket.end() + 1, end)].isascii():
                return bracket.start()
            depth = 0
    return end


def _without_trailing(source: str, start: int, end: int) -> int:
    """Return the end without the signs behind it that belong to the sentence."""
    lone = {
        closing: source.count(closing, start, end) - source.count(opening, start, end)
        for closing, opening in _BRACKETS.items()
    }
    while end > start:
        last = source[end - 1]
        if last == ";" and (entity := _LAST_ENTITY.search(source[max(start, end - 40) : end])):
            end -= len(entity[0])
        elif last in _TRAILING or last == "\\":
            end -= 1
        elif lone.get(last, 0) > 0:
            lone[last] -= 1
            end -= 1
        elif last > "\x7f" and unicodedata.category(last)[0] == "P":
            end -= 1
        else:
            break
    return end


def _before_other_punctuation(source: str, start: int, end: int) -> int:
    """End before punctuation of other scripts than ASCII, but for what stands within words."""
    for found in _OTHER_SCRIPT.finditer(source, start, end):
        position = found.start()
        if _ends(found[0]) and not (
            found[0] in _WITHIN_WORDS and source[position + 1 : min(position + 2, end)].isalnum()
        ):
            return position
        if found[0] == "—" and source.startswith("—", position + 1):
            return position
    return end


@functools.lru_cache(maxsize=4096)
def _ends(character: str) -> bool:
    """Tell whether an address ends at a character that is not of ASCII, or that stood as an entity."""
    if character.isspace() or character == "｜":
        return True
    category = unicodedata.category(character)
    if category in {"Cc", "Cf"}:
        return character not in "\u200c\u200d"  # which join letters
    return category[0] == "P" and category not in {"Pd", "Pc"} and character > "\x7f"


SYNTAX = Syntax(name="bare_addresses", use=_use, inline_triggers={"linkify": ":"})
