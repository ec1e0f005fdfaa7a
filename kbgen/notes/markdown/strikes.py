"""``~~struck~~``: two tildes strike words, and any other number of them is as it is written (IN-03)."""

from __future__ import annotations

import re
from typing import cast

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, fence
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.strikethrough import tokenize

from kbgen.notes.markdown.offsets import BlockState

_RUN = re.compile("~+")

_AROUND_WORDS = re.compile(r"~{3,}[^\s~](?:[^~]*[^\s~])?~{3,}[ \t]*")
"""``~~~words~~~``, which could be a fence; but then all below it would be code."""


def strikes_plugin(md: MarkdownIt) -> None:
    """Put a rule around that for tildes among words, and around that for fences."""
    md.inline.ruler.at("strikethrough", _delimiters)
    md.block.ruler.at("fence", _fence, {"alt": ["paragraph", "reference", "blockquote", "list"]})


def _delimiters(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    if silent:  # asks again at each tilde of a run
        return False
    run = _RUN.match(state.src, state.pos, state.posMax)
    if run is None:
        return False
    if len(run[0]) == 2:
        return tokenize(state, silent)
    state.append_pending(run[0])
    state.pos = run.end()
    return True


def _fence(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001
    begin = state.bMarks[start_line] + state.tShift[start_line]
    if _AROUND_WORDS.fullmatch(state.src, begin, state.eMarks[start_line]):
        return False
    if not fence(state, start_line, end_line, silent):
        return False
    if not silent:
        state.tokens[-1].meta["offsets"] = cast("BlockState", state).cut()
    return True
