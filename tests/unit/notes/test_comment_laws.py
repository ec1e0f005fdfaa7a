"""The law of comments: on lines of their own they change nothing but the places of what stands below."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from kbgen.notes.compiler import compile_note
from kbgen.notes.model import CompileOptions

LINES = st.sampled_from(
    [
        *("", "", "a", "b [[N]] #t", "text ^id", "^id", "# H", "===", "---", "    deep"),
        *("- a", "- b", "  more", "  - c", "\t- d", "* e", "1. f", "2. g", "- [ ] h", "      wide"),
        *("> a", "> b", "> > c", "> [!note] T", "> - d", ">"),
        *("| a | b |", "|---|---|", "| c | d |", "> | a | b |", "> |---|---|", "> | c | d |"),
        *("x[^1]", "[^1]: note", "[^2]: other", "[r]: u", "[r]", "$$x$$"),
    ]
)
COMMENTS = st.sampled_from(["%% c %%", "%% c\nd %%", "%%\n\n- c\n\n%%", "%%c%% "])


@settings(max_examples=300, deadline=None)
@given(
    st.lists(LINES, max_size=12), st.lists(st.tuples(st.integers(0, 12), COMMENTS), min_size=1, max_size=3)
)
@example(["- a", "", "- b"], [(1, "%% c %%"), (2, "%% c %%")])
@example(["| a | b |", "|---|---|", "", "^id"], [(3, "%% c %%")])
@example(["    deep", "    deep"], [(1, "%% c %%")])
def test_a_comment_on_its_own_lines_is_as_if_they_were_not_there(
    lines: list[str], comments: list[tuple[int, str]]
) -> None:
    lines = ["first", "", *lines]  # nothing is front matter
    plain = compile_note("\n".join(lines).encode(), CompileOptions())
    for place, comment in sorted(comments, reverse=True):
        lines = [*lines[:place], comment, *lines[place:]]
    note = compile_note("\n".join(lines).encode(), CompileOptions())
    assert note.content.html == plain.content.html
    assert note.content.text == plain.content.text
    assert [tag.name for tag in note.outline.tags] == [tag.name for tag in plain.outline.tags]
    assert [fault.code for fault in note.outline.faults] == [fault.code for fault in plain.outline.faults]
    for link in note.outline.links:
        assert "\n".join(lines).split("\n")[link.line - 1][link.column - 1 :].startswith(("[[N]]", "[r]"))
