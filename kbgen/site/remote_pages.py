"""Pages made on other machines: what a worker is sent, what it makes of that, and what it sends back.

A worker has no file of the vault open, no cache and no output. It is sent the plan once, without its notes,
and with each share of pages those notes that these pages read: the notes themselves and what they embed with
their contents, those that link to them by their outlines. A page that reads another note after all, such as a
long list, is left to who asked. What is sent has been through the publish cut.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, NoReturn, cast

import msgspec
from msgspec import Struct

from kbgen.config import Config
from kbgen.links.model import LinkedNote
from kbgen.locales.locale import find_locale
from kbgen.notes.model import Content, Outline
from kbgen.shares import RefusedError, refuse_other
from kbgen.site.page_maker import MadePage, PageMaker
from kbgen.site.plan import PageJob, Plan
from kbgen.site.plan_tables import (
    NoteVersion,
    decode_version,
    encode,
    encoded,
    restored,
    version_of,
)
from kbgen.site.theme import templates_fingerprint
from kbgen.site.view_store import Table
from kbgen.traces import Derived
from kbgen.vault.paths import VaultPath

_MAX_EMBEDDED = 400
"""Notes sent for what a page embeds: a page shows fewer."""


_AT_HAND = 20_000
"""Outlines that are kept as they were sent: a note is named on the pages of all to which it links."""


class SentPlan(NamedTuple):
    """A plan as workers are sent it; its notes come with the shares."""

    build: str
    """Which build it is of: what a worker has worked out for one is not told to another."""
    code: bytes
    """As :func:`kbgen.fingerprint.code_digest` has it."""
    theme: bytes
    """Fingerprint of the templates and of the code, by which pages are known."""
    templates: bytes
    """That of the templates."""
    config: Config
    tables: bytes


class SentNote(Struct, frozen=True, array_like=True):
    """A public note; all are records of their types."""

    version: bytes
    outline: bytes
    content: bytes
    """Nothing of a note that no page shows."""


class PageShare(Struct, frozen=True, array_like=True):
    """Some pages to make."""

    jobs: tuple[PageJob, ...]
    standing: tuple[str, ...]
    """Of each page the source of the file that stands on the site, ``""`` where there is none."""
    notes: dict[VaultPath, SentNote]


class MadeShare(Struct, frozen=True, array_like=True):
    """What came of a share."""

    pages: tuple[MadePage | None, ...]
    """None for one that reads a note that was not sent."""
    derived: tuple[Derived, ...]


_ENCODER = msgspec.msgpack.Encoder()
_SHARES = msgspec.msgpack.Decoder(PageShare)
_MADE = msgspec.msgpack.Decoder(MadeShare)
_TABLES = msgspec.msgpack.Decoder(dict[str, Table])
_OUTLINES = msgspec.msgpack.Decoder(Outline)
_CONTENTS = msgspec.msgpack.Decoder(Content)


# --- where the build runs ---------------------------------------------------------------


class Sender:
    """Writes down for workers what they need of a plan.

    Parameters
    ----------
    plan
        What pages are made from.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._outline = lru_cache(_AT_HAND)(self._encoded_outline)

    def plan(self, theme: bytes, code: bytes) -> SentPlan:
        """Return the plan without its notes.

        Parameters
        ----------
        theme
            Fingerprint of the templates and of the code.
        code
            What :func:`kbgen.fingerprint.code_digest` is here.
        """
        plan = self._plan
        tables = encoded(msgspec.structs.replace(plan, vault=msgspec.structs.replace(plan.vault, notes={})))
        templates = templates_fingerprint(plan.config)
        return SentPlan(uuid.uuid4().hex, code, theme, templates, plan.config, _ENCODER.encode(tables))

    def share(self, jobs: Sequence[PageJob], standing: Sequence[str]) -> bytes:
        """Return some pages with the notes that they read.

        Parameters
        ----------
        jobs
            The pages.
        standing
            As in :class:`PageShare`.
        """
        plan = self._plan
        shown: dict[VaultPath, None] = {}
        named: dict[VaultPath, None] = {}
        for job in jobs:
            path = VaultPath(job.key)
            if plan.addresses.notes.get(path) != job.path:
                continue
            shown |= dict.fromkeys(self._shown(path))
            for source, links in plan.backlinks.get(path, ()):
                (shown if _is_quoted(plan.vault.notes[source], links) else named)[source] = None
        notes = {path: self._note(path, is_shown=path in shown) for path in shown | named}
        return _ENCODER.encode(PageShare(tuple(jobs), tuple(standing), notes))

    def _shown(self, path: VaultPath) -> Iterable[VaultPath]:
        """Return a note and what its page embeds, embeds in embeds included."""
        notes = self._plan.vault.notes
        found = {path: None}
        waiting = [path]
        while waiting and len(found) < _MAX_EMBEDDED:
            note = notes[waiting.pop()]
            for embed in note.compiled.embeds:
                end = note.links[embed.link].path
                if end is not None and end in notes and end not in found:
                    found[end] = None
                    waiting.append(end)
        return found

    def _note(self, path: VaultPath, *, is_shown: bool) -> SentNote:
        version, outline = self._outline(path)
        content = _ENCODER.encode(self._plan.vault.notes[path].load()) if is_shown else b""
        return SentNote(version, outline, content)

    def _encoded_outline(self, path: VaultPath) -> tuple[bytes, bytes]:
        note = self._plan.vault.notes[path]
        return encode(version_of(note, ())), _ENCODER.encode(note.compiled)  # it has been cut


def _is_quoted(note: LinkedNote, links: Iterable[int]) -> bool:
    """Tell whether a backlink shows a line of the content of a note: its outline has the words of others."""
    return any(note.compiled.links[index].form == "html" for index in links)


def made_share(record: bytes) -> MadeShare:
    """Return what came of a share."""
    return _MADE.decode(record)


# --- where pages are made ---------------------------------------------------------------


def make_share(sent: SentPlan, share: bytes) -> bytes:
    """Make some pages.

    Parameters
    ----------
    sent
        The plan.
    share
        A :class:`PageShare`.

    Returns
    -------
    bytes
        A :class:`MadeShare`.

    Raises
    ------
    RefusedError
        If the code or the templates are others here.
    TemplateError
        If a template fails.
    """
    wanted = _SHARES.decode(share)
    with _ONE_AT_A_TIME:
        maker, notes = _maker_of(sent)
        notes.begin(wanted.notes)
        pages = tuple(map(lambda job, standing: _made(maker, job, standing), wanted.jobs, wanted.standing))
        return _ENCODER.encode(MadeShare(pages, maker.derived()))


def _made(maker: PageMaker, job: PageJob, standing: str) -> MadePage | None:
    try:
        return maker.make(job, standing.__eq__)
    except NotSentError:
        return None


_ONE_AT_A_TIME = threading.Lock()
"""A worker may have several threads; a recorder notes what one of them reads."""

_LAST: dict[str, tuple[PageMaker, SentNotes]] = {}
"""The last build that sent its plan."""


def _maker_of(sent: SentPlan) -> tuple[PageMaker, SentNotes]:
    if sent.build not in _LAST:
        refuse_other(sent.code)
        try:
            templates = templates_fingerprint(sent.config)
        except OSError:
            templates = b""
        if templates != sent.templates:
            raise RefusedError(f"has a worker with other templates{_folder(sent.config.templates)}")
        _LAST.clear()
        tables = _TABLES.decode(sent.tables)
        constant = {"config": sent.config, "locale": find_locale(sent.config.language)}
        plan = restored(constant, tables.__getitem__, _no_note)
        notes = SentNotes(plan.titles)
        vault = msgspec.structs.replace(plan.vault, notes=cast("dict[VaultPath, LinkedNote]", notes))
        _LAST[sent.build] = PageMaker(msgspec.structs.replace(plan, vault=vault), sent.theme), notes
    return _LAST[sent.build]


def _folder(templates: Path | None) -> str:
    return "" if templates is None else f" in {templates}"


def _no_note(_path: VaultPath, _version: NoteVersion) -> NoReturn:
    raise AssertionError  # the table of notes is sent empty


class NotSentError(Exception):
    """A page reads a note that was not sent with it."""


class SentNotes(Mapping[VaultPath, LinkedNote]):
    """All public notes by name, and those at hand that came with a share.

    Parameters
    ----------
    names
        The paths of all.
    """

    def __init__(self, names: Mapping[VaultPath, str]) -> None:
        self._names = names
        self._sent: Mapping[VaultPath, SentNote] = {}
        self._notes: dict[VaultPath, LinkedNote] = {}

    def begin(self, sent: Mapping[VaultPath, SentNote]) -> None:
        """Have the notes of a share at hand, and those of the last no more."""
        self._sent, self._notes = sent, {}

    def __getitem__(self, path: VaultPath) -> LinkedNote:
        """Return a note.

        Raises
        ------
        NotSentError
            If it is not at hand.
        """
        if path not in self._notes:
            if path not in self._sent:
                if path in self._names:
                    raise NotSentError(path)
                raise KeyError(path)
            self._notes[path] = _received(path, self._sent[path])
        return self._notes[path]

    def __contains__(self, path: object) -> bool:
        """Tell whether there is a public note of this name."""
        return path in self._names

    def __iter__(self) -> Iterator[VaultPath]:
        """Yield all names, in order."""
        return iter(self._names)

    def __len__(self) -> int:
        """Return the number of all."""
        return len(self._names)


def _received(path: VaultPath, sent: SentNote) -> LinkedNote:
    version = decode_version(sent.version)

    def load() -> Content:
        if not sent.content:
            raise NotSentError(path)
        return _CONTENTS.decode(sent.content)

    return LinkedNote(
        path=path,
        title=version.title,
        compiled=_OUTLINES.decode(sent.outline),
        links=version.links,
        hidden_by=version.hidden_by,
        key=version.key,
        load=load,
        marks=version.marks,
    )
