"""Each syntax is one file that declares itself, in whatever order the files are found."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from kbgen.notes.markdown import syntaxes as package
from kbgen.notes.markdown.dispatch import DispatchBlock, DispatchInline
from kbgen.notes.markdown.registry import in_order, merged, syntaxes
from kbgen.notes.markdown.syntax import Syntax

ROOT = Path(__file__).parents[3]
FILES = sorted(Path(package.__path__[0]).glob("[!_]*.py"))
RECIPE = "\n## Add a Markdown syntax\n"


def rules(found: tuple[Syntax, ...]) -> list[str]:
    """Return the names of all rules in the order in which they are asked."""
    md = MarkdownIt("commonmark")
    md.inline, md.block = DispatchInline({}), DispatchBlock({})
    for syntax in found:
        md.use(syntax.use)
    rulers = (md.core.ruler, md.block.ruler, md.inline.ruler, md.inline.ruler2)
    return [rule.name for ruler in rulers for rule in ruler.__rules__]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_declares_the_syntax_of_its_name(path: Path) -> None:
    assert path.stem in {syntax.name for syntax in syntaxes()}


def test_there_is_no_other_syntax() -> None:
    assert len(syntaxes()) == len(FILES)


def test_rules_are_asked_in_one_order_however_the_syntaxes_are_found() -> None:
    expected = rules(syntaxes())
    for start in range(len(syntaxes())):
        turned = (*syntaxes()[start:], *syntaxes()[:start])
        assert rules(in_order(turned)) == expected
        assert rules(in_order(turned[::-1])) == expected


def test_a_syntax_goes_behind_those_that_it_names() -> None:
    first = Syntax(name="b", use=lambda _md: None)
    second = Syntax(name="a", use=lambda _md: None, after=("b",))
    assert in_order([second, first]) == (first, second)


def test_nothing_has_two_meanings() -> None:
    with pytest.raises(ValueError, match="two syntaxes say what this means: x"):
        merged([{"x": 1}, {"x": 2}])


def test_the_recipe_names_files_that_are_there() -> None:
    recipe = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition(RECIPE)[2].partition("\n## ")[0]
    named = re.findall(r"`([\w/]+(?:/|\.\w+))`", recipe)
    assert len(named) >= 4
    assert [name for name in named if not (ROOT / name).exists()] == []
