"""What CommonMark has and Obsidian leaves as it is: paragraphs, lists, quotes, emphasis, line breaks."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from kbgen.notes.markdown.block_walk import BlockWalk
from kbgen.notes.markdown.fast_paths import fast_paths_plugin
from kbgen.notes.markdown.inline_walk import InlineWalk
from kbgen.notes.markdown.positions import positions_plugin
from kbgen.notes.markdown.syntax import ANY, Syntax
from kbgen.notes.markdown.tokens import PlacedToken, content_of


def _use(md: MarkdownIt) -> None:
    """Put our rules in the place of markdown-it's: the same, but quicker and with places."""
    positions_plugin(md)
    fast_paths_plugin(md)
    md.add_render_rule("softbreak", _softbreak)
    md.add_render_rule("paragraph_open", _paragraph_open)
    md.add_render_rule("paragraph_close", _paragraph_close)


def _softbreak(
    _renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, _env: EnvType
) -> str:
    """Write a line break where the vault asks for it, but never in a heading (IN-07)."""
    return "<br>\n" if options["breaks"] and "in_heading" not in tokens[index].meta else "\n"


def _paragraph_open(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """Write the beginning of a paragraph; one that only holds an embed has none."""
    token = tokens[index]
    if "bare" in token.meta:
        return f"<div{renderer.renderAttrs(token)}>" if token.attrs else ""
    if not token.hidden and not token.attrs and not (index and tokens[index - 1].hidden):
        return "<p>"
    return renderer.renderToken(tokens, index, options, env)


def _paragraph_close(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    token = tokens[index]
    if "bare" in token.meta:
        return "</div>\n" if "blocks" in token.meta else "\n"
    return "</p>\n" if not token.hidden else renderer.renderToken(tokens, index, options, env)


def _rule(_token: Token) -> str:
    return "<hr>\n"


def _hardbreak(_token: Token) -> str:
    return "<br>\n"


def _space(_token: Token) -> str:
    return " "


def _end_soft_line(walk: InlineWalk, token: PlacedToken) -> None:
    walk.text.break_line(token.pos, shown=walk.block.line_breaks)
    walk.out.append(token)


def _end_line(walk: InlineWalk, token: PlacedToken) -> None:
    walk.text.break_line(token.pos, shown=True)
    walk.out.append(token)


def _enter_item(walk: BlockWalk, _token: Token) -> None:
    walk.list_depth += 1


def _leave_item(walk: BlockWalk, _token: Token) -> None:
    walk.list_depth -= 1


SYNTAX = Syntax(
    name="commonmark",
    use=_use,
    block_triggers={
        "blockquote": ">",
        "hr": "*-_",
        "list": "*-+0123456789",
        "reference": "[",
        "lheading": ANY,
        "paragraph": ANY,
    },
    inline_triggers={"newline": "\n", "escape": "\\", "emphasis": "*_", "entity": "&"},
    html={"hardbreak": _hardbreak, "hr": _rule},
    text={"text": content_of, "text_special": content_of, "softbreak": _space, "hardbreak": _space},
    on_inline={"softbreak": _end_soft_line, "hardbreak": _end_line},
    on_block={"list_item_open": _enter_item, "list_item_close": _leave_item},
)
