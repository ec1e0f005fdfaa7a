"""``^id`` at the end of a block, or on a line of its own below it (BL-01 to BL-05)."""

from __future__ import annotations

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from kbgen.notes.markdown.context import context_of
from kbgen.notes.markdown.syntax import Syntax

_TRAILING = re.compile(r"(?:^|[ \t\n])\^([A-Za-z0-9-]+)[ \t]*$")
Give = Callable[[Token | None, str, int], None]

_ALONE = re.compile(r"\^([A-Za-z0-9-]+)[ \t]*")


def _use(md: MarkdownIt) -> None:
    """Register the rule for ids on their own line, and the search for trailing ones."""
    md.block.ruler.before(
        "code", "block_id", _own_line, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    md.core.ruler.after("block", "block_ids", _attach)


def _own_line(state: StateBlock, start_line: int, _end_line: int, silent: bool) -> bool:  # noqa: FBT001
    begin = state.bMarks[start_line] + state.tShift[start_line]
    if not state.src.startswith("^", begin) or state.is_code_block(start_line):
        return False
    found = _ALONE.fullmatch(state.src, begin, state.eMarks[start_line])
    if found is None:
        return False
    if not silent:
        state.line = start_line + 1
        token = state.push("block_id", "", 0)
        token.block = True
        token.hidden = True
        token.content = found[1].lower()
        token.map = [start_line, start_line + 1]
    return True


def _attach(state: StateCore) -> None:
    """Give every id to its block: ``meta["block"]`` of the token that opens it."""
    if "^" in state.src:
        _attach_each(state)


def _attach_each(state: StateCore) -> None:
    context = context_of(state.env)
    seen: dict[str, int] = {}

    def give(opening: Token | None, name: str, line: int) -> None:
        if opening is None:
            return
        if name in seen:
            context.fault(
                "KB115",
                line,
                context.lines[line].rfind("^") + 1,
                f"The block id ^{name} stands in line {context.first_line + seen[name] + 1} already; "
                "links go there.",
                "Choose another id.",
            )
            return
        seen[name] = line
        opening.meta.setdefault("blocks", []).append(name)

    tokens = state.tokens
    kept: list[Token] = []
    open_blocks: list[Token] = []
    siblings: list[Token | None] = [None]
    for index, token in enumerate(tokens):
        if token.type == "block_id":
            last_in_quote = (
                bool(open_blocks)
                and open_blocks[-1].type == "blockquote_open"
                and tokens[index + 1].type == "blockquote_close"
            )
            owner = siblings[-1]
            if last_in_quote or (owner is not None and owner.hidden):
                owner = open_blocks[-1]  # the words of an item in a tight list have no element of their own
            give(owner, token.content, (token.map or [0])[0])
            continue
        kept.append(token)
        if token.nesting == 1:
            siblings[-1] = token
            open_blocks.append(token)
            siblings.append(None)
        elif token.nesting == -1:
            open_blocks.pop()
            siblings.pop()
        elif token.type == "inline":
            _trailing(token, open_blocks, tokens, index, give)
        else:
            siblings[-1] = token
    state.tokens = kept


def _trailing(token: Token, open_blocks: list[Token], tokens: list[Token], index: int, give: Give) -> None:
    if "^" not in token.content:
        return
    found = _TRAILING.search(token.content)
    if found is None:
        return
    owner = open_blocks[-1]
    if owner.type in {"th_open", "td_open"}:
        return
    token.content = token.content[: found.start()].rstrip()
    parent = open_blocks[-2] if len(open_blocks) > 1 else owner
    first_in_item = parent.type == "list_item_open" and tokens[index - 2] is parent
    if owner.type == "heading_open":
        if not first_in_item:
            return  # silent in Obsidian: hidden, and no target
        owner = parent
    elif parent is not owner and tokens[index + 1].type == "paragraph_close":
        last_in_quote = parent.type == "blockquote_open" and (
            tokens[index + 2].type == "blockquote_close" or "callout" in owner.meta
        )
        if first_in_item or last_in_quote or owner.hidden:
            owner = parent
    lines = token.map or [0, 1]
    give(owner, found[1].lower(), lines[1] - 1)


SYNTAX = Syntax(name="block_ids", use=_use, block_triggers={"block_id": "^"})
