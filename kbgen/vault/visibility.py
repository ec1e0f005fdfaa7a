"""What a front matter says of who may see its note; in doubt, it hides it (FM-30, FM-31)."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

Hiding = Literal["", "explicit", "doubtful"]
"""``explicit`` by ``publish: false`` or ``draft: true``; all else that seems to ask for it is doubtful."""

_YES = frozenset(
    {"true", "yes", "y", "on", "1", "✅", "✓", "✔", "☑"}
    | {"ja", "oui", "sí", "si", "sim", "да", "tak", "是", "はい", "예", "네"}
)

_NO = frozenset(
    {"false", "no", "n", "off", "0", "never", "none", "not", "nope", "❌", "✗", "✘", "☐"}
    | {
        "nein",
        "non",
        "nee",
        "nej",
        "nei",
        "nie",
        "não",
        "нет",
        "ні",
        "否",
        "不",
        "いいえ",
        "아니요",
        "아니오",
    }
)

_UNREADY = frozenset({"draft", "hidden", "private", "secret", "unpublished", "internal", "confidential"})

_PLAIN = _YES | _NO | _UNREADY

_REFUSAL = re.compile(
    r"(?:it is |do |please )?(?:not|never|don['’]?t)(?: yet| to| be| for| ready)*"
    r"(?P<what> (?:publish(?:ed|able)?|public(?:ation)?|shared?|released?))?(?: yet)?"
)
"""``not yet``, ``do not publish``."""

_OPEN = frozenset({"public", "published"})
"""Say of a page what it is, in the place of a yes or no."""

_PUBLISHES = frozenset(
    {"published", "public", "share", "makepublic", "topublish"}
    | {"dgpublish", "webpublish", "sitepublish", "gardenpublish", "quartzpublish", "obsidianpublish"}
    | {"publishtoweb", "publishtosite", "buildrender"}
    | {"veröffentlichen", "veröffentlicht", "publier", "publié", "publicar", "publicado", "опубликовано"}
    | {"公開", "公开", "发布", "公開する"}
)
"""Of Jekyll and Hexo, Logseq, Digital Garden, Enveloppe, Hugo; ``published`` may hold a date as well."""

_HIDES = frozenset({"draft", "private", "password", "postpassword"})
"""Hide a note with any value that is not a plain no."""

_HIDES_IF_TRUE = frozenset(
    {"hidden", "hide", "secret", "confidential", "unpublish", "keepprivate"}
    | {"privat", "privé", "privée", "privado", "privada", "privato", "приватно", "非公開", "非公开", "私密"}
    | {"entwurf", "brouillon", "borrador", "bozza", "rascunho", "черновик", "下書き", "草稿"}
)

_NEGATED = re.compile(
    r"(?:no|dont|donot|never|not|un|non)(?:yet)?(?:to|for)?(?:be)?(?:publish(?:ed|able|ing)?|publication|public|share)"
)
"""``do-not-publish``, ``unpublished``."""

_OF_THE_PAGE = frozenset(
    {"visibility", "access", "accesslevel", "privacy", "permission", "permissions", "permissionlevel"}
    | {"sharing", "audience", "classification", "confidentiality", "sensitivity"}
)
"""Say who may read a note."""

_OF_THE_WORK = frozenset(
    {"status", "poststatus", "publishstatus", "publishingstatus", "publicationstatus", "tag", "tags"}
)
"""Say what becomes of a note in one of several words, about its state more often than about its page."""

_READERS = frozenset({"restricted", "me", "myself", "nobody", "no one"})

_FOR_SOME = re.compile(r".+[\s_-]only|only[\s_-].+")
"""``friends-only``, ``only me``."""

_UNFINISHED = frozenset({"pending", "trash", "auto-draft"})
"""States of a post in WordPress."""

_TAGS = frozenset({"tag", "tags"})

_BETWEEN_TAGS = re.compile(r"[\s,]+")

_PRIVATE_TAGS = frozenset({"private", "confidential"})

_NESTED = frozenset({"publish", "published", "draft", "private", "buildrender"})

_KEYS = {"publish", "permalink"} | _PUBLISHES | _HIDES | _HIDES_IF_TRUE | _OF_THE_PAGE | _OF_THE_WORK

UNLISTED = "unlisted"
"""The name of a property, and what others may say."""

_UNLISTING = frozenset({"publish", "published"}) | _OF_THE_PAGE | _OF_THE_WORK - _TAGS

_SIGNS = re.compile(r"[\W_]+")

_LEADING = re.compile(r"\W*")

_LINK = re.compile(r"\s*!?\[\[(?P<target>[^\]|#]+)[^\]]*\]\]\s*")

_LINE = re.compile(
    r"""(?:^|[{,]) [^\S\n]* (?:[-*+>][^\S\n]+)* (?P<quote>["'“”‘’]?) (?P<name>\w[\w -]{0,30}) ["'“”‘’]?
        [^\S\n]* [:：=]+ [^\S\n]* (?P<value>"[^"\n]*"|'[^'\n]*'|[^,}\n]*)""",
    re.VERBOSE | re.MULTILINE,
)
"""A property, as far as that can be told where the whole cannot be read."""


def hides(name: str, values: Sequence[str]) -> Hiding:
    """Tell whether a property hides its note.

    Parameters
    ----------
    name
        Of the property, in any spelling.
    values
        Its value, or its values.

    Examples
    --------
    >>> hides("publish", ["false"]), hides("Publish", ["hidden"]), hides("published", ["2012"])
    ('explicit', 'doubtful', '')
    >>> hides("draft", ["no"]), hides("dg-publish", ["false"]), hides("status", ["Draft"])
    ('', 'doubtful', 'doubtful')
    """
    key = _normalized_name(name)
    if key == "permalink":  # of Eleventy; an address may be /false/
        return "doubtful" if _is(values, "false") else ""
    words = [word for value in values if (word := _normalized_value(value))]
    if key == "publish":
        if not all(word in _YES or word in _OPEN or word == UNLISTED for word in words):
            return "explicit" if _is(values, "false") else "doubtful"
        return ""
    if key in _HIDES:
        if not all(word in _NO or word in _OPEN for word in words):
            return "explicit" if key == "draft" and _is(values, "true") else "doubtful"
        return ""
    return "doubtful" if any(_doubtful(key, word) for word in words) else ""


@functools.lru_cache(maxsize=1_000)
def _doubtful(key: str, word: str) -> bool:
    """Tell whether a word of a property seems to hide its note."""
    refusal = _REFUSAL.fullmatch(word)
    if key in _PUBLISHES:
        return word in _UNREADY or word in _NO or word == "pending" or refusal is not None
    if key in _TAGS:
        roots = [tag.strip("#").partition("/")[0] for tag in _BETWEEN_TAGS.split(word)]
        return any(root in _PRIVATE_TAGS or _NEGATED.fullmatch(_normalized_name(root)) for root in roots)
    if key in _OF_THE_PAGE or key in _OF_THE_WORK:
        if word in _UNREADY or (refusal and refusal["what"]):
            return True
        if key in _OF_THE_PAGE:
            return word in _READERS or _FOR_SOME.fullmatch(word) is not None
        return key == "poststatus" and word in _UNFINISHED
    return word in _YES and (key in _HIDES_IF_TRUE or _NEGATED.fullmatch(key) is not None)


def unlists(name: str, values: Sequence[str]) -> bool:
    """Tell whether a property keeps its note out of lists.

    >>> unlists("un-listed", ["x"]), unlists("unlisted", ["no"]), unlists("access", ["Unlisted"])
    (True, False, True)
    """
    key = _normalized_name(name)
    if not concerns_lists(name):
        return False
    words = [word for value in values if (word := _normalized_value(value))]
    return not all(word in _NO for word in words) if key == UNLISTED else UNLISTED in words


@functools.lru_cache(maxsize=1_000)
def concerns_lists(name: str) -> bool:
    """Tell whether a property may keep its note out of lists at all."""
    key = _normalized_name(name)
    return key == UNLISTED or key in _UNLISTING


@functools.lru_cache(maxsize=1_000)
def concerns_visibility(name: str) -> bool:
    """Tell whether a property may hide its note at all."""
    key = _normalized_name(name)
    return key in _KEYS or _NEGATED.fullmatch(key) is not None


def yields_to_publish(name: str) -> bool:
    """Tell whether ``publish: true`` is stronger: a status is more often that of the work than the page."""
    return _normalized_name(name) in _OF_THE_WORK


def hides_when_nested(name: str) -> bool:
    """Tell whether a name counts inside of other data too, where no program looks for it."""
    return _normalized_name(name) in _NESTED


def hiding_lines(text: str) -> Iterator[tuple[int, str]]:
    r"""Yield the lines of a text that hide their note, from 0, each with the property.

    >>> list(hiding_lines("title: @x\n\tDraft : “yes”"))
    [(1, 'Draft')]
    """
    return _lines(text, hides)


def unlisting_lines(text: str) -> Iterator[tuple[int, str]]:
    r"""Yield the lines of a text that keep their note out of lists, from 0, each with the property.

    >>> list(unlisting_lines("title: @x\n{unlisted: true}"))
    [(1, 'unlisted')]
    """
    return _lines(text, unlists)


def _lines(text: str, asks: Callable[[str, Sequence[str]], object]) -> Iterator[tuple[int, str]]:
    line, counted = 0, 0
    for found in _LINE.finditer(text):
        name = found["name"].strip()
        if asks(name, [found["value"].partition(" #")[0]]):
            line += text.count("\n", counted, found.start("name"))
            counted = found.start("name")
            yield line, name


def hides_plainly(text: str, *, states: bool = False) -> bool:
    r"""Tell whether lines of a text hide their note by a plain yes or no, as prose seldom does.

    Parameters
    ----------
    text
        Lines of names and values.
    states
        Whether what is said of a state counts too.

    Examples
    --------
    >>> hides_plainly("Created: 2023\nPublished: No"), hides_plainly("Draft: how to write one")
    (True, False)
    """
    weak = frozenset[str]() if states else _OF_THE_WORK | _OF_THE_PAGE
    return any(
        (key := _normalized_name(found["name"].strip())) not in weak
        and _normalized_value(found["value"]) in _PLAIN
        and hides(key, [found["value"]])
        for found in _LINE.finditer(text)
    )


def _is(values: Sequence[str], word: str) -> bool:
    return any(value.strip().lower() == word for value in values)


@functools.lru_cache(maxsize=1_000)
def _normalized_name(name: str) -> str:
    """Return a name without its case, its signs, how its letters are encoded, and ``is`` before it."""
    key = _SIGNS.sub("", unicodedata.normalize("NFKC", name)).casefold()
    bare = key[2:] if key.startswith("is") else ""
    return bare if bare in _KEYS or _NEGATED.fullmatch(bare) else key


@functools.lru_cache(maxsize=1_000)
def _normalized_value(value: str) -> str:
    """Return a value without case, and without the blanks, quotes, brackets and signs around it."""
    if link := _LINK.fullmatch(value):
        value = link["target"]
    folded = unicodedata.normalize("NFKC", value).casefold().strip()
    start, end = _signs_before(folded), len(folded) - _signs_before(folded[::-1])
    return folded[start:end] or folded


def _signs_before(text: str) -> int:
    found = _LEADING.match(text)
    return found.end() if found else 0
