"""A note: Markdown, and all that the rest of kbgen is about."""

from __future__ import annotations

from kbgen.notes.document import DocumentKind
from kbgen.vault.paths import NOTE_ENDING

NOTE = DocumentKind("note", frozenset({NOTE_ENDING[1:]}))
