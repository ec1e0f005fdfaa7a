"""Which files are shown in place, by their extension (EM-07)."""

from __future__ import annotations

IMAGES = frozenset({"avif", "bmp", "gif", "jpeg", "jpg", "png", "svg", "webp"})
AUDIO = frozenset({"flac", "m4a", "mp3", "ogg", "wav", "3gp"})
VIDEO = frozenset({"mkv", "mov", "mp4", "ogv", "webm"})
MEDIA = IMAGES | AUDIO | VIDEO | {"pdf"}
"""What may stand among words; a note, a canvas or a base is a block."""


def extension_of_target(target: str) -> str:
    """Return the extension of what a link names, in lower case; ``""`` if it has none.

    >>> extension_of_target("a/Pic.PNG"), extension_of_target("v1.2/Note")
    ('png', '')
    """
    name = target.rpartition("/")[2]
    return name.rpartition(".")[2].strip().lower() if "." in name else ""
