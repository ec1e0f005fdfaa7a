"""The words of parsed Markdown without its markup (IN-14)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from kbgen.notes.formulas import in_words
from kbgen.notes.markdown.positions import placed, runs_of

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def is_break(token: Token) -> bool:
    """Tell whether the author's HTML begins a line here."""
    return token.type == "html_inline" and _BREAK.fullmatch(token.content) is not None


def plain_piece(token: Token) -> str:
    """Return what one inline token adds to the plain text."""
    match token.type:
        case (
            "text"
            | "text_special"
            | "code_inline"
            | "maths"
            | "undefined_footnote"
            | "literal_comment"
            | "dead_address"
        ):
            return token.content
        case "softbreak" | "hardbreak":
            return " "
        case "tag":
            return "#" + token.content
        case "html_inline":
            return " " if is_break(token) else ""
        case "image":
            return plain_text(token.children or [])
        case _:
            return ""


def plain_text(tokens: Sequence[Token]) -> str:
    """Return the words of a run of inline tokens, white space collapsed."""
    return " ".join("".join(map(plain_piece, tokens)).split())


def placed_letters(image: Token) -> list[tuple[str, int]]:
    """Return the words of a picture letter by letter, each with its position among those of the block."""
    found: list[tuple[str, int]] = []
    begin = placed(image).pos + len("![")
    for token in image.children or ():
        if token.type == "image":
            found += [(letter, begin + position) for letter, position in placed_letters(token)]
            continue
        words = plain_piece(token)
        positions = [begin] * len(words)
        for start, position, size in runs_of(placed(token)) if words else ():
            positions[start : start + size] = range(begin + position, begin + position + size)
        found += zip(words, positions, strict=False)
    blank = [letter.isspace() for letter, _ in found]
    kept = [index for index in range(len(found)) if not (blank[index] and (index == 0 or blank[index - 1]))]
    letters = [(" " if blank[index] else found[index][0], found[index][1]) for index in kept]
    return letters[:-1] if letters and letters[-1][0] == " " else letters


def said_text(tokens: Sequence[Token]) -> str:
    """Return the same with formulas as one says them, for those who read it."""
    if all(token.type != "maths" for token in tokens):
        return plain_text(tokens)
    pieces = (in_words(token.content) if token.type == "maths" else plain_piece(token) for token in tokens)
    return " ".join("".join(pieces).split())
