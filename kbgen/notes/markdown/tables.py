"""Tables with wikilinks: a ``|`` inside ``[[...]]`` or a comment is no border between cells (WL-07)."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import table as markdown_it_table

from kbgen.notes.markdown.collected import collected

_BAR = "\ufdd2"
"""Stands for a bar inside a link while the row is split; no source holds it."""

_DELIMITER_ROW = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")

_LIST_ITEM = re.compile(r"(?:[-+*]|\d{1,9}[.)])[ \t]")

_LINK_WITH_BAR = re.compile(r"(?<!`)\[\[[^\[\]\n]*?(?<!\\)\|[^\[\]\n]*\]\]")
_CODE_OR_COMMENT = re.compile(r"(`+)(?!`)[^\n]*?(?<!`)\1(?!`)|(?<![%\\])%%(?!%)(?:(?!%%)[^\n])*%%(?!%)")


def tables_plugin(md: MarkdownIt) -> None:
    """Put our rule behind those of all other blocks: no line that begins one is the head of a table."""
    md.block.ruler.disable("table")
    md.block.ruler.before("lheading", "pipe_table", _table, {"alt": ["paragraph", "reference"]})


def _table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001
    if start_line + 2 > end_line:
        return False
    delimiters = state.bMarks[start_line + 1] + state.tShift[start_line + 1]
    if not _DELIMITER_ROW.fullmatch(state.src, delimiters, state.eMarks[start_line + 1]):
        return False
    if silent and _LIST_ITEM.match(state.src, state.bMarks[start_line] + state.tShift[start_line]):
        return False  # ends no paragraph, and would be an item if it did
    if not markdown_it_table(state, start_line, end_line, True):
        return _header_has_bar(state, start_line, end_line, silent=silent)
    return silent or _parse(state, start_line, end_line)


def _header_has_bar(state: StateBlock, start_line: int, end_line: int, *, silent: bool) -> bool:
    """Try again where the header row itself holds a link or comment with a bar."""
    source = state.src
    _hide_bars(state, start_line, start_line + 1)
    if state.src is source:
        return False
    found = markdown_it_table(state, start_line, end_line, True)
    state.src = source
    return found and (silent or _parse(state, start_line, end_line))


def _parse(state: StateBlock, start_line: int, end_line: int) -> bool:
    source = state.src
    first_token = len(state.tokens)
    after = start_line
    while after < end_line and not state.isEmpty(after):
        if after > start_line + 1 and state.sCount[after] < 0 and _has_bar(state, after):
            state.sCount[after] = state.blkIndent  # a row of a quote, without its mark
        after += 1
    _hide_bars(state, start_line, after)
    found = markdown_it_table(state, start_line, end_line, False)
    if state.src is source:
        return found
    state.src = source
    for token in state.tokens[first_token:]:
        if _BAR in token.content:
            token.content = token.content.replace(_BAR, "|")
    for line in range(start_line, state.line):
        for bar in _LINK_WITH_BAR.finditer(source, state.bMarks[line], state.eMarks[line]):
            collected(state.env).fault(
                "KB118",
                line,
                bar.start() - source.rfind("\n", 0, bar.start()),
                "The | in this link splits the cell in Obsidian.",
                f"Write {bar[0].replace('|', chr(92) + '|', 1)}",
            )
    return found


def _has_bar(state: StateBlock, line: int) -> bool:
    return state.src.find("|", state.bMarks[line], state.eMarks[line]) >= 0


def _hide_bars(state: StateBlock, first_line: int, after: int) -> None:
    begin, end = state.bMarks[first_line], state.eMarks[after - 1]
    text = state.src[begin:end]
    changed = _LINK_WITH_BAR.sub(_hide_bar, text)
    if "%%" in changed:
        changed = _CODE_OR_COMMENT.sub(_hide_bar, changed)
    if changed != text:
        state.src = state.src[:begin] + changed + state.src[end:]


def _hide_bar(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith("`") else found[0].replace("|", _BAR)
