"""```` ```ad-note ````: the Admonition plugin's blocks, which are callouts in a fence (11.24).

Up to five settings stand in the first lines, each once; what follows is Markdown and is parsed
where it stands, so that everything in it keeps its place.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from kbgen.notes.markdown.context import context_of
from kbgen.notes.markdown.offsets import contiguous
from kbgen.notes.markdown.syntax import Syntax
from kbgen.notes.markdown.syntaxes.callouts import PUNCTUATION, default_title

_OPENING = re.compile(r"(?P<fence>`{3,}|~{3,})[ \t]*ad-(?P<kind>[^\s`{:,]+)[^\n`]*", re.IGNORECASE)

_SETTING = re.compile(
    r"[ \t]*(?P<name>title|collapse|icon|color|metadata)[ \t]*:(?P<value>[^\n]*)", re.IGNORECASE
)


def _use(md: MarkdownIt) -> None:
    """Register the rule, before code takes the fence."""
    md.block.ruler.before(
        "fence", "admonition", _block, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )


def _block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001
    begin = state.bMarks[start_line] + state.tShift[start_line]
    if state.src[begin] not in "`~" or state.is_code_block(start_line):
        return False
    opening = _OPENING.match(state.src, begin, state.eMarks[start_line])
    if opening is None:
        return False
    if silent:
        return True
    fence = opening["fence"]
    end = _end(state, start_line, end_line, fence)
    closed = end < end_line and _is_closing(state, end, fence)
    if not closed:
        context_of(state.env).fault(
            "KB114",
            start_line,
            1,
            f"This {opening['kind']} block ({fence}) is never closed; it runs to the end of what holds it.",
            f"Close it with {fence}.",
        )
    kind = opening["kind"].lower()
    first, settings, places = _settings(state, start_line + 1, end)
    collapse = settings.get("collapse", "none").lower()
    foldable = collapse != "none"
    tag, title_tag = ("details", "summary") if foldable else ("div", "div")

    callout = state.push("callout_open", tag, 1)
    callout.markup, callout.map = fence, [start_line, end + closed]
    callout.meta = {
        "kind": kind,
        "metadata": settings.get("metadata", ""),
        "open": collapse == "open",
        "foldable": foldable,
    }
    if settings.get("title", kind) or foldable:
        own = settings.get("title")
        title_line, title_start = places["title"] if own else (start_line, opening.start("kind"))
        words = own or PUNCTUATION.sub(r"\\\g<0>", default_title(kind, context_of(state.env).locale))
        state.push("callout_title_open", title_tag, 1).map = [title_line, title_line + 1]
        inline = state.push("inline", "", 0)
        inline.content, inline.map, inline.children = words, [title_line, title_line + 1], []
        inline.meta["offsets"] = contiguous(title_start)
        state.push("callout_title_close", title_tag, -1)
    if any(not state.isEmpty(line) for line in range(first, end)):
        state.push("callout_content_open", "div", 1)
        _content(state, first, end)
        state.push("callout_content_close", "div", -1)
    state.push("callout_close", tag, -1)
    state.line = end + closed
    return True


def _content(state: StateBlock, first: int, end: int) -> None:
    parent, line_max = state.parentType, state.lineMax
    state.parentType, state.lineMax = "admonition", end
    state.md.block.tokenize(state, first, end)
    state.parentType, state.lineMax = parent, line_max


def _end(state: StateBlock, start_line: int, end_line: int, fence: str) -> int:
    """Return the line that closes the block, or the first that is no longer part of what holds it."""
    for line in range(start_line + 1, end_line):
        if state.sCount[line] < state.blkIndent and not state.isEmpty(line):
            return line
        if _is_closing(state, line, fence):
            return line
    return end_line


def _is_closing(state: StateBlock, line: int, fence: str) -> bool:
    if state.sCount[line] < state.blkIndent or state.sCount[line] - state.blkIndent >= 4:
        return False
    words = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()
    return len(words) >= len(fence) and not words.strip(fence[0])


def _settings(
    state: StateBlock, line: int, end: int
) -> tuple[int, dict[str, str], dict[str, tuple[int, int]]]:
    """Return the first line of the content, what the lines above it set, and each one's line and offset."""
    found: dict[str, str] = {}
    places: dict[str, tuple[int, int]] = {}
    while line < end:
        setting = _SETTING.fullmatch(state.src, state.bMarks[line] + state.tShift[line], state.eMarks[line])
        name = setting["name"].lower() if setting else ""
        if setting is None or name in found:
            break
        value = setting["value"]
        found[name] = value.strip()
        places[name] = line, setting.end("value") - len(value.lstrip())
        line += 1
    return line, found, places


SYNTAX = Syntax(name="admonitions", use=_use, after=("maths",), block_triggers={"admonition": "`~"})
