"""A compiled note: everything that can be known from it alone, in frozen records.

Its *outline* is what others need to know of it: names, headings, links, tags. Its *content* is what its own
page is made of and its claims are read from: HTML, words, statements. A whole vault is linked by its
outlines; a content is loaded where it is needed.

The HTML of a compiled note has *holes*: a payload between two NUL characters, for
what only the whole vault can tell. Decoding turns every NUL of a source into
U+FFFD, so no author can forge one. :func:`kbgen.notes.holes.fill` puts something there.

Lines and columns count from 1, in characters, front matter included.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from kbgen.config import EmbedsConfig
from kbgen.diagnostics import Fault

LinkForm = Literal["wikilink", "markdown", "html", "property"]

StatementKind = Literal["heading", "paragraph", "item", "head", "row", "title", "footnote", "code"]
"""``item`` are the first words of a list item, ``head`` is a table's first row, ``title`` a callout's."""

PropertyKind = Literal["text", "list", "number", "checkbox", "date", "datetime", "tags", "aliases", "data"]


class CompileOptions(Struct, frozen=True):
    """What a compiled note depends on besides its bytes."""

    hard_breaks: bool = True
    unsafe_html: bool = False
    frames: tuple[str, ...] = EmbedsConfig().frames
    """Hosts whose frames may stand on a page."""
    schemes: tuple[str, ...] = ()
    """Schemes of links that the config allows, in order."""
    language: str = "en"
    """Of what is written beside the author's words, such as the title of a callout that has none."""


class Link(Struct, frozen=True, array_like=True, gc=False):
    """One internal link or embed, as its author wrote it; not yet resolved.

    ``target`` is the part before the first ``#``, trimmed and, for Markdown links,
    percent-decoded; ``""`` means this very note. ``subpath`` is what stands after
    that ``#``: ``Heading``, ``A#B`` or ``^block``.
    """

    form: LinkForm
    embed: bool
    target: str
    subpath: str
    text: str
    """The words shown, plain; ``""`` where the author wrote none."""
    line: int
    column: int
    hidden: bool = False
    """Written inside a comment: an edge for the author, nothing for the site."""
    key: str = ""
    """Name of the property that holds the link."""
    title: str = ""
    """The title of ``[text](target "title")``."""
    width: int = 0
    height: int = 0
    before: str = ""
    """Words of the same sentence before the link."""
    after: str = ""


class Arrow(Struct, frozen=True):
    """What a document draws between two of the documents that it links to."""

    source: int
    """Index into the links of the document; so is the next."""
    target: int
    line: int


class Heading(Struct, frozen=True, array_like=True):
    """A heading and its anchor; :attr:`Content.sections` has where the section is that it opens."""

    level: int
    text: str
    id: str
    keys: tuple[str, ...]
    """What ``#Heading`` is compared with; see :func:`kbgen.notes.anchors.heading_key`."""
    line: int
    nested: bool
    """Inside a quote, callout or list: reachable, but not in the table of contents."""


class Block(Struct, frozen=True, array_like=True, gc=False):
    """A block with an id (``^id``, lower case); :attr:`Content.blocks` has where it is."""

    id: str
    line: int
    list_item: bool
    """The slice is a bare ``<li>`` and needs a list around it."""
    number: int | None = None
    """Of an item, where its list counts."""


class Tag(Struct, frozen=True, array_like=True, gc=False):
    """A tag as written, without ``#``, NFC."""

    name: str
    line: int
    column: int
    hidden: bool = False
    """Inside a comment."""
    declared: bool = False
    """In the front matter."""


class Value(Struct, frozen=True, array_like=True, gc=False):
    """One scalar value of a property, as text.

    ``text`` is the source text of the scalar; for a link, the words to show.
    """

    text: str
    link: int = -1
    """Index into :attr:`Outline.links` where the value is a link."""
    url: str = ""
    """Where the value is an address on another host."""
    line: int = 0
    """On which the text begins, and the column; 0 where no source has it."""
    column: int = 0
    whole: bool = False
    """The text stands there just as it is."""


class Property(Struct, frozen=True, array_like=True):
    """A property of the front matter, in the author's order and spelling."""

    name: str
    kind: PropertyKind
    values: tuple[Value, ...]
    """One for a scalar, none for an empty property or nested data."""
    line: int
    column: int
    many: bool = False
    """Written as a list."""


class Publishing(Struct, frozen=True, array_like=True):
    """What the front matter says about the page rather than about its subject."""

    publish: bool | None = None
    """None where the note does not say."""
    draft: bool = False
    unlisted: bool = False
    """There is a page, links lead to it, and nothing else on the site names it."""
    permalink: str = ""
    """Without slashes at the ends; ``"/"`` for the home page."""
    title: str = ""
    description: str = ""
    image: str = ""
    """An address or a path from the vault's root."""
    image_link: int = -1
    """Index of a link, where the image is written as one."""
    created: str = ""
    """ISO date or date and time, as written; the same for the next two."""
    modified: str = ""
    published: str = ""
    css_classes: tuple[str, ...] = ()
    language: str = ""
    direction: str = ""
    contents: bool = True
    noindex: bool = False


class Statement(Struct, frozen=True, array_like=True, gc=False):
    """A passage that may state something; :mod:`kbgen.notes.statements` reads it.

    All offsets but the first two are relative to the words.
    """

    kind: StatementKind
    line: int
    """The first."""
    start: int
    end: int
    """``text[start:end]`` of the note are the words; for ``code`` it is ``code[start:end]``."""
    level: int = 0
    """Of a heading; else how many lists it stands in."""
    cells: tuple[int, ...] = ()
    """Where each cell of a row begins, one for each column of its table."""
    links: tuple[int, ...] = ()
    """For each link among the words: index into :attr:`Outline.links`, start, end."""
    breaks: tuple[int, ...] = ()
    """Where each further line of the source begins; twice the same where a line left no words."""
    verbatim: tuple[int, ...] = ()
    """Start and end of each piece of code and each formula."""
    formulas: tuple[int, ...] = ()
    """The same of formulas alone."""
    columns: tuple[int, ...] = ()
    """Where words stand in the file, as :mod:`kbgen.notes.source_map` reads it."""
    targets: tuple[int, ...] = ()
    """Start and end of words that are where a link leads, too: ``[[Note]]`` and addresses."""


class Directive(Struct, frozen=True, array_like=True, gc=False):
    """A comment that tells the verifier something: ``%% verify: ignore %%``."""

    line: int
    column: int
    """Of the word ``verify``."""
    words: str
    """What follows it, white space collapsed."""


class Binding(Struct, frozen=True, array_like=True, gc=False):
    """A place for a fact: inline code ``fact: a.b``, or a block of code in the language ``facts``."""

    kind: Literal["value", "block"]
    text: str
    """The name of the fact; what the block holds."""
    line: int
    column: int
    """Of the marks of code."""


class Mark(Struct, frozen=True, array_like=True, gc=False):
    """Words of a statement that the site shall set off: where they stand, and the number they go by."""

    statement: int
    """Index into :attr:`Content.statements`."""
    start: int
    end: int
    id: int


class Embed(Struct, frozen=True, array_like=True, gc=False):
    """An embed that the page shows, and the parts of the note that it stands in."""

    link: int
    """Index into :attr:`Outline.links`."""
    headings: tuple[int, ...] = ()
    """Indices of those in whose sections it stands; the same for the next."""
    blocks: tuple[int, ...] = ()


class Outline(Struct, frozen=True, array_like=True):
    """What a vault needs to know of a note to link it, to list it and to give it an address."""

    h1: str
    """Text of the H1 that the note begins with, but for comments and tags; ``""`` if it begins otherwise."""
    h1_id: str
    publishing: Publishing
    properties: tuple[Property, ...]
    aliases: tuple[str, ...]
    tags: tuple[Tag, ...]
    headings: tuple[Heading, ...]
    blocks: tuple[Block, ...]
    links: tuple[Link, ...]
    words: int
    raw_html: bool
    """Holds markup of the author, so that a slice of it must be balanced again."""
    features: tuple[str, ...]
    """What the page needs beyond plain HTML: ``math``, ``mermaid``, ``code``."""
    faults: tuple[Fault, ...]
    directives: tuple[Directive, ...] = ()
    bindings: tuple[Binding, ...] = ()
    lead: tuple[str, ...] = ()
    """What may describe the note, the best first, as :mod:`kbgen.notes.lead` finds it; lines are apart."""
    ids: tuple[tuple[str, str], ...] = ()
    """The ids that the author gave to elements of HTML, each with what it is called on the page."""
    embeds: tuple[Embed, ...] = ()
    """Those that the page shows, in their order."""
    unseen: tuple[int, ...] = ()
    """Indices of links in the text of which the page shows neither words nor a box."""

    @property
    def title(self) -> str:
        """What the note calls itself: its property, else the H1 it begins with (FM-35)."""
        return self.publishing.title or self.h1


class Content(Struct, frozen=True, array_like=True):
    """What the page of a note is made of, and its claims are read from."""

    html: str
    text: str
    """The rendered words, plain, without code."""
    h1_start: int = 0
    h1_end: int = 0
    """``html[h1_start:h1_end]`` is the H1 of the outline, which leaves the text where it is the title."""
    sections: tuple[tuple[int, int], ...] = ()
    """Of each heading of the outline where its section is in the HTML, with the heading itself and all
    below it; of a heading inside a quote or list the heading alone."""
    blocks: tuple[tuple[int, int], ...] = ()
    """Of each block of the outline where it is in the HTML."""
    packed: bytes = b""
    """The statements, as :func:`pack` writes them: most commands never look at them."""
    pieces: bytes = b""
    """Where their words stand in the HTML, as :mod:`kbgen.notes.html_map` writes it."""
    code: str = ""
    """What blocks of code hold that name no language."""

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements in the order of the page; footnotes come last."""
        return _unpacked(self.packed)


class CompiledNote(Struct, frozen=True, array_like=True):
    """One note, compiled."""

    outline: Outline
    content: Content


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(tuple[Statement, ...])


def pack(statements: Sequence[Statement]) -> bytes:
    """Return statements as a compiled note holds them."""
    return _ENCODER.encode(statements) if statements else b""


@functools.lru_cache(maxsize=16)
def _unpacked(packed: bytes) -> tuple[Statement, ...]:
    """Return the statements again; who reads a note asks for them more than once."""
    return _DECODER.decode(packed) if packed else ()
