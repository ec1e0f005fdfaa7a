"""``[[Note#Heading|words]]`` and ``![[Note]]``: the inline rule, WL-01 to WL-12 and EM-10."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from kbgen.notes.markdown.html import without_comments
from kbgen.notes.markdown.positions import NO_POSITION, placed

_SIZE = re.compile(r"(\d+)(?:x(\d+))?")

_CONTENT = re.compile(r"\[\[(?!\[|\s*\]\])((?:[^\[\]\n]|\](?!\])|\[\^[^\[\]\s]+\](?=\]\])|\[(?!\[))*)\]\]")
"""To the first ``]]`` that does not end a footnote, in one line, and with no ``[[`` in between (WL-03)."""

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://|(?:mailto|tel|sms|data|javascript|vbscript):", re.IGNORECASE)


def wikilinks_plugin(md: MarkdownIt) -> None:
    """Register the rule, before ``link`` so that ``[[`` is never two links."""
    md.inline.ruler.before("link", "wikilink", _wikilink)


def size_of(segment: str) -> tuple[int, int] | None:
    """Return width and height of ``100`` or ``100x145``; None for other words (EM-10).

    >>> size_of("100"), size_of("100x145"), size_of("100px"), size_of("x50")
    ((100, 0), (100, 145), None, None)
    """
    found = _SIZE.fullmatch(segment.strip())
    if found is None or len(segment) > 12:
        return None
    return int(found[1]), int(found[2] or 0)


def shown_words(target: str, subpath: str) -> str:
    """Return what a link without words of its own shows (WL-02).

    >>> shown_words("Note", "A#B"), shown_words("", "H"), shown_words("Note", "^id")
    ('Note > A > B', 'H', 'Note')
    """
    if subpath.startswith("^"):
        return target or subpath
    parts = [target, *subpath.split("#")]
    return " > ".join(part.strip() for part in parts if part.strip())


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
            _push_link(state, start, name, words, words_end=end)
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
        "form": "wikilink",
        "target": target,
        "subpath": subpath,
        "text": "|".join(segments),
        "size": size or (0, 0),
    }


def _push_link(state: StateInline, start: int, name: str, words: str, *, words_end: int) -> None:
    target, _, subpath = (part.strip() for part in name.partition("#"))
    external = _ADDRESS.match(target) is not None
    token = state.push("link_open", "a", 1)
    if external:
        token.attrs = {"href": target + ("#" + subpath if subpath else "")}
        token.meta = {"url_as_name": True}
    else:
        token.meta = {"form": "wikilink", "target": target, "subpath": subpath}
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
