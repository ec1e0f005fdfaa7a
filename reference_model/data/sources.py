"""The sources of images by the name that ``--data`` takes."""

from pathlib import Path

from reference_model.data.cifar10 import cifar10
from reference_model.data.digits import digits
from reference_model.data.imagefolder import imagefolder
from reference_model.data.images import ImageData
from reference_model.data.synthetic import synthetic
from reference_model.errors import MissingData, UnknownName

SOURCES = ("digits", "synthetic", "imagefolder", "cifar10")
"""What ``--data`` knows; the last two are followed by ``:PATH``."""


def load(name: str, *, size: int = 256, workers: int = 0) -> ImageData:
    """Open a source.

    Parameters
    ----------
    name
        ``"digits"``, ``"synthetic"``, ``"imagefolder:PATH"`` or ``"cifar10:PATH"``.
    size
        Of a folder's images in pixels, once decoded; the other sources have their own.
    workers
        Processes that decode a folder's images; 0: this one.

    Raises
    ------
    UnknownName
        With the nearest sources.
    MissingData
        If files are not there or not as expected.
    MissingPackage
        For ``digits`` without scikit-learn, for a folder without Pillow.
    """
    kind, colon, path = name.partition(":")
    if kind not in SOURCES:
        raise UnknownName("data source", kind, SOURCES)
    if kind in {"digits", "synthetic"}:
        if colon:
            raise MissingData(f"{kind} reads no files, so it takes no path: {name!r}")
        return digits() if kind == "digits" else synthetic()
    if not path:
        raise MissingData(f"{kind} needs the path of a folder: {kind}:PATH")
    if kind == "cifar10":
        return cifar10(Path(path))
    return imagefolder(Path(path), size=size, workers=workers)
