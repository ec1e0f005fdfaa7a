"""Compile all documents of a vault: notes from the store and in processes, the few others anew."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

import msgspec
from msgspec import Struct

from kbgen.cluster import Cluster
from kbgen.diagnostics import Diagnostic, Fault, diagnostic
from kbgen.fingerprint import code_digest
from kbgen.notes.document import CompiledDocument, kind_of
from kbgen.notes.model import CompiledNote, CompileOptions
from kbgen.notes.store import EncodedNote, NoteStore, StoredNote, content_key, encode
from kbgen.processes import pool
from kbgen.shares import Workers, in_order, refuse_other
from kbgen.vault.paths import VaultPath
from kbgen.vault.scan import VaultFile

# ruff: noqa: PLC0415 - a build that knows all notes must not wait for the parser to load

_WORTH_A_PROCESS = 400_000
"""Bytes of Markdown from which a second process wins back its start."""

_CHUNK = 48
"""Notes that are handed to a process at a time."""

_ENCODER = msgspec.msgpack.Encoder()
_RECORDS = msgspec.msgpack.Decoder(list[tuple[bytes, EncodedNote | None] | None])

Progress = Callable[[int, int], None]

_Compiled = tuple[bytes, EncodedNote | None]
"""The key of a note and its record; the reason and None if it cannot be read."""


class CompiledVault(Struct, frozen=True):
    """All notes of a vault, compiled; what came of them is in the store."""

    keys: dict[VaultPath, bytes]
    """What each note that could be read is remembered by, in the order of the files."""
    linkages: dict[VaultPath, bytes]
    """Of each, as :func:`kbgen.notes.linkage.linkage` has it."""
    store: NoteStore
    made: int
    """How many were compiled now."""
    cached: int
    """How many the store knew."""
    diagnostics: tuple[Diagnostic, ...]

    def notes(self) -> dict[VaultPath, StoredNote]:
        """Return all notes with their outlines."""
        outlines = self.store.load({key: path for path, key in self.keys.items()})
        return {path: self.store.note(path, key, outlines[key]) for path, key in self.keys.items()}


def compile_all(
    files: Sequence[VaultFile],
    store: NoteStore,
    options: CompileOptions,
    workers: int,
    progress: Progress,
    cluster: Cluster | None = None,
) -> CompiledVault:
    """Compile every note that the store does not know.

    Parameters
    ----------
    files
        The notes of the vault.
    store
        What earlier builds compiled.
    options
        Compile options.
    workers
        Processes of this machine at most.
    progress
        Told how many of how many are done.
    cluster
        Those of others, if there are any: they read the notes from where this machine reads them.
    """
    faults: list[Diagnostic] = []
    keys: dict[VaultPath, bytes] = {}
    missing = files
    if not store.is_empty():
        keys = _keys(files, store, faults)
        known = store.linkages()
        missing = [file for file in files if file.path in keys and keys[file.path] not in known]
    made = 0
    for file, key, record in _compile(missing, options, workers, cluster):
        made += 1
        if record is None:
            faults.append(unreadable(file.path, f"it cannot be read: {key.decode()}"))
            store.forget(file.path)
            keys.pop(file.path, None)
        else:
            keys[file.path] = key
            store.add(file.path, key, record)
        progress(len(files) - len(missing) + made, len(files))
    keys = {file.path: keys[file.path] for file in files if file.path in keys}
    known = store.linkages()
    return CompiledVault(
        keys=keys,
        linkages={path: known[key] for path, key in keys.items()},
        store=store,
        made=made,
        cached=len(files) - len(missing),
        diagnostics=tuple(faults),
    )


def compile_now(source: bytes, options: CompileOptions) -> CompiledNote:
    """Compile one note; the parser is loaded when this is first called."""
    from kbgen.notes.compiler import compile_note

    return compile_note(source, options)


def compile_documents(
    files: Iterable[VaultFile], options: CompileOptions
) -> dict[VaultPath, CompiledDocument]:
    """Read and compile the documents among files that are no notes; they are few, so none is remembered.

    Parameters
    ----------
    files
        Files of the vault; those of no kind, and of kinds that are not compiled, are left out.
    options
        Compile options of notes, for the Markdown that may stand in a document.
    """
    markdown = partial(compile_now, options=options)
    found: dict[VaultPath, CompiledDocument] = {}
    for file in files:
        kind = kind_of(file.path)
        if kind is None or kind.compile is None:
            continue
        try:
            found[file.path] = kind.compile(Path(file.real).read_bytes(), markdown)
        except OSError as error:
            found[file.path] = CompiledDocument(faults=(_unread(f"it cannot be read: {error.strerror}"),))
    return found


def _keys(files: Sequence[VaultFile], store: NoteStore, faults: list[Diagnostic]) -> dict[VaultPath, bytes]:
    """Return the key of every note that can be read."""
    keys: dict[VaultPath, bytes] = {}
    for file in files:
        try:
            keys[file.path] = store.key(file.path)
        except OSError as error:
            faults.append(unreadable(file.path, f"it cannot be read: {error.strerror}"))
    return keys


def unreadable(path: VaultPath, reason: str) -> Diagnostic:
    """Return the finding for a file that could be listed and not read."""
    return diagnostic(path, _unread(reason))


def _unread(reason: str) -> Fault:
    return Fault("KB124", 1, 1, f"This file is left out: {reason}.")


def _compile(
    files: Sequence[VaultFile], options: CompileOptions, workers: int, cluster: Cluster | None
) -> Iterator[tuple[VaultFile, bytes, EncodedNote | None]]:
    if not files:
        return
    chunks = [files[start : start + _CHUNK] for start in range(0, len(files), _CHUNK)]
    is_little = len(chunks) < 2 or sum(file.size for file in files) < _WORTH_A_PROCESS
    if cluster is not None and not is_little:
        with cluster.connected() as others:
            if others is not None:
                yield from _compile_elsewhere(chunks, options, others)
                return
    from kbgen.notes import compiler  # noqa: F401 (loaded once, for all forks)

    if workers < 2 or is_little:
        for file in files:
            yield (file, *_compile_file(file.real, options))
        return
    with pool(workers) as processes:
        results = processes.map(
            _compile_chunk, [([file.real for file in chunk], options) for chunk in chunks]
        )
        for chunk, records in zip(chunks, results, strict=True):
            for file, (key, record) in zip(chunk, records, strict=True):
                yield file, key, record


def _compile_elsewhere(
    chunks: Sequence[Sequence[VaultFile]], options: CompileOptions, workers: Workers
) -> Iterator[tuple[VaultFile, bytes, EncodedNote | None]]:
    def sent(chunk: Sequence[VaultFile]) -> tuple[object, ...]:
        return [(file.real, file.size, file.mtime_ns) for file in chunk], options, code_digest()

    def received(chunk: Sequence[VaultFile], records: bytes) -> list[_Compiled]:
        # A worker may not be allowed to read what we may.
        return [
            compiled
            if compiled is not None and compiled[1] is not None
            else _compile_file(file.real, options)
            for file, compiled in zip(chunk, _RECORDS.decode(records), strict=True)
        ]

    def here(chunk: Sequence[VaultFile]) -> list[_Compiled]:
        return _compile_chunk(([file.real for file in chunk], options))

    results = in_order(workers, compile_share, chunks, sent, received, here)
    for chunk, compiled in zip(chunks, results, strict=True):
        for file, (key, record) in zip(chunk, compiled, strict=True):
            yield file, key, record


def compile_share(files: Sequence[tuple[str, int, int]], options: CompileOptions, code: bytes) -> bytes:
    """Compile notes on another machine, which reads them itself.

    Parameters
    ----------
    files
        Where each lies, its size and its time in nanoseconds: a file that is another here, because the folder
        is not shared or not up to date, is left to who asks.
    options
        Compile options.
    code
        What :func:`kbgen.fingerprint.code_digest` is there.

    Raises
    ------
    RefusedError
        If it is another here.
    """
    refuse_other(code)
    return _ENCODER.encode(
        [
            _compile_file(path, options) if _is_same(path, size, mtime_ns) else None
            for path, size, mtime_ns in files
        ]
    )


def _is_same(path: str, size: int, mtime_ns: int) -> bool:
    try:
        found = os.stat(path)  # noqa: PTH116 (as below)
    except OSError:
        return False
    return (found.st_size, found.st_mtime_ns) == (size, mtime_ns)


def _compile_chunk(work: tuple[list[str], CompileOptions]) -> list[_Compiled]:
    paths, options = work
    return [_compile_file(path, options) for path in paths]


def _compile_file(path: str, options: CompileOptions) -> _Compiled:
    """Return the key of a note and its record; the reason and None if it cannot be read."""
    from kbgen.notes.compiler import compile_note

    try:
        with open(path, "rb") as stream:  # noqa: PTH123 (a Path for each of 50,000 files costs more than reading)
            source = stream.read()
    except OSError as error:
        return (error.strerror or "").encode(), None
    return content_key(source), encode(compile_note(source, options))
