"""``[words](address)``, ``[words][name]`` and ``<https://...>``: links of CommonMark (ML-01 to ML-06)."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_inline import StateInline, autolink, link
from markdown_it.token import Token

from kbgen.notes.markdown.addresses import (
    FORBIDDEN_SCHEMES,
    blocked_address,
    encoded,
    is_allowed,
    is_local,
    scheme_of,
    split_address,
)
from kbgen.notes.markdown.comment_text import without_comments
from kbgen.notes.markdown.context import context_of
from kbgen.notes.markdown.dispatch import InlineRule
from kbgen.notes.markdown.inline_walk import NO_LINK, InlineWalk
from kbgen.notes.markdown.positions import placed
from kbgen.notes.markdown.syntax import Syntax
from kbgen.notes.markdown.syntaxes.footnotes import reference_at
from kbgen.notes.markdown.tokens import PlacedToken, content_of, hole_token, markup_token

MAX_REFERENCE_CHARS = 100_000
"""Of addresses and titles that any note may have, for references repeat them; a longer note ten times its
own."""


def _use(md: MarkdownIt) -> None:
    """Put a rule around those that make links; links keep the address as written."""
    md.normalizeLink = lambda url: url  # type: ignore[method-assign]
    md.normalizeLinkText = lambda link: link  # type: ignore[method-assign]
    md.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005 (its name)
    md.inline.ruler.at("link", with_place(link, "link_open"))
    md.inline.ruler.at("autolink", _autolink)


def with_place(rule: InlineRule, kind: str) -> InlineRule:
    """Return a rule that notes the place on the token of a kind that it makes."""

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


def _autolink(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    """Take ``<scheme:...>`` for a link only where that may lead somewhere: ``<std::string>`` is text."""
    start = state.pos
    if not autolink(state, silent=True):
        return False
    after, state.pos = state.pos, start
    written = state.src[start + 1 : after - 1]
    if ":" not in written or is_allowed(written, context_of(state.env).schemes):
        if autolink(state, silent) and not silent:
            opening, words, _ = state.tokens[-3:]
            placed(opening).pos, placed(words).pos = start, start + len("<")
        return True
    if not silent:
        token = state.push("blocked_autolink", "", 0)
        token.content = f"<{written}>"
    state.pos = after
    return True


def leads_nowhere(target: str, subpath: str) -> bool:
    """Tell whether a link has no address, or a title and no address: ``[a]( "title")``."""
    return not subpath and (not target or (target[0] in "\"'" and target[-1] == target[0]))


def repeats_too_much(walk: InlineWalk, token: PlacedToken, address: str) -> bool:
    """Tell whether addresses and titles, which references repeat, are far longer than the note by now."""
    block = walk.block
    before = block.reference_chars
    block.reference_chars = now = before + len(address) + len(str(token.attrs.get("title", "")))
    if now <= MAX_REFERENCE_CHARS:
        return False
    limit = MAX_REFERENCE_CHARS + 10 * walk.context.body_chars
    if before <= limit < now:
        walk.fault(
            token,
            "KB152",
            "References repeat long addresses so often that this link and those below are words.",
            "Shorten the address or its title.",
        )
    return now > limit


def report_blocked(walk: InlineWalk, token: PlacedToken, address: str) -> None:
    """Say why an address is left out."""
    code, message, hint = blocked_address(address)
    walk.fault(token, code, message, hint)


def open_internal(walk: InlineWalk, index: int) -> Token:
    """Write the hole that begins an internal link, and return the one that ends it."""
    walk.text.open(index)
    walk.out.append(hole_token(f"a{index}"))
    return hole_token(f"z{index}")


def _open(walk: InlineWalk, token: PlacedToken) -> None:
    walk.open_link(token, _opened)


def _opened(walk: InlineWalk, token: PlacedToken) -> Token:
    """Write the beginning of a link and return its end."""
    address = str(token.attrs["href"])
    if repeats_too_much(walk, token, address):
        return NO_LINK
    if is_local(address):
        target, subpath = split_address(address)
        if leads_nowhere(target, subpath):
            return NO_LINK
        title = without_comments(str(token.attrs.get("title", "")))
        return open_internal(walk, walk.add_link(token, "markdown", target, subpath, title=title))
    if not is_allowed(address, walk.context.schemes):
        report_blocked(walk, token, address)
        walk.out.append(markup_token('<span class="unresolved">'))
        return markup_token("</span>")
    title = without_comments(str(token.attrs.get("title", "")))
    if "url_as_name" in token.meta:
        walk.fault(
            token, "KB133", f"To Obsidian {address} is the name of a note.", f"Write [words]({address})"
        )
    elif address.lower().startswith("obsidian:"):
        walk.fault(
            token,
            "KB119",
            f"{address} opens the app of whoever reads the site, if they have it.",
            "Link to the note itself.",
        )
    shown = f' title="{escapeHtml(title)}"' if title else ""
    href = escapeHtml(encoded(address))
    walk.out.append(markup_token(f'<a class="external" href="{href}" rel="noopener"{shown}>'))
    return markup_token("</a>")


def _close(walk: InlineWalk, _token: PlacedToken) -> None:
    walk.close_link()


def _keep_blocked(walk: InlineWalk, token: PlacedToken) -> None:
    address = token.content[1:-1]
    if "://" in address or scheme_of(address) in FORBIDDEN_SCHEMES:
        report_blocked(walk, token, address)
    walk.keep_as_text(token)


SYNTAX = Syntax(
    name="links",
    use=_use,
    inline_triggers={"link": "[", "autolink": "<"},
    text={"blocked_autolink": content_of},
    on_inline={"link_open": _open, "link_close": _close, "blocked_autolink": _keep_blocked},
)
