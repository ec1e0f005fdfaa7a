"""What kbgen wrote into a folder: which files, made from what, and how they were then."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from kbgen.vault.paths import SitePath
from kbgen.vault.scan import MANIFEST_NAME


class ManifestEntry(Struct, frozen=True, array_like=True, gc=False):
    """A file of the output, as it was when kbgen wrote it."""

    source: str
    """Hash of what it was made from; another hash means that it must be made again."""
    size: int
    mtime_ns: int


class Manifest(Struct, frozen=True):
    """What kbgen wrote into a folder."""

    schema: str = "kbgen.manifest/1"
    state: str = ""
    """Hash of all that the site was made from; empty while a build is placing files."""
    files: dict[SitePath, ManifestEntry] = {}


_NO_PLACE = re.compile(r"^/|[\\:\0]|(^|/)\.{0,2}(/|$)")
"""In a path that no build writes: a manifest that has one must not lead us out of its folder."""


def read_manifest(folder: Path) -> Manifest:
    """Return what kbgen wrote into a folder; nothing if there is no manifest that can be trusted."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST_NAME).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return Manifest()
    sound = manifest.schema == Manifest().schema and not any(map(_NO_PLACE.search, manifest.files))
    return manifest if sound else Manifest()


def untouched(folder: Path, files: Mapping[SitePath, ManifestEntry]) -> bool:
    """Tell whether all files are as kbgen wrote them."""
    return all(is_untouched(folder, path, known) for path, known in files.items())


def is_untouched(folder: Path, path: SitePath, known: ManifestEntry) -> bool:
    """Tell whether a file is as kbgen wrote it."""
    try:
        stat = os.stat(os.path.join(folder, path))  # noqa: PTH116, PTH118 (called for every page)
    except OSError:
        return False
    return stat.st_size == known.size and stat.st_mtime_ns == known.mtime_ns


def write_manifest(folder: Path, manifest: Manifest, staging: Path) -> None:
    """Write down what is in a folder, by way of a file in another, so that it is whole or not at all."""
    temporary = staging / MANIFEST_NAME
    temporary.write_bytes(msgspec.json.encode(manifest, order="sorted"))
    temporary.replace(folder / MANIFEST_NAME)
