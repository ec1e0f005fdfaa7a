"""Blocks of code that are programs or data for the app and its plugins, and what each of them is (EM-12)."""

from __future__ import annotations

import re

from markdown_it.common.utils import escapeHtml, unescapeAll

_NAME = re.compile(r"[^\s{,:]+")

_BLOCKS = {
    "query": "a search that runs in Obsidian",
    "base": "a base, a table that Obsidian makes",
    "dataview": "a Dataview query",
    "dataviewjs": "a Dataview script",
    "tasks": "a query of the Tasks plugin",
    "abc": "music for the ABC Music plugin",
    "advanced-chart": "a chart of the Charts plugin",
    "button": "a button of the Buttons plugin",
    "calendar-timeline": "a timeline of the Timelines plugin",
    "cardlink": "a card of the Auto Card Link plugin",
    "ccard": "a set of cards of the Note Card plugin",
    "chart": "a chart of the Charts plugin",
    "chartsview": "a chart of the Charts View plugin",
    "chess": "a chessboard of the Chesser plugin",
    "chessboard": "a chessboard of the Chessboard Viewer plugin",
    "col": "a text in columns of the Columns plugin",
    "col-md": "a column of the Columns plugin",
    "columns": "a text in columns of a plugin",
    "column-settings": "a setting of the Multi-Column Markdown plugin",
    "compressed-json": "the data of an Excalidraw drawing",
    "contributiongraph": "a graph of the Contribution Graph plugin",
    "countdown": "a countdown of a plugin",
    "datacore": "a Datacore query",
    "datacorejs": "a Datacore script",
    "datacorejsx": "a Datacore script",
    "datacorets": "a Datacore script",
    "datacoretsx": "a Datacore script",
    "desmos-graph": "a graph of the Desmos plugin",
    "encounter": "an encounter of the Initiative Tracker plugin",
    "encounter-table": "a table of encounters of the Initiative Tracker plugin",
    "excalidraw": "a drawing of the Excalidraw plugin",
    "folder-index-content": "an index of the Folder Index plugin",
    "folder-overview": "an overview of the Folder Overview plugin",
    "functionplot": "a plot of the Function Plot plugin",
    "gallery": "a gallery of a plugin",
    "habittracker": "a table of the Habit Tracker plugin",
    "heatmap-tracker": "a heatmap of the Heatmap Tracker plugin",
    "img-gallery": "a gallery of the Image Gallery plugin",
    "jsx:": "a component of the React Components plugin",
    "kanban": "a board of the Kanban plugin",
    "leaflet": "a map of the Leaflet plugin",
    "mapview": "a map of the Map View plugin",
    "markmap": "a mind map of a plugin",
    "media-slider": "a row of pictures of the Media Slider plugin",
    "mehrmaid": "a diagram of the Mehrmaid plugin",
    "meta-bind": "a part of the Meta Bind plugin",
    "meta-bind-button": "a button of the Meta Bind plugin",
    "meta-bind-embed": "a note shown by the Meta Bind plugin",
    "meta-bind-js-view": "a view of the Meta Bind plugin",
    "multi-column-settings": "a setting of the Multi-Column Markdown plugin",
    "music-abc": "music for the ABC Music plugin",
    "plantuml": "a diagram of the PlantUML plugin",
    "plantuml-ascii": "a diagram of the PlantUML plugin",
    "plantuml-map": "a diagram of the PlantUML plugin",
    "plantuml-svg": "a diagram of the PlantUML plugin",
    "rss": "a list of news of a plugin",
    "sheet": "a sheet of the Sheets plugin",
    "simple-time-tracker": "a tracker of the Super Simple Time Tracker plugin",
    "smiles": "a molecule of the Chem plugin",
    "sqlseal": "a query of the SQLSeal plugin",
    "statblock": "a stat block of the Fantasy Statblocks plugin",
    "table-of-contents": "a table of contents that a plugin makes",
    "tabs": "a text in tabs of the Tabs plugin",
    "timeline": "a timeline of the Timelines plugin",
    "timeline-labeled": "a timeline of the Timelines plugin",
    "todoist": "a list of the Todoist plugin",
    "tracker": "a chart of the Tracker plugin",
    "zoommap": "a map of the Zoom Map plugin",
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


def app_box(language: str, what: str) -> str:
    """Return the HTML that stands in place of a block, and says what would be there."""
    return (
        f'<div class="unsupported" data-language="{escapeHtml(language.rstrip(":"))}">'
        f"<p>{app_words(what)}</p></div>\n"
    )


def app_words(what: str) -> str:
    """Return what stands in place of a block."""
    return f"Here stands {what}. It is not shown on the site."
