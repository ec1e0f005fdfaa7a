"""From the bytes of a file to clean text: encodings, line ends, and characters that cannot be."""

from __future__ import annotations

import codecs
import re

from kbgen.diagnostics import Fault

_NOT_TEXT = re.compile("[\0\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")
"""NUL and noncharacters mean nothing in a text, and kbgen uses them as marks."""

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # which begins as the mark of UTF-16 does
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_SHAPES = {
    (True, False, True, False): "utf-16-le",
    (False, True, False, True): "utf-16-be",
    (True, False, False, False): "utf-32-le",
    (False, False, False, True): "utf-32-be",
}
"""Which of the first four bytes are not NUL, where a text begins with Latin letters or signs."""

_LINE_END = re.compile(r"\r\n?")


def decode(source: bytes) -> tuple[str, tuple[Fault, ...]]:
    r"""Return the text of a note with ``\n`` line ends and no byte order mark.

    Bytes that are not UTF-8 become U+FFFD, and the first of them is reported.

    >>> decode(b"\xef\xbb\xbfa\r\nb")
    ('a\nb', ())
    >>> decode(b"a\nb\xff")[1][0].line
    2
    """
    faults: list[Fault] = []
    if encoding := _wide_encoding(source):
        text = source.decode(encoding, errors="replace")
        name = encoding[:6].upper()
        faults.append(Fault("KB110", 1, 1, f"The file is {name}, not UTF-8.", "Save it as UTF-8."))
    else:
        try:
            text = source.decode("utf-8")
        except UnicodeDecodeError as error:
            text = source.decode("utf-8", errors="replace")
            line, column = _place(source[: error.start].decode("utf-8"))
            faults.append(
                Fault(
                    "KB110",
                    line,
                    column,
                    f"Byte 0x{source[error.start]:02x} is not UTF-8; it is shown as \ufffd.",
                    "Save the note as UTF-8.",
                )
            )
    text = text.removeprefix("\ufeff")
    if "\r" in text:
        text = _LINE_END.sub("\n", text)
    found = _NOT_TEXT.search(text) if encoding or _may_be_no_text(source) else None
    if found:
        line, column = _place(text[: found.start()])
        faults.append(
            Fault(
                "KB110",
                line,
                column,
                f"U+{ord(found[0]):04X} cannot stand in a text; it is shown as \ufffd.",
                "Delete the character.",
            )
        )
        text = _NOT_TEXT.sub("\ufffd", text)
    return text, tuple(faults)


def _may_be_no_text(source: bytes) -> bool:
    r"""Tell whether UTF-8 may have a character that cannot stand in a text: they begin alike.

    >>> [_may_be_no_text(character.encode()) for character in "\0\ufdd0\uffff！é"]
    [True, True, True, False, False]
    """
    return b"\0" in source or b"\xef\xb7" in source or b"\xef\xbf" in source


def _wide_encoding(source: bytes) -> str:
    """Return the encoding of a text in units of two or four bytes, by its mark or its first letters.

    >>> _wide_encoding("---".encode("utf-16-le")), _wide_encoding(b"---")
    ('utf-16-le', '')
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if source.startswith(mark):
            return encoding
    if b"\0" not in source[:4] or len(source) < 4:
        return ""
    first, second, third, fourth = source[:4]
    return _SHAPES.get((first > 0, second > 0, third > 0, fourth > 0), "")


def _place(before: str) -> tuple[int, int]:
    line = before.count("\n") + before.count("\r") - before.count("\r\n") + 1
    column = len(before) - max(before.rfind("\n"), before.rfind("\r"))
    return line, column
