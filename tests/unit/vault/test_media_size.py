"""Sizes of pictures, drawings and films; whatever the bytes, there is no exception (11.29)."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from kbgen.vault.media_size import MEASURED, UNKNOWN, Size, media_size

FORMATS = {"png": "PNG", "gif": "GIF", "bmp": "BMP", "jpg": "JPEG", "jpeg": "JPEG", "webp": "WEBP"}
FORMATS |= {"avif": "AVIF"}
TURNED = 6
"""EXIF for a picture that lies on its side."""


def picture(extension: str, width: int, height: int, orientation: int = 1) -> bytes:
    out = io.BytesIO()
    image = Image.new("RGB", (width, height), "#5588aa")
    exif = image.getexif()
    exif[0x0112] = orientation
    more = {"exif": exif} if orientation != 1 else {}
    image.save(out, FORMATS[extension], **more)
    return out.getvalue()


def read(data: bytes, extension: str) -> Size:
    return media_size(io.BytesIO(data), extension)


@pytest.mark.parametrize("extension", FORMATS)
@pytest.mark.parametrize("size", [(1, 1), (640, 360), (37, 411)])
def test_pictures(extension: str, size: tuple[int, int]) -> None:
    assert read(picture(extension, *size), extension) == Size(*size)


@pytest.mark.parametrize("extension", ["jpg", "jpeg"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_that_lies_on_its_side_is_turned(extension: str, orientation: int) -> None:
    size = Size(360, 640) if orientation > 4 else Size(640, 360)
    assert read(picture(extension, 640, 360, orientation), extension) == size


DRAWINGS = {
    '<svg width="30" height="20"/>': Size(30, 20),
    '<svg width="30px" height="1in">': Size(30, 96),
    "<svg xmlns='x' width='3cm' height='10mm'></svg>": Size(113, 38),
    '<svg viewBox="0 0 300 150">': Size(300, 150, shape=True),
    '<svg viewBox="-10,-10,24,48"/>': Size(100, 200, shape=True),
    '<svg width="100%" height="100%" viewBox="0 0 300 150">': Size(300, 150, shape=True),
    '<svg width="60" viewBox="0 0 300 150">': Size(60, 30),
    '<svg height="60" viewBox="0 0 300 150">': Size(120, 60),
    '<!-- <svg width="1" height="1"> -->\n<svg:svg xmlns:svg="x" width="8" height="9">': Size(8, 9),
    '<!DOCTYPE svg [<!ENTITY a "b">]>\n<svg\n  width="8"\n  height="9"\n>': Size(8, 9),
    '<svg stroke-width="5" data-height="2" viewBox="0 0 200 100">': Size(200, 100, shape=True),
    "<svg/>": UNKNOWN,
    '<svg width="0" height="0">': UNKNOWN,
    '<svg viewBox="0 0 0 0">': UNKNOWN,
    '<svg viewBox="a b c d">': UNKNOWN,
    '<svg width="9e9" height="9e9">': UNKNOWN,
    "no drawing": UNKNOWN,
    "": UNKNOWN,
}


@pytest.mark.parametrize("written", DRAWINGS)
def test_drawings(written: str) -> None:
    assert read(written.encode(), "svg") == DRAWINGS[written]
    assert read(written.encode("utf-16"), "svg") == DRAWINGS[written]


def box(kind: bytes, *content: bytes) -> bytes:
    data = b"".join(content)
    return struct.pack(">I4s", 8 + len(data), kind) + data


def track(width: int, height: int, *, version: int = 0, turned: bool = False) -> bytes:
    times = bytes(32 if version else 20)
    one = 1 << 16
    matrix = (0, one, 0, -one, 0, 0, 0, 0, 1 << 30) if turned else (one, 0, 0, 0, one, 0, 0, 0, 1 << 30)
    head = (
        bytes([version, 0, 0, 7])
        + times
        + bytes(16)
        + struct.pack(">9i2I", *matrix, width << 16, height << 16)
    )
    return box(b"trak", box(b"tkhd", head), box(b"mdia", b"x"))


@pytest.mark.parametrize("extension", ["mp4", "mov"])
def test_films_of_boxes(extension: str) -> None:
    kind = box(b"ftyp", b"isom")
    sound = track(0, 0)
    assert read(kind + box(b"moov", box(b"mvhd", bytes(100)), sound, track(640, 360)), extension) == Size(
        640, 360
    )
    assert read(
        kind + box(b"mdat", bytes(99_999)) + box(b"moov", track(64, 36, version=1)), extension
    ) == Size(64, 36)
    assert read(box(b"moov", track(640, 360, turned=True)), extension) == Size(360, 640)
    long = struct.pack(">I4sQ", 1, b"mdat", 16 + 10) + bytes(10)
    assert read(long + box(b"moov", track(4, 3)), extension) == Size(4, 3)
    assert read(box(b"moov", sound), extension) == UNKNOWN
    assert read(box(b"mdat", bytes(10)), extension) == UNKNOWN


def element(identity: str, *content: bytes, endless: bool = False) -> bytes:
    data = b"".join(content)
    size = b"\x01\xff\xff\xff\xff\xff\xff\xff" if endless else struct.pack(">Q", (1 << 56) | len(data))
    return bytes.fromhex(identity) + size + data


@pytest.mark.parametrize("extension", ["webm", "mkv"])
@pytest.mark.parametrize("endless", [True, False])
def test_films_of_matroska(extension: str, endless: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    sides = element("B0", b"\x05\x00"), element("BA", b"\x02\xd0")
    sound = element("AE", element("D7", b"\x01"), element("E1", element("B5", bytes(4))))
    tracks = element("1654AE6B", sound, element("AE", element("D7", b"\x02"), element("E0", *sides)))
    head = element("1A45DFA3", element("4282", b"webm"))
    film = head + element("18538067", element("EC", bytes(50)), tracks, endless=endless)
    assert read(film, extension) == Size(1280, 720)
    assert read(film[:60], extension) == UNKNOWN


def test_films_of_theora() -> None:
    head = (
        b"OggS" + bytes(24) + b"\x80theora\x03\x02\x01" + bytes([0, 40, 0, 23]) + b"\x00\x02\x80\x00\x01\x68"
    )
    assert read(head, "ogv") == Size(640, 360)
    assert read(b"OggS vorbis", "ogv") == UNKNOWN


WHOLE = [
    *(picture(each, 64, 36) for each in FORMATS),
    box(b"moov", track(64, 36)),
    b"<svg width='3' height='4'>",
]


@given(
    st.binary(max_size=200), st.sampled_from(WHOLE), st.integers(0, 400), st.sampled_from(sorted(MEASURED))
)
@example(b"", b"", 0, "png")
def test_law_no_bytes_are_an_exception(more: bytes, whole: bytes, cut: int, extension: str) -> None:
    for data in (more, whole[:cut], whole[:cut] + more, whole[:cut] + more + whole[cut:]):
        size = read(data, extension)
        assert (size == UNKNOWN) == (not size.width or not size.height)
        assert 0 <= size.width <= 100_000
        assert 0 <= size.height <= 100_000
