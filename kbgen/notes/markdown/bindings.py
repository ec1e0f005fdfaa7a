"""`` `fact: alexnet.parameters` `` and blocks of the language ``facts``: places that a fact fills."""

from __future__ import annotations

import re

from markdown_it.token import Token

from kbgen.notes.holes import hole
from kbgen.notes.markdown.context import CompileContext
from kbgen.notes.markdown.info_strings import language_of
from kbgen.notes.markdown.tokens import hole_token
from kbgen.notes.model import Binding

_FACT = re.compile(r"fact: ([a-z0-9_-]+(?:\.[a-z0-9_-]+)+)")


def fact_named(code: Token) -> str:
    """Return the fact that code among words asks for; ``""`` for ordinary code."""
    if "folded" in code.meta or code.markup != "`":
        return ""
    found = _FACT.fullmatch(code.content)
    return found[1] if found else ""


def bind_value(code: Token, name: str, context: CompileContext, line: int, column: int) -> Token:
    """Return the hole that a fact fills among words; ``line`` is the file's."""
    context.bindings.append(Binding("value", name, line, column))
    return hole_token(f"v{len(context.bindings) - 1}", code.content)


def bind_block(fence: Token, context: CompileContext) -> bool:
    """Turn a block of the language ``facts`` into a hole, and tell whether it is one."""
    if language_of(fence) != "facts":
        return False
    line = (fence.map or [0])[0]
    column = context.lines[line].find(fence.markup) + 1
    context.bindings.append(Binding("block", fence.content, context.first_line + line + 1, column))
    fence.type, fence.content = "hole", hole(f"b{len(context.bindings) - 1}") + "\n"
    return True
