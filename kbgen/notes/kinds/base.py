"""A base: a table of notes that the app works out; it is recognised, and nothing in it is read."""

from __future__ import annotations

from kbgen.notes.document import DocumentKind

BASE = DocumentKind(
    "base",
    frozenset({"base"}),
    no_page="A canvas or base has no page yet; it is not on the site.",
)
