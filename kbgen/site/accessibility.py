"""Finish the markup of a note for those who read by keys or by ear.

What may scroll can be reached with the keyboard and has a name; a box of a task has a name; a
header cell without words is none; a picture without words for it goes by its file's name, and one without
an address is its words. What may scroll is told by its longest line: a phone shows about
30 characters of one. Where scripts run, ``theme.js`` measures and keeps only what does scroll.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Final
from urllib.parse import unquote

from kbgen.locales.locale import ENGLISH, Locale

MAX_LINE_CHARS: Final = 30
"""Characters of a line of code, or of all cells of a row, that fit on a phone."""

_MAX_REFERENCE_CHARS: Final = 33
"""Characters of the longest name by which HTML refers to a character."""

_PART = re.compile(
    r"<pre(?P<pre>(?: [^>]*)?)>(?=(?P<code>.*?)</pre>)"
    r'|<div class="kb-table"(?P<box>[^>]*)>(?P<table><table[^>]*>)'
    r'|<table(?P<bare>(?: [^>]*)?)>|<div class="kb-wide">|<th(?P<th>(?: [^>]*)?)></th>'
    r'|<input (?=[^>]*type="checkbox")(?P<input>[^>]*)>'
    r'|<img(?=[^>]* src(?:set)?=")(?![^>]* alt=)(?P<image>[^>]*)>'
    r'|<img(?![^>]* src(?:set)?=")(?P<words>[^>]*)>',
    re.DOTALL,
)
_TAG = re.compile(r"<[^>]*>")
_WORDS = re.compile(r' alt="([^"]*)"')
_FILE = re.compile(r' src="(?!data:)[^"?#]*?([^"/?#]+)/?(?:[?#][^"]*)?"')
_SCOPE = re.compile(r' scope="[^"]*"')


def add_accessibility(html: str, locale: Locale = ENGLISH) -> str:
    """Return the HTML of a filled note with what keys and ears need.

    Parameters
    ----------
    html
        Sanitised: no attribute's value holds ``<`` or ``>``.
    locale
        The language of the names.

    Examples
    --------
    >>> add_accessibility("<pre>short</pre>"), add_accessibility('<input type="checkbox" disabled="">')
    ('<pre>short</pre>', '<input type="checkbox" disabled="" aria-label="Task">')
    """

    def finished(found: re.Match[str]) -> str:
        kind = found.lastgroup
        if kind == "code":
            is_diagram = 'class="mermaid"' in found["pre"]
            name = locale.gettext("Diagram") if is_diagram else locale.gettext("Code")
            return _box(f"<pre{found['pre']}", name, found[0], found["code"].split("\n"))
        if kind == "table":
            rows = html[found.end() : _end(html, "</table>", found.end())]
            opening = f'<div class="kb-table"{found["box"]}'
            return _box(opening, locale.gettext("Table"), found[0], rows.split("</tr>"), found["table"])
        if kind == "bare":
            rows = html[found.end() : _end(html, "</table>", found.end())]
            return found[0] if _fits(rows.split("</tr>")) else f'<table{found["bare"]} tabindex="0">'
        if kind == "th":
            return f"<td{_SCOPE.sub('', found['th'])}></td>"
        if kind == "input":
            label = escape(locale.gettext("Task"))
            return found[0] if "aria-label=" in found[0] else f'<input {found["input"]} aria-label="{label}">'
        if kind == "image":
            file = _FILE.search(found["image"])
            return f'<img{found["image"]} alt="{escape(unquote(unescape(file[1]))) if file else ""}">'
        if kind == "words":
            words = _WORDS.search(found["words"])
            return words[1] if words else ""
        label = escape(locale.gettext("Drawing"))
        return f'<div class="kb-wide" tabindex="0" role="group" aria-label="{label}">'

    return _PART.sub(finished, html)


def _box(opening: str, name: str, written: str, lines: list[str], inside: str = "") -> str:
    if _fits(lines):
        return written
    named = f' role="group" aria-label="{escape(name)}"'
    if "role=" in opening or "aria-label=" in opening:
        named = ""
    return f'{opening} tabindex="0"{named}>{inside}'


def _fits(lines: list[str]) -> bool:
    return all(map(_fits_one, lines))


def _fits_one(line: str) -> bool:
    words = _TAG.sub("", line).strip()
    short = (
        len(words) <= MAX_LINE_CHARS * _MAX_REFERENCE_CHARS
    )  # else too long even if it were references alone
    return "<img" not in line and short and len(unescape(words)) <= MAX_LINE_CHARS


def _end(html: str, closing: str, start: int) -> int:
    found = html.find(closing, start)
    return len(html) if found < 0 else found
