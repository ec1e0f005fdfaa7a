"""Compile all documents of a vault: notes from the store and in processes, the few others anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from kbgen.diagnostics import Diagnostic, Fault, diagnostic
from kbgen.notes.document import CompiledDocument, kind_of
from kbgen.notes.model import CompiledNote, CompileOptions
from kbgen.notes.store import NoteStore, content_key, encode
from kbgen.processes import pool
from kbgen.vault.paths import VaultPath
from kbgen.vault.scan import VaultFile

# ruff: noqa: PLC0415 - a build that knows all notes must not wait for the parser to load

_WORTH_A_PROCESS = 400_000
"""Bytes of Markdown from which a second process wins back its start."""

_CHUNK = 48
"""Notes that are handed to a process at a time."""

Progress = Callable[[int, int], None]


class CompiledVault(Struct, frozen=True):
    """All notes of a vault, compiled."""

    notes: dict[VaultPath, CompiledNote]
    made: int
    """How many were compiled now."""
    cached: int
    """How many the store knew."""
    diagnostics: tuple[Diagnostic, ...]


def compile_all(
    files: Sequence[VaultFile],
    store: NoteStore,
    options: CompileOptions,
    workers: int,
    progress: Progress,
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
        Processes at most.
    progress
        Told how many of how many are done.
    """
    faults: list[Diagnostic] = []
    keys: dict[VaultPath, bytes] = {}
    known: dict[bytes, CompiledNote] = {}
    missing = files
    if not store.is_empty():
        keys = _keys(files, store, faults)
        known = store.load(keys.values())
        missing = [file for file in files if file.path in keys and keys[file.path] not in known]
    made = 0
    for file, key, record in _compile(missing, options, workers):
        made += 1
        if record is None:
            faults.append(unreadable(file.path, f"it cannot be read: {key.decode()}"))
            store.forget(file.path)
            keys.pop(file.path, None)
        else:
            keys[file.path] = key
            known[key] = store.add(file.path, key, record)
        progress(len(files) - len(missing) + made, len(files))
    return CompiledVault(
        notes={file.path: known[keys[file.path]] for file in files if file.path in keys},
        made=made,
        cached=len(files) - len(missing),
        diagnostics=tuple(faults),
    )


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

    def markdown(source: bytes) -> CompiledNote:
        from kbgen.notes.compiler import compile_note

        return compile_note(source, options)

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
    files: Sequence[VaultFile], options: CompileOptions, workers: int
) -> Iterator[tuple[VaultFile, bytes, bytes | None]]:
    if not files:
        return
    from kbgen.notes import compiler  # noqa: F401 (loaded once, for all forks)

    chunks = [files[start : start + _CHUNK] for start in range(0, len(files), _CHUNK)]
    if workers < 2 or len(chunks) < 2 or sum(file.size for file in files) < _WORTH_A_PROCESS:
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


def _compile_chunk(work: tuple[list[str], CompileOptions]) -> list[tuple[bytes, bytes | None]]:
    paths, options = work
    return [_compile_file(path, options) for path in paths]


def _compile_file(path: str, options: CompileOptions) -> tuple[bytes, bytes | None]:
    """Return the key of a note and its record; the reason and None if it cannot be read."""
    from kbgen.notes.compiler import compile_note

    try:
        with open(path, "rb") as stream:  # noqa: PTH123 (a Path for each of 50,000 files costs more than reading)
            source = stream.read()
    except OSError as error:
        return (error.strerror or "").encode(), None
    return content_key(source), encode(compile_note(source, options))
