"""A place where one thing is kept from one command to the next."""

from __future__ import annotations

from typing import Protocol


class Bucket(Protocol):
    """What the build cache gives to those who keep something of their own in it."""

    def read(self) -> bytes:
        """Return what was kept; nothing if nothing was."""
        ...

    def write(self, value: bytes) -> None:
        """Have a value kept when the cache is saved next."""
        ...
