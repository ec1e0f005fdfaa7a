"""The sizes of all pictures and films of the site, each read once and remembered by its content."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import msgspec

from kbgen.vault.media_size import MEASURED, UNKNOWN, Size, media_size
from kbgen.vault.paths import VaultPath, extension_of
from kbgen.vault.scan import VaultFile

_DECODER = msgspec.msgpack.Decoder(dict[bytes, Size])


def sizes_of(
    paths: Iterable[VaultPath],
    files: Mapping[VaultPath, VaultFile],
    key: Callable[[VaultPath], bytes],
    remembered: bytes,
) -> tuple[dict[VaultPath, Size], bytes]:
    """Return the size of each picture and film that has one, and what to remember for the next build.

    Parameters
    ----------
    paths
        The attachments of the public vault.
    files
        Where they are.
    key
        Key of a file's content; raises OSError where it cannot be read.
    remembered
        What the last build was given to remember, or nothing.
    """
    known: dict[bytes, Size] = {}
    with contextlib.suppress(msgspec.DecodeError):
        known = _DECODER.decode(remembered)
    found: dict[VaultPath, Size] = {}
    kept: dict[bytes, Size] = {}
    for path in paths:
        extension = extension_of(path)
        if extension not in MEASURED:
            continue
        with contextlib.suppress(OSError):  # whoever copies it says so
            content = extension.encode() + key(path)
            size = known.get(content)
            if size is None:
                with Path(files[path].real).open("rb") as stream:
                    size = media_size(stream, extension)
            kept[content] = size
            if size != UNKNOWN:
                found[path] = size
    return found, msgspec.msgpack.encode(kept)
