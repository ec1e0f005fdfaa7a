"""From the bytes of one note to a compiled note: pure, and the same for the same bytes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Sequence
from html import unescape

from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from kbgen.diagnostics import Fault
from kbgen.locales.locale import find_locale
from kbgen.notes.excalidraw import is_drawing, without_data
from kbgen.notes.holes import fill, hole, shield, take_markers
from kbgen.notes.html_map import advance, pack_spans
from kbgen.notes.lead import Lead
from kbgen.notes.markdown.addresses import (
    blocked_address,
    is_allowed,
    is_image_data,
    is_local,
    scheme_of,
    split_address,
)
from kbgen.notes.markdown.comment_text import cut_comments
from kbgen.notes.markdown.context import CompileContext, new_env
from kbgen.notes.markdown.frames import with_frames
from kbgen.notes.markdown.parser import MAX_NESTING, make_parser
from kbgen.notes.markdown.sanitiser import sanitise
from kbgen.notes.model import (
    Block,
    CompiledNote,
    CompileOptions,
    Content,
    Embed,
    Heading,
    Link,
    Outline,
    pack,
)
from kbgen.notes.properties import InterpretedProperties, interpret
from kbgen.notes.source import decode
from kbgen.vault.front_matter import read

MAX_NOTE_CHARS = 2_000_000
"""Characters of a note that are read as Markdown; more is shown as plain text."""

MAX_OPEN_TAGS = 2_000
"""Tags of HTML that a note may leave open; the time to sanitise them is quadratic."""

_ADDRESS = re.compile(
    r"""(?<![\w-])(?:data|href|src(?:set)?|poster|cite)\s*=\s*["']?\s*([^"'\s<>]+(?: [^"'<>=]*(?=["']))?)""",
    re.IGNORECASE,
)

_CANDIDATE = re.compile(r"([^\s,]\S*+)(?:(?<!,)([^,]*+))?+")
"""An address, and what stands behind it up to the comma."""

_DESCRIPTOR = re.compile(r"\d+(?:\.\d+)?[wx]|")

_ON_THE_PAGE = re.compile("\0([aepi])([0-9]+)\0")
"""The hole of a link whose words, or of an embed whose box, a reader sees."""

_QUERY = re.compile(r"^([^?#]*)\?[^#]*")
"""What stands behind a question mark in a local address; a file cannot be asked."""

Span = tuple[int, int]
"""Start and end in the HTML."""

_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Scripts that write no spaces: each character counts as half a word."""

_ASCII = bytes(range(128))


def compile_note(source: bytes, options: CompileOptions) -> CompiledNote:
    """Compile one note. Faults of the note are part of the result, never an exception.

    Parameters
    ----------
    source
        The bytes of the file.
    options
        Compile options.
    """
    text, faults = decode(source)
    front = read(text)
    interpreted = interpret(front, options.schemes)
    body = text[front.body_start :]
    if is_drawing(interpreted.properties):
        body = without_data(body)
    context = CompileContext(body.split("\n"), front.body_line)
    context.links.extend(interpreted.links)
    context.tags.extend(interpreted.tags)
    html, tokens = _render(body, context, options)
    return _assemble(html, tokens, context, interpreted, [*faults, *interpreted.faults])


def _render(body: str, context: CompileContext, options: CompileOptions) -> tuple[str, list[Token]]:
    if len(body) > MAX_NOTE_CHARS:
        return _as_text(body, context, f"The note has more than {MAX_NOTE_CHARS:,} characters.")
    context.filter_html = not options.unsafe_html
    context.hosts = frozenset(options.frames)
    context.schemes = frozenset(options.schemes)
    context.locale = find_locale(options.language)
    parser = make_parser(hard_breaks=options.hard_breaks)
    env = new_env(context)
    tokens = parser.parse(body, env)
    if max([token.level for token in tokens if token.nesting == 1], default=0) >= MAX_NESTING - 1:
        return _as_text(body, context, f"The note is nested more than {MAX_NESTING} levels deep.")
    html = parser.renderer.render(tokens, parser.options, env)
    if "html" in context.features and not options.unsafe_html:
        links, faults = len(context.links), len(context.faults)
        clean = None
        if context.open_tags <= MAX_OPEN_TAGS:
            clean = sanitise(html, _Addresses(context), context.schemes)
        if clean is None:
            del context.links[links:], context.faults[faults:]
            _show_html(tokens, context)
            return _with_players(parser.renderer.render(tokens, parser.options, env), context), tokens
        html = with_frames(clean, context) if context.frames else clean
    return _with_players(html, context), tokens


def _with_players(html: str, context: CompileContext) -> str:
    """Put the frames that are ours into their holes."""
    players = context.players
    if not players:
        return html
    return fill(html, lambda payload: players[int(payload[1:])] if payload[0] == "w" else hole(payload))


def _show_html(tokens: list[Token], context: CompileContext) -> None:
    """Let the author's HTML be seen as it is written, where it would swallow other parts of the note."""
    context.features.discard("html")
    context.ids.clear()
    context.faults[:] = [fault for fault in context.faults if fault.code != "KB170"]  # all of it is text
    first = None
    for token in tokens:
        for part in (token, *(token.children or ())):
            if "raw" in part.meta:
                if part.meta["raw"] and not part.content.startswith("&lt;"):
                    first = first or token
                text = escapeHtml(part.meta["raw"])
                part.content = text if part.type == "html_inline" else f"<pre>{text}</pre>\n"
    context.fault(
        "KB131",
        ((first and first.map) or [0])[0],
        1,
        "The HTML of this note leaves tags open that swallow what follows; it is shown as text.",
        "Close every tag and every quote, or put HTML that is meant to be read into `code`.",
    )


def _as_text(body: str, context: CompileContext, reason: str) -> tuple[str, list[Token]]:
    """Show a note as it was written: what cannot be parsed is still not lost."""
    context.fault("KB122", 0, 1, f"{reason} It is shown as plain text.", "Split it into several notes.")
    context.tags = [tag for tag in context.tags if tag.declared]
    context.links = [link for link in context.links if link.form == "property"]
    context.text, context.code, context.lead = [], [], Lead()
    context.ids.clear()
    context.statements, context.directives, context.bindings = [], [], []
    context.html_pieces = []
    return f'<pre class="kb-plain">{escapeHtml(cut_comments(body))}</pre>\n', []


class _Addresses:
    """Writes down the addresses of the author's HTML, with their places; drops what leads nowhere."""

    def __init__(self, context: CompileContext) -> None:
        self._context = context
        self._places: dict[str, deque[tuple[int, int]]] | None = None

    def __call__(self, tag: str, name: str, address: str) -> str | None:
        """Return the value of an attribute."""
        if name == "srcset":
            return self._candidates(address)
        if not is_local(address):
            if self._may_stand(tag, name, address):
                return address
            self._left_out(address)
            return None
        index = self._link(address, embed=tag != "a")
        return None if index is None else shield(hole(f"h{index}{name}"))

    def _may_stand(self, tag: str, name: str, address: str) -> bool:
        if name == "href":
            return is_allowed(address, self._context.schemes)
        picture = name == "poster" or tag in {"img", "source"}
        return scheme_of(address) in {"", "http", "https"} or (picture and is_image_data(address))

    def _left_out(self, address: str, place: tuple[int, int] | None = None) -> None:
        code, message, hint = blocked_address(address)
        self._context.faults.append(Fault(code, *(place or self._next_place(address)), message, hint))

    def _candidates(self, addresses: str) -> str | None:
        """Return the hole for several sizes of one picture."""
        out = []
        place = self._next_place(addresses)
        for found in _CANDIDATE.finditer(addresses):
            address, descriptor = found[1].rstrip(","), (found[2] or "").strip()
            if not _DESCRIPTOR.fullmatch(descriptor):
                continue
            size = f" {descriptor}" if descriptor else ""
            if is_local(address):
                index = self._link(address, embed=True, place=place)
                if index is not None:
                    out.append(f"@{index}{size}")
            elif self._may_stand("img", "src", address):
                out.append(address + size)
            else:
                self._left_out(address, place)
        return shield(hole("s" + ", ".join(out))) if out else None

    def _link(self, address: str, *, embed: bool, place: tuple[int, int] | None = None) -> int | None:
        target, subpath = split_address(_QUERY.sub(r"\1", address))
        if not target and not subpath:
            return None
        line, column = place or self._next_place(address)
        links = self._context.links
        links.append(Link("html", embed, target, subpath, "", line, column))
        return len(links) - 1

    def _next_place(self, address: str) -> tuple[int, int]:
        first_line = self._context.first_line + 1
        if self._places is None:
            self._places = {}
            for line, words in enumerate(self._context.lines, first_line):
                for found in _ADDRESS.finditer(words) if "=" in words else ():
                    place = (line, found.start(1) + 1)
                    self._places.setdefault(unescape(found[1]), deque()).append(place)
        places = self._places.get(address)
        if not places:
            return first_line, 1
        return places.popleft() if len(places) > 1 else places[0]


def _assemble(
    rendered: str,
    tokens: list[Token],
    context: CompileContext,
    interpreted: InterpretedProperties,
    faults: list[Fault],
) -> CompiledNote:
    html, places = take_markers(rendered)
    headings, sections = _headings(tokens, places, context.first_line, end=places.get("]body", len(html)))
    has_blocks = "\0[b" in rendered
    blocks, spans = _blocks(tokens, places, context.first_line) if has_blocks else ((), ())
    embeds, unseen = _shown(html, context.links, sections, spans)
    h1 = next((token.meta["heading"] for token in tokens if token.meta.get("h1")), None)
    text = "\n".join(context.text)
    outline = Outline(
        h1="" if h1 is None else headings[h1].text,
        h1_id="" if h1 is None else headings[h1].id,
        publishing=interpreted.publishing,
        properties=interpreted.properties,
        aliases=interpreted.aliases,
        tags=tuple(context.tags),
        headings=headings,
        blocks=blocks,
        links=tuple(context.links),
        words=len(text.split()) + _wide_letters(text) // 2,
        raw_html="html" in context.features,
        features=tuple(sorted(context.features - {"html"})),
        faults=tuple(sorted([*faults, *context.faults], key=lambda fault: (fault.line, fault.column))),
        directives=tuple(
            sorted(context.directives, key=lambda directive: (directive.line, directive.column))
        ),
        bindings=tuple(context.bindings),
        lead=context.lead.all(),
        ids=tuple(context.ids.items()),
        embeds=embeds,
        unseen=unseen,
    )
    content = Content(
        html=html,
        text=text,
        h1_start=0 if h1 is None else places[f"[s{h1}"],
        h1_end=0 if h1 is None else places[f"]s{h1}"],
        sections=sections,
        blocks=spans,
        packed=pack(context.statements),
        pieces=pack_spans(_pieces(html, places, context.html_pieces, whole="\0:" in rendered)),
        code="".join(context.code),
    )
    return CompiledNote(outline, content)


def _wide_letters(text: str) -> int:
    """Count the letters of scripts that write no spaces."""
    if text.isascii():
        return 0
    # Bytes of ASCII are quick to take out of UTF-8, and most texts are made of them.
    others = text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")
    return len(_WIDE.findall(others))


def _shown(
    html: str, links: Sequence[Link], sections: Sequence[Span], blocks: Sequence[Span]
) -> tuple[tuple[Embed, ...], tuple[int, ...]]:
    """Return the embeds that a page shows, and the links of which it shows nothing."""
    found = [(hole.start(), hole[1] != "a", int(hole[2])) for hole in _ON_THE_PAGE.finditer(html)]
    seen = {index for _, _, index in found}
    unseen = [index for index, link in enumerate(links) if index not in seen and link.form != "property"]
    embeds = [(place, index) for place, is_embed, index in found if is_embed]
    places = [place for place, _ in embeds]
    in_sections, in_blocks = _around(places, sections), _around(places, blocks)
    return tuple(
        Embed(index, tuple(around), tuple(inside))
        for (_, index), around, inside in zip(embeds, in_sections, in_blocks, strict=True)
    ), tuple(unseen)


def _around(places: Sequence[int], spans: Sequence[Span]) -> list[list[int]]:
    """Return for each place the numbers of the spans that it is in."""
    found: list[list[int]] = [[] for _ in places]
    if places:
        for number, (start, end) in enumerate(spans):
            for at in range(bisect_left(places, start), bisect_left(places, end)):
                found[at].append(number)
    return found


def _pieces(
    html: str, places: dict[str, int], numbered: Sequence[int], *, whole: bool
) -> Iterator[tuple[int, int, int, int, int]]:
    """Yield the pieces of words and where they stand, but for those that the sanitiser took away.

    ``whole`` where some of them can only be taken whole.
    """
    last, before = -1, 0
    place: int | None = None
    numbers = iter(numbered)
    for number, statement, start, length in zip(numbers, numbers, numbers, numbers, strict=True):
        if number != last:
            last, before = number, 0
            place = places.get(f".{number}")
        if place is None:
            continue
        if start < 0:  # a line of code
            place = advance(html, place, -start - before)
            before = -start
            start = 0  # noqa: PLW2901 (its words begin there)
        yield statement, start, length, place, places.get(f":{number}", place) - place if whole else 0


def _headings(
    tokens: list[Token], places: dict[str, int], first_line: int, *, end: int
) -> tuple[tuple[Heading, ...], tuple[Span, ...]]:
    openings = [token for token in tokens if token.type == "heading_open"]
    found: list[Heading] = []
    sections: list[Span] = []
    next_start: dict[int, int] = {}
    for token in reversed(openings):
        level = int(token.tag[1])
        number = token.meta["heading"]
        start = places.get(f"[s{number}", 0)
        nested = token.level > 0
        if nested:
            stop = places.get(f"]s{number}", start)
        else:
            stop = min((place for other, place in next_start.items() if other <= level), default=end)
            next_start[level] = start
        found.append(
            Heading(
                level=level,
                text=token.meta["text"],
                id=token.meta["id"],
                keys=token.meta["keys"],
                line=first_line + (token.map or [0])[0] + 1,
                nested=nested,
            )
        )
        sections.append((start, max(start, stop)))
    return tuple(reversed(found)), tuple(reversed(sections))


def _blocks(
    tokens: list[Token], places: dict[str, int], first_line: int
) -> tuple[tuple[Block, ...], tuple[Span, ...]]:
    found: list[Block] = []
    spans: list[Span] = []
    numbers: list[int | None] = []
    for token in tokens:
        if token.type == "ordered_list_open":
            numbers.append(int(token.attrs.get("start", 1)))
        elif token.type == "bullet_list_open":
            numbers.append(None)
        elif token.type in {"ordered_list_close", "bullet_list_close"}:
            numbers.pop()
        item = token.type == "list_item_open"
        number = numbers[-1] if item else None
        if number is not None:
            numbers[-1] = number + 1
        for name in token.meta.get("blocks", ()) if token.nesting >= 0 else ():
            start, end = places.get(f"[b{name}"), places.get(f"]b{name}")
            if start is not None and end is not None:
                line = first_line + (token.map or [0])[0] + 1
                found.append(Block(name, line, item, number))
                spans.append((start, max(start, end)))
    return tuple(found), tuple(spans)
