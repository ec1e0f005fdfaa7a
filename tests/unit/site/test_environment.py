"""The Jinja environment: what overrides what, what is escaped, and how a failing template is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec import structs

from kbgen.config import Config
from kbgen.errors import TemplateError
from kbgen.site.direction import NoteDirection
from kbgen.site.environment import make_environment, render
from kbgen.site.page_kinds.folders import FolderPage
from kbgen.site.page_kinds.home import HomePage
from kbgen.site.page_kinds.not_found import NotFoundPage
from kbgen.site.page_kinds.notes import NotePage
from kbgen.site.page_kinds.redirects import RedirectPage
from kbgen.site.page_kinds.tag_index import TagIndexPage
from kbgen.site.theme import shipped, static_files, templates_fingerprint
from kbgen.site.views import Branch, Head, Html, Listing, Site

HEAD = Head(
    title="A <b> & 'c'",
    description='Says "hi"',
    language="en",
    direction="ltr",
    canonical=None,
    image=None,
    kind="website",
    noindex=False,
    policy="script-src 'self'",
)
SITE = Site(
    title="Site",
    language="en",
    root="",
    home="index.html",
    static="static/",
    stylesheet="static/style.css",
    script="static/theme.js",
    folders=(),
    menu=(),
    footer=(),
    feed=None,
)
NOTE = NotePage(
    site=structs.replace(SITE, root="../", static="../static/"),
    head=HEAD,
    direction=NoteDirection("auto", mixed=True),
    title="Note",
    title_id="",
    breadcrumbs=(),
    body=Html('<p><span class="math">x^2</span></p>'),
    features=(),
    css_classes=(),
    properties=(),
    contents=(),
    listing=None,
    backlinks=(),
    created="",
    modified="",
    minutes=1,
    is_home=False,
)
PAGE = NotFoundPage(site=SITE, head=HEAD, title="Lost <script>alert(1)</script>")


def config(folder: Path, templates: Path | None) -> Config:
    return Config(vault=folder, output=folder / "site", cache=folder / ".kbgen", templates=templates)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "theme"
    folder.mkdir()
    return folder


def test_shipped_templates_are_found(tmp_path: Path) -> None:
    html = render(make_environment(config(tmp_path, None)), "404.html", PAGE)
    assert html.startswith("<!DOCTYPE html>")
    assert '<a class="internal" href="index.html">' in html


def test_values_are_escaped(tmp_path: Path) -> None:
    html = render(make_environment(config(tmp_path, None)), "404.html", PAGE)
    assert "<script>alert" not in html
    assert "<h1>Lost &lt;script&gt;alert(1)&lt;/script&gt;</h1>" in html
    assert '<meta name="description" content="Says &#34;hi&#34;">' in html


def test_escaping_does_not_depend_on_the_name_of_a_template(own: Path) -> None:
    (own / "plain.txt").write_text("{{ page.title }}")
    assert render(make_environment(config(own, own)), "plain.txt", PAGE).startswith("Lost &lt;script&gt;")


def test_redirect_keeps_to_its_target(tmp_path: Path) -> None:
    page = RedirectPage(head=HEAD, title="New", href="a%20b/'n'.html", script="static/moved.js")
    html = render(make_environment(config(tmp_path, None)), "redirect.html", page)
    assert 'content="0; url=a%20b/&#39;n&#39;.html"' in html


def test_own_template_wins(own: Path) -> None:
    (own / "404.html").write_text("gone: {{ page.title }}")
    assert render(make_environment(config(own, own)), "404.html", PAGE).startswith("gone: Lost")


def test_own_template_may_extend_the_shipped_one_of_its_name(own: Path) -> None:
    (own / "404.html").write_text(
        '{% extends "default/404.html" %}{% block tools %}<p>ours</p>{% endblock %}'
    )
    html = render(make_environment(config(own, own)), "404.html", PAGE)
    assert "<p>ours</p>" in html
    assert '<a class="skip-link"' in html


def test_own_base_changes_every_shipped_page(own: Path) -> None:
    (own / "base.html").write_text("<html>{% block main %}{% endblock %}</html>")
    html = render(make_environment(config(own, own)), "404.html", PAGE)
    assert html.startswith("<html>")
    assert "skip-link" not in html


def test_6_own_template_may_have_a_policy_of_its_own(own: Path) -> None:
    (own / "404.html").write_text(
        '{% extends "default/404.html" %}{% block policy %}<meta name="ours">{% endblock %}'
    )
    html = render(make_environment(config(own, own)), "404.html", PAGE)
    assert '<meta name="ours">' in html
    assert "Content-Security-Policy" not in html


@pytest.mark.parametrize(
    ("template", "line", "reason"),
    [
        pytest.param("<p>\n<b>{{ page.nothing }}", 2, "no attribute 'nothing'", id="unknown-field"),
        pytest.param("<p>\n\n{{ nothing }}", 3, "'nothing' is undefined", id="unknown-name"),
        pytest.param("<p>\n{% if %}", 2, "Expected an expression", id="syntax"),
        pytest.param("<p>{{ page.title|shout }}", 1, "No filter named 'shout'", id="unknown-filter"),
        pytest.param("\n\n\n{{ 1 // 0 }}", 4, "ZeroDivisionError", id="run-time"),
        pytest.param('\n{% include "gone.html" %}', 2, "no template 'gone.html'", id="missing-include"),
    ],
)
def test_failing_template_names_file_line_and_page(own: Path, template: str, line: int, reason: str) -> None:
    (own / "404.html").write_text(template)
    with pytest.raises(TemplateError) as caught:
        render(make_environment(config(own, own)), "404.html", PAGE, page="a/b.html")
    message = caught.value.message
    assert message.startswith(f"theme/404.html:{line}: ")
    assert reason in message
    assert message.endswith("(page: a/b.html)")
    assert caught.value.exit_code == 2


def test_a_name_that_no_page_has_leads_to_the_names_that_all_pages_have(own: Path) -> None:
    (own / "404.html").write_text("{{ page.site.tags }}")
    with pytest.raises(TemplateError, match="Site object' has no attribute 'tags'") as caught:
        render(make_environment(config(own, own)), "404.html", PAGE)
    assert caught.value.hint.startswith("kbgen/site/views.py and kbgen/site/page_kinds/ list")


def test_fault_stands_where_the_included_template_fails(own: Path) -> None:
    (own / "404.html").write_text('<p>\n{% include "parts/one.html" %}')
    (own / "parts").mkdir()
    (own / "parts" / "one.html").write_text("\n\n{{ page.nothing }}")
    with pytest.raises(TemplateError, match=r"^theme/parts/one\.html:3: "):
        render(make_environment(config(own, own)), "404.html", PAGE)


@pytest.mark.parametrize(
    ("content", "name"), [(b"caf\xe9", "404.html"), (None, "unheard-of.html")], ids=["latin-1", "missing"]
)
def test_template_that_cannot_be_read_is_named(own: Path, content: bytes | None, name: str) -> None:
    if content is not None:
        (own / name).write_bytes(content)
    with pytest.raises(TemplateError, match=rf"^{name}: .*page: Lost"):
        render(make_environment(config(own, own)), name, PAGE)


def test_fingerprint_is_stable_and_sees_every_byte(own: Path) -> None:
    plain = templates_fingerprint(config(own, None))
    assert templates_fingerprint(config(own, None)) == plain
    seen = {plain, templates_fingerprint(config(own, own))}
    (own / "note.html").write_bytes(b"a")
    seen.add(templates_fingerprint(config(own, own)))
    (own / "note.html").write_bytes(b"b")
    seen.add(templates_fingerprint(config(own, own)))
    (own / "note.html").rename(own / "tag.html")
    seen.add(templates_fingerprint(config(own, own)))
    (own / "static").mkdir()
    (own / "static" / "style.css").write_bytes(b"p{}")
    seen.add(templates_fingerprint(config(own, own)))
    # An empty folder of one's own changes nothing; each of the four edits does.
    assert len(seen) == 5


def test_fingerprint_does_not_depend_on_where_the_folder_lies(tmp_path: Path) -> None:
    prints = set()
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "note.html").write_text("x")
        (folder / ".DS_Store").write_text(name)
        prints.add(templates_fingerprint(config(tmp_path, folder)))
    assert len(prints) == 1


def test_own_static_file_replaces_the_shipped_one(own: Path) -> None:
    (own / "static" / "img").mkdir(parents=True)
    (own / "static" / "style.css").write_text("p{}")
    (own / "static" / "img" / "logo.svg").write_text("<svg/>")
    files = static_files(config(own, own), frozenset())
    assert list(files) == sorted(files)
    assert files["style.css"] == own / "static" / "style.css"
    assert files["img/logo.svg"] == own / "static" / "img" / "logo.svg"
    assert files["theme.js"].parent != own / "static"


def test_files_of_a_feature_are_copied_only_for_pages_that_need_them(own: Path) -> None:
    (own / "static" / "katex").mkdir(parents=True)
    (own / "static" / "katex" / "katex.min.css").write_text(".katex{}")
    with_code = static_files(config(own, own), frozenset({"code"}))
    with_maths = static_files(config(own, own), frozenset({"code", "math"}))
    added = {name: path for name, path in with_maths.items() if name not in with_code}
    assert with_code.items() <= with_maths.items()
    assert "style.css" in with_code
    assert {name.split("/")[0] for name in added} == {"katex", "maths.js"}
    assert "katex/LICENSE" in added
    assert "katex/fonts/KaTeX_Main-Regular.woff2" in added
    assert added["katex/katex.min.css"] == own / "static" / "katex" / "katex.min.css"


@pytest.mark.parametrize("features", [(), ("code", "mermaid"), ("code", "math")], ids=" ".join)
def test_note_loads_what_its_features_need_and_no_more(tmp_path: Path, features: tuple[str, ...]) -> None:
    page = structs.replace(NOTE, features=features)
    html = render(make_environment(config(tmp_path, None)), "note.html", page)
    loaded = set(re.findall(r'(?:href|src)="\.\./static/([^"]+)"', html))
    assert loaded <= static_files(config(tmp_path, None), frozenset(features)).keys()
    katex = {"katex/katex.min.css", "katex/katex.min.js", "maths.js"}
    assert loaded & katex == (katex if "math" in features else set())


def test_vendored_katex_is_whole_and_asks_no_other_host(tmp_path: Path) -> None:
    files = static_files(config(tmp_path, None), frozenset({"math"}))
    css = files["katex/katex.min.css"].read_text(encoding="utf-8")
    fonts = {f"katex/{name}" for name in re.findall(r"url\(([^)]*)\)", css)}
    assert fonts
    assert fonts == {name for name in files if name.startswith("katex/fonts/")}
    release = re.search(r"KaTeX (\S+),", files["katex/VERSION.txt"].read_text(encoding="utf-8"))
    assert release
    script = files["katex/katex.min.js"].read_text(encoding="utf-8")
    assert f'version:"{release[1]}"' in script
    # Names of XML vocabularies are the only addresses: they are never fetched.
    assert set(re.findall(r"https?://[\w.]+", script + css)) == {"http://www.w3.org"}


def test_counts_are_written_one_way(tmp_path: Path) -> None:
    """11.31: with separators, wherever they stand."""
    environment = make_environment(config(tmp_path, None))
    listing = Listing((Branch("Folder", "f/index.html", 1234),), (), 56789)
    folder = FolderPage(site=SITE, head=HEAD, title="F", breadcrumbs=(), listing=listing)
    branches = (Branch("a", "a.html", 2345, (Branch("b", "b.html", 3456),)),)
    tags = TagIndexPage(site=SITE, head=HEAD, title="Tags", breadcrumbs=(), tags=branches)
    html = render(environment, "folder.html", folder) + render(environment, "tags.html", tags)
    assert [words for words in ("1,234", "56,789 notes", "2,345", "3,456") if words not in html] == []
    home = HomePage(site=SITE, head=HEAD, title="H", listing=listing, recent=(), tags=branches)
    html = render(environment, "home.html", home)
    assert [words for words in ("1,234", "56,789 notes", "2,345") if words not in html] == []


def test_no_template_prints_a_count_bare() -> None:
    """11.31: a count goes through one of two filters."""
    bare = re.compile(
        r"\{\{[^}|]*\.(?:\w*count|notes|links|parts|total|length)\s*\}\}|\|length\s*\}\}|\{:,\}"
    )
    found = {path.name: bare.findall(path.read_text("utf-8")) for path in shipped().rglob("*.html")}
    assert {name: each for name, each in found.items() if each} == {}
