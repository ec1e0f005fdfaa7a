"""Twice the notes, about twice the time: ratios of processor time, never seconds."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.engine.conftest import Project

RUNS = 3
MOST = 3.0
"""Times as long for twice as much; a quadratic part that matters would make it four."""

WORDS = "All work and no play makes Jack a dull boy. " * 5

VAULTS: dict[str, Callable[[int], dict[str, str]]] = {
    "notes with a few links each": lambda size: {
        f"f{n % 20}/N{n}.md": f"# N {n}\n\n{WORDS} [[N{n * 7 % size}]] [[N{n + 1}|words]] #t{n % 9}\n"
        for n in range(size)
    },
    "notes in one folder with one tag": lambda size: {f"N{n}.md": "#tag words" for n in range(size)},
    "links to one note": lambda size: {
        "Hub.md": "# Hub\n\n## Part",
        **{f"f{n % 20}/N{n}.md": f"{WORDS} [[Hub]] and [[Hub#Part]]\n" for n in range(size)},
    },
    "links from one note": lambda size: {
        "Hub.md": "".join(f"- [[N{n}]] is one\n" for n in range(size)),
        **{f"f{n % 20}/N{n}.md": "words" for n in range(size)},
    },
    "embeds of one note": lambda size: {
        "Hub.md": WORDS,
        **{f"f{n % 20}/N{n}.md": "![[Hub]]" for n in range(size)},
    },
    "tags": lambda size: {
        f"f{n % 20}/N{n}.md": f"---\ntags: [a/t{n}, b{n}]\n---\n#c/d{n}\n" for n in range(size // 2)
    },
    "aliases": lambda size: {
        f"f{n % 20}/N{n}.md": f"---\naliases: [A{n}, B{n}]\n---\n[[B{n * 7 % size}]]\n"
        for n in range(size // 2)
    },
    "notes of one name": lambda size: {f"f{n % 20}/g{n}/Note.md": "[[Note]]" for n in range(size // 2)},
    "names that no note bears": lambda size: {
        f"N{n}.md": f"[[Nobody {n}]] [[M{n}x]]" for n in range(size // 2)
    },
    "attachments": lambda size: {
        **{f"N{n}.md": f"![[p{n}.png]]" for n in range(size // 2)},
        **{f"p{n}.png": "x" for n in range(size // 2)},
    },
    "headings": lambda size: {"A.md": "".join(f"## Part {n}\n\n[[#Part {n}]]\n\n" for n in range(size * 3))},
    "headings of one name": lambda size: {"A.md": "## Part\n\nwords\n\n" * size * 5},
    "blocks": lambda size: {"A.md": "".join(f"words ^b{n}\n\n[[#^b{n}]]\n\n" for n in range(size * 3))},
    "links": lambda size: {"A.md": f"{WORDS} [[B]] [b](B.md) ![[B]]\n\n" * size, "B.md": ""},
    "links in one paragraph": lambda size: {"A.md": "[[B]] words\n" * size * 6, "B.md": ""},
    "list items": lambda size: {"A.md": "- [ ] item with *words*\n" * size * 5},
    "table rows": lambda size: {"A.md": "| a | b |\n|---|---|\n" + "| [[A\\|x]] | `b` |\n" * size * 4},
    "footnotes": lambda size: {"A.md": "".join(f"words[^{n}]\n\n[^{n}]: note\n\n" for n in range(size * 2))},
    "comments": lambda size: {"A.md": "words %%hidden%% words\n\n%%\nhidden\n%%\n\n" * size * 3},
    "comments between lines": lambda size: {"A.md": "- item\n%% hidden %%\n" * size * 3 + "\n"},
    "blocks of one footnote": lambda size: {"A.md": "x[^1]\n\n[^1]: one\n\n" + "    more\n\n" * size * 4},
    "footnotes in links": lambda size: {
        "A.md": "[a[^1]](B.md) [b][^1]\n" * size * 2 + "\n[^1]: c\n",
        "B.md": "",
    },
    "properties": lambda size: {
        "A.md": "---\n" + "".join(f"k{n}: '[[A]]'\n" for n in range(size * 2)) + "---\n"
    },
    "html": lambda size: {"A.md": "<b>x</b> <a href='A.md'>y</a>\n\n" * size * 3},
}


def seconds(new_project: type[Project], folder: Path, vault: dict[str, str]) -> float:
    """Return the least processor time of a few builds from nothing."""
    project = new_project(folder)
    project.write(vault)
    best = float("inf")
    for run in range(RUNS):
        gc.collect()
        begun = time.process_time()
        project.build(f"site{run}", use_cache=False, base_url="https://example.org")
        best = min(best, time.process_time() - begun)
    return best


@pytest.mark.parametrize("vault", VAULTS.values(), ids=VAULTS)
def test_twice_as_much_takes_about_twice_as_long(
    new_project: type[Project], tmp_path: Path, vault: Callable[[int], dict[str, str]]
) -> None:
    seconds(new_project, tmp_path / "warm", vault(20))
    # Other work on the machine can spoil a measurement; what is quadratic is so every time.
    for attempt in "123":
        once = seconds(new_project, tmp_path / attempt / "once", vault(200))
        twice = seconds(new_project, tmp_path / attempt / "twice", vault(400))
        if twice < MOST * once:
            return
    pytest.fail(f"{once:.3f} s, then {twice:.3f} s")
