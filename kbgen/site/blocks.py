"""Blocks made of facts: tables, lists of definitions, drawings and charts, as they stand in a note."""

from __future__ import annotations

import re
from html import escape

from kbgen.locales.locale import Locale
from kbgen.site.annotations import Chart, Definitions, Diagram, Filling, Table, UnknownBinding, UnlinkedFact
from kbgen.site.charts import chart_svg
from kbgen.site.views import AnnotatedFigure

_ID = re.compile(r'\bid="([^"]+)"')


def block_html(block: Filling, written: str, number: int, locale: Locale) -> str:
    """Return the markup of a block.

    Parameters
    ----------
    block
        What stands in its place.
    written
        What its author wrote; shown where nothing is known.
    number
        Of the block on its page: ids in drawings must not be there twice.
    locale
        The language of numbers in charts.
    """
    match block:
        case Table():
            return _figure("table", f'<div class="kb-table">{_table(block)}</div>', block.caption)
        case Definitions():
            return _figure("definitions", _definitions(block), block.caption)
        case Diagram():
            return _figure(
                "drawing", f'<div class="kb-wide">{_own_ids(block.svg, number)}</div>', block.caption
            )
        case Chart():
            chart = chart_svg(block, number, locale)
            return _figure("chart", f'<div class="kb-wide">{chart}</div>', block.caption)
        case UnknownBinding(message):
            remark = f'<p class="unsupported">{escape(message)}</p>' if message else ""
            return f'<pre><code class="language-facts">{escape(written, quote=False)}</code></pre>\n{remark}'
        case AnnotatedFigure() | UnlinkedFact():
            return escape(block.text)


def _figure(kind: str, content: str, caption: str) -> str:
    label = f"\n<figcaption>{escape(caption)}</figcaption>" if caption else ""
    return f'<figure class="kb-facts" data-view="{kind}">\n{content}{label}\n</figure>'


def _table(table: Table) -> str:
    numeric = [
        all(re.fullmatch(r"[\d,.  %]*", row[column]) for row in table.rows)
        for column in range(len(table.columns))
    ]

    def cell(tag: str, text: str, column: int, attributes: str = "") -> str:
        align = ' style="text-align:end"' if numeric[column] and column else ""
        return f"<{tag}{attributes}{align}>{escape(text)}</{tag}>"

    def row(cells: tuple[str, ...]) -> str:
        first = cell("th", cells[0], 0, ' scope="row"')
        return f"<tr>{first}{''.join(cell('td', text, n) for n, text in enumerate(cells) if n)}</tr>\n"

    head = "".join(cell("th", text, n, ' scope="col"') for n, text in enumerate(table.columns))
    foot = f"<tfoot>\n{row(table.total)}</tfoot>\n" if table.total else ""
    body = "".join(row(cells) for cells in table.rows)
    return f"<table>\n<thead>\n<tr>{head}</tr>\n</thead>\n<tbody>\n{body}</tbody>\n{foot}</table>"


def _definitions(block: Definitions) -> str:
    rows = "".join(
        f"<div><dt>{escape(label)}</dt><dd><b>{escape(value)}</b>"
        + (f" <span>{escape(remark)}</span>" if remark else "")
        + "</dd></div>\n"
        for label, value, remark in block.rows
    )
    return f"<dl>\n{rows}</dl>"


def _own_ids(svg: str, number: int) -> str:
    """Give the ids of a drawing a prefix, so that two drawings can stand on one page."""
    for name in _ID.findall(svg):
        svg = re.sub(rf'(["#\s]){re.escape(name)}(?=["\s)])', rf"\g<1>kb:f{number}-{name}", svg)
    return svg
