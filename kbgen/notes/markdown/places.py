"""Where each ``[text](address)`` begins: markdown-it's rules for links and images do not say."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, image, link

from kbgen.notes.markdown.dispatch import InlineRule


def places_plugin(md: MarkdownIt) -> None:
    """Put a rule around each of the two that notes the place on the token it makes."""
    md.inline.ruler.at("link", _noting_place(link, "link_open"))
    md.inline.ruler.at("image", _noting_place(image, "image"))


def _noting_place(rule: InlineRule, kind: str) -> InlineRule:
    def positioned(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
        start, made = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        if not silent:
            for token in state.tokens[made:]:
                if token.type == kind:
                    token.meta = {**token.meta, "pos": start}
                    break
        return True

    return positioned
