"""The language of ``--where``: from ``tag:ai and not folder:Inbox`` to an expression."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, cast

from kbgen.errors import UsageError
from kbgen.graph.comparison import ComparisonOperator
from kbgen.graph.counts import COUNTS, Count
from kbgen.graph.expression import And, Expression, Not, Or, Predicate
from kbgen.graph.filter import Filter, by_field
from kbgen.graph.filters import match
from kbgen.nearest import did_you_mean, nearest

MAX_DEPTH = 100
"""Brackets within brackets, and one ``not`` after another; far more than anybody reads."""

LogicalOperator = Literal["and", "or", "not"]

_EXAMPLE = "for example: tag:ai and not folder:Inbox"
_FILTERS = by_field()
_FIELDS: Mapping[str, Filter | Count] = {**_FILTERS, **COUNTS}
_WORDS = match.FILTER.field
"""The field of words that stand alone."""

_BLANKS = re.compile(r"\s*")
_WORD = re.compile(r'[^\s()"]+')
_NAME = re.compile(r'(?:[^\s()":=<>!]|!(?!=))*')
"""A word as far as a colon or an operator."""
_KEY = re.compile(r'(?:[^\s()"=<>!]|!(?!=))+')
_OPERATOR = re.compile(r"\s*(!=|<=|>=|=|<|>)\s*")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_WHOLE = re.compile(r"[0-9]{1,18}")


def parse(text: str) -> Expression:
    r"""Read an expression.

    Predicates are the field of a filter with a colon and a name, such as ``tag:ai``; ``in``, ``out`` and
    ``degree`` with an operator and a number; and words alone, which are to be matched. ``not`` binds closest,
    then ``and``, which may be left out, then ``or``. Names with blanks or brackets stand in double quotes, in
    which ``\"`` is a quote.

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
    Not(inner=Predicate(field='folder', name='Inbox', operator=None, value='', at=23))
    >>> parse("tag:ai andd in>3")
    Traceback (most recent call last):
    kbgen.errors.UsageError: --where, character 8: "andd" stands where "and", "or" or the end was expected
    """
    return _Parser(text).whole()


def syntax_error(at: int, message: str, hint: str = "") -> UsageError:
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
            raise syntax_error(0, "the expression is empty", _EXAMPLE)
        found = self._disjunction()
        if self._at < len(self._text):
            raise syntax_error(self._at, '")" closes no bracket', 'leave it out, or put a "(" before')
        return found

    # Operators

    def _disjunction(self) -> Expression:
        parts = [self._conjunction()]
        while self._takes("or"):
            parts.append(self._conjunction())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _conjunction(self) -> Expression:
        parts = [self._negation()]
        while self._takes("and") or self._operand_follows():
            parts.append(self._negation())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _negation(self) -> Expression:
        negations = 0
        while self._takes("not"):
            negations += 1
            self._deeper()
        found = self._operand()
        self._depth -= negations
        for _ in range(negations):
            found = Not(found)
        return found

    def _takes(self, operator: LogicalOperator) -> bool:
        """Step over an operator, if it is here."""
        self._skip()
        if self._word().casefold() != operator:
            return False
        self._at += len(operator)
        return True

    def _operand_follows(self) -> bool:
        word = self._word().casefold()
        meant = next((each for each in ("and", "or") if word in _TYPOS[each]), None)
        if meant:
            raise self._misplaced('"and", "or" or the end', _typo_hint(meant))
        return self._at < len(self._text) and self._text[self._at] != ")" and word != "or"

    # Predicates

    def _operand(self) -> Expression:
        self._skip()
        match self._text[self._at : self._at + 1]:
            case "":
                raise syntax_error(self._at, "the expression ends where a term was expected", _EXAMPLE)
            case "(":
                return self._brackets()
            case ")":
                raise self._misplaced("a term", _EXAMPLE)
            case '"':
                found = Predicate(_WORDS, at=self._at + 1, name=self._quoted('""', _such_as(_WORDS)))
            case _:
                found = self._predicate()
        self._ended()
        return found

    def _brackets(self) -> Expression:
        opened = self._at
        self._deeper()
        self._at += 1
        found = self._disjunction()
        if self._at >= len(self._text):
            raise syntax_error(opened, "this bracket is not closed", 'add a ")"')
        self._at += 1
        self._depth -= 1
        return found

    def _predicate(self) -> Predicate:
        start, word = self._at, self._word()
        if word.casefold() in _TYPOS:
            raise self._misplaced("a term", f'put it in quotes to look for the word: "{word}"')
        after = start + len(word)
        if word.casefold() in _TYPOS["not"] and self._text[after:].strip(" )"):
            raise self._misplaced("a term", _typo_hint("not"))
        name = _found(_NAME, self._text, start)
        follows = self._text[start + len(name) : start + len(name) + 1]
        field = name.casefold()
        if field in COUNTS and _OPERATOR.match(self._text, start + len(name)):
            return self._count(field)
        if follows and follows in ":=<>!":
            return self._field(name, follows)
        self._at = after
        return Predicate(_WORDS, name, at=start + 1)

    def _field(self, name: str, follows: str) -> Predicate:
        field = name.casefold()
        if not name:
            raise self._misplaced("a term", _EXAMPLE)
        if field not in _FIELDS:
            raise syntax_error(self._at, f'there is no field "{name}"', _field_hint(name))
        if field in COUNTS or follows != ":":
            needed = "a sign and a number" if field in COUNTS else "a colon and a name"
            raise syntax_error(self._at + len(name), f'"{field}" needs {needed}', _such_as(field))
        self._at += len(name) + 1
        at = self._at
        if _FILTERS[field].texts:
            return self._comparison(field, at)
        value = self._value(f'"{field}:"', _such_as(field))
        if _FILTERS[field].values:
            value = _one_of(_FILTERS[field].values, value, field, at)
        return Predicate(field, value, at=at + 1)

    def _comparison(self, field: str, at: int) -> Predicate:
        """Read a name, and an operator and a value if they follow."""
        hint = _such_as(field)
        quoted = self._text.startswith('"', at)
        key = self._quoted(f'"{field}:"', hint) if quoted else _found(_KEY, self._text, at)
        if not quoted:
            self._at += len(key)
        if not key:
            raise syntax_error(at, f'after "{field}:" a name was expected', hint)
        operator = self._operator()
        if operator is None:
            return Predicate(field, key, at=at + 1)
        value = self._value(f'"{operator}"', hint, empty=True)
        return Predicate(field, key, operator, value, at + 1)

    def _count(self, field: str) -> Predicate:
        start = self._at
        self._at += len(field)
        operator = self._operator()
        at = self._at
        value = self._value(f'"{operator}"', _such_as(field))
        if not _WHOLE.fullmatch(value):
            raise syntax_error(at, f'"{value}" is no whole number', _such_as(field))
        return Predicate(field, "", operator, value, start + 1)

    def _operator(self) -> ComparisonOperator | None:
        found = _OPERATOR.match(self._text, self._at)
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
            raise syntax_error(self._at, f"after {after} a value was expected", hint)
        if value[0] in "=<>":
            raise syntax_error(self._at, f'"{value[0]}" stands where a value was expected', hint)
        self._at += len(value)
        return value

    def _quoted(self, after: str, hint: str, *, empty: bool = False) -> str:
        found = _QUOTED.match(self._text, self._at)
        if not found:
            raise syntax_error(self._at, "this quote is not closed", "put a '\"' at its end")
        if not found[1] and not empty:
            problem = "these quotes are empty" if after == '""' else f"after {after} the quotes are empty"
            raise syntax_error(self._at, problem, hint)
        self._at = found.end()
        return re.sub(r'\\(["\\])', r"\1", found[1])

    # Places

    def _ended(self) -> None:
        """Refuse what stands right behind a term."""
        follows = self._text[self._at : self._at + 1]
        if follows == "(":
            raise syntax_error(
                self._at, '"(" stands right behind a word', "put names with brackets in quotes"
            )
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
            raise syntax_error(
                self._at, f'more than {MAX_DEPTH} brackets and "not" stand within each other', ""
            )

    def _misplaced(self, expected: str, hint: str) -> UsageError:
        word = self._word() or self._text[self._at]
        here = "a quote" if word == '"' else f'"{word}"'
        return syntax_error(self._at, f"{here} stands where {expected} was expected", hint)


def _found(pattern: re.Pattern[str], text: str, at: int) -> str:
    found = pattern.match(text, at)
    return found[0] if found else ""


def _such_as(field: str) -> str:
    return f"for example: {_FIELDS[field].example}"


def _field_hint(name: str) -> str:
    near = nearest(name, _FIELDS)
    if near is None:
        return f"fields are {', '.join(_FIELDS)}; put words in quotes to look for them"
    return f'did you mean "{near}"?' if near in COUNTS else f'did you mean "{near}:"?'


def _one_of(values: Sequence[str], value: str, field: str, at: int) -> str:
    """Return a value of a closed list, whatever its case."""
    folded = value.casefold()
    if folded in values:
        return folded
    hint = did_you_mean(value, values) or f"{field}s are {', '.join(values)}"
    raise syntax_error(at, f'there is no {field} "{value}"', hint)


def _typo_hint(meant: str) -> str:
    return f'did you mean "{meant}"? Put it in quotes to look for the word'


def _typos(word: str) -> Iterator[str]:
    for at, letter in enumerate(word):
        yield word[:at] + letter + word[at:]
    for at in range(len(word) - 1):
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


_TYPOS: Mapping[str, frozenset[str]] = {
    "and": frozenset({*_typos("and"), "&", "&&"}),
    "or": frozenset({*_typos("or"), "|", "||"}),
    "not": frozenset({*_typos("not"), "!"}),
}
