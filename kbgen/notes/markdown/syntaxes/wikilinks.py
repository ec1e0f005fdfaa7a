"""``[[Note#Heading|words]]`` and ``![[Note]]``: the inline rule, WL-01 to WL-12 and EM-10."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from kbgen.notes.link_text import display_text, size_of
from kbgen.notes.markdown.comment_text import without_comments
from kbgen.notes.markdown.inline_walk import InlineWalk
from kbgen.notes.markdown.positions import placed
from kbgen.notes.markdown.syntax import Syntax
from kbgen.notes.markdown.syntaxes.links import open_internal
from kbgen.notes.markdown.tokens import NO_POSITION, PlacedToken, hole_token, markup_token
from kbgen.notes.media import MEDIA, extension_of_target, may_hold_links

_CONTENT = re.compile(r"\[\[(?!\[|\s*\]\])((?:[^\[\]\n]++|\](?!\])|\[\^[^\[\]\s]+\](?=\]\])|\[(?!\[))*)\]\]")
"""To the first ``]]`` that does not end a footnote, in one line, and with no ``[[`` in between (WL-03)."""

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://|(?:mailto|tel|sms|data|javascript|vbscript):", re.IGNORECASE)


def _use(md: MarkdownIt) -> None:
    """Register the rule, before ``link`` so that ``[[`` is never two links."""
    md.inline.ruler.before("link", "wikilink", _wikilink)


def _wikilink(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    start = state.pos
    source = state.src
    embed = source[start] == "!"
    opening = start + 1 if embed else start
    if not source.startswith("[[", opening) or (state.linkLevel > 0 and not embed):
        return False
    found = _CONTENT.match(source, opening, state.posMax)
    if found is None:
        return False
    content, end = found[1], found.end() - 2
    bar = content.find("|")
    name = content if bar < 0 else content[:bar].removesuffix("\\")
    target, _, subpath = name.partition("#")
    target, subpath = target.strip(), subpath.strip()
    if not target and not subpath:
        return False
    if not silent:
        words = "" if bar < 0 else content[bar + 1 :]
        if embed:
            _push_embed(state, target, subpath, without_comments(words))
        else:
            _push_link(state, start, name, (target, subpath), words, words_end=end)
    state.pos = end + 2
    return True


def _shown_pieces(name: str, begin: int) -> Iterator[tuple[str, int]]:
    """Yield the pieces of what a link without words of its own shows, each with where it stands.

    >>> list(_shown_pieces(" Note#A", 2)), list(_shown_pieces("Note#^id", 2))
    ([('Note', 3), (' > ', -1), ('A', 8)], [('Note', 2)])
    """
    target, _, subpath = name.partition("#")
    parts = name.split("#")
    if subpath.strip().startswith("^"):
        parts = [target] if target.strip() else ["", subpath]
    between = False
    for part in parts:
        words = part.strip()
        if words:
            if between:
                yield " > ", NO_POSITION
            yield words, begin + len(part) - len(part.lstrip())
            between = True
        begin += len(part) + 1


def _push_embed(state: StateInline, target: str, subpath: str, words: str) -> None:
    token = state.push("embed", "", 0)
    segments = [segment.strip().removesuffix("\\") for segment in words.split("|")] if words else []
    size = size_of(segments[-1]) if segments else None
    if size:
        segments.pop()
    token.meta = {
        "target": target,
        "subpath": subpath,
        "text": "|".join(segments),
        "size": size or (0, 0),
    }


def _push_link(
    state: StateInline, start: int, name: str, parts: tuple[str, str], words: str, *, words_end: int
) -> None:
    target, subpath = parts
    external = ":" in target and _ADDRESS.match(target) is not None
    token = state.push("link_open" if external else "wikilink_open", "a", 1)
    if external:
        token.attrs = {"href": target + ("#" + subpath if subpath else "")}
        token.meta = {"url_as_name": True}
    else:
        token.meta = {"target": target, "subpath": subpath}
    state.linkLevel += 1
    if words.strip():
        outer_end, state.posMax = state.posMax, words_end - (len(words) - len(words.rstrip()))
        state.pos = words_end - len(words.lstrip())
        state.md.inline.tokenize(state)
        state.posMax = outer_end
    else:
        token.meta["unnamed"] = True
        begin = start + len("[[")
        if external:
            pieces = [(str(token.attrs["href"]), begin + len(name) - len(name.lstrip()))]
        else:
            pieces = list(_shown_pieces(name, begin))
        for shown, position in pieces:
            text = placed(state.push("text", "", 0))
            text.content, text.pos = shown, position
    state.linkLevel -= 1
    state.push("link_close", "a", -1)


def _open(walk: InlineWalk, token: PlacedToken) -> None:
    walk.open_link(token, _opened)


def _opened(walk: InlineWalk, token: PlacedToken) -> Token:
    meta = token.meta
    return open_internal(walk, walk.add_link(token, "wikilink", meta["target"], meta["subpath"]))


def _embed(walk: InlineWalk, token: PlacedToken) -> None:
    meta = token.meta
    target, subpath, words = meta["target"], meta["subpath"], meta["text"]
    index = walk.add_link(token, "wikilink", target, subpath, text=words, size=meta["size"], embed=True)
    if walk.in_link and may_hold_links(target):
        # A link cannot hold what an embed brings along; its name stands for it.
        shown = markup_token(escapeHtml(words or display_text(target, subpath)))
    else:
        among_words = walk.nesting or extension_of_target(target) in MEDIA
        shown = hole_token(f"{'i' if among_words else walk.embed_hole}{index}")
    walk.text.embed(index)
    walk.out.append(shown)


def _may_be_block(token: Token) -> bool:
    return extension_of_target(token.meta["target"]) not in MEDIA


SYNTAX = Syntax(
    name="wikilinks",
    use=_use,
    after=("footnotes",),
    inline_triggers={"wikilink": "[!"},
    on_inline={"wikilink_open": _open, "embed": _embed},
    embeds={"embed": _may_be_block},
)
