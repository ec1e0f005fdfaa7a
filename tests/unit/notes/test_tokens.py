"""Our tokens are markdown-it's, made another way."""

from __future__ import annotations

import dataclasses

from markdown_it.token import Token

from kbgen.notes.markdown.tokens import PlacedToken


def test_a_token_made_quickly_has_all_that_markdown_it_gives_one() -> None:
    names = [field.name for field in dataclasses.fields(Token)]
    quick, other = PlacedToken("a", "b", 1, 2, "c"), Token("a", "b", 1, level=2, content="c")
    assert {name: getattr(quick, name) for name in names} == {name: getattr(other, name) for name in names}
