"""From tokens to HTML with holes and marks: each token as its syntax writes it, blocks with their ids."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

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
        html, rules = self._html, self.rules
        for index, token in enumerate(tokens):
            kind = token.type
            if kind == "inline":
                out.append(self.renderInline(token.children or [], options, env))
            elif token.meta and "blocks" in token.meta:
                out += self._with_ids(tokens, index, options, env)
            elif kind in html:
                out.append(html[kind](token))
            elif kind in rules:
                out.append(rules[kind](tokens, index, options, env))
            else:
                out.append(self.renderToken(tokens, index, options, env))
        return "".join(out)

    def _with_ids(
        self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
    ) -> Iterator[str]:
        """Yield the HTML of a token that is, begins or ends a block with ids."""
        token = tokens[index]
        names = token.meta["blocks"]
        anchors = names
        if token.nesting == 1:
            if token.type != "heading_open":  # which has an id of its own
                token.attrs["id"] = f"{ID_PREFIX}^{names[0]}"
                anchors = names[1:]
            yield from [hole(f"[b{name}") for name in names]
        elif token.nesting == 0:
            yield from [hole(f"[b{name}") for name in names]
            yield f'<div id="{ID_PREFIX}^{names[0]}">'
        html = self._html.get(token.type)
        yield html(token) if html else self._by_rule(tokens, index, options, env)
        if token.nesting == 0:
            yield "</div>\n"
        if token.nesting == 1:
            yield from [f'<span id="{ID_PREFIX}^{name}"></span>' for name in anchors]
        else:
            yield from [hole(f"]b{name}") for name in names]

    def renderInline(  # noqa: N802 (markdown-it's name)
        self, tokens: Sequence[Token], options: OptionsDict, env: EnvType
    ) -> str:
        """Return the HTML of the words of a block; plain text, the common case, goes straight."""
        out: list[str] = []
        html = self._html
        for index, token in enumerate(tokens):
            kind = token.type
            if kind == "text":
                out.append(escapeHtml(token.content))
            elif kind in html:
                out.append(html[kind](token))
            else:
                out.append(self._by_rule(tokens, index, options, env))
        return "".join(out)

    def renderToken(  # noqa: N802 (markdown-it's name)
        self,
        tokens: Sequence[Token],
        idx: int,
        options: OptionsDict,  # noqa: ARG002 (markdown-it's signature)
        env: EnvType,  # noqa: ARG002
    ) -> str:
        """Return a tag as markdown-it writes it in HTML: most have no attributes, and are closing ones."""
        token = tokens[idx]
        if token.hidden:
            return ""
        attributes = self.renderAttrs(token) if token.attrs else ""
        if token.nesting == -1:
            return f"</{token.tag}{attributes}>\n" if token.block else f"</{token.tag}{attributes}>"
        tag = f"<{token.tag}{attributes}>"
        if not token.block:
            return tag
        if idx and tokens[idx - 1].hidden:
            tag = "\n" + tag
        if token.nesting == 1 and idx + 1 < len(tokens):
            after = tokens[idx + 1]
            if after.type == "inline" or after.hidden or (after.nesting == -1 and after.tag == token.tag):
                return tag
        return tag + "\n"

    def _by_rule(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        """Return the HTML of one token that its syntax does not write by itself, as markdown-it does."""
        rule = self.rules.get(tokens[index].type)
        return rule(tokens, index, options, env) if rule else self.renderToken(tokens, index, options, env)
