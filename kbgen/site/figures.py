"""Put marks on the figures that were checked, and facts in the places that ask for them.

A figure is set off, and behind it stands a small link to its entry on the page of claims. The
link has no words: what it shows is drawn by the style sheet, so that it is not copied with the
text, and what it says is for those who listen. Inside a link there can be no other, so the mark
of a figure there stands behind that link.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from kbgen.locales.locale import Locale
from kbgen.notes.holes import NUL
from kbgen.notes.model import Binding
from kbgen.site.annotations import Diagram, Filling, NoteFigures, UnknownBinding, UnlinkedFact
from kbgen.site.blocks import block_html
from kbgen.site.views import AnnotatedFigure
from kbgen.vault.paths import Href

_LINK = re.compile(r"<a[\s>]|</a>")

_GRAVEST_FIRST = ("refuted", "not enough info", "supported")
_CLASSES = {"refuted": "kb-refuted", "not enough info": "kb-unknown", "supported": "kb-supported"}


class Figures:
    """The figures of one page while it is filled.

    Parameters
    ----------
    claims
        Where the page of claims is, as seen from this one.
    locale
        The language of what is said beside the figures.
    """

    def __init__(self, claims: Href, locale: Locale) -> None:
        self._claims = claims
        self._locale = locale
        self._blocks = 0
        self.styles: set[str] = set()
        """Of the drawings on the page."""
        self.evidence: dict[int, AnnotatedFigure] = {}
        """All evidence on the page, by number."""

    def put(self, html: str, figures: NoteFigures, bindings: Sequence[Binding], *, own: bool) -> str:
        """Fill the holes for figures in the HTML of a note; the others stay.

        Parameters
        ----------
        html
            The note's, or a slice of it.
        figures
            What is known of its figures.
        bindings
            The places in it that ask for facts.
        own
            Whether this is the note's own page, which its entries lead back to.
        """
        parts = html.split(NUL)
        last = {payload[1:]: index for index, payload in enumerate(parts) if index % 2 and payload[0] == "k"}
        place = _MarkupWriter(self._claims, self._locale, own=own)
        for index, part in enumerate(parts):
            if not index % 2:
                place.words(part)
                continue
            kind = part[0]
            if kind == "c":
                place.out.append(_opening(figures.marks[int(part[1:])]))
            elif kind == "k":
                self._close(place, figures.marks[int(part[1:])] if last[part[1:]] == index else ())
            elif kind == "v":
                self._value(place, _filling(figures, int(part[1:])), bindings[int(part[1:])])
            elif kind == "b":
                self._blocks += 1
                written = bindings[int(part[1:])].text
                block = _filling(figures, int(part[1:]))
                if isinstance(block, Diagram) and block.style:
                    self.styles.add(block.style)
                place.out.append(block_html(block, written, self._blocks, self._locale))
            else:
                place.out.append(f"{NUL}{part}{NUL}")
                place.enter((kind == "a") - (kind == "z"))
        return place.end()

    def _value(self, place: _MarkupWriter, filling: Filling, binding: Binding) -> None:
        if isinstance(filling, AnnotatedFigure):
            place.out.append(
                f'<span class="claim kb-filled" data-verdict="supported"'
                f' data-claims="{filling.number}">{escape(filling.text)}'
            )
            self._close(place, (filling,))
            return
        if isinstance(filling, UnlinkedFact):
            place.out.append(escape(filling.text))
            return
        reason = filling.message if isinstance(filling, UnknownBinding) else ""
        title = f' title="{escape(reason)}"' if reason else ""
        place.out.append(f"<code{title}>fact: {escape(binding.text)}</code>")  # as its author wrote it

    def _close(self, place: _MarkupWriter, claims: tuple[AnnotatedFigure, ...]) -> None:
        """End a figure, or a piece of one, for which there is no mark yet."""
        self.evidence |= {each.number: each for each in claims}
        if claims and not place.links:
            place.out.append(mark_link(claims, self._claims, self._locale, own=place.own))
        elif claims:
            place.waiting.append(claims)
        place.out.append("</span>")


class _MarkupWriter:
    """Markup that is being written: how many links are open, and whose marks wait for their end."""

    def __init__(self, claims: Href, locale: Locale, *, own: bool) -> None:
        self.out: list[str] = []
        self.own = own
        self.links = 0
        self.waiting: list[tuple[AnnotatedFigure, ...]] = []
        self._claims = claims
        self._locale = locale

    def words(self, words: str) -> None:
        """Write markup without holes."""
        start = 0
        for found in _LINK.finditer(words):
            if self.waiting and found[0] == "</a>":
                self.out.append(words[start : found.end()])
                start = found.end()
            self.enter(-1 if found[0] == "</a>" else 1)
        self.out.append(words[start:])

    def enter(self, links: int) -> None:
        """Go into links, or out of them."""
        self.links += links
        if self.links or not self.waiting:
            return
        # One mark for all figures in the link; the others are only places to lead back to.
        claims = [claim for figure in self.waiting for claim in figure]
        self.out.append(mark_link(claims, self._claims, self._locale, own=self.own))
        if self.own:
            self.out += [f'<span id="kb:c{figure[0].number}"></span>' for figure in self.waiting[1:]]
        self.waiting.clear()

    def end(self) -> str:
        """Return all markup."""
        self.enter(-self.links)
        return "".join(self.out)


def _filling(figures: NoteFigures, number: int) -> Filling:
    return figures.bindings[number] if number < len(figures.bindings) else UnknownBinding("")


def _opening(claims: tuple[AnnotatedFigure, ...]) -> str:
    return f'<span class="claim" data-verdict="{verdict_of(claims)}" data-claims="{_numbers(claims)}">'


def _numbers(claims: Sequence[AnnotatedFigure]) -> str:
    return " ".join(str(each.number) for each in claims)


def verdict_of(claims: Sequence[AnnotatedFigure]) -> str:
    """Return the gravest verdict on a figure."""
    found = {each.verdict for each in claims}
    return next(verdict for verdict in _GRAVEST_FIRST if verdict in found)


def mark_link(claims: Sequence[AnnotatedFigure], page: str, locale: Locale, *, own: bool) -> str:
    """Return the link behind a figure.

    Parameters
    ----------
    claims
        What is claimed of it.
    page
        Where the page of claims is.
    locale
        The language of what it says.
    own
        Whether the entries lead back to this link.
    """
    first = claims[0].number
    id_ = f' id="kb:c{first}"' if own else ""
    label = escape("; ".join(spoken(each, locale) for each in claims))
    kind = _CLASSES[verdict_of(claims)]
    return (
        f'<a class="kb-verdict {kind}"{id_} href="{escape(page)}#c{first}" data-claims="{_numbers(claims)}"'
        f' aria-label="{label}"></a>'
    )


def spoken(claim: AnnotatedFigure, locale: Locale) -> str:
    """Say in words what a mark shows.

    Examples
    --------
    >>> from kbgen.locales.locale import ENGLISH
    >>> claim = AnnotatedFigure(1, "refuted", "66M", "AlexNet: parameters", "60,965", "computed", "", "", "")
    >>> spoken(claim, ENGLISH)
    'Refuted: AlexNet: parameters, 60,965, computed'
    """
    word = locale.gettext("Filled in") if claim.filled else verdict_word(claim.verdict, locale)
    facts = [part for part in (claim.about, claim.reference, how_known(claim.how, locale)) if part]
    return f"{word}: {locale.listed(facts)}" if facts else word


def verdict_word(verdict: str, locale: Locale) -> str:
    """Return what readers are told of a verdict."""
    match verdict:
        case "supported":
            return locale.gettext("Supported")
        case "refuted":
            return locale.gettext("Refuted")
        case _:
            return locale.gettext("Not checked")


def how_known(derivation: str, locale: Locale) -> str:
    """Return in one word how a fact is known; nothing where that is not known."""
    match derivation:
        case "computed":
            # Translators: how a figure is known; so are the next ones.
            return locale.gettext("computed")
        case "measured":
            return locale.gettext("measured")
        case "published":
            return locale.gettext("published")
        case "declared":
            return locale.gettext("declared")
        case _:
            return locale.gettext("arithmetic") if derivation else ""
