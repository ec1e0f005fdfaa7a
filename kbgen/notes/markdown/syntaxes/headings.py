"""Headings: plain text, ids and keys for all of them, and the H1 that is a title (HD-01 to HD-06)."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, heading
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from kbgen.notes.anchors import heading_key, unique_ids
from kbgen.notes.holes import ID_PREFIX, hole
from kbgen.notes.markdown.block_walk import TextBlock
from kbgen.notes.markdown.comment_text import without_comments
from kbgen.notes.markdown.offsets import contiguous, first_word
from kbgen.notes.markdown.plain import plain_text, readable_text
from kbgen.notes.markdown.syntax import Syntax

_BETWEEN_TAGS = " \t,;"


def _use(md: MarkdownIt) -> None:
    """Register the naming, after the words are parsed, and put a rule around that of headings."""
    md.block.ruler.at("heading", _heading, {"alt": ["paragraph", "reference", "blockquote"]})
    md.core.ruler.push("headings", _name)


def _heading(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001
    if not heading(state, start_line, end_line, silent):
        return False
    if not silent:
        words = state.tokens[-2]
        begin = state.bMarks[start_line] + state.tShift[start_line] + len(state.tokens[-1].markup)
        words.meta["offsets"] = contiguous(first_word(state, begin, state.eMarks[start_line]))
    return True


def _name(state: StateCore) -> None:
    tokens = state.tokens
    found = [index for index, token in enumerate(tokens) if token.type == "heading_open"]
    if not found:
        return
    texts = [plain_text(tokens[index + 1].children or []) for index in found]
    title = found[0] if _is_title(tokens, found[0]) else -1
    for number, (index, text, id_) in enumerate(zip(found, texts, unique_ids(texts), strict=True)):
        opening = tokens[index]
        keys = dict.fromkeys(map(heading_key, dict.fromkeys((text, tokens[index + 1].content))))
        opening.meta = {
            **opening.meta,
            "heading": number,
            "text": readable_text(tokens[index + 1].children or []),
            "id": id_,
            "keys": tuple(keys),
            "h1": index == title,
        }
        for child in tokens[index + 1].children or []:
            if child.type == "softbreak":
                child.meta["in_heading"] = True
        closing = tokens[index + 2]
        closing.meta = {**closing.meta, "heading": number}


def _is_title(tokens: Sequence[Token], index: int) -> bool:
    """Tell whether a heading is an H1 with nothing above it but comments and tags (FM-35)."""
    heading = tokens[index]
    return heading.tag == "h1" and heading.level == 0 and all(map(_says_nothing, tokens[:index]))


def _says_nothing(token: Token) -> bool:
    if token.type == "inline":
        return all(
            child.type in {"tag", "comment", "softbreak", "hardbreak"}
            or (child.type == "text" and not child.content.strip(_BETWEEN_TAGS))
            or (child.type == "html_inline" and not without_comments(child.content).strip())
            for child in token.children or ()
        )
    if token.type == "html_block":
        return not without_comments(token.content).strip()
    return token.type in {"paragraph_open", "paragraph_close", "comment"}


def _open_html(token: Token) -> str:
    """Write the beginning of a heading and the mark of its section."""
    meta = token.meta
    return f'{hole("[s" + str(meta["heading"]))}<{token.tag} id="{ID_PREFIX}{meta["id"]}">'


def _close_html(token: Token) -> str:
    return f"</{token.tag}>{hole(']s' + str(token.meta['heading']))}\n"


SYNTAX = Syntax(
    name="headings",
    use=_use,
    block_triggers={"heading": "#"},
    html={"heading_open": _open_html, "heading_close": _close_html},
    text_blocks={"heading_open": TextBlock("heading", "i")},
)
