"""How wide and high a picture or film is: read from its header, so that a page keeps its place for it.

The sizes are those that a browser shows: a photograph that lies on its side is turned first, as its
EXIF data says. Of a drawing without a size of its own the view box tells the shape alone.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import BinaryIO

import imagesize
from msgspec import Struct

PICTURES = frozenset({"avif", "bmp", "gif", "jpeg", "jpg", "png", "webp"})
DRAWINGS = frozenset({"svg"})
FILMS = frozenset({"mkv", "mov", "mp4", "ogv", "webm"})
MEASURED = PICTURES | DRAWINGS | FILMS

_MAX_SIDE_PIXELS = 100_000
"""Pixels of a side; what claims more is damaged."""

_HEADER_BYTES = 1 << 16
"""Bytes in which a drawing's root and the tracks of most films stand."""

_MAX_BOXES = 1_000

_ROOT = re.compile(r"<(?:[\w-]+:)?svg(\s(?:[^<>\"']|\"[^\"]*\"|'[^']*')*+)?+/?>")
_ATTRIBUTE = re.compile(r"\s(width|height|viewBox)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_LENGTH = re.compile(r"\s*\+?(\d+\.?\d*(?:e\d)?|\.\d+)\s*(px|pt|pc|in|cm|mm|q)?\s*", re.IGNORECASE)
_PIXELS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}


class Size(Struct, frozen=True, array_like=True, gc=False):
    """Width and height in pixels; both 0 where nothing is known."""

    width: int
    height: int
    shape: bool = False
    """A drawing that is as large as its place; only the shape is its own."""


UNKNOWN = Size(0, 0)


def media_size(stream: BinaryIO, extension: str) -> Size:
    """Return the size of a picture or film; :data:`UNKNOWN` where its header tells none.

    Parameters
    ----------
    stream
        The file, from its beginning.
    extension
        Of its name, in lower case: one of :data:`MEASURED`.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    try:
        if extension in PICTURES:
            width, height = imagesize.get(stream)
            return _plausible(width, height)
        if extension in DRAWINGS:
            return _of_drawing(stream.read(_HEADER_BYTES))
        if extension in {"mp4", "mov"}:
            return _of_boxes(stream)
        head = stream.read(_HEADER_BYTES)
        return _of_theora(head) if extension == "ogv" else _of_matroska(head)
    except (ValueError, OverflowError, struct.error):
        return UNKNOWN


def _plausible(width: float, height: float, *, shape: bool = False) -> Size:
    found = Size(round(width), round(height), shape)
    return found if 0 < found.width <= _MAX_SIDE_PIXELS and 0 < found.height <= _MAX_SIDE_PIXELS else UNKNOWN


def _of_drawing(head: bytes) -> Size:
    encoding = "utf-16" if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
    root = _ROOT.search(re.sub(r"<!--.*?(?:-->|\Z)", "", head.decode(encoding, "replace"), flags=re.DOTALL))
    if root is None:
        return UNKNOWN
    attributes = {name: one or other for name, one, other in _ATTRIBUTE.findall(root[1] or "")}
    width, height = _length(attributes.get("width", "")), _length(attributes.get("height", ""))
    box = [float(number) for number in re.split(r"[\s,]+", attributes.get("viewBox", "").strip()) if number]
    across, down = box[2:4] if len(box) == 4 and min(box[2:]) > 0 else (0.0, 0.0)
    if width and height:
        return _plausible(width, height)
    if not across:
        return UNKNOWN
    if width:
        return _plausible(width, width * down / across)
    if height:
        return _plausible(height * across / down, height)
    larger = max(1.0, 100 / min(across, down))  # so that a small box keeps its shape in whole pixels
    return _plausible(across * larger, down * larger, shape=True)


def _length(written: str) -> float:
    found = _LENGTH.fullmatch(written)
    return float(found[1]) * _PIXELS.get((found[2] or "").lower(), 96 / 101.6) if found else 0.0


def _of_boxes(stream: BinaryIO) -> Size:
    """Return the size of the first track that has one, of MP4 and QuickTime."""
    end = stream.seek(0, 2)
    for kind, start, after in _boxes(stream, 0, end):
        if kind != b"moov":
            continue
        for inner, begin, stop in _boxes(stream, start, after):
            if inner != b"trak":
                continue
            for name, first, _ in _boxes(stream, begin, stop):
                found = _of_track(stream, first) if name == b"tkhd" else UNKNOWN
                if found != UNKNOWN:
                    return found
    return UNKNOWN


def _boxes(stream: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield the kind of each box, where its content begins and where it ends."""
    for _ in range(_MAX_BOXES):
        stream.seek(start)
        head = stream.read(16)
        if start + 8 > end or len(head) < 8:
            return
        size, kind = struct.unpack(">I4s", head[:8])
        content = 8
        if size == 1:
            if len(head) < 16:
                return
            size, content = struct.unpack(">Q", head[8:])[0], 16
        after = end if size == 0 else min(start + size, end)
        if after < start + content:
            return
        yield kind, start + content, after
        start = after


def _of_track(stream: BinaryIO, start: int) -> Size:
    stream.seek(start)
    head = stream.read(96)
    matrix = 52 if head[:1] == b"\x01" else 40  # times have 64 bits in version 1
    a, b, _, c, d, _, _, _, _, width, height = struct.unpack(">9i2I", head[matrix : matrix + 44])
    turned = a == d == 0 and b and c  # by a quarter, as a phone films upright
    sides = (height, width) if turned else (width, height)
    return _plausible(sides[0] / 65536, sides[1] / 65536)


_MATROSKA_CONTAINERS = {0x18538067, 0x1654AE6B, 0xAE, 0xE0}
"""Segment, Tracks, TrackEntry, Video."""


def _of_matroska(head: bytes) -> Size:
    """Return the size of the first track that has one, of WebM and Matroska."""
    found: dict[int, int] = {}
    place = 0
    while place < len(head) and len(found) < 2:
        identity, place = _number(head, place, keep=True)
        size, place = _number(head, place, keep=False)
        if identity in _MATROSKA_CONTAINERS:
            continue  # go into it
        if identity in {0xB0, 0xBA}:
            found.setdefault(identity, int.from_bytes(head[place : place + size], "big"))
        place += size
    return _plausible(found.get(0xB0, 0), found.get(0xBA, 0))


def _number(head: bytes, place: int, *, keep: bool) -> tuple[int, int]:
    """Read a number of Matroska: as many bytes more as its first has leading zeros."""
    if place >= len(head) or not head[place]:
        raise ValueError("no number")
    length = 9 - head[place].bit_length()
    first = head[place] if keep else head[place] & ((1 << (8 - length)) - 1)
    return int.from_bytes(bytes([first]) + head[place + 1 : place + length], "big"), place + length


def _of_theora(head: bytes) -> Size:
    start = head.find(b"\x80theora")
    if start < 0:
        return UNKNOWN
    shown = head[start + 14 : start + 20]
    return _plausible(int.from_bytes(shown[:3], "big"), int.from_bytes(shown[3:], "big"))
