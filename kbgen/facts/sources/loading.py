"""Load the sources of facts by name, and take over what each of them knows.

A source is an entry point in the group ``kbgen.facts``. It is either a function of ours, which is given the
texts and may look at them, or anything with a function ``facts()``, such as a module that knows nothing of
kbgen; that may also have ``lexicon()``, and ``facts(live=True)`` for facts that are confirmed by running
something.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import entry_points
from typing import Any, TypeVar

from msgspec import Struct

from kbgen.config import FACTS_GROUP
from kbgen.facts.fact import Fact, Lexicon, Name, Term, take_over
from kbgen.links.model import LinkedNote
from kbgen.nearest import nearest
from kbgen.vault.paths import VaultPath


class Texts(Struct, frozen=True):
    """What is to be verified."""

    notes: Mapping[VaultPath, LinkedNote]
    """All notes that may declare something."""


class Known(Struct, frozen=True):
    """What a source knows."""

    facts: tuple[Fact, ...] = ()
    lexicon: Lexicon = Lexicon()
    derive: Callable[[Any, Any, Any], Iterable[tuple[Any, Fact]]] | None = None
    """Claims of one text that can be checked against the text itself, each with the fact that checks it.

    A text that holds no quantity is not asked about.
    """
    subject_of: Mapping[VaultPath, str] = {}
    """The subject that a note is about, where the source gives it one."""
    source: object = None
    """What was asked, where it is another package's: it may have more to show than facts."""


class Failure(Struct, frozen=True):
    """A source that could not be asked."""

    name: str
    message: str
    hint: str = ""


Source = Callable[[Texts], Known]
Entry = TypeVar("Entry", Name, Term)


def load(names: Sequence[str], texts: Texts, *, live: bool = False) -> tuple[list[Known], list[Failure]]:
    """Ask the sources.

    Parameters
    ----------
    names
        Names of entry points, in the order in which they are to be believed.
    texts
        What is to be verified.
    live
        Whether sources that can run something shall confirm their facts so.

    Returns
    -------
    list of Known
        Of the sources that could be asked.
    list of Failure
        The others, with what went wrong.
    """
    available = {point.name: point for point in entry_points(group=FACTS_GROUP)}
    found: list[Known] = []
    failures: list[Failure] = []
    for name in names:
        if name not in available:
            known = sorted(available)
            meant = nearest(name, known)
            near = f"Did you mean {meant!r}?" if meant else f"Installed are: {', '.join(known)}."
            failures.append(Failure(name, f"No source of facts is called {name!r}.", near))
            continue
        try:
            found.append(_ask(available[name].load(), texts, live=live))
        except Exception as problem:  # noqa: BLE001, another package's code may fail in any way
            text = str(problem).strip() or type(problem).__name__
            failures.append(Failure(name, f"The source of facts {name!r} failed: {text}"))
    return found, failures


def _ask(source: Any, texts: Texts, *, live: bool) -> Known:  # noqa: ANN401, an entry point is anything
    if not hasattr(source, "facts"):
        known = source(texts)
        if not isinstance(known, Known):
            raise TypeError(f"expected facts, found {type(known).__name__}")
        return known
    confirms = live and "live" in inspect.signature(source.facts).parameters
    facts = source.facts(live=True) if confirms else source.facts()
    values = facts.values() if isinstance(facts, Mapping) else facts
    lexicon = source.lexicon() if hasattr(source, "lexicon") else None
    return Known(take_over(values), _lexicon(lexicon) if lexicon else Lexicon(), source=source)


def _lexicon(foreign: Any) -> Lexicon:  # noqa: ANN401, taken over by the names of its fields
    """Make our records of another package's words; fields that it does not have stay empty."""
    return Lexicon(
        subjects=_records(Name, foreign.subjects),
        parts=_records(Name, foreign.parts),
        steps=_records(Name, foreign.steps),
        terms=_records(Term, foreign.terms),
        variants=_records(Name, getattr(foreign, "variants", ())),
        nouns=tuple(getattr(foreign, "nouns", ())),
        fillers=tuple(getattr(foreign, "fillers", ())),
        passing=tuple(getattr(foreign, "passing", ())),
        another=tuple(getattr(foreign, "another", ())),
        modifiers=tuple(getattr(foreign, "modifiers", ())),
        topics=tuple(getattr(foreign, "topics", ())),
    )


def _records(record: type[Entry], foreign: Iterable[Any]) -> tuple[Entry, ...]:
    fields = record.__struct_fields__
    return tuple(
        record(**{name: getattr(each, name) for name in fields if hasattr(each, name)}) for each in foreign
    )
