"""Where links, images, code and comments begin, and what lines they span: markdown-it's rules do not say."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, autolink, backtick, html_inline, image, link

from kbgen.notes.markdown.addresses import may_lead
from kbgen.notes.markdown.collected import collected
from kbgen.notes.markdown.dispatch import InlineRule
from kbgen.notes.markdown.elements import end_of_tag, is_element_among
from kbgen.notes.markdown.footnotes import reference_at
from kbgen.notes.markdown.passages import breaks_in


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
                    token.meta = {**token.meta, "pos": start}
                    break
            if state.src.find("\n", start, state.pos) >= 0:
                _note_lines(state, start)
        return True

    return positioned


def _before_footnotes(rule: InlineRule, state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Ask the rule so that it takes no reference to a footnote for words or a name of its own."""
    if reference_at(state, state.pos):
        return False
    if not collected(state.env).footnotes_at_brackets:
        return rule(state, silent)
    words = state.pos + state.src.startswith("!", state.pos)
    end = state.md.helpers.parseLinkLabel(state, words) if state.src.startswith("[", words) else -1
    if end < 0 or not reference_at(state, end + 1):
        return rule(state, silent)
    after, state.posMax = state.posMax, end + 1
    done = rule(state, silent)
    state.posMax = after
    return done


def _note_lines(state: StateInline, start: int) -> None:
    """Write down how many lines end in a picture, or in a link behind its words."""
    last = state.tokens[-1]
    if last.type == "link_close":
        start = state.md.helpers.parseLinkLabel(state, start, True)
    lines = state.src.count("\n", start, state.pos)
    if lines:
        last.meta = {**last.meta, "lines": lines}


def _code(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    start, made = state.pos, len(state.tokens)
    if not backtick(state, silent):
        return False
    if not silent and len(state.tokens) > made and state.tokens[-1].type == "code_inline":
        token = state.tokens[-1]
        if token.content.startswith("fact:"):
            token.meta = {"pos": start}
        if state.src.find("\n", start, state.pos) >= 0:
            source = state.src[start + len(token.markup) : state.pos - len(token.markup)]
            stripped = (len(source) - len(token.content)) // 2
            token.meta = {**token.meta, "breaks": breaks_in(source, stripped, len(token.content))}
    return True


def _autolink(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    """Take ``<scheme:...>`` for a link only where that may lead somewhere: ``<std::string>`` is text."""
    start = state.pos
    if not autolink(state, silent=True):
        return False
    after, state.pos = state.pos, start
    written = state.src[start + 1 : after - 1]
    if ":" not in written or may_lead(written, collected(state.env).schemes):
        made = len(state.tokens)
        autolink(state, silent)
        for token in state.tokens[made:]:
            if token.type == "link_open":
                token.meta = {"pos": start}
        return True
    if not silent:
        token = state.push("dead_address", "", 0)
        token.content = f"<{written}>"
        token.meta = {"pos": start}
    state.pos = after
    return True


def _html(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    """Take what stands between angle brackets for HTML only where it is: ``List<String>`` is text."""
    start, level = state.pos, state.linkLevel
    if not html_inline(state, silent):
        return False
    state.linkLevel = level  # a link within the author's own is one all the same
    gathered = collected(state.env)
    comment = state.src.startswith("<!--", start)
    if not comment and gathered.filter_html and not is_element_among(state.src, start, state.pos, gathered):
        state.pos = start
        if not silent:
            state.tokens.pop()
        return False
    if gathered.filter_html:
        state.pos = end_of_tag(state.src, start, state.pos)
    if not silent:
        state.tokens[-1].content = state.src[start : state.pos]
        state.tokens[-1].meta = {"pos": start}
    return True
