"""``- [ ] task``: list items with a state of any one character (IN-05)."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_STATE = re.compile(r"\[(.)\](?:[ \t]+|$)")


def tasks_plugin(md: MarkdownIt) -> None:
    """Register the search for states, before the words are parsed, and the box, after."""
    md.core.ruler.before("inline", "tasks", _find)
    md.core.ruler.after("inline", "task_boxes", _put_boxes)


def _find(state: StateCore) -> None:
    tokens = state.tokens
    for index, token in enumerate(tokens):
        if token.type != "list_item_open" or tokens[index + 1].type != "paragraph_open":
            continue
        words = tokens[index + 2]
        found = _STATE.match(words.content)
        if found is None:
            continue
        words.content = words.content[found.end() :]
        words.meta = {**words.meta, "task": found[1]}
        token.meta = {**token.meta, "task": found[1]}


def _put_boxes(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and "task" in token.meta:
            box = Token("task_box", "input", 0, content=token.meta["task"])
            token.children = [box, *(token.children or [])]
