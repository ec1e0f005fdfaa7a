"""``==highlight==`` becomes ``<mark>``, and ``==🔴 highlight==`` one of that colour (IN-02)."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter

from kbgen.notes.markdown.positions import placed
from kbgen.notes.markdown.syntax import Syntax

_EQUALS = ord("=")

COLOURS = {
    "🔴": "red",
    "🟠": "orange",
    "🟡": "yellow",
    "🟢": "green",
    "🔵": "blue",
    "🟣": "purple",
    "🟤": "brown",
}
"""The signs that colour a highlight at its beginning, as in Obsidian since 1.14, with the name of each."""


def _use(md: MarkdownIt) -> None:
    """Register the pair of rules, as for emphasis."""
    md.inline.ruler.before("strikethrough", "highlight", _mark_delimiters)
    md.inline.ruler2.before("strikethrough", "highlight", _pair_up)


def _mark_delimiters(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    if silent or state.src[state.pos] != "=":
        return False
    scanned = state.scanDelims(state.pos, True)
    if scanned.length != 2:
        state.append_pending("=" * scanned.length)
        state.pos += scanned.length
        return True
    token = state.push("text", "", 0)
    token.content = "=="
    state.delimiters.append(
        Delimiter(
            marker=_EQUALS,
            length=0,
            token=len(state.tokens) - 1,
            end=-1,
            open=scanned.can_open and not state.src.startswith(">", state.pos + 2),
            close=scanned.can_close and not state.src.endswith("<", 0, state.pos),
        )
    )
    state.pos += 2
    return True


def _pair_up(state: StateInline) -> None:
    _pair(state, state.delimiters)
    for meta in state.tokens_meta:
        if meta and "delimiters" in meta:
            _pair(state, meta["delimiters"])


def _pair(state: StateInline, delimiters: list[Delimiter]) -> None:
    for opener in delimiters:
        if opener.marker != _EQUALS or opener.end == -1:
            continue
        for index, kind, nesting in (
            (opener.token, "mark_open", 1),
            (delimiters[opener.end].token, "mark_close", -1),
        ):
            token = state.tokens[index]
            token.type, token.tag, token.markup, token.content = kind, "mark", "==", ""
            token.nesting = 1 if nesting == 1 else -1
        _colour(state, opener.token, delimiters[opener.end].token)


def _colour(state: StateInline, start: int, end: int) -> None:
    """Take the sign of a colour from the beginning of a highlight that holds more than that sign."""
    words = placed(state.tokens[start + 1])
    colour = COLOURS.get(words.content[:1]) if words.type == "text" else None
    if colour is None:
        return
    rest = words.content[1:].removeprefix("\ufe0f").lstrip(" \t\u00a0\u3000")
    if rest or end > start + 2:
        state.tokens[start].attrs["data-highlight"] = colour
        words.pos += len(words.content) - len(rest)
        words.content = rest


SYNTAX = Syntax(
    name="highlights",
    use=_use,
    inline_triggers={"highlight": "="},
    attributes={"mark": {"data-highlight": frozenset(COLOURS.values())}},
)
