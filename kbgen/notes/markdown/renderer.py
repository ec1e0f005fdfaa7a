"""From tokens to HTML with holes and marks: each token as its syntax writes it, blocks with their ids."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from kbgen.notes.holes import ID_PREFIX, hole
from kbgen.notes.markdown.tokens import content_of


class NoteRenderer(RendererHTML):
    """markdown-it's renderer with the rules of our syntaxes."""

    def __init__(self, parser: object = None) -> None:
        super().__init__(parser)
        self._html: dict[str, Callable[[Token], str]] = {
            "hole": content_of,
            "markup": content_of,
        }

    def add_html(self, rules: Mapping[str, Callable[[Token], str]]) -> None:
        """Add how types of tokens are written of which nothing but the token says how."""
        self._html |= rules

    def render(self, tokens: Sequence[Token], options: OptionsDict, env: EnvType) -> str:
        """Return the HTML of a note, with a mark around each block that has an id."""
        out: list[str] = []
        for index, token in enumerate(tokens):
            if token.type == "inline":
                out.append(self.renderInline(token.children or [], options, env))
                continue
            names = token.meta.get("blocks") if token.meta else None
            if names is None:
                out.append(self._one(tokens, index, options, env))
                continue
            anchors = names
            if token.nesting == 1:
                if token.type != "heading_open":  # which has an id of its own
                    token.attrs["id"] = f"{ID_PREFIX}^{names[0]}"
                    anchors = names[1:]
                out.extend(hole(f"[b{name}") for name in names)
            elif token.nesting == 0:
                out.extend(hole(f"[b{name}") for name in names)
                out.append(f'<div id="{ID_PREFIX}^{names[0]}">')
            out.append(self._one(tokens, index, options, env))
            if token.nesting == 0:
                out.append("</div>\n")
            if token.nesting == 1:
                out.extend(f'<span id="{ID_PREFIX}^{name}"></span>' for name in anchors)
            else:
                out.extend(hole(f"]b{name}") for name in names)
        return "".join(out)

    def renderInline(  # noqa: N802 (markdown-it's name)
        self, tokens: Sequence[Token], options: OptionsDict, env: EnvType
    ) -> str:
        """Return the HTML of the words of a block; plain text, the common case, goes straight."""
        out: list[str] = []
        rules = self._html
        for index, token in enumerate(tokens):
            kind = token.type
            if kind == "text":
                out.append(escapeHtml(token.content))
            elif kind in rules:
                out.append(rules[kind](token))
            else:
                out.append(self._by_rule(tokens, index, options, env))
        return "".join(out)

    def _one(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        """Return the HTML of one token."""
        token = tokens[index]
        html = self._html.get(token.type)
        return self._by_rule(tokens, index, options, env) if html is None else html(token)

    def _by_rule(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        """Return the HTML of one token that its syntax does not write by itself, as markdown-it does."""
        rule = self.rules.get(tokens[index].type)
        return rule(tokens, index, options, env) if rule else self.renderToken(tokens, index, options, env)
