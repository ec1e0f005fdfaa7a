"""Each syntax is one file that declares itself, in whatever order the files are found."""

from __future__ import annotations

from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from kbgen.notes.markdown import syntaxes as package
from kbgen.notes.markdown.dispatch import DispatchBlock, DispatchInline
from kbgen.notes.markdown.registry import in_order, merged, syntaxes
from kbgen.notes.markdown.syntax import ANY, Syntax

FILES = sorted(Path(package.__path__[0]).glob("[!_]*.py"))


def rules(found: tuple[Syntax, ...]) -> dict[str, list[str]]:
    """Return the names of the rules in the order in which they are asked.

    Those of blocks and words by the character on which they may begin: between two that never meet there is
    no order.
    """
    md = MarkdownIt("commonmark")
    md.inline, md.block = DispatchInline({}), DispatchBlock({}, {})
    for syntax in found:
        md.use(syntax.use)
    triggers = merged(syntax.block_triggers for syntax in found) | merged(
        syntax.inline_triggers for syntax in found
    )
    asked = {"core": [rule.name for rule in md.core.ruler.__rules__]}
    asked["behind words"] = [rule.name for rule in md.inline.ruler2.__rules__]
    for kind, ruler in (("block", md.block.ruler), ("inline", md.inline.ruler)):
        names = [rule.name for rule in ruler.__rules__ if rule.name in triggers]
        for character in sorted({*"".join(triggers.values()), "x"}):
            asked[f"{kind} {character}"] = [
                name for name in names if triggers[name] == ANY or character in triggers[name]
            ]
    return asked


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_declares_the_syntax_of_its_name(path: Path) -> None:
    assert path.stem in {syntax.name for syntax in syntaxes()}


def test_there_is_no_other_syntax() -> None:
    assert len(syntaxes()) == len(FILES)


def test_rules_are_asked_in_one_order_however_the_syntaxes_are_found() -> None:
    expected = rules(syntaxes())
    for start in range(len(syntaxes())):
        turned = (*syntaxes()[start:], *syntaxes()[:start])
        for found in (in_order(turned), in_order(turned[::-1])):
            assert rules(found) == expected, "say in `after` which of two rules is asked first"


def test_a_syntax_goes_behind_those_that_it_names() -> None:
    first = Syntax(name="b", use=lambda _md: None)
    second = Syntax(name="a", use=lambda _md: None, after=("b",))
    assert in_order([second, first]) == (first, second)


def test_nothing_has_two_meanings() -> None:
    with pytest.raises(ValueError, match="two syntaxes say what this means: x"):
        merged([{"x": 1}, {"x": 2}])
