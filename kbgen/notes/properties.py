"""From front matter to typed properties, links, tags, aliases and facts about the page (FM-07 to FM-37)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from urllib.parse import unquote

from msgspec import Struct
from msgspec.structs import replace

from kbgen.diagnostics import Fault
from kbgen.notes.dates import NO_DAY, iso_date
from kbgen.notes.link_text import display_text
from kbgen.notes.markdown.addresses import blocked_address, is_allowed, scheme_of
from kbgen.notes.model import Link, Property, PropertyKind, Publishing, Tag, Value
from kbgen.notes.tags import clean_tag
from kbgen.notes.word_set import word_set
from kbgen.vault.front_matter import FrontMatter
from kbgen.vault.nodes import Entry, Mapping, Node, Scalar, Sequence, readable
from kbgen.vault.visibility import (
    concerns_lists,
    concerns_visibility,
    hides,
    hides_when_nested,
    hiding_lines,
    unlisting_lines,
    unlists,
    yields_to_publish,
)
from kbgen.vault.yaml_core_schema import ScalarKind, date_kind


class InterpretedProperties(Struct, frozen=True, array_like=True):
    """What the front matter of a note says."""

    properties: tuple[Property, ...] = ()
    aliases: tuple[str, ...] = ()
    tags: tuple[Tag, ...] = ()
    publishing: Publishing = Publishing()
    links: tuple[Link, ...] = ()
    faults: tuple[Fault, ...] = ()
    """Those of reading the front matter come first."""


_SINGULAR = {"tag": "tags", "alias": "aliases", "cssclass": "cssclasses"}
"""Names that Obsidian stopped to read in 1.9 (FM-23)."""

_SCALAR_KINDS: dict[ScalarKind, PropertyKind] = {
    "null": "text",
    "bool": "checkbox",
    "int": "number",
    "float": "number",
    "string": "text",
    "date": "date",
    "datetime": "datetime",
}

_CREATED = ("created", "date")
_MODIFIED = ("modified", "updated", "lastmod", "last-modified")
_PUBLISHED = ("published", "publishdate")

_WIKILINK = re.compile(r"(?P<embed>!?)\[\[(?!\[)(?P<content>(?:(?!\[\[|\]\])[^\n])+)\]\]")

_MARKDOWN_LINK = re.compile(
    r"!?\[(?P<text>(?:[^\[\]\\\n]|\\.)*)\]"
    r"\((?:<(?P<angled>[^<>\n]*)>|(?P<bare>[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*))"
    r"(?:[ \t]+\"(?P<title>[^\"\n]*)\")?[ \t]*\)"
)

_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")

_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*://|mailto:|tel:|sms:)\S+", re.IGNORECASE)

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:|//", re.IGNORECASE)

_TRUTH = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")

_DIRECTION = re.compile("ltr|rtl|auto")

_SAID_ELSEWHERE = word_set("""
    publish draft unlisted permalink noindex comments toc cssclass cssclasses lang dir title description
    image cover created date modified updated lastmod last-modified published publishdate
""")
"""Properties about the page itself: its head and header have them."""


def interpret(front: FrontMatter, schemes: Collection[str] = ()) -> InterpretedProperties:
    r"""Give the entries of a front matter their meaning.

    Parameters
    ----------
    front
        What :func:`kbgen.vault.front_matter.read` returned.
    schemes
        Of addresses of other programs that the config allows.

    Returns
    -------
    InterpretedProperties
        Front matter with a fault hides its note, or keeps it out of lists, as soon as it seems
        to ask for that.

    Examples
    --------
    >>> from kbgen.vault.front_matter import read
    >>> found = interpret(read("---\ntags: [a]\nup: '[[B|the B]]'\n---\n"))
    >>> [tag.name for tag in found.tags], found.links[0].target, found.properties[1].values[0].text
    (['a'], 'B', 'the B')
    """
    if not front.entries and not front.faults:
        return InterpretedProperties()
    reading = _Reading(schemes, front)
    properties = tuple([reading.property(entry) for entry in front.entries if entry.name.strip()])
    publishing = reading.publishing()
    if reading.hides(front, publishing):
        publishing = replace(publishing, publish=False)
    if not publishing.unlisted and reading.unlists(front):
        publishing = replace(publishing, unlisted=True)
    return InterpretedProperties(
        properties=properties,
        aliases=tuple(reading.aliases.values()),
        tags=tuple(reading.tags.values()),
        publishing=publishing,
        links=tuple(reading.links),
        faults=front.faults + tuple(reading.faults),
    )


def is_shown(item: Property) -> bool:
    """Tell whether a property stands in the panel of its page."""
    return item.kind != "data" and item.name.lower() not in _SAID_ELSEWHERE


class _Reading:
    """One front matter being interpreted: everything found so far."""

    def __init__(self, schemes: Collection[str], front: FrontMatter) -> None:
        self._schemes = schemes
        self._lines = front.raw.split("\n")
        self._first_line = front.raw_line
        self.links: list[Link] = []
        self.faults: list[Fault] = []
        self.tags: dict[str, Tag] = {}
        self.aliases: dict[str, str] = {}
        self.css_classes: dict[str, None] = {}
        self.named: dict[str, Property] = {}

    def fault(
        self, code: str, place: Scalar | Sequence | Mapping | Entry | Property, message: str, hint: str = ""
    ) -> None:
        self.faults.append(Fault(code, place.line, place.column, message, hint))

    # Properties

    def property(self, entry: Entry) -> Property:
        """Return the property of an entry; collect its links, tags, aliases and classes."""
        name = _in_words(entry.name.strip())
        key = name.casefold()
        plural = _SINGULAR.get(key)
        if plural:
            self.fault(
                "KB107", entry, f"Obsidian no longer reads `{name}`.", f"Write `{plural}`, with a list."
            )
        value = entry.value
        kind: PropertyKind
        match plural or key:
            case "tags":
                kind, values = "tags", tuple(self._tags(value))
            case "aliases":
                kind, values = "aliases", tuple(self._aliases(value))
            case _:
                kind, values = self._typed(value, name)
                if (plural or key) == "cssclasses":
                    classes = " ".join(item.text for item in values).replace(",", " ").split()
                    # Those of the theme are no names for a note: docs/contract.md.
                    own = (each for each in classes if not each.startswith("kb-"))
                    self.css_classes.update(dict.fromkeys(own))
        many = isinstance(value, Sequence) and kind in {"list", "tags", "aliases"}
        found = Property(name, kind, values, entry.line, entry.column, many)
        self.named[key] = found
        return found

    def _typed(self, node: Node, name: str) -> tuple[PropertyKind, tuple[Value, ...]]:
        if isinstance(node, Scalar):
            if node.kind == "null":
                return "text", ()
            value = self._value(node, name)
            kind = _SCALAR_KINDS[node.kind]
            if kind == "text":  # Obsidian sees no difference between a quoted date and a bare one
                kind = date_kind(node.text) or "text"
            return kind, (value,)
        if (content := _unquoted_link(node)) is not None:
            return "text", (self._unquoted(node, content, name),)
        if isinstance(node, Mapping) or any(_is_data(item) for item in node.items):
            self._links_in_data(node, name)
            return "data", ()
        values = []
        for item in node.items:
            if (content := _unquoted_link(item)) is not None:
                values.append(self._unquoted(item, content, name))
            elif isinstance(item, Scalar) and item.kind != "null":
                values.append(self._value(item, name))
        return "list", tuple(values)

    def _links_in_data(self, node: Node, name: str) -> None:
        """Collect the links of nested data, which are links although nobody shows them (FM-10, FM-13)."""
        if isinstance(node, Scalar):
            self._value(node, name)
        elif (content := _unquoted_link(node)) is not None:
            self._unquoted(node, content, name)
        elif isinstance(node, Sequence):
            for item in node.items:
                self._links_in_data(item, name)
        else:
            for _, item in node.items:
                self._links_in_data(item, name)

    # Links

    def _value(self, scalar: Scalar, name: str) -> Value:
        """Return a scalar as a value, with its place."""
        value = self._meant(scalar, name)
        return value if value.line else self._placed(value, scalar.line, scalar.column + (not scalar.plain))

    def _placed(self, value: Value, line: int, column: int) -> Value:
        """Return a value that begins at a place; escapes and further lines may make it another text."""
        index = line - self._first_line
        source = self._lines[index] if 0 <= index < len(self._lines) else ""
        return replace(value, line=line, column=column, whole=source.startswith(value.text, column - 1))

    def _meant(self, scalar: Scalar, name: str) -> Value:
        """Return a scalar as a value: a link or an address if it is nothing else (FM-09, FM-10)."""
        text = scalar.text
        words = text.strip()
        if scalar.kind != "string" or ("[" not in words and ":" not in words):
            return Value(text)
        if _ADDRESS.fullmatch(words):
            return Value(text, url=self._followed(words, scalar))
        column = scalar.column + (not scalar.plain) + len(text) - len(text.lstrip())
        if found := _WIKILINK.fullmatch(words):
            if found["embed"]:
                self.fault("KB107", scalar, "A property cannot embed.", f"Write `{words[1:]}`.")
            place = scalar.line, column, column + found.start("content")
            return self._wikilink(found["content"], name, *place) or Value(text)
        if found := _MARKDOWN_LINK.fullmatch(words):
            return self._markdown_link(found, name, scalar.line, column) or Value(text)
        return Value(_in_words(text))

    def _unquoted(self, node: Node, content: str, name: str) -> Value:
        self.fault(
            "KB107",
            node,
            f"Without quotes, `[[{content}]]` is a list in a list, not a link.",
            f'Quote it: "[[{content}]]"',
        )
        place = node.line, node.column, node.column + len("[[")
        return self._wikilink(content, name, *place) or self._placed(Value(content), node.line, place[2])

    def _wikilink(self, content: str, name: str, line: int, column: int, inside: int) -> Value | None:
        """Return the value of a link; ``inside`` is the column of its content."""
        path, bar, text = content.partition("|")
        shown = inside + (len(path) + 1 + _blanks(text) if text.strip() else _blanks(path))
        target, _, subpath = (path.removesuffix("\\") if bar else path).partition("#")
        target, subpath, text = target.strip(), subpath.strip(), text.strip()
        if not target and not subpath:
            return None
        if _ADDRESS.fullmatch(target):
            address = f"{target}#{subpath}" if subpath else target
            value = Value(text or address, url=self._followed(address, (line, column)))
            return self._placed(value, line, shown)
        link = Link("property", False, target, subpath, text, line, column, key=name)
        return self._placed(self._linked(link, text or display_text(target, subpath)), line, shown)

    def _followed(self, address: str, place: Scalar | tuple[int, int]) -> str:
        """Return an address if the site follows it; else say so and return none."""
        if is_allowed(address, self._schemes):
            return address
        line, column = place if isinstance(place, tuple) else (place.line, place.column)
        code, message, hint = blocked_address(address)
        self.faults.append(Fault(code, line, column, message, hint))
        return ""

    def _markdown_link(self, found: re.Match[str], name: str, line: int, column: int) -> Value | None:
        text = _ESCAPE.sub(r"\1", found["text"]).strip()
        href = _ESCAPE.sub(r"\1", found["angled"] or found["bare"] or "").strip()
        if href.startswith("//"):
            return None
        shown = column + found.start("text") + _blanks(found["text"])
        if scheme_of(href):
            value = Value(text or href, url=self._followed(href, (line, column)))
            return self._placed(value, line, shown)
        path, _, fragment = href.partition("#")
        target, subpath = (readable(unquote(part)).strip() for part in (path, fragment))
        if not target and not subpath:
            return None
        title = found["title"] or ""
        link = Link("property", False, target, subpath, text, line, column, key=name, title=title)
        return self._placed(self._linked(link, text), line, shown)

    def _linked(self, link: Link, words: str) -> Value:
        self.links.append(link)
        return Value(words, link=len(self.links) - 1)

    # Tags and aliases

    def _tags(self, node: Node) -> Iterator[Value]:
        """Yield the tags of an entry as values without ``#`` (FM-20 to FM-22)."""
        for scalar in self._tag_items(node):
            name = self._tag(scalar)
            if name is not None:
                tag = Tag(name, scalar.line, scalar.column, declared=True)
                self.tags.setdefault(name.casefold(), tag)
                yield Value(name)

    def _tag_items(self, node: Node) -> Iterator[Scalar]:
        if not isinstance(node, Scalar):
            yield from _scalars(node)
            return
        parts = list(re.finditer(r"[^\s,]+", node.text))
        if len(parts) < 2 and "," not in node.text:
            yield node
            return
        names = ", ".join(part[0].removeprefix("#") for part in parts)
        self.fault(
            "KB107", node, "Obsidian no longer splits a text into several tags.", f"Write a list: [{names}]"
        )
        for part in parts:
            column = node.column + part.start() + (not node.plain)
            yield Scalar(part[0], node.kind, node.plain, node.line, column)

    def _tag(self, scalar: Scalar) -> str | None:
        text = scalar.text.strip()
        if scalar.kind == "null" or not text:
            return None
        name = None if scalar.kind in {"int", "float", "bool"} else clean_tag(text.removeprefix("#"))
        if name is None:
            self.fault("KB112", scalar, f"`{text}` is no tag.", _why_no_tag(scalar))
        elif "//" in name:
            self.fault("KB112", scalar, f"The tag `{name}` has a level without a name.", "Write one `/`.")
        return name

    def _aliases(self, node: Node) -> Iterator[Value]:
        """Yield the aliases of an entry, each as its author typed it (FM-24, FM-25)."""
        for scalar in _scalars(node):
            text = scalar.text.strip()
            if scalar.kind != "null" and text:
                column = scalar.column + (not scalar.plain) + _blanks(scalar.text)
                text = _in_words(text)
                self.aliases.setdefault(unicodedata.normalize("NFC", text).casefold(), text)
                yield self._placed(Value(text), scalar.line, column)

    # What is said about the page

    def hides(self, front: FrontMatter, publishing: Publishing) -> bool:
        """Tell whether anything hides the note but ``publish: false`` and ``draft: true``, and say so."""
        if publishing.publish is False or publishing.draft:
            return False
        signs = list(self._doubtful(front))
        signs = signs or list(_signs_unread(front, hiding_lines))
        if publishing.publish:  # and no more than a word of the work is against it
            signs = [sign for sign in signs if not yields_to_publish(sign[2])]
        for line, column, name in signs[:1]:
            message = f"What `{name}` says here may mean that this is private, so the note is hidden."
            hint = f"Write `publish: false` if it is meant so, else delete `{name}`."
            if yields_to_publish(name):
                hint = "Write `publish: false` if it is meant so, else `publish: true`."
            self.faults.append(Fault("KB176", line, column, message, hint))
        return bool(signs)

    def unlists(self, front: FrontMatter) -> bool:
        """Tell whether anything keeps the note out of lists but ``unlisted: true``, and say so."""
        signs = [
            (line, column, name)
            for line, column, name, value in _named(front.entries)
            if concerns_lists(name)
            and unlists(name, ["data"] if isinstance(value, Mapping) else _words(value))
        ]
        signs = signs or list(_signs_unread(front, unlisting_lines))
        for line, column, name in signs[:1]:
            message = f"What `{name}` says here may mean that this is in no list, so the note is unlisted."
            hint = f"Write `unlisted: true` if it is meant so, else delete `{name}`."
            self.faults.append(Fault("KB176", line, column, message, hint))
        return bool(signs)

    def _doubtful(self, front: FrontMatter) -> Iterator[tuple[int, int, str]]:
        """Yield the properties that seem to hide the note."""
        for entry in front.entries:
            name = entry.name.strip()
            if concerns_visibility(name):
                words = ["data"] if isinstance(entry.value, Mapping) else _words(entry.value)
                if hides(name, words):
                    yield entry.line, entry.column, name
            elif not isinstance(entry.value, Scalar):
                yield from _doubtful_inside(entry.value, name)

    def publishing(self) -> Publishing:
        """Return what the properties say about the page (FM-26, FM-30 to FM-37)."""
        named = self.named
        if named.keys().isdisjoint(_PAGE_NAMES):
            return Publishing(css_classes=tuple(self.css_classes)) if self.css_classes else Publishing()
        image = next((value for key in ("image", "cover") for value in self._values(key)), Value(""))
        created = self._date(_CREATED)
        modified = self._date(_MODIFIED)
        published = self._date(_PUBLISHED)
        if created and modified and _before(modified[1], created[1]):
            self.fault(
                "KB120", modified[0], f"`{modified[0].name}` is before `{created[0].name}`.", "Both are kept."
            )
        return Publishing(
            publish=self._publish(),
            draft=self._draft(),
            unlisted=self._unlisted(),
            permalink=self._permalink(),
            title=self._words("title"),
            description=self._words("description"),
            image=(image.url if scheme_of(image.url) in {"http", "https"} else "")
            or ("" if image.link >= 0 else image.text.strip()),
            image_link=image.link,
            created=created[1] if created else "",
            modified=modified[1] if modified else "",
            published=published[1] if published else "",
            css_classes=tuple(self.css_classes),
            language=self._one_of("lang", _LANGUAGE, "en"),
            direction=self._one_of("dir", _DIRECTION, "rtl"),
            contents=self._switch("toc") is not False,
            noindex=self._switch("noindex") is True,
        )

    def _values(self, key: str) -> tuple[Value, ...]:
        found = self.named.get(key)
        return found.values if found else ()

    def _words(self, key: str) -> str:
        """Return a property that is one text, on one line."""
        found = self.named.get(key)
        if found is None or found.many or not found.values:
            return ""
        return " ".join(found.values[0].text.split())

    def _switch(self, key: str) -> bool | None:
        """Return a property that is true or false; None where it is neither, or not there."""
        words = [value.text.strip().lower() for value in self._values(key)]
        if not words:
            return None
        truths = {_TRUTH.get(word) for word in words}
        if not all(word in {"true", "false"} for word in words):
            self.fault(
                "KB101",
                self.named[key],
                f"`{key}` is neither true nor false.",
                "Write true or false.",
            )
        return truths.pop() if len(truths) == 1 else None

    def _unlisted(self) -> bool:
        """Return ``unlisted``: in no list at anything but ``false``, where there is a word (FM-31)."""
        listed = self._switch("unlisted") is False
        return not listed and any(value.text.strip() for value in self._values("unlisted"))

    def _publish(self) -> bool | None:
        """Return ``publish``: hidden at any sign of it, public at nothing less than ``true`` (FM-30)."""
        words = [value.text.strip().lower() for value in self._values("publish")]
        if found := hides("publish", words):
            return False if found == "explicit" else None
        if unlists("publish", words):
            return None
        return True if self._switch("publish") and set(words) == {"true"} else None

    def _draft(self) -> bool:
        found = hides("draft", [value.text for value in self._values("draft")])
        if not found:
            self._switch("draft")  # a word for no is understood, and told of
        return found == "explicit"

    def _permalink(self) -> str:
        """Return the permalink without outer slashes; ``/`` is the home page (FM-32)."""
        text = self._words("permalink")
        if not text or hides("permalink", [text]):
            return ""
        segments = unquote(text).replace("\\", "/").split("/")
        if ".." in [segment.strip() for segment in segments] or _SCHEME.match(text):
            self.fault(
                "KB121",
                self.named["permalink"],
                f"The permalink `{text}` leaves the site.",
                "Write a path such as `a/b`.",
            )
            return ""
        return "/".join(part for part in text.split("/") if part.strip() not in {"", "."}) or "/"

    def _one_of(self, key: str, form: re.Pattern[str], example: str) -> str:
        text = self._words(key).replace("_", "-")
        if not text or form.fullmatch(text):
            return text
        self.fault(
            "KB101", self.named[key], f"`{key}` cannot be `{text}`.", f"Write a value such as `{example}`."
        )
        return ""

    def _date(self, names: Iterable[str]) -> tuple[Property, str] | None:
        """Return the first of some properties that holds a date, and the date in ISO form (FM-36)."""
        for name in names:
            for value in self._values(name)[:1]:
                text = value.text.strip()
                date = iso_date(text) or (iso_date(self.links[value.link].target) if value.link >= 0 else "")
                if date:
                    return self.named[name], date
                # A year or a month is a date, of a book say, but none that a page can be sorted by; and
                # `published: true` says what is so without it.
                known = NO_DAY.fullmatch(text) or text.lower() == "true" or hides(name, [text])
                if text and not known and not unlists(name, [text]):
                    found = self.named[name]
                    message = f"`{found.name}` holds no date that can be read: `{text}`."
                    self.fault("KB120", found, message, "Write it as 2026-11-23 or 2026-11-23T09:30.")
        return None


_PAGE_NAMES = frozenset(
    {"publish", "draft", "unlisted", "permalink", "title", "description", "image", "cover"}
    | {"lang", "dir", "toc", "noindex"}
    | {*_CREATED, *_MODIFIED, *_PUBLISHED}
)


def _signs_unread(
    front: FrontMatter, lines_of: Callable[[str], Iterator[tuple[int, str]]]
) -> Iterator[tuple[int, int, str]]:
    """Yield the lines with some property, where not all of the front matter could be read."""
    if not front.faults or (front.entries and all(fault.code != "KB101" for fault in front.faults)):
        return
    told = _lines_of_texts(front)
    for line, name in lines_of(front.raw):
        if front.raw_line + line not in told:
            yield front.raw_line + line, 1, name


def _lines_of_texts(front: FrontMatter) -> set[int]:
    """Return the lines that were read as further lines of a text, whatever they look like."""
    lines = front.raw.split("\n")
    ends = [*(entry.line for entry in front.entries[1:]), front.raw_line + len(lines)]
    return {
        number
        for entry, end in zip(front.entries, ends, strict=False)
        if isinstance(entry.value, Scalar)
        for number in range(entry.line + 1, end)
        if (words := lines[number - front.raw_line].strip()) and words in entry.value.text
    }


def _doubtful_inside(node: Mapping | Sequence, above: str) -> Iterator[tuple[int, int, str]]:
    """Yield what seems to hide the note from within other data; even ``publish: false`` is doubtful there."""
    if isinstance(node, Sequence):
        for item in node.items:
            if not isinstance(item, Scalar):
                yield from _doubtful_inside(item, above)
        return
    for name, value in node.items:
        if not isinstance(value, Scalar):
            yield from _doubtful_inside(value, name)
            continue
        for known in (name, f"{above} {name}"):
            if hides_when_nested(known) and value.kind != "null" and hides(known, [value.text]):
                yield value.line, value.column, name


def _named(entries: Iterable[Entry]) -> Iterator[tuple[int, int, str, Node]]:
    """Yield every name and its value, with the place, those inside of other data too."""
    for entry in entries:
        yield entry.line, entry.column, entry.name.strip(), entry.value
        yield from _named_inside(entry.value)


def _named_inside(node: Node) -> Iterator[tuple[int, int, str, Node]]:
    if isinstance(node, Mapping):
        for name, value in node.items:
            yield value.line, value.column, name, value
            yield from _named_inside(value)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _named_inside(item)


def _in_words(text: str) -> str:
    """Return a text as a reader sees it, with the words of its links in place of where they lead.

    Among other words a link is none in a property (FM-09), and what stands behind its words would
    be told all the same.

    >>> _in_words("see [[Note#Part|this]], [that](Note.md), [[Note]] and [the web](https://example.org)")
    'see this, that, [[Note]] and [the web](https://example.org)'
    """
    if "[" not in text:
        return text
    text = _WIKILINK.sub(lambda found: found["content"].partition("|")[2].strip() or found[0], text)
    return _MARKDOWN_LINK.sub(_local_words, text)


def _local_words(found: re.Match[str]) -> str:
    address = (found["angled"] or found["bare"] or "").strip()
    return found[0] if scheme_of(address) or address.startswith(("//", "#")) else found["text"]


def _blanks(text: str) -> int:
    return len(text) - len(text.lstrip())


def _scalars(node: Node) -> Iterator[Scalar]:
    """Yield the scalars of a value, those of lists in lists too; nested data has none."""
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _scalars(item)


def _words(node: Node) -> list[str]:
    return [scalar.text for scalar in _scalars(node) if scalar.kind != "null"]


def _why_no_tag(scalar: Scalar) -> str:
    if scalar.kind in {"int", "float", "bool"}:
        return "A tag is a text and needs a character that is no digit."
    if re.search(r"\s", scalar.text.strip()):
        return "A tag holds no white space."
    if re.search(r"[^0-9#/]", scalar.text):
        return "A tag holds no punctuation but `_`, `-` and `/`."
    return "A tag needs a character that is no digit."


def _unquoted_link(node: Node) -> str | None:
    """Return ``B`` where the source has ``[[B]]`` without quotes (FM-11)."""
    if not isinstance(node, Sequence) or not node.flow or len(node.items) != 1:
        return None
    inner = node.items[0]
    if not isinstance(inner, Sequence) or not inner.flow or len(inner.items) != 1:
        return None
    if (inner.line, inner.column) != (node.line, node.column + 1):
        return None
    word = inner.items[0]
    return word.text if isinstance(word, Scalar) and word.plain and word.text else None


def _is_data(item: Node) -> bool:
    return not isinstance(item, Scalar) and _unquoted_link(item) is None


def _before(one: str, other: str) -> bool:
    """Compare two ISO dates; by the day unless both have a time in comparable zones."""
    if len(one) > 10 and len(other) > 10:
        first, second = datetime.fromisoformat(one), datetime.fromisoformat(other)
        if (first.tzinfo is None) == (second.tzinfo is None):
            return first < second
    return one[:10] < other[:10]
