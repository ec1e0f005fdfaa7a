"""Read a note by itself, without the rest of its vault."""

from __future__ import annotations

from pathlib import Path

from kbgen.config import Config
from kbgen.errors import VaultError
from kbgen.links.model import UNRESOLVED, LinkedNote
from kbgen.notes.compiler import compile_note
from kbgen.notes.model import CompileOptions
from kbgen.notes.store import stored
from kbgen.settings.file import CONFIG_NAME
from kbgen.vault.paths import VaultPath, is_note_file, stem_of


def single_note(config: Config, file: Path) -> LinkedNote:
    """Return a note; none of its links leads anywhere.

    Parameters
    ----------
    config
        How notes are compiled.
    file
        The note.

    Raises
    ------
    VaultError
        If it is not there or is no note.
    """
    if not file.is_file() or not is_note_file(file.name):
        raise VaultError(f"{file}: there is no such note", "name a folder, or a file that ends in .md")
    home = next(
        (up for up in file.absolute().parents if (up / CONFIG_NAME).is_file() or (up / ".obsidian").is_dir()),
        None,
    )
    path = VaultPath(file.absolute().relative_to(home).as_posix() if home else file.name)
    options = CompileOptions(
        hard_breaks=config.line_breaks != "soft",
        unsafe_html=config.unsafe_html,
        schemes=config.links.schemes,
    )
    note = stored(compile_note(file.read_bytes(), options))
    links = tuple(UNRESOLVED for _ in note.outline.links)
    title = note.outline.publishing.title or stem_of(path)
    return LinkedNote(path, title, note.outline, links, "", note.key, note.load)
