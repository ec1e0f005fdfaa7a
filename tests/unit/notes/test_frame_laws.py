"""Laws of frames: whatever an author writes, only allowed hosts are framed, and links say where they lead."""

from __future__ import annotations

from urllib.parse import urlsplit

from hypothesis import example, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from kbgen.hosts import web_address
from kbgen.notes.compiler import compile_note
from kbgen.notes.holes import fill
from kbgen.notes.markdown.frames import SANDBOX
from kbgen.notes.model import CompileOptions

OPTIONS = CompileOptions()
SHOWING = "iframe, frame, embed, object, portal, fencedframe, webview, kb-frame, applet"

PIECES = st.sampled_from(
    [
        *("https:", "http:", "HTTPS:", "javascript:", "data:text/html,", "blob:", "file:", "//", "\\\\", "/"),
        *("www.youtube-nocookie.com", "player.vimeo.com", "youtu.be", "www.youtube.com", "evil.example"),
        *("@", ":", "443", "8443", ".", "%2e", "%40", "。", "/embed/", "/video/", "NnTvZWp5Q7o", "76979871"),
        *(
            "?v=",
            "&t=",
            "#",
            "&#10;",
            "&Tab;",
            "&colon;",
            "&amp;",
            "\t",
            " ",
            "page.html",
            "../",
            "é",
            "\u202e",
        ),
    ]
)
ADDRESSES = st.lists(PIECES, max_size=8).map("".join)
ATTRIBUTES = st.sampled_from(
    [
        *("", " srcdoc='<script>x</script>'", ' title="a"', " sandbox", ' allow="camera"', ' n="0"', " n=9"),
        *(
            ' onload="x()"',
            ' style="color:red"',
            ' width="100%"',
            " src=//evil.example",
            " /",
            ' class="video"',
        ),
    ]
)
TAGS = st.sampled_from(["iframe", "IFRAME", "embed", "object", "frame", "portal", "webview", "kb-frame"])


@st.composite
def frames(draw: st.DrawFn) -> str:
    """Write a frame, or the beginning or the end of one, or what may break one."""
    tag = draw(TAGS)
    if draw(st.integers(0, 9)) == 0:
        return draw(
            st.sampled_from(
                [f"</{tag}>", f"<{tag}", "<p>", "</p>", "<!--", "-->", '"', "\n\n> ", "\n\n- ", "a"]
            )
        )
    name = "data" if tag == "object" else "src"
    address, quote = draw(ADDRESSES), draw(st.sampled_from("\"'"))
    attributes = draw(st.lists(ATTRIBUTES, max_size=3).map("".join))
    end = draw(st.sampled_from([f"</{tag}>", "", f"text</{tag}>"]))
    return f"<{tag}{attributes} {name}={quote}{address}{quote}{attributes}>{end}"


@settings(max_examples=300, deadline=None)
@given(st.lists(frames(), min_size=1, max_size=5).map("".join))
@example('<iframe src="https://www.youtube-nocookie.com@evil.example/"></iframe>')
@example("<object data='https://evil.example'><embed src='https://player.vimeo.com/video/1'></object>")
@example('<iframe title="</iframe><iframe src=//evil.example>" src="https://player.vimeo.com/"></iframe>')
@example('<kb-frame src="https://evil.example"></kb-frame> <kb-frame n="0" src="x.html">')
def test_4_only_allowed_hosts_are_framed(source: str) -> None:
    note = compile_note(source.encode(), OPTIONS)
    page = LexborHTMLParser(fill(note.content.html, lambda _payload: ""))
    for frame in page.css(SHOWING):
        assert frame.tag == "iframe", source
        address = urlsplit(frame.attributes["src"] or "")
        assert (address.scheme, address.netloc in OPTIONS.frames) == ("https", True), source
        assert frame.attributes["sandbox"] == SANDBOX
        assert frame.attributes["title"]
        assert {"loading", "referrerpolicy"} <= set(frame.attributes)
        assert not {"srcdoc", "allow", "onload", "n", "name"} & set(frame.attributes)
    for link in page.css("a.external"):
        target = urlsplit(link.attributes["href"] or "")
        assert target.scheme in {"http", "https"}, source
        if link.attributes.get("rel") == "noopener" and "(" in link.text():
            assert link.text().endswith(f"({target.netloc})")


@settings(max_examples=300, deadline=None)
@given(ADDRESSES)
def test_4_an_address_read_is_read_again_as_it_is(written: str) -> None:
    address = web_address(written)
    if address is not None:
        assert web_address(str(address)) == address
        assert urlsplit(str(address)).hostname == address.host
