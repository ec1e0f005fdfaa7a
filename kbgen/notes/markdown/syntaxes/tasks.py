"""``- [ ] task``: list items with a state of any one character (IN-05)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from kbgen.notes.markdown.paragraphs import paragraph
from kbgen.notes.markdown.syntax import Syntax
from kbgen.notes.markdown.tokens import PlacedToken

_STATE = re.compile(r"\[(.)\](?:[ \t]+|$)")


_MAY_BE_STATE = re.compile(r"\[.\](?:[ \t]|$)", re.MULTILINE)

_STANDS_IN = re.compile(r"[-+*][ \t]|\d{1,9}[.)][ \t]|```|~~~|\$\$|[^\n]*\|")
"""What begins a block whose later lines must stand in as its first: lists, code, formulas and tables."""


def _use(md: MarkdownIt) -> None:
    """Register the rule for states, and the box, after the words are parsed."""
    md.block.ruler.before("code", "task", _state)
    md.core.ruler.before("footnotes", "task_boxes", _put_boxes)
    md.add_render_rule("list_item_open", _item)


def _state(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001
    """Handle a state at the beginning of an item: what stands behind it is a block of any kind."""
    if silent or not state.tokens or state.is_code_block(start_line):
        return False
    item = state.tokens[-1]
    if item.type != "list_item_open" or "task" in item.meta:
        return False
    begin = state.bMarks[start_line] + state.tShift[start_line]
    found = _STATE.match(state.src, begin, state.eMarks[start_line])
    if found is None:
        return False
    item.meta = {**item.meta, "task": found[1]}
    place = state.bMarks[start_line], state.tShift[start_line], state.sCount[start_line]
    indent = state.blkIndent
    state.blkIndent = _indent(state, start_line, end_line, found)
    state.bMarks[start_line], state.tShift[start_line] = found.end(), 0
    state.sCount[start_line] = state.blkIndent
    (block,) = state.md.block.ruler.getRules("")
    if found.end() == state.eMarks[start_line]:
        block = paragraph
    block(state, start_line, end_line, False)
    state.bMarks[start_line], state.tShift[start_line], state.sCount[start_line] = place
    state.blkIndent = indent
    return True


def _indent(state: StateBlock, start_line: int, end_line: int, box: re.Match[str]) -> int:
    """Return by how much the block behind a box stands in: as its words do if it goes on below them."""
    if not _STANDS_IN.match(state.src, box.end(), state.eMarks[start_line]):
        return state.blkIndent
    line = start_line + 1
    while line < end_line and state.isEmpty(line):
        line += 1
    words = len((" " * state.sCount[start_line] + box[0]).expandtabs(4))
    return words if line < end_line and state.sCount[line] >= words else state.blkIndent


def _put_boxes(state: StateCore) -> None:
    if not _MAY_BE_STATE.search(state.src):
        return
    tokens: list[Token] = []
    for index, token in enumerate(state.tokens):
        tokens.append(token)
        if token.type != "list_item_open" or "task" not in token.meta:
            continue
        box = PlacedToken("task_box", "input", 0, 0, token.meta["task"])
        if state.tokens[index + 1].type == "paragraph_open":
            words = state.tokens[index + 2]
            words.children = [box, *(words.children or [])]
        else:
            tokens.append(box)
    state.tokens = tokens


def _item(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """Write the beginning of a list item; a task says its state."""
    token = tokens[index]
    if "task" in token.meta:
        token.attrs["class"] = "task"
        token.attrs["data-task"] = token.meta["task"]
    return renderer.renderToken(tokens, index, options, env)


def _box_html(token: Token) -> str:
    state = token.content
    checked = "" if state == " " else ' checked=""'
    return f'<input type="checkbox" data-task="{escapeHtml(state)}"{checked} disabled=""> '


SYNTAX = Syntax(
    name="tasks",
    use=_use,
    after=("callouts", "footnotes"),
    block_triggers={"task": "["},
    html={"task_box": _box_html},
    attributes={"input": {"type": frozenset({"checkbox"})}},
)
