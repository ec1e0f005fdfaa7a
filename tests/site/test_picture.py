"""Pictures of the graph: the SVG read back as XML, the page used in a real browser, straight from disk."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal
from xml.etree import ElementTree as ET

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment
from playwright.sync_api import Browser, Page
from selectolax.lexbor import LexborHTMLParser

from kbgen.config import Config, load
from kbgen.errors import TemplateError
from kbgen.graph.build import Graph
from kbgen.graph.colouring import by_community, by_folder, by_tag
from kbgen.graph.layout import positions
from kbgen.pipeline import address_vault, whole_graph
from kbgen.site.environment import make_environment
from kbgen.site.picture import picture_html
from kbgen.site.scene import Scene, scene_of
from kbgen.site.svg import DARK, LIGHT, picture_svg

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"
READY = "html[data-ready]"
"""A selector: a condition in JavaScript would be evaluated in the page, which its policy forbids."""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
KINDS = ("note", "attachment", "tag", "unresolved")
NASTY = "</script><!--<script>alert(1)</script> & \"'\x00\x1b\ud800 \u2028 שלום 🗂️ ]]>"


def graph_of(titles: Iterable[str], edges: Iterable[tuple[int, int]] = ()) -> Graph:
    graph: Graph = nx.MultiDiGraph()
    ids = []
    for number, title in enumerate(titles):
        ids.append(f"F/{number}{title}.{'png' if KINDS[number % 4] == 'attachment' else 'md'}")
        graph.add_node(
            *ids[-1:],
            kind=KINDS[number % 4],
            title=title,
            url=f"F/{number}.html",
            tags=[title],
            aliases=[title],
            published=True,
        )
    for source, target in edges:
        graph.add_edge(ids[source], ids[target], kind="link", count=1)
    return graph


def picture_of(graph: Graph, title: str = "A vault") -> Scene:
    colourings = [
        by_folder(graph, graph),
        by_tag(graph, graph),
        by_community(graph, graph, [("One", list(graph)[:2])]),
    ]
    return scene_of(graph, positions(graph, graph), colourings, title=title)


@pytest.mark.parametrize(
    ("name", "opens"),
    [
        ("a.png", True),
        ("a.pdf", True),
        ("a.TXT", True),
        ("a.html", False),
        ("a.SVG", False),
        ("a.xml", False),
        ("noext", False),
    ],
)
def test_3_no_node_opens_a_file_that_may_run(name: str, opens: bool) -> None:  # noqa: FBT001
    graph: Graph = nx.MultiDiGraph()
    for kind, path in (("attachment", name), ("note", "a.md")):
        graph.add_node(
            *(path,), kind=kind, title=path, url=f"{path}.html", tags=[], aliases=[], published=True
        )
    urls = {dot.id: dot.url for dot in picture_of(graph).nodes}
    assert urls == {"a.md": "a.md.html", name: f"{name}.html" if opens else None}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    folder = tmp_path_factory.mktemp("environment")
    return make_environment(Config(vault=folder, output=folder / "site", cache=folder / ".kbgen"))


def test_6_the_page_runs_its_own_script_and_no_other(
    environment: Environment, browser: Browser, tmp_path: Path
) -> None:
    path = tmp_path / "graph.html"
    path.write_text(picture_html(picture_of(graph_of("abc", [(0, 2)])), environment), encoding="utf-8")
    page = browser.new_context().new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(path.as_uri())
    page.locator(READY).wait_for(state="attached")
    assert said == []
    ran = page.evaluate("""() => {
        const script = document.createElement("script");
        script.textContent = "window.ran = true";
        document.head.append(script);
        return window.ran;
    }""")
    assert ran is None
    assert "script-src" in said[0]
    page.context.close()


# SVG -----------------------------------------------------------------------------------------

TITLES = st.lists(st.text(max_size=8), min_size=1, max_size=12)
PAIRS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=20)


def read(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - it is our own


def as_xml(text: str) -> str:
    """Return what XML can say of a text."""
    return re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\N{REPLACEMENT CHARACTER}", text)


@given(TITLES, PAIRS, st.sampled_from(["./", None]))
@settings(deadline=None)
def test_svg_is_xml_from_which_every_node_and_edge_is_read_back(
    titles: list[str], pairs: list[tuple[int, int]], pages: str | None
) -> None:
    edges = [(one % len(titles), other % len(titles)) for one, other in pairs]
    graph = graph_of(titles, edges)
    svg = picture_svg(picture_of(graph, titles[0]), pages=pages)
    root = read(svg)
    assert root.attrib["role"] == "img"
    found = {str(node.get("id")): node for node in root.iter(f"{SVG}g") if node.get("data-id") is not None}
    names = {key: str(node.get("data-id")) for key, node in found.items()}
    assert sorted(names.values()) == sorted(map(as_xml, graph))
    tips = {names[key]: node.findtext(f"{SVG}title") or "" for key, node in found.items()}
    assert tips == {as_xml(node): as_xml(data["title"]) for node, data in graph.nodes.items()}
    lines = [
        (names[str(line.get("data-source"))], names[str(line.get("data-target"))])
        for line in root.iter(f"{SVG}path")
        if line.get("data-source") is not None
    ]
    assert sorted(lines) == sorted({(as_xml(a), as_xml(b)) for a, b in graph.edges() if a != b})
    assert len(list(root.iter(f"{SVG}a"))) == (len(graph) if pages else 0)
    svg.encode()


def test_svg_says_what_it_is() -> None:
    root = read(picture_svg(picture_of(graph_of(["Sun", "x", "x", "x", "Mars"], [(0, 4)]), "Planets")))
    assert root.findtext(f"{SVG}title") == "Planets"
    desc = root.findtext(f"{SVG}desc") or ""
    assert desc == "5 nodes and 1 lines between them. The most connected: Sun, Mars."
    assert {root.get("aria-labelledby")} == {"title desc"}
    legend = [text.text for text in root.findall(f"{SVG}g[@class='legend']//{SVG}text")]
    assert legend == ["F (2)", "attachments (1)", "tags (1)", "unresolved (1)"]
    assert "prefers-color-scheme:dark" in (root.findtext(f"{SVG}style") or "")


def test_svg_of_nothing_and_of_one_node_has_a_size() -> None:
    for graph in (graph_of([]), graph_of(["A"])):
        root = read(picture_svg(picture_of(graph)))
        assert int(root.attrib["width"]) > 100
        assert int(root.attrib["height"]) > 0


def test_names_in_svg_do_not_overlap_and_are_few() -> None:
    graph = graph_of([f"A long title {n}" for n in range(400)], [(n, n // 3) for n in range(400)])
    root = read(picture_svg(picture_of(graph)))
    boxes = []
    for text in root.findall(f"{SVG}g[@class='names']/{SVG}text"):
        x, y, size = (float(text.attrib[name]) for name in ("x", "y", "font-size"))
        half = len(text.text or "") * size * 0.25  # less than any letter but "i" is wide
        boxes.append((x - half, y - 0.8 * size, x + half, y))
    assert 10 < len(boxes) <= 40
    for number, one in enumerate(boxes):
        for other in boxes[:number]:
            assert one[0] > other[2] or other[0] > one[2] or one[1] > other[3] or other[1] > one[3]


def test_pictures_are_the_same_bytes_again(environment: Environment) -> None:
    first, second = (picture_of(graph_of("abcdef", [(0, 4), (4, 5)])) for _ in range(2))
    assert picture_svg(first) == picture_svg(second)
    assert picture_html(first, environment) == picture_html(second, environment)


# Colours -------------------------------------------------------------------------------------

PAPER: dict[tuple[str, ...], str] = {LIGHT: "#fdfcf9", DARK: "#181715"}
# How eyes without red, green or blue cones see linear RGB (Machado, Oliveira, Fernandes 2009).
EYES = {
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "no green": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.01182, 0.04294, 0.968881),
    ),
    "no blue": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.3039),
    ),
}
LMS = (
    (0.41222147, 0.53633254, 0.05144599),
    (0.2119035, 0.68069955, 0.10739696),
    (0.08830246, 0.28171884, 0.6299787),
)
OKLAB = (
    (0.21045426, 0.79361779, -0.00407205),
    (1.9779985, -2.42859221, 0.45059371),
    (0.02590404, 0.78277177, -0.80867577),
)


def linear(colour: str) -> tuple[float, ...]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return tuple(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)


def times(matrix: tuple[tuple[float, ...], ...], vector: Iterable[float]) -> tuple[float, ...]:
    values = tuple(vector)
    return tuple(sum(a * b for a, b in zip(row, values, strict=True)) for row in matrix)


def seen(colour: str, eyes: str) -> tuple[float, ...]:
    lms = times(LMS, (max(0.0, part) for part in times(EYES[eyes], linear(colour))))
    return times(OKLAB, (part ** (1 / 3) for part in lms))


def luminance(colour: str) -> float:
    return times(((0.2126, 0.7152, 0.0722),), linear(colour))[0]


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_any_two_colours_differ_for_all_eyes_and_stand_out(colours: tuple[str, ...]) -> None:
    for colour in colours:
        low, high = sorted((luminance(colour), luminance(PAPER[colours])))
        assert (high + 0.05) / (low + 0.05) >= 3
    for eyes in EYES:
        points = [seen(colour, eyes) for colour in colours]
        for number, one in enumerate(points):
            for other in points[:number]:
                assert sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5 > 0.06


def test_the_page_and_the_svg_have_the_same_colours() -> None:
    css = (ROOT / "templates" / "graph" / "graph.css").read_text("utf-8")
    found = re.findall(r"--g\d: light-dark\((#\w+), (#\w+)\)", css)
    assert list(zip(LIGHT, DARK, strict=True)) == found


# The page ------------------------------------------------------------------------------------


def data_of(html: str) -> Any:
    node = LexborHTMLParser(html.encode()).css_first("script#data")
    assert node is not None
    return json.loads(node.text())


def test_nothing_that_a_note_says_is_markup(environment: Environment) -> None:
    html = picture_html(picture_of(graph_of([NASTY, "b"], [(0, 1)]), NASTY), environment, pages="./")
    tree = LexborHTMLParser(html.encode())
    assert len(tree.css("script")) == 2
    assert "<!--" not in html
    data = data_of(html)
    assert data["title"][0] == NASTY.replace("\ud800", "\N{REPLACEMENT CHARACTER}" * 3)
    assert data["out"] == [[1], []]
    assert len(data["colourings"]) == 3


def test_page_has_a_list_for_those_without_scripts(environment: Environment) -> None:
    picture = picture_of(graph_of([f"{n}" for n in range(1200)], [(n, 0) for n in range(0, 1200, 4)]))
    noscript = re.search(r"<noscript>(.*)</noscript>", picture_html(picture, environment), re.DOTALL)
    assert noscript
    assert "the 200 most connected of 300 notes" in noscript[1]
    assert noscript[1].count("<li") == 200
    assert "<a " not in noscript[1]
    assert '<a href="./F/0.html">0</a>' in picture_html(picture, environment, pages="./")


def test_own_files_take_the_place_of_the_shipped(tmp_path: Path) -> None:
    own = tmp_path / "theme"
    (own / "graph").mkdir(parents=True)
    (own / "graph" / "graph.css").write_text("body { color: {{ red }} }", "utf-8")
    (own / "graph.html").write_text('{% extends "default/graph.html" %}', "utf-8")
    ours = make_environment(Config(vault=tmp_path, output=tmp_path, cache=tmp_path, templates=own))
    html = picture_html(picture_of(graph_of("ab")), ours)
    assert "body { color: {{ red }} }" in html
    assert "The map of a graph" in html
    (own / "graph" / "graph.js").write_bytes(b"\xff")
    with pytest.raises(TemplateError, match=r"graph/graph\.js: UnicodeDecodeError"):
        picture_html(picture_of(graph_of("ab")), ours)


@pytest.fixture(scope="module")
def vault_page(tmp_path_factory: pytest.TempPathFactory, environment: Environment) -> Path:
    """Return the page of the bundled vault, with communities named by their folder."""
    folder = tmp_path_factory.mktemp("picture")
    config = load(vault=ROOT / "vault", output=folder, config_file=None, base_url=None, cwd=folder)
    read = address_vault(config, jobs=1, use_cache=False)
    graph = whole_graph(read.linked, read.addresses)
    people = [node for node in graph if node.startswith("People/")]
    colourings = [
        by_tag(graph, graph),
        by_folder(graph, graph),
        by_community(graph, graph, [("People", people)]),
    ]
    picture = scene_of(graph, positions(graph, graph), colourings, title="AlexNet")
    (folder / "graph.html").write_text(picture_html(picture, environment, pages="./"), "utf-8")
    return folder / "graph.html"


def open_page(
    browser: Browser, address: Path, *, width: int = 1280, scheme: Literal["light", "dark"] = "light"
) -> tuple[Page, list[str]]:
    """Return the page, ready, and what it said or asked for besides itself."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce", has_touch=True
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url) if request.url != address.as_uri() else None)
    page.goto(address.as_uri())
    page.locator(READY).wait_for(state="attached")
    return page, [text for text in said if not text.startswith("data:")]


def ink(page: Page, canvas: str = "map") -> int:
    """Count the pixels on which something is drawn."""
    return int(
        page.evaluate(
            """(id) => { const c = document.getElementById(id);
            const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
            let n = 0; for (let i = 3; i < d.length; i += 4) if (d[i]) n += 1; return n; }""",
            canvas,
        )
    )


def pick(page: Page, words: str) -> None:
    page.fill("#find", words)
    page.press("#find", "Enter")
    page.wait_for_selector("#panel:not([hidden])")


def settled(page: Page) -> None:
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [390, 1280])
def test_page_draws_and_is_quiet_and_fits(
    browser: Browser, vault_page: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    page, said = open_page(browser, vault_page, width=width, scheme=scheme)
    assert said == []
    assert page.evaluate(OVERFLOW) == 0
    assert ink(page) > 1000
    assert ink(page, "over") > 500
    assert page.inner_text("h1") == "AlexNet"
    assert page.evaluate("document.getElementById('legend').open") == (width > 640)
    page.context.close()


def test_search_finds_by_title_alias_and_path_and_the_keyboard_goes_on(
    browser: Browser, vault_page: Path
) -> None:
    page, said = open_page(browser, vault_page)
    page.keyboard.press("/")
    page.keyboard.type("hintón")
    assert page.locator("#found li").first.inner_text().startswith("Geoffrey Hinton")
    page.fill("#find", "people/")
    assert page.locator("#found li").count() == 6
    first = page.get_attribute("#find", "aria-activedescendant")
    page.press("#find", "ArrowDown")
    second = page.get_attribute("#find", "aria-activedescendant")
    assert first != second
    assert page.get_attribute(f"#{second}", "aria-selected") == "true"
    name = page.locator(f"#{second} bdi").inner_text()
    page.press("#find", "Enter")
    assert page.inner_text("#chosen") == name
    page.press("#find", "Escape")
    page.fill("#find", "there is no such note")
    assert page.inner_text("#found") == "Nothing is called that"
    page.press("#find", "Enter")
    assert page.inner_text("#chosen") == name
    assert said == []
    page.context.close()


def test_panel_lists_links_to_go_on_from(browser: Browser, vault_page: Path) -> None:
    page, said = open_page(browser, vault_page)
    pick(page, "Geoffrey Hinton")
    assert page.inner_text("#path").startswith("People/Geoffrey Hinton.md")
    assert page.inner_text("#tags") == "#person"
    assert page.get_attribute("#page a", "href") == "./People/Geoffrey-Hinton.html"
    assert int(page.inner_text("#in-head").rsplit(" ", 1)[1]) == page.locator("#in button").count()
    page.locator("#in button", has_text="AlexNet").first.focus()
    page.keyboard.press("Enter")
    assert page.inner_text("#chosen") == "AlexNet"
    assert page.evaluate("document.activeElement.id") == "chosen"
    page.keyboard.press("Escape")
    assert page.locator("#panel").is_hidden()
    assert page.evaluate("document.activeElement.id") == "map"
    assert said == []
    page.context.close()


def test_pointing_shows_a_title_and_a_click_chooses(browser: Browser, vault_page: Path) -> None:
    page, _ = open_page(browser, vault_page)
    pick(page, "Fei-Fei Li")
    settled(page)
    map_box, panel, legend = (page.locator(each).bounding_box() for each in ("#map", "#panel", "#legend"))
    assert map_box
    assert panel
    assert legend
    # It stands in the middle of what the panels leave free.
    x = (legend["width"] + 12 + map_box["width"] - panel["width"] - 12) / 2
    y = map_box["y"] + map_box["height"] / 2
    page.mouse.move(x, y)
    settled(page)
    assert page.inner_text("#tip").startswith("Fei-Fei Li\n")
    page.click("#close")
    page.mouse.move(x + 2, y)
    page.mouse.click(x, y)
    assert page.inner_text("#chosen") == "Fei-Fei Li"
    page.mouse.click(x, map_box["y"] + map_box["height"] - 8)
    page.context.close()


def test_legend_hides_groups_and_shows_kinds_and_changes_colours(browser: Browser, vault_page: Path) -> None:
    page, said = open_page(browser, vault_page)
    whole = ink(page)
    first = page.locator("#groups button").first
    assert first.get_attribute("aria-pressed") == "true"
    first.click()
    settled(page)
    assert first.get_attribute("aria-pressed") == "false"
    assert ink(page) < whole
    first.click()
    settled(page)
    assert ink(page) == whole
    tags = page.locator("#kinds button", has_text="tags")
    assert tags.get_attribute("aria-pressed") == "false"
    tags.click()
    settled(page)
    assert ink(page) > whole
    page.locator("#colourings button", has_text="Folder").click()
    assert "People" in page.inner_text("#groups")
    assert page.locator("#colourings [aria-pressed=true]").inner_text() == "Folder"
    assert page.locator("#kinds button", has_text="tags").get_attribute("aria-pressed") == "true"
    page.locator("#colourings button", has_text="Community").click()
    assert "no community" in page.inner_text("#groups")
    assert said == []
    page.context.close()


def test_what_was_hidden_is_shown_when_it_is_chosen(browser: Browser, vault_page: Path) -> None:
    page, _ = open_page(browser, vault_page)
    for button in page.locator("#groups button").all():
        button.click()
    settled(page)
    pick(page, "NVIDIA")
    settled(page)
    assert page.locator("#groups [aria-pressed=true]").count() == 1
    assert ink(page) > 50
    page.context.close()


def test_map_is_moved_by_keys_wheel_and_drag(browser: Browser, vault_page: Path) -> None:
    page, said = open_page(browser, vault_page)
    shot = "document.getElementById('map').toDataURL()"
    start = page.evaluate(shot)
    page.focus("#map")
    for key in ("+", "-", "ArrowLeft", "ArrowUp"):
        before = page.evaluate(shot)
        page.keyboard.press(key)
        page.wait_for_timeout(250)  # the scene is drawn anew when the map rests
        assert page.evaluate(shot) != before, key
    page.keyboard.press("0")
    page.wait_for_timeout(250)
    assert page.evaluate(shot) == start
    page.mouse.move(900, 600)
    page.mouse.wheel(0, -200)
    page.wait_for_timeout(250)
    zoomed = page.evaluate(shot)
    assert zoomed != start
    page.mouse.move(1150, 780)
    page.mouse.down()
    page.mouse.move(1050, 700, steps=4)
    page.mouse.up()
    page.wait_for_timeout(250)
    assert page.evaluate(shot) != zoomed
    assert page.locator("#panel").is_hidden(), "a drag chooses nothing"
    page.click("#all")
    page.mouse.move(1270, 70)
    page.wait_for_timeout(250)
    assert page.evaluate(shot) == start
    assert said == []
    page.context.close()


def test_odd_words_are_shown_as_they_are(browser: Browser, environment: Environment, tmp_path: Path) -> None:
    odd = [NASTY, "<img src=x onerror=alert(1)>", "a", "b", "שלום", "<b>bold</b>"]
    picture = picture_of(graph_of(odd, [(0, 4), (4, 0)]), NASTY)
    (tmp_path / "odd.html").write_text(picture_html(picture, environment), "utf-8")
    page, said = open_page(browser, tmp_path / "odd.html")
    pick(page, "script")
    assert page.locator("#panel img, #panel b, #groups img, #found img").count() == 0
    assert page.locator("#out button").count() == 1
    assert page.locator("#page").is_hidden()
    assert said == []
    page.context.close()


@pytest.mark.parametrize("titles", [[], ["alone"], ["x"] * 3], ids=["nothing", "one note", "no links"])
def test_small_pictures_are_quiet(
    browser: Browser, environment: Environment, tmp_path: Path, titles: list[str]
) -> None:
    (tmp_path / "small.html").write_text(picture_html(picture_of(graph_of(titles)), environment), "utf-8")
    page, said = open_page(browser, tmp_path / "small.html")
    page.click("#nearer")
    page.fill("#find", "x")
    settled(page)
    assert said == []
    page.context.close()
