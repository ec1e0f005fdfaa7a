"""Styles of the drawings that sources of facts make: files of the site, as the policy of its pages asks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from hashlib import blake2b
from html import unescape

from kbgen.site.annotations import Diagram
from kbgen.site.plan import FileJob, Plan
from kbgen.vault.paths import SitePath

_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style\s*>\n?", re.DOTALL)
_DATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)


def parse_diagram(markup: str, caption: str = "") -> Diagram:
    """Take a drawing apart into its elements and its style.

    >>> parse_diagram("<svg><style>a &gt; b {}</style><g/></svg>")
    Diagram(caption='', svg='<svg><g/></svg>', style='a > b {}')
    """
    styles = [_DATA.sub(r"\1", unescape(found)).strip() for found in _STYLE.findall(markup)]
    return Diagram(caption, _STYLE.sub("", markup), "\n".join(styles))


def style_path(plan: Plan, style: str) -> SitePath:
    """Return where the style of a drawing lies."""
    name = blake2b(style.encode(), digest_size=6).hexdigest()
    return SitePath(f"{plan.addresses.static}/drawing-{name}.css")


def _sheet(style: str, _plan: Plan) -> bytes:
    return f"{style}\n".encode()


def diagram_styles(plan: Plan) -> Iterator[FileJob]:
    """Yield a file for each style of a drawing in a note."""
    shown = (block for figures in plan.annotations.notes.values() for block in figures.bindings)
    for style in sorted({block.style for block in shown if isinstance(block, Diagram) and block.style}):
        yield FileJob(style_path(plan, style), partial(_sheet, style))
