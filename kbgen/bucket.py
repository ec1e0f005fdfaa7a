"""A place where one thing is kept from one command to the next, and a seal that tells whether it is whole."""

from __future__ import annotations

from hashlib import blake2b
from typing import Protocol

_SIZE = 20


class Bucket(Protocol):
    """What the build cache gives to those who keep something of their own in it."""

    def read(self) -> bytes:
        """Return what was kept; nothing if nothing was."""
        ...

    def write(self, value: bytes) -> None:
        """Have a value kept when the cache is saved next."""
        ...


def hashed(*parts: bytes) -> bytes:
    """Return the hash of some parts, which tells where one ends and the next begins.

    >>> hashed(b"a", b"b") == hashed(b"ab"), len(hashed(b"a"))
    (False, 20)
    """
    digest = blake2b(digest_size=_SIZE)
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


def sealed(content: bytes, basis: bytes = b"") -> bytes:
    """Return a content as it is kept.

    Parameters
    ----------
    content
        What is kept.
    basis
        Hash of all that it depends on.
    """
    return hashed(basis, content) + content


def unsealed(kept: bytes, basis: bytes = b"") -> bytes:
    """Return what was kept, nothing where it is not as it was sealed or depends on something else by now.

    >>> unsealed(sealed(b"a", b"x"), b"x"), unsealed(sealed(b"a", b"x"), b"y"), unsealed(b"")
    (b'a', b'', b'')
    """
    content = kept[_SIZE:]
    return content if kept[:_SIZE] == hashed(basis, content) else b""
