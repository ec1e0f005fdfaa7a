"""The properties of a note as the panel above its text shows them."""

from __future__ import annotations

import functools
import re

import msgspec
from msgspec import Struct

from kbgen.links.model import LinkedNote
from kbgen.links.tags import tag_identity
from kbgen.locales.locale import Locale
from kbgen.notes.model import Property, Value
from kbgen.notes.properties import is_shown
from kbgen.site.addresses import CLAIMS, href_of, is_download
from kbgen.site.figures import mark_link, verdict_of
from kbgen.site.plan import Plan
from kbgen.site.views import AnnotatedFigure, Html
from kbgen.vault.paths import Href, SitePath, relative_href


class PropertyValue(Struct, frozen=True):
    """One value of a property; ``href`` where it is a link that resolves; tags without ``#``."""

    text: str
    href: str | None = None
    external: bool = False
    tag: bool = False
    checked: bool | None = None
    """For checkboxes only."""
    unresolved: bool = False
    """A link that leads nowhere, or to what is not public."""
    download: bool = False
    """A link to a file that must not be opened as a document of the site."""
    claims: tuple[AnnotatedFigure, ...] = ()
    """What it claims, where that was checked."""
    verdict: str = ""
    """The gravest on these claims."""
    mark: Html = Html("")
    """The link to their entry on the page of claims."""


class PropertyRow(Struct, frozen=True):
    """A property as the panel shows it."""

    name: str
    pieces: tuple[str, ...]
    """Its name in pieces between which a line may end: ``date_``, ``of_``, ``birth``."""
    longest: int
    """Characters of what of it must stand in one line."""
    kind: str
    """``text``, ``list``, ``number``, ``checkbox``, ``date``, ``datetime``, ``tags``, ``aliases``."""
    values: tuple[PropertyValue, ...]


def property_rows(plan: Plan, place: SitePath, note: LinkedNote) -> tuple[PropertyRow, ...]:
    """Return the properties of a note that readers see."""
    return tuple(
        _row(plan, place, note, number)
        for number, item in enumerate(note.compiled.properties)
        if is_shown(item)
    )


_PIECE = re.compile(r".+?(?:[_\-./:+]+|(?<=[a-z])(?=[A-Z])|$)", re.DOTALL)


@functools.lru_cache(maxsize=10_000)
def pieces_of(name: str) -> tuple[str, ...]:
    """Return the name of a property in pieces between which a line may end.

    >>> pieces_of("date_of_birth"), pieces_of("firstPublished"), pieces_of("Two words")
    (('date_', 'of_', 'birth'), ('first', 'Published'), ('Two words',))
    """
    return tuple(_PIECE.findall(name))


def _row(plan: Plan, place: SitePath, note: LinkedNote, number: int) -> PropertyRow:
    item = note.compiled.properties[number]
    values = tuple(_value(plan, place, note, item, value) for value in item.values)
    figures = plan.annotations.notes.get(note.path)
    if figures is not None and figures.properties:
        page = relative_href(place, plan.addresses.own_pages[CLAIMS])
        values = tuple(
            _marked(value, figures.properties.get((number, index), ()), page, plan.locale)
            for index, value in enumerate(values)
        )
    pieces = pieces_of(item.name)
    longest = max((len(word) for piece in pieces for word in piece.split()), default=0)
    return PropertyRow(item.name, pieces, longest, item.kind, values)


def _marked(
    value: PropertyValue, claims: tuple[AnnotatedFigure, ...], page: Href, locale: Locale
) -> PropertyValue:
    if not claims:
        return value
    mark = Html(mark_link(claims, page, locale, own=True))
    text = _as_known(value.text, claims, locale)
    return msgspec.structs.replace(value, text=text, claims=claims, verdict=verdict_of(claims), mark=mark)


def _as_known(text: str, claims: tuple[AnnotatedFigure, ...], locale: Locale) -> str:
    """Write the digits of a quantity as its reference is written: in threes, and those of a year not."""
    in_threes = any(locale.group in claim.reference for claim in claims)
    is_count = text.isascii() and text.isdigit() and text[0] != "0"
    return locale.number(int(text)) if in_threes and is_count else text


def _value(plan: Plan, place: SitePath, note: LinkedNote, item: Property, value: Value) -> PropertyValue:
    if item.kind == "tags":
        target = plan.addresses.tags.get(tag_identity(value.text))
        return PropertyValue(value.text, relative_href(place, target) if target else None, tag=True)
    if item.kind == "checkbox":
        return PropertyValue(value.text, checked=value.text.lower() == "true")
    if value.url:
        return PropertyValue(value.text, value.url, external=True)
    if value.link < 0:
        return PropertyValue(value.text)
    href = href_of(plan.addresses, place, note.links[value.link])
    download = is_download(plan.addresses, note.links[value.link])
    return PropertyValue(value.text, href, unresolved=href is None, download=download)
