"""The quick environment prints what Jinja prints, whatever a template does."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader, Environment, StrictUndefined, UndefinedError
from markupsafe import Markup, escape

from kbgen.config import load
from kbgen.pipeline import build
from kbgen.site import environment as site_environment
from kbgen.site.quick_jinja import QuickEnvironment, printed
from kbgen.site.views import PageLink

NOTES = {
    "a/One.md": "---\ntags: [x, x/y]\nyear: 2012\nlink: '[[Two]]'\n---\n# A\n\n# B\n\nSee [[Two|<two>]].",
    "a/Two.md": "---\ncreated: 2020-01-02\ndate: 2020-01-02\n---\n$x$ and ![[One]]\n\n| a |\n|---|\n| `b` |",
    "AlexNet.md": "AlexNet has 60 million parameters and 9 layers. [[One]], [[Two]] and [[Three]] & 'more'.",
    "Three.md": "[[One]], [[Two]], [[AlexNet]], [[nowhere]]",
}
NAMES = {
    "link": PageLink("A & <b>", None),
    "links": (PageLink("one", "1.html"), PageLink("two", None)),
    "item": {"text": "of a dict", "from": "a keyword", "items": "what a dict has too"},
    "count": 1234,
    "markup": Markup("<i>&amp;</i>"),
    "nothing": None,
}
SHARED = """{% macro plain(x) %}<{{ x }}>{% endmacro %}
{% macro given(x, y="<d>") %}{{ x }}{{ y }}{% endmacro %}
{% macro many(x) %}{{ x }}{{ varargs }}{{ kwargs }}{% endmacro %}
{% macro around(x) %}({{ caller(x) }}){% endmacro %}
{% macro text(x) %}{{ x.text }}{% endmacro %}"""
TEMPLATES = """\
{{ link.text }}{{ link.href }}{{ count }}{{ markup }}{{ nothing }}{{ 1.5 }}{{ true }}
{{ item.text }} {{ item.from }} {{ item.items()|length }}
{% if item.gone is defined %}a{% else %}b{% endif %}{{ link.gone|default("c") }}{{ gone|default("d") }}
{{ link.text|upper }}{{ link.text|safe }}{{ link.text ~ markup }}{{ (markup ~ "<")|length }}
{% from "shared" import plain %}{{ plain("<") }}{{ plain(markup) }}{{ plain(x="<") }}{{ plain(plain(1)) }}
{% from "shared" import given %}{{ given("<") }}{{ given("<", "&") }}{{ given("<", y="&") }}{{ given(x=1) }}
{% from "shared" import many %}{{ many(1, 2, z=3) }}{{ many(1) }}{{ many(1, *[2, 3]) }}
{% from "shared" import around %}{% call(x) around("<") %}{{ x }}&{% endcall %}
{% import "shared" as shared %}{{ shared.plain(shared.plain("<"))|length }}{{ shared.given("a") }}
{% from "shared" import text %}{{ text(link) }}{{ text(item) }}
{% from "shared" import plain %}{% autoescape false %}{{ link.text }}{{ plain("<") ~ "<" }}{% endautoescape %}
{% for each in links recursive %}{{ loop.index }}{{ each.text }}{{ loop([]) }}{% else %}0{% endfor %}
{% for each in links if each.href %}{{ each.href }}{{ loop.length }}{% endfor %}
{{ links|map(attribute="text")|join }}{{ links|selectattr("href")|list|length }}
{% set all = namespace(n=0) %}{% for each in links %}{% set all.n = all.n + 1 %}{% endfor %}{{ all.n }}
{% set words %}<{{ link.text }}>{% endset %}{{ words }}{{ "a".upper() }}{{ "{}".format(link.text) }}
{% include "part" %}{% filter upper %}{{ link.text }}{% endfilter %}{{ cycler("<", "b").next() }}
{% extends "frame" %}{% block one %}{{ super() }}{{ self.two() }}{{ link.text }}{% endblock %}
""".splitlines()
FRAME = "{% block one %}[{{ link.text }}]{% endblock %}{% block two %}({{ count }}){% endblock %}"
FAULTS = ["{{ gone }}", "{{ gone.text }}", "{{ link.gone }}", "{{ item.gone }}", "{{ link.text.gone.more }}"]


def loader(page: str) -> DictLoader:
    return DictLoader({"page": page, "shared": SHARED, "part": "{{ item.text }}", "frame": FRAME})


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_page_is_what_jinja_makes_of_it(template: str) -> None:
    slow = Environment(loader=loader(template), autoescape=True, undefined=StrictUndefined)
    quick = QuickEnvironment(loader=loader(template), autoescape=True, undefined=StrictUndefined)
    expected = slow.get_template("page").render(NAMES)
    assert [quick.get_template("page").render(NAMES) for _ in range(2)] == [expected] * 2


@pytest.mark.parametrize("template", FAULTS)
def test_an_error_says_what_jinja_says(template: str) -> None:
    said = []
    for kind in (Environment, QuickEnvironment):
        environment = kind(loader=loader(template), autoescape=True, undefined=StrictUndefined)
        with pytest.raises(UndefinedError) as caught:
            environment.get_template("page").render(NAMES)
        said.append(caught.value.message)
    assert said[0] == said[1]


@given(st.text() | st.integers() | st.none() | st.booleans() | st.floats() | st.text().map(Markup))
def test_a_value_is_printed_as_jinja_escapes_it(value: object) -> None:
    assert str(printed(value)) == str(escape(value))


def test_a_site_is_what_jinja_makes_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "theme/tags.html": '{% extends "default/tags.html" %}{% block tools %}{{ {"b": "<c>"}.b }}'
        "{% endblock %}{% block footer %}{{ super() }}{{ page.title }}{% endblock %}",
        "kbgen.toml": 'templates = "theme"',
        **{f"vault/{name}": text for name, text in NOTES.items()},
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    sites = []
    for kind in (QuickEnvironment, Environment):
        monkeypatch.setattr(site_environment, "QuickEnvironment", kind)
        output = tmp_path / kind.__name__
        build(load(vault=None, output=output, config_file=None, base_url=None, cwd=tmp_path), jobs=1)
        sites.append({path.relative_to(output): path.read_bytes() for path in output.rglob("*.html")})
    assert b"&lt;c&gt;" in sites[0][Path("tags/index.html")]
    assert sites[0] == sites[1]
