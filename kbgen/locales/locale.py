"""The words of a site in one language, and how that language writes numbers, dates and lists.

What is asked for is written in English in the code, as gettext does it, so that English needs no
file and no Babel. A catalogue beside this file, such as ``de.po``, is all that another language needs.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from decimal import Decimal
from gettext import NullTranslations
from pathlib import Path

FOLDER = Path(__file__).parent
"""Where the catalogues are."""


class Locale:
    """A language: its words, and how it writes numbers, dates and lists. This one is English.

    Parameters
    ----------
    tag
        BCP 47.
    translations
        From messages to words; without them the messages are the words.

    Examples
    --------
    >>> ENGLISH.gettext("Tags"), ENGLISH.ngettext("note", "notes", 2), ENGLISH.number(12345)
    ('Tags', 'notes', '12,345')
    """

    group = ","
    """Stands between the thousands of a number."""

    def __init__(self, tag: str = "en", translations: NullTranslations | None = None) -> None:
        found = translations or NullTranslations()
        self.tag = tag
        self.gettext = found.gettext
        self.ngettext = found.ngettext
        self.pgettext = found.pgettext
        self.npgettext = found.npgettext

    def number(self, value: int | Decimal, *, grouped: bool = True) -> str:
        """Write a number with all its digits, its thousands grouped.

        >>> ENGLISH.number(Decimal("1234.50")), ENGLISH.number(12000, grouped=False)
        ('1,234.50', '12000')
        """
        separator = "," if grouped else ""
        return format(value, f"{separator}{'d' if isinstance(value, int) else 'f'}")

    def date(self, iso: str) -> str:
        """Write the day of an ISO date; in English as it is, for it is read the same everywhere.

        >>> ENGLISH.date("2026-11-23T09:30")
        '2026-11-23'
        """
        return iso[:10]

    def listed(self, items: Iterable[str], more: int = 0) -> str:
        """Write things one after the other, and how many more there are.

        >>> ENGLISH.listed(["Mars", "Venus"]), ENGLISH.listed(["Mars", "Venus"], 1200)
        ('Mars, Venus', 'Mars, Venus and 1,200 more')
        """
        # Translators: stands between the items of a list.
        words = self.pgettext("list", ", ").join(items)
        if not more:
            return words
        # Translators: items of a list, and the number of those that are left out.
        said = self.ngettext("%(items)s and %(count)s more", "%(items)s and %(count)s more", more)
        return said % {"items": words, "count": self.number(more)}

    def script_catalogue(self, _script: str) -> str:
        """Return what a script needs to say its words, as an object of JavaScript; nothing in English."""
        return "{}"


ENGLISH = Locale()


def find_locale(tag: str) -> Locale:
    """Return the language that comes nearest to one: ``de`` for ``de-AT``, else English.

    Parameters
    ----------
    tag
        BCP 47, in any case.
    """
    return _found(tag, FOLDER)


@functools.cache
def _found(tag: str, folder: Path) -> Locale:
    catalogues = {path.stem.lower(): path for path in folder.glob("*.po")}
    files = [catalogues[each] for each in _shorter(tag.lower()) if each in catalogues]
    if not files:
        return ENGLISH
    from kbgen.locales.translated import TranslatedLocale  # noqa: PLC0415 - English needs no Babel

    return TranslatedLocale(tag, files)


def _shorter(tag: str) -> Iterator[str]:
    """Yield a tag and what is left of it without its last parts, as RFC 4647 looks a language up.

    >>> list(_shorter("zh-hant-tw"))
    ['zh-hant-tw', 'zh-hant', 'zh']
    """
    while tag:
        yield tag
        tag = tag.rpartition("-")[0]


def N_(message: str) -> str:  # noqa: N802 - gettext's own name, which its tools look for
    """Mark a message that is translated where it is used."""
    return message
