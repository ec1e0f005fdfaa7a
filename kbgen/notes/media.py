"""Which files are shown in place, and which a link opens, by their extension (EM-07)."""

from __future__ import annotations

IMAGES = frozenset({"avif", "bmp", "gif", "jpeg", "jpg", "png", "svg", "webp"})
AUDIO = frozenset({"flac", "m4a", "mp3", "ogg", "wav", "3gp"})
VIDEO = frozenset({"mkv", "mov", "mp4", "ogv", "webm"})
MEDIA = IMAGES | AUDIO | VIDEO | {"pdf"}
"""What may stand among words; a document of any kind is a block."""

OPENED = (MEDIA - {"svg"}) | {"csv", "json", "log", "tsv", "txt"}
"""What a browser shows and runs nothing of, so that a link may open it. All else is offered as a
download: HTML, SVG and XML in their many forms would run their scripts as the site, and what a
browser makes of a kind that nobody named here is not known."""


def extension_of_target(target: str) -> str:
    """Return the extension of what a link names, in lower case; ``""`` if it has none.

    >>> extension_of_target("a/Pic.PNG"), extension_of_target("v1.2/Note")
    ('png', '')
    """
    name = target.rpartition("/")[2]
    return name.rpartition(".")[2].strip().lower() if "." in name else ""


def may_hold_links(target: str) -> bool:
    """Tell whether what fills an embed may hold links: all but pictures, sound and film.

    >>> may_hold_links("Note"), may_hold_links("a.pdf"), may_hold_links("a.png")
    (True, True, False)
    """
    return extension_of_target(target) not in MEDIA - {"pdf"}
