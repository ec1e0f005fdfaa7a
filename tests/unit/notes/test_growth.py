"""11.8 A note of twice the length compiles in about twice the time: ratios, never seconds."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import pytest

from kbgen.notes.compiler import compile_note
from kbgen.notes.model import CompileOptions

SIZE = 200_000
"""Characters at which what is quadratic is by far the larger part."""

MOST = 2.6
"""Times as long for twice as much. What is quadratic takes four times as long; other work on the machine
spoils a measurement now and then."""

RUNS: dict[str, str] = {
    "brackets": "[",
    "wikilinks": "[[",
    "embeds": "![[",
    "images": "![",
    "brackets in a quote": "> [",
    "brackets in a list": "- [",
    "brackets and numbers": "[1",
    "notes in words": "^[a] ",
    "notes in words of lines": "^[a]\n",
    "links": "[a](b) ",
    "emphasis": "*a **b ",
    "comments": "%%a ",
    "quotes": ">",
    "quotes in lines": "> a\n>",
    "tags of HTML without a value": "<div>\n<a href=",
    "scripts that do not end": "<script>a",
    "style sheets that do not end": "<style a",
    "scripts and other ends": "<script></style>",
}

BUILT: dict[str, Callable[[int], str]] = {
    "brackets in a cell": lambda size: "|a|b|\n|-|-|\n|x|" + "[" * size + "|\n",
    "brackets in a footnote": lambda size: "[^q]\n\n[^q]: " + "[" * size,
    "brackets in a heading": lambda size: "# " + "[" * size,
    "brackets in a callout": lambda size: "> [!note] " + "[" * size,
    "longer and longer backticks": lambda size: " ".join(
        "`" * run for run in range(1, int((2 * size) ** 0.5))
    ),
    "longer and longer backticks and a comment": lambda size: (
        "x %% " + " ".join("`" * run for run in range(1, int((2 * size) ** 0.5))) + "\n\nx %%"
    ),
    "tildes in a link": lambda size: "[" + "~" * size + "](b)",
    "blanks in what could be the rule of a table": lambda size: "a|b\n-" + " " * size + "|-x",
    "a link and bars in a row": lambda size: "|a|b|\n|-|-|\n|[[" + "a|" * (size // 2) + "\n",
    "links with bars in a row": lambda size: "|a|b|\n|-|-|\n|" + "[[a|b]]" * (size // 7) + "\n",
    "comments of HTML in a row": lambda size: "|a|b|\n|-|-|\n|" + "<!-- a " * (size // 7) + "\n",
    "backticks in a row with a comment": lambda size: "|a|b|\n|-|-|\n|%% %%" + "`" * size + "\n",
    "longer and longer backticks in a row": lambda size: (
        "|a|b|\n|-|-|\n|%% %% $a|b$ " + " ".join("`" * run for run in range(1, int((2 * size) ** 0.5))) + "\n"
    ),
    "longer and longer backticks and a formula": lambda size: (
        "$$a " + " ".join("`" * run for run in range(1, int((2 * size) ** 0.5))) + "\n$$b"
    ),
    "commas between pictures": lambda size: "<img srcset='" + "," * size + "'>",
    "sizes of pictures without a comma": lambda size: "<img srcset='" + "a" * size + " b c'>",
    "lines of TOML, one wrong": lambda size: "+++\n" + "a = 1\n" * (size // 60) + "b\n+++\n",
    "blanks in a wrong property": lambda size: "---\nk: [a" + " " * size + "b\nc: d\n---\n",
    "empty lines of code": lambda size: "```java\n" + "\n" * size + "```\n",
    "a long line of code": lambda size: "```yaml\n" + "%" * size + "\n```\n",
    "one bracket closes": lambda size: "[" * size + "]",
    "one bracket closed before": lambda size: "]" + "[" * size,
}


def seconds(note: bytes) -> float:
    """Return the processor time of one compilation."""
    gc.collect()
    gc.disable()
    try:
        begun = time.process_time()
        compile_note(note, CompileOptions())
        return time.process_time() - begun
    finally:
        gc.enable()


CASES = {name: lambda size, piece=piece: piece * (size // len(piece)) for name, piece in RUNS.items()} | BUILT


@pytest.mark.parametrize("built", CASES.values(), ids=CASES)
def test_twice_the_note_takes_about_twice_as_long(built: Callable[[int], str]) -> None:
    once, twice = built(SIZE).encode(), built(2 * SIZE).encode()
    for _ in range(3):
        before, after = seconds(once), seconds(twice)
        if after < MOST * before:
            return
    pytest.fail(f"{before:.3f} s, then {after:.3f} s")


@pytest.mark.parametrize(
    ("code", "blocks", "coloured"),
    [
        pytest.param("x = 1\n" * 1_600, 14, 10, id="many long blocks"),
        pytest.param("x = 1\n" * 4_000, 2, 0, id="blocks that are too long"),
        pytest.param("x = 1\n" * 10, 300, 300, id="many short blocks"),
        pytest.param("x = 1\n" + "#" * 2_000, 1, 0, id="a long line"),
        pytest.param("x = 1\n" + "\n" * 300 + "y\n", 1, 0, id="a gap of empty lines"),
        pytest.param("x = 1" + " " * 300 + "\n", 1, 0, id="a gap of blanks"),
        pytest.param("x = '" + "a" * 900 + "'\n", 1, 1, id="a line that is short enough"),
    ],
)
def test_the_colours_of_code_have_a_bound(code: str, blocks: int, coloured: int) -> None:
    compiled = compile_note(f"```python\n{code}```\n\n".encode() * blocks, CompileOptions())
    assert compiled.content.html.count("kb-highlight") == coloured
    assert compiled.content.html.count("<pre>") == blocks


@pytest.mark.parametrize(
    ("definition", "use"),
    [
        ("[a]: https://a.org/{long}", "[a] "),
        ("[a]: https://a.org '{long}'", "[a] "),
        ("[a]: {long}.md", "[a] "),
        ("[a]: https://a.org/{long}.png", "![a] "),
        ("[a]: b.png '{long}'", "- ![a]\n"),
        ("[a]: https://a.org/{long}", "[x][a]\n\n"),
        ("[a]: https://a.org/{long}", "|[a]|x|\n|-|-|\n|[a]|[a]|\n\n"),
    ],
)
def test_references_cannot_repeat_without_end(definition: str, use: str) -> None:
    """As long as the note is short; else a page were thousands of times as long as what is written."""
    note = definition.format(long="b" * 20_000) + "\n\n" + use * 1_000
    compiled = compile_note(note.encode(), CompileOptions())
    added = sum(len(link.target) + len(link.title) for link in compiled.outline.links)
    assert max(len(compiled.content.html), added) < 20 * len(note) + 100_000
    assert sum(fault.code == "KB152" for fault in compiled.outline.faults) == 1


def test_short_references_stand_however_many() -> None:
    note = "[a]: https://a.org/some/address/of/some/length 'And a title'\n\n" + "[a] " * 5_000
    compiled = compile_note(note.encode(), CompileOptions())
    assert compiled.content.html.count("<a ") == 5_000
    assert not compiled.outline.faults
