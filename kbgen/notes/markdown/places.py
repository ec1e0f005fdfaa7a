"""Where links, images and the words of code begin, and what is no link and no HTML after all."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, autolink, backtick, html_inline, image, link

from kbgen.notes.markdown.addresses import may_lead
from kbgen.notes.markdown.context import context_of
from kbgen.notes.markdown.dispatch import InlineRule
from kbgen.notes.markdown.elements import end_of_tag, is_element_among
from kbgen.notes.markdown.footnotes import reference_at
from kbgen.notes.markdown.positions import placed


def places_plugin(md: MarkdownIt) -> None:
    """Put a rule around each of those that notes the place on the token it makes."""
    md.inline.ruler.at("link", _noting_place(link, "link_open"))
    md.inline.ruler.at("image", _noting_place(image, "image"))
    md.inline.ruler.at("backticks", _code)
    md.inline.ruler.at("autolink", _autolink)
    md.inline.ruler.at("html_inline", _html)


def _noting_place(rule: InlineRule, kind: str) -> InlineRule:
    def positioned(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
        start, made = state.pos, len(state.tokens)
        if not _before_footnotes(rule, state, silent):
            return False
        if not silent:
            for token in state.tokens[made:]:
                if token.type == kind:
                    placed(token).pos = start
                    break
        return True

    return positioned


def _before_footnotes(rule: InlineRule, state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Ask the rule so that it takes no reference to a footnote for words or a name of its own."""
    if reference_at(state, state.pos):
        return False
    if not context_of(state.env).footnotes_at_brackets:
        return rule(state, silent)
    words = state.pos + state.src.startswith("!", state.pos)
    end = state.md.helpers.parseLinkLabel(state, words) if state.src.startswith("[", words) else -1
    if end < 0 or not reference_at(state, end + 1):
        return rule(state, silent)
    after, state.posMax = state.posMax, end + 1
    done = rule(state, silent)
    state.posMax = after
    return done


def _code(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    start, made = state.pos, len(state.tokens)
    if not backtick(state, silent):
        return False
    if not silent and len(state.tokens) > made and state.tokens[-1].type == "code_inline":
        token = state.tokens[-1]
        marks = len(token.markup)
        blanks = (state.pos - start - 2 * marks - len(token.content)) // 2
        placed(token).runs = [(0, start + marks + blanks, len(token.content))]
        if token.content.startswith("fact:") and state.src.find("\n", start, state.pos) >= 0:
            token.meta["folded"] = True
    return True


def _autolink(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    """Take ``<scheme:...>`` for a link only where that may lead somewhere: ``<std::string>`` is text."""
    start = state.pos
    if not autolink(state, silent=True):
        return False
    after, state.pos = state.pos, start
    written = state.src[start + 1 : after - 1]
    if ":" not in written or may_lead(written, context_of(state.env).schemes):
        if autolink(state, silent) and not silent:
            opening, words, _ = state.tokens[-3:]
            placed(opening).pos, placed(words).pos = start, start + len("<")
        return True
    if not silent:
        token = state.push("dead_address", "", 0)
        token.content = f"<{written}>"
    state.pos = after
    return True


def _html(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    """Take what stands between angle brackets for HTML only where it is: ``List<String>`` is text."""
    start, level = state.pos, state.linkLevel
    if not html_inline(state, silent):
        return False
    state.linkLevel = level  # a link within the author's own is one all the same
    context = context_of(state.env)
    comment = state.src.startswith("<!--", start)
    if not comment and context.filter_html and not is_element_among(state.src, start, state.pos, context):
        state.pos = start
        if not silent:
            state.tokens.pop()
        return False
    if context.filter_html:
        state.pos = end_of_tag(state.src, start, state.pos)
    if not silent:
        state.tokens[-1].content = state.src[start : state.pos]
    return True
