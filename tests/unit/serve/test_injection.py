"""Our script in a page as it is sent, and what its policy allows then."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbgen.config import Config
from kbgen.serve.injection import allowing_own, rooted, with_own_allowed, with_script
from kbgen.site.policy import page_policy

OURS = page_policy(Config(vault=Path(), output=Path()))
SCRIPT = (
    '<script src="/.kbgen/reload.js" data-build="b-1" data-files="[&quot;a.html&quot;]" defer></script>\n'
)


def sent(page: str) -> str:
    return with_script(page.encode(), "b-1", ["a.html"]).decode()


def test_the_script_is_the_last_of_the_body() -> None:
    page = "<html><body><p>the tag &lt;/body></p></body></html>"
    assert sent(page) == f"<html><body><p>the tag &lt;/body></p>{SCRIPT}</body></html>"


@pytest.mark.parametrize("page", ["", "text", "<p>no end", "<body><!-- open"])
def test_a_page_without_an_end(page: str) -> None:
    assert sent(page) == page + SCRIPT


def test_the_end_in_capitals_and_the_last_of_two() -> None:
    assert sent("<pre></body></pre></BODY >x") == f"<pre></body></pre>{SCRIPT}</BODY >x"


def test_names_of_files_cannot_leave_the_attribute() -> None:
    page = with_script(b"", "b-1", ['"><script>x</script>.html']).decode()
    assert page.count("<script") == 1
    assert page.count(">") == 2


def test_our_policy_allows_one_thing_more() -> None:
    assert allowing_own(OURS) == f"{OURS}; connect-src 'self'"


@pytest.mark.parametrize(
    ("policy", "allowed"),
    [
        ("", ""),
        ("img-src 'none'", "img-src 'none'"),
        (
            "default-src 'self'; img-src *",
            "default-src 'self'; img-src *",
        ),
        (
            "script-src 'sha256-x'; connect-src https://a.example",
            "script-src 'sha256-x' 'self'; connect-src https://a.example 'self'",
        ),
        (
            "script-src 'none'; script-src-elem 'none'; style-src-elem b.example",
            "script-src 'none'; script-src-elem 'self'; style-src-elem b.example 'self'",
        ),
        ("SCRIPT-SRC 'NONE';; ;script-src *", "script-src 'self'"),
    ],
)
def test_other_policies(policy: str, allowed: str) -> None:
    assert allowing_own(policy) == allowed


NAMES = st.sampled_from(
    ["default-src", "script-src", "script-src-elem", "style-src", "connect-src", "img-src"]
)
SOURCES = st.lists(st.sampled_from(["'self'", "'none'", "a.example", "'unsafe-inline'", "data:"]), max_size=3)


@given(st.dictionaries(NAMES, SOURCES))
def test_law_of_policies(directives: dict[str, list[str]]) -> None:
    """A second time adds nothing, nothing that was allowed is lost, and nothing but ours is gained."""
    policy = "; ".join(" ".join((name, *sources)) for name, sources in directives.items())
    allowed = allowing_own(policy)
    assert allowing_own(allowed) == allowed
    after = {part.split()[0]: set(part.split()[1:]) for part in allowed.split(";") if part.strip()}
    for name, sources in directives.items():
        assert after[name] - {"'self'"} <= set(sources)
        assert set(sources) - {"'none'"} <= after[name]
    for name in after.keys() - directives.keys():
        assert after[name] - {"'self'"} <= set(directives["default-src"])
    for name in ("script-src", "style-src", "connect-src"):
        rules = [after[each] for each in (f"{name}-elem", name, "default-src") if each in after]
        assert not rules or "'self'" in rules[0]


@pytest.mark.parametrize(
    "meta",
    [
        '<meta http-equiv="Content-Security-Policy" content="connect-src &#39;none&#39;">',
        "<META content='connect-src \"none\"' HTTP-EQUIV='content-security-policy' />",
        '<meta\nhttp-equiv = "Content-Security-Policy"\ncontent = "connect-src &#x27;none&#x27;">',
        "<meta http-equiv=Content-Security-Policy content=\"connect-src 'none'\">",
    ],
)
def test_a_policy_is_found_however_it_is_written(meta: str) -> None:
    page = with_own_allowed(f"<head>é {meta}</head><body>{meta}".encode()).decode()
    head, body = page.split("</head>")
    assert re.search(r"""content="connect-src .*'self'">?""", head)
    assert body == f"<body>{meta}", "words of a note are no policy"


@given(st.binary(max_size=200))
def test_law_a_page_without_a_policy_stays_as_it_is(page: bytes) -> None:
    assert with_own_allowed(page) == page


def test_what_leads_on_from_a_page_that_is_nowhere() -> None:
    page = (
        b'<link href="static/a.css"><script src="static/a.js"><a href="index.html"><a href="#kb:content">'
        b'<a href="https://other.example/x"><a href="mailto:a@b.example"><p>href="x"'
    )
    assert rooted(page, "") == (
        b'<link href="/static/a.css"><script src="/static/a.js"><a href="/index.html"><a href="#kb:content">'
        b'<a href="https://other.example/x"><a href="mailto:a@b.example"><p>href="x"'
    )
    assert rooted(
        b'<a href="https://a.example/kb/x.html" title="https://a.example/kb">', "https://a.example/kb"
    ) == (b'<a href="/x.html" title="https://a.example/kb">')
