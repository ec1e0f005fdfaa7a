"""Tables: a ``|`` inside ``[[...]]``, a formula or a comment is no border between cells (WL-07, IN-06)."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.common.utils import MD_TRIM_CHARS
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import table as markdown_it_table
from markdown_it.token import Token

from kbgen.notes.markdown.block_walk import BlockWalk, TextBlock
from kbgen.notes.markdown.code_spans import matches_and_code
from kbgen.notes.markdown.comment_text import cut_comments
from kbgen.notes.markdown.context import context_of
from kbgen.notes.markdown.inline_text import InlineText
from kbgen.notes.markdown.offsets import NO_SOURCE, OffsetMap
from kbgen.notes.markdown.syntax import ANY, Syntax
from kbgen.notes.model import StatementKind

_BAR = "\ufdd2"
"""Stands for a bar inside a link or formula while the row is split; no source holds it."""

_DELIMITER_ROW = re.compile(r"\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*+")

_DELIMITER_CELL = re.compile(r"-:?[ \t]*(?:\||%%|$)", re.MULTILINE)
"""The last cell of such a row, behind which a comment may begin."""

_DELIMITER_SIGNS = frozenset("|:-")
"""How such a row begins."""

_LIST_ITEM = re.compile(r"(?:[-+*]|\d{1,9}[.)])[ \t]")

_LINK_WITH_BAR = re.compile(r"(?<!`)\[\[(?=[^\[\]\n]*+\]\])[^\[\]\n]*?(?<!\\)\|[^\[\]\n]*+\]\]")
_COMMENT = re.compile(r"(?<![%\\])%%(?!%)(?:(?!%%)[^\n])*+%%(?!%)")
_CODE_OR_COMMENT = re.compile(rf"`+|{_COMMENT.pattern}|(?<!\\)<!--(?:(?!-->)[^\n])*+(?:-->)?+")
"""A comment of HTML that does not end goes to the end of its row, so that it is looked at once."""

_FORMULA = re.compile(
    r"""\\.|\[\[[^\[\]\n]*\]\]
    |(?P<ticks>`++)(?:[^`|\n]*+(?P=ticks)(?!`))?+
    |\$\$(?:[^$\\\n]|\\.)+\$\$
    |(?<![A-Za-z0-9$])\$(?![\s$])(?P<inline>(?:[^$\\\n]|\\.)+)(?<!\s)\$(?![A-Za-z0-9$])""",
    re.VERBOSE,
)
"""Formulas, and what else a dollar may stand in."""

_BORDER = re.compile(r"(?<!\\)\|")
_ESCAPED_BAR = re.compile(r"\\\|")
_MAX_SHOWN_CHARS = 40
"""Characters of a lost cell that its finding shows."""


def _use(md: MarkdownIt) -> None:
    """Put our rule behind those of all other blocks: no line that begins one is the head of a table."""
    md.block.ruler.disable("table")
    md.block.ruler.before("lheading", "pipe_table", _table, {"alt": ["paragraph", "reference"]})


def _table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001
    if start_line + 2 > end_line:
        return False
    delimiters = state.bMarks[start_line + 1] + state.tShift[start_line + 1]
    if state.src[delimiters : delimiters + 1] not in _DELIMITER_SIGNS:  # nearly always
        return False
    if not _DELIMITER_ROW.fullmatch(state.src, delimiters, state.eMarks[start_line + 1]):
        return False
    if silent and _LIST_ITEM.match(state.src, state.bMarks[start_line] + state.tShift[start_line]):
        return False  # ends no paragraph, and would be an item if it did
    columns = len(state.src[delimiters : state.eMarks[start_line + 1]].strip(" \t|").split("|"))
    source = state.src
    try:
        found = _head_fits(state, start_line, end_line, columns)
        return found and (silent or _parse(state, start_line, end_line, columns, source))
    finally:
        state.src = source


def _head_fits(state: StateBlock, start_line: int, end_line: int, columns: int) -> bool:
    """Hide the bars of the head that are no borders, if only so it has as many cells as columns.

    Comments are hidden in any case: a border in one would show it.
    """
    source = state.src
    for comments_alone in (False, True):
        _hide_bars(state, start_line, start_line + 1, columns, comments_alone=comments_alone)
        if markdown_it_table(state, start_line, end_line, True):
            return True
        if state.src is source:
            return False
        state.src = source
    return False


def _parse(state: StateBlock, start_line: int, end_line: int, columns: int, source: str) -> bool:
    first_token = len(state.tokens)
    after = start_line
    while after < end_line and not state.isEmpty(after):
        if after > start_line + 1 and state.sCount[after] < 0 and _has_bar(state, after):
            state.sCount[after] = state.blkIndent  # a row of a quote, without its mark
        after += 1
    if after > start_line + 2:
        _hide_bars(state, start_line + 2, after, columns)
    found = markdown_it_table(state, start_line, end_line, False)
    rows = state.tokens[first_token:]
    _place_cells(state, rows)
    _report_lost_cells(state, rows, columns)
    _report_links(state, start_line, source)
    if state.src is source:
        return found
    for token in rows:
        if _BAR in token.content:
            token.content = token.content.replace(_BAR, "|")
    return found


def _place_cells(state: StateBlock, rows: list[Token]) -> None:
    """Say of each cell where its words stand."""
    cells: list[OffsetMap] = []
    for token in rows:
        if token.type == "tr_open":
            line = (token.map or [0])[0]
            begin = state.bMarks[line] + state.tShift[line]
            row = state.src[begin : state.eMarks[line]]
            cells = [_offsets(words, begin + offset) for words, offset in reversed(_cells(row))]
        elif token.type == "inline":
            token.meta["offsets"] = cells.pop() if cells else NO_SOURCE


def _offsets(cell: str, begin: int) -> OffsetMap:
    r"""Return where the words of a cell come from: each of its bars lost the backslash before it.

    >>> _offsets(r" a\|b ", 7)
    OffsetMap(starts=[0, 1], shifts=[8, 9])
    """
    words = cell.lstrip(MD_TRIM_CHARS)
    begin += len(cell) - len(words)
    starts, shifts = [0], [begin]
    if "\\|" in words:
        for number, bar in enumerate(_ESCAPED_BAR.finditer(words)):
            starts.append(bar.start() - number)
            shifts.append(begin + number + 1)
        if starts[1] == 0:
            del starts[0], shifts[0]
    return OffsetMap(starts, shifts)


def _report_links(state: StateBlock, start_line: int, source: str) -> None:
    """Report each link with a bar that is not escaped."""
    for line in range(start_line, state.line):
        if source.find("[[", state.bMarks[line], state.eMarks[line]) < 0:
            continue
        above = source.rfind("\n", 0, state.bMarks[line])
        for bar in _LINK_WITH_BAR.finditer(source, state.bMarks[line], state.eMarks[line]):
            context_of(state.env).fault(
                "KB118",
                line,
                bar.start() - above,
                "The | in this link splits the cell in Obsidian.",
                f"Write {bar[0].replace('|', chr(92) + '|', 1)}",
            )


def _report_lost_cells(state: StateBlock, rows: list[Token], columns: int) -> None:
    """Report the first cell with words of each row that stands behind the last column."""
    for token in rows:
        if token.type != "tr_open" or token.map is None:
            continue
        line = token.map[0]
        begin = state.bMarks[line] + state.tShift[line]
        if state.src.count("|", begin, state.eMarks[line]) < columns:
            continue
        for words, offset in _cells(state.src[begin : state.eMarks[line]])[columns:]:
            shown = cut_comments(words.replace(_BAR, "|")).strip()
            if not shown:
                continue
            place = begin + offset + len(words) - len(words.lstrip())
            short = shown if len(shown) <= _MAX_SHOWN_CHARS else shown[:_MAX_SHOWN_CHARS] + "…"
            context_of(state.env).fault(
                "KB160",
                line,
                place - state.src.rfind("\n", 0, place),
                f"“{short}” stands behind the last column of its table and is not shown.",
                "Add a column to the head, or write \\| for a bar that is text.",
            )
            break


def _cells(row: str) -> list[tuple[str, int]]:
    r"""Return the cells of a row, each with where it begins.

    >>> _cells(r"| a | b\|c |")
    [(' a ', 1), (' b\\|c ', 5)]
    """
    cells = []
    begin = len(row) - len(row.lstrip(MD_TRIM_CHARS))
    end = len(row.rstrip(MD_TRIM_CHARS))
    for border in _BORDER.finditer(row, begin):
        cells.append((row[begin : border.start()], begin))
        begin = border.end()
    cells.append((row[begin:end], begin))
    if cells and not cells[0][0]:
        del cells[0]
    if cells and not cells[-1][0]:
        del cells[-1]
    return cells


def _has_bar(state: StateBlock, line: int) -> bool:
    return state.src.find("|", state.bMarks[line], state.eMarks[line]) >= 0


def _hide_bars(
    state: StateBlock, first_line: int, after: int, columns: int, *, comments_alone: bool = False
) -> None:
    begin, end = state.bMarks[first_line], state.eMarks[after - 1]
    text = changed = state.src[begin:end]
    if not comments_alone:
        changed = _LINK_WITH_BAR.sub(_hide_bar, changed)
    if "%%" in changed or "<!--" in changed:
        changed = _with_comments(changed)
    if "$" in changed and not comments_alone:
        pieces = []
        last = begin
        for line in range(first_line, after):
            row, row_end = max(state.bMarks[line] + state.tShift[line], last), state.eMarks[line]
            pieces += [
                changed[last - begin : row - begin],
                _with_formulas(changed[row - begin : row_end - begin], columns),
            ]
            last = max(row, row_end)
        changed = "".join(pieces)
    if changed != text:
        state.src = state.src[:begin] + changed + state.src[end:]


def _hide_bar(found: re.Match[str]) -> str:
    return found[0].replace("|", _BAR)


def _with_comments(rows: str) -> str:
    """Hide the bars in comments; those in code are borders."""
    parts: list[str] = []
    kept = 0
    for begin, end in matches_and_code(_CODE_OR_COMMENT, rows):
        words = rows[begin:end]
        if words.startswith("`"):
            continue
        whole = words.startswith("%") or words.endswith("-->")
        parts += (rows[kept:begin], words.replace("|", _BAR) if whole else _COMMENT.sub(_hide_bar, words))
        kept = end
    return "".join([*parts, rows[kept:]])


def _with_formulas(row: str, columns: int) -> str:
    """Hide the bars in the formulas of a row.

    Two prices may look like one formula; they are none where the cells come out right without it.
    """
    if "$" not in row or "|" not in row:
        return row
    hidden = _FORMULA.sub(_hide_in_formula, row)
    if hidden == row:
        return row
    certain = _FORMULA.sub(lambda found: found[0] if _may_be_prices(found) else _hide_in_formula(found), row)
    if certain != hidden and len(_cells(hidden)) < columns == len(_cells(certain)):
        return certain
    return hidden


def _hide_in_formula(found: re.Match[str]) -> str:
    return _BORDER.sub(_BAR, found[0]) if found[0].startswith("$") else found[0]


def _may_be_prices(found: re.Match[str]) -> bool:
    tex = found["inline"]
    if tex is None:
        return False
    lone = (tex.startswith("|") or tex.endswith("|")) and len(_BORDER.findall(tex)) % 2 == 1  # |$|€|$|
    return lone or tex[0].isdigit() or " | " in tex


def _begin_row(walk: BlockWalk, token: Token) -> None:
    walk.row, walk.row_open = InlineText(NO_SOURCE), token


def _end_row(walk: BlockWalk, _token: Token) -> None:
    if walk.row is None or walk.row_open is None:
        return
    kind: StatementKind = "head" if walk.open[-1].type == "thead_open" else "row"
    walk.finish(walk.row, kind, (walk.row_open.map or [0])[0], walk.list_depth)
    walk.row = walk.row_open = None


def _open_html(token: Token) -> str:
    """Write the beginning of a table, in a box of its own that can scroll."""
    return f'<div class="kb-table"{RendererHTML.renderAttrs(token)}><table>\n'


def _close_html(_token: Token) -> str:
    return "</table></div>\n"


SYNTAX = Syntax(
    name="tables",
    use=_use,
    block_triggers={"pipe_table": ANY},
    block_needs={"pipe_table": _DELIMITER_CELL.search},
    html={"table_open": _open_html, "table_close": _close_html},
    on_block={"tr_open": _begin_row, "tr_close": _end_row},
    text_blocks={"td_open": TextBlock("row", "e"), "th_open": TextBlock("head", "e")},
)
