"""``> [!note]- Title``: callouts, which are quotes whose first line says so (CO-01 to CO-07)."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from kbgen.locales.locale import Locale
from kbgen.notes.markdown.block_walk import TextBlock
from kbgen.notes.markdown.comment_text import without_comments
from kbgen.notes.markdown.context import context_of
from kbgen.notes.markdown.offsets import OffsetMap, contiguous, offsets_of
from kbgen.notes.markdown.syntax import Syntax
from kbgen.notes.markdown.tokens import block_token

_MARKER = re.compile(r"\[!([^\]|\n]+)(?:\|([^\]\n]*))?\]([+-]?)[ \t]*")

_HEADING = re.compile(r"#{1,6}(?:[ \t]+(.*?))?(?:[ \t]+#+)?", re.DOTALL)
"""Words with the signs of a heading around them."""

_NO_WORDS = re.compile(r"(?:%%(?!%)(?:(?!%%).)*+%%(?!%)|<!--(?:(?!-->).)*+-->|\s)*+")
"""Comments and blanks."""

PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
"""What a backslash makes plain text."""


def _use(md: MarkdownIt) -> None:
    """Register the rule for the first line, and the rewriting of quotes before their words are parsed."""
    md.block.ruler.before("code", "callout_title", _title)
    md.core.ruler.after("block_ids", "callouts", _rewrite)


def default_title(kind: str, locale: Locale) -> str:
    """Return the title of a callout that has none (CO-02); a kind of the author's own is its own title.

    >>> from kbgen.locales.locale import ENGLISH
    >>> default_title("tldr", ENGLISH), default_title("my-own", ENGLISH)
    ('Tldr', 'My own')
    """
    return _titles(locale).get(kind) or kind.replace("-", " ").capitalize()


@functools.cache
def _titles(locale: Locale) -> Mapping[str, str]:
    """Return the titles of the kinds that Obsidian knows."""
    return {
        "abstract": locale.pgettext("callout", "Abstract"),
        "attention": locale.pgettext("callout", "Attention"),
        "bug": locale.pgettext("callout", "Bug"),
        "caution": locale.pgettext("callout", "Caution"),
        "check": locale.pgettext("callout", "Check"),
        "cite": locale.pgettext("callout", "Cite"),
        "danger": locale.pgettext("callout", "Danger"),
        "done": locale.pgettext("callout", "Done"),
        "error": locale.pgettext("callout", "Error"),
        "example": locale.pgettext("callout", "Example"),
        "fail": locale.pgettext("callout", "Fail"),
        "failure": locale.pgettext("callout", "Failure"),
        "faq": locale.pgettext("callout", "Faq"),
        "help": locale.pgettext("callout", "Help"),
        "hint": locale.pgettext("callout", "Hint"),
        "important": locale.pgettext("callout", "Important"),
        "info": locale.pgettext("callout", "Info"),
        "missing": locale.pgettext("callout", "Missing"),
        "note": locale.pgettext("callout", "Note"),
        "question": locale.pgettext("callout", "Question"),
        "quote": locale.pgettext("callout", "Quote"),
        "success": locale.pgettext("callout", "Success"),
        "summary": locale.pgettext("callout", "Summary"),
        "tip": locale.pgettext("callout", "Tip"),
        "tldr": locale.pgettext("callout", "Tldr"),
        "todo": locale.pgettext("callout", "Todo"),
        "warning": locale.pgettext("callout", "Warning"),
    }


def _title(state: StateBlock, start_line: int, _end_line: int, silent: bool) -> bool:  # noqa: FBT001
    """Handle the first line of a callout: a block of its own, whatever stands in it and below it."""
    if silent or not state.tokens or state.tokens[-1].type != "blockquote_open":
        return False
    begin, end = state.bMarks[start_line] + state.tShift[start_line], state.eMarks[start_line]
    if state.is_code_block(start_line) or not _MARKER.match(state.src, begin, end):
        return False
    state.line = start_line + 1
    if state.line < state.lineMax and state.sCount[state.line] < 0:
        state.sCount[state.line] = state.blkIndent  # begins the body, though it has no mark of the quote
    opening = state.push("paragraph_open", "p", 1)
    opening.map = [start_line, state.line]
    opening.meta = {"callout": True}
    words = state.push("inline", "", 0)
    words.content = state.src[begin:end].rstrip()
    words.map = [start_line, state.line]
    words.meta["offsets"] = contiguous(begin)
    words.children = []
    state.push("paragraph_close", "p", -1)
    return True


def _rewrite(state: StateCore) -> None:
    tokens = state.tokens
    if "[!" not in state.src:
        return
    out: list[Token] = []
    closers: list[list[Token]] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.type == "blockquote_open":
            found = _marker_of(tokens, index)
            if found is None:
                closers.append([])
                out.append(token)
            else:
                closers.append(_open_callout(out, tokens, index, found, context_of(state.env).locale))
                index += 4  # the quote, its first paragraph, the words, the paragraph's end
                continue
        elif token.type == "blockquote_close":
            closing = closers.pop()
            if closing and out[-1].type == "callout_content_open":
                out.pop()  # a title and nothing else has no empty body
                closing = closing[1:]
            out.extend(closing or [token])
        else:
            out.append(token)
        index += 1
    state.tokens = out


def _marker_of(tokens: list[Token], index: int) -> re.Match[str] | None:
    if "callout" not in tokens[index + 1].meta:
        return None
    return _MARKER.match(tokens[index + 2].content)


def _open_callout(
    out: list[Token], tokens: list[Token], index: int, found: re.Match[str], locale: Locale
) -> list[Token]:
    """Write the callout's beginning to ``out`` and return the tokens that end it."""
    quote, _, inline, _ = tokens[index : index + 4]
    kind = without_comments(found[1]).strip().lower() or "note"
    foldable = bool(found[3])
    level = quote.level
    tag, title_tag = ("details", "summary") if foldable else ("div", "div")
    callout = block_token("callout_open", tag, 1, level, lines=quote.map, meta=dict(quote.meta))
    callout.meta |= {
        "kind": kind,
        "metadata": without_comments(found[2] or "").strip(),
        "open": found[3] == "+",
        "foldable": foldable,
    }
    title = block_token("inline", "", 0, level + 2, lines=inline.map)
    title.children = []
    words = inline.content[found.end() :].rstrip()
    heading = _HEADING.fullmatch(words)
    title.content = (heading[1] or "") if heading else words
    begin = offsets_of(inline).place(0)
    start = begin + found.end() + (heading.start(1) if heading and heading[1] else 0)
    title.meta["offsets"] = contiguous(start)
    if _NO_WORDS.fullmatch(title.content):
        length = len(title.content)
        title.meta["offsets"] = OffsetMap((0, length), (start, begin + found.start(1) - length))
        title.content += PUNCTUATION.sub(r"\\\g<0>", default_title(kind, locale))
    out += [
        callout,
        block_token("callout_title_open", title_tag, 1, level + 1, lines=title.map),
        title,
        block_token("callout_title_close", title_tag, -1, level + 1),
        block_token("callout_content_open", "div", 1, level + 1),
    ]
    return [
        block_token("callout_content_close", "div", -1, level + 1),
        block_token("callout_close", tag, -1, level),
    ]


def _html(token: Token) -> str:
    """Write the beginning of a callout; a foldable one needs no script (CO-04)."""
    meta = token.meta
    metadata = f' data-callout-metadata="{escapeHtml(meta["metadata"])}"' if meta["metadata"] else ""
    opened = ' open=""' if meta["open"] else ""
    return (
        f'<{token.tag} class="callout" data-callout="{escapeHtml(meta["kind"])}"{metadata}{opened}'
        f"{RendererHTML.renderAttrs(token)}>\n"
    )


def _title_html(token: Token) -> str:
    return f'<{token.tag} class="callout-title">'


def _content_html(_token: Token) -> str:
    return '<div class="callout-content">\n'


SYNTAX = Syntax(
    name="callouts",
    use=_use,
    after=("block_ids", "comments"),
    block_triggers={"callout_title": "["},
    html={"callout_open": _html, "callout_title_open": _title_html, "callout_content_open": _content_html},
    text_blocks={"callout_title_open": TextBlock("title", "i")},
)
