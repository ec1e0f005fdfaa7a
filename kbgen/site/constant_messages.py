"""Messages that are the same on every page, translated once, when a template is compiled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import cast

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

_CALLS = {
    ("name:_", "lparen", "string", "rparen"): "gettext",
    ("name:gettext", "lparen", "string", "rparen"): "gettext",
    ("name:pgettext", "lparen", "string", "comma", "string", "rparen"): "pgettext",
}
"""Calls in which all is known, as tokens, with the function of gettext that is meant."""

_MAX_TOKENS = max(map(len, _CALLS))


class ConstantMessages(Extension):
    """Writes the words themselves for ``_("Tags")``: a call of Jinja's costs more than all else about them.

    Examples
    --------
    >>> from jinja2 import Environment
    >>> environment = Environment(extensions=["jinja2.ext.i18n", ConstantMessages])
    >>> environment.globals["gettext"] = {"Tags": "Schlagwörter"}.get
    >>> environment.from_string('{{ _("Tags") }}').render()
    'Schlagwörter'
    """

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Yield the tokens of a template with words for calls."""
        tokens = list(stream)
        at = 0
        while at < len(tokens):
            shape = () if at and tokens[at - 1].type == "dot" else _call_at(tokens, at)  # a method is none
            if shape:
                translate = cast("Callable[..., str]", self.environment.globals[_CALLS[shape]])
                words = [each.value for each in tokens[at : at + len(shape)] if each.type == "string"]
                yield Token(tokens[at].lineno, "string", translate(*words))
            else:
                yield tokens[at]
            at += len(shape) or 1


def _call_at(tokens: Sequence[Token], at: int) -> tuple[str, ...]:
    """Return which call begins at a token; an empty one where none does."""
    if tokens[at].type != "name":
        return ()
    found = [
        f"name:{each.value}" if each.type == "name" else each.type for each in tokens[at : at + _MAX_TOKENS]
    ]
    return next((call for call in _CALLS if tuple(found[: len(call)]) == call), ())
