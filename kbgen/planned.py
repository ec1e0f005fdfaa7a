"""The plan of a site: taken over from the last build where it may be, else made anew and compared with that.

A sentence more changes one note and what stands on its page. Where no note changed in what others see of it
(:mod:`kbgen.notes.linkage`), the vault need not be linked, cut and planned once more: what came of that is
read back, record by record, where a page that changed asks for it. Else all of that is worked out anew, and
compared with what was kept, so that just those pages are made again that read something which is now another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import cast

import msgspec
from msgspec import Struct

from kbgen.annotate.collect import Checkable, CollectedAnnotations, checkable, collect_annotations
from kbgen.annotate.marking import with_marks
from kbgen.build_cache import BuildCache, compile_options, vault_basis
from kbgen.cache_file import DamagedError, decoded
from kbgen.diagnostics import Diagnostic, in_order
from kbgen.facts.sources.memory import KnownMemory
from kbgen.findings import unused
from kbgen.links.linker import link_vault
from kbgen.links.model import WITHHELD, KnownLinks, LinkedNote, LinkedVault, LinkFault, placed
from kbgen.links.publish import PublicVault, publish, with_cuts
from kbgen.locales.locale import find_locale
from kbgen.notes.compile_all import CompiledVault, compile_documents
from kbgen.notes.document import CompiledDocument, has_pages
from kbgen.notes.linkage import NAMES
from kbgen.notes.store import NoteStore
from kbgen.session import Session
from kbgen.site.address_assignment import named_vault, tags_without_page
from kbgen.site.addresses import Addresses
from kbgen.site.media_sizes import sizes_of
from kbgen.site.pages import menu_items, pages
from kbgen.site.plan import CONSTANT, PageJob, Plan
from kbgen.site.plan_tables import (
    NOTES,
    KeptTable,
    NoteVersion,
    decode_version,
    decoded_tables,
    differences,
    encode,
    encoded,
    encoded_table,
    is_same,
    restored,
    version_of,
)
from kbgen.site.planning import make_plan
from kbgen.site.render import KnownViews
from kbgen.site.staging import Attachments
from kbgen.site.theme import FEATURE_FILES, static_files
from kbgen.site.view_store import Table
from kbgen.traces import Derived, derived_again, digest, tables_of
from kbgen.vault.history import git_dates, head
from kbgen.vault.media_size import Size
from kbgen.vault.paths import VaultPath

_KEYS, _LINKAGES, _LINKS = "keys", "linkages", "links"
"""Tables beside those of the plan: of each note the key of its file, its linkage, where its links lead."""
_EMBED_FAULTS, _DIAGNOSTICS = "faults of embeds", "diagnostics"
"""What is wrong with its embeds, and all that is wrong in it."""


class KeptPlan(Struct, frozen=True):
    """What is kept of a plan beside its tables."""

    basis: bytes
    """Hash of settings, code and names of the theme's files: what was made with others is another site."""
    names: bytes
    """Hash of all that the links of notes may lead to."""
    state: bytes
    """Hash of all that links, lists and addresses depend on."""
    bound: tuple[VaultPath, ...]
    """Public notes that ask for facts."""
    marked: tuple[VaultPath, ...]
    """Public notes with marks around some of their words."""
    addressed: bytes
    """Hash of all that addresses depend on beside the basis."""
    links: int
    """Of all notes, but for those in comments."""
    others: tuple[Diagnostic, ...]
    """What is wrong beyond single notes."""


_KEPT = msgspec.msgpack.Decoder(KeptPlan)
_KNOWN_LINKS = msgspec.msgpack.Decoder(KnownLinks)
_LINK_FAULTS = msgspec.msgpack.Decoder(tuple[LinkFault, ...])
_DIAGNOSED = msgspec.msgpack.Decoder(tuple[Diagnostic, ...])


class PlannedSite(Struct, frozen=True):
    """A plan, and what of it need not be made again."""

    plan: Plan
    jobs: Sequence[PageJob]
    known: KnownViews
    diagnostics: tuple[Diagnostic, ...]
    """What is wrong in the vault, in order."""
    kept: KeptPlan
    tables: Mapping[str, Table]
    """Those that are new and not written yet."""
    derived: tuple[Derived, ...] = ()
    """What was worked out again; the next, what is to be forgotten."""
    dropped: tuple[Derived, ...] = ()
    remembered_sizes: bytes = b""


def plan_site(
    work: Session, compiled: CompiledVault, files: Attachments, facts: bytes, *, anew: bool = False
) -> PlannedSite:
    """Return the plan of the site of a vault.

    Parameters
    ----------
    work
        What the build works with.
    compiled
        The notes of the vault.
    files
        Its other files.
    facts
        As :func:`kbgen.annotate.fingerprint.facts_fingerprint` has it.
    anew
        Whether nothing that was kept shall be read.

    Raises
    ------
    DamagedError
        Later, where the plan is read: what was kept is met when it is asked for.
    """
    documents = compile_documents(work.files.others, compile_options(work.config, work.files))
    # A file of the theme moves where the vault has one at its place.
    static = sorted(static_files(work.config, frozenset(FEATURE_FILES)))
    basis = digest((vault_basis(work.config, work.files), static))
    names = _names(work, compiled, basis)
    state = _state(work, compiled, documents, basis)
    kept = None if anew else _kept(work.cache)
    # What the record of a kind of document adds is in no table, so those that have pages are planned anew.
    if kept is not None and kept.state == state and not any(map(has_pages, documents)):
        try:
            return _same_links(work, compiled, files, facts, kept)
        except DamagedError:
            kept = None
    if kept is not None and kept.basis != basis:
        kept = None
    known = _known_links(work, compiled) if kept is not None and kept.names == names else {}
    following = KeptPlan(basis, names, state, (), (), b"", 0, ())
    found = _linked_anew(work, compiled, files, documents, _Known(known, kept), facts, following)
    return _begun(work, found) if kept is None else _compared(work, found)


def _names(work: Session, compiled: CompiledVault, basis: bytes) -> bytes:
    """Hash all that the links of notes may lead to."""
    names = [(path, each[:NAMES]) for path, each in compiled.linkages.items()]
    others = [file.path for file in work.files.others]
    parts = (basis, names, others, work.files.ignored)
    return digest(parts)


def _known_links(work: Session, compiled: CompiledVault) -> Mapping[VaultPath, KnownLinks]:
    """Return the links of notes that are as they were; where nothing that they lead to has changed."""
    try:
        linkages, links = work.cache.views.table(_LINKAGES), work.cache.views.table(_LINKS)
    except DamagedError:
        return {}
    return {
        path: decoded(_KNOWN_LINKS, links[path])
        for path, linkage in compiled.linkages.items()
        if linkages[path] == linkage
    }


def _state(
    work: Session, compiled: CompiledVault, documents: Mapping[VaultPath, CompiledDocument], basis: bytes
) -> bytes:
    """Hash all that the links, lists and addresses of a vault depend on."""
    files = work.files
    times = [file.mtime_ns for file in files.notes] if work.config.file_dates else []
    parts = (
        basis,
        compiled.linkages,
        [file.path for file in files.others],
        files.ignored,
        documents,
        head(work.config.vault),
        times,
    )
    return digest(parts)


def _kept(cache: BuildCache) -> KeptPlan | None:
    try:
        return _KEPT.decode(cache.views.plan())
    except msgspec.DecodeError:
        return None


def _checked(work: Session, notes: Checkable, facts: bytes, state: bytes) -> CollectedAnnotations:
    bucket = work.cache.bucket("verified in public")
    memory = KnownMemory(work.cache.bucket("known in public"), facts, state)
    return collect_annotations(work.config, notes, work.workers, bucket, memory)


def _sizes(
    work: Session, paths: Iterable[VaultPath], files: Attachments
) -> tuple[Mapping[VaultPath, Size], bytes]:
    return sizes_of(paths, files.by_path, files.key, work.cache.read("sizes"))


# --- a vault that is linked anew ------------------------------------------------------


class _Known(Struct, frozen=True):
    """What need not be worked out once more."""

    links: Mapping[VaultPath, KnownLinks]
    plan: KeptPlan | None
    """The last one, if it has the same settings."""


def _linked_anew(
    work: Session,
    compiled: CompiledVault,
    files: Attachments,
    documents: Mapping[VaultPath, CompiledDocument],
    known: _Known,
    facts: bytes,
    following: KeptPlan,
) -> PlannedSite:
    config = work.config
    notes = compiled.notes()
    others = [file.path for file in work.files.others]
    linked = link_vault(notes, others, work.files.ignored, config, documents, known.links)
    public = publish(linked)
    claiming = checkable(public)
    versions = {
        path: encode(version_of(note, public.cut.get(path, ()))) for path, note in claiming.listed.items()
    }
    claiming = msgspec.structs.replace(claiming, versions=versions)
    collected = _checked(work, claiming, facts, following.state)
    marked = with_marks(public, collected.marks)
    history = git_dates(config.vault)
    times = {file.path: file.mtime_ns for file in work.files.notes} if config.file_dates else {}
    sizes, remembered = _sizes(work, public.attachments, files)
    addressed, addresses = _addressed(work, public, known.plan)
    plan = make_plan(marked, config, history, times, collected.annotations, sizes, addresses=addresses)

    in_notes = {
        path: wrong
        for path, note in notes.items()
        if (wrong := tuple(placed(path, note.outline, _faults(linked, path))))
    }
    beyond = in_order(
        [
            *(each for each in linked.diagnostics if each.path not in notes),
            *history.diagnostics,
            *plan.addresses.diagnostics,
            *tags_without_page(public),
            *unused(linked),
        ]
    )
    # Where something is unlisted, it is cut from what is checked of the others.
    whole = claiming.listed.keys() == public.notes.keys()
    plain = {path: each for path, each in versions.items() if whole and not collected.marks.get(path)}
    lasting = work.cache.views.lasting
    tables = {**encoded(plan, plain), **_beside(compiled, linked, in_notes)} if lasting else {}
    links = sum(not link.hidden for note in notes.values() for link in note.outline.links)
    return PlannedSite(
        plan=plan,
        jobs=pages(plan),
        known=KnownViews(),
        diagnostics=_all(in_notes.values(), beyond, collected),
        kept=msgspec.structs.replace(
            following,
            bound=tuple(claiming.bound),
            marked=_paths_of_marked(collected),
            addressed=addressed,
            links=links,
            others=beyond,
        ),
        tables=tables,
        remembered_sizes=remembered,
    )


def _beside(
    compiled: CompiledVault, linked: LinkedVault, in_notes: Mapping[VaultPath, tuple[Diagnostic, ...]]
) -> dict[str, Table]:
    """Return the tables beside those of the plan."""
    return {
        _KEYS: _table(compiled.keys),
        _LINKAGES: _table(compiled.linkages),
        _LINKS: {
            path: encode(KnownLinks(note.links, linked.faults.get(path, ())))
            for path, note in linked.notes.items()
        },
        _EMBED_FAULTS: encoded_table(linked.embed_faults),
        _DIAGNOSTICS: encoded_table(in_notes),
    }


def _addressed(work: Session, public: PublicVault, kept: KeptPlan | None) -> tuple[bytes, Addresses | None]:
    """Return the hash of all that addresses depend on beside the basis, and them, if they are known."""
    found = digest(named_vault(public))
    if kept is not None and kept.addressed == found:
        with suppress(DamagedError):
            return found, decoded_tables(Addresses, ".addresses", work.cache.views.table)
    return found, None


def _faults(linked: LinkedVault, path: VaultPath) -> tuple[LinkFault, ...]:
    return (*linked.faults.get(path, ()), *linked.embed_faults.get(path, ()))


def _begun(work: Session, planned: PlannedSite) -> PlannedSite:
    """Write all tables down, so that nobody need hold them while pages are made."""
    work.cache.views.begin_anew(planned.tables)
    work.cache.save()
    return msgspec.structs.replace(planned, tables={})


def _compared(work: Session, planned: PlannedSite) -> PlannedSite:
    """Say what the last build made that is still as it was."""
    try:
        old = {name: work.cache.views.table(name) for name in planned.tables}
        return _with_known(planned, old, work)
    except DamagedError:
        return _begun(work, planned)


def _with_known(planned: PlannedSite, old: Mapping[str, Table], work: Session) -> PlannedSite:
    new = {name: table for name, table in planned.tables.items() if not is_same(table, old[name])}
    changed = frozenset(differences(old, new))
    again = derived_again(planned.plan, CONSTANT, work.cache.views.derived(), changed)
    views = work.cache.views.views()
    return msgspec.structs.replace(
        planned,
        known=KnownViews(views.all(), {view.name for view in views.readers(again.changed)}),
        tables=new,
        derived=again.rows,
        dropped=again.dropped,
    )


def _all(
    in_notes: Iterable[tuple[Diagnostic, ...]], beyond: Iterable[Diagnostic], collected: CollectedAnnotations
) -> tuple[Diagnostic, ...]:
    return in_order([*(each for found in in_notes for each in found), *beyond, *collected.diagnostics])


# --- a vault whose links are as they were -----------------------------------------------


def _same_links(
    work: Session, compiled: CompiledVault, files: Attachments, facts: bytes, kept: KeptPlan
) -> PlannedSite:
    read = work.cache.views.table
    keys, before_keys = compiled.keys, read(_KEYS)
    edited = [path for path, key in keys.items() if before_keys.get(path) != key]
    unmarked = _unmarked(read(NOTES), kept.marked, edited, keys)
    before = _restored(work, compiled.store, read, {NOTES: unmarked})
    bound = _bound(kept.bound, edited, before)
    collected = _checked(work, _checkable(before, unmarked, bound, compiled.store), facts, kept.state)
    sizes, remembered = _sizes(work, before.vault.attachments, files)

    tables: dict[str, Table] = {NOTES: _marked(unmarked, collected), _KEYS: _table(keys)}
    plan = _restored(work, compiled.store, read, tables)
    plan = msgspec.structs.replace(plan, annotations=collected.annotations, sizes=sizes)
    menus = {"menu": menu_items(plan, "header"), "footer": menu_items(plan, "footer")}
    plan = msgspec.structs.replace(plan, **menus)
    fresh = {"annotations", "sizes", *menus}
    for name, value in tables_of(plan, frozenset(Plan.__struct_fields__) - fresh):
        tables[name] = encoded_table(value)
    tables[_DIAGNOSTICS] = _diagnostics(compiled, edited, read)
    found = PlannedSite(
        plan=plan,
        jobs=pages(plan),
        known=KnownViews(),
        diagnostics=_all(
            (decoded(_DIAGNOSED, record) for record in tables[_DIAGNOSTICS].values()), kept.others, collected
        ),
        kept=msgspec.structs.replace(kept, bound=bound, marked=_paths_of_marked(collected)),
        tables=tables,
        remembered_sizes=remembered,
    )
    return _with_known(found, {name: read(name) for name in tables}, work)


def _table(keys: Mapping[VaultPath, bytes]) -> Table:
    return {str(path): key for path, key in keys.items()}


def _restored(
    work: Session, notes: NoteStore, read: Callable[[str], Table], tables: Mapping[str, Table]
) -> Plan:
    constant = {"config": work.config, "locale": find_locale(work.config.language)}
    return restored(
        constant, lambda name: tables[name] if name in tables else read(name), partial(_public_note, notes)
    )


def _public_note(notes: NoteStore, path: VaultPath, version: NoteVersion) -> LinkedNote:
    """Return a public note as its version says that it is."""
    stored = notes.note(path, version.key, notes.outline(path, version.key))
    note = LinkedNote(
        path, version.title, stored.outline, version.links, version.hidden_by, stored.key, stored.load
    )
    return msgspec.structs.replace(with_cuts(note, version.cut, version.links), marks=version.marks)


def _paths_of_marked(collected: CollectedAnnotations) -> tuple[VaultPath, ...]:
    return tuple(path for path, marks in collected.marks.items() if marks)


def _unmarked(
    table: Table, marked: Iterable[VaultPath], edited: Iterable[VaultPath], keys: Mapping[VaultPath, bytes]
) -> Table:
    """Return the versions of all public notes as they are now, without their marks."""
    found = dict(table)
    for path in marked:
        found[path] = encode(msgspec.structs.replace(decode_version(found[path]), marks=()))
    for path in edited:
        if path in found:
            version = decode_version(found[path])
            found[path] = encode(msgspec.structs.replace(version, key=keys[path]))
    return found


def _marked(unmarked: Table, collected: CollectedAnnotations) -> Table:
    found = dict(unmarked)
    for path, marks in collected.marks.items():
        if marks:
            found[path] = encode(msgspec.structs.replace(decode_version(found[path]), marks=marks))
    return found


def _bound(kept: Sequence[VaultPath], edited: Iterable[VaultPath], plan: Plan) -> tuple[VaultPath, ...]:
    """Return the public notes that ask for facts."""
    found = set(kept)
    for path in edited:
        if path in plan.vault.notes:
            found.discard(path)
            if plan.vault.notes[path].compiled.bindings:
                found.add(path)
    return tuple(sorted(found))


def _checkable(plan: Plan, versions: Table, bound: Sequence[VaultPath], notes: NoteStore) -> Checkable:
    unlisted = versions.keys() - plan.listed.keys()
    if not unlisted:
        public = cast("Mapping[VaultPath, bytes]", versions)
        return Checkable(plan.vault.notes, plan.vault.notes, plan.titles, bound, public)
    named: Table = {}
    for path in plan.listed:
        version = decode_version(versions[path])
        ends = tuple(WITHHELD if end.path in unlisted else end for end in version.links)
        named[path] = encode(msgspec.structs.replace(version, links=ends))
    listed_notes: Mapping[VaultPath, LinkedNote] = KeptTable(
        lambda _: named, "", lambda path, record: _public_note(notes, VaultPath(path), decode_version(record))
    )
    return Checkable(
        plan.vault.notes, listed_notes, plan.titles, bound, cast("Mapping[VaultPath, bytes]", named)
    )


def _diagnostics(compiled: CompiledVault, edited: Iterable[VaultPath], read: Callable[[str], Table]) -> Table:
    """Return what is wrong in each note in which something is."""
    found = dict(read(_DIAGNOSTICS))
    embeds = read(_EMBED_FAULTS)
    for path in edited:
        outline = compiled.store.outline(path, compiled.keys[path])
        own = decoded(_KNOWN_LINKS, read(_LINKS)[path]).faults
        of_embeds = decoded(_LINK_FAULTS, embeds[path]) if path in embeds else ()
        wrong = tuple(placed(path, outline, (*own, *of_embeds)))
        found.pop(path, None)
        if wrong:
            found[path] = encode(wrong)
    return found
