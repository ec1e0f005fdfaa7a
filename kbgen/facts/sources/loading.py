"""Load the sources of facts that the config names, each with its settings, and ask them.

A source is an entry point in the group ``kbgen.facts``: a :class:`Source`, or anything with a function
``facts()``, such as a module that knows nothing of kbgen. That may also have ``lexicon()``, ``views()`` and
``diagram(subject)``, and ``facts(live=True)`` for facts that are confirmed by running something.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import fields, replace

from kbgen.config import FACTS_GROUP, VerifyConfig
from kbgen.errors import ConfigError, KbgenError
from kbgen.facts.fact import Lexicon, Name, PropertyName, take_over
from kbgen.facts.sources import tables
from kbgen.facts.sources.memory import KnownMemory
from kbgen.facts.sources.source import Known, Request, Source
from kbgen.links.model import LinkedNote
from kbgen.nearest import did_you_mean, nearest
from kbgen.vault.paths import VaultPath

_OURS = __name__.partition(".")[0]


class SourceFailure(Struct, frozen=True):
    """A source that could not be asked."""

    name: str
    message: str
    hint: str = ""


class ConfiguredSource(Struct, frozen=True):
    """A source with its settings."""

    name: str
    source: Source
    settings: Struct
    point: EntryPoint | None = None
    """Where it was found; the tables of the user are in the config itself."""

    def ask(self, notes: Mapping[VaultPath, LinkedNote], *, live: bool) -> Known:
        """Return what it knows."""
        known = self.source.ask(Request(notes, self.settings, live))
        if not isinstance(known, Known):
            raise TypeError(f"expected facts, found {type(known).__name__}")
        return known


Result = TypeVar("Result")
Record = TypeVar("Record", Name, PropertyName)


def configured(verify: VerifyConfig) -> list[ConfiguredSource | SourceFailure]:
    """Find the sources that the config names, each with its settings; the user's tables come first.

    Parameters
    ----------
    verify
        Their names, in the order in which they are to be believed, and their settings.

    Returns
    -------
    list of ConfiguredSource or SourceFailure
        What went wrong, in the place of a source that could not be loaded.

    Raises
    ------
    ConfigError
        If a setting is unknown, missing or ill-typed, or belongs to no source; names the file and the line.
    """
    available = {point.name: point for point in entry_points(group=FACTS_GROUP)}
    _check_names(verify, available)
    found = [_configured(name, available, verify) for name in verify.facts]
    if verify.tables:
        found.insert(0, ConfiguredSource("tables", tables.source, tables.TablesSettings(verify.tables)))
    return found


def _configured(
    name: str, available: Mapping[str, EntryPoint], verify: VerifyConfig
) -> ConfiguredSource | SourceFailure:
    if name not in available:
        known = sorted(available)
        meant = nearest(name, known)
        near = f"Did you mean {meant!r}?" if meant else f"Installed are: {', '.join(known)}."
        return SourceFailure(name, f"No source of facts is called {name!r}.", near)
    source = guarded(name, lambda: _source(available[name].load()))
    if isinstance(source, SourceFailure):
        return source
    return ConfiguredSource(name, source, _settings(name, source, verify), available[name])


def _settings(name: str, source: Source, verify: VerifyConfig) -> Struct:
    if name in verify.sources:
        return verify.sources[name].read(source.settings)
    needed = [field.name for field in fields(source.settings) if field.required]
    if needed:
        raise ConfigError(
            f"the source of facts {name!r} needs settings: {', '.join(needed)}",
            f"write them into a table [verify.sources.{name}]",
        )
    return source.settings()


def load(
    verify: VerifyConfig,
    notes: Mapping[VaultPath, LinkedNote] | None = None,
    *,
    live: bool = False,
    memory: KnownMemory | None = None,
) -> tuple[list[Known], list[SourceFailure]]:
    """Ask the sources.

    Parameters
    ----------
    verify
        As for :func:`configured`.
    notes
        All that may declare something.
    live
        Whether sources that can run something shall confirm their facts so.
    memory
        What they knew the last time.

    Returns
    -------
    list of Known
        Of the sources that could be asked.
    list of SourceFailure
        The others, with what went wrong.

    Raises
    ------
    ConfigError
        As for :func:`configured`, and if a table of facts cannot be read.
    """
    answers = [
        each
        if isinstance(each, SourceFailure)
        else guarded(each.name, partial(_asked, each, notes or {}, live=live, memory=memory))
        for each in configured(verify)
    ]
    if memory:
        memory.save()
    return (
        [each for each in answers if not isinstance(each, SourceFailure)],
        [each for each in answers if isinstance(each, SourceFailure)],
    )


def _asked(
    source: ConfiguredSource,
    notes: Mapping[VaultPath, LinkedNote],
    *,
    live: bool,
    memory: KnownMemory | None,
) -> Known:
    memory = None if live else memory
    known = memory.recall(source.name) if memory else None
    if known is None:
        watched = _Watched(notes)
        known = source.ask(watched, live=live)
        if memory and (_is_ours(source) or not watched.is_touched):
            memory.keep(source.name, known, of_notes=watched.is_touched)
    shown = source.source
    return replace(known, views=known.views or shown.views, diagram=known.diagram or shown.diagram)


class _Watched(Mapping[VaultPath, LinkedNote]):
    """Notes, and whether anybody looked at them."""

    def __init__(self, notes: Mapping[VaultPath, LinkedNote]) -> None:
        self._notes = notes
        self.is_touched = False

    def __getitem__(self, path: VaultPath) -> LinkedNote:
        self.is_touched = True
        return self._notes[path]

    def __iter__(self) -> Iterator[VaultPath]:
        self.is_touched = True
        return iter(self._notes)

    def __len__(self) -> int:
        self.is_touched = True
        return len(self._notes)


def _is_ours(source: ConfiguredSource) -> bool:
    """Tell whether a source reads of notes what is of their linkage alone; others may read their words."""
    return source.point is None or source.point.module.partition(".")[0] == _OURS


def guarded(name: str, step: Callable[[], Result]) -> Result | SourceFailure:
    """Return what a step comes to; a source that fails in it is no reason to stop, unless it says so."""
    try:
        return step()
    except KbgenError:
        raise
    except Exception as problem:  # noqa: BLE001, another package's code may fail in any way
        text = str(problem).strip() or type(problem).__name__
        return SourceFailure(name, f"The source of facts {name!r} failed: {text}")


def _check_names(verify: VerifyConfig, available: Iterable[str]) -> None:
    """Refuse settings of a source that is neither named nor installed."""
    names = {*available, *verify.facts}
    for name, section in verify.sources.items():
        if name not in names:
            hint = did_you_mean(name, names) or f"known sources: {', '.join(sorted(names))}"
            section.fail(f'unknown key "verify.sources.{name}"', hint)


def _source(loaded: Any) -> Source:  # noqa: ANN401, an entry point is anything
    """Return a source; one of another package that has a function ``facts()`` is made one."""
    if isinstance(loaded, Source):
        return loaded

    def ask(request: Request) -> Known:
        # Not before: a module may load what it knows when its functions are first looked for.
        if not hasattr(loaded, "facts"):
            raise TypeError(f"expected a source of facts, found {type(loaded).__name__}")
        confirms = request.live and "live" in inspect.signature(loaded.facts).parameters
        facts = loaded.facts(live=True) if confirms else loaded.facts()
        values = facts.values() if isinstance(facts, Mapping) else facts
        lexicon = loaded.lexicon() if hasattr(loaded, "lexicon") else None
        return Known(
            take_over(values),
            _lexicon(lexicon) if lexicon else Lexicon(),
        )

    return Source(
        ask,
        views=lambda: loaded.views() if hasattr(loaded, "views") else {},
        diagram=lambda subject: loaded.diagram(subject) if hasattr(loaded, "diagram") else None,
    )


def _lexicon(foreign: Any) -> Lexicon:  # noqa: ANN401, taken over by the names of its fields
    """Make our records of another package's words; fields that it does not have stay empty."""
    return Lexicon(
        subjects=_records(Name, foreign.subjects),
        parts=_records(Name, foreign.parts),
        steps=_records(Name, foreign.steps),
        terms=_records(PropertyName, foreign.terms),
        variants=_records(Name, getattr(foreign, "variants", ())),
        nouns=tuple(getattr(foreign, "nouns", ())),
        fillers=tuple(getattr(foreign, "fillers", ())),
        passing=tuple(getattr(foreign, "passing", ())),
        another=tuple(getattr(foreign, "another", ())),
        modifiers=tuple(getattr(foreign, "modifiers", ())),
        topics=tuple(getattr(foreign, "topics", ())),
    )


def _records(record: type[Record], foreign: Iterable[Any]) -> tuple[Record, ...]:
    names = record.__struct_fields__
    return tuple(
        record(**{name: getattr(each, name) for name in names if hasattr(each, name)}) for each in foreign
    )
