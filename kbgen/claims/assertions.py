"""What a sentence does with what it says: only what it asserts, of its own subject, is a claim.

A sentence may ask, suppose, deny, report a mistake, speak of other times, of a part of something, or of
things that nothing is known about. All of these are told by small words, whatever the sentence is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# It begins with a class and not with what stands before, so that most characters are passed over at once.
_SENTENCE = re.compile(
    r"[.!?\n](?:(?<=\n)|"
    r"(?<!\bvs\.)(?<!\bca\.)(?<!\bcf\.)(?<!\bno\.)(?<!\bal\.)(?<!\bapprox\.)(?<!e\.g\.)(?<!i\.e\.)"
    r"[\"'”’)\]*_]*\s+(?=[\"'“(\[*_]*[A-Z0-9]))"
)
_GOES_ON = re.compile(r"[a-z0-9(≈~]")
_FIELD = re.compile(r"[\w *_-]{2,40}?:{1,2}[*_]*\s")

_ASKS = re.compile(r"\?[\"'”’)\]*_]*\s*$")
_MISTAKE = re.compile(
    r"\b(?:wrong|wrongly|incorrect|incorrectly|mistake|mistaken|mistakenly|myth|misconception|falsely|"
    r"erroneous|"
    r"erroneously|misquoted|untrue|not true|allegedly|slip|typo|comes from an?)\b",
    re.IGNORECASE,
)
_HEARSAY = re.compile(
    r"\b(?:some|many|others|people|often|sometimes|commonly|frequently|authors who)\b[^.;]{0,30}?"
    r"\b(?:claim|claims|claimed|say|says|said|write|writes|written|quote|quoted|cite|cited|given|believe|"
    r"believed|state|"
    r"stated|think|use|take)\b"
    r"|\b(?:told (?:us|me)|according to (?!the (?:paper|authors))|apparently|supposedly|rumou?r)\b",
    re.IGNORECASE,
)
_SUPPOSES = re.compile(
    r"\b(?:if(?! we (?:also )?count)|would|might|suppose|imagine|assume|assuming|hypothetical|"
    r"hypothetically|let us say|exercise|for example|"
    r"for instance|e\.g\.|had (?:it|we|they)|what if|say,|should one|toy|try|tries|tried|removing|adding|"
    r"dropping|omitting|leaving out)\b",
    re.IGNORECASE,
)
_MYSELF = re.compile(r"\b(?:I|my|me|myself|mine|in class)\b")
_WE = re.compile(r"\b(?:we|our)\b", re.IGNORECASE)
_WE_COUNT = re.compile(
    r"\b(?:we|our|own) (?:\w+ )?(?:count|counted|find|found|get|got|see|have seen|know|own count|"
    r"counting|note)\b",
    re.IGNORECASE,
)


_TODAY = re.compile(
    r"\b(?:today|nowadays|currently|these days|now|(?:on|with) (?:an? )?(?:modern|current|recent|newer))\b",
    re.IGNORECASE,
)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    r"""Yield where the sentences of some words stand; a line end within a sentence does not end it.

    Examples
    --------
    >>> text = "It has eight layers. With\n60M parameters, it is large.\nYear: 2012"
    >>> [text[start:end] for start, end in sentences(text)]
    ['It has eight layers.', 'With\n60M parameters, it is large.', 'Year: 2012']
    """
    start = 0
    for found in _SENTENCE.finditer(text):
        end = found.start()
        if text[end] != "\n":
            end += 1  # the full stop belongs to the sentence
        else:
            before = text[start:end].rstrip()
            after = found.end()
            if (
                before
                and before[-1] not in ".!?:;"
                and _GOES_ON.match(text, after)
                and not _FIELD.match(text, after)
            ):
                continue
        yield start, end
        start = found.end()
    yield start, len(text)


def asserts(sentence: str) -> bool:
    """Tell whether a sentence states something in its author's own voice.

    Examples
    --------
    >>> [asserts(s) for s in ("It has 8 rooms.", "Has it 9 rooms?", "If it had 9, it would be large.")]
    [True, False, False]
    >>> [asserts(s) for s in ("Some write that it has 9.", "We stayed for 3 days.", "We count 8 rooms.")]
    [False, False, True]
    """
    if (
        _ASKS.search(sentence)
        or _MISTAKE.search(sentence)
        or _HEARSAY.search(sentence)
        or _SUPPOSES.search(sentence)
    ):
        return False
    if _MYSELF.search(sentence):
        return False
    return not _WE.search(sentence) or _WE_COUNT.search(sentence) is not None


def reported(sentence: str) -> bool:
    """Tell whether a sentence says what others say, or what is mistaken."""
    return _HEARSAY.search(sentence) is not None or _MISTAKE.search(sentence) is not None


def today(sentence: str) -> bool:
    """Tell whether a sentence speaks of what is done nowadays, which the facts do not know."""
    return _TODAY.search(sentence) is not None
