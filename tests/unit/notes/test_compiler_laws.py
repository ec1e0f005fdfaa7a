"""Laws of the compiler: it takes any bytes, its records fit together, and it keeps what is hidden hidden."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from hypothesis import example, given, settings
from hypothesis import strategies as st

from kbgen.notes.compiler import compile_note
from kbgen.notes.holes import fill
from kbgen.notes.markdown.sanitiser import balance
from kbgen.notes.model import CompiledNote, CompileOptions, Content

HOLE = re.compile(r"#|[azepi]\d+|[bv]\d+|t\d+|f\d+\.\d+|h\d+[a-z]+|s[^\0]+")

PIECES = st.sampled_from(
    [
        *(
            "a",
            "b c",
            "é",
            "\n",
            "\n\n",
            " ",
            "  ",
            "\t",
            "    ",
            "1",
            ".",
            "!",
            "\0",
            "\ufdd0",
            "\u2028",
            "🎉",
        ),
        *(
            "[",
            "]",
            "[[",
            "]]",
            "![[",
            "|",
            "\\|",
            "[[N#H|x]]",
            "![[N]]",
            "![[i.png|9]]",
            "[x](y)",
            "![x](y.png)",
            "(",
            ")",
        ),
        *(
            "#",
            "#t",
            "# ",
            "\n## ",
            "\n- ",
            "\n  - ",
            "\n1. ",
            "\n> ",
            "\n> > ",
            "\n> [!note]- ",
            "[!tip]",
            "- [ ] ",
            "[x] ",
        ),
        *(
            "%%",
            "%",
            "==",
            "~~",
            "*",
            "**",
            "_",
            "`",
            "``",
            "\n```\n",
            "\n~~~ py\n",
            "$",
            "$$",
            "\n$$\n",
            "\\",
            "^",
            "^id",
            " ^id\n",
        ),
        *(
            "[^1]",
            "\n[^1]: ",
            "^[",
            "\n[r]: u 't'\n",
            "<",
            ">",
            "<b>",
            "</b>",
            "<div>",
            "\n<div>\n",
            "</div>",
            "<!--",
            "-->",
        ),
        *(
            "<script>",
            "<textarea>",
            '<a href="x',
            '"',
            "'",
            "<img src=y>",
            "<table>",
            "<td>",
            "<iframe>",
            "<p>",
            '<span class="x">',
            "</span>",
            "</p>",
            "<li>",
        ),
        *(
            "\n| a | b |\n|---|---|\n| c | d |\n",
            "\n|",
            "|-|",
            "\n---\n",
            "\n===\n",
            "---\ntags: [t]\n---\n",
            "https://x.org/a#b",
        ),
        *(
            "&amp;",
            "&#0;",
            "&#xFDD0;",
            "&#64976;",
            "<b title='&#xfdd0;a9&#xfdd1;'>",
            "\n^b\n",
            "\n%%\n",
            "\n\n%%",
            "javascript:",
            "`fact: a.b`",
            "\n```facts\n",
            "\n```text\n",
            "verify: x",
        ),
    ]
)

NOTES = st.one_of(
    st.binary(), st.text().map(str.encode), st.lists(PIECES, max_size=40).map("".join).map(str.encode)
)

OPTIONS = st.builds(CompileOptions, hard_breaks=st.booleans(), unsafe_html=st.booleans())


def slices(content: Content) -> list[tuple[int, int]]:
    return [*content.sections, *content.blocks]


def fits_together(note: CompiledNote) -> None:
    html = note.content.html
    parts = html.split("\0")
    assert len(parts) % 2 == 1
    for payload in parts[1::2]:
        assert HOLE.fullmatch(payload), payload
        number = re.search(r"\d+", payload)
        if number and payload[0] == "t":
            assert not note.outline.tags[int(number[0])].hidden
        elif number and payload[0] in "bv":
            assert int(number[0]) < len(note.outline.bindings)
        elif number and payload[0] != "f":
            assert not note.outline.links[int(number[0])].hidden
    assert "\ufdd0" not in html
    assert "\ufdd2" not in html
    ids = [heading.id for heading in note.outline.headings]
    assert len(ids) == len(set(ids))
    assert all(ids)
    names = [block.id for block in note.outline.blocks]
    assert len(names) == len(set(names))
    for start, end in [(note.content.h1_start, note.content.h1_end), *slices(note.content)]:
        assert 0 <= start <= end <= len(html)
        assert html[:start].count("\0") % 2 == html[:end].count("\0") % 2 == 0
    for heading, (start, _) in zip(note.outline.headings, note.content.sections, strict=True):
        assert note.outline.raw_html or html[start:].startswith(f"<h{heading.level}")
    for block, (start, end) in zip(note.outline.blocks, note.content.blocks, strict=True):
        assert note.outline.raw_html or f'id="\0#\0^{block.id}"' in html[start:end]
    assert all(heading.line >= 1 for heading in note.outline.headings)
    places = [
        *((link.line, link.column) for link in note.outline.links),
        *((tag.line, tag.column) for tag in note.outline.tags),
        *((fault.line, fault.column) for fault in note.outline.faults),
        *((directive.line, directive.column) for directive in note.outline.directives),
        *((binding.line, binding.column) for binding in note.outline.bindings),
    ]
    assert all(line >= 1 and column >= 1 for line, column in places)


@settings(deadline=None)
@given(NOTES, OPTIONS)
@example(b"a <script>\n\n# T\n", CompileOptions())
@example(b"<table>\n\n# T\n", CompileOptions())
@example(b'<div title="\n\n[[x]]"\n\n# T ^a\n\n^b', CompileOptions())
def test_any_bytes_compile(source: bytes, options: CompileOptions) -> None:
    note = compile_note(source, options)
    fits_together(note)
    assert compile_note(source, options) == note


@settings(deadline=None)
@given(NOTES)
def test_a_slice_can_be_balanced(source: bytes) -> None:
    content = compile_note(source, CompileOptions()).content
    for start, end in slices(content):
        balance(content.html[start:end])


def holes(html: str) -> Iterator[tuple[int, int, str]]:
    """Yield where each hole begins and ends, and what it holds."""
    place = 0
    for index, part in enumerate(html.split("\0")):
        if index % 2:
            yield place - 1, place + len(part) + 1, part
        place += len(part) + 1


EMBEDS = st.sampled_from(
    [
        *("![[N]]", "![[#H]]", "![[i.png|9]]", "![[N]] ![[O]]", "![x](y.png)", "[[N]]", "[x](N)", "[](<N>)"),
        *(
            "\n# H\n",
            "\n## I\n",
            "\n### ![[N]] J\n",
            "\n> # ![[N]] K\n",
            "\n- # ![[N]]\n",
            "\nL ![[N]]\n===\n",
        ),
        *(
            "\n\n![[N]]\n\n^",
            "\n- ![[N]] ^i",
            "\n- a\n  - ![[N]] ^j",
            "\n\n![[N]] ^k\n\n",
            "\n> ![[N]]\n\n^l\n\n",
        ),
        *(
            "\n| ![[N\\|x]] | b |\n|-|-|\n| ![[O]] | d |\n\n^m\n\n",
            "%%![[N]]%%",
            "\n%%\n[[N]]\n%%\n",
            "`![[N]]`",
        ),
        *("[^1]", "\n[^1]: ![[N]]\n", "\n[^2]: [[N]] ![[O]]\n", "^[![[N]]]", "[a ![[N]]](b)", "[[N|![[O]]]]"),
        *(
            "<div>\n\n",
            "</div>",
            '<img src="N">',
            '<a href="N">x</a>',
            "<iframe>",
            "<table>",
            "<b title='",
            "<!--",
        ),
        *("\n\n", "\n", " ", "a", "\n> ", "\n- ", "\n> [!note]- ![[N]]\n> ", "---\nup: '[[N]]'\n---\n", "$"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(NOTES, st.lists(EMBEDS, max_size=20).map("".join).map(str.encode)), OPTIONS)
@example(b"![[A]]\n\n# H\n\n![[B]] ^b\n\n## I\n\n- ![[C]] ^c\n\n# J\n\n![[D]]", CompileOptions())
@example(b"a[^1]\n\n# H\n\nb\n\n[^1]: ![[N]]\n[^2]: ![[O]] [[P]]\n", CompileOptions())
@example(b"---\nup: '[[N]]'\n---\n%%![[N]]%% <img src='N'> [[N]] <script>[[N]]</script>", CompileOptions())
def test_an_outline_says_what_the_page_shows_of_links(source: bytes, options: CompileOptions) -> None:
    note = compile_note(source, options)
    outline, content = note.outline, note.content
    on_page = [hole for hole in holes(content.html) if hole[2][0] in "aepi"]
    in_boxes = [hole for hole in on_page if hole[2][0] in "epi"]
    assert [embed.link for embed in outline.embeds] == [int(payload[1:]) for _, _, payload in in_boxes]
    for embed, (first, last, _) in zip(outline.embeds, in_boxes, strict=True):
        for around, spans in ((embed.headings, content.sections), (embed.blocks, content.blocks)):
            inside = [number for number, (start, end) in enumerate(spans) if start <= first and last <= end]
            assert list(around) == inside
    seen = {int(payload[1:]) for _, _, payload in on_page}
    assert list(outline.unseen) == [
        index for index, link in enumerate(outline.links) if link.form != "property" and index not in seen
    ]


TAGS = st.sampled_from(
    [
        *("word ", " ", "\n", "\n\n", "- ", "> ", "> [!note] ", "# ", "| a | b |\n|---|---|\n| ", " | "),
        *(
            "[",
            "](y)",
            "[[N|",
            "]]",
            "![[i.png]]",
            "![[N]]",
            "![[p.pdf]]",
            "<https://x.org>",
            "#t ",
            "^[",
            "]",
        ),
        *("*", "**", "==", "~~", "`", '<a href="https://x.org">', '<a href="n.md">', '<a name="x">', "</a>"),
        *("<b>", "</b>", "<i>", "</i>", "<span>", "</span>", "<code>", "</code>", "<kbd/>", "<br>", "</br>"),
        *("<div>", "</div>", "<details>", "</details>", "<summary>", "<center>", "</center>", "<p>", "</p>"),
        *("<table>", "</table>", "<tr>", "<td>", "</td>", "<li>", "</li>", "<ul>", "</ul>", "<h2>", "</h2>"),
        *("<T>", "</T>", "<font color=red>", '<div\nid="a">', "<dl>", "<dd>", "<button>", "</button>"),
    ]
)


@settings(deadline=None, max_examples=400)
@given(st.lists(TAGS, max_size=25).map("".join))
@example("[a <b>c](x) d</b> <a href='https://x.org'>[[N]]</a>")
def test_links_never_nest(source: str) -> None:
    note = compile_note(source.encode(), CompileOptions())

    def as_links(payload: str) -> str:
        if payload[0] in "az":
            return "<a>" if payload[0] == "a" else "</a>"
        holds = payload[0] in "tf" or (
            payload[0] in "epi" and "png" not in note.outline.links[int(payload[1:])].target
        )
        return "<a></a>" if holds else ""

    filled = fill(note.content.html, as_links)
    depth = 0
    for found in re.finditer(r"<(/?)a\b", filled):
        depth += -1 if found[1] else 1
        assert depth in {0, 1}, filled


@settings(deadline=None, max_examples=400)
@given(st.lists(TAGS, max_size=25).map("".join))
@example("<b>x\n\n- <i>y\n\n<table><td>z")
def test_what_follows_stands_in_nothing_that_was_left_open(source: str) -> None:
    html = compile_note(f"{source}\n\nLAST\n".encode(), CompileOptions()).content.html
    before = html.partition("<p>LAST</p>")[0]
    opened = Counter(found[1] for found in re.finditer(r"<([a-z][a-z0-9]*)\b", before))
    closed = Counter(found[1] for found in re.finditer(r"</([a-z][a-z0-9]*)", before))
    left = set(opened - closed) - {"br", "hr", "img"}
    assert not left or any(f"</{name}>" in source for name in left), html


@settings(deadline=None)
@given(st.lists(PIECES.filter(lambda piece: "<" not in piece and "%%" not in piece), max_size=20))
def test_places_are_those_of_the_source(pieces: list[str]) -> None:
    source = "".join(pieces).replace("\0", "").replace("\ufdd0", "")
    lines = source.split("\n")
    note = compile_note(source.encode(), CompileOptions())
    for tag in note.outline.tags:
        if not tag.declared:
            assert lines[tag.line - 1][tag.column - 1 :].startswith("#" + tag.name)
    for link in note.outline.links:
        if link.form == "wikilink":
            assert lines[link.line - 1][link.column - 1 :].startswith("![[" if link.embed else "[[")


CANARY = "CANARY"

PLAIN = st.lists(
    st.sampled_from(
        ["word", " ", "*", "**", "[[N]]", "#t ", "- ", "> ", "\n", "\n\n", "1. ", "# ", "|", "`c`", "\\"]
    ),
    max_size=8,
).map("".join)

HIDDEN_PIECES = st.sampled_from(
    [
        *(CANARY, f"[[{CANARY}]]", f" #{CANARY} ", f"![[{CANARY}|{CANARY}]]", "*", "[x](", ")", "<b>", "=="),
        *(" ", "\n", "\n\n", "\n# ", "\n- ", "\n> ", "\n```\n", "\n| a |\n|--|\n", "\n<div>\n", "\n[^1]: "),
        *("$$", "\n$$\n", " ^id\n"),
    ]
)

HIDDEN = st.lists(HIDDEN_PIECES, max_size=8).map(lambda parts: CANARY + "".join(parts) + CANARY)

IN_LINE = HIDDEN.map(lambda text: "%%" + " ".join(text.split()) + "%%")

FRAMES = st.sampled_from(
    [
        "{}",
        "x {} y",
        "# {}\n",
        "# x {} y\n",
        "- a {}\n- b",
        "- [ ] {} a",
        "1. {}\n   b",
        "> {}\n> b",
        "> [!note] {}\n> b",
        "> [!note] T\n> {} b",
        "| a | {} |\n|---|---|\n| {} | b {} |",
        "x[^1]\n\n[^1]: a {} b",
        "x ^[a {} b]",
        "**a {} b** ==c== [[N]] d",
        "[a {}](b)",
        "[[N|a {} b]]",
        "![a {}](b.png)",
        "a {} b\n===",
        "<div>{}</div>\n",
        "<div>\n\n{}\n\n</div>\n",
        "a {} ^id",
    ]
)


def nothing_leaks(source: str) -> None:
    note = compile_note(source.encode(), CompileOptions())
    shown = fill(note.content.html, lambda _payload: "")
    links = [link for link in note.outline.links if not link.hidden]
    tags = [tag for tag in note.outline.tags if not tag.hidden]
    seen = (
        shown,
        note.content.text,
        note.outline.h1,
        note.outline.headings,
        note.outline.blocks,
        links,
        tags,
        note.outline.properties,
        note.outline.aliases,
    )
    assert CANARY not in str(seen)


@settings(max_examples=300, deadline=None)
@given(FRAMES, st.lists(IN_LINE, min_size=3, max_size=3), PLAIN)
def test_a_comment_in_a_line_stays_hidden(frame: str, comments: list[str], after: str) -> None:
    nothing_leaks(frame.format(*comments) + "\n\n" + after)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(
        [
            "",
            "- ",
            "> ",
            "> [!note]\n> ",
            "1. a\n   ",
            "- a\n\n  ",
            "# T\n",
            "x[^1]\n\n[^1]: a\n  ",
            "<div>\n",
            "a\n",
        ]
    ),
    HIDDEN,
    PLAIN,
)
def test_a_comment_at_a_lines_beginning_stays_hidden(before: str, hidden: str, after: str) -> None:
    nothing_leaks(f"{before}%%\n{hidden}\n%%\n{after}")
    nothing_leaks(f"{before}%%\n{hidden}")


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(
        [
            "a ",
            "- a ",
            "> a ",
            "> [!note] a ",
            "1. a\n   b ",
            "# T ",
            "| a | ",
            "x[^1]\n\n[^1]: a ",
            "a\nb ",
            "**a ",
            "- a\n  b ",
        ]
    ),
    HIDDEN,
    PLAIN,
)
def test_a_comment_behind_words_stays_hidden(before: str, hidden: str, after: str) -> None:
    nothing_leaks(f"{before}%%{hidden}%%{after}")


@settings(max_examples=200, deadline=None)
@given(HIDDEN, PLAIN)
def test_what_is_left_open_shows_no_comment(hidden: str, after: str) -> None:
    hidden = hidden.replace("```", "").replace("-->", "")
    for opening in ("```\n", "~~~\n", "> [!note]- ", "<div>\n", '<div title="', "<!--\n"):
        nothing_leaks(f"{opening}\n%%\n{hidden}\n%%\n{after.replace('`', '')}")


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="%")))
def test_a_comment_of_html_stays_hidden(text: str) -> None:
    text = text.replace("-->", "").replace(">", "").replace("-", "")
    nothing_leaks(f"<!-- {CANARY} {text} -->\n\na")
    nothing_leaks("a <!-- " + CANARY + " ".join(text.split()) + " --> b")
