"""The pictures that the Excalidraw plugin exports beside its drawings, which stand for them on the site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from kbgen.diagnostics import Fault
from kbgen.notes.excalidraw import is_drawing
from kbgen.notes.model import Outline
from kbgen.vault.paths import VaultPath, extension_of, name_of, without_md

EXTENSION = "excalidraw"
"""Of drawings that are no notes."""


class Drawing(Struct, frozen=True):
    """What is shown of a drawing."""

    picture: VaultPath
    dark: VaultPath | None = None
    """Another one for dark pages."""

    @property
    def files(self) -> tuple[VaultPath, ...]:
        """All of its pictures."""
        return (self.picture,) if self.dark is None else (self.picture, self.dark)


def drawings(
    notes: Mapping[VaultPath, Outline], attachments: Iterable[VaultPath]
) -> dict[VaultPath, Drawing]:
    """Return the drawings that have a picture beside them.

    Of ``D.excalidraw.md`` that is ``D.excalidraw.svg``, else ``.png``, else ``D.svg`` or
    ``D.png``; the plugin adds ``.light`` and ``.dark`` where it exports two.
    """
    return {path: drawing for path, drawing in _all(notes, attachments) if drawing}


def without_picture(
    notes: Mapping[VaultPath, Outline], attachments: Iterable[VaultPath]
) -> Iterator[tuple[VaultPath, Fault]]:
    """Yield what is wrong with each drawing that the site cannot show (KB177)."""
    for path, drawing in _all(notes, attachments):
        if drawing is None:
            message = "No exported picture lies beside this drawing, so the site cannot show it."
            hint = f"Let Excalidraw export {drawing_name(path)}.{EXTENSION}.svg beside it."
            yield path, Fault("KB177", 1, 1, message, hint)


def _all(
    notes: Mapping[VaultPath, Outline], attachments: Iterable[VaultPath]
) -> Iterator[tuple[VaultPath, Drawing | None]]:
    found = [path for path, note in notes.items() if is_drawing(note.properties)]
    files: dict[str, VaultPath] = {}
    for path in attachments:
        files[path.casefold()] = path
        if extension_of(path) == EXTENSION:
            found.append(path)
    for path in found:
        yield path, _of(path, files)


def drawing_name(path: VaultPath) -> str:
    """Return the name of a drawing without its extensions.

    >>> drawing_name(VaultPath("a/D.excalidraw.md"))
    'D'
    """
    name = without_md(name_of(path))
    ending = f".{EXTENSION}"
    return name[: -len(ending)] if name.casefold().endswith(ending) else name


def _of(path: VaultPath, files: Mapping[str, VaultPath]) -> Drawing | None:
    name = without_md(path.casefold())
    stem = name.removesuffix(f".{EXTENSION}")
    names = dict.fromkeys([f"{stem}.{EXTENSION}", name, stem])
    light = _first(files, names, ("", ".light"))
    dark = _first(files, names, (".dark",))
    if light is None:
        return Drawing(dark) if dark else None
    return Drawing(light, dark)


def _first(files: Mapping[str, VaultPath], names: Iterable[str], marks: Iterable[str]) -> VaultPath | None:
    places = (f"{name}{mark}.{end}" for name in names for end in ("svg", "png") for mark in marks)
    return next((files[place] for place in places if place in files), None)
