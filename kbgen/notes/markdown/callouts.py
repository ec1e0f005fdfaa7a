"""``> [!note]- Title``: callouts, which are quotes whose first line says so (CO-01 to CO-07)."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_MARKER = re.compile(r"\[!([^\]|\n]+)(?:\|([^\]\n]*))?\]([+-]?)[ \t]*")

_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")


def callouts_plugin(md: MarkdownIt) -> None:
    """Register the rewriting of quotes, before their words are parsed."""
    md.core.ruler.after("block_ids", "callouts", _rewrite)


def default_title(kind: str) -> str:
    """Return the title of a callout that has none (CO-02).

    >>> default_title("tldr"), default_title("my-own")
    ('Tldr', 'My own')
    """
    return kind.replace("-", " ").capitalize()


def _rewrite(state: StateCore) -> None:
    tokens = state.tokens
    if not any(token.type == "blockquote_open" for token in tokens):
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
                closers.append(_open_callout(out, tokens, index, found))
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
    if tokens[index + 1].type != "paragraph_open":
        return None
    return _MARKER.match(tokens[index + 2].content)


def _open_callout(out: list[Token], tokens: list[Token], index: int, found: re.Match[str]) -> list[Token]:
    """Write the callout's beginning to ``out`` and return the tokens that end it."""
    quote, opening, inline, closing = tokens[index : index + 4]
    kind = found[1].strip().lower()
    foldable = bool(found[3])
    level = quote.level
    tag, title_tag = ("details", "summary") if foldable else ("div", "div")
    callout = Token("callout_open", tag, 1, block=True, map=quote.map, level=level, meta=dict(quote.meta))
    callout.meta |= {
        "kind": kind,
        "metadata": (found[2] or "").strip(),
        "open": found[3] == "+",
        "foldable": foldable,
    }
    first, _, rest = inline.content.partition("\n")
    line = (inline.map or [0, 1])[0]
    title = Token("inline", "", 0, block=True, children=[], map=[line, line + 1], level=level + 2)
    title.content = first[found.end() :].rstrip() or _PUNCTUATION.sub(r"\\\g<0>", default_title(kind))
    out += [
        callout,
        Token("callout_title_open", title_tag, 1, block=True, level=level + 1, map=title.map),
        title,
        Token("callout_title_close", title_tag, -1, block=True, level=level + 1),
        Token("callout_content_open", "div", 1, block=True, level=level + 1),
    ]
    if rest.strip():
        inline.content = rest.lstrip()
        inline.map = opening.map = [line + 1, (inline.map or [0, line + 2])[1]]
        out += [opening, inline, closing]
    return [
        Token("callout_content_close", "div", -1, block=True, level=level + 1),
        Token("callout_close", tag, -1, block=True, level=level),
    ]
