"""All statements, links, embeds and tags of a note in order, with their places and the sentence around them.

This runs after the words are parsed. It turns the tokens of links into holes and
writes down what the rest of kbgen needs to know of them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import partial
from typing import cast

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from msgspec.structs import replace

from kbgen.notes.anchors import AuthorIds
from kbgen.notes.holes import hole
from kbgen.notes.markdown.addresses import (
    NEVER,
    encoded,
    is_local,
    is_picture_data,
    may_lead,
    scheme_of,
    split_address,
    why_dead,
)
from kbgen.notes.markdown.bindings import bind_block, bind_value, fact_named
from kbgen.notes.markdown.context import CompileContext, context_of
from kbgen.notes.markdown.directives import MARK, directive_in, directives_in_html
from kbgen.notes.markdown.drawings import keep_drawing
from kbgen.notes.markdown.elements import UNWRITTEN, Elements, places_of_tags
from kbgen.notes.markdown.frames import holds_frames, renamed
from kbgen.notes.markdown.html import filtered, tags_left_open, without_comments
from kbgen.notes.markdown.inline_text import InlineText
from kbgen.notes.markdown.offsets import NO_SOURCE, offsets_of
from kbgen.notes.markdown.pictures import external_picture, is_post, player_of
from kbgen.notes.markdown.plain import is_break, placed_letters, plain_piece, plain_text
from kbgen.notes.markdown.positions import PlacedToken, placed
from kbgen.notes.markdown.wikilinks import shown_words, size_of
from kbgen.notes.media import MEDIA, extension_of_target
from kbgen.notes.model import Directive, Link, StatementKind, Tag
from kbgen.notes.tags import TAG, clean_tag

_HIDDEN_LINK = re.compile(r"(!?\[\[[^\[\]\n|]+)(?:\|[^\[\]\n]*)?\]\]")
_HIDDEN_TAG = re.compile(r"(?:(?<=\s)|^)#")
_SPAN = re.compile(r'<span class="[\w -]*">')
_ANCHOR = re.compile(r"</?a[\s/>]", re.IGNORECASE)
_SLASHES = re.compile("//+")
_MOST_ADDED = 100_000
"""Characters of addresses and titles that any note may have; a longer note ten times its own."""

_FIRST = (0, 1)
"""Stands in for the lines of words that have none."""
_NOTHING = Token("markup", "", 0)
"""Stands for the beginning and the end of a link that is none."""

_END = Token("footnotes_open", "", 0)
"""Below all of the text, as footnotes are."""


def links_plugin(md: MarkdownIt) -> None:
    """Register the walk, after everything else; links keep the address as written."""
    md.normalizeLink = lambda url: url  # type: ignore[method-assign]
    md.normalizeLinkText = lambda link: link  # type: ignore[method-assign]
    md.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005 (its name)
    md.core.ruler.push("links", _walk)


def _walk(state: StateCore) -> None:  # noqa: C901, PLR0912, PLR0915 (a branch for each kind of token)
    tokens = state.tokens
    walk = _Walk(context_of(state.env), tokens, breaks=bool(state.md.options["breaks"]))
    parts = walk.elements.scopes
    line_starts = walk.context.line_starts
    opened: list[Token] = []
    row: InlineText | None = None
    depth = 0
    words: StatementKind = "paragraph"
    for index, token in enumerate(tokens):
        walk.block = index
        if walk.comments:
            walk.comments_above(token)
        if token.nesting == 1:
            opened.append(token)
            if token.type == "tr_open":
                row = InlineText(NO_SOURCE)
            elif token.type == "list_item_open":
                depth += 1
            elif token.type == "footnotes_open":
                words = "footnote"
                walk.elements.leave(0)
        elif token.nesting == -1:
            if parts:
                walk.elements.leave(len(opened))
            opening = opened.pop()
            if "blocks" in opening.meta:
                token.meta = {**token.meta, "blocks": opening.meta["blocks"]}
            if token.type == "tr_close" and row is not None:
                walk.finish(row, _row_kind(opened), (opening.map or [0])[0], depth)
                row = None
            elif token.type == "list_item_close":
                depth -= 1
        elif token.type == "inline":
            offsets = walk.offsets = token.meta["offsets"]
            passage = row or InlineText(offsets)
            if row is not None:
                row.separate(offsets)
            children = token.children or ()
            if len(children) == 1 and children[0].type == "text":
                passage.add_text(placed(children[0]))
            else:
                part = len(opened) - 1 if opened[-1].type == "paragraph_open" else None
                token.children = walk.inline(token, passage, _flow(tokens, index, opened[-1]), part)
            if row is None:
                level = int(opened[-1].tag[1]) if opened[-1].type == "heading_open" else depth
                line = bisect_right(line_starts, offsets.shifts[0]) - 1
                walk.finish(passage, _kind(tokens, index, words), line, level)
        elif token.type == "fence":
            if not bind_block(token, walk.context):
                keep_drawing(token, walk.context, depth)
        elif token.type == "code_block":
            keep_drawing(token, walk.context, depth)
        elif token.type == "comment":
            walk.comment_block(token)
        elif token.type == "html_block":
            walk.html_block(token, len(opened))
    walk.elements.finish()
    walk.comments_above(_END)


def _flow(tokens: list[Token], index: int, place: Token) -> str:
    """Return the kind of hole that an embed among the words at hand leaves; ``place`` is what holds them."""
    if place.type in {"heading_open", "callout_title_open"}:
        return "i"
    alone = place.type == "paragraph_open" and _only_embeds(tokens[index])
    if alone and not place.hidden:
        place.meta = {**place.meta, "bare": True}
        tokens[index + 1].meta = {**tokens[index + 1].meta, "bare": True}
    return "e" if alone or place.hidden or place.type in {"td_open", "th_open"} else "p"


def _row_kind(opened: list[Token]) -> StatementKind:
    return "head" if opened[-1].type == "thead_open" else "row"


def _kind(tokens: list[Token], index: int, words: StatementKind) -> StatementKind:
    """Return what the words of a block are; ``words`` is what a paragraph is."""
    if tokens[index - 1].type != "paragraph_open":
        return "heading" if tokens[index - 1].type == "heading_open" else "title"
    before = tokens[index - 2]
    while before.type == "comment":
        index -= 1
        before = tokens[index - 2]
    return "item" if before.type == "list_item_open" else words


def _only_embeds(token: Token) -> bool:
    """Tell whether a paragraph holds embeds of notes and nothing else."""
    found = False
    for child in token.children or []:
        if _may_be_a_block(child):
            found = True
        elif child.type not in {"softbreak", "hardbreak", "comment", "text"} or plain_piece(child).strip():
            return False
    return found


def _may_be_a_block(token: Token) -> bool:
    if token.type == "embed":
        return extension_of_target(token.meta["target"]) not in MEDIA
    if token.type == "image":
        address = str(token.attrs["src"])
        return is_local(address) and extension_of_target(split_address(address)[0]) not in MEDIA
    return False


def _is_blank(tokens: list[Token]) -> bool:
    return all(token.type == "text" and not token.content.strip() for token in tokens)


def _bare_mark(reference: Token) -> Token:
    """Return the mark of a footnote where no link can stand; the way back still finds it."""
    number, use = reference.meta["number"], reference.meta["use"]
    return Token("markup", "", 0, content=f'<sup id="{hole("#")}fnref:{number}.{use}">{number}</sup>')


def _leads_nowhere(target: str, subpath: str) -> bool:
    """Tell whether a link has no address, or a title and no address: ``[a]( "title")``."""
    return not subpath and (not target or (target[0] in "\"'" and target[-1] == target[0]))


def _holds_links(token: Token) -> bool:
    """Tell whether what fills an embed may hold links: all but pictures, sound and film."""
    target = token.meta["target"] if token.type == "embed" else split_address(str(token.attrs["src"]))[0]
    return extension_of_target(target) not in MEDIA - {"pdf"}


class _Walk:
    """The state of one walk: where we are, and what was found."""

    def __init__(self, context: CompileContext, tokens: list[Token], *, breaks: bool) -> None:
        self.context = context
        self.breaks = breaks
        """The end of a line is one on the page too (IN-07)."""
        self.offsets = NO_SOURCE
        """Where the words at hand come from."""
        self.comments = context.comments[::-1]
        """On lines of their own, and not met yet."""
        self.block = 0
        """Number of the block at hand."""
        ids = AuthorIds(lambda: [token.meta["id"] for token in tokens if token.type == "heading_open"])
        context.ids = ids.given
        self.elements = Elements(context, ids)
        self.added = 0
        """Characters of addresses and titles so far."""
        self.most: int | None = None
        """Of these, where so many were met that it matters."""

    def finish(self, passage: InlineText, kind: StatementKind, line: int, level: int) -> None:
        """Write down a passage's words, and give its links their sentences; ``line`` is the body's."""
        context = self.context
        text = passage.text()
        if text and not text.isspace():
            _put_holes(passage, context)
            context.statements.append(passage.statement(kind, context.text_length, level, line, context))
            context.text.append(text)
            context.text_length += len(text) + 1
            if context.lead.wants(kind):
                context.lead.offer(kind, list(passage.lines()))
        elif kind in {"heading", "head"}:  # begins a section or a table, even without a word
            context.statements.append(
                passage.without_words(kind, context.text_length, level, self.line(line))
            )
        for index, before, after in passage.excerpts():
            link = context.links[index]
            words = passage.words(index) or link.text
            context.links[index] = replace(link, text=words, before=before, after=after)

    def inline(  # noqa: C901, PLR0912, PLR0915 (a branch for each kind of token)
        self, token: Token, passage: InlineText, flow: str, part: int | None
    ) -> list[Token]:
        """Return the children of an inline token with holes for links.

        Parameters
        ----------
        token
            The words of a block.
        passage
            Takes them.
        flow
            The kind of hole that an embed leaves.
        part
            The depth of the part of the note in which the words are a paragraph.
        """
        children = cast("list[PlacedToken]", token.children or [])
        out: list[Token] = []
        closers: list[Token] = []
        behind: list[Token] = []
        emphasis: list[int] = []
        nesting = begun = 0
        alone = -1  # where the words of a link begin that has none but where it leads
        in_html, tagged, tagged_link = bool(self.elements.scopes), False, False
        for child in children:
            kind = child.type
            if kind == "text":  # first, for it is nearly always this
                # A blank may stand where HTML lets no words be.
                passage.add_text(child, carried=not tagged or not child.content.isspace())
                out.append(child)
            elif kind == "link_open":
                # A link in another is words: only one can be followed.
                inner = bool(closers) or (in_html and not self.may_begin_link(out, child.info))
                closers.append(_NOTHING if inner else self.open_link(child, passage, out))
                if not inner:
                    begun = len(out)
                passage.link()
                if child.info == "auto" or "unnamed" in child.meta:
                    alone = passage.length()
                nesting += 1
            elif kind == "link_close":
                closing = closers.pop()
                passage.link()
                if alone >= 0:
                    passage.name_target(alone)
                    alone = -1
                if closing.type == "hole":
                    passage.close(int(closing.content.strip("\0z")))
                if tagged_link and not closers:
                    out.append(
                        Token("html_inline", "", 0, content=self.elements.leave_link(), meta=UNWRITTEN)
                    )
                    tagged_link = False
                external = closing.type == "markup" and closing is not _NOTHING
                if external and len(out) - begun <= 1 and _is_blank(out[begun:]):
                    del out[begun - 1]  # nobody could see it; clippers leave many of them
                else:
                    out.append(closing)
                nesting -= 1
                if behind and not closers:
                    out.extend(behind)
                    behind.clear()
            elif kind == "softbreak" or kind == "hardbreak":  # noqa: PLR1714 (quicker than a set)
                passage.break_line(child.pos, shown=self.breaks or kind == "hardbreak")
                out.append(child)
            elif kind == "html_inline":
                if is_break(child) and "\n" not in child.content:
                    passage.end_line()
                if child.content.startswith("<!--"):
                    self.html_comment(child)
                nesting += tags_left_open(child.content)  # a block cannot stand in the author's <span>
                if not tagged:
                    self.elements.enter_words(part)
                    in_html = tagged = True
                if closers and not tagged_link:
                    self.elements.enter_link()
                    tagged_link = True
                self.raw(child, in_link=bool(closers))
                out.append(child)
            elif kind == "embed":
                embed = self.embed(child, flow if not nesting else "i")
                if (closers or (in_html and self.elements.in_link)) and _holds_links(child):
                    # A link cannot hold what an embed brings along; its name stands for it.
                    words = child.meta["text"] or shown_words(child.meta["target"], child.meta["subpath"])
                    embed = Token("markup", "", 0, content=escapeHtml(words))
                passage.embed(len(self.context.links) - 1)
                out.append(embed)
            elif kind == "image":
                in_link = bool(closers) or (in_html and self.elements.in_link)
                out.append(self.image(child, flow if not nesting else "i", passage, in_link=in_link))
            elif kind == "code_inline":
                code = self.code(child)
                passage.carry(code)
                passage.add_verbatim(child)
                out.append(code)
            elif kind == "maths":
                passage.carry(child)
                passage.add_formula(child)
                out.append(child)
            elif kind == "tag":
                words = "#" + child.content
                line, column = self.place(child)
                in_link = bool(closers) or (in_html and self.elements.in_link)
                shown = (
                    Token("text", "", 0, content=words)
                    if in_link
                    else _hole(f"t{len(self.context.tags)}", words)
                )
                passage.carry(shown)
                passage.add_tag(words, child.pos)
                out.append(shown)
                self.context.tags.append(Tag(child.content, self.line(line), column))
                if "//" in child.content:
                    self.context.fault(
                        *("KB112", line, column, f"A level of the tag #{child.content} has no name."),
                        f"Write #{_SLASHES.sub('/', child.content)}",
                    )
            elif kind == "comment":
                self.comment(child)
            elif kind == "undefined_footnote":
                line, column = self.place(child)
                label = child.content[2:-1]
                self.context.fault(
                    *("KB116", line, column, f"The footnote [^{label}] is not written anywhere."),
                    f"Add a line that begins with [^{label}]:",
                )
                child.type = "text"
                passage.add_text(child)
                out.append(child)
            elif kind == "literal_comment":
                self.context.fault(
                    *("KB113", *self.place(child), "This %% begins a comment that never ends; it is shown."),
                    "Close it with %%, or put it into `code`.",
                )
                child.type = "text"
                passage.add_text(child)
                out.append(child)
            elif kind == "dead_address":
                address = child.content[1:-1]
                if "://" in address or scheme_of(address) in NEVER:
                    self.dead_address(child, address)
                child.type = "text"
                passage.add_text(child)
                out.append(child)
            else:
                nesting += child.nesting
                if child.nesting == 1:
                    emphasis.append(self.elements.open_words() if tagged else 0)
                elif child.nesting == -1:
                    before = emphasis.pop()
                    if tagged:
                        ends = self.elements.leave_emphasis(before)
                        out.append(Token("html_inline", "", 0, content=ends, meta=UNWRITTEN))
                if kind == "footnote_reference":
                    # Its mark is a link of its own, so it goes behind the one that it stands in.
                    if closers:
                        behind.append(child)
                        continue
                    if in_html and not self.may_begin_link(out):
                        out.append(_bare_mark(child))
                        continue
                out.append(child)
        if tagged and (last := self.elements.leave_words()) is not None:
            out.append(last)
        return out

    def may_begin_link(self, out: list[Token], info: str = "") -> bool:
        """End the author's own link, so that another may begin; False where that cannot be.

        An address alone is words in such a link.
        """
        if info == "auto" and self.elements.in_link:
            return False
        end = self.elements.end_link()
        if end:
            out.append(Token("html_inline", "", 0, content=end, meta=UNWRITTEN))
        return end is not None

    def adds_too_much(self, child: Token, address: str) -> bool:
        """Tell whether addresses and titles, which references repeat, are far longer than the note by now."""
        before = self.added
        self.added += len(address) + len(str(child.attrs.get("title", "")))
        if self.added <= _MOST_ADDED:
            return False
        most = _MOST_ADDED + 10 * sum(map(len, self.context.lines)) if self.most is None else self.most
        self.most = most
        if before <= most < self.added:
            self.context.fault(
                *("KB152", *self.place(child)),
                "References repeat long addresses so often that this link and those below are words.",
                "Shorten the address or its title.",
            )
        return self.added > most

    def dead_address(self, child: Token, address: str) -> None:
        """Say why an address is left out."""
        code, message, hint = why_dead(address)
        self.context.fault(code, *self.place(child), message, hint)

    def open_link(self, child: Token, passage: InlineText, out: list[Token]) -> Token:
        """Put the opening of a link into ``out`` and return its end."""
        meta = child.meta
        if "form" in meta:
            index = self.add(child, "wikilink", meta["target"], meta["subpath"])
            passage.open(index)
            out.append(_hole(f"a{index}"))
            return _hole(f"z{index}")
        address = str(child.attrs["href"])
        if self.adds_too_much(child, address):
            return _NOTHING
        if is_local(address):
            target, subpath = split_address(address)
            if _leads_nowhere(target, subpath):
                return _NOTHING
            title = without_comments(str(child.attrs.get("title", "")))
            index = self.add(child, "markdown", target, subpath, title=title)
            passage.open(index)
            out.append(_hole(f"a{index}"))
            return _hole(f"z{index}")
        if not may_lead(address, self.context.schemes):
            self.dead_address(child, address)
            out.append(Token("markup", "", 0, content='<span class="unresolved">'))
            return Token("markup", "", 0, content="</span>")
        title = without_comments(str(child.attrs.get("title", "")))
        if "url_as_name" in meta:
            self.context.fault(
                *("KB133", *self.place(child), f"To Obsidian {address} is the name of a note."),
                f"Write [words]({address})",
            )
        elif address.lower().startswith("obsidian:"):
            self.context.fault(
                *("KB119", *self.place(child)),
                f"{address} opens the app of whoever reads the site, if they have it.",
                "Link to the note itself.",
            )
        shown = f' title="{escapeHtml(title)}"' if title else ""
        out.append(
            Token(
                *("markup", "", 0),
                content=f'<a class="external" href="{escapeHtml(encoded(address))}" rel="noopener"{shown}>',
            )
        )
        return Token("markup", "", 0, content="</a>")

    def code(self, child: Token) -> Token:
        """Return code among words; a hole where it asks for a fact."""
        name = fact_named(child)
        if not name:
            return child
        line, column = self.place(child)
        return bind_value(child, name, self.context, self.line(line), column)

    def embed(self, child: Token, flow: str) -> Token:
        """Return the hole for ``![[...]]``."""
        meta = child.meta
        width, height = meta["size"]
        index = self.add(
            *(child, "wikilink", meta["target"], meta["subpath"]),
            text=meta["text"],
            size=(width, height),
            embed=True,
        )
        media = extension_of_target(meta["target"]) in MEDIA
        return _hole(f"{'i' if media else flow}{index}")

    def image(self, child: Token, flow: str, passage: InlineText, *, in_link: bool) -> Token:
        """Return ``![words](address)``: a hole, or a picture or player of another host."""
        address = str(child.attrs["src"])
        words = plain_text(child.children or [])
        segments = words.split("|")
        size = size_of(segments[-1])
        alt = "|".join(segments[:-1] if size else segments).strip()
        if self.adds_too_much(child, address):
            return _alt(passage, child, alt)
        title = without_comments(str(child.attrs.get("title", "")))
        target, subpath = split_address(address) if is_local(address) else ("", "")
        if not _leads_nowhere(target, subpath):
            index = self.add(
                *(child, "markdown", target, subpath), text=alt, title=title, size=size or (0, 0), embed=True
            )
            passage.embed(index)
            if in_link and _holds_links(child):
                return Token("text", "", 0, content=alt or shown_words(target, subpath))
            media = not target or extension_of_target(target) in MEDIA
            return _hole(f"{'i' if media else flow}{index}")
        if is_local(address) or not (is_picture_data(address) or scheme_of(address) in {"", "http", "https"}):
            if not is_local(address):
                self.dead_address(child, address)
            return _alt(passage, child, alt)
        player = player_of(address, alt, size, self.context.hosts)
        if in_link and (player or is_post(address)):
            return _alt(passage, child, alt or address)
        if player:
            self.context.players.append(player)
            return Token("markup", "", 0, content=hole(f"w{len(self.context.players) - 1}"))
        return Token("markup", "", 0, content=external_picture(address, alt, title, size))

    def raw(self, token: Token, *, in_link: bool = False) -> None:
        """Take comments out of a tag among words, and let it begin or end an element that stands alone."""
        content = without_comments(token.content)
        if not content.strip():
            token.content = ""
            return
        if in_link and _ANCHOR.match(content):
            token.content = self.elements.id_alone(content)
            if token.content:
                self.context.features.add("html")
            return
        if not self.context.filter_html:
            token.content = content
            self.context.features.add("html")
            return
        token.meta = {**token.meta, "raw": content}
        if holds_frames(content):
            content = without_comments(self.with_frames_renamed(token))
        written = self.elements.tag(filtered(content), partial(self.place, token))
        # The one kind is safe as it is, and far the most common; a sanitiser is not cheap.
        if written and written != "</span>" and not _SPAN.fullmatch(written):
            self.context.features.add("html")
        token.content = written

    def with_frames_renamed(self, token: Token) -> str:
        """Return the author's HTML with its frames under our name; write down where they stand."""
        begin = 0 if token.block else placed(token).pos
        if token.block:
            self.offsets = offsets_of(token)

        def number(offset: int) -> int:
            line, column = self.position(begin + offset)
            self.context.frames.append((line, column, self.block))
            return len(self.context.frames) - 1

        return renamed(token.content, self.block, number)

    def comment(self, child: Token) -> None:
        """Keep the links and tags of a comment among words, hidden."""
        inside = placed(child).pos + 2
        if MARK in child.content:
            self.directive(directive_in(child.content), lambda offset: self.position(inside + offset))
        for found, offset in _hidden_things(child.content):
            line, column = self.position(inside + offset)
            self.hidden(found, self.line(line), column)

    def comments_above(self, token: Token) -> None:
        """Keep what comments hold that have their lines for themselves, down to where a block begins."""
        while self.comments:
            comment = self.comments[-1]
            if token.type != _END.type and (token.map or _FIRST)[0] <= (comment.map or _FIRST)[0]:
                break
            self.comments.pop()
            if comment.type == "comment":
                self.comment_block(comment)
            elif MARK in comment.content:
                for found in directives_in_html(comment.content):
                    self.directive(found, partial(self.position_in, comment))

    def comment_block(self, token: Token) -> None:
        """Keep the links and tags of a comment that is a block, hidden."""
        line = (token.map or [0])[0]
        if MARK in token.content:
            self.directive(directive_in(token.content), partial(_place_in_block, token))
        if "[[" not in token.content and "#" not in token.content:
            return
        for index, words in enumerate(token.content.split("\n")):
            shift = token.meta["column"] + 2 if index == 0 else 1
            for found, offset in _hidden_things(words):
                self.hidden(found, self.line(line + index), offset + shift)

    def html_comment(self, child: Token) -> None:
        """Keep what a comment of HTML among words tells the verifier."""
        start = placed(child).pos
        for found in directives_in_html(child.content):
            self.directive(found, lambda offset: self.position(start + offset))

    def directives(self, token: Token) -> None:
        """Keep what the comments in a block of HTML tell the verifier."""
        if MARK in token.content:
            for found in directives_in_html(token.content):
                self.directive(found, partial(self.position_in, token))

    def html_block(self, token: Token, depth: int) -> None:
        """Take comments out of a block of the author's HTML, and keep what they tell the verifier."""
        written = token.content
        self.directives(token)
        content = without_comments(token.content)
        if not content.strip():
            token.content = ""
            return
        self.context.features.add("html")
        if not self.context.filter_html:
            token.content = content
            return
        token.meta = {**token.meta, "raw": content}

        if holds_frames(content):
            content = without_comments(self.with_frames_renamed(token))
        starts: dict[str, list[int]] = {}

        def place(tag: str, number: int) -> tuple[int, int]:
            if not starts:
                starts.update(places_of_tags(written))
            return self.position_in(
                token, starts[tag][number - 1] if number <= len(starts.get(tag, ())) else 0
            )

        self.elements.block(token, filtered(content), depth, place)

    def directive(self, found: tuple[int, str] | None, place: Callable[[int], tuple[int, int]]) -> None:
        """Write down a directive; ``place`` says where an offset of its comment stands."""
        if found is not None:
            line, column = place(found[0])
            self.context.directives.append(Directive(self.line(line), column, found[1]))

    def hidden(self, found: str, line: int, column: int) -> None:
        """Write down a link or tag of a comment."""
        if found.startswith("#"):
            self.context.tags.append(Tag(found[1:], line, column, hidden=True))
            return
        target, _, subpath = found.partition("[[")[2].partition("#")
        self.context.links.append(
            Link(
                "wikilink",
                found.startswith("!"),
                target.strip(),
                subpath.strip(),
                "",
                line,
                column,
                hidden=True,
            )
        )

    def add(
        self,
        child: Token,
        form: str,
        target: str,
        subpath: str,
        text: str = "",
        title: str = "",
        size: tuple[int, int] = (0, 0),
        *,
        embed: bool = False,
    ) -> int:
        """Write a link down and return its index."""
        line, column = self.place(child)
        self.context.links.append(
            Link(
                "wikilink" if form == "wikilink" else "markdown",
                *(embed, target, subpath, text, self.line(line), column),
                title=title,
                width=size[0],
                height=size[1],
            )
        )
        return len(self.context.links) - 1

    def line(self, line: int) -> int:
        """Return the line of the file for a line of the body."""
        return self.context.first_line + line + 1

    def position(self, position: int) -> tuple[int, int]:
        """Return the body's line, from 0, and the column, from 1, of a position in the words at hand."""
        return self.context.place(self.offsets.place(position))

    def position_in(self, block: Token, position: int) -> tuple[int, int]:
        """Return the same of a position in a block of HTML."""
        return self.context.place(offsets_of(block).place(position))

    def place(self, child: Token) -> tuple[int, int]:
        """Return the same of a child of the words at hand."""
        return self.position(placed(child).pos)


def _alt(passage: InlineText, image: Token, words: str) -> Token:
    """Add the words of a picture that is not shown, each where it stands, and return them."""
    shown = Token("text", "", 0, content=words)
    passage.carry(shown)
    letters = placed_letters(image)
    if "".join([letter for letter, _ in letters[: len(words)]]) != words:
        passage.add(words)  # its address
        return shown
    start = 0
    for end in range(1, len(words) + 1):
        begun, place = letters[start][1], letters[start][1] + end - start
        if end == len(words) or letters[end][1] != place:
            passage.add_at(words[start:end], begun)
            start = end
    return shown


def _put_holes(passage: InlineText, context: CompileContext) -> None:
    """Put holes before the words of a passage, or around them; only text can be taken in part."""
    statement = len(context.statements)
    number = context.holes
    for carrier, start in zip(passage.carriers, passage.carried, strict=True):
        words = carrier.content
        kind = carrier.type
        if kind == "text" or kind == "code_inline":  # noqa: PLR1714 (quicker than a set)
            carrier.content = f"\0.{number}\0{words}"
        elif kind == "hole":
            words = carrier.info
            carrier.content = f"\0.{number}\0{carrier.content}\0:{number}\0"
        else:
            carrier.meta["hole"] = number
        context.carried += (number, statement, start, len(words))
        number += 1
    context.holes = number


def _place_in_block(comment: Token, offset: int) -> tuple[int, int]:
    """Return the body's line, from 0, and the column, from 1, of an offset in a comment that is a block."""
    before = comment.content[:offset]
    lines = before.count("\n")
    shift = comment.meta["column"] + 2 if not lines else 1
    return (comment.map or [0])[0] + lines, offset - (before.rfind("\n") + 1) + shift


def _hidden_things(words: str) -> Iterator[tuple[str, int]]:
    """Yield the links, as ``[[Note#H`` or ``![[Note``, and the tags of a comment, with their offsets."""
    for found in _HIDDEN_LINK.finditer(words):
        yield found[1], found.start()
    for found in _HIDDEN_TAG.finditer(words):
        run = TAG.match(words, found.end())
        name = clean_tag(run[0]) if run else None
        if name:
            yield "#" + name, found.start()


def _hole(payload: str, words: str = "") -> Token:
    """Return a hole; ``words`` is what stands for it among the words."""
    return Token("hole", "", 0, content=hole(payload), info=words)
