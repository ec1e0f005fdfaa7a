"""``#tag`` in running text: the inline rule, TAG-01 to TAG-11."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from kbgen.notes.tags import TAG, clean_tag


def tags_plugin(md: MarkdownIt) -> None:
    """Register the rule."""
    md.inline.ruler.push("tag", _tag)


def _tag(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    start = state.pos
    source = state.src
    if source[start] != "#" or (start > 0 and not source[start - 1].isspace()) or state.linkLevel > 0:
        return False
    found = TAG.match(source, start + 1, state.posMax)
    if found is None:
        return False
    name = clean_tag(found[0])
    if name is None:
        return False
    if not silent:
        token = state.push("tag", "", 0)
        token.content = name
    state.pos = start + 1 + len(name) if source.startswith(name, start + 1) else found.end()
    return True
