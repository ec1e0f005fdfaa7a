"""Which tags of an author are HTML, and where each element ends (IN-10).

What comes out is well nested whatever was written. An element that is opened by a block of
HTML, or is itself a block, may go on over blocks of Markdown to its closing tag in the same
quote, item or callout; all others end with the words in which they begin.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from html import unescape

from markdown_it.token import Token

from kbgen.notes.anchors import AuthorIds
from kbgen.notes.holes import hole
from kbgen.notes.markdown.addresses import blocked_address, is_allowed, is_local, scheme_of, split_address
from kbgen.notes.markdown.comment_text import ANY_COMMENT
from kbgen.notes.markdown.context import CompileContext
from kbgen.notes.markdown.frames import FRAME
from kbgen.notes.markdown.tokens import implied_tags
from kbgen.notes.word_set import word_set

_VOID = word_set("""
    area base basefont bgsound br col embed frame hr image img input keygen link meta param source track wbr
""")

_TABLE_PARTS = frozenset({"caption", "col", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr"})

_PARENTS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(_TABLE_PARTS, frozenset({"table"})),
    "li": frozenset({"ul", "ol", "menu", "dir"}),
    "summary": frozenset({"details"}),
    "legend": frozenset({"fieldset"}),
    "figcaption": frozenset({"figure"}),
    "dt": frozenset({"dl"}),
    "dd": frozenset({"dl"}),
}
"""Elements that mean something in others alone; elsewhere they would cut up the blocks of the note."""

_IMPLIED_ENDS: Mapping[str, frozenset[str]] = {
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "td": frozenset({"td", "th"}),
    "th": frozenset({"td", "th"}),
    "tr": frozenset({"tr", "td", "th"}),
    **dict.fromkeys(
        ("thead", "tbody", "tfoot"),
        frozenset({"thead", "tbody", "tfoot", "tr", "td", "th", "caption", "colgroup"}),
    ),
    "rt": frozenset({"rt", "rp"}),
    "rp": frozenset({"rt", "rp"}),
    "option": frozenset({"option"}),
    "p": frozenset({"p"}),
}
"""Elements whose beginning ends others that are still open."""

_OPTIONAL_END = frozenset(_IMPLIED_ENDS) | {"caption", "colgroup"}
"""Elements whose closing tag HTML lets an author leave out."""

_BLOCKS = word_set("""
    address article aside blockquote center details dialog dir div dl fieldset figure footer form header
    hgroup main menu nav ol search section table ul
""")
"""Elements that hold blocks, and so may go on over blocks of Markdown."""

_ENDS_PARAGRAPH = _BLOCKS | {"h1", "h2", "h3", "h4", "h5", "h6", "hr", "p", "pre", "summary", "figcaption"}

_PHRASING = word_set("""
    a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark nobr q s samp small span strike
    strong sub sup time tt u var
""")

_ALLOWED = (
    _BLOCKS
    | _PHRASING
    | _TABLE_PARTS
    | word_set("""
    area audio br data dd dt figcaption h1 h2 h3 h4 h5 h6 hr iframe img input legend li map meter p picture
    pre progress rb rp rt rtc ruby source summary track video wbr
""")
)

_UNWRAPPED = word_set("""
    animate animatemotion animatetransform annotation applet blink button canvas clippath datalist defs
    ellipse foreignobject frame frameset g keygen label lineargradient maction marquee math menclose merror
    mfenced mfrac mi mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup
    msup mtable mtd mtext mtr munder munderover noembed noframes noscript optgroup plaintext polygon
    polyline radialgradient script select semantics slot style svg template textarea textpath title tspan
    xmp
""") | {FRAME}
"""Elements that a page of notes has no use for; what stands in them is shown."""

_ONLY_WITH_ATTRIBUTES = word_set("""
    area img input portal source track webview base basefont bgsound body circle desc embed filter head html
    image line link marker mask meta metadata fencedframe object option output param path pattern rect set
    stop switch symbol text use view
""")
"""Names that people put between angle brackets for other reasons: ``cd <path>``, ``cp <source>``."""

_AMBIGUOUS = _UNWRAPPED | word_set("""
    abbr acronym address article aside audio bdi bdo cite data dfn dialog dir fieldset figure footer form
    header hgroup iframe main map menu meter nav picture progress rb ruby samp search section table time var
    video
""")
"""Names that may be words as well, as in ``ls <dir>`` and ``at <time>``: without attributes they are
elements only in a note that closes one of that name."""

_LOADS = frozenset({"audio", "img", "source", "track", "video"})

_FOREIGN = frozenset({"math", "svg"})
"""Elements in which browsers read no HTML; they are left out with all that stands in them."""

_TAG = re.compile(r"<(/?)([a-z][^\s/<>]*)", re.IGNORECASE)
_REST = re.compile(r"(?:[^<>=]|=\s*+(?:\"[^\"]*\"|'[^']*'|(?![\"'])))*+(?=>)")
"""Up to the end of a tag: a ``>`` in quotes is none."""

_QUOTE = re.compile(r"=\s*[\"']")

_BARE = re.compile(r"\s*/?\s*(?:>|\Z)")
"""What follows the name in a tag without attributes."""

_CLOSING = re.compile(r"</([a-z][a-z0-9-]*)", re.IGNORECASE)

_ATTRIBUTE = re.compile(
    r"""(?<=[\s"'/])([^\s"'<>/=]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>][^\s<>]*))""", re.IGNORECASE
)

_LABEL = re.compile(r"""(?<=[\s"'/])aria-label\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+)""", re.IGNORECASE)

_ADDRESS_TO_THE_END = re.compile(r"href\s*=\s*[^\s\"']*/$", re.IGNORECASE)
"""Without quotes, a slash at the end of a tag belongs to the address."""

_NO_ELEMENT = re.compile(r"<(?=\?|!\[CDATA\[|/[^a-zA-Z])")

_OWN_ID = re.compile(rf'id="{hole("#")}[^"]*"')

_MAX_REOPENED = 4
"""Elements that are begun again where one around them ends first."""

Place = Callable[[], tuple[int, int]]
"""Returns the body's line, from 0, and the column, from 1, of a tag."""


def is_element(tag: str, context: CompileContext) -> bool:
    """Tell whether what stands between angle brackets is a tag of HTML.

    Parameters
    ----------
    tag
        As it is written, with the brackets; the closing one may be missing, and words may follow.
    context
        What is known of the note.

    Examples
    --------
    >>> note = CompileContext(["at <time>, <label>a</label>"], 0)
    >>> is_element("<B>", note), is_element("<String>", note), is_element("<your name here>", note)
    (True, False, False)
    >>> is_element("<path>", note), is_element('<path d="M0 0"/>', note), is_element("</path>", note)
    (False, True, True)
    >>> is_element("<time>", note), is_element('<time id="t">', note), is_element("<label>", note)
    (False, True, True)
    """
    found = _TAG.match(tag)
    if found is None:
        return False
    name = found[2].lower()
    if name in _ONLY_WITH_ATTRIBUTES:
        return bool(found[1]) or "=" in tag.partition(">")[0]
    if name in _AMBIGUOUS and not found[1] and _BARE.match(tag, found.end()):
        return name in context.closed_names
    return name in _ALLOWED or name in _UNWRAPPED


def begins_element(line: str, context: CompileContext) -> bool:
    """Tell whether a line that looks like the beginning of a block of HTML is one.

    >>> note = CompileContext([], 0)
    >>> begins_element("<section>", note), begins_element("<dir> is a folder", note)
    (True, False)
    """
    if is_element(line, context):
        return True
    found = _TAG.match(line)
    behind = line.partition(">")[2].strip()
    return found is not None and found[2].lower() in _BLOCKS and (not behind or behind.startswith("<"))


def is_element_among(words: str, start: int, after: int, context: CompileContext) -> bool:
    """Tell whether what stands between angle brackets among words is a tag of HTML.

    A capital letter right behind a name, which nothing closes, is the type of something.

    Parameters
    ----------
    words
        All words of the block.
    start, after
        The ends of the tag in them.
    context
        What is known of the note.

    Examples
    --------
    >>> note = CompileContext([], 0)
    >>> is_element_among("Option<A> x", 6, 9, note), is_element_among("a<B>x</B>", 1, 4, note)
    (False, True)
    """
    tag = words[start:after]
    if not is_element(tag, context):
        return False
    found = _TAG.match(tag)
    if found is None or found[1]:
        return True
    name = found[2]
    typed = name.isupper() and len(tag) == len("<A>") and words[start - 1 : start].isalnum()
    return not (typed or name.lower() in _FOREIGN) or _closes(words, name, after)


@functools.lru_cache(maxsize=8)
def _last_closing(words: str) -> dict[str, int]:
    return {found[1].lower(): found.start() for found in _CLOSING.finditer(words)}


def _closes(words: str, name: str, after: int) -> bool:
    """Tell whether an element of a name is closed behind a place among words."""
    return _last_closing(words).get(name.lower(), -1) >= after


def places_of_tags(markup: str) -> dict[str, list[int]]:
    """Return where the tags begin that are not in comments, by how they begin.

    >>> places_of_tags("<b><!-- <i --> <b> <i>")
    {'<b': [0, 15], '<i': [19]}
    """
    places: dict[str, list[int]] = {}
    for found in _TAG.finditer(ANY_COMMENT.sub(lambda comment: " " * len(comment[0]), markup)):
        places.setdefault(found[0], []).append(found.start())
    return places


def end_of_tag(words: str, start: int, after: int) -> int:
    """Return where a tag ends that begins and ends at two places; with it goes what is left out."""
    found = _TAG.match(words, start)
    if found is None or found[1] or found[2].lower() not in _FOREIGN or not _closes(words, found[2], after):
        return after
    end = re.compile(rf"</{found[2]}\b[^>]*>?", re.IGNORECASE).search(words, after)
    return after if end is None else end.end()


class _OpenElement:
    """An element that is open: where it began, and in which block."""

    __slots__ = ("block", "end", "name", "out", "place", "tag")

    def __init__(self, name: str, out: str, tag: str, place: Place, block: Token) -> None:
        self.name = name
        self.out = out
        """The name that is written."""
        self.tag = tag
        self.place = place
        self.block = self.end = block
        """What holds its opening tag; where it ends if nothing closes it."""


class _Scope:
    """What is open in one part of the note, outermost first."""

    def __init__(self) -> None:
        self.open: list[_OpenElement] = []
        self.names: Counter[str] = Counter()

    def push(self, element: _OpenElement) -> None:
        self.open.append(element)
        self.names[element.name] += 1

    def holds_link(self) -> bool:
        """Tell whether a link is open that leads somewhere."""
        return self.names["a"] > 0 and any(element.out == "a" for element in self.open)

    def pop(self) -> _OpenElement:
        element = self.open.pop()
        self.names[element.name] -= 1
        return element


class Elements:
    """The author's elements of one note, as a walk over its blocks meets their tags.

    Parameters
    ----------
    context
        What is known of the note.
    ids
        Gives the author's ids their names on the page.
    """

    def __init__(self, context: CompileContext, ids: AuthorIds) -> None:
        self._context = context
        self._ids = ids
        self._reported: set[str] = set()
        self._has_link = False
        self._words = _Scope()
        self.scopes: dict[int, _Scope] = {}
        """What blocks of HTML left open, by the depth of the part of the note in which they stand."""
        self._depth: int | None = None
        self._closing: dict[int, tuple[Token, list[str]]] = {}
        """What is still to be written behind a block."""
        self._around: tuple[_Scope, int | None] = (self._words, None)
        self._end: Token = implied_tags()

    def block(
        self, token: Token, markup: str, depth: int, place: Callable[[str, int], tuple[int, int]]
    ) -> None:
        """Give a block of HTML its content: well nested, with what is no tag as text.

        Parameters
        ----------
        token
            The block.
        markup
            What its author wrote.
        depth
            Of the part of the note in which it stands.
        place
            Says where the beginning of a tag stands, of all that begin so by its number.
        """
        scope = self.scopes.setdefault(depth, _Scope())
        context = self._context
        markup = _NO_ELEMENT.sub("&lt;", markup)
        out: list[str] = []
        done = 0
        last_quote: int | None = None
        seen: Counter[str] = Counter()
        self._end = token
        while (found := _TAG.search(markup, done)) is not None:
            out.append(markup[done : found.start()])
            done = found.end()
            seen[found[0]] += 1
            closing, name = found[1], found[2].lower()
            rest = _REST.match(markup, done)
            shown = "" if rest is None else rest[0]
            if rest is None and last_quote is None:
                last_quote = max((quote.start() for quote in _QUOTE.finditer(markup)), default=-1)
            cut_off = rest is None and (last_quote or 0) < done
            foreign = name in _FOREIGN and not closing
            swallows = foreign and not _closes(markup, name, done)
            begins = seen.total() == 1 and not markup[: found.start()].strip()
            known = ":" in name or begins or is_element(found[0] + shown, context)
            if cut_off or swallows or not known:
                out.append("&lt;" + found[0][1:])
            elif rest is None:
                out.append(found[0])  # a quote that does not end, and swallows what follows
            else:
                done = end_of_tag(markup, found.start(), rest.end() + 1)
                where = partial(place, found[0], seen[found[0]])
                out.append(self._tag(scope, closing, name, shown, where, token))
        out.append(markup[done:])
        token.content = "".join(out)
        if not scope.open:
            del self.scopes[depth]

    def enter_words(self, depth: int | None) -> None:
        """Go to the words of a block.

        Parameters
        ----------
        depth
            Of the part of the note in which they are a paragraph; None where they are a
            heading, a cell or a title, which end all that begins in them.
        """
        self._depth = depth
        self._end = implied_tags()

    def tag(self, markup: str, place: Place) -> str:
        """Return what to write for a tag among words."""
        found = _TAG.match(markup)
        if found is None:
            return markup
        rest = markup[found.end() : -1]
        return self._tag(self._words, found[1], found[2].lower(), rest, place, self._end)

    def id_alone(self, markup: str) -> str:
        """Return the id of a link of the author's that stands in another, where only that is of use."""
        found = _OWN_ID.search(self._with_ids("a", markup[2:].rstrip("/>")))
        return "" if found is None else f"<span {found[0]}></span>"

    def leave_words(self) -> Token | None:
        """Return what ends the elements among the words; None where all are closed."""
        scope, end = self._words, self._end
        go_on, closing = 0, []
        while self._depth is not None and go_on < len(scope.open) and scope.open[go_on].name in _BLOCKS:
            go_on += 1
        while len(scope.open) > go_on:
            element = scope.pop()
            self._left_open(element)
            if element.name != "p" or len(scope.open) > go_on:  # what follows ends the last
                closing.append(f"</{element.out}>")
        end.content = "".join(closing)
        if scope.open:
            outer = self.scopes.setdefault(self._depth or 0, _Scope())
            for element in scope.open:
                outer.push(element)
            self._words = _Scope()
        return end if end.content or self.scopes else None

    def open_words(self) -> int:
        """Return how many elements are open among the words."""
        return len(self._words.open)

    def leave_emphasis(self, before: int) -> str:
        """Return what ends the elements in emphasis that hold blocks; ``before`` were open outside of it."""
        inside = self._words.open[before:]
        first = next((index for index, each in enumerate(inside) if each.name not in _PHRASING), None)
        closing = []
        while first is not None and len(self._words.open) > before + first:
            element = self._words.pop()
            self._left_open(element)
            closing.append(f"</{element.out}>")
        return "".join(closing)

    def enter_link(self) -> None:
        """Go into a link of Markdown, over whose ends no element goes."""
        self._around = self._words, self._depth
        self._words, self._depth = _Scope(), None

    def leave_link(self) -> str:
        """Return what ends the elements in a link."""
        out = ""
        while self._words.open:
            element = self._words.pop()
            self._left_open(element)
            out += f"</{element.out}>"
        self._words, self._depth = self._around
        return out

    def leave(self, depth: int) -> None:
        """End what is open in a part of the note, each element with the block in which it began."""
        scope = self.scopes.pop(depth, None)
        while scope is not None and scope.open:
            self._close_in_its_block(scope)

    def finish(self) -> None:
        """End what is open at the end of the note, and write all that ends with its block."""
        self.leave(0)
        for block, closing in self._closing.values():
            block.content += "".join(closing)

    @property
    def in_link(self) -> bool:
        """Whether a link of the author's own HTML is open."""
        if not self._has_link:  # as in nearly all notes
            return False
        return self._words.holds_link() or any(scope.holds_link() for scope in self.scopes.values())

    def end_link(self) -> str | None:
        """Return what ends the author's own link among the words; None where it began before them."""
        return self._end_links(self._words, self._end)

    def _end_links(self, scope: _Scope, block: Token) -> str | None:
        """Return what ends the author's own links of one scope; None where one goes on around it."""
        if not self.in_link:
            return ""
        out = ""
        while scope.holds_link():
            out += self._close(scope, "a", block)
        return None if self.in_link else out

    def depth(self) -> int:
        """Return how many elements are open."""
        return len(self._words.open) + sum(len(scope.open) for scope in self.scopes.values())

    def _tag(self, scope: _Scope, closing: str, name: str, rest: str, place: Place, block: Token) -> str:
        outer = self.scopes.get(self._depth) if scope is self._words and self._depth is not None else None
        if closing:
            if scope.names[name]:
                return self._close(scope, name, block)
            if outer is not None and outer.names[name]:
                return self._close(outer, name, block)
            if name == "br":
                return "<br>"
            # It would end a block of the note's, or what it ends was none of HTML.
            return f"&lt;/{name}&gt;" if name in _ONLY_WITH_ATTRIBUTES else ""
        needed = _PARENTS.get(name)
        if needed and not any(scope.names[each] or (outer and outer.names[each]) for each in needed):
            word = _BARE.fullmatch(rest + ">") and name not in self._context.closed_names
            return f"&lt;{name}&gt;" if word else ""
        if name in _FOREIGN:
            if name not in self._reported:
                self._reported.add(name)
                self._fault(
                    place,
                    "KB161",
                    f"What stands in <{name}> is not shown.",
                    "Write it as a formula: $...$" if name == "math" else "Make a file of it and embed that.",
                )
            return ""
        before = ""
        ended = frozenset({"p"}) if name in _ENDS_PARAGRAPH else _IMPLIED_ENDS.get(name, frozenset())
        while scope.open and scope.open[-1].name in ended:
            before += f"</{scope.pop().out}>"
        return before + self._open(scope, name, rest, place, block)

    def _open(self, scope: _Scope, name: str, rest: str, place: Place, block: Token) -> str:
        out = "span" if name == "a" and not self._leads(rest, place) else name
        before = ""
        if out != name:  # a name would be that of the link
            rest = _LABEL.sub("", rest)
        if out == "a":
            ended = self._end_links(scope, block)
            out, before = ("span", "") if ended is None else ("a", ended)
            self._has_link = True
        alone = rest.endswith("/") and name not in _OPTIONAL_END and not _ADDRESS_TO_THE_END.search(rest)
        if alone:
            rest = rest[:-1]
        if "id" in rest.lower() or "name" in rest.lower():
            rest = self._with_ids(name, rest)
        tag = f"<{out}{rest}>"
        if name in _LOADS and ":" in rest:
            self._report_source(rest, place)
        if name in _VOID:
            return tag
        if alone:
            return f"{before}{tag}</{out}>"
        scope.push(_OpenElement(name, out, tag, place, block))
        self._context.open_tags = max(self._context.open_tags, self.depth())
        return before + tag

    def _close(self, scope: _Scope, name: str, block: Token) -> str:
        """Return what closes the innermost element of a name, and what is open in it."""
        out: list[str] = []
        again: list[_OpenElement] = []
        while True:
            top = scope.open[-1]
            if top.name == name:
                scope.pop()
                out.append(f"</{top.out}>")
                break
            if top.block is not block:
                self._close_in_its_block(scope)
                continue
            scope.pop()
            out.append(f"</{top.out}>")
            if name in _PHRASING and top.name in _PHRASING:
                again.append(top)
            else:
                self._left_open(top)
        if scope.open and scope.open[-1].block is top.block:
            scope.open[-1].end = block  # what was opened before it, in the same block, cannot end before it
        if len(again) > _MAX_REOPENED:
            for element in again:
                self._left_open(element)
            again = []
        for element in reversed(again):
            out.append(element.tag)
            scope.push(element)
        return "".join(out)

    def _close_in_its_block(self, scope: _Scope) -> None:
        element = scope.pop()
        self._left_open(element)
        if element.name != "p" or (scope.open and scope.open[-1].block is element.block):
            self._closing.setdefault(id(element.end), (element.end, []))[1].append(f"</{element.out}>")
        if scope.open and scope.open[-1].block is element.block:
            scope.open[-1].end = element.end

    def _left_open(self, element: _OpenElement) -> None:
        name = element.name
        if name in self._reported or name in _OPTIONAL_END or name == FRAME:
            return
        self._reported.add(name)
        self._fault(
            element.place,
            "KB170",
            f"The tag <{name}> is not closed; it ends with its block.",
            f"Close it with </{name}>, or put it into `code`.",
        )

    def _fault(self, place: Place, code: str, message: str, hint: str) -> None:
        line, column = place()
        self._context.fault(code, line, column, message, hint)

    def _leads(self, attributes: str, place: Place) -> bool:
        """Tell whether a link of the author's own leads somewhere, and say if it may not."""
        for found in _ATTRIBUTE.finditer(attributes):
            if found[1].lower() == "href":
                address = _value(found)
                if is_local(address):
                    return any(split_address(address.partition("?")[0]))
                if is_allowed(address, self._context.schemes):
                    return True
                self._fault(place, *blocked_address(address))
        return False

    def _report_source(self, attributes: str, place: Place) -> None:
        """Say of what a picture or a player would load that its scheme is unknown; the sanitiser drops it."""
        for found in _ATTRIBUTE.finditer(attributes):
            address = _value(found)
            known = is_local(address) or is_allowed(address, self._context.schemes)
            if found[1].lower() in {"src", "poster"} and not known and scheme_of(address) != "data":
                self._fault(place, *blocked_address(address))

    def _with_ids(self, name: str, rest: str) -> str:
        """Return the attributes of a tag with the author's id as it is on the page; a name is one of old."""
        own: str | None = None

        def written(found: re.Match[str]) -> str:
            nonlocal own
            key = found[1].lower()
            if key != "id" and (key != "name" or name != "a"):
                return found[0]
            if own is not None:
                self._ids.also(_value(found), own)
                return ""
            own = self._ids.give(_value(found))
            return "" if own is None else f'id="{hole("#")}{own.replace("&", "&amp;")}"'

        return _ATTRIBUTE.sub(written, rest)


def _value(attribute: re.Match[str]) -> str:
    return unescape(attribute[2] or attribute[3] or attribute[4] or "").strip()
