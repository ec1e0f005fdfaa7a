"""Blocks of code that are programs or data for the app and its plugins, and what each of them is (EM-12)."""

from __future__ import annotations

import re

from markdown_it.common.utils import escapeHtml, unescapeAll

from kbgen.locales.locale import N_, Locale

_NAME = re.compile(r"[^\s{,:]+")

_BLOCKS = {
    "query": N_("a search that runs in Obsidian"),
    "base": N_("a base, a table that Obsidian makes"),
    "dataview": N_("a Dataview query"),
    "dataviewjs": N_("a Dataview script"),
    "tasks": N_("a query of the Tasks plugin"),
    "abc": N_("music for the ABC Music plugin"),
    "advanced-chart": N_("a chart of the Charts plugin"),
    "button": N_("a button of the Buttons plugin"),
    "calendar-timeline": N_("a timeline of the Timelines plugin"),
    "cardlink": N_("a card of the Auto Card Link plugin"),
    "ccard": N_("a set of cards of the Note Card plugin"),
    "chart": N_("a chart of the Charts plugin"),
    "chartsview": N_("a chart of the Charts View plugin"),
    "chess": N_("a chessboard of the Chesser plugin"),
    "chessboard": N_("a chessboard of the Chessboard Viewer plugin"),
    "col": N_("a text in columns of the Columns plugin"),
    "col-md": N_("a column of the Columns plugin"),
    "columns": N_("a text in columns of a plugin"),
    "column-settings": N_("a setting of the Multi-Column Markdown plugin"),
    "compressed-json": N_("the data of an Excalidraw drawing"),
    "contributiongraph": N_("a graph of the Contribution Graph plugin"),
    "countdown": N_("a countdown of a plugin"),
    "datacore": N_("a Datacore query"),
    "datacorejs": N_("a Datacore script"),
    "datacorejsx": N_("a Datacore script"),
    "datacorets": N_("a Datacore script"),
    "datacoretsx": N_("a Datacore script"),
    "desmos-graph": N_("a graph of the Desmos plugin"),
    "encounter": N_("an encounter of the Initiative Tracker plugin"),
    "encounter-table": N_("a table of encounters of the Initiative Tracker plugin"),
    "excalidraw": N_("a drawing of the Excalidraw plugin"),
    "folder-index-content": N_("an index of the Folder Index plugin"),
    "folder-overview": N_("an overview of the Folder Overview plugin"),
    "functionplot": N_("a plot of the Function Plot plugin"),
    "gallery": N_("a gallery of a plugin"),
    "habittracker": N_("a table of the Habit Tracker plugin"),
    "heatmap-tracker": N_("a heatmap of the Heatmap Tracker plugin"),
    "img-gallery": N_("a gallery of the Image Gallery plugin"),
    "jsx:": N_("a component of the React Components plugin"),
    "kanban": N_("a board of the Kanban plugin"),
    "leaflet": N_("a map of the Leaflet plugin"),
    "mapview": N_("a map of the Map View plugin"),
    "markmap": N_("a mind map of a plugin"),
    "media-slider": N_("a row of pictures of the Media Slider plugin"),
    "mehrmaid": N_("a diagram of the Mehrmaid plugin"),
    "meta-bind": N_("a part of the Meta Bind plugin"),
    "meta-bind-button": N_("a button of the Meta Bind plugin"),
    "meta-bind-embed": N_("a note shown by the Meta Bind plugin"),
    "meta-bind-js-view": N_("a view of the Meta Bind plugin"),
    "multi-column-settings": N_("a setting of the Multi-Column Markdown plugin"),
    "music-abc": N_("music for the ABC Music plugin"),
    "plantuml": N_("a diagram of the PlantUML plugin"),
    "plantuml-ascii": N_("a diagram of the PlantUML plugin"),
    "plantuml-map": N_("a diagram of the PlantUML plugin"),
    "plantuml-svg": N_("a diagram of the PlantUML plugin"),
    "rss": N_("a list of news of a plugin"),
    "sheet": N_("a sheet of the Sheets plugin"),
    "simple-time-tracker": N_("a tracker of the Super Simple Time Tracker plugin"),
    "smiles": N_("a molecule of the Chem plugin"),
    "sqlseal": N_("a query of the SQLSeal plugin"),
    "statblock": N_("a stat block of the Fantasy Statblocks plugin"),
    "table-of-contents": N_("a table of contents that a plugin makes"),
    "tabs": N_("a text in tabs of the Tabs plugin"),
    "timeline": N_("a timeline of the Timelines plugin"),
    "timeline-labeled": N_("a timeline of the Timelines plugin"),
    "todoist": N_("a list of the Todoist plugin"),
    "tracker": N_("a chart of the Tracker plugin"),
    "zoommap": N_("a map of the Zoom Map plugin"),
}
"""What no reader could do anything with as it is written. Languages that people also show for their own
sake (``dot``, ``jsx``, ``vega-lite``, ``tikz``) are code; ``jsx:`` stands for every name that begins so."""


def app_block(info: str) -> tuple[str, str] | None:
    """Return the language of such a block and what it is; None for any other.

    >>> app_block("Tracker width=3"), app_block("jsx")
    (('tracker', 'a chart of the Tracker plugin'), None)
    """
    words = unescapeAll(info).strip().lower()
    found = _NAME.match(words)
    if found is None:
        return None
    for language in (found[0], words[: found.end() + 1]):
        if language in _BLOCKS:
            return language, _BLOCKS[language]
    return None


def app_box(language: str, what: str, locale: Locale) -> str:
    """Return the HTML that stands in place of a block, and says what would be there."""
    return (
        f'<div class="unsupported" data-language="{escapeHtml(language.rstrip(":"))}">'
        f"<p>{app_words(what, locale)}</p></div>\n"
    )


def app_words(what: str, locale: Locale) -> str:
    """Return the HTML of the words that stand in place of a block."""
    # Translators: in place of something that only an app can show, such as "a chart of the Tracker plugin".
    said = locale.gettext("Here stands %(what)s. It is not shown on the site.")
    return escapeHtml(said % {"what": locale.gettext(what)})
