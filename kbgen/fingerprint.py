"""What decides an output besides the vault and its settings: our own files, and the packages we need."""

from __future__ import annotations

import functools
import os
import platform
import re
from collections.abc import Iterator
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, distribution, requires
from pathlib import Path

_OURS = __name__.partition(".")[0]


@functools.cache
def code_fingerprint() -> bytes:
    """Hash our own files and the versions of all packages that kbgen needs.

    Of a file its size and time count, of a package all that its metadata says. Packages of an extra take no
    part: the sources of facts that use them answer for what they know.
    """
    digest = blake2b(digest_size=20)
    for package in _required():
        digest.update(f"{package}\n{_metadata(package)}\n".encode())
    root = Path(__file__).parent
    digest.update((root / "__init__.py").read_bytes())  # it holds the version
    for line in sorted(_files(root, "")):
        digest.update(line.encode("utf-8", "surrogateescape"))
    return digest.digest()


@functools.cache
def code_digest() -> bytes:
    """Hash the bytes of our own files, the versions of all packages that kbgen needs, and that of Python.

    Two machines with the same digest make the same of the same bytes, wherever kbgen lies on them and
    whenever it came there.
    """
    digest = blake2b(platform.python_version().encode(), digest_size=20)
    for package in _required():
        digest.update(f"{package}\n{_metadata(package)}\n".encode())
    root = Path(__file__).parent
    for name in sorted(line.rsplit(" ", 2)[0] for line in _files(root, "")):
        content = (root / name).read_bytes()
        digest.update(f"{name}\n{len(content)}\n".encode("utf-8", "surrogateescape"))
        digest.update(content)
    return digest.digest()


def _required() -> list[str]:
    """Return the names of the packages that kbgen needs; none where it runs without an installation."""
    try:
        lines = requires(_OURS) or []
    except PackageNotFoundError:
        return []
    named = (re.match(r"[\w.-]+", line) for line in lines if "extra ==" not in line)
    return sorted(found[0] for found in named if found)


def _metadata(package: str) -> str:
    """Return what a package says of itself: reading it is much quicker than parsing a version out of it."""
    try:
        return distribution(package).read_text("METADATA") or ""
    except PackageNotFoundError:  # one that this system does not need
        return ""


def _files(folder: str | Path, before: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _files(entry.path, f"{before}{entry.name}/")
            else:
                stat = entry.stat()
                yield f"{before}{entry.name} {stat.st_size} {stat.st_mtime_ns}\n"
