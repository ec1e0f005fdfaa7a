"""The words of parsed Markdown without its markup (IN-14)."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token


def plain_piece(token: Token) -> str:
    """Return what one inline token adds to the plain text."""
    match token.type:
        case "text" | "text_special" | "code_inline" | "maths" | "undefined_footnote" | "literal_comment":
            return token.content
        case "softbreak" | "hardbreak":
            return " "
        case "tag":
            return "#" + token.content
        case "image":
            return plain_text(token.children or [])
        case _:
            return ""


def plain_text(tokens: Sequence[Token]) -> str:
    """Return the words of a run of inline tokens, white space collapsed."""
    return " ".join("".join(map(plain_piece, tokens)).split())
