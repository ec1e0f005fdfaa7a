"""The language of ``--where``: from ``tag:ai and not folder:Inbox`` to an expression."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal, cast, get_args

from kbgen.errors import UsageError
from kbgen.graph.comparison import ComparisonOperator
from kbgen.graph.expression import And, Expression, Field, Not, Or, Predicate
from kbgen.graph.vocabulary import NodeKind
from kbgen.nearest import did_you_mean, nearest

MAX_DEPTH = 100
"""Brackets within brackets, and one ``not`` after another; far more than anybody reads."""

Operator = Literal["and", "or", "not"]

_EXAMPLE = "for example: tag:ai and not folder:Inbox"
_KINDS: tuple[str, ...] = get_args(NodeKind)
_FIELDS: Mapping[str, str] = {
    "tag": "tag:ai",
    "folder": 'folder:"Daily notes"',
    "kind": "kind:note",
    "match": 'match:"two words"',
    "property": "property:year>2010",
    "from": "from:AlexNet",
    "to": "to:AlexNet",
    "in": "in>3",
    "out": "out<=2",
    "degree": "degree>=5",
}
_COUNTS = frozenset({"in", "out", "degree"})

_BLANKS = re.compile(r"\s*")
_WORD = re.compile(r'[^\s()"]+')
_NAME = re.compile(r'(?:[^\s()":=<>!]|!(?!=))*')
"""A word as far as a colon or a sign."""
_KEY = re.compile(r'(?:[^\s()"=<>!]|!(?!=))+')
_SIGN = re.compile(r"\s*(!=|<=|>=|=|<|>)\s*")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_WHOLE = re.compile(r"[0-9]{1,18}")


def parse(text: str) -> Expression:
    r"""Read an expression.

    Terms are ``tag:``, ``folder:``, ``kind:``, ``match:``, ``property:``, ``from:`` and ``to:`` with a name,
    ``in``, ``out`` and ``degree`` with a sign and a number, and words alone, which are to be matched. ``not``
    binds closest, then ``and``, which may be left out, then ``or``. Names with blanks or brackets stand in
    double quotes, in which ``\"`` is a quote.

    A word that is ``and``, ``or`` or ``not`` with a letter doubled or two letters swapped is taken for a
    slip; in quotes it is a word.

    Parameters
    ----------
    text
        The expression, as somebody typed it.

    Returns
    -------
    Expression
        Frozen data; which nodes it means tells :func:`kbgen.graph.evaluate.evaluate`.

    Raises
    ------
    UsageError
        If it is no expression; the message says where, the hint what would be right.

    Examples
    --------
    >>> parse("tag:ai and not folder:Inbox").parts[1]
    Not(inner=Predicate(field='folder', name='Inbox', sign=None, value='', at=23))
    >>> parse("tag:ai andd in>3")
    Traceback (most recent call last):
    kbgen.errors.UsageError: --where, character 8: "andd" stands where "and", "or" or the end was expected
    """
    return _Parser(text).whole()


def wrong(at: int, message: str, hint: str = "") -> UsageError:
    """Return the error that something is wrong at an offset."""
    return UsageError(f"--where, character {at + 1}: {message}", hint)


class _Parser:
    """An expression being read, by one method for each rule of the grammar."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0

    def whole(self) -> Expression:
        if not self._text.strip():
            raise wrong(0, "the expression is empty", _EXAMPLE)
        found = self._either()
        if self._at < len(self._text):
            raise wrong(self._at, '")" closes no bracket', 'leave it out, or put a "(" before')
        return found

    # Operators

    def _either(self) -> Expression:
        parts = [self._both()]
        while self._takes("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _both(self) -> Expression:
        parts = [self._denied()]
        while self._takes("and") or self._term_follows():
            parts.append(self._denied())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _denied(self) -> Expression:
        denials = 0
        while self._takes("not"):
            denials += 1
            self._deeper()
        found = self._single()
        self._depth -= denials
        for _ in range(denials):
            found = Not(found)
        return found

    def _takes(self, operator: Operator) -> bool:
        """Step over an operator, if it is here."""
        self._skip()
        if self._word().casefold() != operator:
            return False
        self._at += len(operator)
        return True

    def _term_follows(self) -> bool:
        word = self._word().casefold()
        meant = next((each for each in ("and", "or") if word in _SLIPS[each]), None)
        if meant:
            raise self._misplaced('"and", "or" or the end', _slip_hint(meant))
        return self._at < len(self._text) and self._text[self._at] != ")" and word != "or"

    # Terms

    def _single(self) -> Expression:
        self._skip()
        match self._text[self._at : self._at + 1]:
            case "":
                raise wrong(self._at, "the expression ends where a term was expected", _EXAMPLE)
            case "(":
                return self._bracket()
            case ")":
                raise self._misplaced("a term", _EXAMPLE)
            case '"':
                found = Predicate("match", at=self._at + 1, name=self._quoted('""', _such_as("match")))
            case _:
                found = self._term()
        self._ended()
        return found

    def _bracket(self) -> Expression:
        opened = self._at
        self._deeper()
        self._at += 1
        found = self._either()
        if self._at >= len(self._text):
            raise wrong(opened, "this bracket is not closed", 'add a ")"')
        self._at += 1
        self._depth -= 1
        return found

    def _term(self) -> Predicate:
        start, word = self._at, self._word()
        if word.casefold() in _SLIPS:
            raise self._misplaced("a term", f'put it in quotes to look for the word: "{word}"')
        after = start + len(word)
        if word.casefold() in _SLIPS["not"] and self._text[after:].strip(" )"):
            raise self._misplaced("a term", _slip_hint("not"))
        name = _found(_NAME, self._text, start)
        follows = self._text[start + len(name) : start + len(name) + 1]
        field = name.casefold()
        if field in _COUNTS and _SIGN.match(self._text, start + len(name)):
            return self._count(cast("Field", field))
        if follows and follows in ":=<>!":
            return self._field(name, follows)
        self._at = after
        return Predicate("match", name, at=start + 1)

    def _field(self, name: str, follows: str) -> Predicate:
        field = name.casefold()
        if not name:
            raise self._misplaced("a term", _EXAMPLE)
        if field not in _FIELDS:
            raise wrong(self._at, f'there is no field "{name}"', _field_hint(name))
        if field in _COUNTS or follows != ":":
            needed = "a sign and a number" if field in _COUNTS else "a colon and a name"
            raise wrong(self._at + len(name), f'"{field}" needs {needed}', _such_as(field))
        self._at += len(name) + 1
        at = self._at
        if field == "property":
            return self._property(at)
        value = self._value(f'"{field}:"', _such_as(field))
        if field == "kind":
            value = _kind(value, at)
        return Predicate(cast("Field", field), value, at=at + 1)

    def _property(self, at: int) -> Predicate:
        hint = _such_as("property")
        quoted = self._text.startswith('"', at)
        key = self._quoted('"property:"', hint) if quoted else _found(_KEY, self._text, at)
        if not quoted:
            self._at += len(key)
        if not key:
            raise wrong(at, 'after "property:" a name was expected', hint)
        sign = self._sign()
        if sign is None:
            return Predicate("property", key, at=at + 1)
        value = self._value(f'"{sign}"', hint, empty=True)
        return Predicate("property", key, sign, value, at + 1)

    def _count(self, field: Field) -> Predicate:
        start = self._at
        self._at += len(field)
        sign = self._sign()
        at = self._at
        value = self._value(f'"{sign}"', _such_as(field))
        if not _WHOLE.fullmatch(value):
            raise wrong(at, f'"{value}" is no whole number', _such_as(field))
        return Predicate(field, "", sign, value, start + 1)

    def _sign(self) -> ComparisonOperator | None:
        found = _SIGN.match(self._text, self._at)
        if not found:
            return None
        self._at = found.end()
        return cast("ComparisonOperator", found[1])

    def _value(self, after: str, hint: str, *, empty: bool = False) -> str:
        """Read a value, with or without quotes."""
        if self._text.startswith('"', self._at):
            return self._quoted(after, hint, empty=empty)
        value = _found(_WORD, self._text, self._at)
        if not value:
            raise wrong(self._at, f"after {after} a value was expected", hint)
        if value[0] in "=<>":
            raise wrong(self._at, f'"{value[0]}" stands where a value was expected', hint)
        self._at += len(value)
        return value

    def _quoted(self, after: str, hint: str, *, empty: bool = False) -> str:
        found = _QUOTED.match(self._text, self._at)
        if not found:
            raise wrong(self._at, "this quote is not closed", "put a '\"' at its end")
        if not found[1] and not empty:
            said = "these quotes are empty" if after == '""' else f"after {after} the quotes are empty"
            raise wrong(self._at, said, hint)
        self._at = found.end()
        return re.sub(r'\\(["\\])', r"\1", found[1])

    # Places

    def _ended(self) -> None:
        """Refuse what stands right behind a term."""
        follows = self._text[self._at : self._at + 1]
        if follows == "(":
            raise wrong(self._at, '"(" stands right behind a word', "put names with brackets in quotes")
        if follows and follows != ")" and not follows.isspace():
            raise self._misplaced('"and", "or" or the end', "put a blank before it")
        self._skip()
        if self._text.startswith(("=", "<", ">", ":"), self._at):
            raise self._misplaced('"and", "or" or the end', _EXAMPLE)

    def _skip(self) -> None:
        self._at += len(_found(_BLANKS, self._text, self._at))

    def _word(self) -> str:
        return _found(_WORD, self._text, self._at)

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise wrong(self._at, f'more than {MAX_DEPTH} brackets and "not" stand within each other', "")

    def _misplaced(self, expected: str, hint: str) -> UsageError:
        word = self._word() or self._text[self._at]
        said = "a quote" if word == '"' else f'"{word}"'
        return wrong(self._at, f"{said} stands where {expected} was expected", hint)


def _found(pattern: re.Pattern[str], text: str, at: int) -> str:
    found = pattern.match(text, at)
    return found[0] if found else ""


def _such_as(field: str) -> str:
    return f"for example: {_FIELDS[field]}"


def _field_hint(name: str) -> str:
    near = nearest(name, _FIELDS)
    if near is None:
        return f"fields are {', '.join(_FIELDS)}; put words in quotes to look for them"
    return f'did you mean "{near}"?' if near in _COUNTS else f'did you mean "{near}:"?'


def _kind(value: str, at: int) -> str:
    kind = value.casefold()
    if kind in _KINDS:
        return kind
    hint = did_you_mean(value, _KINDS) or f"kinds are {', '.join(_KINDS)}"
    raise wrong(at, f'there is no kind "{value}"', hint)


def _slip_hint(meant: str) -> str:
    return f'did you mean "{meant}"? Put it in quotes to look for the word'


def _slips(word: str) -> Iterator[str]:
    for at, letter in enumerate(word):
        yield word[:at] + letter + word[at:]
    for at in range(len(word) - 1):
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


_SLIPS: Mapping[str, frozenset[str]] = {
    "and": frozenset({*_slips("and"), "&", "&&"}),
    "or": frozenset({*_slips("or"), "|", "||"}),
    "not": frozenset({*_slips("not"), "!"}),
}
