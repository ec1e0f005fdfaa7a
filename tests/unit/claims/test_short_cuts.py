"""The quick way finds what the slow way finds: each rule is said here once more, as plainly as it can be."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence

from hypothesis import given
from hypothesis import strategies as st

from kbgen.claims.assertions import sentences
from kbgen.claims.chains import ARROW, chains
from kbgen.claims.comparison_grammar import (
    anaphoric_patterns,
    clause_patterns,
    comparison_lexicon,
    fragment_patterns,
)
from kbgen.claims.function_words import Phrase, function_words
from kbgen.claims.grammar import constructions
from kbgen.claims.name_grammar import sentence_constructions
from kbgen.claims.passages import Passage, passages_of
from kbgen.claims.patterns import LETTERS, WordPattern, pattern
from kbgen.claims.phrase_finder import PhraseFinder, phrase_finder
from kbgen.claims.steps import StepReader
from kbgen.claims.tokens import tag_text
from kbgen.consistency.dates import impossible_dates
from kbgen.facts.knowledge import Knowledge
from kbgen.links.model import LinkedNote
from kbgen.notes.compiler import compile_note
from kbgen.notes.model import CompileOptions, Content, Statement
from kbgen.notes.statements import words
from kbgen.notes.store import stored
from kbgen.vault.paths import VaultPath
from kbgen.verification.coverage import numbers

MARKS = ". ! ? : ; , - – -> => → ▶ ' ’ \" ) ( * _ ½ % 2 29 30 31 31st 1999 2021-02- 04-31 May June"
WORDS = "vs. e.g. no. al. A The it has as more than isn't Ada's cabins at_least ı İ ſ \u212a é Ω 本"
PIECES = (" ", "  ", "\n", *MARKS.split(" "), *(each.replace("_", " ") for each in WORDS.split(" ")))
TEXTS = st.lists(st.sampled_from(PIECES), max_size=24).map("".join)
SENTENCE = re.compile(
    r"(?<=[.!?])(?<!\bvs\.)(?<!\bca\.)(?<!\bcf\.)(?<!\bno\.)(?<!\bal\.)(?<!\bapprox\.)(?<!e\.g\.)(?<!i\.e\.)"
    r"[\"'”’)\]*_]*\s+(?=[\"'“(\[*_]*[A-Z0-9])|\n"
)


def slow_sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for found in SENTENCE.finditer(text):
        before, after = text[start : found.start()].rstrip(), found.end()
        goes_on = re.compile(r"[a-z0-9(≈~]").match(text, after)
        field = re.compile(r"[\w *_-]{2,40}?:{1,2}[*_]*\s").match(text, after)
        broken = text[found.start()] == "\n" and before and before[-1] not in ".!?:;"
        if not (broken and goes_on and not field):
            yield start, found.start()
            start = after
    yield start, len(text)


@given(TEXTS)
def test_sentences_end_behind_a_full_stop_before_a_capital_or_with_a_line(text: str) -> None:
    assert list(sentences(text)) == list(slow_sentences(text))


def passage(text: str, *masked: tuple[int, int], number: int = 0, kind: str = "paragraph") -> Passage:
    return Passage(number, kind, text, masked=masked)


@given(TEXTS, st.integers(0, 9), st.integers(0, 9))
def test_numbers_begin_with_a_figure_behind_no_word(text: str, start: int, length: int) -> None:
    places = [
        at for at in range(len(text)) if re.match(r"\d", text[at]) and not re.search(r"[\w.,]\Z", text[:at])
    ]
    assert numbers([passage(text)]) == ({0: places} if places else {})
    shown = [at for at in places if not start <= at < start + length]
    assert numbers([passage(text, (start, start + length))]) == ({0: shown} if shown else {})


@given(TEXTS, st.sets(st.integers(0, 40)))
def test_the_words_of_a_statement_have_a_line_end_for_the_space_where_its_source_has_one(
    text: str, places: set[int]
) -> None:
    breaks = sorted(place for place in places if place <= len(text))
    note = Content(html="", text=text)
    slow = list(text)
    for begin in breaks:
        if begin and slow[begin - 1] == " ":
            slow[begin - 1] = "\n"
    statement = Statement("paragraph", 1, 0, len(text), breaks=tuple(each for b in breaks for each in (b, b)))
    assert words(note, statement) == "".join(slow)


LINES = st.sampled_from(
    ("# One", "## Two", "### Three", "## Four", "- a", "  - b", "    - c", "1. d", "> - e", "f")
)


@given(st.lists(st.tuples(LINES, st.sampled_from(("\n", "\n\n"))), max_size=20))
def test_a_passage_stands_under_the_headings_and_items_of_lower_levels(
    lines: Sequence[tuple[str, str]],
) -> None:
    note = stored(compile_note("".join(line + end for line, end in lines).encode(), CompileOptions()))
    found = passages_of(LinkedNote(VaultPath("a.md"), "a", note.outline, (), "", note.key, note.load))
    above: list[tuple[int, str]] = []
    over: list[tuple[int, str]] = []
    for each in found:
        own = (each.level, each.words)
        if each.kind == "heading":
            above = [one for one in above if one[0] < each.level]
        elif each.kind == "item":
            over = [one for one in over if one[0] < each.level]
        elif not each.level:
            over = []
        assert each.sections == tuple(text for _, text in above)
        assert each.parents == tuple(text for _, text in over)
        above += [own] if each.kind == "heading" else []
        over += [own] if each.kind == "item" else []


MAY_BE_NO_DATE = re.compile(
    r"-(?:29|3[01])(?!\d)|(?<![\d-])(?:29|3[01])(?:st|nd|rd|th)?(?:[ ][^\W\d]{3,9}\.?,?[ ]|,[ ])\d{4}\b"
)


@given(TEXTS)
def test_a_date_that_no_calendar_has_is_looked_for_where_a_day_may_be_too_late(text: str) -> None:
    if list(impossible_dates([passage(text)])):
        assert MAY_BE_NO_DATE.search(text)


def test_dates_that_no_calendar_has_are_found_wherever_they_stand() -> None:
    for text in ("2021-02-29", "from 2021-04-31 on", "31 June 1999", "June 31, 1999", "the 30th Feb. 2001"):
        assert MAY_BE_NO_DATE.search(text), text
        assert len(list(impossible_dates([passage(text)]))) == 1, text


FINDERS = (
    comparison_lexicon().comparing,
    comparison_lexicon().telling,
    phrase_finder(["as", "more than", "isn't", "kiss"]),
    phrase_finder(["é", "more"]),
)


@given(TEXTS, st.sampled_from(FINDERS))
def test_a_phrase_stands_in_a_text_where_its_expression_does(text: str, finder: PhraseFinder) -> None:
    assert finder.stands_in(text) == (finder.pattern.search(text) is not None)


def test_whatever_an_expression_takes_for_a_plain_letter_counts_as_that_letter() -> None:
    finders = {letter: phrase_finder([letter]) for letter in "abcdefghijklmnopqrstuvwxyz"}
    plain = re.compile("[a-z]", re.IGNORECASE)
    alike = [each for each in map(chr, range(sys.maxunicode + 1)) if plain.fullmatch(each)]
    assert len(alike) > 2 * len(finders)
    for each in alike:
        own = {letter for letter, finder in finders.items() if finder.pattern.fullmatch(each)}
        assert own
        assert own == {letter for letter, finder in finders.items() if finder.stands_in(each)}


def test_finders_look_at_the_words_of_a_text_first() -> None:
    assert comparison_lexicon().comparing.begins
    assert comparison_lexicon().telling.begins


@given(st.lists(TEXTS, max_size=6), st.sampled_from(("code", "item", "paragraph")))
def test_what_holds_no_arrow_draws_nothing_with_arrows(texts: Sequence[str], kind: str) -> None:
    knowledge = Knowledge((), ())
    passages = [(passage(text, number=number, kind=kind), ()) for number, text in enumerate(texts)]
    found = list(chains(StepReader(knowledge, {}), passages))
    assert not found or any(ARROW.search(text) for text in texts)


def slow_small(text: str) -> dict[int, tuple[int, str]]:
    """Return where small words of one word begin, with their ends and tags."""
    found: dict[int, tuple[int, str]] = {}
    for one in re.finditer(r"[^\W_]+(?:['’&-][^\W_]+|\.[^\W_](?!\w))*\.?", text):
        for key in dict.fromkeys((one[0].casefold(), one[0].casefold().rstrip("."))):
            phrase = next((p for p in function_words().get(key, ()) if len(p.words) == 1), None)
            if phrase and one.start() not in found:
                found[one.start()] = (one.end() - (len(one[0].casefold()) - len(key)), phrase.tags)
    return found


SINGLE = {
    first: [phrase for phrase in phrases if len(phrase.words) == 1]
    for first, phrases in function_words().items()
}
"""Phrases of one word alone."""


@given(TEXTS)
def test_small_words_are_told_from_others(text: str) -> None:
    phrases: dict[str, list[Phrase]] = SINGLE
    line = tag_text(text, 0, len(text), (), phrases)
    assert line is not None
    small = slow_small(text)
    for token in line.tokens:
        if token.quantity is None and token.start in small and text[token.start].isalpha():
            assert (token.end, token.tags) == small[token.start]


@given(TEXTS)
def test_an_apostrophe_owns_where_it_ends_a_word(text: str) -> None:
    line = tag_text(text, 0, len(text), ())
    assert line is not None
    for token in line.tokens:
        # A full stop behind it may be that of an abbreviation, of which it is a part.
        if token.tags in {"u", "U"} and text[token.end : token.end + 1] != ".":
            assert not re.search(r"[^\W_]['’]s?$", text[token.start : token.end])


PATTERNS = [
    *(form.pattern for form in (*clause_patterns(), *fragment_patterns(), *anaphoric_patterns())),
    *(one for each in constructions() for one in (each.lead, each.verb, each.whole) if one),
    *(each.whole for each in sentence_constructions()),
]
ALPHABET = "<>" + "".join(sorted(LETTERS))


@given(
    st.sampled_from(PATTERNS).flatmap(
        lambda each: st.tuples(st.just(each), st.from_regex(each.expression, alphabet=ALPHABET))
    )
)
def test_a_text_that_matches_a_pattern_has_all_tags_that_it_needs(found: tuple[WordPattern, str]) -> None:
    each, text = found
    assert each.search(text)
    assert list(each.finditer(text))
    place = each.expression.search(text)
    assert place
    assert each.match(text, place.start())


def test_what_a_pattern_needs() -> None:
    names = (("who", "S | P T"), ("maybe", "K?"))
    wanted = {
        "S h a* N+": {"S", "h", "N"},
        "[NY] [^x] m{0,2} j{1,2}": {"NY", "j"},
        "<who> b <maybe> $": {"SP", "b"},
        "(?: S b | b T )* (?P<one1>q | j q) (?P=one1)": {"q"},
        "(?! v ) (?<= A ) d (?: S b | h S )": {"d", "S"},
    }
    assert {text: set(pattern(text, names).needs) for text in wanted} == wanted


def test_patterns_that_compare_need_words_that_do() -> None:
    forms = (*clause_patterns(), *fragment_patterns(), *anaphoric_patterns())
    assert all(each.pattern.needs for each in forms)
