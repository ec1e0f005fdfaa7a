"""What can be wrong with a call, said so that the caller can mend it.

ReferenceModelError
├── UnknownName       a model, a variant or a data source that is not there; knows the nearest ones
├── WrongInput        an input of a size that some layer cannot take; knows the layer and the sizes that work
├── MissingData       a folder or file of training data that is not there or not as expected
├── MissingPackage    something to install
├── NotEnoughMemory   an estimate, before anything is allocated
└── BadRecord         a measured record or a published table that cannot be read
"""

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class ReferenceModelError(Exception):
    """A call that cannot be carried out; its message is for people."""


class UnknownName(ReferenceModelError):
    """A name that stands for nothing here.

    Parameters
    ----------
    what
        What kind of name it is: ``"model"``, ``"variant"``.
    name
        The name as given.
    known
        All names that would have been understood; the nearest are suggested.
    """

    def __init__(self, what: str, name: str, known: "Iterable[str]") -> None:
        self.name = name
        self.known = sorted(known)
        self.nearest = get_close_matches(name.casefold(), self.known, n=2, cutoff=0.55)
        hint = f"did you mean {' or '.join(self.nearest)}?" if self.nearest else ""
        known_names = f"known: {', '.join(self.known)}"
        super().__init__(f"there is no {what} {name!r}; {hint or known_names}")


class WrongInput(ReferenceModelError):
    """An input that a layer cannot take, with the layer and the sizes that work."""


class MissingData(ReferenceModelError):
    """Training data that is not where it was said to be, or not what was expected there."""


class MissingPackage(ReferenceModelError):
    """A package that this part needs and that is not installed."""


class NotEnoughMemory(ReferenceModelError):
    """More memory would be needed than is free; found by arithmetic, before allocating."""


class BadRecord(ReferenceModelError):
    """A table of published figures or a record of measured ones that cannot be read."""
