"""The words of parsed Markdown without its markup (IN-14)."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token

from kbgen.notes.markdown.positions import placed, runs_of
from kbgen.notes.markdown.registry import TextRules, readable_text_rules, text_rules


def plain_text(tokens: Sequence[Token]) -> str:
    """Return the words of a run of inline tokens, white space collapsed."""
    return _text(tokens, text_rules())


def readable_text(tokens: Sequence[Token]) -> str:
    """Return the same for people who read it, formulas in words."""
    return _text(tokens, readable_text_rules())


def _text(tokens: Sequence[Token], rules: TextRules) -> str:
    if len(tokens) == 1 and tokens[0].type == "text":  # nearly always
        return " ".join(tokens[0].content.split())
    return " ".join("".join([rules[token.type](token) for token in tokens if token.type in rules]).split())


def placed_letters(image: Token) -> list[tuple[str, int]]:
    """Return the words of a picture letter by letter, each with its position among those of the block."""
    rules = text_rules()
    found: list[tuple[str, int]] = []
    begin = placed(image).pos + len("![")
    for token in image.children or ():
        if token.type == "image":
            found += [(letter, begin + position) for letter, position in placed_letters(token)]
            continue
        words = rules[token.type](token) if token.type in rules else ""
        positions = [begin] * len(words)
        for start, position, size in runs_of(placed(token)) if words else ():
            positions[start : start + size] = range(begin + position, begin + position + size)
        found += zip(words, positions, strict=False)
    blank = [letter.isspace() for letter, _ in found]
    kept = [index for index in range(len(found)) if not (blank[index] and (index == 0 or blank[index - 1]))]
    letters = [(" " if blank[index] else found[index][0], found[index][1]) for index in kept]
    return letters[:-1] if letters and letters[-1][0] == " " else letters
