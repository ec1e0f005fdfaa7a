"""What a sentence does with what it says: only what it asserts, of its own subject, is a claim.

A sentence may ask, suppose, deny, report a mistake, speak of other times, of a part of something, or of
things that nothing is known about. All of these are told by small words, whatever the sentence is about.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from kbgen.quantities.days import MONTHS
from kbgen.quantities.numbers import SMALL

_SENTENCE = re.compile(
    r"(?<=[.!?])(?<!\bvs\.)(?<!\bca\.)(?<!\bcf\.)(?<!\bno\.)(?<!\bal\.)(?<!\bapprox\.)(?<!e\.g\.)(?<!i\.e\.)"
    r"[\"'”’)\]*_]*\s+(?=[\"'“(\[*_]*[A-Z0-9])|\n"
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

_NO = re.compile(
    r"\b(?:not|never|no|without|neither|nor|cannot|hardly|rather than|instead of|contrary to|except|"
    r"excluding|besides|"
    r"apart from|unlike|far from|replac(?:es|ed|ing))\b|n['’]t\b",
    re.IGNORECASE,
)
_YET = re.compile(
    r"[;:,]|\b(?:but|by|with)\b|\b(?:not|no) (?:only|more|less|fewer|later|earlier)\b|\bno (?:fewer|less|"
    r"more) than\b|\bnothing but\b|\bwithout doubt\b",
    re.IGNORECASE,
)
_COUNTERFACTUAL = re.compile(
    r"^\W*(?:without|with only|had|were it|rather than|instead of|contrary to|except for|unlike)\b",
    re.IGNORECASE,
)

_COMPARED_FIRST = re.compile(
    r"^\W*(?:compared (?:with|to)|relative to|in contrast to|next to)\b[^,]*$", re.IGNORECASE
)
_OTHER_TIME = re.compile(
    r"\b(?:today|nowadays|now|currently|later|previous|previously|until then|up to then|since then|"
    r"the year before|"
    r"a year before|years? (?:earlier|later|before|after|ago)|months? (?:later|ago)|years that followed|"
    r"earlier|formerly|"
    r"in the (?:past|future)|subsequent|subsequently|next year|following year|that year|"
    r"in (?:its|their) usual form|on (?:an?|one) (?:modern|single|recent|current)|contemporary|meanwhile)\b",
    re.IGNORECASE,
)
_TODAY = re.compile(
    r"\b(?:today|nowadays|currently|these days|now|(?:on|with) (?:an? )?(?:modern|current|recent|newer))\b",
    re.IGNORECASE,
)
_IN_YEAR = re.compile(
    r"\b(?:in|as of|by|before|until|till|since|after|during|around|circa|of|from|early|late|mid|"
    r"the)[- ](1[5-9]\d\d|20[0-3]\d)\b",
    re.IGNORECASE,
)

_APART_BEFORE = re.compile(
    r"\b(?:first|last|other|others|next|remaining|another|additional|extra|final|previous|lower|upper|"
    r"further|middle|"
    r"half of (?:the|its)[^.;]*|some of (?:the|its)[^.;]*|part of (?:the|its)[^.;]*|all but|every|layer|"
    r"table|figure|fig\.?|section|chapter|"
    r"equation|step|page|pages|version|footnote|config|configuration|exercise|"
    r"(?:sits?|used|applied|found|concentrated|held|lies?|contained|only) in|divided by|"
    r"multiplied by)[\s*_]*(?:,\s)?$",
    re.IGNORECASE,
)
_APART_AFTER = re.compile(
    r"[\s*_]*(?:of \d|of (?:the|its|these|those|all|them|which|our)\b|out of|more\b(?! than)|times (?:as|"
    r"the|more|less|fewer|larger|smaller|deeper)|"
    r"(?:per|a|each) (?:day|week|month|year|hour)\b|years? (?:ago|later|earlier|before|after)|(?:th|st|"
    r"nd|rd)\b)",
    re.IGNORECASE,
)
_THE = re.compile(r"\b(?:the|these|those)[\s*_]+$", re.IGNORECASE)
_PLACED = re.compile(r"[\s*_]*[a-z-]+[\s*_]+(?:before|after|behind|above|below|beneath|in between|that)\b")
_FOR = re.compile(r"\b(?:for|per|from|to|by)[\s*_]+$", re.IGNORECASE)
_TRIED = re.compile(
    r"[^.;,]{0,30}\b(?:with it|with them|without(?: it| them)?(?=[.;,:]|\s*$))", re.IGNORECASE
)
_EACH = re.compile(r"\W*(?:on |in |for |from )?(?:each|every)\s(?!of\b)", re.IGNORECASE)
_OF_WHICH = re.compile(r"\bof[\s*_]+$")
_EACH_AFTER = re.compile(r"[\s*_]*(?:[a-z-]+[\s*_]+){1,2}each\b")
_AS_MANY = re.compile(
    r"[\s*_]*(?:[×x]|times|-?fold|percent|per cent|%|points?|[a-z-]+s)?[\s*_]*(?:as (?:many|much|large|"
    r"big|deep|fast)|more|less|fewer|"
    r"larger|smaller|bigger|deeper|better|worse|longer|shorter|lower|higher|cheaper|the size|"
    r"the (?:number|amount|depth|"
    r"cost)|of an improvement|improvement|reduction|increase|drop|gains?)\b",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"\b(?:fell|falls?|dropp?(?:ed|s)?|cut|cuts|reduced?|reduces|decreased?|lower(?:ed|s)?|improv(?:ed|"
    r"es?)|shrank|rose|grew|"
    r"increased?|rais(?:ed|es?)|better|worse|deeper|shallower|larger|smaller|less|gain(?:ed|"
    r"s)?)\b(?:[^.;,]|\.\d){0,90}?\bby\b(?:[^.;,]|\.\d){0,24}$"
    r"|\b(?:improvement|reduction|decrease|increase|drop|gain) of\b[^.;,]{0,16}$",
    re.IGNORECASE,
)

_VERBS = """
    has have had having contain contains contained consist consists consisted comprise comprises use
    uses used is was were are been reached reaches achieved achieves got get gets scored scores need
    needs needed take takes took hold holds held make makes made gave give gives runs ran trained
    trains won wins came comes fell falls dropped hit hits lost cost costs sees saw reads ends ended
    begin begins began start starts started compute computes computed counted amounts amounted
    totalled employ employs employed require requires required boast boasts boasted stack stacks
    stacked add adds added sit sits improved lowered lowers cut cuts left joined followed appeared
    beat beats became introduced offer offers offered featured replace replaces replaced connect
    connects looks
"""
_VERB = re.compile(rf"\b(?:{'|'.join(_VERBS.split())})\b", re.IGNORECASE)
_CLAUSE = re.compile(
    r"[;]\s*|\s[–—]\s|,\s+(?:and|but|while|whereas|though|although|yet|so)\s+|\b(?:while|whereas|but)\s+",
    re.IGNORECASE,
)
_THING = "\ufffc"
"""Stands for the word for a thing of the note's own sort: *model*, *company*."""

_OURS = re.compile(
    r"(?:(?:and|but|so|yet|also|then|here|in all|all told|in total|altogether|together|"
    r"by (?:\w+ )?\w+ count),?(?:\s|$))*"
    r"(?:|it|its?\b.*|this|that|these|they|their\b.*|he|she|his\b.*|her\b.*|him|we|there|which|what|who|"
    r"both|all|" + _THING + r"|"
    r"(?:the|this|that) (?:(?:whole|entire|full|complete|original|final|resulting|published|winning|new|"
    r"deep|big|"
    r"actual|total|" + _THING + r") )*(?:" + _THING + r"|paper|authors?|team|winner|entry|design|whole|"
    r"company|challenge|contest|competition|prize|work|code|number|count|total|figure|task|researchers?|"
    r"group|lab|"
    r"man|woman|scientist|drawing)s?(?:\s(?:itself|alone|as a whole))?|"
    r"an? " + _THING + r"|the deepest|an? pair of|an? total of|an? total|an? pair|"
    r"the (?:first|second|third|fourth|fifth|sixth|seventh|eighth|last)\b.*)",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:other|others|another|most|many|several|earlier|previous|prior|later|subsequent|modern|"
    r"today['’]s|current|typical|"
    r"competing|rival|best|next|following|successors?|predecessors?|humans?|usual|standard|plain|newer|"
    r"older|similar|such|"
    r"toy|own|reimplementation|experiments?|smaller|larger|bigger|deeper|shallower|shorter|longer|"
    r"classical|classic|traditional|conventional|average|record|state of the art)\b",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"(?:its|his|her|their)\b", re.IGNORECASE)
_UNDEFINED = re.compile(r"^\W*(?:(?:in|on|for|with|by|of|at)\s+)?(?:an?|some|any|every|no)\s+", re.IGNORECASE)
_PROPER = re.compile(
    r"\b(?:[A-Z][a-z0-9]*[A-Z][\w]*(?:[-‐‑][\w.]+)*|[A-Z][\w]*[-‐‑]\d[\w.]*|[A-Z][A-Za-z]*\d[\w]*|"
    r"[A-Z][a-z]+(?:[-‐‑][A-Z]?[a-z]+)?)\b"
)
_STRONG = re.compile(r"[A-Z][a-z0-9]*[A-Z]|[-‐‑]\d|[A-Za-z]\d")
_NEAR = 14
_COMMON = frozenset(
    [
        *("the", "a", "an", "it", "its", "this", "that", "these", "those", "they", "their"),
        *("there", "here", "he", "she", "his", "her", "we", "our", "you", "your", "in", "on", "at"),
        *("by", "for", "from", "with", "of", "to", "as", "and", "but", "or", "so", "yet", "if"),
        *("when", "while", "where", "what", "which", "who", "how", "why", "after", "before"),
        *("since", "until", "during", "within", "without", "about", "over", "under", "more"),
        *("most", "many", "some", "all", "each", "every", "both", "no", "not", "only", "just"),
        *("even", "still", "also", "then", "thus", "hence", "however", "moreover", "monday"),
        *("tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "i", "english"),
        *("german", "french", "table", "figure", "section", "chapter", "page", "note", "see"),
        *("compared", "unlike", "despite", "whereas", "although", "though", "because"),
        *SMALL[1:11],
        *MONTHS,
    ]
)


def sentences(words: str) -> Iterator[tuple[int, int]]:
    r"""Yield where the sentences of some words stand; a line end within a sentence does not end it.

    Examples
    --------
    >>> text = "It has eight layers. With\n60M parameters, it is large.\nYear: 2012"
    >>> [text[start:end] for start, end in sentences(text)]
    ['It has eight layers.', 'With\n60M parameters, it is large.', 'Year: 2012']
    """
    start = 0
    for found in _SENTENCE.finditer(words):
        if words[found.start()] == "\n":
            before = words[start : found.start()].rstrip()
            after = found.end()
            if (
                before
                and before[-1] not in ".!?:;"
                and _GOES_ON.match(words, after)
                and not _FIELD.match(words, after)
            ):
                continue
        yield start, found.start()
        start = found.end()
    yield start, len(words)


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


def denied(before: str) -> bool:
    """Tell whether the words before a value deny it.

    Examples
    --------
    >>> [denied(s) for s in ("It has not ", "It has not 9 but ", "no fewer than ", "8, not ", "instead of ")]
    [True, False, False, True, True]
    """
    if _COUNTERFACTUAL.match(before) and not re.search(r",", before):
        return True
    found = list(_NO.finditer(before))
    if not found:
        return False
    last = found[-1]
    return len(before) - last.end() < 60 and not _YET.search(before, last.start())


def compared_first(before: str) -> bool:
    """Tell whether a sentence begins with what it compares with: *compared with a house of two floors, …*."""
    return _COMPARED_FIRST.match(before) is not None


def counterfactual(before: str) -> bool:
    """Tell whether a sentence begins by taking something away: *without groups, it would …*."""
    return re.match(r"^\W*(?:without|with only)\b", before, re.IGNORECASE) is not None


def today(sentence: str) -> bool:
    """Tell whether a sentence speaks of what is done nowadays, which the facts do not know."""
    return _TODAY.search(sentence) is not None


def other_time(sentence: str, years: Collection[str]) -> bool:
    """Tell whether a sentence speaks of a time that is not one of some years."""
    return _OTHER_TIME.search(sentence) is not None or any(
        found[1] not in years for found in _IN_YEAR.finditer(sentence)
    )


def of_a_part(words: str, start: int, end: int) -> bool:
    """Tell whether a number counts only some of what is named beside it: *the last 3 rooms*, *5 of the 8*.

    Examples
    --------
    >>> texts = ("the last 3 rooms", "3 of its 8", "the 3 rooms above", "it has 3 rooms")
    >>> [of_a_part(s, s.index("3"), s.index("3") + 1) for s in texts]
    [True, True, True, False]
    """
    if _FOR.search(words, max(0, start - 8), start) and words[start:end].casefold() == "one":
        return True  # heat for one room
    return (
        (_THE.search(words, max(0, start - 8), start) is not None and _PLACED.match(words, end) is not None)
        or _APART_BEFORE.search(words, max(0, start - 60), start) is not None
        or (
            _OF_WHICH.search(words, max(0, start - 6), start) is not None
            and _EACH_AFTER.match(words, end) is not None
        )
        or _APART_AFTER.match(words, end) is not None
    )


def of_each(sentence: str) -> bool:
    """Tell whether a sentence is about each of several things: *each filter has 363 weights*."""
    return _EACH.match(sentence) is not None


def qualified(words: str, end: int) -> bool:
    """Tell whether a number holds for something that was tried: *10.5 % with it, 10.4 % without*."""
    return _TRIED.match(words, end) is not None


def compares(words: str, start: int, end: int) -> bool:
    """Tell whether a number says how much more or less something is than another, or by how much it changed.

    Examples
    --------
    >>> texts = ("2 times as many rooms", "fell by 2 points", "has 2 rooms")
    >>> [compares(s, s.index("2"), s.index("2") + 1) for s in texts]
    [True, True, False]
    """
    return (
        _AS_MANY.match(words, end) is not None or _CHANGE.search(words, max(0, start - 70), start) is not None
    )


def clause_start(words: str, start: int, at: int) -> int:
    """Return where the clause begins in which a place stands."""
    begin = start
    for found in _CLAUSE.finditer(words, start, at):
        begin = found.end()
    return begin


def strangers(words: str, start: int, end: int, known: Collection[tuple[int, int]]) -> Iterator[str]:
    """Yield the proper names between two places that are not among the spans of known phrases.

    A capital at the beginning of a sentence is none, unless the word has digits or further capitals.
    """
    for found in _PROPER.finditer(words, start, end):
        if any(low <= found.start() < high or found.start() <= low < found.end() for low, high in known):
            continue
        first = not re.search(r"\w", words[start : found.start()])
        strong = _STRONG.search(found[0]) is not None
        if found[0].casefold() in _COMMON or (first and not strong):
            continue
        yield found[0]


def about_others(
    before: str,
    known: Collection[tuple[int, int]],
    familiar: Collection[tuple[int, int]],
    parts: Collection[tuple[int, int]] = (),
    things: Collection[tuple[int, int]] = (),
) -> bool:
    """Tell whether the subject of a clause is something that nothing is known of.

    Parameters
    ----------
    before
        The clause up to the number.
    known
        Spans in it of known phrases.
    familiar
        Those that name a property, a part or the like, which can be one of the note's own subject.
    parts
        Those that name a part: *a room*, unlike *the room*, is any room.
    things
        Those that are words for things of the note's own sort: *the model*.

    Examples
    --------
    >>> [about_others(text, [], []) for text in ("It has ", "Most houses have ", "Apollo-11 has ")]
    [False, True, True]
    >>> about_others("The old house has ", [], []), about_others("The house has ", [], [], [], [(4, 9)])
    (True, False)
    """
    verb = _VERB.search(before)
    phrase = before[: verb.start()] if verb else before
    if any(True for _ in strangers(before, 0, len(before), known)):
        return True
    lead = subject_phrase(phrase)
    at = phrase.find(lead)
    others = _OTHERS.search(_replaced(phrase, known, " "), at) is not None
    if others and _POSSESSIVE.match(lead):
        return True
    plain = subject_phrase(_replaced(phrase, things, _THING))
    if not lead or _OURS.fullmatch(plain) or _OURS.fullmatch(plain.rpartition(",")[2].strip()):
        return False
    if others:
        return True
    if _UNDEFINED.match(lead) and parts and min(parts)[0] <= at + _NEAR:
        return True
    if any(at <= start < len(phrase) for start, _ in familiar):
        return False
    return verb is not None or _UNDEFINED.match(lead) is not None


def _replaced(phrase: str, spans: Collection[tuple[int, int]], mark: str) -> str:
    """Put a mark in the place of some words; with a blank, nothing moves."""
    found = phrase
    for start, end in sorted(spans, reverse=True):
        if end <= len(phrase):
            found = f"{found[:start]}{mark * (end - start) if mark == ' ' else mark}{found[end:]}"
    return found


def subject_phrase(phrase: str) -> str:
    """Return the words before a verb without marks and without what only says where or when."""
    stripped = phrase.strip(" \t\n*_(\"'“”,≈~")
    lead = re.sub(
        r"^(?:(?:in|on|for|by|with|at|of|after|under|during)\b[^,]*(?:,\s*|$))",
        "",
        stripped,
        flags=re.IGNORECASE,
    )
    return lead.strip(" *_")
