"""No text that names something is taken for one that does not, and few that do not for one that does."""

from __future__ import annotations

import sys
import unicodedata
from functools import cache

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from kbgen.facts.fact import Fact, Lexicon, Name
from kbgen.facts.gazetteer import ACCENTED
from kbgen.facts.knowledge import Knowledge

NAMES = (
    Name("vgg", ("VGG-16", "VGG", "VGG Net")),
    Name("company", ("Hinton's company", "the company's residuals", "Residual network")),
    Name("transformer", ("Transformer", "Transformer big"), cased=("Transformer",)),
    Name("deep", ("deep Transformer", "Places365"), cased=("deep Transformer",)),
    Name("elysee", ("Élysée", "Palais de l’Élysée")),
    Name("oslo", ("Oslo", "Oslo Fjord", "U.S. Oslo"), exact=True),
    Name("tokyo", ("東京", "東京 Tower", "Москва")),
    Name("boxes", ("glass boxes", "loss", "100 classes")),
    Name("short", ("Ng", "42")),
)
WORDS = tuple(word for name in NAMES for phrase in name.names for word in (phrase, phrase, *phrase.split()))
NOISE = ("a", "the", "x", "s", "’s", "é", "²", "™", "K", "ſ", "ß", "東", "и", "1", "100", "big", "deep")
GAPS = ("", " ", " ", "-", "_", "\n", "\u00a0", ". ", "'s ", " & ", ": ", "\u0301", "|")


@cache
def knowledge() -> Knowledge:
    facts = [Fact(name.id, "height", "1", "", "quantity", (), "declared", "", "") for name in NAMES]
    return Knowledge(facts, [Lexicon(NAMES)])


@st.composite
def spelled(draw: st.DrawFn) -> str:
    word = draw(st.sampled_from((*WORDS, *NOISE)))
    change = draw(st.sampled_from(("", "", "upper", "lower", "title")))
    said = str(getattr(word, change)()) if change else word
    return said.replace(" ", draw(st.sampled_from(GAPS))) + draw(st.sampled_from(("", "", "s", "es")))


@settings(max_examples=800, deadline=None, derandomize=True)
@given(st.lists(st.tuples(spelled(), st.sampled_from(GAPS)), max_size=6))
def test_what_is_mentioned_is_spotted(pieces: list[tuple[str, str]]) -> None:
    text = "".join(word + gap for word, gap in pieces)
    if any(mention.entry.sort == "subject" for mention in knowledge().mentions(text)):
        assert knowledge().may_mention(text)


def test_a_number_that_touches_letters_is_spotted() -> None:
    assert {mention.entry.id for mention in knowledge().mentions("42VGGNet")} == {"short"}
    assert knowledge().may_mention("42VGGNet")


@pytest.mark.parametrize(
    "text",
    [
        "a residual signal in the network",
        "365 places to see",
        "the transformer hums",
        "oslo",
        "OSLO Fjord",
        "Osloer",
        "16 of them",
        "vggt 16 net",
        "Hinton met the company",
        "glossy boxes of glass",
        "142",
        "king Ngo",
    ],
)
def test_other_words_are_not(text: str) -> None:
    assert not knowledge().may_mention(text)


def test_letters_that_are_looked_at_without_their_accents_are_all_that_may_have_plain_ones() -> None:
    for character in map(chr, range(128, sys.maxunicode + 1)):
        if character.isalnum() and not character.isdecimal() and not ACCENTED.match(character):
            plain = unicodedata.normalize("NFKD", character.casefold())
            assert not any(c.isascii() and c.isalnum() for c in plain), character
