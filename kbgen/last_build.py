"""What the last builds knew: their compiled notes, and whether another build would do anything."""

from __future__ import annotations

import os
import time
from hashlib import blake2b
from pathlib import Path

import msgspec

from kbgen.annotate.fingerprint import facts_fingerprint
from kbgen.config import Config
from kbgen.notes.model import CompileOptions
from kbgen.notes.store import NoteStore, code_fingerprint
from kbgen.report import BuildReport
from kbgen.site.manifest import untouched
from kbgen.site.theme import templates_fingerprint
from kbgen.site.writer import Output
from kbgen.vault.history import head
from kbgen.vault.ignore import line_breaks
from kbgen.vault.scan import VaultFiles, scan


def open_store(config: Config, *, use_cache: bool) -> tuple[VaultFiles, NoteStore]:
    """List the files of a vault and find out what earlier builds knew about them."""
    listed = time.time_ns()
    files = scan(config)
    path = _cache(config) if use_cache else None
    return files, NoteStore(path, compile_options(config, files), (*files.notes, *files.others), listed)


def _cache(config: Config) -> Path | None:
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


def state_of(config: Config, files: VaultFiles) -> str:
    """Hash everything a build depends on; two builds with the same state give the same site."""
    return _hashed(
        vault_state(config, files),
        templates_fingerprint(config),
        facts_fingerprint(config),
        head(config.vault).encode(),
    ).hex()


def vault_state(config: Config, files: VaultFiles) -> bytes:
    """Hash everything that a linked vault depends on."""
    # Without where they lie: a vault may stand in a folder whose name is not UTF-8.
    stamps = [(file.path, file.size, file.mtime_ns, file.ctime_ns) for file in (*files.notes, *files.others)]
    return _hashed(
        repr(config).encode(),
        code_fingerprint(),
        msgspec.msgpack.encode(
            (stamps, len(files.notes), files.ignored, files.settings, files.diagnostics),
            enc_hook=lambda pattern: pattern.pattern,  # the app's filters are compiled expressions
        ),
    )


def _hashed(*parts: bytes) -> bytes:
    digest = blake2b(digest_size=20)
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


def keep_graph(store: NoteStore, state: bytes, graph: bytes) -> None:
    """Keep the graph of a vault for the next command, unless a file changed so lately that it may be old."""
    store.save({"graph": _hashed(state, graph) + graph} if store.settled() else {})


def kept_graph(store: NoteStore, state: bytes) -> bytes | None:
    """Return the graph of a vault that was kept, if nothing changed since."""
    kept = store.read("graph")
    graph = kept[20:]
    return graph if kept and kept[:20] == _hashed(state, graph) else None


def unchanged(store: NoteStore, state: str, output: Output) -> BuildReport | None:
    """Return the report of the last build if this one would do nothing but repeat it."""
    if not output.state == state == store.read("state").decode() or not untouched(
        output.folder, output.before
    ):
        return None
    try:
        last = msgspec.msgpack.decode(store.read("report"), type=BuildReport)
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
    )
