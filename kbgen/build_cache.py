"""What commands keep for each other: compiled notes, the graph, and whether a build would do anything."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterable, Mapping
from functools import partial
from hashlib import blake2b
from pathlib import Path

import msgspec
from msgspec import Struct

from kbgen.bucket import Bucket, hashed, sealed, unsealed
from kbgen.build_report import BuildReport
from kbgen.cache_file import CacheFile
from kbgen.config import Config, WorkersConfig
from kbgen.fingerprint import code_fingerprint
from kbgen.notes.compile_all import compile_now
from kbgen.notes.model import CompileOptions
from kbgen.notes.store import TABLES as NOTE_TABLES
from kbgen.notes.store import NoteStore
from kbgen.site import view_store
from kbgen.site.manifest import untouched
from kbgen.site.theme import templates_fingerprint
from kbgen.site.view_store import ViewMemory, ViewStore
from kbgen.site.writer import Output
from kbgen.vault.history import head
from kbgen.vault.ignore import line_breaks
from kbgen.vault.scan import VaultFile, VaultFiles, scan


class BuildCache:
    """One file for the notes of a vault and for whatever else is kept of it, by name.

    Parameters
    ----------
    path
        The file; None keeps nothing.
    options
        Compile options; notes compiled with others do not count.
    files
        The files of the vault as they were listed.
    listed_ns
        When listing them began, as :func:`time.time_ns` has it.
    memory
        What this process has of the last build.
    """

    def __init__(
        self,
        path: Path | None,
        options: CompileOptions,
        files: Iterable[VaultFile],
        listed_ns: int,
        memory: ViewMemory | None = None,
    ) -> None:
        fingerprint = code_fingerprint() + msgspec.msgpack.encode(options)
        self._file = CacheFile(path, fingerprint, {**NOTE_TABLES, **view_store.TABLES})
        self._unsaved: dict[str, bytes] = {}
        self.views = ViewStore(self._file, memory or ViewMemory())
        self.notes = NoteStore(self._file, files, listed_ns, partial(compile_now, options=options))

    def read(self, name: str) -> bytes:
        """Return what was saved under a name, nothing if nothing was."""
        return self._file.value(name)

    def bucket(self, name: str) -> Bucket | None:
        """Return a place for somebody's own; None where nothing lasts until the next command."""
        return _NamedBucket(self._file, self._unsaved, name) if self._file.lasting else None

    def save(self, values: Mapping[str, bytes] | None = None) -> None:
        """Write down what was learned about notes, what is in buckets, and named values.

        May be called again when more is learned.
        """
        if self._file.save({**self._unsaved, **(values or {})}, self._write):
            self._unsaved.clear()
            self.notes.written()
            self.views.written()

    def _write(self, connection: sqlite3.Connection) -> None:
        self.notes.write(connection)
        self.views.write(connection)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


class _NamedBucket(Struct, frozen=True):
    """A value by its name; it is written with the next :meth:`BuildCache.save`."""

    file: CacheFile
    unsaved: dict[str, bytes]
    name: str

    def read(self) -> bytes:
        return self.file.value(self.name)

    def write(self, value: bytes) -> None:
        self.unsaved[self.name] = value


def open_cache(
    config: Config, *, use_cache: bool, memory: ViewMemory | None = None
) -> tuple[VaultFiles, BuildCache]:
    """List the files of a vault and find out what earlier builds knew about them."""
    listed = time.time_ns()
    files = scan(config)
    path = _place(config) if use_cache else None
    all_files = (*files.notes, *files.others)
    return files, BuildCache(path, compile_options(config, files), all_files, listed, memory)


def _place(config: Config) -> Path | None:
    """Return where to remember notes; nowhere if the folder cannot be written."""
    if config.cache is None:
        return None
    try:
        config.cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        # What is kept holds private notes: it belongs to nobody's repository.
        (config.cache / ".gitignore").write_text("*\n", encoding="utf-8")
    except OSError:
        return None
    name = blake2b(os.fsencode(config.vault), digest_size=6).hexdigest()
    return config.cache / f"{config.vault.name or 'vault'}-{name}.sqlite"


def state_of(config: Config, files: VaultFiles, facts: bytes) -> str:
    """Hash everything a build depends on; two builds with the same state give the same site.

    Parameters
    ----------
    config, files
        The settings, and the files of the vault.
    facts
        As :func:`kbgen.annotate.fingerprint.facts_fingerprint` has it.
    """
    return hashed(
        vault_state(config, files),
        templates_fingerprint(config),
        facts,
        head(config.vault).encode(),
    ).hex()


def vault_basis(config: Config, files: VaultFiles) -> bytes:
    """Hash what a site depends on besides the files of its vault, wherever it is written to."""
    settings = msgspec.msgpack.encode(files.settings, enc_hook=lambda pattern: pattern.pattern)
    return hashed(
        repr(msgspec.structs.replace(config, output=Path(), workers=WorkersConfig())).encode(),
        code_fingerprint(),
        settings,
    )


def vault_state(config: Config, files: VaultFiles) -> bytes:
    """Hash everything that a linked vault depends on."""
    # Without where they lie: a vault may stand in a folder whose name is not UTF-8.
    stamps = [(file.path, file.size, file.mtime_ns, file.ctime_ns) for file in (*files.notes, *files.others)]
    return hashed(
        repr(msgspec.structs.replace(config, workers=WorkersConfig())).encode(),
        code_fingerprint(),
        msgspec.msgpack.encode(
            (stamps, len(files.notes), files.ignored, files.settings, files.diagnostics),
            enc_hook=lambda pattern: pattern.pattern,  # the app's filters are compiled expressions
        ),
    )


def keep_graph(cache: BuildCache, state: bytes, graph: bytes) -> None:
    """Keep the graph of a vault for the next command, unless a file changed so lately that it may be old."""
    cache.save({"graph": sealed(graph, state)} if cache.notes.settled() else {})


def kept_graph(cache: BuildCache, state: bytes) -> bytes | None:
    """Return the graph of a vault that was kept, if nothing changed since."""
    return unsealed(cache.read("graph"), state) or None


def unchanged(cache: BuildCache, state: str, output: Output) -> BuildReport | None:
    """Return the report of the last build if this one would do nothing but repeat it."""
    if not output.state == state == cache.read("state").decode() or not untouched(
        output.folder, output.before
    ):
        return None
    try:
        last = msgspec.msgpack.decode(cache.read("report"), type=BuildReport)
    except msgspec.DecodeError:
        return None
    return msgspec.structs.replace(
        last,
        compiled=0,
        cached=last.compiled + last.cached,
        rendered=0,
        written=0,
        unchanged=len(output.before),
        removed=0,
    )


def compile_options(config: Config, files: VaultFiles) -> CompileOptions:
    """Return what a compiled note depends on besides its bytes."""
    return CompileOptions(
        hard_breaks=line_breaks(files.settings, config) == "hard",
        unsafe_html=config.unsafe_html,
        frames=config.embeds.frames,
        schemes=config.links.schemes,
        language=config.language,
    )
