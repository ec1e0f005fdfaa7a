"""The addresses that are taken, by whom, and who therefore had to move.

Addresses are compared without case, since many hosts and disks do not know case. The
first by path keeps the address it wants; a later one gets ``~2`` and an error (KB108).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from kbgen.diagnostics import Diagnostic, Fault, diagnostic
from kbgen.vault.paths import SitePath, VaultPath


class AddressRegistry:
    """The addresses that are taken, and by whom; folders too, for no file can bear a folder's name."""

    def __init__(self) -> None:
        self.faults: list[Diagnostic] = []
        self._owners: dict[str, str] = {}
        self._paths: set[VaultPath] = set()
        """Those of the owners that are notes or files."""
        self._folders: set[str] = set()
        self._numbers: dict[str, int] = {}
        """The next number to try behind an address that several want, in whatever letters."""

    def reserve(self, path: SitePath, note: VaultPath | None = None) -> None:
        """Take an address that nothing else gets, for a page of kbgen or for the note that is that page."""
        if note is not None:
            self._paths.add(note)
        self._owners[address_key(path)] = note or ""

    def assign_file(self, path: VaultPath, wanted: SitePath) -> SitePath:
        """Give a note or file of the vault its address; say so where another has the one it wants (KB108)."""
        other = self.holder_of(wanted)
        got = self.allocate(wanted, path)
        self._paths.add(path)
        if got != wanted:
            message = f"The address {wanted} is taken by {other}; this page is at {got}."
            hint = "Rename one of them, or give one a permalink."
            self.faults.append(diagnostic(path, Fault("KB108", 1, 1, message, hint)))
        return got

    def assign_page(self, wanted: SitePath, description: str) -> SitePath:
        """Give a page of kbgen its address; where a note or file has it, say so there (KB140)."""
        owner = self.owner_of(wanted)
        got = self.allocate(wanted, description)
        if got != wanted and owner in self._paths:
            message = f"This is at {wanted}, so {description} is at {got}."
            hint = "Rename it, or give it a permalink."
            self.faults.append(diagnostic(owner, Fault("KB140", 1, 1, message, hint)))
        return got

    def allocate(self, wanted: SitePath, owner: str) -> SitePath:
        """Take an address, or the nearest that is free."""
        *folders, name = wanted.split("/")
        for index, folder in enumerate(folders):
            number = 2
            while address_key("/".join(folders[: index + 1])) in self._owners:
                folders[index] = f"{folder}~{number}"
                number += 1
        stem, dot, extension = name.rpartition(".")
        # What was taken is never free again, so those who want the same go on where the last one stopped.
        key = address_key(wanted)
        number = self._numbers.get(key, 2)
        while not self.is_free(path := SitePath("/".join([*folders, name]))):
            name = f"{stem}~{number}.{extension}" if dot and stem else f"{wanted.rpartition('/')[2]}~{number}"
            number += 1
        self._numbers[key] = number
        self._owners[address_key(path)] = owner
        for index in range(len(folders)):
            self._folders.add(address_key("/".join(folders[: index + 1])))
        return path

    def is_free(self, path: str) -> bool:
        """Tell whether nobody has an address, and nobody's file stands where it needs a folder."""
        return address_key(path) not in self._folders and not any(
            key in self._owners for key in keys_to(path)
        )

    def owner_of(self, path: str) -> str:
        """Return who has an address, ``""`` where it is a page of kbgen or nobody."""
        return self._owners.get(address_key(path), "")

    def holder_of(self, path: str) -> str:
        """Say in words who has an address that is not free."""
        holder = next((self._owners[key] for key in keys_to(path) if key in self._owners), "a folder")
        return holder or "a page of kbgen"


def address_key(path: str) -> str:
    """Return what an address is known by: hosts and disks may not tell its spellings apart."""
    return unicodedata.normalize("NFKC", path).casefold()


def keys_to(path: str) -> Iterator[str]:
    """Yield the keys of the folders on the way to a file, and its own."""
    parts = path.split("/")
    return (address_key("/".join(parts[: length + 1])) for length in range(len(parts)))
