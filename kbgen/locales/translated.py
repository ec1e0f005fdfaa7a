"""A language out of a catalogue: gettext's files, with the numbers and dates of Babel."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import babel
from babel import UnknownLocaleError
from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import get_decimal_symbol, get_group_symbol
from babel.support import Translations

from kbgen.locales.locale import Locale


class TranslatedLocale(Locale):
    """A language with a catalogue.

    Parameters
    ----------
    tag
        BCP 47.
    catalogues
        PO files, the one that is asked first before the others; what none of them has stays English.
    """

    def __init__(self, tag: str, catalogues: Sequence[Path]) -> None:
        self._catalogues = [read_catalogue(path) for path in catalogues]
        first, *others = map(_compiled, self._catalogues)
        for other in others:
            first.add_fallback(other)
        super().__init__(tag, first)
        self._formats = _formats(tag, *(path.stem for path in catalogues))
        self.group = get_group_symbol(self._formats)
        # The same counts and days stand on many pages.
        self._number = functools.lru_cache(4096)(
            lambda value, grouped: _written(value, self._formats, grouped=grouped)
        )
        self._date = functools.lru_cache(4096)(
            lambda day: format_date(date.fromisoformat(day), "medium", locale=self._formats)
        )

    def number(self, value: int | Decimal, *, grouped: bool = True) -> str:
        """Write a number with all its digits, its thousands grouped."""
        return self._number(value, grouped)

    def date(self, iso: str) -> str:
        """Write the day of an ISO date."""
        return self._date(iso[:10])

    def script_catalogue(self, script: str) -> str:
        """Return what a script needs to say its words, as an object of JavaScript."""
        words: dict[str, tuple[str, ...]] = {}
        for _, message, _, context in extract("javascript", BytesIO(script.encode())):
            forms = self._forms(message, context)
            if forms:
                one = message if isinstance(message, str) else message[0]
                words[f"{context}\x04{one}" if context else one] = forms
        messages = json.dumps(words, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
        # C and JavaScript read the rule for plurals alike.
        plural = f"(n) => Number({self._catalogues[0].plural_expr})"
        return f"{{ language: {json.dumps(self.tag)}, plural: {plural}, messages: {messages} }}"

    def _forms(self, message: str | tuple[str, ...], context: str | None) -> tuple[str, ...]:
        for catalogue in self._catalogues:
            found = catalogue.get(message, context)
            if found is not None and found.string and not found.fuzzy:
                forms = (found.string,) if isinstance(found.string, str) else tuple(found.string)
                if all(forms):
                    return forms
        return ()


def read_catalogue(path: Path) -> Catalog:
    """Read a PO file."""
    with path.open("rb") as file:
        return read_po(file)


def _compiled(catalogue: Catalog) -> Translations:
    """Make a catalogue what gettext reads; what is marked as fuzzy is left out."""
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def _formats(*tags: str) -> babel.Locale:
    """Return how the first of some languages that Babel knows writes numbers and dates."""
    for tag in tags:
        try:
            return babel.Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return babel.Locale("en")


def _written(number: int | Decimal, formats: babel.Locale, *, grouped: bool) -> str:
    """Write a number with all its digits.

    Babel's own ``format_decimal`` leaves out noughts at the end, fails over 28 digits, and loses the
    apostrophes of ``1'234'567``.
    """
    text = format(number, "f" if isinstance(number, Decimal) else "d")
    sign = "-" if text.startswith("-") else ""
    whole, _, places = text.removeprefix("-").partition(".")
    groups: list[str] = []
    if grouped:
        last, others = formats.decimal_formats[None].grouping
        size = last
        while len(whole) > size:
            whole, group = whole[:-size], whole[-size:]
            groups.insert(0, group)
            size = others
    written = get_group_symbol(formats).join([whole, *groups])
    return f"{sign}{written}{get_decimal_symbol(formats) + places if places else ''}"
