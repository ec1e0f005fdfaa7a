"""Pictures of what was chosen: SVG, and a page to move about in."""

from __future__ import annotations

from collections.abc import Sequence

from kbgen.config import Config
from kbgen.graph.build import Graph
from kbgen.graph.colouring import Colouring, by_community, by_folder, by_tag
from kbgen.graph.layout import positions
from kbgen.graph.note_graph import note_graph
from kbgen.graph.queries.community_detection import communities_of
from kbgen.graph.vocabulary import Colour
from kbgen.locales.locale import Locale, find_locale
from kbgen.site.environment import make_environment
from kbgen.site.picture import picture_html
from kbgen.site.scene import Scene, scene_of
from kbgen.site.svg import picture_svg


def svg(graph: Graph, chosen: Sequence[str], config: Config, colour: Colour) -> str:
    """Return a drawing of the chosen nodes.

    Parameters
    ----------
    graph
        The whole graph.
    chosen
        Ids of nodes.
    config
        Has the title, and where the pages are, if they stand somewhere.
    colour
        What nodes of one colour have in common.
    """
    colouring = _colouring(graph, chosen, colour, find_locale(config.language))
    scene = _scene(graph, chosen, config, [colouring])
    return picture_svg(scene, pages=_pages(config))


def html(graph: Graph, chosen: Sequence[str], config: Config, colour: Colour) -> str:
    """Return a page with the chosen nodes; as :func:`svg`, but its reader may choose other colours."""
    order: list[Colour] = ["tag", "folder", "community"]
    order.sort(key=lambda each: each != colour)
    locale = find_locale(config.language)
    colourings = [_colouring(graph, chosen, each, locale) for each in order]
    scene = _scene(graph, chosen, config, colourings)
    return picture_html(scene, make_environment(config), pages=_pages(config))


def _scene(graph: Graph, chosen: Sequence[str], config: Config, colourings: Sequence[Colouring]) -> Scene:
    places = positions(graph, chosen)
    return scene_of(graph, places, colourings, title=config.title, language=config.language)


def _colouring(graph: Graph, chosen: Sequence[str], colour: Colour, locale: Locale) -> Colouring:
    if colour == "community":
        found = [(each.name, each.members) for each in communities_of(note_graph(graph))]
        return by_community(graph, chosen, found, locale)
    return by_tag(graph, chosen, locale) if colour == "tag" else by_folder(graph, chosen, locale)


def _pages(config: Config) -> str | None:
    return f"{config.base_url}/" if config.base_url else None
