"""Fill the holes of a note: links, tags, embeds, footnotes and claims, as seen from one page.

Embeds are filled by the same code, one level down: their links resolve as in the note
they come from (EM-02), their ids get a prefix, and depth, cycles and sheer number are
bounded (EM-03).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from html import escape

from msgspec import Struct

from kbgen.links.drawings import EXTENSION, Drawing, drawing_name
from kbgen.links.embeds import embedded_html
from kbgen.links.model import LinkedNote, ResolvedLink
from kbgen.links.publish import PublicVault
from kbgen.links.tags import tag_identity
from kbgen.locales.locale import ENGLISH, Locale
from kbgen.notes.excalidraw import is_drawing
from kbgen.notes.holes import fill
from kbgen.notes.link_text import display_text
from kbgen.notes.markdown.app_blocks import app_box, app_words
from kbgen.notes.markdown.sanitiser import balance
from kbgen.notes.model import Link
from kbgen.site.addresses import CLAIMS, Addresses, href_of, is_download
from kbgen.site.annotations import NO_FIGURES, Annotations
from kbgen.site.direction import of_note
from kbgen.site.figures import Figures
from kbgen.site.media_html import as_written, file_html, size_attributes, with_sizes
from kbgen.site.views import AnnotatedFigure, Html
from kbgen.vault.media_size import UNKNOWN, Size
from kbgen.vault.paths import Href, SitePath, VaultPath, extension_of, name_of, relative_href

MAX_EMBED_DEPTH = 5
"""Levels of embeds in embeds, as in Obsidian."""

MAX_EMBEDS = 200
"""Embeds on one page, with those in embeds and those that are not filled; beyond it an embed is a link."""

MAX_EMBEDDED_CHARS = 2_000_000
"""Characters of HTML that embeds bring to one page; once there are so many, an embed is a link."""

_A_DRAWING = "a drawing of the Excalidraw plugin"

_ONE_PARAGRAPH = re.compile(r"\s*<p(?: id=\"[^\"]*\")?>(.*)</p>\s*", re.DOTALL)


class Body(Struct, frozen=True):
    """A filled note."""

    html: Html
    title: Html
    """The H1 that is the title of the page, with its markup; empty where the title is none of its text."""
    features: tuple[str, ...]
    """What the page needs, embedded notes included."""
    evidence: tuple[AnnotatedFigure, ...]
    """Of all figures with a mark, in the order of their numbers."""
    styles: tuple[str, ...]
    """Of the drawings in it."""


def fill_note(
    path: VaultPath,
    vault: PublicVault,
    addresses: Addresses,
    annotations: Annotations,
    sizes: Mapping[VaultPath, Size],
    locale: Locale = ENGLISH,
) -> Body:
    """Return the body of a note's page.

    The H1 that is the title stands apart, for the page prints it above all else.
    """
    note = vault.notes[path]
    page = _Page(addresses.notes[path], vault, addresses, annotations, sizes, locale)
    fill = partial(page.fill, note=note, prefix="", stack=((path, ""),), whole=True)
    content = note.content
    html, title = content.html, ""
    if title_is_h1(note):
        start, end = content.h1_start, content.h1_end
        words, _, behind = html[start:end].partition(">")[2].rpartition("</h1>")
        title = fill(balance(words) if note.compiled.raw_html else words)
        html = html[:start] + (behind + html[end:]).lstrip("\n")
    filled = fill(html)
    if is_drawing(note.compiled.properties):
        filled = page.drawing(path, drawing_name(path)) + filled
    # A paragraph that was closed around an embed may have nothing left on one side.
    filled = filled.replace("<p></p>\n", "")
    evidence = page.figures.evidence
    return Body(
        Html(filled),
        Html(title),
        tuple(sorted(page.features)),
        tuple(evidence[number] for number in sorted(evidence)),
        tuple(sorted(page.figures.styles)),
    )


def title_is_h1(note: LinkedNote) -> bool:
    """Tell whether the title of a note is the H1 that it begins with, so that it need not stand twice."""
    return bool(note.compiled.h1) and note.title == note.compiled.h1


class _Page:
    """One page being filled, and what stands on it so far."""

    def __init__(
        self,
        place: SitePath,
        vault: PublicVault,
        addresses: Addresses,
        annotations: Annotations,
        sizes: Mapping[VaultPath, Size],
        locale: Locale,
    ) -> None:
        self._place = place
        self._locale = locale
        self._sizes = sizes
        self._vault = vault
        self._addresses = addresses
        self._annotations = annotations
        self.figures = Figures(relative_href(place, addresses.own_pages[CLAIMS]), locale)
        self._embeds = self._brought = 0
        self.features: set[str] = set()

    def fill(  # noqa: C901 (a branch for each kind of hole)
        self,
        html: str,
        note: LinkedNote,
        *,
        prefix: str,
        stack: tuple[tuple[VaultPath, str], ...],
        whole: bool,
    ) -> str:
        """Fill HTML that belongs to a note.

        Parameters
        ----------
        html
            The note's own, or a slice of it.
        note
            Whose links the holes name.
        prefix
            Of all ids.
        stack
            The notes that are being embedded, outermost first, each with its part.
        whole
            Whether the footnotes are in the HTML too.
        """
        self.features.update(note.compiled.features)
        if "\0" not in html:
            return html
        if note.compiled.raw_html:
            html = with_sizes(html, partial(self._size, note))
        figures = self._annotations.notes.get(note.path)
        if figures is not None or note.compiled.bindings:
            html = self.figures.put(
                html, figures or NO_FIGURES, note.compiled.bindings, own=not prefix and len(stack) == 1
            )

        closing: dict[str, str] = {}  # of each link that was opened

        def content(payload: str) -> str:
            kind = payload[0]
            if kind == "#":
                return prefix
            if kind == "a":
                opening = self._open(note, int(payload[1:]))
                closing[payload[1:]] = "</a>" if opening.startswith("<a ") else "</span>"
                return opening
            if kind == "z":
                known = closing.get(payload[1:])
                return known or ("</span>" if self._href(note, int(payload[1:])) is None else "</a>")
            if kind == "t":
                return self._tag(note.compiled.tags[int(payload[1:])].name)
            if kind == "f":
                return self._footnote(note, payload[1:], prefix, whole=whole)
            if kind == "h":
                return self._attribute(note, payload[1:])
            if kind == "s":
                return self._candidates(note, payload[1:])
            return self._embed(note, int(payload[1:]), kind, stack)

        return fill(html, content)

    def _href(self, note: LinkedNote, index: int) -> Href | None:
        return href_of(self._addresses, self._place, note.links[index], note.compiled.links[index].subpath)

    def _open(self, note: LinkedNote, index: int) -> str:
        link, href = note.compiled.links[index], self._href(note, index)
        if href is not None:
            title = f' title="{escape(link.title)}"' if link.title else ""
            return f'<a class="internal" href="{escape(href)}"{title}{self._saved(note, index)}>'
        # The public vault has the name only where some note shows it.
        title = f' title="{escape(link.target)}"' if link.target else ""
        return f'<span class="unresolved"{title}>'

    def _tag(self, name: str) -> str:
        page = self._addresses.tags.get(tag_identity(name))
        if page is None:  # only notes that no list names bear it
            return f'<span class="tag">#{escape(name)}</span>'
        href = relative_href(self._place, page)
        return f'<a class="tag" href="{escape(href)}">#{escape(name)}</a>'

    def _footnote(self, note: LinkedNote, payload: str, prefix: str, *, whole: bool) -> str:
        number = payload.partition(".")[0]
        if whole:
            href, id_ = f"#{prefix}fn:{number}", f' id="{prefix}fnref:{payload}"'
        else:
            href, id_ = relative_href(self._place, self._addresses.notes[note.path], f"fn:{number}"), ""
        attributes = f'href="{escape(href)}"{id_} role="doc-noteref"'
        return f'<sup><a class="kb-footnote-ref" {attributes}>{number}</a></sup>'

    def _attribute(self, note: LinkedNote, payload: str) -> str:
        digits = re.match(r"\d+", payload)
        assert digits is not None  # noqa: S101 (the compiler writes the number first)
        index, name = int(digits[0]), payload[digits.end() :]
        href = self._href(note, index)
        if href is None:
            return ""
        return f' {name}="{escape(href)}"{self._saved(note, index) if name == "href" else ""}'

    def _saved(self, note: LinkedNote, index: int) -> str:
        """Return what makes a browser save a file that it might run if it opened it."""
        return ' download=""' if is_download(self._addresses, note.links[index]) else ""

    def _size(self, note: LinkedNote, index: int) -> Size:
        """Return the size of the picture or film that a link names; a part of a drawing has its own."""
        link, end = note.compiled.links[index], note.links[index]
        if end.path is None or (link.subpath and extension_of(end.path) == "svg"):
            return UNKNOWN
        return self._sizes.get(end.path, UNKNOWN)

    def _candidates(self, note: LinkedNote, payload: str) -> str:
        """Return the pictures that a browser may choose from, those that are on the site."""
        found = []
        for candidate in payload.split(", "):
            address, _, size = candidate.partition(" ")
            href = self._href(note, int(address[1:])) if address.startswith("@") else None
            if href is not None or not address.startswith("@"):
                found.append(f"{address if href is None else escape(href)} {size}".strip())
        return f' srcset="{", ".join(found)}"' if found else ""

    def _embed(
        self, note: LinkedNote, index: int, flow: str, stack: tuple[tuple[VaultPath, str], ...]
    ) -> str:
        link, end = note.compiled.links[index], note.links[index]
        if end.path is None:
            words = link.text or display_text(link.target, link.subpath)
            source = as_written(link) or words
            return self._missing(source, words, flow, withheld=end.withheld)
        if self._is_drawing(end):
            return self._embedded_drawing(note, index, flow)
        if end.path not in self._vault.notes:
            href, size = self._href(note, index) or "", self._size(note, index)
            return file_html(href, link, name_of(end.path), size)
        if end.missing_anchor:
            part = link.subpath.removeprefix("^")
            title = self._vault.notes[end.path].title
            words = link.text or (f"{title} > {part}" if part else title)
            return self._missing(as_written(link), words, flow)
        return self._note(note, index, flow, stack)

    def _missing(self, source: str, words: str, flow: str, *, withheld: bool = False) -> str:
        # Translators: in place of an embed, which is named; so is the next.
        not_shown = self._locale.gettext("Not shown: %(what)s")
        said = not_shown if withheld else self._locale.gettext("Not found: %(what)s")
        return _wrap("embed missing", escape(source), escape((said % {"what": words}).strip(" :")), flow)

    def drawing(self, path: VaultPath, label: str, link: Link | None = None) -> str:
        """Return the picture of a drawing as a paragraph, or a box that says that there is none."""
        drawing = self._vault.drawings.get(path)
        if drawing is None:
            return app_box("excalidraw", _A_DRAWING, self._locale)
        return f"<p>{self._drawn(drawing, label, link)}</p>\n"

    def _drawn(self, drawing: Drawing, label: str, link: Link | None) -> str:
        files = self._addresses.attachments
        href = escape(relative_href(self._place, files[drawing.picture]))
        own = self._sizes.get(drawing.picture, UNKNOWN)
        sizes = size_attributes(link.width, link.height, own) if link else size_attributes(0, 0, own)
        image = f'<img src="{href}" alt="{escape(label)}"{sizes} loading="lazy">'
        if drawing.dark is None:
            return image
        dark = escape(relative_href(self._place, files[drawing.dark]))
        return f'<picture><source srcset="{dark}" media="(prefers-color-scheme: dark)">{image}</picture>'

    def _is_drawing(self, end: ResolvedLink) -> bool:
        """Tell whether an embed shows a drawing, and not a part of the words above its data."""
        assert end.path is not None  # noqa: S101 (the caller asked)
        target = self._vault.notes.get(end.path)
        if target is None:
            return extension_of(end.path) == EXTENSION
        return not end.anchor and is_drawing(target.compiled.properties)

    def _embedded_drawing(self, note: LinkedNote, index: int, flow: str) -> str:
        link, path = note.compiled.links[index], note.links[index].path
        assert path is not None  # noqa: S101 (the caller asked)
        label = link.text or drawing_name(path)
        if flow == "e":
            return self.drawing(path, label, link)
        drawing = self._vault.drawings.get(path)
        if drawing is None:
            return f'<span class="unsupported">{app_words(_A_DRAWING, self._locale)}</span>'
        return self._drawn(drawing, label, link)

    def _note(self, note: LinkedNote, index: int, flow: str, stack: tuple[tuple[VaultPath, str], ...]) -> str:
        link, end = note.compiled.links[index], note.links[index]
        hole = f"{flow}{index}"
        assert end.path is not None  # noqa: S101 (the caller asked)
        target = self._vault.notes[end.path]
        href = escape(self._href(note, index) or "")
        label = escape(link.text or _label(target, end))
        source = escape(as_written(link))
        part = end.part
        html, whole = "", False
        reason = self._refusal(end.path, part, stack)
        if not reason:  # so many may be refused that they cannot all be looked at
            html, whole = embedded_html(target, end)
            self._brought += len(html)
            reason = self._locale.gettext("embeds itself") if target is note and f"\0{hole}\0" in html else ""
        self._embeds += 1
        if reason:
            box = f'<a class="internal" href="{href}">{label}</a> <em>({escape(reason)})</em>'
            return _wrap("embed kb-refused", source, box, flow)
        direction = _direction(target, note)
        filled = self.fill(
            html, target, prefix=f"e{self._embeds}-", stack=(*stack, (end.path, part)), whole=whole
        ).strip()
        title = f'<a class="internal kb-embed-title" href="{href}">{label}</a>'
        if flow in {"i", "p"}:
            paragraph = _ONE_PARAGRAPH.fullmatch(filled)
            if paragraph and "<p" not in paragraph[1]:
                return f'<span class="embed" data-src="{source}"{direction}>{paragraph[1]}</span>'
        if flow == "i":
            return f'<span class="embed" data-src="{source}">{title}</span>'
        box = f'{title}\n<div class="kb-embed-content">\n{filled}\n</div>'
        return _wrap("embed", source, box, flow, direction)

    def _refusal(self, path: VaultPath, part: str, stack: tuple[tuple[VaultPath, str], ...]) -> str:
        """Return why an embed is not filled, ``""`` if it is."""
        if any(place == path and part in {"", above} for place, above in stack):
            # Translators: why an embed is not shown; so are the next ones.
            return self._locale.gettext("embeds itself")
        if len(stack) > MAX_EMBED_DEPTH:
            return self._locale.gettext("embedded too deep")
        if self._embeds >= MAX_EMBEDS:
            return self._locale.gettext("too many embeds on one page")
        if self._brought >= MAX_EMBEDDED_CHARS:
            return self._locale.gettext("too long for one page with all above")
        return ""


def _direction(target: LinkedNote, host: LinkedNote) -> str:
    """Return the attribute for an embedded note that runs otherwise than the note around it."""
    found = of_note(target).value
    return "" if found == of_note(host).value else f' dir="{found}"'


def _label(target: LinkedNote, end: ResolvedLink) -> str:
    text = next((each.text for each in target.compiled.headings if each.id == end.heading), "")
    return f"{target.title} > {text}" if text else target.title


def _wrap(classes: str, source: str, content: str, flow: str, attributes: str = "") -> str:
    """Put an embed into a box; inside a paragraph the paragraph is closed around it (EM-05)."""
    if flow == "i" or (flow == "p" and "kb-embed-content" not in content):
        return f'<span class="{classes}" data-src="{source}"{attributes}>{content}</span>'
    box = f'<div class="{classes}" data-src="{source}"{attributes}>{content}</div>'
    return f"</p>\n{box}\n<p>" if flow == "p" else box
