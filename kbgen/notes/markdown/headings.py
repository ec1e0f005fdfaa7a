"""Headings: plain text, ids and keys for all of them, and the first H1 (HD-01 to HD-06)."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from kbgen.notes.anchors import heading_key, unique_ids
from kbgen.notes.markdown.plain import plain_text, said_text


def headings_plugin(md: MarkdownIt) -> None:
    """Register the naming, after the words are parsed."""
    md.core.ruler.push("headings", _name)


def _name(state: StateCore) -> None:
    tokens = state.tokens
    found = [index for index, token in enumerate(tokens) if token.type == "heading_open"]
    if not found:
        return
    texts = [plain_text(tokens[index + 1].children or []) for index in found]
    first_h1 = True
    for number, (index, text, id_) in enumerate(zip(found, texts, unique_ids(texts), strict=True)):
        opening = tokens[index]
        keys = dict.fromkeys((heading_key(text), heading_key(tokens[index + 1].content)))
        is_h1 = first_h1 and opening.tag == "h1" and opening.level == 0
        first_h1 = first_h1 and not is_h1
        opening.meta = {
            **opening.meta,
            "heading": number,
            "text": said_text(tokens[index + 1].children or []),
            "id": id_,
            "keys": tuple(keys),
            "h1": is_h1,
        }
        closing = tokens[index + 2]
        closing.meta = {**closing.meta, "heading": number, "h1": is_h1}
