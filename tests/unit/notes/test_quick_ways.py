"""Short ways through the work of a parser give what the long ways give."""

from __future__ import annotations

import re
from typing import Any
from unittest.mock import patch

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from kbgen.notes.compiler import compile_note
from kbgen.notes.markdown import inline_text
from kbgen.notes.markdown.block_walk import BlockWalk
from kbgen.notes.markdown.context import CompileContext, new_env
from kbgen.notes.markdown.dispatch import DispatchBlock
from kbgen.notes.markdown.fast_paths import fast_paths_plugin
from kbgen.notes.markdown.offsets import BlockState
from kbgen.notes.markdown.parser import make_parser
from kbgen.notes.markdown.positions import PlacedInline
from kbgen.notes.markdown.renderer import NoteRenderer
from kbgen.notes.markdown.syntax import ANY
from kbgen.notes.model import CompileOptions

BLOCK_PIECES = (
    *("a", "b c", "é", "🎉", " ", "  ", "    ", "\t", "\n", "\n\n", "\n  ", "\n    ", "\n\t"),
    *("- ", "\n- ", "\n  - ", "\n1. ", "\n2) ", "\n10. ", "\n+", "\n> ", "\n> > ", "\n>", "- - "),
    *("\n---\n", "\n--- -", "\n===", "\n=", "\n-", "\n-- \t", "\n***", "\n* * *", "\n___\n", "\n*a*", "\n-a"),
    *("\n# ", "\n## a", "\n```\n", "\n~~~", "\n<div>\n", "</div>", "\n[a]: b\n", "[a]", "\n| a | b |", "|"),
    *("\n|---|---|\n", "\n:-:\n", "\\", "`"),
)
"""What begins blocks, goes on in them and ends them."""

NOTE_PIECES = (
    *BLOCK_PIECES,
    *("%%", "\n%%\n", "%% x %%", "<!-- c -->", "\n> [!note] ", "[[N]]", "[[N|a]]", "![[N]]", "#t", "[^1]"),
    *("\n[^1]: ", "^[n]", " ^id", "\n^id\n", "- [ ] ", "*", "**", "_", "==", "~~", "$", "$$", "&amp;", ". "),
    *("|\n|-|%%\n", "|\n|-|-|  %%\nx%%", "a|b\n-|-\n", "[x](y)", "https://x.org", "(", ")", "]", "! "),
)

BLOCKS = st.lists(st.sampled_from(BLOCK_PIECES), max_size=30).map("".join)
NOTES = st.lists(st.sampled_from(NOTE_PIECES), max_size=30).map("".join)

TRIGGERS = {
    "code": ANY,
    "fence": "`~",
    "blockquote": ">",
    "hr": "*-_",
    "list": "*-+0123456789",
    "reference": "[",
    "html_block": "<",
    "heading": "#",
    "lheading": ANY,
    "paragraph": ANY,
}


def told(tokens: list[Token]) -> list[dict[str, Any]]:
    return [{**token.as_dict(), "meta": {}} for token in tokens]


def block_tokens(md: MarkdownIt, text: str) -> list[Token]:
    tokens: list[Token] = []
    md.block.parse(text, md, new_env(CompileContext(text.split("\n"), 0)), tokens)
    return tokens


def quick_parser() -> MarkdownIt:
    """Return a parser of CommonMark with our rules in the place of markdown-it's."""
    md = MarkdownIt("commonmark")
    md.block = block = DispatchBlock(TRIGGERS, {})
    block.ruler.disable("table")
    fast_paths_plugin(md)
    block.ruler.freeze()
    return md


PLAIN, QUICK = MarkdownIt("commonmark", {"xhtmlOut": False}), quick_parser()


@settings(deadline=None)  # the first note loads the parser
@given(BLOCKS)
@example("a\n===\nb\n---\n")
@example("- a\n- b\n  c\n\n  d\n---\n")
@example("> a\nb\n===\n")
@example("1. a\n   - b\n\n\t  c\n \t")
def test_our_rules_find_the_blocks_that_markdown_it_finds(text: str) -> None:
    assert told(block_tokens(QUICK, text)) == told(block_tokens(PLAIN, text))


@settings(deadline=None)  # the first note loads the parser
@given(st.text(alphabet="ab \t\n\u2028é🎉", max_size=60))
@example(" \t a\n\n\tb \n  ")
def test_lines_are_marked_as_markdown_it_marks_them(text: str) -> None:
    marks = ("bMarks", "eMarks", "tShift", "sCount", "bsCount", "lineMax")
    ours = BlockState(text, QUICK, new_env(CompileContext([], 0)), [], {})
    theirs = StateBlock(text, PLAIN, {}, [])
    assert [getattr(ours, name) for name in marks] == [getattr(theirs, name) for name in marks]


@settings(deadline=None)  # the first note loads the parser
@given(BLOCKS)
def test_tags_are_written_as_markdown_it_writes_them(text: str) -> None:
    tokens = PLAIN.parse(text)
    ours, theirs = NoteRenderer(), RendererHTML()
    for index in range(len(tokens)):
        wanted = theirs.renderToken(tokens, index, PLAIN.options, {})
        assert ours.renderToken(tokens, index, PLAIN.options, {}) == wanted


@settings(deadline=None)  # the first note loads the parser
@given(NOTES)
@example("| a |\n:- %%\n| 1 |\ny%%\n")
@example("a |\n--- %%\n1 |\ny%%\n")
@example("1.  \ta\n\n        b")
def test_no_rule_that_is_left_out_would_have_found_something(text: str) -> None:
    block = make_parser(hard_breaks=True).block
    assert isinstance(block, DispatchBlock)
    quick = compile_note(text.encode(), CompileOptions())
    with patch.object(block.ruler, "tables", return_value=block.ruler.tables("%%\t|---|")):
        assert compile_note(text.encode(), CompileOptions()) == quick


@settings(deadline=None)  # the first note loads the parser
@given(NOTES)
@example("*a* **b** ==c== ~~d~~")
def test_words_without_marks_need_no_pairing(text: str) -> None:
    quick = compile_note(text.encode(), CompileOptions())
    with patch.object(PlacedInline, "has_delimiters", return_value=True):
        assert compile_note(text.encode(), CompileOptions()) == quick


@settings(deadline=None)  # the first note loads the parser
@given(NOTES)
@example("a\n\nb & <c>\n\n- d\n\n# e")
def test_plain_words_are_kept_as_others_are(text: str) -> None:
    quick = compile_note(text.encode(), CompileOptions())
    with patch.object(BlockWalk, "_keep_plain", return_value=False):
        assert compile_note(text.encode(), CompileOptions()) == quick


SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+|(?<=[。！？])")
SPACE = re.compile(r"\s+")


@settings(deadline=None)  # the first note loads the parser
@given(st.text(alphabet="ab .!?…。！？\"'”)] \n\t\u3000", max_size=60))
@example("a.” b。c. ")
def test_sentences_end_where_a_look_at_every_character_finds_it(text: str) -> None:
    found = SENTENCE_END.search(text)
    assert inline_text._after(text) == SPACE.sub(" ", text[: found.start()] if found else text).rstrip()
    begin = max((end for each in SENTENCE_END.finditer(text) if (end := each.end()) < len(text)), default=0)
    assert inline_text._before(text) == SPACE.sub(" ", text[begin:]).lstrip()
