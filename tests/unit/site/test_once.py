"""What ``{% once %}`` keeps is of one place and one object, and can depend on nothing else."""

from __future__ import annotations

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined, TemplateSyntaxError

from kbgen.site.once import Once
from kbgen.site.views import PageLink


def once(template: str) -> Environment:
    return Environment(
        loader=DictLoader({"page": template}), autoescape=True, extensions=[Once], undefined=StrictUndefined
    )


def test_what_is_kept_is_of_one_place_and_one_object() -> None:
    page = once(
        "{% once x %}<{{ x.text }}>{% endonce %}{% once x %}[{{ x.text }}]{% endonce %}"
    ).get_template("page")
    one, two = PageLink("&", None), PageLink("2", None)
    made = [page.render(x=each) for each in (one, one, two, one, PageLink("3", None))]
    assert made == ["<&amp;>[&amp;]", "<&amp;>[&amp;]", "<2>[2]", "<&amp;>[&amp;]", "<3>[3]"]


def test_what_is_kept_may_stand_anywhere() -> None:
    macro = "{% macro m(x) %}{% once x %}{{ x }}{% endonce %}{% endmacro %}"
    block = "{% block b %}{% once y %}{% for c in y %}{{ loop.index }}{{ c }}{% endfor %}{% endonce %}"
    page = once(macro + "{% for x in 'aab' %}{{ m(x) }}{% endfor %}" + block + "{% endblock %}").get_template(
        "page"
    )
    assert page.render(y="<") == "aab1&lt;"


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{% once x %}{{ page }}{% endonce %}", "must not use page"),
        ("{% once x %}{{ self.b() }}{% endonce %}", "must not use self"),
        ("{% block b %}{% once x %}{{ super() }}{% endonce %}{% endblock %}", "must not use super"),
        ("{% once x %}{% block b %}{% endblock %}{% endonce %}", "must not hold blocks"),
        ("{% once x %}{% include 'page' %}{% endonce %}", "must not hold blocks"),
        ("{% once x %}{% from 'page' import y %}{{ y() }}{% endonce %}", "must not hold blocks"),
        ("{% once x.y %}{% endonce %}", "expected token"),
    ],
)
def test_what_depends_on_more_cannot_be_kept(template: str, message: str) -> None:
    with pytest.raises(TemplateSyntaxError, match=message):
        once(template).get_template("page")
